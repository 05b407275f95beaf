//! `tamarisk advisory assemble`: takes signatures in, in any order.

use super::args::{OutputArgs, WorkArgs};
use super::files::{read, refused};
use super::say::say;
use super::status;
use super::workshop::Open;
use crate::failure::Failure;
use ::advisory::workshop::Answer;
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct AssembleArgs {
    #[command(flatten)]
    work: WorkArgs,

    /// Files of signatures, in any order
    #[arg(value_name = "FILE", required = true)]
    answers: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

pub(super) fn run(args: &AssembleArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let mut work = Open::at(&args.work.work)?;
    for file in &args.answers {
        let answer = Answer::parse(&read(file)?);
        let taken = answer.and_then(|answer| work.workshop.assemble(&answer));
        taken.map_err(|refusal| {
            let mut failure = refused(&refusal);
            failure.message = format!("{}: {}", file.display(), failure.message);
            failure
        })?;
    }
    work.save()?;
    let (mut lines, mut roles, mut complete) = (Vec::new(), Vec::new(), true);
    for role in work.workshop.staged.keys() {
        let told = work.workshop.status(role).map_err(|refusal| refused(&refusal))?;
        complete &= told.lacks.is_empty();
        roles.push(status(&told, &mut lines));
    }
    say(&args.output, "assemble", json!({"complete": complete, "roles": roles}), &lines, out)?;
    Ok(u8::from(!complete))
}
