//! The public cases of `../shared/cases/apk`: nothing panics, and what Android's own tools read
//! is read alike. Where the cases or the tools are not there, the test says so and passes.
//!
//! Starting `apksigner` takes half a second, so every eighth case is asked of it;
//! `TAMARISK_PEERS=all` asks it of all.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests: a failure is a failure.

use apk::{Apk, Scheme};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The cases of these folders, in order; none, with a note, where they are not there.
fn cases(folders: &[&str]) -> Vec<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("TAMARISK_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| workspace.join("../shared"));
    let mut found = Vec::new();
    for folder in folders {
        let folder = shared.join("cases/apk").join(folder);
        let Ok(files) = std::fs::read_dir(&folder) else {
            eprintln!("skipped: {} is not there", folder.display());
            continue;
        };
        found.extend(files.map(|file| file.unwrap().path()));
    }
    found.sort();
    found
}

/// What a tool says of a case; `None` where it fails or, with a note, is not installed.
fn ask(tool: &str, arguments: &[&str], case: &Path) -> Option<String> {
    match Command::new(tool).args(arguments).arg(case).output() {
        Ok(output) if output.status.success() => {
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Ok(_) => None,
        Err(_) => {
            eprintln!("skipped: {tool} is not installed");
            None
        }
    }
}

#[test]
fn nothing_panics() {
    let cases = cases(&["apksig", "malformed", "apk-info", "apktool"]);
    let read = cases.iter().filter(|case| Apk::from_bytes(&std::fs::read(case).unwrap()).is_ok());
    eprintln!("{} of {} cases are APKs", read.count(), cases.len());
}

#[test]
fn nothing_panics_on_cut_or_flipped_cases() {
    for case in cases(&["malformed", "apk-info"]) {
        let mut bytes = std::fs::read(case).unwrap();
        if bytes.len() > 64 << 10 {
            continue;
        }
        for end in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let _ = Apk::from_bytes(&bytes[..end]);
        }
        for at in (0..bytes.len()).step_by(bytes.len() / 150 + 1) {
            bytes[at] ^= 1 << (at % 8);
            let _ = Apk::read(Cursor::new(&bytes));
            bytes[at] ^= 1 << (at % 8);
        }
    }
}

/// The text in `'…'` behind `key`.
fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(key)?;
    rest.strip_prefix('\'')?.split_once('\'').map(|(value, _)| value)
}

#[test]
fn aapt_reads_the_same_manifests() {
    let (mut compared, mut failed, mut differences) = (0, 0, Vec::new());
    for case in cases(&["apksig", "malformed", "apk-info", "apktool"]) {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let Some(said) = ask("aapt", &["dump", "badging"], &case) else {
            failed += 1;
            continue;
        };
        let apk = Apk::from_bytes(&std::fs::read(&case).unwrap());
        let Ok(apk) = apk else {
            differences.push(format!("{name}: {}", apk.unwrap_err()));
            continue;
        };
        let mut same = |what: &str, theirs: Option<String>, ours: Option<String>| {
            compared += 1;
            if theirs != ours {
                differences.push(format!("{name}: {what}: aapt {theirs:?}, here {ours:?}"));
            }
        };
        let line = |start: &str| said.lines().find(|line| line.starts_with(start));
        let of = |start: &str, key: &str| {
            line(start).and_then(|line| quoted(line, key)).map(str::to_owned)
        };
        let stated = |value: Option<String>| value.filter(|value| !value.is_empty());
        same("package", of("package:", "name="), apk.package.clone());
        same("version", stated(of("package:", "versionName=")), apk.version_name.clone());
        let code = stated(of("package:", "versionCode="));
        same("version code", code, apk.version_code.map(|code| code.to_string()));
        // A target can be a code name (`VanillaIceCream`); only numbers are taken.
        let target = of("targetSdkVersion:", "targetSdkVersion:");
        let target = target.filter(|target| target.parse::<u32>().is_ok());
        same("target", target, apk.target_sdk.map(|sdk| sdk.to_string()));
        let label = of("application-label:", "application-label:");
        same("label", stated(label), apk.label().map(str::to_owned));
        let permissions: BTreeSet<String> = said
            .lines()
            .filter(|line| line.starts_with("uses-permission"))
            .filter_map(|line| quoted(line, "name="))
            .filter(|name| !said.contains(&format!("uses-implied-permission: name='{name}'")))
            .map(str::to_owned)
            .collect();
        let ours: BTreeSet<String> = apk.permissions.iter().cloned().collect();
        same("permissions", Some(format!("{permissions:?}")), Some(format!("{ours:?}")));
    }
    eprintln!("{compared} values compared with aapt; aapt read {failed} cases not");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn apksigner_reads_the_same_certificates() {
    let all = std::env::var("TAMARISK_PEERS").is_ok_and(|peers| peers == "all");
    let cases = cases(&["apksig", "apk-info", "apktool"]);
    let (mut compared, mut differences) = (0, Vec::new());
    for case in cases.iter().step_by(if all { 1 } else { 8 }) {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let Some(said) = ask("apksigner", &["verify", "--print-certs"], case) else { continue };
        let theirs: BTreeSet<String> = said
            .lines()
            .filter(|line| line.starts_with("Signer "))
            .filter_map(|line| line.split_once("certificate SHA-256 digest: "))
            .map(|(_, hash)| hash.to_owned())
            .collect();
        let apk = Apk::from_bytes(&std::fs::read(case).unwrap());
        let Ok(apk) = apk else {
            differences.push(format!("{name}: {}", apk.unwrap_err()));
            continue;
        };
        compared += 1;
        // apksigner of before 2022 knows no v3.1; Debian's is of 2021.
        let of = |schemes: &[Scheme]| -> BTreeSet<String> {
            let signers = apk.signers.iter().filter(|signer| schemes.contains(&signer.scheme));
            signers.map(|signer| signer.certificate.sha256.clone()).collect()
        };
        let old = [Scheme::V1, Scheme::V2, Scheme::V3];
        let ours = [of(&old), of(&[Scheme::V1, Scheme::V2, Scheme::V3, Scheme::V31])];
        if !ours.contains(&theirs) {
            differences.push(format!("{name}: apksigner {theirs:?}, here {ours:?}"));
        }
    }
    eprintln!("{compared} cases compared with apksigner");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
