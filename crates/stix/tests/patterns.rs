//! Patterns and what they come to, by the grammar of STIX 2.1, section 9.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test may.

mod shared;

use serde_json::Value;
use stix::pattern::{Equality, Error, equalities};

fn shown(equality: &Equality<'_>) -> String {
    format!("{}:{}={}", equality.object, equality.path.join("|"), equality.value)
}

#[test]
fn equalities_joined_by_or() {
    let cases: &[(&str, &[&str])] = &[
        ("[domain-name:value = 'evil.example']", &["domain-name:value=evil.example"]),
        ("[domain-name:value='a']", &["domain-name:value=a"]),
        ("[domain-name:value == 'a']", &["domain-name:value=a"]),
        ("  [ ipv4-addr:value\n=\t'1.2.3.0/24' ]  ", &["ipv4-addr:value=1.2.3.0/24"]),
        ("[url:value = 'http://a.b/c?d=e&f==g']", &["url:value=http://a.b/c?d=e&f==g"]),
        ("[file:hashes.'SHA-256' = 'AA']", &["file:hashes|SHA-256=AA"]),
        ("[file:hashes.\"SHA-256\" = 'AA']", &["file:hashes|SHA-256=AA"]),
        ("[file:hashes.SHA-256 = 'AA']", &["file:hashes|SHA-256=AA"]),
        ("[file:hashes.sha256 = 'AA']", &["file:hashes|sha256=AA"]),
        (
            "[file:hashes.MD5='x' OR file:hashes.'SHA-1'='y']",
            &["file:hashes|MD5=x", "file:hashes|SHA-1=y"],
        ),
        ("[a:b='1'] OR [c:d='2'] OR [e:f='3']", &["a:b=1", "c:d=2", "e:f=3"]),
        ("([a:b='1'] OR ([c:d='2']))", &["a:b=1", "c:d=2"]),
        ("[(a:b='1' OR (c:d='2')) OR e:f='3']", &["a:b=1", "c:d=2", "e:f=3"]),
        ("[a:b IN ('x', 'y' ,'z') OR c:d='w']", &["a:b=x", "a:b=y", "a:b=z", "c:d=w"]),
        (r"[file:name = 'it\'s \\ here']", &[r"file:name=it's \ here"]),
        ("[file:name = '=cmd OR ]']", &["file:name==cmd OR ]"]),
        ("[file:name = 'übel\u{202e}']", &["file:name=übel\u{202e}"]),
        ("[app:cert.sha1='aa'] // note", &["app:cert|sha1=aa"]),
        ("[a:b /* why */ = 'x']", &["a:b=x"]),
        ("[network-traffic:dst_ref.value = '1.2.3.4']", &["network-traffic:dst_ref|value=1.2.3.4"]),
        (
            "[file:extensions.'windows-pebinary-ext'.x='y']",
            &["file:extensions|windows-pebinary-ext|x=y"],
        ),
    ];
    for (pattern, expected) in cases {
        let found = equalities(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), *expected, "{pattern}");
    }
}

