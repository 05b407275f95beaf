//! A synthetic, inert report: a look-alike of a genuine messenger, and what it left.
#![allow(dead_code)] // Each test file uses a part.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

use model::{
    Artifact, Because, BecauseKind, Device, Evidence, Finding, FindingSubject, Gap, Knowledge,
    KnowledgeStatus, Observation, Position, Precision, Source, SourceId, SourceKind, Status,
    Strength, Time, fact,
};
use report::{NOT_ISOLATED, Parts, Timeline};

/// SHA-256 of "abc": FIPS 180-2, appendix B.1.
pub(crate) const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

pub(crate) fn artifact(path: &str, status: Status) -> (SourceId, Artifact) {
    let read = matches!(status, Status::Read | Status::Partly);
    let artifact = Artifact {
        path: path.into(),
        sha256: (status == Status::Read).then(|| ABC.into()),
        size: read.then_some(123_456),
        read_by: read.then(|| "test".into()),
        status,
        note: None,
    };
    (SourceId(0), artifact)
}

pub(crate) fn source(id: u32) -> Source {
    Source {
        id: SourceId(id),
        path: format!("phone{id}"),
        kind: SourceKind::Androidqf,
        device: Some(Device {
            model: Some("Pixel 7".into()),
            android: Some("14".into()),
            patch_level: Some("2023-11-05".into()),
            timezone: Some("Asia/Urumqi".into()),
        }),
    }
}

pub(crate) fn evidence(text: &str) -> Evidence {
    Evidence {
        source: SourceId(0),
        artifact: "phone0/packages.json".into(),
        sha256: Some(ABC.into()),
        position: Some(Position::bytes(1_024, 1_180).at_line(40).at_pointer("/3/name")),
        time: Some(Time::device("2026-04-12 09:31:07", Precision::Second, "first_install")),
        text: text.into(),
    }
}

pub(crate) fn finding(strength: Strength, title: &str, text: &str) -> Finding {
    let subject = FindingSubject {
        kind: "app".into(),
        value: "org.thoughtcrime.securesms.plus".into(),
        source: SourceId(0),
        user: None,
    };
    let because = Because {
        kind: BecauseKind::Indicator,
        id: "indicator--6d1a1c9c-1d5e-4c5e-9a53-2f4d2f1c8f10".into(),
        knowledge: "Tamarisk advisory 2026.1".into(),
        value: Some(ABC.into()),
        family: Some("BadBazaar".into()),
        references: vec!["ESET, 2023: https://example.org/report".into()],
    };
    let id = format!("{title}-{strength:?}");
    let mut finding = Finding::new(id, strength, subject, title.into(), because, evidence(text));
    finding.confidence = Some(85);
    finding.innocent = vec![
        "A researcher or a developer keeps a copy of the app on this phone on purpose.".into(),
        "The file was received and never installed.".into(),
    ];
    finding.next = vec![
        "Ask the owner where the app came from, and when.".into(),
        "Keep the APK; do not remove the app before a full acquisition has been made.".into(),
    ];
    finding.attack = vec!["T1655.001".into(), "T1429".into()];
    finding
}

pub(crate) fn knowledge() -> Knowledge {
    Knowledge {
        name: "Tamarisk advisory".into(),
        version: "2026.1".into(),
        status: KnowledgeStatus::BuiltInUnsigned,
        signed_by: Vec::new(),
        signed: None,
        indicators: 708,
        patterns: 0,
        revoked: 2,
        not_compiled: 0,
        kept_aside: vec![("string".into(), 180), ("yara_hex".into(), 21)],
    }
}

/// Everything read, nothing found.
pub(crate) fn quiet() -> Parts {
    Parts {
        sources: vec![source(0)],
        artifacts: vec![artifact("phone0/packages.json", Status::Read)],
        gaps: Vec::new(),
        findings: Vec::new(),
        knowledge: vec![knowledge()],
        indicators: 708,
        rules: 14,
        version: "0.1.0".into(),
        examined_at: "2026-05-01T12:00:00Z".parse().unwrap(),
        limits: [("inflated_bytes".into(), 17_179_869_184), ("ratio".into(), 200)].into(),
        isolation: NOT_ISOLATED.into(),
    }
}

