//! The condition language, comparison by comparison.

use crate::support::{fact, intel, judge_with, seen};
use detect::{Brands, Limits, RuleSet};
use model::{Fact, Observation, Precision, Time};
use serde_json::json;

const LISTS: [(&str, &str); 1] = [("rules/lists/known.yaml", "values: [a.store, b.store]")];

/// A page of scope app with this condition.
fn page(id: &str, more: &str, condition: &str) -> String {
    format!(
        "---\nid: {id}\ntitle: T\nstrength: review\nscope: app\nversion: \"1\"\n{more}---\n\
         ## What it means\nx\n## Why it matters\nx\n## Innocent explanations\n- x\n\
         ## What to do next\n- x\n```yaml condition\n{condition}\n```\n"
    )
}

fn rules(pages: &[(&str, String)]) -> RuleSet {
    let pages: Vec<_> = pages.iter().map(|(file, text)| (*file, text.as_str())).collect();
    RuleSet::parse(&pages, &LISTS, &[])
}

fn found(rules: &RuleSet, observations: &[Observation]) -> Vec<String> {
    let (intel, brands) = (intel(&[]), Brands::default());
    let told = judge_with(&intel, rules, &brands, Limits::default(), &[observations]);
    let mut ids: Vec<_> = told.findings.into_iter().map(|f| f.because.id).collect();
    ids.sort_unstable();
    ids
}

fn holds(condition: &str, facts: &[Fact]) -> bool {
    let rules = rules(&[("x.md", page("x", "", condition))]);
    assert_eq!(rules.errors(), [], "{condition}");
    let observations: Vec<_> = (1..).zip(facts).map(|(at, f)| seen(f.clone(), at)).collect();
    !found(&rules, &observations).is_empty()
}

#[test]
fn comparisons() {
    let app = |fields: serde_json::Value| {
        let mut all = json!({"package": "a.b", "user": 0, "target_sdk": 30});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        fact("app_installed", all)
    };
    let absent = || app(json!({}));
    let store = || app(json!({"installer": "a.store", "system": false}));
    let other = || app(json!({"installer": "c.browser", "system": true}));
    for (asked, [none, known, unknown]) in [
        ("installer: a.store", [false, true, false]),
        ("installer: [a.store, c.browser]", [false, true, true]),
        ("installer: {not: a.store}", [true, false, true]),
        ("installer: {not_in: [a.store, c.browser]}", [true, false, false]),
        ("installer: {in_list: known}", [false, true, false]),
        ("installer: {not_in_list: known}", [true, false, true]),
        ("installer: {is: present, not_in_list: [known]}", [false, false, true]),
        ("installer: {is: absent}", [true, false, false]),
        ("installer: {starts_with: c.}", [false, false, true]),
        ("installer: {ends_with: [.store, .shop]}", [false, true, false]),
        ("installer: {contains: brow}", [false, false, true]),
        ("system: true", [false, false, true]),
        ("system: {not: true}", [true, true, false]),
        ("target_sdk: {at_least: 30}", [true, true, true]),
        ("target_sdk: {less_than: 30}", [false, false, false]),
        ("version_code: {less_than: 30}", [false, false, false]),
    ] {
        let condition = format!("fact: app_installed\nwhere: {{{asked}}}");
        let given = [absent(), store(), other()].map(|app| holds(&condition, &[app]));
        assert_eq!(given, [none, known, unknown], "{asked}");
    }
}

