//! What it costs to verify a signed advisory, beside python-tuf (PyPI) on the same mirror in the same run.
//! The measuring program is an example of `advisory`: it prints figures as JSON and asserts nothing.

use super::Bench;
use super::index::example_of;
use super::measure;
use crate::machine;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Verifies the mirror with the client of python-tuf, seven times, each time as who knows only the root;
/// prints the median time in milliseconds.
const PEER: &str = r#"
import sys, tempfile, time
from datetime import datetime, timezone
from pathlib import Path
from tuf.ngclient import Updater
from tuf.ngclient.fetcher import FetcherInterface
from tuf.api.exceptions import DownloadHTTPError
folder = sys.argv[1]
class Folder(FetcherInterface):
    def _fetch(self, url):
        path = Path(url)
        if not path.is_file():
            raise DownloadHTTPError("not there", 404)
        yield path.read_bytes()
root = Path(folder, "root.json").read_bytes()
times = []
for _ in range(7):
    with tempfile.TemporaryDirectory() as own:
        start = time.perf_counter()
        updater = Updater(metadata_dir=own, metadata_base_url=folder + "/mirror/metadata/", target_dir=own,
            target_base_url=folder + "/mirror/targets/", fetcher=Folder(), bootstrap=root)
        updater._trusted_set.reference_time = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
        updater.refresh()
        updater.download_target(updater.get_targetinfo("joint/1/bundle.json"))
        times.append(time.perf_counter() - start)
print(sorted(times)[3] * 1e3)
"#;

/// The rows as a Markdown table; empty where only others are asked for.
pub(super) fn markdown(bench: &Bench<'_>, workspace: &Workspace) -> Result<String> {
    if bench.options.only.as_deref().is_some_and(|text| !"signed advisory".contains(text)) {
        return Ok(String::new());
    }
    println!("bench: signed advisory, load average {}", machine::load());
    let folder = bench.fresh_out()?;
    let figures = example_of(workspace, "advisory", "verify_speed", &folder)?;
    let mut text = String::from("\n| signed advisory | figure | target |\n|---|--:|--:|\n");
    for (key, what, target) in [
        ("bytes", "100,000 indicators, 6 signatures, bytes", ""),
        ("metadata_ms", "its metadata verified, ms", ""),
        ("whole_ms", "all of it verified, the bundle too, ms", "≤ 300"),
    ] {
        let _ = writeln!(text, "| {what} | {} | {target} |", figures[key]);
    }
    let command = command(bench, &folder)?.as_secs_f64() * 1e3;
    let _ = writeln!(
        text,
        "| `tamarisk advisory verify` of it, median of 5, ms | {command:.0} | ≤ 300 |"
    );
    match peer(workspace, &folder) {
        Ok(theirs) => {
            let whole = figures["whole_ms"].as_f64().context("no `whole_ms`")?;
            let _ = writeln!(text, "| python-tuf, all of it, ms | {theirs:.1} | |");
            let _ = writeln!(text, "| python-tuf ÷ ours | {:.1} | |", theirs / whole);
        }
        Err(error) => println!("bench: python-tuf is left out: {error:#}"),
    }
    println!("{text}");
    Ok(text)
}

/// The command on the clock, with its start and the reading of files.
fn command(bench: &Bench<'_>, folder: &Path) -> Result<Duration> {
    let mut walls = Vec::new();
    for _ in 0..5 {
        let mut verify = Command::new(&bench.ours);
        verify.args(["advisory", "verify"]).arg(folder.join("mirror"));
        verify.arg("--root").arg(folder.join("root.json")).args(["--now", "2026-11-22T09:00:00Z"]);
        let usage = measure::run(&verify, folder, 0)?;
        usage.expect_exit(&[0])?;
        walls.push(usage.wall);
    }
    walls.sort_unstable();
    Ok(walls[walls.len() / 2])
}

fn peer(workspace: &Workspace, folder: &Path) -> Result<f64> {
    let programs = setup::tuf(workspace)?;
    let output = Command::new(programs.join("python")).args(["-c", PEER]).arg(folder).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.trim().parse();
    told.with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
}
