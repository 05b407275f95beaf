//! Walks `fixtures/androidqf`: each folder is a case with artifacts and `expected.json`.
//!
//! `expected.json` maps an artifact's name to `status`, `facts` and `gaps`, written by hand
//! from the artifact. A fact names its kind, every field that is stated (absent ones and empty
//! lists are left out), line, row and pointer, and `bytes`: the text that its byte range
//! selects, or the beginning of that text and `…`. A gap names a part of its reason and,
//! where it has one, its place in the same way.

#![allow(clippy::unwrap_used)] // a fixture that is not there must stop the test

mod walk;

use model::{Fact, Item, Position, SourceKind, Status};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

fn read(name: &str, bytes: &[u8]) -> (Status, Vec<Item>) {
    walk::read(SourceKind::Androidqf, name, bytes)
}

/// Every artifact of every case: case folder, name, bytes.
fn artifacts() -> Vec<(PathBuf, String, Vec<u8>)> {
    let found = walk::artifacts(&walk::fixtures("androidqf"), SourceKind::Androidqf);
    assert!(found.len() > 20, "the fixtures are there");
    assert!(found.iter().all(|artifact| artifact.kind == SourceKind::Androidqf));
    found.into_iter().map(|artifact| (artifact.case, artifact.path, artifact.bytes)).collect()
}

/// A place as `expected.json` writes it, with the selected text.
fn place(position: Option<&Position>, bytes: &[u8]) -> Map<String, Value> {
    let mut place = Map::new();
    let Some(position) = position else { return place };
    if let Some((start, end)) = position.byte {
        let selected = bytes.get(start as usize..end as usize).expect("the range lies inside");
        place.insert("bytes".into(), String::from_utf8_lossy(selected).into());
    }
    for (name, number) in [("line", position.line), ("row", position.row)] {
        if let Some(number) = number {
            place.insert(name.into(), number.into());
        }
    }
    if let Some(pointer) = &position.pointer {
        place.insert("pointer".into(), pointer.as_str().into());
    }
    place
}

/// Whether a text is what was expected, in full or up to `…`.
fn fits(expected: &Value, seen: &Value) -> bool {
    match (expected.as_str().and_then(|text| text.strip_suffix('…')), seen.as_str()) {
        (Some(beginning), Some(seen)) => seen.starts_with(beginning),
        _ => expected == seen,
    }
}

fn compare(what: &str, expected: &Value, mut seen: Map<String, Value>) {
    let expected = expected.as_object().unwrap();
    let pair = (expected.get("bytes"), seen.get("bytes"));
    if let (Some(want), Some(have)) = pair {
        assert!(fits(want, have), "{what}: the byte range selects {have}, not {want}");
        seen.insert("bytes".into(), want.clone());
    }
    assert_eq!(Value::from(expected.clone()), Value::from(seen), "{what}");
}

#[test]
fn every_artifact_gives_what_stands_in_it() {
    for (case, name, bytes) in artifacts() {
        let expected = std::fs::read(case.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let what = format!("{}/{name}", case.file_name().unwrap().to_str().unwrap());
        let expected = expected.get(&name).unwrap_or_else(|| panic!("{what} is not described"));
        let (status, items) = read(&name, &bytes);
        let (mut facts, mut gaps) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Item::Observation(seen) => facts.push(seen),
                Item::Gap(gap) => gaps.push(gap),
                other => panic!("{what}: unexpected {other:?}"),
            }
        }
        let list = |key: &str| expected.get(key).and_then(Value::as_array).cloned();
        let (want_facts, want_gaps) =
            (list("facts").unwrap_or_default(), list("gaps").unwrap_or_default());
        for (index, seen) in facts.iter().enumerate() {
            assert_eq!(seen.parser, walk::parser(SourceKind::Androidqf, &name).id());
            assert_eq!(&*seen.artifact, format!("source/{name}"));
            let want =
                want_facts.get(index).unwrap_or_else(|| panic!("{what}: too much: {seen:?}"));
            let mut shown = place(Some(&seen.position), &bytes);
            let fact = serde_json::to_value(&seen.fact).unwrap();
            let mut fields = fact["fields"].as_object().unwrap().clone();
            fields.retain(|_, value| !value.is_null() && *value != json!([]));
            shown.insert("kind".into(), fact["kind"].clone());
            shown.insert("fields".into(), fields.into());
            if let Some(time) = &seen.time {
                shown.insert("utc".into(), time.utc.clone().into());
                shown.insert("time_of".into(), time.derived_from.clone().into());
            }
            compare(&format!("{what}, fact {index}"), want, shown);
        }
        assert_eq!(facts.len(), want_facts.len(), "{what}: facts");
        for (index, gap) in gaps.iter().enumerate() {
            let want = want_gaps.get(index).unwrap_or_else(|| panic!("{what}: too much: {gap:?}"));
            let part = want["reason"].as_str().unwrap();
            assert!(gap.reason.contains(part), "{what}: {:?} lacks {part:?}", gap.reason);
            let mut shown = place(gap.position.as_ref(), &bytes);
            shown.insert("reason".into(), part.into());
            compare(&format!("{what}, gap {index}"), want, shown);
        }
        assert_eq!(gaps.len(), want_gaps.len(), "{what}: gaps");
        assert_eq!(serde_json::to_value(status).unwrap(), expected["status"], "{what}: status");
    }
}

