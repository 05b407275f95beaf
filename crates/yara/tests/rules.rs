//! Rules as people write them, and as they should not: what is used, what is told, what it costs.

#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

mod support;

use evidence::Scanner;
use model::{KnowledgeStatus, Position};
use support::{gaps, rules, rules_of, scan, scan_parts};
use yara::{Bounds, RuleSet, Rules, is_compiled};

#[test]
fn a_match_tells_rule_file_places_and_what_the_rule_says_of_itself() {
    let text = r#"
rule Beacon : spyware android {
    meta:
        author = "A. Person"
        description = "Names its server"
        reference = "https://example.org/report"
        url = "https://example.org/second"
        strength = "strong"
        date = "2026-01-01"
        score = 75
        tested = true
    strings:
        $host = "c2.example.org"
        $mark = { 00 FF }
    condition:
        $host and $mark
}"#;
    let bytes = b"....c2.example.org\x00\xff..c2.example.org";
    let told = scan(&rules(text), &[], bytes);
    assert_eq!(told.gaps, Vec::<String>::new());
    let one = &told.matched[0];
    assert_eq!(told.names(), ["Beacon"]);
    assert_eq!((one.rules.as_str(), one.file.as_str()), ("own.yar", "app.apk"));
    assert_eq!((&one.member, &one.package), (&None, &None));
    assert_eq!(one.tags, ["spyware", "android"]);
    assert_eq!(one.author.as_deref(), Some("A. Person"));
    assert_eq!(one.description.as_deref(), Some("Names its server"));
    assert_eq!(one.references, ["https://example.org/report", "https://example.org/second"]);
    assert_eq!(one.strength.as_deref(), Some("strong"));
    assert_eq!(one.meta, ["date = 2026-01-01", "score = 75", "tested = true"]);
    // Offsets counted by hand: 4 points, 14 letters, 2 bytes, 2 points.
    assert_eq!(
        one.strings,
        [
            r#"$host at 4, 14 bytes: "c2.example.org""#,
            r#"$host at 22, 14 bytes: "c2.example.org""#,
            r#"$mark at 18, 2 bytes: "\x00\xff""#,
        ]
    );
    assert_eq!(one.strings_total, 3);
    assert_eq!(told.positions, [Position::bytes(4, 18)]);
}

/// SHA-256 of "abc": FIPS 180-2, appendix B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn a_part_is_named_with_its_hash_and_stands_where_it_lies() {
    let rules = rules("rule Abc { strings: $a = \"abc\" condition: $a and filesize == 3 }");
    let told = scan_parts(&rules, &[], &[(None, b"abcd"), (Some("classes.dex"), b"abc")]);
    assert_eq!(told.names(), ["Abc"]);
    assert_eq!(told.matched[0].member.as_deref(), Some("classes.dex"));
    assert_eq!(told.matched[0].sha256, ABC);
    assert_eq!(told.positions, [Position::bytes(100, 200)]);
}

#[test]
fn files_of_rules_are_named_with_their_hash() {
    // sha256sum of this text, by coreutils.
    let text = "rule A { condition: true }\n";
    let rules = rules_of(&[("a.yar", text), ("sub/b.yar", text)], Bounds::default());
    let named = rules.knowledge();
    let names: Vec<_> = named.iter().map(|one| (one.name.as_str(), one.indicators)).collect();
    assert_eq!(names, [("YARA rules rules/a.yar", 1), ("YARA rules rules/sub/b.yar", 1)]);
    assert_eq!(
        named[0].version,
        "30b24d35885d5e1605c3b0908c6dd1c2fdfa559a3e667dea3e7270c504381818"
    );
    assert_eq!(named[0].status, KnowledgeStatus::Unsigned);
    let told = scan(&rules, &[], b"");
    let from: Vec<_> = told.matched.iter().map(|one| one.rules.as_str()).collect();
    assert_eq!((from, rules.count()), (vec!["a.yar", "sub/b.yar"], 2));
    assert_eq!(told.matched[1].rules_sha256, named[1].version);
}

#[test]
fn broken_rules_are_named_with_their_line_and_the_others_are_used() {
    let broken = "rule Fine { condition: true }\n\nrule Broken {\n  condition:\n    $missing\n}\n";
    let rules = rules_of(
        &[
            ("1-broken.yar", broken),
            ("2-syntax.yar", "rule Half {\n  condition\n"),
            ("3-fine.yar", "rule Other { condition: true }"),
        ],
        Bounds::default(),
    );
    let told = gaps(&rules);
    assert_eq!(told.len(), 2, "{told:#?}");
    let first = "YARA rules rules/1-broken.yar, line 5, rule Broken: ";
    assert!(told[0].starts_with(first) && told[0].contains("$missing"), "{told:#?}");
    assert!(told[1].starts_with("YARA rules rules/2-syntax.yar, line "), "{told:#?}");
    assert!(told[1].contains("syntax error"), "{told:#?}");
    assert_eq!(scan(&rules, &[], b"").names(), ["Fine", "Other"]);
    let left: Vec<_> =
        rules.knowledge().iter().map(|one| (one.indicators, one.not_compiled)).collect();
    assert_eq!(left, [(1, 1), (0, 1), (1, 0)]);
}

