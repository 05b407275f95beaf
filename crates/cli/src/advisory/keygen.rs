//! `tamarisk advisory keygen`: a key, and what opens it.

use super::args::{KeyArgs, KeyKind, KeygenArgs};
use super::files::{json_file, read, write, write_secret};
use super::say::say;
use super::workshop::PublicFile;
use crate::failure::Failure;
use crate::input::{first_line, prompt};
use ::advisory::{Kind, SecretKey, Signer};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Shortest passphrase taken, in characters.
const SHORTEST: usize = 8;

pub(super) fn run(args: &KeygenArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let passphrase = match &args.passphrase_file {
        Some(file) => first_line(file)?,
        None => {
            let first = prompt(&args.file, "New passphrase of")?;
            if *prompt(&args.file, "Once more, the passphrase of")? != *first {
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
    say(args.output.format, &document, &lines, out)?;
    Ok(0)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// Opens a key file; asks for its passphrase where none is given.
pub(super) fn open(args: &KeyArgs) -> Result<SecretKey, Failure> {
    let sealed = read(&args.key)?;
    let passphrase: Zeroizing<String> = match &args.passphrase_file {
        Some(file) => first_line(file)?,
        None => prompt(&args.key, "Passphrase of")?,
    };
    SecretKey::open(&sealed, &passphrase)
        .map_err(|error| Failure::locked(format!("{}: {error}", args.key.display())))
}
