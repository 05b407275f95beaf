//! `tamarisk advisory new`: a draft.

use super::args::{DraftArgs, RunArgs, Tlp};
use super::draft::{About, BUNDLE, Draft, Piece, lines};
use super::files::{read, write};
use super::say::say;
use super::workshop::Open;
use crate::failure::Failure;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    #[command(flatten)]
    draft: DraftArgs,

    /// Its title
    #[arg(long)]
    title: String,

    /// Who may have it
    #[arg(long, value_enum, default_value_t = Tlp::Clear)]
    tlp: Tlp,

    /// A STIX bundle to begin with
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    #[command(flatten)]
    pub(super) run: RunArgs,
}

pub(super) fn run(args: &NewArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let work = Open::at(&args.draft.work)?;
    let advisory = &args.draft.advisory;
    let folder = work.draft(advisory)?;
    if folder.join("advisory.json").exists() {
        return Err(Failure::new("output", format!("{} is there already", folder.display())));
    }
    let piece = Piece { name: BUNDLE.into(), kind: "bundle".into(), language: None };
    let about =
        About { title: args.title.clone(), tlp: args.tlp.name().into(), files: vec![piece] };
    let draft = Draft { advisory: advisory.clone(), folder, about };
    let delegations =
        work.workshop.delegations().map_err(|refusal| super::files::refused(&refusal))?;
    if delegations.role(draft.role()).is_none() {
        let names: Vec<&str> = delegations.names().collect();
        let message = format!("`{}` is no role here; there are {}", draft.role(), names.join(", "));
        return Err(Failure::usage(message));
    }
    let bundle = match &args.from {
        Some(file) => {
            let bytes = read(file)?;
            let _: Value = serde_json::from_slice(&bytes)
                .map_err(|error| Failure::advisory(format!("{}: {error}", file.display())))?;
            bytes
        }
        None => lines(&json!({"id": format!("bundle--{}", uuid()?), "objects": []}))?,
    };
    write(&draft.folder.join(BUNDLE), &bundle)?;
    draft.save()?;
    let told = [
        format!("{}: “{}”, {}", advisory, args.title, args.tlp.name()),
        format!("  its files: {}", draft.folder.display()),
    ];
    let document = json!({"advisory": advisory, "folder": draft.folder, "tlp": args.tlp.name()});
    say(&args.run.output, "new", document, &told, out)?;
    Ok(0)
}

/// A UUID of version 4 (RFC 9562, 5.4).
fn uuid() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(Failure::advisory)?;
    let number =
        u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
    Ok(parts.join("-"))
}
