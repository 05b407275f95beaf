//! Walks `fixtures/dumpstate`: each `NAME.txt` is a dump, `NAME.json` what must come out.
//!
//! `NAME.json` maps `facts` to a list of texts, one a fact, in the order told, and `gaps` to
//! parts of the reasons, in order (none is meant where the key is absent). A fact reads
//!
//! ```text
//! LINE kind field=value field=value … @ TIME (zone[, UTC])
//! ```
//!
//! with every field that states something: absent ones, empty texts and lists are left out. A
//! text that holds a blank, `"` or `=`, or is a list, is written as JSON. `@ …` is left out where
//! the fact has no time. Written by hand from the dump and from AOSP (`fixtures/NOTES.md`).

#![allow(clippy::unwrap_used)] // a fixture that is not there must stop the test

use evidence::{Blob, Emitter, Input, Limits, Parser};
use model::{Item, Observation, Status};
use parsers::android::Dumpstate;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn fixtures() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dumpstate");
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    found.sort();
    assert!(!found.is_empty(), "the fixtures are there");
    found.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn read(text: &[u8]) -> (Status, Vec<Item>) {
    let mut items = Vec::new();
    let mut sink = |item| items.push(item);
    let limits = Limits::default();
    let mut input = Input::from_blob(Blob::from_bytes(text.to_vec()), &limits, 0);
    let mut out = Emitter::new("dump.txt".into(), "dumpstate", &mut sink);
    let status = Dumpstate.parse(&mut input, &mut out);
    out.finish();
    (status, items)
}

/// A fact as the fixtures write it.
fn shown(seen: &Observation) -> String {
    let fact = serde_json::to_value(&seen.fact).unwrap();
    let line = seen.position.line.map_or("-".into(), |line| line.to_string());
    let mut text = format!("{line} {}", seen.fact.kind());
    let Value::Object(fields) = &fact["fields"] else { panic!("fields are an object") };
    // In the order of the facts' own list, not of JSON.
    let kind = model::Fact::ALL.iter().find(|spec| spec.kind == seen.fact.kind()).unwrap();
    for spec in kind.fields {
        let value = match &fields[spec.name] {
            Value::Null => continue,
            Value::String(text) if text.is_empty() => continue,
            Value::Array(list) if list.is_empty() => continue,
            Value::String(text) if !text.contains([' ', '"', '=']) => text.clone(),
            value => value.to_string(),
        };
        text += &format!(" {}={value}", spec.name);
    }
    if let Some(time) = &seen.time {
        let utc = time.utc.as_ref().map(|utc| format!(", {utc}")).unwrap_or_default();
        text += &format!(" @ {} ({}{utc})", time.value, String::from(time.zone.clone()));
    }
    text
}

#[test]
fn every_fixture_gives_what_stands_in_it() {
    let mut wrong = Vec::new();
    for (path, text) in fixtures() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected = std::fs::read(path.with_extension("json")).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let list = |key: &str| -> Vec<String> {
            let list = expected[key].as_array().cloned().unwrap_or_default();
            list.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
        };
        let (mut facts, mut gaps) = (Vec::new(), Vec::new());
        for item in read(&text).1 {
            match item {
                Item::Observation(seen) => facts.push(shown(&seen)),
                Item::Gap(gap) => gaps.push(gap.reason),
                _ => {}
            }
        }
        let want = list("facts");
        for at in 0..facts.len().max(want.len()) {
            let (seen, want) = (facts.get(at), want.get(at));
            if seen != want {
                wrong.push(format!("{name}, fact {at}:\n  seen {seen:?}\n  want {want:?}"));
            }
        }
        let want = list("gaps");
        let fits = gaps.len() == want.len()
            && gaps.iter().zip(&want).all(|(gap, part)| gap.contains(part.as_str()));
        if !fits {
            wrong.push(format!("{name}:\n  gaps {gaps:?}\n  want {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing panics or hangs, and what is cut is never told as read to its end.
#[test]
fn cut_and_bent_fixtures_do_no_harm() {
    for (path, text) in fixtures() {
        let step = (text.len() / 400).max(1);
        for end in (0..text.len()).step_by(step) {
            let (status, items) = read(&text[..end]);
            let gaps = items.iter().any(|item| matches!(item, Item::Gap(_)));
            assert_eq!(gaps, status != Status::Read, "{path:?} cut to {end}");
        }
        let mut bent = text.clone();
        for at in (0..text.len()).step_by(step.min(3)) {
            bent[at] ^= 1 << (at % 8);
            let (status, items) = read(&bent);
            let gaps = items.iter().any(|item| matches!(item, Item::Gap(_)));
            assert_eq!(gaps, status != Status::Read, "{path:?} bent at {at}");
            bent[at] = text[at];
        }
    }
}

/// The title of a fixture's first service, where it has one.
fn first_service(text: &[u8]) -> Option<usize> {
    let title = text.windows(16).position(|at| at == b"DUMP OF SERVICE ")?;
    Some(title + text[title..].iter().position(|byte| *byte == b'\n')? + 1)
}

/// A line of absurd length and bytes that are no text cost a gap at most; what follows is read.
#[test]
fn long_lines_and_broken_bytes_hide_nothing() {
    let facts = |items: &[Item]| -> Vec<_> {
        let fact = |item: &Item| match item {
            Item::Observation(seen) => Some(seen.fact.clone()),
            _ => None,
        };
        items.iter().filter_map(fact).collect()
    };
    for (path, text) in fixtures() {
        let Some(at) = first_service(&text) else { continue };
        let (_, whole) = read(&text);
        let long = [vec![b'x'; 3 << 20], b"\n".to_vec()].concat();
        for (what, odd) in [("a long line", long), ("no text", b"  \xff\xfe \x80=\n".to_vec())] {
            let bent = [&text[..at], &odd, &text[at..]].concat();
            let (status, items) = read(&bent);
            assert_eq!(facts(&items), facts(&whole), "{path:?}: {what}");
            let gaps = items.iter().any(|item| matches!(item, Item::Gap(_)));
            assert_eq!(gaps, status != Status::Read, "{path:?}: {what}");
        }
    }
}
