//! What tests and measurements need from outside cargo, and how to get it: Debian's packages
//! by apt-get, where we may; Python packages in environments of their own below the target
//! folder, never in the system. What cannot be had is told and skipped, not a failure.

use crate::run::{command, on_path, succeed};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that tests run, Debian's package that holds it, and what it is for.
struct Tool {
    program: &'static str,
    package: &'static str,
    purpose: &'static str,
}

/// Everything the tests run besides cargo.
const TOOLS: &[Tool] = &[
    Tool { program: "chromium", package: "chromium", purpose: "draws the HTML report" },
    Tool { program: "aapt", package: "aapt", purpose: "a second opinion on manifests" },
    Tool { program: "apksigner", package: "apksigner", purpose: "a second opinion on signatures" },
];

/// Installs what is missing among [`TOOLS`]; yields one line for each tool that stays missing.
pub(crate) fn tools() -> Vec<String> {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| on_path(tool.program).is_none()).collect();
    if missing.is_empty() {
        println!("set-up: nothing to install; {} tools are there", TOOLS.len());
        return Vec::new();
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    match apt_install(&packages) {
        Ok(()) => {}
        Err(error) => println!("set-up: {error:#}"),
    }
    let still = missing.into_iter().filter(|tool| on_path(tool.program).is_none());
    still
        .map(|tool| {
            format!("{} ({}) is not installed; tests that use it skip", tool.program, tool.purpose)
        })
        .collect()
}

fn apt_install(packages: &[&str]) -> Result<()> {
    let apt = on_path("apt-get")
        .context("no apt-get here; install by hand: ".to_owned() + &packages.join(" "))?;
    let by_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let apt = apt.to_string_lossy().into_owned();
    // `sudo -n` asks nothing: it works or fails at once.
    let words: Vec<&str> = if by_root { vec![&apt] } else { vec!["sudo", "-n", &apt] };
    println!("set-up: installing with apt-get: {}", packages.join(" "));
    let apt = |args: &[&str]| {
        let mut apt = command(words[0], &words[1..]);
        apt.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        succeed(&mut apt)
    };
    apt(&["update", "-q"])?;
    apt(&["install", "-q", "-y", "--no-install-recommends"]
        .iter()
        .chain(packages)
        .copied()
        .collect::<Vec<_>>())
}

/// A Python environment called `name` below the target folder, with `requirements` in it;
/// yields its folder of programs.
pub(crate) fn python(workspace: &Workspace, name: &str, requirements: &[&str]) -> Result<PathBuf> {
    let folder = workspace.target.join("peers").join(name);
    let programs = folder.join("bin");
    let stamp = folder.join("requirements.txt");
    let wanted = requirements.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(programs);
    }
    println!("set-up: installing with pip into {}: {}", folder.display(), requirements.join(" "));
    succeed(&mut command("python3", [Path::new("-m"), Path::new("venv"), &folder]))
        .context("python3 with its venv module is needed (Debian: python3-venv)")?;
    let mut pip = command(
        &programs.join("pip").to_string_lossy(),
        ["install", "-q", "--disable-pip-version-check"],
    );
    succeed(pip.args(requirements))?;
    std::fs::write(&stamp, wanted)?;
    Ok(programs)
}
