//! What an index costs is bounded, whatever an advisory holds; what lies beyond is a gap that names
//! the object and its place, and the rest is in use.
#![allow(clippy::unwrap_used)] // A test may.

use intel::{Builder, Intel, KnowledgeGap, Limits};
use model::{Atom, AtomKind, KnowledgeStatus};
use std::io::{Cursor, Read};

fn load(bundle: impl Read, limits: Limits) -> Intel {
    let mut builder = Builder::with_limits(limits);
    builder.add_bundle("test", KnowledgeStatus::Unsigned, bundle).unwrap();
    builder.build()
}

fn indicator(number: usize, pattern: &str) -> String {
    let pattern = pattern.replace('\\', r"\\").replace('"', r#"\""#);
    format!(r#"{{"type":"indicator","id":"indicator--{number}","pattern":"{pattern}"}}"#)
}

fn bundle(objects: &[String]) -> String {
    format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{}]}}"#, objects.join(","))
}

fn names(intel: &Intel, package: &str) -> bool {
    let mut found = false;
    intel.lookup(&Atom::new(AtomKind::Package, package), &mut |_| found = true);
    found
}

/// The gap stands where the object begins, and says why.
fn assert_placed(gap: &KnowledgeGap, text: &str, id: &str, words: &str) {
    assert_eq!(gap.object.as_deref(), Some(id), "{gap:?}");
    assert!(gap.reason.contains(words), "{gap:?}");
    let at = gap.offset.unwrap() as usize;
    assert!(text[at..].starts_with(&format!(r#"{{"type":"indicator","id":"{id}""#)), "{gap:?}");
}

#[test]
fn so_many_indicators() {
    let objects: Vec<String> =
        (0..4).map(|n| indicator(n, &format!("[app:id = 'org.n{n}']"))).collect();
    let text = bundle(&objects);
    let limits = Limits { indicators: 2, ..Limits::default() };
    let intel = load(text.as_bytes(), limits);
    assert_eq!((intel.total(), intel.knowledge()[0].not_compiled), (2, 2));
    assert!(names(&intel, "org.n0") && names(&intel, "org.n1") && !names(&intel, "org.n2"));
    let [first, second] = intel.gaps() else { panic!("{:?}", intel.gaps()) };
    assert_placed(first, &text, "indicator--2", "more than 2 indicators");
    assert_placed(second, &text, "indicator--3", "more than 2 indicators");
}

#[test]
fn so_much_memory_for_patterns() {
    for pattern in ["[file:name LIKE 'a%']", "[file:name MATCHES '^a']"] {
        let mut objects: Vec<String> = (0..3).map(|n| indicator(n, pattern)).collect();
        objects.push(indicator(3, "[app:id = 'org.value']"));
        let text = bundle(&objects);
        let one = load(bundle(&objects[..1]).as_bytes(), Limits::default());
        assert_eq!(one.pattern_count(), 1);
        let parsed: stix::pattern::Pattern = pattern.parse().unwrap();
        // Two, and less than three.
        let pattern_bytes = stix::Matcher::new(&parsed).unwrap().memory() * 5 / 2;
        let intel = load(text.as_bytes(), Limits { pattern_bytes, ..Limits::default() });
        assert!(intel.pattern_count() < 3, "{pattern}");
        assert!(names(&intel, "org.value"), "the rest is in use");
        let gap = intel.gaps().last().unwrap();
        assert_placed(gap, &text, "indicator--2", "all patterns take more than");
    }
}

/// A regular expression takes more than a text of its length, and one that repeats more still.
#[test]
fn memory_of_a_pattern_grows_with_what_it_compiles_to() {
    let memory = |pattern: &str| {
        let pattern: stix::pattern::Pattern = pattern.parse().unwrap();
        stix::Matcher::new(&pattern).unwrap().memory()
    };
    let plain = memory("[file:name = 'aaaaaaaaaaa']");
    let like = memory("[file:name LIKE 'aaaaaaaaaaa']");
    let regular = memory("[file:name MATCHES 'a{1}bcdefg']");
    let repeated = memory(r"[file:name MATCHES '\\w{5}']");
    assert!(plain < like && like < regular && regular < repeated);
    let set: Vec<String> = (0..1000).map(|n| format!("'{n:04}'")).collect();
    assert!(memory(&format!("[file:size > 1 AND file:name IN ({})]", set.join(","))) > 4_000);
}

#[test]
fn so_many_gaps_one_by_one_and_the_rest_by_reason() {
    let mut objects: Vec<String> = (0..3).map(|n| indicator(n, "[mutex:name = 'x']")).collect();
    objects.extend((3..6).map(|n| indicator(n, "[app:id = 'sh']")));
    objects.push(indicator(6, "[mutex:name = 'y']"));
    let text = bundle(&objects);
    let intel = load(text.as_bytes(), Limits { gaps: 1, ..Limits::default() });
    assert_eq!(intel.knowledge()[0].not_compiled, 7);
    let [first, properties, values] = intel.gaps() else { panic!("{:?}", intel.gaps()) };
    assert_placed(first, &text, "indicator--0", "`mutex:name`");
    assert_placed(values, &text, "indicator--3", "3 more objects are not in use for one reason");
    assert!(values.reason.contains("no package name"), "{values:?}");
    assert_placed(properties, &text, "indicator--1", "3 more objects");
    // Reasons that all differ are counted together beyond a few.
    let many: Vec<String> =
        (0..100).map(|n| indicator(n, &format!("[mutex:name{n} = 'x']"))).collect();
    let intel = load(bundle(&many).as_bytes(), Limits { gaps: 1, ..Limits::default() });
    assert_eq!(intel.gaps().len(), 34);
    assert!(intel.gaps()[33].reason.starts_with("67 more objects are not in use for further"));
}

#[test]
fn so_many_relationships() {
    let relationship = |n: usize| {
        format!(
            r#"{{"type":"relationship","id":"relationship--{n}","relationship_type":"indicates","source_ref":"indicator--{n}","target_ref":"malware--1"}}"#
        )
    };
    let mut objects = vec![r#"{"type":"malware","id":"malware--1","name":"Fam"}"#.to_owned()];
    for n in 0..2 {
        objects.push(indicator(n, &format!("[app:id = 'org.n{n}']")));
        objects.push(relationship(n));
    }
    let limits = Limits { relations: 2, ..Limits::default() };
    let intel = load(bundle(&objects).as_bytes(), limits);
    let families: Vec<usize> = intel.indicators().map(|one| one.families().count()).collect();
    assert_eq!(families, [1, 0]);
    let [gap] = intel.gaps() else { panic!("{:?}", intel.gaps()) };
    assert_eq!(gap.object.as_deref(), Some("relationship--1"));
    assert!(gap.reason.contains("more than 2 relationships"), "{gap:?}");
}

/// Versions that contradict each other: of one time, the first counts and the other is told.
#[test]
fn contradictory_versions_are_told() {
    let version = |modified: &str, package: &str| {
        format!(
            r#"{{"type":"indicator","id":"indicator--1","modified":"{modified}","pattern":"[app:id = '{package}']"}}"#
        )
    };
    let text = bundle(&[
        version("2024-01-01T00:00:00Z", "org.first"),
        version("2024-01-01T00:00:00Z", "org.first"),
        version("2024-01-01T00:00:00Z", "org.second"),
    ]);
    let intel = load(text.as_bytes(), Limits::default());
    assert!(names(&intel, "org.first") && !names(&intel, "org.second"));
    let [gap] = intel.gaps() else { panic!("{:?}", intel.gaps()) };
    assert!(gap.reason.contains("same `modified`"), "{gap:?}");
    let second = text.find("org.second").unwrap();
    let at = gap.offset.unwrap() as usize;
    assert!(at < second && second - at < 120, "{gap:?}");
}

/// Two million alternatives in one pattern: as a set it is beyond what a pattern may have, joined
/// by OR beyond what an object may have. Both are told, and what follows is in use.
#[test]
fn two_million_alternatives_cost_one_object() {
    let set = vec!["'a.b'"; 2_000_000].join(",");
    let or = vec!["app:id = 'a.b'"; 2_000_000].join(" OR ");
    let last = indicator(3, "[app:id = 'org.last']");
    let text = bundle(&[
        indicator(1, &format!("[app:id IN ({set})]")),
        indicator(2, &format!("[{or}]")),
        last,
    ]);
    let intel = load(text.as_bytes(), Limits::default());
    assert!(names(&intel, "org.last"));
    let [first, second] = intel.gaps() else { panic!("{:?}", intel.gaps()) };
    assert_placed(first, &text, "indicator--1", "too-many");
    assert!(second.reason.contains("longer than the limit"), "{second:?}");
    let at = second.offset.unwrap() as usize;
    assert!(text[at..].starts_with(r#"{"type":"indicator","id":"indicator--2""#));
}

/// Nesting in an object, in a pattern's parentheses, and in a regular expression.
#[test]
fn nesting_costs_one_object() {
    let deep = format!(
        r#"{{"type":"indicator","id":"indicator--1","x":{}1{},"pattern":"[a:b = 'c']"}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let brackets = format!("{}[file:size > 1]{}", "(".repeat(100_000), ")".repeat(100_000));
    let groups = format!("[file:name MATCHES '{}a{}']", "(".repeat(200), ")".repeat(200));
    let text = bundle(&[
        deep,
        indicator(2, &brackets),
        indicator(3, &groups),
        indicator(4, "[app:id = 'org.last']"),
    ]);
    let intel = load(text.as_bytes(), Limits::default());
    assert!(names(&intel, "org.last"));
    let [object, pattern, regular] = intel.gaps() else { panic!("{:?}", intel.gaps()) };
    assert!(object.reason.contains("nests deeper"), "{object:?}");
    assert_placed(pattern, &text, "indicator--2", "too-deep");
    assert_placed(regular, &text, "indicator--3", "bad-regex");
}

/// Text that is no UTF-8 costs the object it stands in; a file in UTF-16 is none that STIX has.
#[test]
fn mixed_encodings() {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    bytes.extend(
        bundle(&[
            indicator(1, "[file:name = 'caf\u{e9}.apk']"),
            indicator(2, "[file:name = 'cafE9.apk']"),
            indicator(3, "[app:id = 'org.last']"),
        ])
        .into_bytes(),
    );
    let at = bytes.windows(2).position(|two| two == b"E9").unwrap();
    bytes.splice(at..at + 2, [0xe9]);
    let intel = load(Cursor::new(&bytes), Limits::default());
    assert!(names(&intel, "org.last"));
    let mut found = false;
    let name = Atom::new(AtomKind::FileName, "caf\u{e9}.apk");
    intel.lookup(&name, &mut |_| found = true);
    assert!(found);
    let [gap] = intel.gaps() else { panic!("{:?}", intel.gaps()) };
    assert!(gap.reason.contains("not UTF-8"), "{gap:?}");
    assert_eq!((gap.object.as_deref(), gap.offset), (Some("indicator--2"), Some(at as u64)));
    let utf16: Vec<u8> = bundle(&[]).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut builder = Builder::new();
    let refused = builder.add_bundle("wide", KnowledgeStatus::Unsigned, &utf16[..]).unwrap_err();
    assert!(refused.to_string().contains("UTF-16"), "{refused}");
}
