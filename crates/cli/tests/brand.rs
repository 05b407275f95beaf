//! What a genuine app's own code is, noted from one and found again in imitations of it.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use support::tamarisk;
use testkit::apk::{Apk, Scheme, Signer};
use testkit::dex::{Class, Dex, Op};

/// A static method of 14 instructions, told from others by its texts; the register is no part of it.
fn body(of: &str, number: usize, register: u8) -> Vec<Op> {
    (0..13).map(|line| Op::ConstString(register, format!("{of} {number} {line}"))).collect()
}

/// Classes of this package, one method each, with bodies that are told by `of` and a number.
fn classes(package: &str, of: &str, count: usize, register: u8) -> Vec<Class> {
    (0..count)
        .map(|number| {
            let name = format!("L{}/C{number};", package.replace('.', "/"));
            let code = Some(body(of, number, register));
            Class::new(&name, "Ljava/lang/Object;").method_with("run", "()V", 0x9, code)
        })
        .collect()
}

/// An app with these classes; a library that both carry comes with it.
fn app(package: &str, label: &str, own: Vec<Class>, signer: Signer) -> Apk {
    let mut all = classes("okio", "library", 200, 0);
    all.extend(own);
    Apk::new(package)
        .label(label)
        .version("1.2", 12)
        .member("classes.dex", Dex { classes: all }.bytes())
        .sign(signer, &[Scheme::V1, Scheme::V2])
}

const GENUINE: &str = "org.courier.app";

fn genuine() -> Apk {
    app(GENUINE, "Courier", classes("org.courier", "courier", 60, 0), Signer::A)
        .member("lib/arm64-v8a/libcourier.so", b"not a library, and never run".to_vec())
}

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, apk: &Apk) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, apk.build()).unwrap();
        path
    }

    /// Notes the genuine app; what was printed, and the file.
    fn noted(&self, more: &[&str]) -> (String, PathBuf) {
        let apk = self.write("genuine.apk", &genuine());
        let note = self.folder.path().join("courier.yaml");
        let (apk, out) = (apk.to_string_lossy(), note.to_string_lossy());
        let run = tamarisk(&[&["brand", "add", &apk, "-o", &out], more].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        (run.stdout, note)
    }
}

/// Strength and title of every finding that comes of impersonation.
fn findings(apk: &Path, note: &Path) -> Vec<(String, String)> {
    let (apk, note) = (apk.to_string_lossy(), note.to_string_lossy());
    let run = tamarisk(&["check", "--format", "json", "--quiet", "--brands", &note, &apk]);
    let report: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let all = report["findings"].as_array().unwrap().iter();
    all.filter(|one| one["because"]["kind"] == "impersonation")
        .map(|one| {
            assert!(!one["innocent"].as_array().unwrap().is_empty());
            assert!(one["because"]["knowledge"].as_str().unwrap().contains("Brands given"));
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            (text("strength"), text("title"))
        })
        .collect()
}

#[test]
fn what_was_noted_is_told() {
    let case = Case::new();
    let (told, note) = case.noted(&[]);
    assert!(told.contains("60 of 260 classes (below org.courier), 60 method bodies"), "{told}");
    assert!(told.contains("1 DEX files, 1 native libraries"), "{told}");
    // Once more: nothing is added twice. Another version is added to the same file.
    let (again, _) = case.noted(&[]);
    assert!(again.contains("already"), "{again}");
    let next = case.write("next.apk", &genuine().version("1.3", 13));
    let (next, out) = (next.to_string_lossy(), note.to_string_lossy());
    assert_eq!(tamarisk(&["brand", "add", &next, "-o", &out]).code, 0);
    let text = std::fs::read_to_string(&note).unwrap();
    assert_eq!(text.matches("version_code: ").count(), 2, "{text}");
    assert_eq!(findings(&case.folder.path().join("genuine.apk"), &note), []);
}

