//! A folder of 1,000 APKs with real code, examined whole into a folder of results as a helpdesk would:
//! whether both cores are busy, and what memory the command takes and what its workers take. Beside it
//! androguard and quark-engine, on each of the apps that the folder is made of.

use super::apk::{CODE_PEERS, Counts, counts};
use super::measure::{self, Usage, median};
use super::{Bench, NOW};
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many APKs.
const APKS: usize = 1_000;

/// Real apps that `setup` fetches; the folder holds them in turn.
const APPS: &[&str] = &[
    "appium-uiautomator2-server-v10.6.6.apk",
    "ApiDemos-debug.apk",
    "settings_apk-debug.apk",
    "Yosemite.apk",
    "pocoservice-debug.apk",
    "app-uiautomator.apk",
    "appium-uiautomator2-server-debug-androidTest.apk",
];

/// The id of what pads a signing block (AOSP, `ApkSigningBlockUtils`); no signature covers it.
const PADDING: u32 = 0x4272_6577;

/// The figures as a table; nothing where other rows are asked for, or the apps cannot be had.
pub(super) fn markdown(bench: &Bench<'_>, workspace: &Workspace) -> Result<String> {
    let name = "a folder of 1,000 APKs with their code";
    if bench.options.only.as_deref().is_some_and(|text| !name.contains(text)) {
        return Ok(String::new());
    }
    println!("bench: {name}");
    match measured(bench, workspace, name) {
        Ok(text) => Ok(text),
        Err(error) => {
            println!("bench: {name} is left out: {error:#}");
            Ok(String::new())
        }
    }
}

fn measured(bench: &Bench<'_>, workspace: &Workspace, name: &str) -> Result<String> {
    setup::apks(workspace)?;
    let apps: Vec<PathBuf> =
        APPS.iter().map(|name| workspace.target.join("peers/apks").join(name)).collect();
    let (folder, bytes) = made(workspace, &apps)?;
    let found = found(bench, &apps)?;
    println!("  {found}");
    let mut runs = Vec::new();
    for _ in 0..bench.options.runs.max(1) {
        let out = bench.fresh_out()?;
        let mut command = Command::new(&bench.ours);
        command.args(["check", "--quiet", "--now", NOW, "--out"]).arg(out.join("report"));
        let usage = measure::run_apart(command.arg(&folder), &out)?;
        usage.expect_exit(&[0, 1, 3])?;
        all_examined(&out.join("report/report.json"))?;
        println!("  tamarisk {usage}, {:?}", usage.apart);
        runs.push(usage);
    }
    let ours = median(&runs);
    let apart = ours.apart.context("memory was not told apart")?;
    let mut text = format!(
        "\n| {name} | APKs | s | CPU s | cores busy | APKs a second | CPU s of an APK | peak MB |\n"
    );
    text += "|---|--:|--:|--:|--:|--:|--:|--:|\n";
    let both = format!("{} and {}", megabytes(apart.own), megabytes(apart.child));
    text += &row("tamarisk check --out", APKS, &ours, &both);
    let none = bench.options.peer_seconds == 0;
    for (peer, on) in CODE_PEERS.iter().filter(|_| !none) {
        match each(bench, workspace, &apps, *on) {
            Ok(usage) => {
                println!("  {peer} {usage}");
                text += &row(peer, apps.len(), &usage, &usage.megabytes().to_string());
            }
            Err(error) => println!("bench: {peer} is left out: {error:#}"),
        }
    }
    let _ = writeln!(
        text,
        "\nThe folder has {:.1} GB: {} real apps in turn, each file with bytes of its own; together {found}. Ours is \
         the whole examination with its report. Its memory is that of the command and that of the largest of its \
         workers (at most {} at a time), as the kernel kept it of each (`VmHWM`, looked at every 10 ms). Its workers \
         waited {:.1} s for cores that others held: it asked for at least {:.2} cores.",
        bytes as f64 / 1e9,
        apps.len(),
        apart.children,
        apart.waited.as_secs_f64(),
        (ours.cpu + apart.waited).as_secs_f64() / ours.wall.as_secs_f64(),
    );
    if !none {
        let (count, seconds) = (apps.len(), bench.options.peer_seconds);
        let _ = writeln!(
            text,
            "Peers ran on each of the {count} apps once, one after the other, at most {seconds} s each; their memory \
             is that of the largest process.",
        );
    }
    Ok(text)
}

