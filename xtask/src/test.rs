//! `cargo xtask test`: set-up, then every check of the project; what `.ci/run` calls.

use crate::run::{cargo, on_path, succeed};
use crate::workspace::Workspace;
use crate::{setup, tidy};
use anyhow::{Result, bail};
use std::time::Instant;

/// What to leave out.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Install nothing; tests whose programs are missing skip
    #[arg(long)]
    no_setup: bool,
    /// Run only this step (may be given several times)
    #[arg(long, value_name = "STEP", value_parser = STEPS.iter().map(|step| step.name).collect::<Vec<_>>())]
    only: Vec<String>,
}

/// How a step that did not fail ended.
enum Ended {
    Passed,
    Skipped(String),
}

struct Step {
    name: &'static str,
    run: fn(&Workspace) -> Result<Ended>,
}

/// The step that holds our results against those of other programs.
const TESTS: &str = "tests";

/// Every step, quick ones first. A failed step does not keep the later ones from running.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        run: |w| {
            pass(w, &["fmt", "--all", "--check"])?;
            pass(w, &["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])
        },
    },
    Step {
        name: "clippy",
        run: |w| {
            let all =
                ["--workspace", FEATURES, "--all-targets", "--locked", "--", "-D", "warnings"];
            pass(w, &[&["clippy"], &all[..]].concat())
        },
    },
    Step { name: "tidy", run: |_| tidy::run().map(|()| Ended::Passed) },
    Step { name: "deny", run: deny },
    Step { name: "doc", run: doc },
    Step {
        name: "doctest",
        run: |w| pass(w, &["test", "--workspace", FEATURES, "--doc", "--locked"]),
    },
    Step { name: TESTS, run: tests },
    Step { name: "default", run: default },
];

/// What is off in the README's first command, and on in all steps but the last.
const FEATURES: &str = "--features=cli/yara";

/// Runs the steps and tells at the end how each went.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    let chosen =
        |step: &&Step| options.only.is_empty() || options.only.iter().any(|name| name == step.name);
    // The other steps run no peer.
    let set_up = !options.no_setup && STEPS.iter().filter(chosen).any(|step| step.name == TESTS);
    let mut notes = if set_up { setup::tools() } else { Vec::new() };
    if set_up {
        notes.extend(setup::apks(&workspace)?);
        notes.extend(setup::peers(&workspace));
    }
    if workspace.shared().is_none() {
        notes.push("no ../shared here; tests over its public case sets skip".to_owned());
    }
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut summary = Vec::new();
    for step in STEPS.iter().filter(chosen) {
        println!("\n=== {} ===", step.name);
        let start = Instant::now();
        let verdict = match (step.run)(&workspace) {
            Ok(Ended::Passed) => {
                passed += 1;
                "passed".to_owned()
            }
            Ok(Ended::Skipped(why)) => {
                skipped += 1;
                format!("skipped: {why}")
            }
            Err(error) => {
                failed += 1;
                format!("FAILED: {error:#}")
            }
        };
        let line = format!("{:8} {verdict} ({:.0} s)", step.name, start.elapsed().as_secs_f64());
        println!("{line}");
        summary.push(line);
    }
    println!("\n=== summary ===\n{}", summary.join("\n"));
    for note in &notes {
        println!("note: {note}");
    }
    println!("steps: {passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 {
        bail!("{failed} step(s) failed");
    }
    Ok(())
}

fn pass(workspace: &Workspace, args: &[&str]) -> Result<Ended> {
    succeed(&mut cargo(&workspace.root, args))?;
    Ok(Ended::Passed)
}

/// The documentation builds, and its links lead somewhere; those to private items may, since
/// the documentation is for us and holds them.
fn doc(workspace: &Workspace) -> Result<Ended> {
    let args = ["doc", "--workspace", FEATURES, "--no-deps", "--document-private-items"];
    succeed(
        cargo(&workspace.root, args)
            .args(["--locked", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"),
    )?;
    Ok(Ended::Passed)
}

/// By nextest where it is installed, else by cargo.
fn tests(workspace: &Workspace) -> Result<Ended> {
    if on_path("cargo-nextest").is_some() {
        let args = ["nextest", "run", "--workspace", FEATURES, "--locked", "--no-fail-fast"];
        return pass(workspace, &args);
    }
    println!("cargo-nextest is not installed; using cargo test");
    let args = ["test", "--workspace", FEATURES, "--all-targets", "--locked", "--no-fail-fast"];
    pass(workspace, &args)
}

/// The program as the README's first command builds it: without YARA-X, which takes minutes, and says
/// how to get it.
fn default(workspace: &Workspace) -> Result<Ended> {
    let args = ["tree", "--locked", "--prefix", "none", "--edges", "normal"];
    let output = cargo(&workspace.root, args).output()?;
    if !output.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    }
    let linked = String::from_utf8(output.stdout)?;
    if linked.lines().any(|line| line.starts_with("yara-x ")) {
        bail!("the default build links YARA-X");
    }
    pass(workspace, &["test", "--package", "cli", "--test", "without_yara", "--locked"])
}

/// cargo-deny where it is installed. Building it takes longer than all else here, and tidy
/// checks licences and sources anyway, so it is not installed for this. Advisories need a
/// database from the network and are left to who has one.
fn deny(workspace: &Workspace) -> Result<Ended> {
    if on_path("cargo-deny").is_none() {
        return Ok(Ended::Skipped(
            "cargo-deny is not installed (cargo install --locked cargo-deny)".to_owned(),
        ));
    }
    pass(workspace, &["deny", "--locked", "--offline", "check", "bans", "licenses", "sources"])
}
