//! `tamarisk advisory sign`: looks at a request, and signs it.

use super::args::RunArgs;
use super::files::{read, refused, write};
use super::say::{say, tell};
use super::{preview, summary};
use crate::args::{InputArgs, Isolation, LimitArgs};
use crate::failure::Failure;
use crate::key_file::KeyArgs;
use ::advisory::Signer;
use ::advisory::workshop::Request;
use clap::Args;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The request
    #[arg(value_name = "REQUEST")]
    request: PathBuf,

    #[command(flatten)]
    key: KeyArgs,

    /// The file of signatures to write
    #[arg(long = "out", short, value_name = "FILE")]
    answer: PathBuf,

    /// Sign only what the request asks for in this role (may be repeated)
    #[arg(long, value_name = "ROLE")]
    role: Vec<String>,

    /// Evidence of ordinary phones: where anything of the bundles matches, nothing is signed (may be
    /// repeated)
    #[arg(long, value_name = "PATH")]
    ordinary: Vec<PathBuf>,

    /// Sign without asking, after the summary was read elsewhere
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &SignArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let request = Request::check(&read(&args.request)?).map_err(|refusal| refused(&refusal))?;
    let asked: Vec<&String> = request.parts.iter().map(|part| &part.role).collect();
    if let Some(role) = args.role.iter().find(|role| !asked.contains(role)) {
        return Err(Failure::usage(format!("the request asks for nothing in the role `{role}`")));
    }
    let summary = summary::summary(&request)?;
    let mut lines = summary.lines;
    lines.push(String::new());
    let (ordinary, matched) = on_ordinary(args, &request, &mut lines)?;
    if matched {
        lines.push("Nothing was signed: indicators match ordinary phones.".into());
        let document = json!({"parts": summary.document, "ordinary": ordinary, "signed": false});
        say(&args.run.output, "sign", document, &lines, out)?;
        return Ok(1);
    }
    if !args.yes {
        // Whoever decides must have read it before.
        tell(&lines, &mut std::io::stderr())?;
        lines.clear();
        ask()?;
    }
    let key = args.key.open()?;
    let answer = request.sign(&key, &args.role).map_err(Failure::locked)?;
    write(&args.answer, &answer.to_file())?;
    let signed: Vec<&str> = answer.signatures.iter().map(|one| &*one.role).collect();
    lines.push(format!("Signed: {}, with the key {}", signed.join(", "), key.public().id()));
    lines.push(format!("{} is to be carried back.", args.answer.display()));
    let document = json!({
        "parts": summary.document, "ordinary": ordinary, "signed": true, "roles": signed,
        "keyid": key.public().id(), "signatures": args.answer,
    });
    say(&args.run.output, "sign", document, &lines, out)?;
    Ok(0)
}

/// Runs the bundles of the request against evidence of ordinary phones.
fn on_ordinary(
    args: &SignArgs,
    request: &Request,
    lines: &mut Vec<String>,
) -> Result<(Value, bool), Failure> {
    let bundles: Vec<Vec<u8>> = request
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".json"))
        .map(|(_, bytes)| bytes.clone())
        .collect();
    if bundles.is_empty() {
        return Ok((json!([]), false));
    }
    let like = InputArgs {
        paths: Vec::new(),
        identity: Vec::new(),
        passphrase_file: Vec::new(),
        threads: None,
        quiet: true,
        isolation: Isolation::Auto,
        limits: LimitArgs { limit: Vec::new() },
    };
    let ordinary = preview::ordinary(&bundles, &args.ordinary, &like, args.run.now(), lines)?;
    let matched = ordinary.as_array().is_some_and(|all| !all.is_empty());
    Ok((ordinary, matched))
}

fn ask() -> Result<(), Failure> {
    let mut err = std::io::stderr();
    if !(std::io::stdin().is_terminal() && err.is_terminal()) {
        let what = "there is no terminal to ask on; read the summary (tamarisk advisory show \
                    REQUEST) and say --yes";
        return Err(Failure::usage(what));
    }
    let mut line = String::new();
    let read = write!(err, "Sign this? Type yes: ")
        .and_then(|()| err.flush())
        .and_then(|()| std::io::stdin().read_line(&mut line));
    read.map_err(Failure::output)?;
    if line.trim() == "yes" { Ok(()) } else { Err(Failure::usage("nothing was signed")) }
}
