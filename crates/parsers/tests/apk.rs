//! What the parser of APKs tells of synthetic ones.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

use evidence::{Blob, Emitter, Input, Limits, Parser};
use model::fact::{AppDescribed, AppSigned, ComponentDeclared, PermissionRequested};
use model::{Fact, Gap, Item, Observation, Position, SourceKind, Status};
use parsers::PARSERS;
use std::sync::Arc;
use testkit::apk::{Apk, Component, Scheme, Signer};

fn parser(source: SourceKind, path: &str) -> Option<&'static dyn Parser> {
    PARSERS.iter().copied().find(|parser| parser.claims(source, path))
}

/// Status, observations and gaps.
fn read(bytes: &[u8]) -> (Status, Vec<Observation>, Vec<Gap>) {
    let limits = Limits::default();
    let mut input = Input::from_blob(Blob::from_bytes(bytes.to_vec()), &limits, 0);
    let (mut seen, mut gaps) = (Vec::new(), Vec::new());
    let mut sink = |item| match item {
        Item::Observation(observation) => seen.push(observation),
        Item::Gap(gap) => gaps.push(gap),
        other => panic!("{other:?}"),
    };
    let parser = parser(SourceKind::Apk, "base.apk").unwrap();
    let mut out = Emitter::new(Arc::from("base.apk"), parser.id(), &mut sink);
    let status = parser.parse(&mut input, &mut out);
    out.finish();
    (status, seen, gaps)
}

fn sample() -> Apk {
    Apk::new("org.example.app")
        // The same label twice, and one with a Cyrillic letter.
        .label("S\u{456}gnal")
        .label_in("ug", "سىگنال")
        .label_in("zh", "S\u{456}gnal")
        .version("7.1", 710)
        .permission("android.permission.RECORD_AUDIO")
        .service(
            Component::new(".Listener")
                .exported(true)
                .permission("android.permission.BIND_ACCESSIBILITY_SERVICE")
                .action("android.accessibilityservice.AccessibilityService"),
        )
        .sign(Signer::A, &[Scheme::V1, Scheme::V2])
}

#[test]
fn apks_are_claimed_by_name() {
    for (source, path) in [
        (SourceKind::Apk, "Signal.APK"),
        (SourceKind::Androidqf, "apks/org.example.app.apk"),
        (SourceKind::Androidqf, "apks/org.example.app_split_config.ug.apk"),
        (SourceKind::Androidqf, "tmp/dropped.apk"),
    ] {
        assert_eq!(parser(source, path).map(|parser| parser.id()), Some("apk"), "{path}");
    }
    assert!(parser(SourceKind::Androidqf, "apks/notes.apk.txt").is_none());
    assert!(parser(SourceKind::Bugreport, "FS/data/app.apk").is_none());
}