#[test]
fn modules_that_are_not_offered_leave_out_the_rules_that_need_them() {
    for module in yara::LEFT_OUT {
        let text = format!(
            "import \"{module}\"\nrule Needs {{ condition: {module}.x }}\nrule Plain {{ condition: true }}"
        );
        let rules = rules(&text);
        assert_eq!(scan(&rules, &[], b"").names(), ["Plain"], "{module}");
        let told = gaps(&rules);
        let expected = format!("rule Needs is not used: it needs the module {module}, which");
        assert!(told.len() == 1 && told[0].contains(&expected), "{module}: {told:?}");
    }
    let rules = rules("import \"no_such\"\nrule A { condition: true }");
    let told = gaps(&rules);
    assert!(told.len() == 1 && told[0].contains("unknown module"), "{told:?}");
}

#[test]
fn modules_that_are_offered_can_be_imported() {
    for module in yara::OFFERED {
        let rules = rules(&format!("import \"{module}\"\nrule A {{ condition: true }}"));
        assert_eq!((gaps(&rules), rules.count()), (Vec::new(), 1), "{module}");
    }
}

#[test]
fn included_files_are_not_opened() {
    let rules = rules("include \"/etc/hostname\"\nrule A { condition: true }");
    let told = gaps(&rules);
    assert!(told.len() == 1 && told[0].contains("give the included file with --yara"), "{told:?}");
    assert_eq!(scan(&rules, &[], b"").names(), ["A"]);
}

#[test]
fn slow_strings_are_remarked() {
    let rules =
        rules("rule Slow {\n  strings:\n    $a = /[A-Za-z]{3,}/\n  condition:\n    $a\n}\n");
    let told = rules.remarks();
    assert!(told.iter().any(|one| one.contains("line 3: slow pattern")), "{told:?}");
    assert_eq!((gaps(&rules), rules.count()), (Vec::new(), 1));
}

#[test]
fn rules_that_take_too_long_are_stopped_and_told() {
    // 10^10 rounds.
    let slow = "rule Slow { condition: for all i in (0..100000) : (for all j in (0..100000) : (i + j >= 0)) }";
    let fast = "rule Fast { condition: true }";
    let bounds = Bounds { seconds: 1, ..Bounds::default() };
    let set = |name: &str, text: &str| RuleSet {
        name: name.into(),
        files: vec![yara::RuleFile { name: name.into(), bytes: text.into() }],
    };
    let rules = Rules::compile(vec![set("slow.yar", slow), set("fast.yar", fast)], bounds);
    let told = scan_parts(&rules, &[], &[(None, b"x"), (Some("classes.dex"), b"y")]);
    // What was given beside it still matches, in both; the slow one is tried once.
    assert_eq!(told.names(), ["Fast", "Fast"]);
    assert_eq!(told.gaps.len(), 1, "{:?}", told.gaps);
    assert!(told.gaps[0].starts_with("YARA rules slow.yar were not done within 1 s"));
}

#[test]
fn places_are_bounded_and_the_bound_is_told() {
    let bounds = Bounds { places: 50, ..Bounds::default() };
    let rules = rules_of(&[("own.yar", "rule A { strings: $a = \"aa\" condition: $a }")], bounds);
    let told = scan(&rules, &[], &[b'a'; 1000]);
    assert_eq!((told.matched[0].strings.len(), told.matched[0].strings_total), (20, 50));
    assert!(told.gaps[0].contains("$a matches 50 times or more"), "{:?}", told.gaps);
}

#[test]
fn compiled_rules_are_recognised() {
    assert!(is_compiled(b"YARA\x08\x00\x00\x00") && is_compiled(b"YARA-X\0\0\x10"));
    assert!(!is_compiled(b"rule A { condition: true }") && !is_compiled(b"// YARA"));
}

#[test]
fn private_rules_are_not_told_and_global_ones_hold_for_their_file() {
    let rules = rules_of(
        &[
            ("a.yar", "global rule No { condition: false } rule A { condition: true }"),
            ("b.yar", "private rule P { condition: true } rule B { condition: P }"),
        ],
        Bounds::default(),
    );
    assert_eq!(scan(&rules, &[], b"").names(), ["B"]);
}
