//! AOSP's verifier, as Debian's libapksig-java has it (of 2021), is asked about the same APKs in
//! one JVM: verdicts and certificates agree, but for what is explained here. Where it, the cases
//! or the real APKs (`cargo xtask test` fetches them) are not there, the test says so and passes.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests: a failure is a failure.

use apk::Scheme;
use apk::signature::{SdkRange, Verdict, verify, verify_with_v4};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const LIBRARY: &str = "/usr/share/java/apksig.jar";

/// Where ours and theirs differ, by a part of a file's name, and why.
const EXPLAINED: &[(&str, &str)] = &[
    ("v1-only-11-signers", "the library of 2021 does not count the signers of v1"),
    ("v2-only-with-rsa-pss", "the JDK has no RSA-PSS under the name that the library asks for"),
    ("v31", "the library of 2021 does not know v3.1, nor v4's signer for it"),
];

/// Ranges that differ in what decides: old digests, no signed attributes, no signing block, v2,
/// v3, everything. A range costs a JVM of three seconds, so two are asked; `TAMARISK_PEERS=all`
/// asks all.
const RANGES: &[(Option<u32>, Option<u32>)] = &[
    (None, None),
    (Some(21), Some(23)),
    (Some(1), Some(17)),
    (Some(18), Some(18)),
    (Some(22), Some(30)),
    (Some(24), Some(27)),
    (Some(28), Some(32)),
    (Some(28), None),
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// APKs below a folder, in order; none, with a note, where it is not there.
fn apks(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = paths.filter(|p| p.extension().is_some_and(|e| e == "apk")).collect();
    found.sort();
    found
}

fn idsig(apk: &Path) -> Option<PathBuf> {
    let mut name = apk.as_os_str().to_owned();
    name.push(".idsig");
    Some(PathBuf::from(name)).filter(|path| path.is_file())
}

/// What the library says of each APK: verified or not, certificates with their schemes, errors.
fn theirs(apks: &[PathBuf], range: SdkRange) -> Option<Vec<(String, BTreeSet<String>, String)>> {
    if !Path::new(LIBRARY).is_file() {
        eprintln!("skipped: {LIBRARY} is not there (Debian: libapksig-java)");
        return None;
    }
    let mut list = tempfile::NamedTempFile::new().unwrap();
    for apk in apks {
        let idsig = idsig(apk).map(|path| path.display().to_string()).unwrap_or_default();
        let bound = |sdk: Option<u32>| sdk.map(|sdk| sdk.to_string()).unwrap_or_default();
        let (min, max) = (bound(range.min), bound(range.max));
        writeln!(list, "{}\t{idsig}\t{min}\t{max}", apk.display()).unwrap();
    }
    let driver = workspace().join("xtask/peers/VerifyApks.java");
    let mut java = Command::new("java");
    let Ok(output) = java.args(["-cp", LIBRARY]).arg(driver).arg(list.path()).output() else {
        eprintln!("skipped: java is not installed (Debian: default-jdk-headless)");
        return None;
    };
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let read = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let signers = fields[1].split(' ').filter(|text| !text.is_empty()).map(str::to_owned);
        (fields[0].to_owned(), signers.collect(), fields[2].to_owned())
    };
    Some(lines.lines().map(read).collect())
}

fn ours(apk: &Path, range: SdkRange) -> Option<Verdict> {
    let file = File::open(apk).unwrap();
    let verdict = match idsig(apk) {
        Some(idsig) => verify_with_v4(file, &std::fs::read(idsig).unwrap(), range),
        None => verify(file, range),
    };
    verdict.ok()
}

/// Certificates with their schemes, as the driver prints them.
fn signers(verdict: &Verdict) -> BTreeSet<String> {
    let signers = verdict.signers.iter().filter(|signer| signer.scheme != Scheme::V31);
    let signers = signers.map(|signer| match signer.scheme {
        Scheme::V4 => "v4".to_owned(),
        scheme => format!("{scheme}:{}", signer.certificate.sha256),
    });
    signers.collect()
}

fn compare(apks: &[PathBuf], range: SdkRange) {
    let Some(theirs) = theirs(apks, range) else { return };
    assert_eq!(theirs.len(), apks.len());
    let (mut agree, mut differences, mut explained) = (0, Vec::new(), BTreeSet::new());
    for (apk, (verdict, certificates, errors)) in apks.iter().zip(&theirs) {
        let name = apk.file_name().unwrap().to_string_lossy();
        let own = ours(apk, range);
        let verified = own.as_ref().is_some_and(|own| own.verified);
        let same = verified == (verdict == "verified")
            && (!verified || own.as_ref().map(signers).as_ref() == Some(certificates));
        let why = EXPLAINED.iter().find(|(part, _)| name.contains(part));
        match (same, why) {
            (true, _) => agree += 1,
            (false, Some((start, _))) => drop(explained.insert(*start)),
            (false, None) => {
                let own = own.map(|own| (own.verified, own.errors, signers_of(&own.signers)));
                differences.push(format!("{name}: {verdict} {errors}, ours {own:?}"));
            }
        }
    }
    eprintln!("{range:?}: {agree} of {} agree; explained: {explained:?}", apks.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn signers_of(signers: &[apk::signature::VerifiedSigner]) -> Vec<String> {
    signers.iter().map(|one| format!("{}:{}", one.scheme, one.certificate.sha256)).collect()
}

#[test]
fn public_cases() {
    let shared = std::env::var_os("TAMARISK_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| workspace().join("../shared")).join("cases/apk");
    let folders = ["apksig", "malformed", "apk-info", "apktool"].map(|name| shared.join(name));
    let apks: Vec<_> = folders.iter().flat_map(|folder| apks(folder)).collect();
    let all = std::env::var("TAMARISK_PEERS").is_ok_and(|peers| peers == "all");
    for (min, max) in RANGES.iter().take(if all { RANGES.len() } else { 2 }) {
        compare(&apks, SdkRange { min: *min, max: *max });
    }
}

#[test]
fn real_apps() {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| workspace().join("target"));
    compare(&apks(&target.join("peers/apks")), SdkRange::default());
}