/// Something of everything.
pub(crate) fn eventful() -> Parts {
    let mut parts = quiet();
    parts.sources.push(Source { device: None, kind: SourceKind::Bugreport, ..source(1) });
    for number in 0..90 {
        parts.artifacts.push(artifact(&format!("phone0/logs/log{number}.txt"), Status::Unknown));
        parts.artifacts.push(artifact(&format!("phone0/apks/app{number}.apk"), Status::Read));
    }
    for (path, status) in [
        ("phone0/bugreport.zip!/dumpstate.txt!/package", Status::Partly),
        ("phone0/bugreport.zip!/dumpstate.txt!/meminfo", Status::NotSupported),
        ("phone0/files.json", Status::Failed),
        ("phone0/processes.txt", Status::Missing),
    ] {
        parts.artifacts.push(artifact(path, status));
    }
    parts.gaps.push((
        Some(SourceId(0)),
        Gap {
            artifact: Some("phone0/files.json".into()),
            position: Some(Position::bytes(52_488, 52_489)),
            reason: "the JSON ends inside an object; the file was cut".into(),
        },
    ));
    parts.gaps.push((
        Some(SourceId(0)),
        Gap {
            artifact: Some("phone0/bugreport.zip!/dumpstate.txt!/package".into()),
            position: Some(Position::default().at_line(10_422)),
            reason: "the dump of this service timed out on the phone".into(),
        },
    ));
    let mut strong = finding(
        Strength::Strong,
        "The certificate of org.thoughtcrime.securesms.plus is one published for BadBazaar",
        "org.thoughtcrime.securesms.plus signed, certificate SHA-256 ba7816bf8f01cfea",
    );
    for number in 1..30 {
        strong.add(|| {
            evidence(&format!("org.thoughtcrime.securesms.plus accessed CAMERA, {number}"))
        });
    }
    let mut rule = finding(
        Strength::Review,
        "A sideloaded app used the microphone while it was not on the screen",
        "org.example.flashlight accessed RECORD_AUDIO, process state bg",
    );
    rule.because.kind = BecauseKind::Rule;
    rule.because.id = "sideloaded-microphone-background".into();
    rule.because.value = None;
    rule.because.family = None;
    rule.because.knowledge = "Tamarisk rules 2026.1".into();
    rule.confidence = None;
    let note = finding(Strength::Note, "Security patches are old", "property ro.build.version");
    parts.findings = vec![note, rule, strong];
    parts.knowledge.push(Knowledge {
        name: "CERT bundle".into(),
        version: "9f86d081".into(),
        status: KnowledgeStatus::Verified,
        signed_by: vec!["CERT A".into(), "CERT B".into()],
        signed: Some(Box::new(model::Signed {
            not_signed_by: vec!["CERT C".into()],
            threshold: 2,
            issued: Some("2026-11-01T00:00:00Z".into()),
            age_days: Some(21),
            expires: "2027-11-01T00:00:00Z".into(),
            expired: None,
            rollback_seen: false,
            attributions: vec![model::Attribution {
                what: "Sparrow".into(),
                to: "somebody".into(),
                by: Some("CERT A".into()),
                confidence: Some(70),
                likelihood: Some("likely".into()),
                text: Some("We judge so.".into()),
                references: vec!["Report 7 https://example.org/7".into()],
                opinions: vec![model::Opinion {
                    opinion: "disagree".into(),
                    by: Some("CERT B".into()),
                    explanation: Some("Tools are shared.".into()),
                }],
            }],
        })),
        indicators: 100_000,
        patterns: 0,
        revoked: 0,
        not_compiled: 0,
        kept_aside: Vec::new(),
    });
    parts
}

pub(crate) fn observed(
    fact: impl Into<model::Fact>,
    number: u64,
    time: Option<Time>,
) -> Observation {
    Observation {
        fact: fact.into(),
        artifact: "phone0/files.json".into(),
        position: Position::bytes(number * 100, number * 100 + 99),
        time,
        parser: "test".into(),
    }
}

/// `number` observations: files of a factory image and of daily life, and now and then the
/// use of a camera.
pub(crate) fn fill(timeline: &mut Timeline, number: u64) {
    for index in 0..number {
        let (fact, time): (model::Fact, _) = if index % 50 == 0 {
            let day = 1 + index / 50 % 28;
            let used = fact::PermissionUsed {
                package: "org.example.flashlight".into(),
                op: "CAMERA".into(),
                outcome: "accessed".into(),
                process_state: Some("bg".into()),
                background: true,
                ..Default::default()
            };
            let month = 1 + index / 5_000 % 4;
            let text = format!("2026-{month:02}-{day:02} 09:{:02}:07", index % 60);
            (used.into(), Some(Time::device(text, Precision::Second, "access")))
        } else {
            // 2009-01-01, else spread over 400 days before 2026-05-01.
            let spread = i64::try_from(index * 7_919 % 34_560_000).unwrap();
            let modified = if index % 3 == 0 { 1_230_768_000 } else { 1_777_593_600 - spread };
            let seen = fact::FileSeen {
                path: format!("/data/media/0/DCIM/Camera/IMG_{index:08}.jpg"),
                size: Some(index),
                modified: Some(modified),
                changed: Some(1_777_593_600 - spread / 2),
                ..Default::default()
            };
            (seen.into(), None)
        };
        timeline.add(SourceId(0), &observed(fact, index, time));
    }
}