#[test]
fn a_cut_artifact_is_never_read_in_full() {
    for (case, name, bytes) in artifacts() {
        let whole = bytes.trim_ascii_end().len();
        let (status, _) = read(&name, &bytes);
        let is_array = bytes.trim_ascii_start().starts_with(b"[") && name.ends_with(".json");
        for length in 0..whole {
            let (cut, items) = read(&name, &bytes[..length]);
            let gaps = items.iter().any(|item| matches!(item, Item::Gap(_)));
            if length == 0 {
                assert_eq!(cut, Status::Failed, "{case:?} {name}, nothing");
            }
            if is_array && status == Status::Read {
                assert!(gaps && cut != Status::Read, "{case:?} {name} cut to {length} bytes");
            }
            assert_eq!(gaps, cut != Status::Read, "{case:?} {name} cut to {length} bytes");
        }
    }
}

#[test]
fn flipped_bits_do_no_harm() {
    for (case, name, bytes) in artifacts() {
        let mut bytes = bytes;
        for at in 0..bytes.len() {
            let bit = 1 << (at % 8);
            bytes[at] ^= bit;
            let (status, items) = read(&name, &bytes);
            let gaps = items.iter().any(|item| matches!(item, Item::Gap(_)));
            assert_eq!(gaps, status != Status::Read, "{case:?} {name} byte {at} bit {bit}");
            bytes[at] ^= bit;
        }
    }
}

