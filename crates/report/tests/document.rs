//! Outcome, completeness, exit code and order, by the words of the issue.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

mod synthetic;

use model::{Evidence, Gap, Outcome, Position, SourceId, Status, Strength};
use report::{Parts, Report};
use synthetic::{artifact, eventful, evidence, finding, quiet};

fn with(strengths: &[Strength], complete: bool) -> Report {
    let mut parts = quiet();
    parts.findings = strengths.iter().map(|s| finding(*s, "title", "text")).collect();
    if !complete {
        parts.artifacts.push(artifact("phone0/files.json", Status::Failed));
    }
    Report::new(parts)
}

#[test]
fn the_strongest_finding_decides_and_notes_change_nothing() {
    use Strength::{Exposure, Note, Review, Strong};
    for (strengths, complete, outcome, exit) in [
        (&[Note, Review, Strong][..], true, Outcome::StrongMatch, 1),
        (&[Note, Exposure, Review], true, Outcome::NeedsReview, 1),
        (&[Note, Exposure], false, Outcome::ExposureOnly, 1),
        (&[Note], true, Outcome::NoMatchAllRead, 0),
        (&[], true, Outcome::NoMatchAllRead, 0),
        (&[Note], false, Outcome::NoMatchNotAllRead, 3),
        (&[], false, Outcome::NoMatchNotAllRead, 3),
    ] {
        let report = with(strengths, complete);
        assert_eq!((report.outcome, report.exit_code()), (outcome, exit), "{strengths:?}");
    }
}

#[test]
fn one_finding_is_spoken_of_as_one() {
    let review = Strength::Review;
    assert_eq!(
        with(&[review], true).statement,
        "1 finding needs a person's look. It can have an innocent cause."
    );
    assert_eq!(
        with(&[review, review], true).statement,
        "2 findings need a person's look. Each of them can have an innocent cause."
    );
}

#[test]
fn complete_is_judged_by_what_this_version_says_that_it_reads() {
    for (status, complete) in [
        (Status::Read, true),
        (Status::NotSupported, true),
        (Status::Unknown, true),
        (Status::Partly, false),
        (Status::Failed, false),
        (Status::Missing, false),
    ] {
        let mut parts = quiet();
        parts.artifacts.push(artifact("phone0/x", status));
        assert_eq!(Report::new(parts).coverage.complete, complete, "{status:?}");
    }
    let mut parts = quiet();
    parts.knowledge[0].not_compiled = 1;
    assert_eq!(Report::new(parts).exit_code(), 3);
    // A second PATH that could not be opened belongs to no artifact.
    let mut parts = quiet();
    parts.gaps.push((None, Gap { artifact: None, position: None, reason: "not there".into() }));
    assert_eq!(Report::new(parts).exit_code(), 3);
}

#[test]
fn the_negative_sentence_is_that_of_the_issue() {
    let report = with(&[], true);
    assert_eq!(
        report.statement,
        "Result: none of the 708 indicators and 14 rules matched in the 1 sources read; \
         this cannot show that the phone is free of spyware."
    );
    let mut parts = quiet();
    parts.sources.push(synthetic::source(1));
    parts.indicators = 100_708;
    parts.artifacts.push(artifact("phone0/a", Status::NotSupported));
    parts.artifacts.push(artifact("phone0/b", Status::Unknown));
    parts.artifacts.push(artifact("phone0/c", Status::Unknown));
    assert_eq!(
        Report::new(parts).statement,
        "Result: none of the 100708 indicators and 14 rules matched in the 2 sources read; \
         this cannot show that the phone is free of spyware. Artifacts not fully read: \
         1 known but not read by this version, 2 not known to this version."
    );
}

/// The same parts in another order give the same bytes.
#[test]
fn the_order_given_does_not_matter() {
    let json = |parts: Parts| {
        let mut out = Vec::new();
        report::json::write(&mut out, &Report::new(parts)).unwrap();
        String::from_utf8(out).unwrap()
    };
    let mut turned = eventful();
    turned.sources.reverse();
    turned.artifacts.reverse();
    turned.gaps.reverse();
    turned.findings.reverse();
    assert_eq!(json(eventful()), json(turned));
}