#[test]
fn what_is_not_understood_is_named() {
    for (pattern, at, named) in [
        ("[a:b='1' AND c:d='2']", 9, "AND"),
        ("[a:b='1'] AND [c:d='2']", 10, "AND"),
        ("[a:b='1'] FOLLOWEDBY [c:d='2']", 10, "FOLLOWEDBY"),
        ("[a:b='1'] WITHIN 5 SECONDS", 10, "WITHIN"),
        ("[a:b='1'] REPEATS 2 TIMES", 10, "REPEATS"),
        ("[a:b='1'] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'", 10, "START"),
        ("[a:b LIKE 'x%']", 5, "LIKE"),
        ("[a:b MATCHES 'x']", 5, "MATCHES"),
        ("[a:b NOT = 'x']", 5, "NOT"),
        ("[a:b != 'x']", 5, "!="),
        ("[a:b <> 'x']", 5, "!="),
        ("[a:b > 3]", 5, ">"),
        ("[a:b = 3]", 7, "a number as a value"),
        ("[a:b = true]", 7, "a truth value"),
        ("[a:b = t'2020-01-01T00:00:00Z']", 7, "a time as a value"),
        ("[a:b = h'ff']", 7, "a value in hexadecimal"),
        ("[a:b = b'ff==']", 7, "a value in base64"),
        ("[a:b[*] = 'x']", 4, "a list index"),
        ("[a:b ISSUBSET '1.2.3.0/24']", 5, "ISSUBSET"),
        ("[EXISTS a:b]", 1, "EXISTS"),
    ] {
        assert_eq!(
            equalities(pattern),
            Err(Error::NotYet { offset: at, what: named }),
            "{pattern}"
        );
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (pattern, at) in [
        ("", 0),
        ("evil.example", 0),
        ("[]", 1),
        ("[a='x']", 2),
        ("[a:b='x'", 8),
        ("[a:b='x", 7),
        ("[a:b='x']]", 9),
        ("([a:b='x']", 10),
        ("[(a:b='x']", 9),
        ("[a:b='x'] OR", 12),
        ("[a:b='x' OR ]", 12),
        ("[a:b = \"x\"]", 7),
        ("[a:b IN 'x']", 8),
        ("[a:b IN ('x']", 12),
        ("[a:b ~ 'x']", 5),
        (r"[a:b = 'x\y']", 10),
        ("[a:needs-quotes = 'x']", 3),
        ("[a:b = null]", 7),
    ] {
        match equalities(pattern) {
            Err(Error::Syntax { offset, .. }) => assert_eq!(offset, at, "{pattern}"),
            other => panic!("{pattern}: {other:?}"),
        }
    }
}

#[test]
fn cost_is_bounded() {
    let brackets = "(".repeat(60_000);
    assert!(matches!(equalities(&brackets), Err(Error::Syntax { offset: 60_000, .. })));
    let many = vec!["[a:b='x']"; 1001].join(" OR ");
    assert!(matches!(equalities(&many), Err(Error::NotYet { .. })));
    let long = format!("[a:b='{}']", "x".repeat(70_000));
    assert!(matches!(equalities(&long), Err(Error::NotYet { .. })));
    // Each of a set's alternatives holds the path.
    let set = vec!["'x'"; 1000].join(",");
    let path = |keys| format!("[a:{} IN ({set})]", vec!["b"; keys].join("."));
    assert_eq!(equalities(&path(32)).map(|found| found.len()), Ok(1000));
    assert!(matches!(equalities(&path(33)), Err(Error::NotYet { .. })));
    let whole = "([file:hashes.'SHA-256' = 'a\\'b' OR x:y IN ('1','2')] OR ([x:'é'='ü']))";
    for cut in (0..whole.len()).filter(|cut| whole.is_char_boundary(*cut)) {
        assert!(equalities(&whole[..cut]).is_err(), "{}", &whole[..cut]);
    }
}

/// Whether some object of the observed data has the property.
fn holds(row: &Value, equality: &Equality<'_>) -> bool {
    let bundles = row["observed_data"].as_array().unwrap();
    let lists = bundles.iter().filter_map(|bundle| bundle["objects"].as_array());
    // Of STIX 2.1 bundles, only objects that an observed-data object refers to count.
    let all = lists.clone().flatten();
    let referred: Vec<_> =
        all.filter_map(|object| object["object_refs"].as_array()).flatten().collect();
    let embedded = |object: &Value| -> Vec<Value> {
        match &object["objects"] {
            Value::Object(inner) => inner.values().cloned().collect(),
            _ => vec![object.clone()],
        }
    };
    lists.flatten().flat_map(embedded).any(|object| {
        let seen = object["id"].is_null() || referred.contains(&&object["id"]);
        let mut at = &object;
        for key in &equality.path {
            at = &at[key.as_ref()];
        }
        seen && object["type"] == equality.object && at.as_str() == Some(&*equality.value)
    })
}

/// The reference validator's and matcher's rows, where those are at hand.
#[test]
fn reference_rows() {
    let Some(rows) = shared::rows("patterns.jsonl") else { return };
    let (mut simple, mut wrong) = (0, Vec::new());
    for row in rows.iter().filter(|row| row.get("contested").is_none()) {
        let pattern = row["pattern"].as_str().unwrap();
        let valid = row["syntax_valid"] != false && row["expect_error"] != "syntax";
        let fits = match equalities(pattern) {
            Ok(found) => {
                simple += 1;
                // A binary property beside a string is a comparison that needs the object.
                let by_string = !pattern.contains("_bin");
                let expected = row["expect_match"].as_bool().filter(|_| by_string);
                valid && expected.is_none_or(|e| found.iter().any(|one| holds(row, one)) == e)
            }
            Err(Error::NotYet { .. }) => true,
            Err(Error::Syntax { .. }) => !valid,
        };
        if !fits {
            wrong.push((row["id"].clone(), pattern, equalities(pattern)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(simple >= 10, "only {simple} rows are simple");
}
