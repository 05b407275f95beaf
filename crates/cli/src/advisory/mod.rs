//! `tamarisk advisory …`: a year in the life of an advisory that several agencies sign. One
//! subcommand, one file; a line in [`AdvisoryCommand`] and in [`run`] registers it.

mod args;
mod assemble;
mod diff;
mod draft;
mod edit;
mod files;
mod init;
mod keygen;
mod lint;
mod mirror;
mod new;
mod preview;
mod publish;
mod pull;
mod request;
mod revoke;
mod rotate;
mod say;
mod show;
mod sign;
mod signed;
mod summary;
mod trust;
mod verify;
mod workshop;

pub(crate) use args::{AdvisoryCommand, RootArgs};
pub(crate) use signed::add_signed;

use crate::failure::Failure;
use ::advisory::metadata::{TargetFile, Targets};
use ::advisory::workshop::Status;
use serde_json::{Value, json};
use std::io::Write;

/// Runs the subcommand; the exit code says what it came to.
pub(crate) fn run(command: &AdvisoryCommand, out: &mut impl Write) -> Result<u8, Failure> {
    use AdvisoryCommand as C;
    match command {
        C::Keygen(args) => keygen::run(args, out),
        C::Init(args) => init::run(args, out),
        C::New(args) => new::run(args, out),
        C::Edit(args) => edit::run(args, out),
        C::Lint(args) => lint::run(args, out),
        C::Preview(args) => preview::run(args, out),
        C::RequestSignatures(args) => request::run(args, out),
        C::Sign(args) => sign::run(args, out),
        C::Assemble(args) => assemble::run(args, out),
        C::Publish(args) => publish::run(args, out),
        C::Pull(args) => pull::run(args, out),
        C::Verify(args) => verify::run(args, out),
        C::Show(args) => show::run(args, out),
        C::Diff(args) => diff::run(args, out),
        C::Revoke(args) => revoke::run(args, out),
        C::RotateKey(args) => rotate::run(args, out),
    }
}

/// The files that a role had published.
fn published_files(work: &workshop::Open, role: &str) -> Result<Vec<TargetFile>, Failure> {
    let Some(envelope) = work.workshop.published.get(role) else { return Ok(Vec::new()) };
    Ok(Targets::read(envelope, role).map_err(|refusal| files::refused(&refusal))?.files)
}

/// How far a staged role is, for people and for scripts.
fn status(status: &Status, lines: &mut Vec<String>) -> Value {
    lines.push(format!("{}, version {}", status.role, status.version));
    let list = |names: &[String]| if names.is_empty() { "nobody".into() } else { names.join(", ") };
    lines.push(format!("  signed by {}", list(&status.signed)));
    lines.push(format!("  not by {}", list(&status.waiting)));
    lines.push(match status.lacks.is_empty() {
        true => "  enough have signed: it can be published".into(),
        false => format!("  it still needs {}", status.lacks.join(", ")),
    });
    json!({
        "role": status.role, "version": status.version, "sha256": const_hex::encode(status.digest),
        "signed": status.signed, "waiting": status.waiting, "lacks": status.lacks,
        "complete": status.lacks.is_empty(),
    })
}
