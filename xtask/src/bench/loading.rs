//! What it costs to load indicators, and to hold host names against them, beside MVT from PyPI on the
//! same file in the same run.

use super::Bench;
use super::index::example;
use super::inputs::Input;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Loads the file in MVT, then holds links to hosts against it for 10 seconds; half of the hosts lie
/// below a domain of the file. Stopped at its limit of CPU
/// seconds, it prints that.
const PEER: &str = r#"
import json, logging, signal, sys, time
logging.disable(logging.CRITICAL)
from mvt.common.indicators import Indicators
path, seconds = sys.argv[1], int(sys.argv[2])
def stop(*_):
    print(json.dumps({"stopped": time.process_time() - start}), flush=True)
    sys.exit(0)
start = time.process_time()
signal.signal(signal.SIGPROF, stop)
signal.setitimer(signal.ITIMER_PROF, seconds)
indicators = Indicators()
indicators.load_indicators_files([path], load_default=False)
signal.setitimer(signal.ITIMER_PROF, 0)
loaded = time.process_time() - start
domains = [o["pattern"].split("'")[1] for o in json.load(open(path))["objects"]
           if o["type"] == "indicator" and o["pattern"].startswith("[domain-name:value")]
urls = [f"http://c2{sign}{domain}/" for domain in domains for sign in ".-"]
indicators.check_url(urls[0])
start, done = time.process_time(), 0
for url in urls:
    indicators.check_url(url)
    done += 1
    if time.process_time() - start > 10:
        break
print(json.dumps({"seconds": loaded, "hosts_a_second": done / (time.process_time() - start)}))
"#;

/// What is loaded: indicators, and the input.
const ROWS: &[(&str, Input)] = &[("10,000", Input::FewDomains), ("100,000", Input::Domains)];

/// The rows as a Markdown table; empty where only others are asked for.
pub(super) fn markdown(bench: &Bench<'_>, workspace: &Workspace) -> Result<String> {
    if bench.options.only.as_deref().is_some_and(|text| !"loading indicators".contains(text)) {
        return Ok(String::new());
    }
    println!("bench: loading indicators");
    let mut text = String::from(
        "\n| indicators (domains, each with a relationship) | loaded, s | MVT, CPU s | MVT ÷ ours \
         | host names a second | MVT | ours ÷ MVT |\n|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for (name, input) in ROWS {
        let path = bench.inputs.path(*input)?;
        let ours = example(workspace, "load_speed", &path)?;
        let (seconds, rate) = (number(&ours, "seconds")?, number(&ours, "hosts_a_second")?);
        let _ = write!(text, "| {name} | {seconds:.3} | ");
        match bench.mvt.as_deref().map(|programs| peer(bench, programs, &path)) {
            Some(Ok(theirs)) if theirs["stopped"].is_number() => {
                let stopped = number(&theirs, "stopped")?;
                let _ = write!(text, "> {stopped:.0} | > {:.0} | ", stopped / seconds);
                let _ = writeln!(text, "{rate:.0} | | |");
            }
            Some(Ok(theirs)) => {
                let (loaded, held) =
                    (number(&theirs, "seconds")?, number(&theirs, "hosts_a_second")?);
                let _ = write!(text, "{loaded:.1} | {:.0} | ", loaded / seconds);
                let _ = writeln!(text, "{rate:.0} | {held:.0} | {:.0} |", rate / held);
            }
            other => {
                if let Some(Err(error)) = other {
                    println!("bench: MVT is left out: {error:#}");
                }
                let _ = writeln!(text, "| | {rate:.0} | | |");
            }
        }
    }
    println!("{text}");
    Ok(text)
}

fn number(told: &Value, key: &str) -> Result<f64> {
    told[key].as_f64().with_context(|| format!("no `{key}` in {told}"))
}

fn peer(bench: &Bench<'_>, programs: &Path, path: &Path) -> Result<Value> {
    let mut command = Command::new(programs.join("python"));
    command.args(["-c", PEER]).arg(path).arg(bench.options.peer_seconds.to_string());
    command.env("MVT_NETWORK_ACCESS_ALLOWED", "False").env("HOME", &bench.out);
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
}
