//! AOSP's own cases (`../shared/cases/apk/apksig`): the verdict that its tests expect of each
//! APK, for the range of SDK versions that they ask about. Where the cases are not there, the
//! test says so and passes.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests: a failure is a failure.

use apk::signature::{Issue, SdkRange, Verdict, verify, verify_with_v4};
use std::fs::File;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// A row of expected.csv.
struct Case {
    apk: String,
    range: SdkRange,
    check: String,
    expected: String,
    issue: String,
}

/// One row says nothing of the range that AOSP's test asks about, `setMaxCheckedPlatformVersion`
/// 32 (`ApkVerifierTest.verifyV31_missingV31Block_errorReportedOnSupportedVersions`): without it
/// the row before, of the same APK and range, expects the opposite.
fn amended(case: &mut Case) {
    if case.apk == "v31-block-stripped-v3-attr-value-33.apk" && case.expected == "verified" {
        case.range.max = Some(32);
    }
}

fn folder() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("TAMARISK_SHARED").map(PathBuf::from);
    shared.unwrap_or_else(|| workspace.join("../shared")).join("cases/apk/apksig")
}

fn cases() -> Vec<Case> {
    let Ok(table) = std::fs::read_to_string(folder().join("expected.csv")) else {
        eprintln!("skipped: {} is not there", folder().display());
        return Vec::new();
    };
    let number = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let mut case = Case {
            apk: fields[1].to_owned(),
            range: SdkRange { min: number(fields[2]), max: number(fields[3]) },
            check: fields[4].to_owned(),
            expected: fields[5].to_owned(),
            issue: fields[6].to_owned(),
        };
        amended(&mut case);
        case
    };
    table.lines().skip(1).map(row).collect()
}

fn names(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| issue.name).collect()
}

/// What is wrong with a verdict; `None` where it is as expected.
fn difference(case: &Case, verdict: &Verdict) -> Option<String> {
    let (errors, warnings) = (names(&verdict.errors), names(&verdict.warnings));
    let issue = case.issue.as_str();
    let right = match (case.check.as_str(), case.expected.as_str()) {
        ("verify", "verified") => verdict.verified && errors.is_empty(),
        ("verify", "verified-with-warning") => verdict.verified && warnings.contains(&issue),
        ("verify", "rejected") => !verdict.verified && errors.contains(&issue),
        // A stamp's problems are warnings about the APK.
        ("sourcestamp", "rejected") => warnings.contains(&issue),
        ("sourcestamp", "status") => {
            issue == format!("SourceStampVerificationStatus.{}", verdict.stamp.status)
        }
        other => panic!("an expectation of another kind: {other:?}"),
    };
    let Case { apk, range, check, expected, .. } = case;
    let found = format!("{}, {errors:?}, stamp {}", verdict.verified, verdict.stamp.status);
    (!right).then(|| format!("{apk} {range:?}: {check} {expected} {issue}; {found}"))
}

#[test]
fn every_expectation_of_aosp_is_met() {
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let file = File::open(folder().join(&case.apk)).unwrap();
        match verify(file, case.range) {
            Ok(verdict) => wrong.extend(difference(case, &verdict)),
            Err(error) => wrong.push(format!("{}: {error}", case.apk)),
        }
    }
    eprintln!("{} of {} expectations met", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The cases hold one v4 signature, with a second signer for v3.1.
#[test]
fn the_v4_signature_beside_a_case_verifies() {
    let apk = folder().join("v31-rsa-2048_2-tgt-10000-dev-release.apk");
    let Ok(idsig) = std::fs::read(apk.with_extension("apk.idsig")) else {
        eprintln!("skipped: {} has no .idsig", apk.display());
        return;
    };
    let ask = |idsig: &[u8]| {
        verify_with_v4(File::open(&apk).unwrap(), idsig, SdkRange::default()).unwrap()
    };
    let verdict = ask(&idsig);
    assert!(verdict.verified, "{:?}", verdict.errors);
    assert_eq!(verdict.schemes.v4.verified, Some(true));
    for at in (4..idsig.len()).step_by(41) {
        let mut changed = idsig.clone();
        changed[at] ^= 4;
        assert!(!ask(&changed).verified, "byte {at}");
    }
}

/// Whether a copy with one bit flipped still verifies; `None` where it is no zip any more.
fn flipped(bytes: &mut [u8], at: usize, range: SdkRange) -> Option<bool> {
    bytes[at] ^= 1 << (at % 8);
    let verdict = verify(Cursor::new(&*bytes), range).ok();
    bytes[at] ^= 1 << (at % 8);
    verdict.map(|verdict| verdict.verified)
}

/// Where the signing block lies (source.android.com, "APK Signing Block"), if there is one.
fn signing_block(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    let number = |at: usize, len: usize| {
        bytes.get(at..at + len).map(|b| b.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b)))
    };
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let directory = number(end + 16, 4)?;
    let magic = bytes.get(directory.checked_sub(16)?..directory)?;
    let size = number(directory.checked_sub(24)?, 8)?;
    (magic == b"APK Sig Block 42").then(|| directory - size - 8..directory)
}

/// Cut anywhere, no case verifies; flipped anywhere, none panics; and where only v2 or v3 signs,
/// which cover all that lies outside of the signing block, none flipped there verifies.
#[test]
fn damaged_cases_do_not_verify() {
    let mut cases = cases();
    cases.retain(|case| case.check == "verify" && case.expected == "verified");
    cases.dedup_by(|one, another| one.apk == another.apk);
    let mut flips = 0;
    for case in &cases {
        let mut bytes = std::fs::read(folder().join(&case.apk)).unwrap();
        for end in (0..bytes.len()).step_by(bytes.len() / 6 + 1) {
            let verdict = verify(Cursor::new(&bytes[..end]), case.range);
            assert!(!verdict.is_ok_and(|verdict| verdict.verified), "{} to byte {end}", case.apk);
        }
        let covered = case.apk.starts_with("v2-only") || case.apk.starts_with("v3-only");
        let block = signing_block(&bytes).unwrap_or_default();
        for at in (0..bytes.len()).step_by(bytes.len() / 12 + 1) {
            let verified = flipped(&mut bytes, at, case.range);
            let overlooked = !covered || block.contains(&at);
            assert!(overlooked || verified != Some(true), "{}: byte {at}", case.apk);
            flips += usize::from(!overlooked);
        }
    }
    eprintln!("{} cases, {flips} flips of covered bytes", cases.len());
}
