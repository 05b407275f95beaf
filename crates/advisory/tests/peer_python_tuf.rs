//! python-tuf reads and verifies what we wrote, and refuses what we refuse. It is found below
//! `peers/tuf` of the target folder, where `cargo xtask test` puts it; else the test says that it skips.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What is skipped is told.

mod support;

use advisory::metadata::JOINT;
use advisory::{Json, Memory};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::*;

/// A mirror, and the one that the client knew before it.
struct Case {
    name: &'static str,
    root: Vec<u8>,
    mirror: Memory,
    known: Option<Memory>,
    /// Whether both must take it.
    lawful: bool,
}

impl Case {
    fn new(name: &'static str, lawful: bool, publication: &Publication) -> Self {
        let (root, mirror) = (publication.root(), publication.mirror());
        Self { name, root, mirror, known: None, lawful }
    }

    fn after(self, known: &Publication) -> Self {
        Self { known: Some(known.mirror()), ..self }
    }
}

fn cases() -> Vec<Case> {
    let first = Publication::default();
    let mut cases = vec![Case::new("three of five", true, &first)];
    let mut next = first.clone();
    next.next(JOINT);
    cases.push(Case::new("a new version", true, &next).after(&first));
    cases.push(Case::new("rollback", false, &first).after(&next));

    let mut rotated = first.clone();
    let mut roles = root_roles();
    roles.insert("timestamp", role(&["publisher two"], 1));
    rotated.rotate(&roles, &["alder", "birch"]);
    rotated.signers.insert("timestamp".into(), owned(&["publisher two"]));
    cases.push(Case::new("keys rotated", true, &rotated).after(&first));

    let mut few = first.clone();
    few.signers.insert(JOINT.into(), owned(&["alder", "elm"]));
    cases.push(Case::new("two of three", false, &few));
    let mut strangers = first.clone();
    strangers.signers.insert(JOINT.into(), owned(&["eve", "mallory", "publisher"]));
    cases.push(Case::new("strangers", false, &strangers));
    let mut twice = first.clone();
    twice.signers.insert(JOINT.into(), owned(&["alder", "alder", "alder"]));
    cases.push(Case::new("one key three times", false, &twice));

    let mut taken = first.clone();
    let mut roles = root_roles();
    roles.insert("root", role(&["eve", "mallory"], 2));
    taken.rotate(&roles, &["eve", "mallory"]);
    cases.push(Case::new("root by new keys alone", false, &taken));

    for name in ["timestamp", "snapshot"] {
        let mut late = first.clone();
        late.expires.insert(name, "2026-11-22T08:59:59Z".into());
        cases.push(Case::new(
            if name == "snapshot" { "old snapshot" } else { "freeze" },
            false,
            &late,
        ));
    }
    let mut late = first.clone();
    set(late.roles.get_mut(JOINT).unwrap(), &["expires"], "2026-11-22T08:59:59Z".into());
    cases.push(Case::new("an advisory past its date", false, &late));

    let mut other = Case::new("another bundle", false, &first);
    let place = other.mirror.0.keys().find(|path| path.starts_with("targets/")).unwrap().clone();
    other.mirror.0.get_mut(&place).unwrap()[20] ^= 1;
    cases.push(other);

    let mut changed = first.clone();
    set(changed.roles.get_mut(JOINT).unwrap(), &["novel"], Json::Bool(true));
    let mut mixed = Case::new("mixed", false, &changed);
    let old = first.mirror().0["metadata/1.joint.json"].clone();
    mixed.mirror.0.insert("metadata/1.joint.json".into(), old);
    cases.push(mixed);
    cases
}

/// The folders of the zoo: what TUF itself refuses, python-tuf does; the others are refused by rules of
/// ours, and a client that knows only TUF takes them.
#[test]
fn python_tuf_refuses_of_the_zoo_what_tuf_refuses() {
    let Some(python) = python() else { return };
    let attacks = attacks::attacks();
    let mut input = String::new();
    for attack in &attacks {
        let folder = attacks::zoo().join(attack.name);
        let known = attack.known.as_ref().map(|_| folder.join("known"));
        let asked = json!({
            "mirror": folder.join("mirror"), "root": folder.join("root.json"), "target": BUNDLE,
            "known": known, "now": NOW,
        });
        input.push_str(&format!("{asked}\n"));
    }
    let told = ask(&python, &input);
    assert_eq!(told.lines().count(), attacks.len(), "{told}");
    for (attack, theirs) in attacks.iter().zip(told.lines()) {
        println!("{}: {theirs}; ours: {}", attack.name, attack.code.name());
        assert!(!theirs.contains("FileNotFound"), "{}: {theirs}", attack.name);
        let expected = if attack.by_tuf { "refused" } else { "ok" };
        assert!(theirs.starts_with(expected), "{}: {theirs}", attack.name);
    }
}

/// What `xtask/peers/read_tuf.py` answers, a line each.
fn ask(python: &Path, input: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/peers/read_tuf.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

fn python() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let python = target.join("peers/tuf/bin/python");
    if !python.is_file() {
        println!("skipped: python-tuf is not in {}", python.display());
    }
    python.is_file().then_some(python)
}

fn write(mirror: &Memory, folder: &Path) -> String {
    for (path, bytes) in &mirror.0 {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

#[test]
fn python_tuf_takes_what_we_take_and_refuses_what_we_refuse() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut input = String::new();
    let cases = cases();
    for (number, case) in cases.iter().enumerate() {
        let at = |what: &str| folder.path().join(format!("{number}-{what}"));
        std::fs::write(at("root.json"), &case.root).unwrap();
        let asked = json!({
            "mirror": write(&case.mirror, &at("mirror")), "root": at("root.json"), "target": BUNDLE,
            "known": case.known.as_ref().map(|known| write(known, &at("known"))), "now": NOW,
        });
        input.push_str(&format!("{asked}\n"));
    }
    let told = ask(&python, &input);
    assert_eq!(told.lines().count(), cases.len(), "{told}");
    let bundle = const_hex::encode(Sha256::digest(&Publication::default().contents[BUNDLE]));
    for (case, theirs) in cases.iter().zip(told.lines()) {
        let mut trusted = advisory::Trusted::new(case.root.clone());
        if let Some(known) = &case.known {
            everything(&mut trusted, known).unwrap();
        }
        let ours = everything(&mut trusted, &case.mirror);
        println!("{}: {theirs}; ours: {:?}", case.name, ours.as_ref().map(Vec::len));
        assert_eq!(ours.is_ok(), case.lawful, "{}", case.name);
        let expected = if case.lawful { format!("ok {bundle}") } else { "refused".into() };
        assert!(theirs.starts_with(&expected), "{}: {theirs}", case.name);
    }
}
