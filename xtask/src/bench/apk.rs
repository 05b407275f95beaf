//! What reading and verifying APKs costs, beside AOSP's verifier: Debian's `libapksig-java` in
//! one JVM for many, its `apksigner` for one.

use super::Bench;
use super::measure::{self, Usage, median};
use crate::run::{command, succeed};
use crate::setup;
use crate::workspace::{Workspace, files_below};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The library, where Debian puts it.
const LIBRARY: &str = "/usr/share/java/apksig.jar";
/// How often each public case lies in the folder, under different names.
const COPIES: usize = 3;

/// A measurement beside a peer.
pub(super) struct Line {
    name: String,
    ours: Usage,
    target_seconds: f64,
    target_mb: Option<u64>,
    peers: Vec<(&'static str, Usage)>,
}

/// Measures every row whose name holds the text asked for.
pub(super) fn lines(bench: &Bench<'_>, workspace: &Workspace) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let wanted = |name: &str| bench.options.only.as_deref().is_none_or(|text| name.contains(text));
    if wanted("APKs") {
        match many(bench, workspace) {
            Ok(line) => lines.push(line),
            Err(error) => println!("bench: the public APKs are left out: {error:#}"),
        }
    }
    if wanted("APK of 24 MB") {
        match one(bench, workspace) {
            Ok(line) => lines.push(line),
            Err(error) => println!("bench: the APK of 24 MB is left out: {error:#}"),
        }
    }
    for row in CODE {
        if wanted(row.name) {
            match code(bench, workspace, row) {
                Ok(line) => lines.push(line),
                Err(error) => println!("bench: {} is left out: {error:#}", row.name),
            }
        }
    }
    Ok(lines)
}

/// A row on the code of an app.
struct CodeRow {
    name: &'static str,
    /// Real apps that the one measured is put together from.
    apps: &'static [&'static str],
    target_seconds: f64,
    target_mb: u64,
    /// Whether androguard is measured beside it: with large apps it takes minutes and gigabytes.
    beside: bool,
}

/// Everything about an app: signatures, all code, call graph, abilities.
const CODE: &[CodeRow] = &[
    CodeRow {
        name: "the code of appium-uiautomator2-server, 18 MB",
        apps: &["appium-uiautomator2-server-v10.6.6.apk"],
        target_seconds: 0.4,
        target_mb: 80,
        beside: true,
    },
    CodeRow {
        name: "the code of five apps in one",
        apps: &[
            "appium-uiautomator2-server-v10.6.6.apk",
            "ApiDemos-debug.apk",
            "settings_apk-debug.apk",
            "Yosemite.apk",
            "pocoservice-debug.apk",
        ],
        target_seconds: 1.8,
        target_mb: 200,
        beside: false,
    },
];

/// One app, examined whole; androguard's graph of it beside.
fn code(bench: &Bench<'_>, workspace: &Workspace, row: &CodeRow) -> Result<Line> {
    setup::apks(workspace)?;
    let folder = workspace.target.join("peers/apks");
    let apps: Vec<PathBuf> = row.apps.iter().map(|name| folder.join(name)).collect();
    let app = match apps.as_slice() {
        [one] => one.clone(),
        several => composite(workspace, several)?,
    };
    anyhow::ensure!(app.is_file(), "{} is not there", app.display());
    println!("bench: {}", row.name);
    let ours = ours(bench, &["apk", "show", "--format", "json"], &app, &[0])?;
    let found = counts(bench, &app)?;
    println!("  {found}");
    let mut peers = Vec::new();
    if row.beside {
        for (name, on) in CODE_PEERS {
            match on(workspace, &app) {
                Ok(command) => peers.push((*name, peer(bench, &command)?)),
                Err(error) => println!("bench: {name} is left out: {error:#}"),
            }
        }
    }
    let (target_seconds, target_mb) = (row.target_seconds, Some(row.target_mb));
    Ok(Line { name: format!("{}: {found}", row.name), ours, target_seconds, target_mb, peers })
}

/// A command that measures a peer on an app.
pub(super) type OnApp = fn(&Workspace, &Path) -> Result<Command>;

