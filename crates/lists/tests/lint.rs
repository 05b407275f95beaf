//! Lints: the codes and their page, and what each is told for.
#![allow(clippy::unwrap_used)] // A test may.

use lists::lint::{self, Against, CODES, Diagnostic};
use lists::{Genuine, Given, Import, Suppressions};
use std::path::Path;

fn against<'a>(suppressions: &'a Suppressions, genuine: &'a Genuine) -> Against<'a> {
    Against { now: "2026-01-01T00:00:00Z".parse().unwrap(), suppressions, genuine }
}

/// docs/lint-codes.md has a section for each code, under its title, and no other.
#[test]
fn every_code_has_its_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lint-codes.md");
    let page = std::fs::read_to_string(page).unwrap();
    let told: Vec<String> =
        page.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect();
    let known: Vec<String> =
        CODES.iter().map(|code| format!("{} {}", code.code, code.title)).collect();
    assert_eq!(told, known);
}

fn lint(objects: &[&str]) -> Vec<Diagnostic> {
    let text = format!("{{\"type\":\"bundle\",\"objects\":[\n{}\n]}}", objects.join(",\n"));
    let mut warnings = Import::default();
    let list = br#"{"name":"W","version":1,"type":"hostname","list":[".shared.example"]}"#;
    warnings.read("list.json", &list[..], &Given::default()).unwrap();
    let genuine = Genuine { packages: ["org.genuine".to_owned()].into(), ..Genuine::default() };
    let linted = lint::stix2(text.as_bytes(), &against(warnings.suppressions(), &genuine)).unwrap();
    for one in &linted.diagnostics {
        let (line, column) = (one.line.unwrap() as usize, one.column.unwrap() as usize);
        let (start, end) = one.byte.unwrap();
        let before = &text.as_bytes()[..start as usize];
        assert_eq!(before.iter().filter(|b| **b == b'\n').count() + 1, line, "{one:?}");
        let begins = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        assert_eq!(start as usize - begins + 1, column, "{one:?}");
        assert!(end as usize <= text.len());
    }
    linted.diagnostics
}

fn indicator(id: u8, pattern: &str, more: &str) -> String {
    format!(
        r#"{{"type":"indicator","id":"indicator--{id}","pattern":"{pattern}",
        "external_references":[{{"source_name":"S","url":"https://s.example"}}]{more}}}"#
    )
}

#[test]
fn each_mistake_has_its_code() {
    let hash = "ab".repeat(32);
    let long = format!("[file:hashes.'SHA-256' = '{hash}']");
    let spelled = format!("[file:hashes.sha256 = '{}']", "cd".repeat(32));
    let cut = format!("[file:hashes.'SHA-256' = '{}']", &hash[2..]);
    for (pattern, more, codes) in [
        ("[domain-name:value = 'evil.example']", "", &[][..]),
        ("[domain-name:value = 'evil[.]example']", "", &["L003"]),
        ("[url:value = 'hxxp://evil.example/']", "", &["L003"]),
        (cut.as_str(), "", &["L004"]),
        (long.as_str(), "", &[]),
        (spelled.as_str(), "", &["L014"]),
        ("[domain-name:value = 'evil.example:80']", "", &["L005"]),
        ("[ipv4-addr:value = '8.8.8.8']", "", &["L006"]),
        ("[domain-name:value = 'x.shared.example']", "", &["L007"]),
        ("[app:id = 'org.genuine']", "", &["L008"]),
        ("[app:id = 'org.evil']", r#","valid_until":"2025-01-01T00:00:00Z""#, &["L009"]),
        ("[app:id = 'org.evil']", r#","external_references":[]"#, &["L001"]),
        ("[app:id = ]", "", &["L011"]),
        ("[ipv4-addr:value = '203.0.113.7:80']", "", &["L012"]),
        (
            "[app:id = 'org.evil']",
            r#","valid_from":"2027-01-02T00:00:00Z","valid_until":"2027-01-01T00:00:00Z""#,
            &["L012"],
        ),
        ("[mutex:name = 'x']", "", &["L013"]),
        ("[app:id = 'org.evil' AND url:value = 'http://a.example/']", "", &["L012"]),
        ("[app:id LIKE 'org.evil.%'] FOLLOWEDBY [file:size > 10]", "", &[]),
        ("[app:id LIKE ]", "", &["L011"]),
        ("[app:id MATCHES '(a']", "", &["L011"]),
    ] {
        let found = lint(&[&indicator(1, pattern, more)]);
        let found: Vec<&str> = found.iter().map(|one| one.code).collect();
        assert_eq!(found, codes, "{pattern} {more}");
    }
    let bare = r#"{"type":"indicator","id":"indicator--9","pattern":"[app:id = 'org.evil']"}"#;
    assert_eq!(lint(&[bare])[0].code, "L010");
    let one = indicator(1, "[app:id = 'org.evil']", "");
    let same = indicator(2, "[app:id = 'Org.evil' OR app:id = 'org.evil']", "");
    let twice = lint(&[&one, &same]);
    assert_eq!(twice.iter().map(|d| d.code).collect::<Vec<_>>(), ["L002"]);
    assert_eq!(twice[0].path.as_deref(), Some("$.objects[1].pattern"));
    let other = indicator(1, "[app:id = 'org.other']", "");
    assert_eq!(lint(&[&one, &other])[0].code, "L015");
    assert_eq!(lint(&[&one, r#"{"type":"indicator","id":}"#])[0].code, "L001");
}

#[test]
fn lists_are_linted_too() {
    let mut import = Import::default();
    let list = b"evil.example\nEVIL[.]example\n10.0.0.1\nnot a value\n";
    import.read("list.txt", &list[..], &Given::default()).unwrap();
    let (none, genuine) = (Suppressions::default(), Genuine::default());
    let linted = lint::records(&import, &against(&none, &genuine));
    let found: Vec<(&str, Option<u64>)> =
        linted.diagnostics.iter().map(|one| (one.code, one.line)).collect();
    for wanted in [("L016", Some(4)), ("L002", Some(2)), ("L006", Some(3)), ("L010", Some(1))] {
        assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
    }
}