#[test]
fn everything_an_apk_says_is_told() {
    let bytes = sample().build();
    let (status, seen, gaps) = read(&bytes);
    assert_eq!((status, gaps), (Status::Read, vec![]));
    let facts: Vec<Fact> = seen.iter().map(|observation| observation.fact.clone()).collect();
    let Some(Fact::AppDescribed(described)) = facts.first() else { panic!("{facts:?}") };
    // The hashes are those that the input takes of any artifact; its own tests check them.
    let limits = Limits::default();
    let digests = Input::from_blob(Blob::from_bytes(bytes.clone()), &limits, 0).digests().unwrap();
    let certificate = Signer::A.certificate_sha256();
    assert_eq!(
        *described,
        AppDescribed {
            package: "org.example.app".into(),
            label: Some("S\u{456}gnal".into()),
            labels: vec!["S\u{456}gnal".into(), "سىگنال".into()],
            version_name: Some("7.1".into()),
            version_code: Some(710),
            min_sdk: Some(24),
            target_sdk: Some(34),
            debuggable: None,
            sha256: Some(digests.sha256),
            sha1: Some(digests.sha1),
            md5: Some(digests.md5),
            signers: vec![certificate.clone()],
            verified: described.verified,
            split: None,
            shared_user: None,
            icon: None,
        }
    );
    let signed = |scheme: &str| {
        Fact::AppSigned(AppSigned {
            package: "org.example.app".into(),
            cert_sha256: Some(certificate.clone()),
            // sha1sum and md5sum of crates/testkit/keys/a.der
            cert_sha1: Some("2269e1cfcb380b828b5faa1fa6358ab81583201d".into()),
            cert_md5: Some("42e7943c62e571dac76b37888feedf9d".into()),
            cert_subject: Some("CN=Test signer A,O=Tamarisk tests,C=XX".into()),
            cert_issuer: Some("CN=Test signer A,O=Tamarisk tests,C=XX".into()),
            not_before: Some("2026-11-22T09:31:10Z".into()),
            not_after: Some("2056-11-14T09:31:10Z".into()),
            scheme: Some(scheme.into()),
            // The one certificate signs in both schemes, so that it is vouched for as the app is.
            verified: described.verified,
            ..AppSigned::default()
        })
    };
    assert_eq!(
        facts[1..5],
        [
            signed("v1"),
            signed("v2"),
            Fact::PermissionRequested(PermissionRequested {
                package: "org.example.app".into(),
                permission: "android.permission.RECORD_AUDIO".into(),
                max_sdk: None,
            }),
            Fact::ComponentDeclared(ComponentDeclared {
                package: "org.example.app".into(),
                component: "service".into(),
                name: "org.example.app.Listener".into(),
                exported: Some(true),
                permission: Some("android.permission.BIND_ACCESSIBILITY_SERVICE".into()),
                actions: vec!["android.accessibilityservice.AccessibilityService".into()],
                reachable: Some(true),
                special: Some("accessibility".into()),
                ..ComponentDeclared::default()
            }),
        ]
    );
    let members: Vec<_> = facts[5..]
        .iter()
        .map(|fact| match fact {
            Fact::PackageMember(member) => member.member.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        members,
        [
            "AndroidManifest.xml",
            "resources.arsc",
            "META-INF/MANIFEST.MF",
            "META-INF/CERT.SF",
            "META-INF/CERT.EC",
        ]
    );
}

#[test]
fn a_fact_stands_where_its_bytes_are() {
    let bytes = sample().manifest_stored().build();
    let (_, seen, _) = read(&bytes);
    let range = |observation: &Observation| {
        let (start, end) = observation.position.byte.unwrap();
        bytes[start as usize..end as usize].to_vec()
    };
    // The manifest is binary XML (chunk 0x0003 with a header of 8 bytes).
    assert!(range(&seen[0]).starts_with(&[3, 0, 8, 0]));
    let der = Signer::A.certificate();
    assert!(range(&seen[2]).windows(der.len()).any(|window| window == der));
}

#[test]
fn a_split_is_read_without_a_gap() {
    let (status, seen, gaps) = read(&Apk::new("org.example.app").split("config.ug").build());
    // The APK itself, and its only member.
    assert_eq!((status, seen.len(), gaps), (Status::Read, 2, vec![]), "{seen:?}");
}

#[test]
fn what_is_no_apk_is_a_gap() {
    for bytes in [&b"not an APK"[..], b"", b"PK\x03\x04 cut"] {
        let (status, seen, gaps) = read(bytes);
        assert_eq!((status, seen.len(), gaps.len()), (Status::Failed, 0, 1));
        assert!(gaps[0].reason.contains("not an APK"), "{}", gaps[0].reason);
    }
}

#[test]
fn what_is_odd_is_a_fact_and_no_gap() {
    let bytes = [sample().build(), vec![0; 10]].concat();
    let (status, seen, gaps) = read(&bytes);
    assert_eq!((status, gaps), (Status::Read, vec![]));
    let anomalies: Vec<_> = seen
        .iter()
        .filter_map(|observation| match &observation.fact {
            Fact::PackageAnomaly(anomaly) => Some((anomaly, &observation.position)),
            _ => None,
        })
        .collect();
    let [(anomaly, position)] = anomalies[..] else { panic!("{anomalies:?}") };
    let end = bytes.len() as u64 - 10;
    assert_eq!((anomaly.id.as_str(), anomaly.offset), ("zip-trailing-bytes", end));
    assert_eq!(*position, Position::bytes(end, end));
    let whole = seen[0].position == Position::bytes(0, bytes.len() as u64);
    assert!(!whole, "the manifest has a place of its own");
}

#[test]
fn what_is_damaged_is_a_gap() {
    let whole = sample().manifest_stored().build();
    let (_, seen, _) = read(&whole);
    let (_, end) = seen[0].position.byte.unwrap();
    // The last chunk of the manifest ends the namespace (24 bytes, its size at byte 4); it now
    // states more than there is.
    let size = end as usize - 20;
    let mut bytes = whole;
    bytes[size..size + 4].copy_from_slice(&1000_u32.to_le_bytes());
    let (status, _, gaps) = read(&bytes);
    assert_eq!((status, gaps.len()), (Status::Partly, 1), "{gaps:?}");
    assert!(gaps[0].reason.starts_with("AndroidManifest.xml: the chunk at byte "), "{gaps:?}");
}
