//! `cargo xtask bench`: CPU seconds and peak memory of the release binary on large synthetic
//! inputs, beside MVT's in the same run. Figures are told beside their targets and asserted
//! nowhere: machines swing, and a test that fails by chance teaches people to ignore it.

mod advisory;
mod apk;
mod bombs;
mod folder;
mod index;
mod inputs;
mod loading;
mod measure;
mod peaks;
mod rows;
mod table;
mod taxii;
mod yara;

use crate::run::{cargo, succeed};
use crate::setup;
use crate::workspace::Workspace;
use anyhow::Result;
use inputs::Inputs;
pub(crate) use measure::{Measured, measured, run as run_measured};
use measure::{Usage, median};
use rows::{Output, ROWS, Row};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use table::{Line, Page};

/// The release of MVT that we measure beside.
const MVT: &str = "mvt==2026.10.26";

/// The time that our reports are made at.
const NOW: &str = "2026-11-01T00:00:00Z";

/// How much to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write the table to docs/bench.md
    #[arg(long)]
    write: bool,
    /// Also measure a release build from nothing
    #[arg(long)]
    build: bool,
    /// Also measure YARA rules, which takes a release build with them from nothing (minutes)
    #[arg(long)]
    yara: bool,
    /// How often to run ours; the median counts
    #[arg(long, default_value_t = 3, value_name = "N")]
    runs: usize,
    /// Stop MVT after this many seconds in a row, and what is run on an APK of the folder of 1,000; 0
    /// leaves these out
    #[arg(long, default_value_t = 120, value_name = "SECONDS")]
    peer_seconds: u64,
    /// Measure this binary, built before from the same sources, instead of building one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Only rows whose name contains this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

/// Everything a row needs.
struct Bench<'a> {
    inputs: Inputs,
    /// The release binary.
    ours: PathBuf,
    /// Folder of MVT's programs, where it could be installed.
    mvt: Option<PathBuf>,
    /// Folder that outputs are written to, and thrown away.
    out: PathBuf,
    options: &'a Options,
}

/// Measures and prints; with `--write`, also into docs/bench.md.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::load()?;
    let build = options.build.then(|| cold_build(&workspace)).transpose()?;
    if options.binary.is_none() {
        println!("bench: building the release binary");
        succeed(&mut cargo(
            &workspace.root,
            ["build", "--release", "--quiet", "--locked", "--package", "cli"],
        ))?;
    }
    let bench = Bench {
        inputs: Inputs::new(&workspace)?,
        ours: options.binary.clone().unwrap_or_else(|| workspace.target.join("release/tamarisk")),
        mvt: if options.peer_seconds == 0 { None } else { mvt(&workspace) },
        out: workspace.target.join("bench-out"),
        options,
    };
    let mut page = Page::new(&workspace.root)?;
    for row in
        ROWS.iter().filter(|row| options.only.as_deref().is_none_or(|text| row.name.contains(text)))
    {
        println!("bench: {}", row.name);
        page.lines.push(bench.row(row)?);
    }
    page.apks = apk::lines(&bench, &workspace)?;
    page.index = folder::markdown(&bench, &workspace)?;
    page.index += &index::markdown(&bench, &workspace)?;
    if options.yara {
        page.index += &yara::markdown(&bench, &workspace)?;
    }
    page.index += &advisory::markdown(&bench, &workspace)?;
    page.taxii = taxii::markdown(&bench, &workspace)?;
    page.index += &loading::markdown(&bench, &workspace)?;
    page.index += &bombs::markdown(&bench, &workspace)?;
    page.start = Some(bench.start()?);
    page.binary_bytes = Some(fs::metadata(&bench.ours)?.len());
    page.build = build;
    let text = page.markdown();
    println!("\n{text}");
    if options.write {
        fs::write(workspace.root.join("docs/bench.md"), text)?;
    }
    Ok(())
}

/// A release build of the default binary from nothing, in seconds on the clock.
fn cold_build(workspace: &Workspace) -> Result<Duration> {
    println!("bench: building from nothing");
    let folder = tempfile::tempdir_in(&workspace.target)?;
    let mut build =
        cargo(&workspace.root, ["build", "--release", "--quiet", "--locked", "--package", "cli"]);
    let start = Instant::now();
    succeed(build.env("CARGO_TARGET_DIR", folder.path()))?;
    Ok(start.elapsed())
}

