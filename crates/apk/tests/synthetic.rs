//! What was put into a synthetic APK is what is read from it.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

use apk::{Apk, ApkError, ComponentKind, Label, Scheme};
use std::io::Cursor;
use testkit::apk::{Apk as Builder, Component, Scheme as By, Signer};

fn builder() -> Builder {
    Builder::new("org.example.app")
        .label("Example")
        .label_in("ug", "مىسال")
        .label_in("bo", "དཔེར་བརྗོད།")
        .label_in("zh", "示例")
        .label_in("zh-TW", "範例")
        .version("2.3.4", 234)
        .sdk(24, 33)
        .debuggable(true)
        .permission("android.permission.CAMERA")
        .permission("android.permission.CAMERA")
        .permission_sdk_23("android.permission.READ_SMS")
        .activity(Component::launcher(".Main"))
        .service(
            Component::new("org.example.other.Listener")
                .exported(true)
                .permission("android.permission.BIND_ACCESSIBILITY_SERVICE")
                .action("android.accessibilityservice.AccessibilityService"),
        )
        .receiver(Component::new("Boot").exported(false).action("a.B").action("a.C"))
        .provider(".Files")
}

fn read(builder: &Builder) -> Apk {
    Apk::from_bytes(&builder.build()).unwrap()
}

fn label(locale: &str, text: &str) -> Label {
    Label { locale: locale.into(), text: text.into() }
}

#[test]
fn the_manifest_is_read() {
    let apk = read(&builder());
    assert_eq!(apk.package.as_deref(), Some("org.example.app"));
    assert_eq!(apk.version_name.as_deref(), Some("2.3.4"));
    assert_eq!(apk.version_code, Some(234));
    assert_eq!((apk.min_sdk, apk.target_sdk), (Some(24), Some(33)));
    assert_eq!(apk.application.debuggable, Some(true));
    let asked: Vec<_> =
        apk.permissions.iter().map(|asked| (asked.name.as_str(), asked.from_sdk_23)).collect();
    assert_eq!(
        asked,
        [("android.permission.CAMERA", false), ("android.permission.READ_SMS", true)]
    );
    let components: Vec<_> =
        apk.components.iter().map(|c| (c.kind, c.name.as_str(), c.exported)).collect();
    assert_eq!(
        components,
        [
            (ComponentKind::Activity, "org.example.app.Main", Some(true)),
            (ComponentKind::Service, "org.example.other.Listener", Some(true)),
            (ComponentKind::Receiver, "org.example.app.Boot", Some(false)),
            (ComponentKind::Provider, "org.example.app.Files", None),
        ]
    );
    let guard = apk.components[1].permission.as_deref();
    assert_eq!(guard, Some("android.permission.BIND_ACCESSIBILITY_SERVICE"));
    assert_eq!(apk.components[2].actions(), ["a.B", "a.C"]);
    assert_eq!(apk.problems, []);
}

#[test]
fn labels_of_all_locales_are_read() {
    let apk = read(&builder());
    assert_eq!(apk.label(), Some("Example"));
    assert_eq!(
        apk.labels,
        [
            label("", "Example"),
            label("bo", "དཔེར་བརྗོད།"),
            label("ug", "مىسال"),
            label("zh", "示例"),
            label("zh-TW", "範例"),
        ]
    );
}

#[test]
fn a_literal_label_keeps_its_confusables() {
    // Cyrillic "і" in place of "i".
    let apk = read(&Builder::new("org.example.app").literal_label("S\u{456}gnal"));
    assert_eq!(apk.labels, [label("", "S\u{456}gnal")]);
}

#[test]
fn a_launcher_activity_has_a_label_of_its_own() {
    let hidden = Builder::new("org.example.app")
        .literal_label("System service")
        .activity(Component::launcher(".Main").label("Signal"))
        .activity(Component::new(".Settings").label("Not in the launcher"));
    let apk = read(&hidden);
    assert_eq!(apk.label(), Some("System service"));
    assert_eq!(apk.launcher_labels, [label("", "Signal")]);
}

#[test]
fn a_split_has_neither_label_nor_problem() {
    let apk = read(&Builder::new("org.example.app").split("config.ug"));
    assert_eq!(apk.split.name.as_deref(), Some("config.ug"));
    assert_eq!((apk.label(), &apk.permissions, &apk.problems), (None, &vec![], &vec![]));
}

#[test]
fn every_scheme_states_its_signers() {
    let schemes = [By::V1, By::V2, By::V3, By::V31];
    let signed = builder().sign(Signer::A, &schemes).sign(Signer::B, &[]).build();
    let apk = Apk::from_bytes(&signed).unwrap();
    let found: Vec<_> =
        apk.signers.iter().map(|s| (s.scheme, s.certificate.sha256.clone())).collect();
    let (a, b) = (Signer::A.certificate_sha256(), Signer::B.certificate_sha256());
    assert_eq!(
        found,
        [
            (Scheme::V1, a.clone()),
            (Scheme::V1, b.clone()),
            (Scheme::V2, a.clone()),
            (Scheme::V2, b.clone()),
            (Scheme::V3, a),
            (Scheme::V31, b),
        ]
    );
    for signer in &apk.signers {
        let (from, to) = (signer.at.0 as usize, signer.at.1 as usize);
        let der = &signer.certificate.der;
        let there = signed[from..to].windows(der.len()).any(|bytes| bytes == der.as_slice());
        assert!(there || signer.scheme == Scheme::V1, "{:?}", signer.scheme);
    }
    assert_eq!(apk.problems, []);
}