#[test]
fn gaps_are_sorted_by_source_artifact_and_position() {
    let gap = |artifact: Option<&str>, byte: Option<u64>| Gap {
        artifact: artifact.map(str::to_owned),
        position: byte.map(|at| Position::bytes(at, at + 1)),
        reason: "r".into(),
    };
    let sorted = [
        (None, gap(None, None)),
        (Some(SourceId(0)), gap(None, None)),
        (Some(SourceId(0)), gap(Some("a"), None)),
        (Some(SourceId(0)), gap(Some("a"), Some(9))),
        (Some(SourceId(0)), gap(Some("a"), Some(10))),
        (Some(SourceId(0)), gap(Some("b"), Some(1))),
        (Some(SourceId(1)), gap(Some("a"), Some(1))),
    ];
    let mut parts = quiet();
    parts.gaps = sorted.iter().rev().cloned().collect();
    let report = Report::new(parts);
    let given: Vec<_> =
        report.coverage.gaps.iter().map(|covered| (covered.source, covered.gap.clone())).collect();
    assert_eq!(given, sorted);
}

#[test]
fn evidence_and_findings_are_sorted_by_place() {
    let row = |artifact: &str, byte: u64| Evidence {
        artifact: artifact.into(),
        position: Some(Position::bytes(byte, byte + 1)),
        ..evidence("text")
    };
    let mut late = finding(Strength::Review, "late", "text");
    late.add(|| row("phone0/packages.json", 9));
    late.add(|| row("phone0/apks/a.apk", 70));
    let mut early = finding(Strength::Review, "early", "text");
    early.add(|| row("phone0/apks/a.apk", 8));
    let mut parts = quiet();
    parts.findings = vec![late, early];
    let report = Report::new(parts);
    let titles: Vec<_> = report.findings.iter().map(|finding| finding.title.as_str()).collect();
    assert_eq!(titles, ["early", "late"]);
    let places: Vec<_> = report.findings[1]
        .evidence()
        .iter()
        .map(|row| (row.artifact.as_str(), row.position.as_ref().unwrap().byte.unwrap().0))
        .collect();
    assert_eq!(
        places,
        [("phone0/apks/a.apk", 70), ("phone0/packages.json", 9), ("phone0/packages.json", 1_024)]
    );
}

#[test]
fn a_document_comes_back_as_it_was_written() {
    let report = Report::new(eventful());
    let mut out = Vec::new();
    report::json::write(&mut out, &report).unwrap();
    assert_eq!(serde_json::from_slice::<Report>(&out).unwrap(), report);
}

/// GNU coreutils' own reading of the format.
#[test]
fn sha256sum_checks_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("phone0")).unwrap();
    let mut parts = quiet();
    parts.artifacts = vec![
        artifact("phone0/plain.txt", Status::Read),
        artifact("phone0/back\\slash.txt", Status::Read),
        artifact("phone0/in.zip!/member", Status::Read),
        artifact("phone0/esc\u{1b}[0m\n.txt", Status::Read),
        artifact("phone0/gone.txt", Status::Missing),
    ];
    for name in ["phone0/plain.txt", "phone0/back\\slash.txt"] {
        std::fs::write(folder.path().join(name), "abc").unwrap();
    }
    let mut manifest = Vec::new();
    report::manifest::write(&mut manifest, &Report::new(parts)).unwrap();
    let text = String::from_utf8(manifest.clone()).unwrap();
    assert_eq!(text.lines().filter(|line| line.starts_with('#')).count(), 4);
    assert!(!text.replace('\n', "").chars().any(report::harmless::is_active));
    std::fs::write(folder.path().join("manifest.sha256"), manifest).unwrap();
    let Ok(run) = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "manifest.sha256"])
        .current_dir(folder.path())
        .output()
    else {
        println!("skipped: no sha256sum here");
        return;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(String::from_utf8(run.stdout).unwrap().matches(": OK").count(), 2);
}
