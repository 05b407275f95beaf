//! Streams of observations by hand.

use detect::{Brands, Judge, Judgement, Knowledge, Limits, RuleSet};
use intel::{Builder, Intel};
use jiff::Timestamp;
use model::fact::{AppDescribed, AppInstalled, AppSigned, Fact};
use model::{Finding, KnowledgeStatus, Observation, Position, SourceId};
use std::sync::LazyLock;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);
static BRANDS: LazyLock<Brands> = LazyLock::new(Brands::builtin);

/// The time against which tests judge; pages' own facts are written for it.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// An observation in `packages.json`, at the given row.
pub(crate) fn seen(fact: impl Into<Fact>, row: u64) -> Observation {
    Observation {
        fact: fact.into(),
        artifact: "phone/packages.json".into(),
        position: Position::default().at_row(row),
        time: None,
        parser: "test".into(),
    }
}

/// Observations of facts, in rows 1, 2, 3 …
pub(crate) fn stream(facts: impl IntoIterator<Item = Fact>) -> Vec<Observation> {
    (1..).zip(facts).map(|(row, fact)| seen(fact, row)).collect()
}

/// An advisory with these (pattern, further members) as indicators, all of one family.
pub(crate) fn intel(patterns: &[(&str, &str)]) -> Intel {
    let mut objects = vec![
        r#"{"type":"malware","spec_version":"2.1","id":"malware--00000000-0000-4000-8000-00000000000f","name":"TESTFAMILY","is_family":true}"#.to_owned(),
    ];
    for (at, (pattern, more)) in patterns.iter().enumerate() {
        let pattern = serde_json::to_string(pattern).unwrap();
        let id = format!("00000000-0000-4000-8000-{at:012}");
        objects.push(format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{id}","pattern_type":"stix","pattern":{pattern},"valid_from":"2020-01-01T00:00:00Z"{more}}}"#
        ));
        objects.push(format!(
            r#"{{"type":"relationship","spec_version":"2.1","id":"relationship--{id}","relationship_type":"indicates","source_ref":"indicator--{id}","target_ref":"malware--00000000-0000-4000-8000-00000000000f"}}"#
        ));
    }
    let id = "bundle--00000000-0000-4000-8000-000000000000";
    let bundle = format!(r#"{{"type":"bundle","id":"{id}","objects":[{}]}}"#, objects.join(","));
    let mut builder = Builder::new();
    builder.add_bundle("test", KnowledgeStatus::Unsigned, bundle.as_bytes()).unwrap();
    let intel = builder.build();
    assert!(intel.gaps().is_empty(), "every pattern of a test compiles");
    intel
}

/// Judges several sources, all observations of one before the next.
pub(crate) fn judge_with(
    intel: &Intel,
    rules: &RuleSet,
    brands: &Brands,
    limits: Limits,
    sources: &[&[Observation]],
) -> Judgement {
    let knowledge = Knowledge { intel, rules, brands };
    let mut judge = Judge::with_limits(&knowledge, now(), limits);
    for (number, observations) in (0..).zip(sources) {
        for observation in *observations {
            judge.observe(SourceId(number), observation.clone());
        }
        judge.end_source(SourceId(number));
    }
    judge.finish()
}

/// Judges one source with the pages and brands of the program and no indicator.
pub(crate) fn judge(observations: &[Observation]) -> Vec<Finding> {
    judge_with(&intel(&[]), &RULES, &BRANDS, Limits::default(), &[observations]).findings
}

/// Judges one source with these indicators alone.
pub(crate) fn matches(patterns: &[(&str, &str)], observations: &[Observation]) -> Vec<Finding> {
    judge_with(&intel(patterns), &RuleSet::default(), &BRANDS, Limits::default(), &[observations])
        .findings
}

/// An installed app that is no part of the system.
pub(crate) fn installed(package: &str, user: u32, installer: Option<&str>) -> Fact {
    Fact::AppInstalled(AppInstalled {
        package: package.into(),
        uid: Some(user * 100_000 + 10_200),
        user: Some(user),
        installed: Some(true),
        system: Some(false),
        installer_known: true,
        installer: installer.map(str::to_owned),
        ..AppInstalled::default()
    })
}

/// A signing certificate, as `packages.json` states it.
pub(crate) fn signed(package: &str, certificate: &str) -> Fact {
    Fact::AppSigned(AppSigned {
        package: package.into(),
        cert_sha256: Some(certificate.into()),
        scheme: Some("acquisition".into()),
        ..AppSigned::default()
    })
}

/// What an APK says of itself.
pub(crate) fn described(package: &str, label: &str, certificate: Option<&str>) -> Fact {
    Fact::AppDescribed(AppDescribed {
        package: package.into(),
        label: Some(label.into()),
        labels: vec![label.into()],
        signers: certificate.into_iter().map(str::to_owned).collect(),
        ..AppDescribed::default()
    })
}

/// A fact from the JSON that rule pages are written in.
pub(crate) fn fact(kind: &str, fields: serde_json::Value) -> Fact {
    serde_json::from_value(serde_json::json!({ "kind": kind, "fields": fields })).unwrap()
}
