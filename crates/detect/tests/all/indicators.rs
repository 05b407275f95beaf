//! What a published value weighs when it is seen.

use crate::support::{fact, installed, matches, seen, signed, stream};
use model::{Fact, Finding, Strength, Time};
use serde_json::json;

const EVIL: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn strengths(patterns: &[(&str, &str)], facts: Vec<Fact>) -> Vec<(Strength, String, String)> {
    let of = |f: Finding| (f.strength, f.subject.kind, f.subject.value);
    matches(patterns, &stream(facts)).into_iter().map(of).collect()
}

#[test]
fn a_match_weighs_by_its_kind() {
    use Strength::{Exposure, Review, Strong};
    let link =
        json!({"url": "https://x.evil.example/a", "host": "x.evil.example", "place": "setting"});
    for (pattern, kind, fields, strength, subject) in [
        (
            "[app:id = 'com.evil']",
            "permission_used",
            json!({"package": "com.evil", "user": 0, "op": "CAMERA", "outcome": "accessed"}),
            Strong,
            ("app", "com.evil"),
        ),
        (
            "[file:hashes.'SHA-256' = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']",
            "app_file",
            json!({"package": "org.example", "sha256": EVIL}),
            Strong,
            ("app", "org.example"),
        ),
        (
            "[file:hashes.'SHA-256' = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']",
            "file_hashed",
            json!({"name": "x.apk", "sha256": EVIL}),
            Strong,
            ("file", "x.apk"),
        ),
        (
            "[app:cert.sha256 = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']",
            "app_signed",
            json!({"package": "org.example", "cert_sha256": EVIL}),
            Strong,
            ("app", "org.example"),
        ),
        (
            "[file:path = '/sdcard/evil']",
            "file_seen",
            json!({"path": "/sdcard/evil/x"}),
            Review,
            ("file", "/sdcard/evil/x"),
        ),
        (
            "[file:name = 'common.jar']",
            "file_seen",
            json!({"path": "/sdcard/common.jar"}),
            Review,
            ("file", "/sdcard/common.jar"),
        ),
        (
            "[process:name = 'evild']",
            "process_running",
            json!({"name": "evild"}),
            Review,
            ("process", "evild"),
        ),
        (
            "[domain-name:value = 'evil.example']",
            "link_seen",
            link,
            Exposure,
            ("endpoint", "https://x.evil.example/a"),
        ),
        (
            "[android-property:name = 'ro.evil']",
            "property_set",
            json!({"name": "ro.evil"}),
            Review,
            ("device", "device"),
        ),
    ] {
        let found = strengths(&[(pattern, "")], vec![fact(kind, fields)]);
        assert_eq!(found, [(strength, subject.0.to_owned(), subject.1.to_owned())], "{pattern}");
    }
}

#[test]
fn a_process_is_its_package_and_its_app_where_the_uid_tells() {
    let pattern = [("[app:id = 'com.evil']", "")];
    let process = |fields| fact("process_running", fields);
    let remote = process(json!({"name": "com.evil:remote", "uid": 1_010_200}));
    let found = matches(&pattern, &stream([remote]));
    assert_eq!(found.len(), 1);
    assert_eq!((&*found[0].subject.kind, &*found[0].subject.value), ("app", "com.evil"));
    assert_eq!((found[0].subject.user, found[0].strength), (Some(10), Strength::Strong));
    let bare = strengths(&pattern, vec![process(json!({"name": "com.evil"}))]);
    assert_eq!(bare, [(Strength::Strong, "process".into(), "com.evil".into())]);
    // The kernel keeps the last 15 characters: com.evil.application -> vil.application.
    let cut = process(json!({"name": "vil.application", "uid": 10_200, "truncated": true}));
    let found = strengths(&[("[app:id = 'com.evil.application']", "")], vec![cut]);
    assert_eq!(found, [(Strength::Review, "process".into(), "vil.application".into())]);
}

#[test]
fn one_finding_per_indicator_and_subject_with_its_rows() {
    let pattern = [("[app:id = 'com.evil']", r#","confidence":70"#)];
    let used = |op: usize| {
        fact("permission_used", json!({"package": "com.evil", "user": 0, "op": format!("OP{op}")}))
    };
    let found = matches(&pattern, &stream((0..50).map(used)));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].evidence_total, 50);
    assert_eq!(found[0].confidence, Some(70));
    assert_eq!(found[0].because.family.as_deref(), Some("TESTFAMILY"));
    let rows: Vec<_> =
        found[0].evidence().iter().filter_map(|row| row.position.as_ref()?.row).collect();
    assert_eq!(rows, (1..=20).collect::<Vec<u64>>());
}

#[test]
fn an_or_of_two_values_in_one_fact_is_one_finding() {
    let pattern = [(
        "[app:id = 'com.evil' OR app:cert.sha256 = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']",
        "",
    )];
    let found = matches(&pattern, &stream([signed("com.evil", EVIL)]));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].evidence_total, 1);
}

#[test]
fn revoked_never_alerts_and_outside_its_time_is_a_note() {
    let app = || vec![installed("com.evil", 0, None)];
    let with = |more: &'static str| strengths(&[("[app:id = 'com.evil']", more)], app());
    assert_eq!(with(r#","revoked":true"#), []);
    // Judged at 2026-06-01.
    let note = [(Strength::Note, "app".to_owned(), "com.evil".to_owned())];
    assert_eq!(with(r#","valid_until":"2026-05-31T00:00:00Z""#), note);
    let strong = [(Strength::Strong, "app".to_owned(), "com.evil".to_owned())];
    assert_eq!(with(r#","valid_until":"2026-06-02T00:00:00Z""#), strong);
    // The observation's own time counts where it is known in UTC.
    let mut old = seen(fact("file_seen", json!({"path": "/x/evil.bin"})), 1);
    let pattern = [("[file:name = 'evil.bin']", r#","valid_until":"2021-01-01T00:00:00Z""#)];
    assert_eq!(matches(&pattern, &[old.clone()])[0].strength, Strength::Note);
    old.time = Some(Time::unix_seconds(1_590_000_000, "modified_time"));
    assert_eq!(matches(&pattern, &[old])[0].strength, Strength::Review);
}

#[test]
fn a_genuine_signer_takes_the_weight_from_a_package_name() {
    let whatsapp = "3987d043d10aefaf5a8710b3671418fe57e0e19b653c9df82558feb5ffce5d44";
    let pattern = [("[app:id = 'com.whatsapp']", "")];
    let facts =
        |certificate| vec![installed("com.whatsapp", 0, None), signed("com.whatsapp", certificate)];
    let weighed = |facts| strengths(&pattern, facts).first().map(|found| found.0);
    assert_eq!(weighed(facts(whatsapp)), Some(Strength::Note));
    assert_eq!(weighed(facts(EVIL)), Some(Strength::Strong));
    assert_eq!(weighed(vec![installed("com.whatsapp", 0, None)]), Some(Strength::Strong));
}
