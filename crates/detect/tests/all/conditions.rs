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
    let stated = "fact: permission_granted\nwhere: {flags: {is: present}}";
    assert!(holds(stated, &[perm("p", &["USER_SET"])]) && !holds(stated, &[perm("p", &[])]));
    let none = "fact: permission_granted\nwhere: {flags: {is: absent}}";
    assert!(holds(none, &[perm("p", &[])]) && !holds(none, &[perm("p", &["USER_SET"])]));
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

/// Steps in order, by hand: (kind, package, time on the phone's clock or in UTC).
fn at(kind: &str, fields: serde_json::Value, time: &str, row: u64) -> Observation {
    let time = Time::rfc3339(time, "test")
        .unwrap_or_else(|| Time::device(time, Precision::Second, "test"));
    Observation { time: Some(time), ..seen(fact(kind, fields), row) }
}

const STEPS: &str = "sequence:
  - fact: setting_set
    of: device
    where: {name: package_verifier_enable, value: '0'}
  - any:
      - fact: install_event
      - {fact: app_installed, at: last_update}
    within: 10 minutes
  - {fact: permission_used, within: 2 days}";

fn verifier_off(time: &str) -> Observation {
    at("setting_set", json!({"name": "package_verifier_enable", "value": "0"}), time, 1)
}

fn install(time: &str) -> Observation {
    at("install_event", json!({"package": "a.b", "action": "installed"}), time, 2)
}

fn used(time: &str) -> Observation {
    at("permission_used", json!({"package": "a.b"}), time, 3)
}

#[test]
fn a_sequence_asks_for_order_and_nearness() {
    let rules = rules(&[("x.md", page("x", "", STEPS))]);
    assert_eq!(rules.errors(), []);
    let day = |time: &str| format!("2026-05-20 {time}");
    for (times, holds) in [
        (["10:00:00", "10:10:00", "12:00:00"], true),
        (["10:00:00", "10:00:00", "10:00:00"], true),
        (["10:00:00", "10:10:01", "12:00:00"], false),
        (["10:00:01", "10:00:00", "12:00:00"], false),
        (["10:00:00", "10:05:00", "10:04:59"], false),
    ] {
        let [off, installed, heard] = times.map(day);
        let mut all = vec![verifier_off(&off), install(&installed), used(&heard)];
        assert_eq!(!found(&rules, &all).is_empty(), holds, "{times:?}");
        // The order in which facts are read does not matter.
        all.reverse();
        assert_eq!(!found(&rules, &all).is_empty(), holds, "{times:?}");
    }
    // A time that is no finer than a day tells no order within it.
    let mut coarse = install(&day("10:05:00"));
    coarse.time = Some(Time::device("2026-05-20", Precision::Day, "test"));
    let all = [verifier_off(&day("00:00:00")), coarse, used(&day("12:00:00"))];
    assert_eq!(found(&rules, &all), [""; 0]);
    // A field can say when: the update, not the installation that the observation is dated by.
    let updated = json!({"package": "a.b", "last_update": "2026-05-20 10:05:00"});
    let updated = at("app_installed", updated, "2026-01-01 00:00:00", 2);
    let all = [verifier_off(&day("10:00:00")), updated, used(&day("12:00:00"))];
    assert_eq!(found(&rules, &all), ["x"]);
}

#[test]
fn a_sequence_takes_the_nearest_step_and_shows_its_rows_in_order() {
    let rules = rules(&[("x.md", page("x", "", STEPS))]);
    let mut all = vec![used("2026-05-21 08:00:00"), used("2026-05-19 08:00:00")];
    all.push(install("2026-05-20 10:05:00"));
    all.push(install("2026-05-18 10:05:00"));
    for minute in 0..5 {
        all.push(verifier_off(&format!("2026-05-20 10:0{minute}:00")));
    }
    let (intel, brands) = (intel(&[]), Brands::default());
    let told = judge_with(&intel, &rules, &brands, Limits::default(), &[&all]);
    let rows = told.findings[0].evidence();
    let times: Vec<_> = rows.iter().map(|row| row.time.as_ref().unwrap().value.as_str()).collect();
    assert_eq!(times, ["2026-05-20 10:04:00", "2026-05-20 10:05:00", "2026-05-21 08:00:00"]);
    assert_eq!(told.findings[0].evidence_total, 3);
}

#[test]
fn utc_and_the_phones_clock_meet_only_where_the_zone_is_known() {
    let rules = rules(&[("x.md", page("x", "", STEPS))]);
    // Berlin in May is two hours ahead.
    let mut all = vec![
        verifier_off("2026-05-20T08:04:00Z"),
        install("2026-05-20 10:05:00"),
        used("2026-05-20 12:00:00"),
    ];
    assert_eq!(found(&rules, &all), [""; 0]);
    let zone = |name: &str| {
        seen(fact("property_set", json!({"name": "persist.sys.timezone", "value": name})), 9)
    };
    all.push(zone("Asia/Urumqi"));
    assert_eq!(found(&rules, &all), [""; 0]);
    all.push(zone("Europe/Berlin"));
    assert_eq!(found(&rules, &all), ["x"]);
    // A name that is none changes nothing.
    all.push(zone("Nowhere/Land"));
    assert_eq!(found(&rules, &all), ["x"]);
}

