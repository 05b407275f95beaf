//! Patterns of more than a value. Which observations satisfy which pattern follows from STIX 2.1,
//! section 9; what each fact becomes, from `model::fact::objects`.

use crate::support::{fact, installed, intel, judge_with, matches, seen, stream};
use detect::{Brands, Limits, RuleSet};
use model::{Observation, Strength, Time};
use serde_json::json;

fn at(mut one: Observation, time: &str) -> Observation {
    one.time = Time::rfc3339(time, "test");
    one
}

fn subjects(pattern: &str, observations: &[Observation]) -> Vec<String> {
    let found = matches(&[(pattern, "")], observations);
    found.into_iter().map(|one| one.subject.value).collect()
}

#[test]
fn one_observation_satisfies_a_pattern_alone() {
    let stream = stream([
        installed("com.evil.app", 0, Some("com.market")),
        installed("com.other.app", 0, None),
        fact("file_seen", json!({"path": "/data/local/tmp/x.evil", "size": 4096})),
        fact("file_seen", json!({"path": "/sdcard/Download/x.evil", "size": 10})),
        fact("process_running", json!({"name": "sh", "command_line": ["sh", "-c", "evil"]})),
        fact("property_set", json!({"name": "ro.x", "value": "evil"})),
        fact(
            "endpoint_contacted",
            json!({"host": "c2.example", "addresses": ["203.0.113.7"], "port": 4432, "via": "connect"}),
        ),
    ]);
    for (pattern, wanted) in [
        ("[app:id LIKE 'com.evil.%']", &["com.evil.app"][..]),
        ("[app:id = 'com.evil.app' AND app:installer = 'com.market']", &["com.evil.app"]),
        ("[app:id = 'com.evil.app' AND app:installer = 'com.android.vending']", &[]),
        ("[file:name MATCHES '^x\\\\.evil$' AND file:size > 100]", &["/data/local/tmp/x.evil"]),
        (
            "[file:parent_directory_ref.path = '/sdcard/Download' AND file:name = 'x.evil']",
            &["/sdcard/Download/x.evil"],
        ),
        ("[process:command_line = 'sh -c evil']", &["sh"]),
        ("[android-property:name = 'ro.x' AND android-property:value = 'evil']", &["device"]),
        (
            "[network-traffic:dst_port = 4432 AND network-traffic:dst_ref.value = 'c2.example']",
            &["c2.example"],
        ),
        ("[ipv4-addr:value ISSUBSET '203.0.113.0/24']", &["c2.example"]),
        ("[app:id NOT IN ('com.evil.app', 'com.other.app')]", &[]),
    ] {
        assert_eq!(subjects(pattern, &stream), wanted, "{pattern}");
    }
}

#[test]
fn several_observations_satisfy_a_pattern_together() {
    let link = fact(
        "link_seen",
        json!({"url": "http://c2.example/a", "host": "c2.example", "place": "message"}),
    );
    let first = "2026-01-01T10:00:00Z";
    let order = |app: &str| {
        vec![at(seen(link.clone(), 1), first), at(seen(installed("com.evil", 0, None), 2), app)]
    };
    let within = "([url:value LIKE 'http://c2.example/%'] FOLLOWEDBY [app:id = 'com.evil']) WITHIN 600 SECONDS";
    let found = matches(&[(within, "")], &order("2026-01-01T10:05:00Z"));
    let [one] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((one.evidence_total, one.subject.value.as_str()), (2, "http://c2.example/a"));
    assert_eq!(one.strength, Strength::Exposure, "its first observation is a link in a text");
    assert_eq!(one.because.value.as_deref(), Some(within));
    assert!(subjects(within, &order("2026-01-01T10:15:00Z")).is_empty(), "too late");
    assert!(subjects(within, &order("2026-01-01T09:00:00Z")).is_empty(), "before");
    let repeats = "[app:id = 'com.evil'] REPEATS 2 TIMES";
    assert!(subjects(repeats, &order(first)).is_empty());
    let twice = [seen(installed("com.evil", 0, None), 1), seen(installed("com.evil", 0, None), 2)];
    assert_eq!(subjects(repeats, &twice), ["com.evil"]);
}

/// Without a time in UTC, nothing can be said of an order; the report says that.
#[test]
fn observations_without_a_time_leave_a_gap() {
    let stream = stream([installed("com.first", 0, None), installed("com.second", 0, None)]);
    let pattern = "[app:id = 'com.first'] FOLLOWEDBY [app:id = 'com.second']";
    let (intel, rules, brands) = (intel(&[(pattern, "")]), RuleSet::default(), Brands::builtin());
    let judged = judge_with(&intel, &rules, &brands, Limits::default(), &[&stream]);
    assert!(judged.findings.is_empty());
    let [gap] = &judged.gaps[..] else { panic!("{:?}", judged.gaps) };
    assert!(gap.reason.contains("2 observations state no time in UTC"), "{}", gap.reason);
    // Another source is another run.
    let judged =
        judge_with(&intel, &rules, &brands, Limits::default(), &[&stream[..1], &stream[1..]]);
    assert!(judged.findings.is_empty());
}

#[test]
fn ceilings_and_times_hold_for_patterns_too() {
    let stream = stream([installed("com.evil.app", 0, None)]);
    let like = "[app:id LIKE 'com.evil.%']";
    for (more, strength) in [
        ("", Strength::Review),
        (r#","confidence":90"#, Strength::Strong),
        (r#","confidence":90,"valid_until":"2021-01-01T00:00:00Z""#, Strength::Note),
        (
            r#","confidence":90,"extensions":{"extension-definition--11b6419c-95ab-5484-8513-cd94394e0fd1":{"extension_type":"property-extension","ceiling":"note"}}"#,
            Strength::Note,
        ),
    ] {
        assert_eq!(matches(&[(like, more)], &stream)[0].strength, strength, "{more}");
    }
    assert!(matches(&[(like, r#","revoked":true"#)], &stream).is_empty());
}