/// What else reads an app's code, and how it is run on one.
pub(super) const CODE_PEERS: &[(&str, OnApp)] = &[
    ("androguard, graph alone", |workspace, app| {
        let mut androguard = Command::new(setup::androguard(workspace)?.join("python3"));
        androguard.arg(workspace.root.join("crates/calls/tests/edges.py")).arg(app);
        Ok(androguard)
    }),
    ("quark-engine, one rule", |workspace, app| {
        let mut quark = Command::new(setup::quark(workspace)?.join("quark"));
        // It leaves a log where it stands.
        quark.current_dir(std::env::temp_dir());
        quark.args(["-s", "-r"]).arg(workspace.root.join("xtask/peers/quark"));
        quark.arg("-a").arg(app);
        Ok(quark)
    }),
];

/// How much of an app was looked at, so that a limit that was lowered shows.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) dex: usize,
    pub(super) methods: u64,
    pub(super) edges: u64,
    pub(super) abilities: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { dex, methods, edges, abilities } = self;
        write!(out, "{dex} DEX, {methods} methods, {edges} edges, {abilities} abilities")
    }
}

/// What `apk show` counts of an app.
pub(super) fn counts(bench: &Bench<'_>, app: &Path) -> Result<Counts> {
    let mut command = Command::new(&bench.ours);
    let shown = command.args(["apk", "show", "--format", "json"]).arg(app).output()?;
    let shown: Value = serde_json::from_slice(&shown.stdout).context("no JSON of an app")?;
    let of_code = |key: &str| shown["code"][key].as_u64().unwrap_or(0);
    let list = |key: &str| shown[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_dex = |member: &&Value| {
        member["name"].as_str().is_some_and(|name| !name.contains('/') && name.ends_with(".dex"))
    };
    let abilities: BTreeSet<&str> =
        list("abilities").iter().filter_map(|ability| ability["id"].as_str()).collect();
    Ok(Counts {
        dex: list("members").iter().filter(is_dex).count(),
        methods: of_code("methods"),
        edges: of_code("edges"),
        abilities: abilities.len(),
    })
}

/// One app of several, by the generator that founders share.
fn composite(workspace: &Workspace, apps: &[PathBuf]) -> Result<PathBuf> {
    let shared = workspace.shared().context("../shared is not there")?;
    let made = workspace.target.join("bench-inputs/composite.apk");
    if !made.is_file() {
        let mut python = command("python3", [shared.join("bench/gen_composite_apk.py")]);
        succeed(python.arg(&made).args(apps))?;
    }
    Ok(made)
}

/// All public cases, three times over: manifest, resources, certificates, verdicts and a hash of
/// every member, in one process.
fn many(bench: &Bench<'_>, workspace: &Workspace) -> Result<Line> {
    let shared = workspace.shared().context("../shared is not there")?;
    let folder = workspace.target.join("bench-inputs/apks");
    let mut cases: Vec<PathBuf> = files_below(&shared.join("cases/apk"))?;
    cases.retain(|path| path.extension().is_some_and(|kind| kind == "apk"));
    cases.sort();
    if !folder.exists() {
        let part = workspace.target.join("bench-inputs/part-apks");
        fs::create_dir_all(&part)?;
        for copy in 0..COPIES {
            for (number, case) in cases.iter().enumerate() {
                fs::copy(case, part.join(format!("{copy}-{number}.apk")))?;
            }
        }
        fs::rename(part, &folder)?;
    }
    let name = format!("{} APKs, read and verified", cases.len() * COPIES);
    println!("bench: {name}");
    let ours = ours(bench, &["read", "--quiet"], &folder, &[0, 3])?;
    let mut peers = Vec::new();
    match driver(workspace) {
        Ok(classes) => {
            let list = bench.out.with_extension("apks");
            let mut text = String::new();
            for path in files_below(&folder)? {
                let _ = writeln!(text, "{}", path.display());
            }
            fs::write(&list, text)?;
            let mut java = Command::new("java");
            let path = format!("{LIBRARY}:{}", classes.display());
            java.args(["-cp", &path, "VerifyApks"]).arg(&list);
            peers.push(("libapksig-java, one JVM, verdicts alone", peer(bench, &java)?));
        }
        Err(error) => println!("bench: libapksig-java is left out: {error:#}"),
    }
    let mut aapt = Command::new("sh");
    let each = "for f in \"$0\"/*.apk; do aapt dump badging \"$f\" >/dev/null 2>&1; done; true";
    aapt.args(["-c", each]).arg(&folder);
    peers.push(("aapt, a process each, manifest and labels", peer(bench, &aapt)?));
    match setup::androguard(workspace) {
        Ok(programs) => {
            let mut androguard = Command::new(programs.join("python3"));
            androguard.arg(workspace.root.join("xtask/peers/read_apks.py")).arg(&folder);
            let usage = peer(bench, &androguard)?;
            peers.push(("androguard, one process, manifest and labels", usage));
        }
        Err(error) => println!("bench: androguard is left out: {error:#}"),
    }
    Ok(Line { name, ours, target_seconds: 3.0, target_mb: Some(64), peers })
}

/// One large real APK.
fn one(bench: &Bench<'_>, workspace: &Workspace) -> Result<Line> {
    setup::apks(workspace)?;
    let apk = workspace.target.join("peers/apks/Yosemite.apk");
    anyhow::ensure!(apk.is_file(), "{} is not there", apk.display());
    let name = "an APK of 24 MB, verified (v1 and v2)".to_owned();
    println!("bench: {name}");
    let ours = ours(bench, &["apk", "verify", "--format", "json"], &apk, &[0])?;
    let mut apksigner = Command::new("apksigner");
    apksigner.arg("verify").arg(&apk);
    let peers = peer(bench, &apksigner).ok().map(|usage| ("apksigner", usage));
    let peers = peers.into_iter().collect();
    Ok(Line { name, ours, target_seconds: 0.15, target_mb: Some(64), peers })
}

/// The run of ours with the middle CPU time.
fn ours(bench: &Bench<'_>, args: &[&str], input: &Path, codes: &[i32]) -> Result<Usage> {
    let mut runs = Vec::new();
    for _ in 0..bench.options.runs.max(1) {
        let folder = bench.fresh_out()?;
        let mut command = Command::new(&bench.ours);
        command.args(args).arg(input);
        let usage = measure::run(&command, &folder, 0)?;
        usage.expect_exit(codes)?;
        println!("  tamarisk {usage}");
        runs.push(usage);
    }
    Ok(median(&runs))
}

fn peer(bench: &Bench<'_>, command: &Command) -> Result<Usage> {
    let usage = measure::run(command, &bench.fresh_out()?, 0)?;
    usage.expect_exit(&[0])?;
    println!("  peer {usage}");
    Ok(usage)
}

/// Compiles the driver of the library; yields the folder of its class.
fn driver(workspace: &Workspace) -> Result<PathBuf> {
    let classes = workspace.target.join("peers/apksig");
    fs::create_dir_all(&classes)?;
    let source = workspace.root.join("xtask/peers/VerifyApks.java");
    let mut javac = command("javac", ["-cp", LIBRARY, "-d"]);
    succeed(javac.arg(&classes).arg(source)).context("Debian: default-jdk-headless")?;
    Ok(classes)
}

/// The lines as a table.
pub(super) fn markdown(lines: &[Line]) -> String {
    let mut text = String::new();
    if lines.is_empty() {
        return text;
    }
    text +=
        "\n| APKs | CPU s | target | peak MB | target | peer | CPU s | peak MB | peer ÷ ours |\n";
    text += "|---|--:|--:|--:|--:|---|--:|--:|--:|\n";
    for line in lines {
        let seconds = |usage: &Usage| format!("{:.2}", usage.cpu.as_secs_f64());
        let target_mb = line.target_mb.map_or_else(String::new, |mb| mb.to_string());
        let peer = |(name, usage): &(&str, Usage)| {
            let ratio = usage.cpu.as_secs_f64() / line.ours.cpu.as_secs_f64().max(1e-3);
            format!("{name} | {} | {} | {ratio:.1}", seconds(usage), usage.megabytes())
        };
        let mut peers = line.peers.iter().map(peer);
        let first = peers.next().unwrap_or_else(|| " | | |".to_owned());
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {target_mb} | {first} |",
            line.name,
            seconds(&line.ours),
            line.target_seconds,
            line.ours.megabytes(),
        );
        for peer in peers {
            let _ = writeln!(text, "| | | | | | {peer} |");
        }
    }
    text
}