/// Renamed classes, other registers, another package, another signer, eight of sixty methods changed.
#[test]
fn most_of_the_own_code_under_another_name_is_found_with_its_share() {
    let case = Case::new();
    let (_, note) = case.noted(&["--imitated"]);
    let mut renamed = classes("a.b", "courier", 52, 7);
    renamed.extend(classes("a.c", "other", 8, 7));
    let apk = case.write("renamed.apk", &app("com.quick.chat", "Chat", renamed, Signer::B));
    let found = findings(&apk, &note);
    let [(strength, title)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(strength, "review");
    assert!(title.contains("holds most of the own code of Courier (org.courier.app)"), "{title}");
    assert!(title.contains("signed by somebody else"), "{title}");
    assert!(title.contains("52 of 60 own method bodies (86 %)"), "{title}");
    assert!(title.contains("0 of 60 own class names (0 %)"), "{title}");
}

/// The libraries that both carry are nobody's own; a quarter of the code is not most of it.
#[test]
fn libraries_and_small_parts_are_no_finding() {
    let case = Case::new();
    let (_, note) = case.noted(&["--imitated"]);
    let few = classes("a.b", "courier", 15, 0);
    for (name, own) in [("few.apk", few), ("other.apk", classes("com.other", "other", 60, 0))] {
        let apk = case.write(name, &app("com.other.app", "Other", own, Signer::B));
        assert_eq!(findings(&apk, &note), [], "{name}");
    }
    // The maker's own companion, with most of the code.
    let own = classes("org.courier", "courier", 60, 0);
    let apk = case.write("companion.apk", &app("org.courier.lite", "Lite", own, Signer::A));
    assert_eq!(findings(&apk, &note), []);
}

/// The genuine package name under a foreign key: the finding of old, with the share beside it.
#[test]
fn the_share_stands_beside_a_foreign_signer() {
    let case = Case::new();
    let (_, note) = case.noted(&["--imitated"]);
    let own = classes("org.courier", "courier", 60, 0);
    let apk = case.write("forged.apk", &app(GENUINE, "Courier", own, Signer::B));
    let found = findings(&apk, &note);
    let [(strength, title)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(strength, "strong");
    assert!(title.contains("is not signed by its maker"), "{title}");
    assert!(title.contains("60 of 60 own class names (100 %)"), "{title}");
}

#[test]
fn parts_that_the_genuine_app_lacks() {
    let case = Case::new();
    let (_, note) = case.noted(&[]);
    let payload = Dex { classes: classes("x.y", "payload", 3, 0) }.bytes();
    let with = |apk: Apk| {
        apk.member("lib/arm64-v8a/libextra.so", b"another file".to_vec())
            .member("assets/p.bin", payload.clone())
            // Of an ABI that was not noted: nothing is known of it.
            .member("lib/x86/libcourier.so", b"the same for another processor".to_vec())
    };
    // The signature covers the whole file and holds: the maker's key signed the parts.
    let sealed = case.write("sealed.apk", &with(genuine()));
    let found = findings(&sealed, &note);
    let [(strength, title)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(strength, "note");
    assert!(title.contains("2 files of code that are not in its version 1.2"), "{title}");
    assert!(title.contains("libextra.so") && title.contains("assets/p.bin"), "{title}");
    assert!(title.contains("its maker's key signed them"), "{title}");
    // Only a signature of v1 vouches for it.
    let own = classes("org.courier", "courier", 60, 0);
    let mut all = classes("okio", "library", 200, 0);
    all.extend(own);
    let v1 = Apk::new(GENUINE)
        .label("Courier")
        .version("1.2", 12)
        .sdk(24, 28)
        .member("classes.dex", Dex { classes: all }.bytes())
        .sign(Signer::A, &[Scheme::V1]);
    let loose = case.write("loose.apk", &with(v1));
    let found = findings(&loose, &note);
    let [(strength, title)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(strength, "review", "{title}");
    // Another version: only what no version is known to have, and weaker.
    let other = case.write("other.apk", &with(genuine().version("2.0", 20)));
    let found = findings(&other, &note);
    let [(strength, title)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(strength, "note");
    assert!(title.contains("not the same version"), "{title}");
}

#[test]
fn what_is_not_shown_to_be_genuine_is_refused() {
    let case = Case::new();
    let refused = |apk: &Apk, name: &str, more: &[&str]| {
        let apk = case.write(name, apk);
        let apk = apk.to_string_lossy();
        let run = tamarisk(&[&["brand", "add", &apk], more].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        run.stderr
    };
    let unsigned = Apk::new(GENUINE).label("Courier");
    assert!(refused(&unsigned, "unsigned.apk", &[]).contains("does not hold"));
    // A name that is known, and a signer that is not the one known of it.
    let forged = app("org.thoughtcrime.securesms", "Signal", Vec::new(), Signer::A);
    assert!(refused(&forged, "forged.apk", &[]).contains("none of those known of"));
    // A file that tells of another signer of the same app, and one of another app.
    let (_, note) = case.noted(&[]);
    let note = note.to_string_lossy();
    let other = app(GENUINE, "Courier", classes("org.courier", "courier", 60, 0), Signer::B);
    assert!(refused(&other, "other.apk", &["-o", &note]).contains("none of those known of"));
    let another = app("org.else.app", "Else", Vec::new(), Signer::A);
    assert!(refused(&another, "another.apk", &["-o", &note]).contains("tells of org.courier.app"));
}

#[test]
fn a_file_that_is_no_brand_is_a_gap_and_a_missing_one_an_error() {
    let case = Case::new();
    let apk = case.write("app.apk", &genuine());
    let wrong = case.folder.path().join("wrong.yaml");
    std::fs::write(&wrong, "package: org.courier.app\nsources: ['made up']\ncode:\n  - apk: 'x'\n")
        .unwrap();
    let (apk, wrong) = (apk.to_string_lossy(), wrong.to_string_lossy());
    let run = tamarisk(&["check", "--format", "json", "--quiet", "--brands", &wrong, &apk]);
    assert!(run.stdout.contains("not in use: B001 wrong.yaml:4"), "{}", run.stdout);
    let run = tamarisk(&["check", "--quiet", "--brands", "/nowhere", &apk]);
    assert_eq!(run.code, 2);
}
