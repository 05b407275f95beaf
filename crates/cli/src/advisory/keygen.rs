//! `tamarisk advisory keygen`: a key, and what opens it.

use super::args::OutputArgs;
use super::files::{json_file, write, write_secret};
use super::say::say;
use super::workshop::PublicFile;
use crate::failure::Failure;
use crate::input::{first_line, prompted};
use ::advisory::{Kind, SecretKey, Signer};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Shortest passphrase taken, in characters.
const SHORTEST: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum KeyKind {
    /// Ed25519
    Ed25519,
    /// ECDSA on P-256, for what cannot do Ed25519
    P256,
}

#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// The key file to write; the public part is written beside it, as FILE.pub
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Whose key it is, as reports are to name them
    #[arg(long, value_name = "NAME")]
    name: String,

    /// The kind of key
    #[arg(long, value_enum, default_value_t = KeyKind::Ed25519)]
    kind: KeyKind,

    /// File whose first line is the passphrase; - for standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// What a guess at the passphrase costs, as a power of two (scrypt, log2 of N); below 15 only
    /// for tests
    #[arg(long, default_value_t = ::advisory::WORK_FACTOR, value_parser = clap::value_parser!(u8).range(1..=22))]
    work_factor: u8,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

pub(super) fn run(args: &KeygenArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let passphrase = match &args.passphrase_file {
        Some(file) => first_line(file)?,
        None => {
            let name = args.file.display();
            let ask = |what: &str| prompted(&format!("{what} {name}"), "--passphrase-file");
            let first = ask("New passphrase of")?;
            if *ask("Once more, the passphrase of")? != *first {
                return Err(Failure::locked("the two passphrases differ"));
            }
            first
        }
    };
    if passphrase.chars().count() < SHORTEST {
        return Err(Failure::locked(format!("a passphrase has at least {SHORTEST} characters")));
    }
    let kind = match args.kind {
        KeyKind::Ed25519 => Kind::Ed25519,
        KeyKind::P256 => Kind::P256,
    };
    let key = SecretKey::generate(kind).map_err(Failure::locked)?;
    let sealed = key.seal(&passphrase, args.work_factor).map_err(Failure::locked)?;
    let public = beside(&args.file);
    let file = PublicFile::new(&args.name, key.public())?;
    let bytes = json_file(&file)?;
    write_secret(&args.file, &sealed)?;
    write(&public, &bytes)?;
    let words = key.public().words();
    let lines = [
        format!(
            "{} holds the secret key; keep it offline, and a copy apart from its passphrase",
            args.file.display()
        ),
        format!("{} is for those who set up the repository", public.display()),
        format!("{} key of {}; to be read out and compared:", key.public().kind(), args.name),
        format!("  {words}"),
    ];
    let document = json!({
        "key_file": args.file, "public_file": public, "kind": key.public().kind(),
        "name": args.name, "keyid": key.public().id(), "words": words,
    });
    say(&args.output, "keygen", document, &lines, out)?;
    Ok(0)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}
