//! What an import writes, and what other tools get of it.
#![allow(clippy::unwrap_used)] // A test may.

use jiff::Timestamp;
use lists::{Flat, Given, Import, bundle, diff, export, flatten};
use serde_json::Value;

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn import(files: &[(&str, &str)]) -> Import {
    let mut import = Import::default();
    for (name, text) in files {
        import.read(name, text.as_bytes(), &Given::default()).unwrap();
    }
    import.suppress();
    import.mark_objects();
    import
}

fn written(import: &Import) -> String {
    let mut out = Vec::new();
    bundle::write(import, now(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn objects(text: &str, kind: &str) -> Vec<Value> {
    let bundle: Value = serde_json::from_str(text).unwrap();
    let all = bundle["objects"].as_array().unwrap().iter();
    all.filter(|object| object["type"] == kind).cloned().collect()
}

const TABLE: &str = "type,ioc,family,country,reference\n\
    domain,evil.example,MadeUp,,https://lab.example/a\n\
    domain,evil.example,MadeUp,,https://other.example/b\n\
    ip,8.8.8.8,MadeUp,,https://lab.example/a\n\
    package,org.example.madeup,Second,,https://lab.example/a\n";

#[test]
fn records_become_one_indicator_a_value() {
    let import = import(&[("t.csv", TABLE)]);
    let text = written(&import);
    assert_eq!(text, written(&import), "the same bytes each time");
    let indicators = objects(&text, "indicator");
    assert_eq!(indicators.len(), 2);
    let evil = &indicators[0];
    assert_eq!(evil["pattern"], "[domain-name:value = 'evil.example']");
    assert_eq!(evil["confidence"], 50);
    assert_eq!(evil["external_references"].as_array().unwrap().len(), 2);
    let extension = &evil["extensions"][bundle::EXTENSION_ID];
    assert_eq!(extension["trust"], "collected");
    assert_eq!(extension["origins"][1]["line"], 3);
    let families: Vec<Value> =
        objects(&text, "malware").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(families, ["MadeUp", "Second"]);
    assert_eq!(objects(&text, "relationship").len(), 2);
    let context = objects(&text, "observed-data");
    let reason = &context[0]["extensions"][bundle::EXTENSION_ID]["context"]["reason"];
    assert_eq!(reason, "a public resolver (Google)");
    assert_eq!(objects(&text, "ipv4-addr")[0]["value"], "8.8.8.8");
}

#[test]
fn an_import_of_an_import_says_the_same() {
    let mut first = import(&[("t.csv", TABLE)]);
    let text = written(&first);
    let mut second = import(&[("bundle.json", &text)]);
    assert_eq!(objects(&written(&second), "indicator").len(), 2);
    let (before, after): (Flat, Flat) = (flatten(&mut first), flatten(&mut second));
    let told = diff::diff(&before, &after);
    assert!(told.added.is_empty() && told.removed.is_empty(), "{told:?}");
    assert_eq!(after.records.iter().filter(|record| record.context.is_some()).count(), 1);
}

#[test]
fn markings_and_ends_are_kept() {
    let event = r#"{"Event":{"uuid":"1","info":"i","date":"2023-08-29","Tag":[{"name":"tlp:amber+strict"}],
        "Attribute":[{"uuid":"2","type":"sha1","value":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","to_ids":true}]}}"#;
    let text = written(&import(&[("e.json", event)]));
    let marking = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
    assert_eq!(objects(&text, "indicator")[0]["object_marking_refs"][0], marking);
    assert_eq!(objects(&text, "marking-definition")[0]["id"], marking);
    assert_eq!(objects(&text, "indicator")[0]["valid_from"], "2022-08-29T00:00:00.000Z");
    let stix = r#"{"type":"bundle","id":"bundle--1","objects":[
        {"type":"indicator","id":"indicator--1","modified":"2024-01-01T00:00:00Z","revoked":true,"pattern":"[app:id = 'a.b']"},
        {"type":"indicator","id":"indicator--2","pattern":"[ipv4-addr:value = '8.8.8.8']","x_own":[1]},
        {"type":"indicator","id":"indicator--2","pattern":"[ipv4-addr:value = '8.8.8.8']","x_own":[1]}]}"#;
    let text = written(&import(&[("s.json", stix)]));
    let kept = objects(&text, "indicator");
    assert_eq!(kept.len(), 2, "the same version is there once");
    assert_eq!(kept[0]["revoked"], true);
    assert_eq!(kept[1]["x_own"][0], 1);
    assert_eq!(kept[1]["extensions"][bundle::EXTENSION_ID]["ceiling"], "note");
}

#[test]
fn exports_say_what_they_leave_out() {
    let list = "# https://lab.example\nevil.example\n203.0.113.7:4432\n\
        http://evil.example/web/info?org=aHR0\ncom.evil.app\n2001:db8::1\n8.8.8.8\n";
    let flat = flatten(&mut import(&[("list.txt", list)]));
    let mut out = Vec::new();
    let left = export::mvt(&flat, now(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let patterns: Vec<Value> =
        objects(&text, "indicator").iter().map(|one| one["pattern"].clone()).collect();
    assert_eq!(patterns, ["[domain-name:value='evil.example']", "[app:id='com.evil.app']"]);
    let said: Vec<&str> = left.iter().map(|one| one.what.as_str()).collect();
    let wanted = [
        "ipv4 203.0.113.7",
        "ipv4 8.8.8.8",
        "ipv6 2001:db8::1",
        "url http://evil.example/web/info?org=aHR0",
    ];
    assert_eq!(said, wanted);
    let mut out = Vec::new();
    assert!(export::misp(&flat, "T", now(), &mut out).unwrap().is_empty());
    let event = String::from_utf8(out).unwrap();
    let back = flatten(&mut import(&[("event.json", &event)]));
    let told = diff::diff(&flat, &back);
    assert!(told.added.is_empty() && told.removed.is_empty(), "{told:?}");
    let mut out = Vec::new();
    assert!(export::csv(&flat, &mut out).unwrap().is_empty());
    let table = String::from_utf8(out).unwrap();
    assert_eq!(table.lines().count(), 7);
    let row = table.lines().find(|line| line.contains("8.8.8.8")).unwrap();
    assert!(row.contains(",no,") && row.contains("public resolver"), "{row}");
}

#[test]
fn bombs_do_not_grow() {
    let mut import = Import::default();
    let entities: String =
        (1..60).map(|n| format!("<!ENTITY a{n} \"&a{};&a{};\">", n - 1, n - 1)).collect();
    let xml = format!(
        "<!DOCTYPE x [<!ENTITY a0 \"aaaa\">{entities}]><ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\">\
         <Indicator><IndicatorItem id=\"1\" condition=\"is\"><Context search=\"Network/DNS\"/>\
         <Content>&a59;</Content></IndicatorItem></Indicator></ioc>"
    );
    import.read("bomb.ioc", xml.as_bytes(), &Given::default()).unwrap();
    assert!(import.records().is_empty());
    let mut yaml =
        String::from("- name: a\n  names: &a0 [x, x, x, x, x, x, x, x, x]\n  packages: []\n");
    for n in 1..12 {
        let list = vec![format!("*a{}", n - 1); 9].join(", ");
        yaml.push_str(&format!("- name: a\n  packages: []\n  names: &a{n} [{list}]\n"));
    }
    let told = import.read("bomb.yaml", yaml.as_bytes(), &Given::default()).unwrap_err();
    assert!(told.to_string().starts_with("stalkerware: line"), "{told}");
    let deep =
        format!("<ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\">{}", "<a>".repeat(100_000));
    let told = import.read("deep.ioc", deep.as_bytes(), &Given::default()).unwrap_err();
    assert!(told.to_string().contains("256 elements"), "{told}");
    let deep = format!("{{\"type\":\"bundle\",\"objects\":[{{\"a\":{}", "[".repeat(100_000));
    assert!(import.read("deep.json", deep.as_bytes(), &Given::default()).is_err());
}
