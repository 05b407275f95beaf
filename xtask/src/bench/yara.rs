//! What a thousand YARA rules cost over an app and all that lies in it, beside YARA-X and YARA from
//! PyPI on the same bytes. The program with YARA is a build of its own, which takes minutes.

use super::measure::{self, Usage, median};
use super::{Bench, NOW};
use crate::run::{cargo, succeed};
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A real app, of those that `setup` fetches.
const APP: &str = "appium-uiautomator2-server-v10.6.6.apk";
const FILES: u32 = 10;
const RULES_OF_A_FILE: u32 = 100;

/// The figures as a table.
pub(super) fn markdown(bench: &Bench<'_>, workspace: &Workspace) -> Result<String> {
    setup::apks(workspace)?;
    let app = workspace.target.join("peers/apks").join(APP);
    anyhow::ensure!(app.is_file(), "{} is not there", app.display());
    let rules = rules(workspace)?;
    let (program, built) = build(workspace)?;
    println!("bench: YARA");
    let without = ours(bench, &program, None, &app)?;
    let with = ours(bench, &program, Some(&rules), &app)?;
    let mut rows = vec![
        ("tamarisk check, full analysis without YARA".to_owned(), without),
        ("the same with 1,000 rules".to_owned(), with),
    ];
    let programs = setup::yara(workspace)?;
    for engine in ["yara-x", "yara"] {
        let mut python = Command::new(programs.join("python3"));
        python.arg(workspace.root.join("xtask/peers/scan_yara.py"));
        python.arg(engine).arg(&rules).arg(&app);
        let usage = measure::run(&python, &bench.fresh_out()?, 0)?;
        usage.expect_exit(&[0])?;
        println!("  {engine} {usage}");
        rows.push((format!("{engine} from PyPI: rules compiled, the same bytes scanned"), usage));
    }
    let mut text = String::new();
    let _ = writeln!(text, "\n| 1,000 YARA rules, {APP} and all in it | CPU s | s | peak MB |");
    text += "|---|--:|--:|--:|\n";
    for (name, usage) in rows {
        let (cpu, wall) = (usage.cpu.as_secs_f64(), usage.wall.as_secs_f64());
        let _ = writeln!(text, "| {name} | {cpu:.2} | {wall:.2} | {} |", usage.megabytes());
    }
    let bytes = fs::metadata(&program)?.len();
    let _ = writeln!(
        text,
        "\nThe program with YARA has {:.1} MB; what was not built before took {:.0} s.",
        bytes as f64 / 1e6,
        built.as_secs_f64()
    );
    Ok(text)
}

/// The release build with the feature, in a folder of its own, since the other rows use the default.
fn build(workspace: &Workspace) -> Result<(PathBuf, Duration)> {
    println!("bench: building the release binary with YARA (minutes)");
    let folder = workspace.target.join("with-yara");
    let start = Instant::now();
    let args = ["build", "--release", "--quiet", "--locked", "--package", "cli"];
    let mut build = cargo(&workspace.root, args);
    succeed(build.args(["--features", "yara", "--target-dir"]).arg(&folder))?;
    Ok((folder.join("release/tamarisk"), start.elapsed()))
}

fn ours(bench: &Bench<'_>, program: &Path, rules: Option<&Path>, app: &Path) -> Result<Usage> {
    let mut runs = Vec::new();
    for _ in 0..bench.options.runs.max(1) {
        let mut command = Command::new(program);
        command.args(["check", "--quiet", "--format", "json", "--now", NOW]);
        if let Some(rules) = rules {
            command.arg("--yara").arg(rules);
        }
        let folder = bench.fresh_out()?;
        let usage = measure::run(command.arg(app), &folder, 0)?;
        usage.expect_exit(&[0, 1, 3])?;
        if rules.is_some() {
            let report = fs::read_to_string(folder.join("stdout"))?;
            // A speed that found nothing would be worth nothing.
            anyhow::ensure!(
                report.contains("yara:rules-0.yar:R0000"),
                "the planted rule is missed"
            );
        }
        println!("  tamarisk {usage}");
        runs.push(usage);
    }
    Ok(median(&runs))
}

/// A folder of made-up rules, each with a text, a hexadecimal string and an expression; the first of
/// each file matches every Android app.
fn rules(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("bench-inputs/yara-rules");
    fs::create_dir_all(&folder)?;
    let mut seed: u64 = 20_261_126;
    // Knuth's MMIX generator: the same rules on every machine.
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    for file in 0..FILES {
        let mut text = String::new();
        for number in 0..RULES_OF_A_FILE {
            let mut word = |length: usize| -> String {
                let letter = |value: u64| char::from(b'a' + (value % 26) as u8);
                (0..length).map(|_| letter(next())).collect()
            };
            let made = word(14);
            let planted = if number == 0 { "Landroid/content/Context;" } else { &made };
            let hex = const_hex::encode(word(6));
            let _ = write!(
                text,
                "rule R{:04} {{\n  meta:\n    author = \"bench\"\n  strings:\n    $a = \"{planted}\"\n    \
                 $b = {{ {hex} ?? {} }}\n    $c = /{}[0-9]{{2,6}}\\.{}/\n  condition:\n    any of them\n}}\n",
                file * RULES_OF_A_FILE + number,
                const_hex::encode(word(2)),
                word(5),
                word(4),
            );
        }
        fs::write(folder.join(format!("rules-{file}.yar")), text).context("rules")?;
    }
    Ok(folder)
}
