//! The `tamarisk` command: turns a command line into calls of the library crates, prints what
//! they return, and decides the exit code. No other crate makes such choices.

mod advisory;
mod apk;
mod args;
mod brand;
mod check;
mod confine;
mod failure;
mod formats;
mod indicators;
mod input;
mod interrupted;
mod isolation;
mod key_file;
mod knowledge;
mod partial;
mod progress;
mod read;
mod save;
mod sighting;
mod stage;
mod stix;
mod taxii;
mod terminal;
mod verify;
mod yara;

use args::{Cli, Command, RecordFormat, ReportFormat};
use clap::Parser;
use failure::{Document, Failure};
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// The exit code of a run that came to no result.
const ERROR: u8 = 2;

fn main() -> ExitCode {
    // The worker that reads evidence is this program, started again. Nothing above this line may
    // touch files, threads or the environment.
    let mut words = std::env::args_os().skip(1);
    if let (Some(serve), None) = (words.next().and_then(|w| isolate::serving(&w)), words.next()) {
        return ExitCode::from(serve());
    }
    match Cli::try_parse() {
        Ok(cli) => person(&cli),
        Err(error) => misunderstood(&error),
    }
}

/// Serves a person (or a script): runs the command, prints, and says how it went.
fn person(cli: &Cli) -> ExitCode {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let (result, json) = match &cli.command {
        Command::Check(args) => (check::run(args, &mut out), args.format == ReportFormat::Json),
        Command::Read(args) => (read::run(args, &mut out), args.format == RecordFormat::Jsonl),
        Command::Verify(args) => (verify::run(args, &mut out), args.is_json()),
        Command::Formats(args) => {
            (formats::run(args, &mut out).map(|()| 0), args.format == args::ListFormat::Json)
        }
        Command::Indicators(command) => (indicators::run(command, &mut out), command.is_json()),
        Command::Brand(command) => (brand::run(command, &mut out), false),
        Command::Advisory(command) => (advisory::run(command, &mut out), command.is_json()),
        Command::Apk(command) => (apk::run(command, &mut out), command.is_json()),
        Command::Stix(command) => (stix::run(command, &mut out), command.is_json()),
        Command::Taxii(command) => (taxii::run(command, &mut out), command.is_json()),
        Command::Sighting(command) => (sighting::run(command, &mut out), false),
    };
    let result = result.and_then(|code| out.flush().map(|()| code).map_err(Failure::output));
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) if failure.is_closed_pipe() => ExitCode::from(ERROR),
        Err(failure) => {
            failed(&failure, json);
            ExitCode::from(ERROR)
        }
    }
}

/// Says why a run failed: to people on standard error, to scripts on standard output too.
fn failed(failure: &Failure, json: bool) {
    terminal::complain(&failure.message);
    if json {
        document(failure);
    }
}

/// Tells a script why a run failed. Where nobody reads standard output there is nobody to tell.
fn document(failure: &Failure) {
    let _ = record::json::write_line(&mut std::io::stdout().lock(), &Document { error: failure });
}

/// The command line was not understood, or asked for help or the version.
fn misunderstood(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    // It repeats what was given: names that a shell took from a folder are hostile too.
    let given = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let given: Vec<String> = given.collect();
    let mut shown = error.render().to_string();
    for part in given.iter().flat_map(|word| word.splitn(2, '=')) {
        if part.chars().any(record::harmless::is_active) {
            shown = shown.replace(part, &record::harmless::line(part).to_string());
        }
    }
    for line in shown.lines() {
        let _ = writeln!(std::io::stderr(), "{}", record::harmless::line(line));
    }
    let mut words = given.iter().peekable();
    let mut json = false;
    while let Some(word) = words.next() {
        let value = word.strip_prefix("--format=").map(ToOwned::to_owned);
        let value =
            value.or_else(|| words.peek().filter(|_| word == "--format").map(|v| (*v).clone()));
        json |= value.is_some_and(|v| v == "json" || v == "jsonl");
    }
    if json {
        document(&Failure::usage(shown));
    }
    ExitCode::from(ERROR)
}