#[test]
fn lists_dates_and_counts() {
    let perm = |name: &str, flags: &[&str]| {
        fact("permission_granted", json!({"package": "a.b", "permission": name, "flags": flags}))
    };
    let flags = "fact: permission_granted\nwhere: {flags: {contains: USER}}";
    assert!(holds(flags, &[perm("p", &["SYSTEM_FIXED", "USER_SET"])]));
    assert!(!holds(flags, &[perm("p", &["SYSTEM_FIXED"])]));
    let turned = "fact: permission_granted\nwhere: {flags: {not: USER_SET}}";
    assert!(!holds(turned, &[perm("p", &["SYSTEM_FIXED", "USER_SET"])]));
    assert!(holds(turned, &[perm("p", &[])]));
    let two = "fact: permission_granted\ndistinct: permission\nat_least: 2";
    assert!(!holds(two, &[perm("p", &[]), perm("p", &[])]));
    assert!(holds(two, &[perm("p", &[]), perm("q", &[])]));
    let old = |text: &str| {
        fact("app_installed", json!({"package": "a.b", "user": 0, "first_install": text}))
    };
    // Judged on 2026-06-01: 30 days before is 2026-05-02.
    let older = "fact: app_installed\nwhere: {first_install: {older_than: 30 days}}";
    assert!(holds(older, &[old("2026-05-01 23:59:59")]));
    assert!(!holds(older, &[old("2026-05-02 00:00:00")]));
    assert!(!holds(older, &[old("yesterday")]));
    let before = "fact: app_installed\nwhere: {first_install: {before: 2026-05-02}}";
    assert!(holds(before, &[old("2026-05-01")]) && !holds(before, &[old("2026-05-02")]));
}

#[test]
fn the_last_time_is_kept() {
    let rules = rules(&[("x.md", page("x", "", "fact: permission_used\nseen_within: 30 days"))]);
    let used = |day: &str| {
        let mut seen = seen(fact("permission_used", json!({"package": "a.b"})), 1);
        seen.time = Some(Time::device(format!("{day} 10:00:00"), Precision::Second, "access"));
        seen
    };
    assert_eq!(found(&rules, &[used("2026-05-02"), used("2026-01-01")]), ["x"]);
    assert_eq!(found(&rules, &[used("2026-05-01"), used("2026-01-01")]), [""; 0]);
    let undated = seen(fact("permission_used", json!({"package": "a.b"})), 1);
    assert_eq!(found(&rules, &[undated]), [""; 0]);
}

#[test]
fn what_is_absent_is_no_evidence() {
    let used = |op: &str| fact("permission_used", json!({"package": "a.b", "op": op}));
    let not = "not: {fact: permission_used, where: {op: CAMERA}}";
    assert!(!holds(not, &[used("VIBRATE")]));
    let both = format!("all:\n  - fact: permission_used\n    where: {{op: VIBRATE}}\n  - {not}");
    assert!(holds(&both, &[used("VIBRATE")]));
    assert!(!holds(&both, &[used("VIBRATE"), used("CAMERA")]));
}

#[test]
fn a_rule_takes_in_what_it_supersedes_for_the_same_subject_only() {
    let installed = "fact: app_installed";
    let system = "fact: app_installed\nwhere: {system: true}";
    let rules = rules(&[
        ("part.md", page("part", "", installed)),
        ("whole.md", page("whole", "supersedes: [part]\n", system)),
    ]);
    let app = |package: &str, system: bool| {
        seen(fact("app_installed", json!({"package": package, "system": system})), 1)
    };
    assert_eq!(found(&rules, &[app("a.b", true)]), ["whole"]);
    assert_eq!(found(&rules, &[app("a.b", true), app("c.d", false)]), ["part", "whole"]);
}

#[test]
fn mistakes_among_pages_are_told_and_silence_none() {
    let installed = "fact: app_installed";
    let rules = rules(&[
        ("one.md", page("one", "supersedes: [two]\n", installed)),
        ("two.md", page("two", "supersedes: [one, three]\n", installed)),
        ("sub/one.md", page("one", "", installed)),
    ]);
    let codes: Vec<_> = rules.errors().iter().map(|e| (e.code, &*e.file)).collect();
    let expected =
        [("R007", "sub/one.md"), ("R008", "one.md"), ("R008", "two.md"), ("R008", "two.md")];
    assert_eq!(codes, expected);
    let app = seen(fact("app_installed", json!({"package": "a.b"})), 1);
    assert_eq!(found(&rules, &[app]), ["one", "two"]);
}