/// Broken and hostile contents that every JSON artifact may have.
#[test]
fn hostile_json_is_a_gap() {
    let nested = format!("[{}{}]", "[".repeat(200_000), "]".repeat(200_000));
    let object = format!("[{}1{}]", r#"{"a":"#.repeat(200_000), "}".repeat(200_000));
    let long = format!(r#"["{}"]"#, "a".repeat(3 << 20));
    let open = "[".repeat(200_000);
    let cases: &[(&str, &[u8])] = &[
        ("200,000 nested lists", nested.as_bytes()),
        ("200,000 nested objects", object.as_bytes()),
        ("200,000 lists left open", open.as_bytes()),
        ("a text of 3 MiB", long.as_bytes()),
        ("no JSON", b"ps: not found\n"),
        ("bytes that are no text", b"[{\"name\":\"\xFF\xFE\",\"path\":\"/\xFF\"}]"),
        ("nothing", b""),
        ("blanks", b" \r\n "),
        ("a string", b"\"x"),
        ("zeros", &[0; 4096]),
    ];
    let artifacts =
        ["packages.json", "processes.json", "files.json", "root_binaries.json", "mounts.json"];
    for name in artifacts.iter().chain(&["acquisition.json"]) {
        for (what, bytes) in cases {
            let (status, items) = read(name, bytes);
            assert_ne!(status, Status::Read, "{name}: {what}");
            assert!(items.iter().any(|item| matches!(item, Item::Gap(_))), "{name}: {what}");
        }
    }
}

#[test]
fn hostile_text_is_a_gap() {
    let long = "a".repeat(3 << 20);
    let property = format!("[a]: [{long}]\n[b]: [c]\n");
    for (name, bytes) in [
        ("getprop.txt", property.as_bytes()),
        ("getprop.txt", b"[a]: [\xFF]\n"),
        ("getprop.txt", b"error: device offline\n"),
        ("settings_global.txt", format!("a={long}\nb=c\n").as_bytes()),
        ("settings_global.txt", b"cmd: Can't find service: settings\n"),
        ("ps.txt", b"ps: bad -Z\n"),
        ("processes.txt", b"USER PID NAME\nroot x init\n"),
        ("processes.txt", &[0; 4096]),
    ] {
        let (status, items) = read(name, bytes);
        assert_ne!(status, Status::Read, "{name}");
        assert!(items.iter().any(|item| matches!(item, Item::Gap(_))), "{name}");
    }
}

/// `getprop.txt` and settings as PowerShell's `>` writes them: UTF-16 with a mark and CRLF.
#[test]
fn utf_16_text_gives_the_same_facts() {
    for (case, name, bytes) in artifacts() {
        // JSON is UTF-8 whatever the file is called (RFC 8259, 8.1).
        if !name.ends_with(".txt") || bytes.starts_with(b"[") {
            continue;
        }
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").replace('\n', "\r\n");
        let wide: Vec<u8> = "\u{FEFF}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let facts = |bytes: &[u8]| -> Vec<_> {
            let (_, items) = read(&name, bytes);
            let fact = |item: &Item| match item {
                Item::Observation(seen) => Some(seen.fact.clone()),
                _ => None,
            };
            items.iter().filter_map(fact).collect()
        };
        let narrow = facts(&bytes);
        assert_eq!(narrow, facts(&wide), "{case:?} {name}");
    }
}

/// The facts of one artifact of one case.
fn facts_of(case: &str, name: &str) -> Vec<Fact> {
    let root = walk::fixtures("androidqf");
    let (_, items) = read(name, &std::fs::read(root.join(case).join(name)).unwrap());
    let fact = |item| match item {
        Item::Observation(seen) => Some(seen.fact),
        _ => None,
    };
    items.into_iter().filter_map(fact).collect()
}

#[test]
fn trap_05_each_list_of_processes_is_read() {
    for (name, app) in [
        ("processes.json", "org.example.securesmsplus:remote"),
        ("processes.txt", "org.example.securesmsplus:remote"),
        ("ps.txt", "e.securesmsplus"),
    ] {
        let runs = |fact: &Fact| matches!(fact, Fact::ProcessRunning(f) if f.name == app);
        assert!(facts_of("processes", name).iter().any(runs), "{name}");
    }
}

#[test]
fn trap_07_every_form_of_installer_is_kept() {
    let facts = facts_of("packages_installers", "packages.json");
    let installers: Vec<Option<&str>> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::AppInstalled(f) if f.package.starts_with("org.example.side") => {
                assert!(f.installer_known && f.system == Some(false), "{f:?}");
                Some(f.installer.as_deref())
            }
            _ => None,
        })
        .collect();
    let expected = [
        Some("com.google.android.packageinstaller"),
        None,
        Some("com.miui.packageinstaller"),
        Some("com.huawei.appmarket"),
        Some("org.telegram.messenger"),
        Some("com.whatsapp"),
        Some("com.sec.android.app.myfiles"),
        Some("com.android.chrome"),
        None,
    ];
    assert_eq!(installers, expected);
}

#[test]
fn trap_08_files_are_told_without_hashes_and_without_indicators() {
    let there = |fact: &Fact| matches!(fact, Fact::FileSeen(f) if f.path == "/data/local/tmp/x" && f.sha256.is_none());
    assert!(facts_of("files", "files.json").iter().any(there));
}

#[test]
fn trap_09_and_13_signers_are_told_of_every_package_also_of_root_ones() {
    let facts = facts_of("packages_files", "packages.json");
    for (package, certificate) in [("com.whatsapp", "d"), ("com.topjohnwu.magisk", "b")] {
        let sha256 = certificate.repeat(64);
        let signed = |fact: &Fact| {
            matches!(fact, Fact::AppSigned(f)
                if f.package == package && f.cert_sha256.as_ref() == Some(&sha256))
        };
        assert!(facts.iter().any(signed), "{package}");
    }
}