#[test]
fn a_number_falls_when_a_later_one_is_lower() {
    let rules = rules(&[("x.md", page("x", "", "fact: app_updated\nfalls: version_code"))]);
    let to = |day: &str, code: i64| {
        let mut seen =
            seen(fact("app_updated", json!({"package": "a.b", "version_code": code})), 1);
        seen.time = Some(Time::device(format!("2026-05-{day}"), Precision::Day, "test"));
        seen
    };
    for (codes, falls) in [
        (vec![("01", 5), ("02", 6), ("03", 4)], true),
        (vec![("03", 4), ("01", 5)], true),
        (vec![("01", 5), ("02", 5), ("03", 6)], false),
        // Of what happened on one day the order is not known.
        (vec![("01", 5), ("01", 4)], false),
        (vec![("01", 5), ("01", 4), ("02", 4)], false),
        // Removed in between: an older version was installed anew.
        (vec![("01", 5), ("02", 0), ("03", 4)], false),
    ] {
        let all: Vec<_> = codes.iter().map(|(day, code)| to(day, *code)).collect();
        assert_eq!(!found(&rules, &all).is_empty(), falls, "{codes:?}");
    }
}

#[test]
fn an_app_is_gone_where_the_list_was_read_and_does_not_hold_it() {
    let condition = "all:\n  - fact: app_traced\n  - package: gone";
    let rules = rules(&[("x.md", page("x", "", condition))]);
    let app = |number: u64, user: u32| {
        let name = format!("c.d{number}");
        seen(fact("app_installed", json!({"package": name, "user": user})), number)
    };
    let traced = |user: Option<u32>| {
        seen(fact("app_traced", json!({"package": "a.b", "user": user, "store": "usagestats"})), 99)
    };
    let with = |number: u64, more: Vec<Observation>| {
        let mut all: Vec<_> = (0..number).map(|at| app(at, 0)).collect();
        all.extend(more);
        found(&rules, &all)
    };
    assert_eq!(with(20, vec![traced(Some(0))]), ["x"]);
    assert_eq!(with(20, vec![traced(None)]), ["x"]);
    // A list of a few packages is none, and that of another user says nothing.
    assert_eq!(with(19, vec![traced(Some(0))]), [""; 0]);
    assert_eq!(with(20, vec![traced(Some(10))]), [""; 0]);
    // A part of the system that operations are told of is no package.
    let native = fact("app_traced", json!({"package": "audioserver", "uid": 1041}));
    assert_eq!(with(20, vec![seen(native, 99)]), [""; 0]);
    for (uid, gone) in [(1041, false), (10_300, true), (99_010, false), (20_300, false)] {
        let by_uid = fact("app_traced", json!({"package": "", "uid": uid}));
        assert_eq!(!with(20, vec![seen(by_uid, 99)]).is_empty(), gone, "{uid}");
    }
    // Known for some user, if not installed.
    let known = json!({"package": "a.b", "user": 10, "installed": false});
    assert_eq!(with(20, vec![traced(Some(0)), seen(fact("app_installed", known), 98)]), [""; 0]);
}

#[test]
fn a_process_is_the_app_of_its_uid_if_its_name_is_no_package() {
    let condition = "all:\n  - fact: process_running\n  - package: gone";
    let rules = rules(&[("x.md", page("x", "", condition))]);
    let app = |number: u64, uid: u64| {
        let fields = json!({"package": format!("c.d{number}"), "user": 0, "uid": uid});
        seen(fact("app_installed", fields), number)
    };
    let with = |name: &str, uid: u64| {
        let mut all: Vec<_> = (0..20).map(|at| app(at, 10_100 + at)).collect();
        all.push(app(21, 10_100));
        all.push(seen(fact("process_running", json!({"name": name, "uid": uid})), 99));
        found(&rules, &all)
    };
    assert_eq!(with("x.y", 10_300), ["x"]);
    assert_eq!(with("sh", 10_300), ["x"]);
    // The uid of one app, of two, of the system; and isolated processes (99000 and up).
    for uid in [10_101, 10_100, 1000, 99_001, 20_103, 1_010_300] {
        assert_eq!(with("x.y", uid), [""; 0], "{uid}");
        assert_eq!(with("sh", uid), [""; 0], "{uid}");
    }
}

#[test]
fn what_is_wrong_with_a_sequence_is_told() {
    let step = "{fact: install_event}";
    for (condition, code) in [
        (format!("sequence: [{step}]"), "R010"),
        (format!("sequence: [{step}, {step}]"), "R010"),
        ("sequence: [{fact: install_event, within: 1 day}, {fact: install_event}]".into(), "R010"),
        (format!("sequence: [{step}, {{fact: install_event, within: soon}}]"), "R010"),
        (
            format!("sequence: [{step}, {{fact: install_event, within: 1 day, at_least: 2}}]"),
            "R010",
        ),
        (
            format!("sequence: [{step}, {{fact: install_event, at: nothing, within: 1 day}}]"),
            "R004",
        ),
        (format!("sequence: [{step}, {{fact: mount_seen, within: 1 day}}]"), "R006"),
        ("{fact: install_event, of: nobody}".into(), "R003"),
        ("{fact: install_event, falls: action}".into(), "R005"),
        ("package: here".into(), "R003"),
    ] {
        let rules = rules(&[("x.md", page("x", "", &condition))]);
        let codes: Vec<_> = rules.errors().iter().map(|error| error.code).collect();
        assert_eq!(codes, [code], "{condition}");
    }
}