fn mvt(workspace: &Workspace) -> Option<PathBuf> {
    match setup::python(workspace, "mvt", &[MVT]) {
        Ok(programs) => Some(programs),
        Err(error) => {
            println!("bench: MVT is left out: {error:#}");
            None
        }
    }
}

impl Bench<'_> {
    fn row(&self, row: &'static Row) -> Result<Line> {
        let evidence = self.inputs.path(row.evidence)?;
        let advisory = row.advisory.map(|advisory| self.inputs.path(advisory)).transpose()?;
        let mut runs = Vec::new();
        let mut planted = None;
        for _ in 0..self.options.runs.max(1) {
            let (usage, found) = self.ours(row, &evidence, advisory.as_deref())?;
            println!("  tamarisk {usage}");
            runs.push(usage);
            planted = found;
        }
        let peer = match (&self.mvt, row.peer) {
            (Some(programs), Some(command)) => {
                let (usage, found) =
                    self.peer(programs, command, &evidence, advisory.as_deref())?;
                println!("  MVT {usage}");
                Some((usage, found))
            }
            _ => None,
        };
        Ok(Line { row, ours: median(&runs), planted, peer })
    }

    /// One run of ours; the planted apps among its findings, where it printed JSON.
    fn ours(
        &self,
        row: &Row,
        evidence: &Path,
        advisory: Option<&Path>,
    ) -> Result<(Usage, Option<usize>)> {
        let folder = self.fresh_out()?;
        let mut command = Command::new(&self.ours);
        command.args(["check", "--now", NOW]);
        command.args(row.options);
        if let Some(advisory) = advisory {
            command.arg("--advisory").arg(advisory);
        }
        let report = match row.output {
            Output::Json => {
                command.args(["--format", "json"]);
                folder.join("stdout")
            }
            Output::Folder => {
                command.arg("--out").arg(folder.join("report"));
                folder.join("report/report.json")
            }
        };
        command.arg(evidence);
        let usage = measure::run(&command, &folder, 0)?;
        usage.expect_exit(&[0, 1, 3])?;
        Ok((usage, planted(&report, "/findings", "/subject/value")))
    }

    /// One run of MVT, offline, with a home of its own.
    fn peer(
        &self,
        programs: &Path,
        subcommand: &str,
        evidence: &Path,
        advisory: Option<&Path>,
    ) -> Result<(Usage, Option<usize>)> {
        let folder = self.fresh_out()?;
        let mut command = Command::new(programs.join("mvt-android"));
        command.args(["--disable-update-check", "--disable-indicator-update-check", subcommand]);
        if subcommand == "check-androidqf" {
            command.arg("--non-interactive");
        }
        if let Some(advisory) = advisory {
            command.arg("--iocs").arg(advisory);
        }
        command.arg("--output").arg(folder.join("report")).arg(evidence);
        command.env("HOME", &folder).env("MVT_NETWORK_ACCESS_ALLOWED", "False");
        let usage = measure::run(&command, &folder, self.options.peer_seconds)?;
        if !usage.stopped {
            usage.expect_exit(&[0])?;
        }
        let found = planted(&folder.join("report/alerts.json"), "", "/matched_indicator/value");
        Ok((usage, found))
    }

    /// `tamarisk --version`, on the clock.
    fn start(&self) -> Result<Duration> {
        let folder = self.fresh_out()?;
        let mut walls = Vec::new();
        for _ in 0..21 {
            let mut command = Command::new(&self.ours);
            command.arg("--version");
            walls.push(measure::run(&command, &folder, 0)?.wall);
        }
        walls.sort_unstable();
        Ok(walls[walls.len() / 2])
    }

    fn fresh_out(&self) -> Result<PathBuf> {
        if self.out.exists() {
            fs::remove_dir_all(&self.out)?;
        }
        fs::create_dir_all(&self.out)?;
        Ok(self.out.clone())
    }
}

/// How many of the planted apps a report names: distinct texts at `value` below each element
/// of the list at `list` that name one. A speed that found nothing would be worth nothing.
fn planted(report: &Path, list: &str, value: &str) -> Option<usize> {
    let report: serde_json::Value = serde_json::from_slice(&fs::read(report).ok()?).ok()?;
    let mut names: Vec<&str> = report
        .pointer(list)?
        .as_array()?
        .iter()
        .filter_map(|finding| finding.pointer(value)?.as_str())
        .filter(|name| name.starts_with("evil.pkg"))
        .collect();
    names.sort_unstable();
    names.dedup();
    Some(names.len())
}
