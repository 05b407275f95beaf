//! Users, uids, limits and order.

use crate::support::{fact, installed, intel, judge, judge_with, matches, stream};
use detect::{Brands, Limits, RuleSet};
use model::{Fact, Finding, SourceId, Strength};
use serde_json::json;

const APP: &str = "org.example.prayer";
const PICKED: Option<&str> = Some("com.miui.packageinstaller");

fn granted(user: Option<u32>) -> Vec<Fact> {
    ["CAMERA", "RECORD_AUDIO", "READ_CONTACTS"]
        .map(|name| {
            let permission = format!("android.permission.{name}");
            fact(
                "permission_granted",
                json!({"package": APP, "user": user, "permission": permission, "granted": true}),
            )
        })
        .into()
}

fn used(fields: serde_json::Value) -> Fact {
    let mut all = json!({"op": "RECORD_AUDIO", "outcome": "accessed", "background": true});
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    fact("permission_used", all)
}

fn rules_of(found: &[Finding]) -> Vec<(&str, Option<u32>)> {
    found.iter().map(|f| (&*f.because.id, f.subject.user)).collect()
}

#[test]
fn users_0_10_150_and_999_are_four_apps() {
    let mut facts = Vec::new();
    for user in [0, 10, 150, 999] {
        facts.push(installed(APP, user, PICKED));
    }
    facts.extend(granted(Some(150)));
    facts.push(used(json!({"package": APP, "user": 150})));
    facts.push(used(json!({"package": APP, "user": 10})));
    let found = judge(&stream(facts));
    let mut rules = rules_of(&found);
    rules.sort_unstable_by_key(|(_, user)| *user);
    assert_eq!(
        rules,
        [
            ("sideloaded-app", None),
            ("sideloaded-app-listens", Some(10)),
            ("sideloaded-app-watches", Some(150)),
            ("sideloaded-app", Some(999)),
        ]
    );
}

#[test]
fn a_fact_without_a_user_is_about_each_user_that_has_the_app() {
    let mut facts = vec![installed(APP, 0, PICKED), installed(APP, 10, PICKED)];
    facts.push(fact(
        "app_installed",
        json!({"package": APP, "user": 999, "installed": false, "system": false}),
    ));
    facts.extend(granted(None));
    assert_eq!(
        rules_of(&judge(&stream(facts))),
        [("sideloaded-app-with-permissions", None), ("sideloaded-app-with-permissions", Some(10))]
    );
}

#[test]
fn a_uid_alone_is_its_package_if_that_is_the_only_one() {
    // The uid is seen before the package that owns it.
    let mut facts = vec![used(json!({"package": "", "uid": 1_010_200}))];
    facts.push(installed(APP, 10, PICKED));
    facts.extend(granted(Some(10)));
    let alone = judge(&stream(facts.clone()));
    assert_eq!(rules_of(&alone), [("sideloaded-app-watches", Some(10))]);
    // A shared uid belongs to neither for certain.
    facts.push(installed("org.example.other", 10, Some("com.android.vending")));
    let shared = judge(&stream(facts));
    assert_eq!(rules_of(&shared), [("sideloaded-app-with-permissions", Some(10))]);
}

#[test]
fn two_sources_are_never_joined() {
    let (rules, brands, intel) = (RuleSet::builtin(), Brands::default(), intel(&[]));
    let limits = Limits::default();
    let here = stream([installed(APP, 0, PICKED)]);
    let there = stream(granted(Some(0)));
    let found = judge_with(&intel, &rules, &brands, limits, &[&here, &there, &here]).findings;
    let sources: Vec<_> = found.iter().map(|f| f.subject.source).collect();
    assert_eq!(sources, [SourceId(0), SourceId(2)]);
    assert_ne!(found[0].id, found[1].id, "an id is told once in a report");
    // Interleaved, the same comes out.
    let knowledge = detect::Knowledge { intel: &intel, rules: &rules, brands: &brands };
    let mut judge = detect::Judge::new(&knowledge, crate::support::now());
    judge.observe(SourceId(2), here[0].clone());
    there.iter().for_each(|seen| judge.observe(SourceId(1), seen.clone()));
    judge.observe(SourceId(0), here[0].clone());
    assert_eq!(judge.finish().findings, found);
}

#[test]
fn a_finding_keeps_20_rows_of_every_leaf_a_share() {
    let mut facts = granted(Some(0));
    facts.extend((0..1000).map(|_| used(json!({"package": APP, "user": 0}))));
    facts.push(installed(APP, 0, PICKED));
    let found = judge(&stream(facts));
    assert_eq!(rules_of(&found), [("sideloaded-app-watches", None)]);
    let rows = found[0].evidence();
    assert!(rows.len() <= 20);
    assert_eq!(found[0].evidence_total, 1004);
    for part in ["holds android.permission.CAMERA", "accessed RECORD_AUDIO", "installer com.miui"] {
        assert!(rows.iter().any(|row| row.text.contains(part)), "{part}");
    }
}

#[test]
fn too_many_subjects_leave_one_gap() {
    let facts = |count: usize| {
        stream((0..count).map(|at| installed(&format!("org.example.app{at}"), 0, PICKED)))
    };
    let (rules, brands, intel) = (RuleSet::builtin(), Brands::default(), intel(&[]));
    let limits = Limits { subjects: 10 };
    let told = judge_with(&intel, &rules, &brands, limits, &[&facts(10)]);
    assert_eq!((told.findings.len(), told.gaps.len()), (10, 0));
    let told = judge_with(&intel, &rules, &brands, limits, &[&facts(1000)]);
    assert_eq!((told.findings.len(), told.gaps.len()), (10, 1));
}

#[test]
fn files_that_no_rule_names_are_no_subjects() {
    let files = (0..1000).map(|at| fact("file_seen", json!({"path": format!("/sdcard/{at}")})));
    let mut facts: Vec<Fact> = files.collect();
    facts.push(fact("file_seen", json!({"path": "/data/local/tmp/x"})));
    let (rules, brands, intel) = (RuleSet::builtin(), Brands::default(), intel(&[]));
    let told = judge_with(&intel, &rules, &brands, Limits { subjects: 1 }, &[&stream(facts)]);
    assert_eq!((told.findings.len(), told.gaps.len()), (1, 0));
    // Trap 8: no indicator is loaded, and the file is told all the same.
    assert_eq!(told.findings[0].because.id, "file-in-local-tmp");
}

#[test]
fn trap_13_a_root_package_is_still_held_against_indicators() {
    let facts = stream([installed("com.topjohnwu.magisk", 0, None)]);
    let found = matches(&[("[app:id = 'com.topjohnwu.magisk']", "")], &facts);
    assert_eq!(found.first().map(|f| f.strength), Some(Strength::Strong));
    assert!(rules_of(&judge(&facts)).contains(&("root-traces", None)));
}

#[test]
fn the_order_of_facts_changes_no_finding() {
    let mut facts = vec![installed(APP, 0, PICKED), installed("org.telegram.FlyGram", 0, None)];
    facts.extend(granted(None));
    facts.push(used(json!({"package": APP, "uid": 10_200})));
    facts.push(fact("root_binary_found", json!({"path": "/system/xbin/su", "name": "su"})));
    let brief = |found: Vec<Finding>| -> Vec<_> {
        found.into_iter().map(|f| (f.strength, f.subject, f.id, f.evidence_total)).collect()
    };
    let forward = judge(&stream(facts.clone()));
    assert_eq!(forward, judge(&stream(facts.clone())), "the same input, the same findings");
    facts.reverse();
    assert_eq!(brief(forward), brief(judge(&stream(facts))));
}
