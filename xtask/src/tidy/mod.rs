//! `cargo xtask tidy`: the project's rules that no compiler checks. Each check is a file; a
//! check yields problems, each with the place it concerns.

mod copied;
mod escaping;
mod layers;
mod licences;
mod samples;
mod silence;
mod sizes;
mod source;
mod systems;
mod words;

use crate::workspace::Workspace;
use anyhow::{Result, bail};

/// What a check came to.
#[derive(Default)]
struct Outcome {
    /// What breaks a rule: place and reason, one line each.
    problems: Vec<String>,
    /// One line of figures for the log.
    note: Option<String>,
    /// Why the check could not be made here.
    skipped: Option<String>,
}

/// Name of a check, and the function that makes it.
type Check = (&'static str, fn(&Workspace) -> Result<Outcome>);

/// Every check, in the order they are made.
const CHECKS: &[Check] = &[
    ("sizes: no source file above 800 lines", sizes::check),
    ("layers: a crate uses only what ARCHITECTURE.md grants it", layers::check),
    (
        "silence: the core does not print, nor look at clock, environment, network or paths",
        silence::check,
    ),
    ("escaping: JSON is written by harmless::json", escaping::check),
    ("systems: code for one operating system stays in its places", systems::check),
    ("words: no text calls a phone or an app healthy", words::check),
    ("licences: every dependency's licence and source is allowed by deny.toml", licences::check),
    ("copied: nothing comes from ../shared/cases", copied::check),
    ("samples: samples/ is what testkit writes, byte for byte", samples::check),
];

/// Makes every check, and fails if one found a problem.
pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::load()?;
    let mut problems = 0;
    for (name, check) in CHECKS {
        let outcome = check(&workspace).unwrap_or_else(|error| Outcome {
            problems: vec![format!("the check could not be made: {error:#}")],
            ..Outcome::default()
        });
        problems += outcome.problems.len();
        let verdict = match (&outcome.skipped, outcome.problems.len()) {
            (Some(why), 0) => format!("skipped: {why}"),
            (_, 0) => "ok".to_owned(),
            (_, 1) => "1 problem".to_owned(),
            (_, count) => format!("{count} problems"),
        };
        println!("tidy: {name} — {verdict}");
        if let Some(note) = outcome.note {
            println!("  {note}");
        }
        for problem in outcome.problems {
            println!("  {problem}");
        }
    }
    if problems > 0 {
        bail!("tidy found {problems} problem(s)");
    }
    Ok(())
}