/// Values as `openssl x509 -inform DER -in crates/testkit/keys/a.der` and `md5sum`, `sha1sum`,
/// `sha256sum` of the file give them.
#[test]
fn a_certificate_has_names_validity_and_hashes() {
    let apk = read(&builder().sign(Signer::A, &[By::V2]));
    let certificate = &apk.signers[0].certificate;
    assert_eq!(
        certificate.sha256,
        "ff5fc970f7309f84a2890a11597d99bb0cf03485a743f7d641c61efd29f6a302"
    );
    assert_eq!(certificate.sha1, "2269e1cfcb380b828b5faa1fa6358ab81583201d");
    assert_eq!(certificate.md5, "42e7943c62e571dac76b37888feedf9d");
    let name = Some("CN=Test signer A,O=Tamarisk tests,C=XX");
    assert_eq!(certificate.subject.as_deref(), name);
    assert_eq!(certificate.issuer.as_deref(), name);
    assert_eq!(certificate.not_before.as_deref(), Some("2026-11-22T09:31:10Z"));
    assert_eq!(certificate.not_after.as_deref(), Some("2056-11-14T09:31:10Z"));
}

#[test]
fn an_unsigned_apk_has_no_signer() {
    assert_eq!(read(&builder()).signers, []);
}

#[test]
fn no_zip_is_an_error() {
    for bytes in [&b""[..], b"PK\x03\x04", b"#!/bin/sh\nexit\n", &[0; 100_000]] {
        assert!(matches!(Apk::from_bytes(bytes), Err(ApkError::NotZip { .. })));
    }
    // An empty zip (APPNOTE.TXT 4.3.16).
    let empty = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    assert!(matches!(Apk::from_bytes(&empty), Err(ApkError::NoManifest)));
}

#[test]
fn a_container_is_told_from_an_apk() {
    // A container is a zip of APKs without a manifest of its own.
    let mut bytes = builder().member("base.apk", "x").member("split_config.ug.apk", "y").build();
    rename(&mut bytes, b"AndroidManifest.xml", b"xndroidManifest.xml");
    assert!(matches!(Apk::from_bytes(&bytes), Err(ApkError::Container { apks: 2 })));
}

#[test]
fn a_manifest_that_is_a_bomb_is_a_problem() {
    // 64 MiB of zeros deflate to 64 KiB.
    let mut bytes = builder().member("BndroidManifest.xml", vec![0; 64 << 20]).build();
    rename(&mut bytes, b"AndroidManifest.xml", b"CndroidManifest.xml");
    rename(&mut bytes, b"BndroidManifest.xml", b"AndroidManifest.xml");
    let apk = Apk::from_bytes(&bytes).unwrap();
    assert_eq!(apk.package, None);
    assert!(apk.problems.iter().any(|p| p.what.contains("limit of 16777216 bytes")));
}

#[test]
fn bytes_before_and_behind_the_zip_are_overlooked() {
    let apk = builder().sign(Signer::A, &[By::V2]).build();
    let behind = [&apk[..], &[0; 100]].concat();
    let before = [&[b'J'; 256], &apk[..]].concat();
    for bytes in [behind, before] {
        let apk = Apk::from_bytes(&bytes).unwrap();
        assert_eq!(apk.package.as_deref(), Some("org.example.app"));
        assert_eq!(apk.signers.len(), 1);
        assert!(apk.problems.is_empty() && !apk.anomalies.is_empty(), "{:?}", apk.problems);
    }
}

#[test]
fn nothing_panics_on_cut_or_flipped_bytes() {
    let whole = builder().manifest_stored().sign(Signer::A, &[By::V1, By::V2, By::V3]).build();
    for end in (0..whole.len()).step_by(13) {
        let _ = Apk::read_whole(Cursor::new(&whole[..end]));
    }
    let mut bytes = whole;
    for at in 0..bytes.len() {
        let was = bytes[at];
        bytes[at] = [!was, was ^ 0x80, 0, 0xff][at % 4];
        let _ = Apk::read_whole(Cursor::new(&bytes));
        bytes[at] = was;
    }
}

/// Renames a member of the zip, in local header and directory, to a name of the same length.
fn rename(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let places: Vec<usize> =
        (0..=bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
}

#[test]
fn only_the_first_application_names_the_app() {
    let apk = read(&builder().further_application("Another").further_application("And another"));
    assert_eq!(apk.label(), Some("Example"));
    assert_eq!(apk.application.debuggable, Some(true));
    assert!(apk.labels.iter().all(|label| !label.text.contains("nother")), "{:?}", apk.labels);
    let told: Vec<_> = apk.anomalies.iter().map(|anomaly| anomaly.kind.id()).collect();
    assert_eq!(told, ["manifest-several-applications"; 2]);
}

/// Components may leave out the package before their class name; 20,000 short names must not
/// become 20,000 long ones.
#[test]
fn class_names_stay_within_the_bound_on_text() {
    let package = format!("org.{}", "x".repeat(4_000));
    let services = (0..6_000).map(|number| format!(".S{number}"));
    let builder = services.fold(Builder::new(&package), |apk, name| apk.service(name.as_str()));
    let apk = read(&builder);
    let bytes: usize = apk.components.iter().map(|component| component.name.len()).sum();
    assert!((8 << 20..=16 << 20).contains(&bytes), "{bytes}");
    assert!(apk.problems.iter().any(|problem| problem.what.contains("bytes of text")));
}