fn row(name: &str, apks: usize, usage: &Usage, peak: &str) -> String {
    let (cpu, wall) = (usage.cpu.as_secs_f64(), usage.wall.as_secs_f64());
    let (more, less) = if usage.stopped { ("> ", "< ") } else { ("", "") };
    let count = apks as f64;
    format!(
        "| {name} | {apks} | {more}{wall:.1} | {more}{cpu:.1} | {:.2} | {less}{:.2} | {more}{:.2} | {more}{peak} |\n",
        cpu / wall,
        count / wall,
        cpu / count,
    )
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

/// A peer on each app: the sum of time, the largest memory.
fn each(
    bench: &Bench<'_>,
    workspace: &Workspace,
    apps: &[PathBuf],
    on: super::apk::OnApp,
) -> Result<Usage> {
    let mut all: Option<Usage> = None;
    for app in apps {
        let command = on(workspace, app)?;
        let usage = measure::run(&command, &bench.fresh_out()?, bench.options.peer_seconds)?;
        if !usage.stopped {
            usage.expect_exit(&[0])?;
        }
        println!("    {}: {usage}", app.file_name().unwrap_or_default().display());
        all = Some(all.map_or(usage, |all| all.and(&usage)));
    }
    all.context("no app")
}

/// What all APKs of the folder hold, by what `apk show` counts of each app.
fn found(bench: &Bench<'_>, apps: &[PathBuf]) -> Result<Counts> {
    let mut all = Counts::default();
    for (at, app) in apps.iter().enumerate() {
        let copies = (at..APKS).step_by(apps.len()).count();
        let one = counts(bench, app)?;
        all.dex += one.dex * copies;
        all.methods += one.methods * copies as u64;
        all.edges += one.edges * copies as u64;
        all.abilities += one.abilities * copies;
    }
    Ok(all)
}

/// All of every APK must have been read: whatever a limit cuts is a gap.
fn all_examined(report: &Path) -> Result<()> {
    let report: Value = serde_json::from_slice(&fs::read(report)?)?;
    let coverage = &report["coverage"];
    let list = |key: &str| coverage[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let read = list("artifacts").iter().filter(|artifact| artifact["status"] == "read").count();
    let gaps = list("gaps");
    ensure!(read >= APKS && gaps.is_empty(), "{read} APKs were read; gaps: {:?}", gaps.first());
    Ok(())
}

/// The folder, and its bytes; laid where it does not lie yet.
fn made(workspace: &Workspace, apps: &[PathBuf]) -> Result<(PathBuf, u64)> {
    let folder = workspace.target.join("bench-inputs/folder-of-apks");
    let mut bytes = 0;
    if !folder.exists() {
        println!("bench: making a folder of {APKS} APKs");
        let part = workspace.target.join("bench-inputs/part-folder-of-apks");
        fs::create_dir_all(&part)?;
        for (at, app) in apps.iter().enumerate() {
            let mut apk = fs::read(app).with_context(|| app.display().to_string())?;
            let padding =
                padding(&apk).with_context(|| format!("{}: no padding", app.display()))?;
            for number in (at..APKS).step_by(apps.len()) {
                apk[padding..padding + 8].copy_from_slice(&(number as u64 + 1).to_le_bytes());
                fs::write(part.join(format!("{number:04}.apk")), &apk)?;
            }
        }
        fs::rename(part, &folder)?;
    }
    for entry in fs::read_dir(&folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok((folder, bytes))
}

/// Where eight bytes of an APK lie that no signature covers, so that its copies can differ in them and
/// their signatures still hold (<https://source.android.com/docs/security/features/apksigning/v2>).
fn padding(apk: &[u8]) -> Option<usize> {
    let number = |at: usize| Some(u32::from_le_bytes(apk.get(at..at + 4)?.try_into().ok()?));
    let long = |at: usize| Some(u64::from_le_bytes(apk.get(at..at + 8)?.try_into().ok()?));
    let end = apk.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let directory = number(end + 16)? as usize;
    let tail = directory.checked_sub(24)?;
    if apk.get(tail + 8..directory)? != b"APK Sig Block 42" {
        return None;
    }
    let mut pair = directory.checked_sub(usize::try_from(long(tail)?).ok()?)?;
    while pair < tail {
        let length = usize::try_from(long(pair)?).ok()?;
        if number(pair + 8)? == PADDING && length >= 12 {
            return Some(pair + 12);
        }
        pair = pair.checked_add(8)?.checked_add(length)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A signing block of two pairs, laid by hand: five bytes of another id, then padding of nine.
    #[test]
    fn padding_is_found() {
        let pair = |id: u32, value: &[u8]| {
            let length = (value.len() as u64 + 4).to_le_bytes();
            [&length[..], &id.to_le_bytes(), value].concat()
        };
        let pairs = [pair(0x7109_871a, b"other"), pair(PADDING, &[0; 9])].concat();
        let size = (pairs.len() as u64 + 24).to_le_bytes();
        let block = [&size[..], &pairs, &size, b"APK Sig Block 42"].concat();
        let members = b"members";
        let directory = members.len() + block.len();
        let end =
            [&b"PK\x05\x06"[..], &[0; 12], &(directory as u32).to_le_bytes(), &[0; 2]].concat();
        let apk = [&members[..], &block, &end].concat();
        assert_eq!(padding(&apk), Some(7 + 8 + 17 + 12));
        assert_eq!(padding(&apk[..apk.len() - 8]), None);
        assert_eq!(padding(b"PK\x05\x06"), None);
    }
}
