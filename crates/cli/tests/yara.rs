//! `--yara` in a program that was built with it: rules over made apps, broken and slow rules, folders,
//! and reports that do not change from run to run.
#![cfg(feature = "yara")]
#![allow(clippy::unwrap_used)] // Tests: a failure is a failure.

mod support;

use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Run, tamarisk};
use testkit::apk::{Apk, Component, Scheme, Signer};
use testkit::dex::{Class, Dex, Op};

const NOW: &str = "--now=2026-11-26T12:00:00Z";

/// An inert app whose code, library and assets hold words to look for.
fn sample() -> Vec<u8> {
    let class = Class::new("Lorg/example/Beacon;", "Ljava/lang/Object;").method(
        "send",
        "(Ljava/lang/String;)V",
        vec![Op::ConstString(0, "https://c2.example.org/up".into())],
    );
    Apk::new("org.example.app")
        .label("Example")
        .permission("android.permission.READ_SMS")
        .activity(Component::launcher(".Main"))
        .member("classes.dex", Dex { classes: vec![class] }.bytes())
        .member("assets/config.txt", "mark=TAMARISK-TEST-7; ".repeat(40))
        .sign(Signer::A, &[Scheme::V1, Scheme::V2])
        .build()
}

struct Here {
    folder: tempfile::TempDir,
}

impl Here {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// `tamarisk check --format json` of one path with these rules.
fn check(path: &Path, rules: &[&Path]) -> (Run, Value) {
    let mut args: Vec<OsString> =
        ["check", "--quiet", "--no-builtin", "--format=json", NOW].map(OsString::from).into();
    for rules in rules {
        args.extend(["--yara".into(), rules.as_os_str().to_owned()]);
    }
    args.push(path.as_os_str().to_owned());
    let run = tamarisk(&args);
    let report = serde_json::from_str(&run.stdout).unwrap_or(Value::Null);
    (run, report)
}

/// The findings that rest on YARA rules: title, strength, subject.
fn findings(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = report["findings"].as_array().unwrap().iter();
    all.filter(|one| one["because"]["kind"] == "yara")
        .map(|one| (text(&one["title"]), text(&one["strength"]), text(&one["subject"]["value"])))
        .collect()
}

fn gaps(report: &Value) -> Vec<String> {
    let all = report["coverage"]["gaps"].as_array().unwrap().iter();
    let reasons = all.map(|gap| gap["reason"].as_str().unwrap().to_owned());
    reasons.filter(|reason| reason.contains("YARA")).collect()
}

const RULES: &str = r#"
import "dex"

rule Mark : test {
    meta:
        description = "Holds the mark"
        author = "Tests"
        reference = "https://example.org/mark"
    strings:
        $mark = "TAMARISK-TEST-7"
    condition:
        $mark and tamarisk_member == "assets/config.txt"
}

rule Code {
    meta:
        strength = "strong"
        reference = "https://example.org/code"
    condition:
        dex.contains_string("https://c2.example.org/up")
}

rule Asks {
    meta:
        strength = "note"
    condition:
        tamarisk_member == ""
        and for any p in tamarisk.permissions : (p == "android.permission.READ_SMS")
        and for any s in tamarisk.signers : (s.sha256 matches /^[0-9a-f]{64}$/)
        and for any m in tamarisk.members : (m.name == "classes.dex")
        and for any l in tamarisk.labels : (l == "Example")
}

rule Never {
    strings:
        $no = "this stands in no sample"
    condition:
        $no
}
"#;

#[test]
fn rules_over_an_app_become_findings_with_their_evidence() {
    let here = Here::new();
    let (app, rules) = (here.write("app.apk", sample()), here.write("own.yar", RULES));
    let (run, report) = check(&app, &[&rules]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let app = "org.example.app".to_owned();
    assert_eq!(
        findings(&report),
        [
            ("YARA rule Code matched".into(), "strong".into(), app.clone()),
            ("YARA rule Mark matched: Holds the mark".into(), "review".into(), app.clone()),
            ("YARA rule Asks matched".into(), "note".into(), app),
        ]
    );
    let all = report["findings"].as_array().unwrap();
    let mark = all.iter().find(|one| one["because"]["id"] == "yara:own.yar:Mark").unwrap();
    assert_eq!(mark["because"]["references"], json!(["https://example.org/mark", "rule by Tests"]));
    let row = mark["evidence"][0]["text"].as_str().unwrap();
    let start = "YARA rule Mark of own.yar matches app.apk!/assets/config.txt: \
                 $mark at 5, 15 bytes: \"TAMARISK-TEST-7\"; $mark at 27,";
    assert!(row.starts_with(start), "{row}");
    let sum = sha256(RULES.as_bytes());
    let named = report["knowledge"].as_array().unwrap().iter();
    let own: Vec<&Value> =
        named.filter(|one| one["name"].as_str().unwrap().starts_with("YARA")).collect();
    assert_eq!(own.len(), 1);
    assert_eq!((&own[0]["name"], &own[0]["version"]), (&json!("YARA rules own.yar"), &json!(sum)));
    assert_eq!(own[0]["indicators"], 4);
    assert_eq!(gaps(&report), Vec::<String>::new());
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    const_hex::encode(Sha256::digest(bytes))
}

#[test]
fn the_report_is_the_same_in_every_run_and_with_any_number_of_threads() {
    let here = Here::new();
    for number in 0..6 {
        here.write(&format!("phone/{number}.apk"), sample());
        here.write(&format!("phone/{number}.bin"), format!("mark TAMARISK-TEST-7 {number}"));
    }
    let rules = here.write("rules/a.yar", "rule Any { strings: $a = \"TAMARISK\" condition: $a }");
    here.write("rules/deeper/b.yara", RULES);
    here.write("rules/readme.md", "rule Not { condition: true }");
    let phone = here.folder.path().join("phone");
    let of = |threads: &str| {
        let folder = rules.parent().unwrap();
        let run = tamarisk(&[
            "check".as_ref(),
            "--quiet".as_ref(),
            "--format=json".as_ref(),
            NOW.as_ref(),
            "--threads".as_ref(),
            threads.as_ref(),
            "--yara".as_ref(),
            folder.as_os_str(),
            phone.as_os_str(),
        ]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""));
        run.stdout
    };
    let first = of("1");
    assert_eq!(first, of("1"));
    assert_eq!(first, of("5"));
    let report: Value = serde_json::from_str(&first).unwrap();
    // Six plain files by their names, and six apps that are one package each.
    let any = findings(&report).into_iter().filter(|(title, ..)| title == "YARA rule Any matched");
    let subjects: Vec<String> = any.map(|(_, _, subject)| subject).collect();
    let files = subjects.iter().filter(|one| one.ends_with(".bin")).count();
    let apps = subjects.iter().filter(|one| *one == "org.example.app").count();
    assert_eq!((files, apps), (6, 6), "{subjects:?}");
    let named = report["knowledge"].as_array().unwrap().iter();
    let names: Vec<&str> = named.map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.ends_with(&["YARA rules rules/a.yar", "YARA rules rules/deeper/b.yara"]));
}

#[test]
fn broken_rules_are_gaps_and_the_others_are_used() {
    let here = Here::new();
    let app = here.write("app.apk", sample());
    let folder = here.write("rules/a.yar", "rule Broken {\n condition:\n  $no\n}\n");
    here.write(
        "rules/b.yar",
        "import \"cuckoo\"\nrule Needs { condition: cuckoo.network.http_get(/a/) }",
    );
    here.write(
        "rules/c.yar",
        "include \"a.yar\"\nrule Fine { condition: tamarisk_member == \"\" }",
    );
    here.write("rules/d.yarc", b"YARA-X\0\0compiled");
    let (run, report) = check(&app, &[folder.parent().unwrap()]);
    assert_eq!(run.code, 1);
    let titles: Vec<String> = findings(&report).into_iter().map(|(title, ..)| title).collect();
    assert_eq!(titles, ["YARA rule Fine matched"]);
    let gaps = gaps(&report);
    assert_eq!(gaps.len(), 4, "{gaps:#?}");
    for part in [
        "rules/a.yar, line 3, rule Broken",
        "rules/b.yar: rule Needs is not used: it needs the module cuckoo",
        "rules/c.yar, line 1",
        "rules/d.yarc are not used: it holds compiled rules",
    ] {
        assert!(gaps.iter().any(|gap| gap.contains(part)), "{part}: {gaps:#?}");
    }
    assert_eq!(report["coverage"]["complete"], false);
}

#[test]
fn what_gives_no_rule_ends_the_run() {
    let here = Here::new();
    let app = here.write("app.apk", sample());
    for (name, text, says) in [
        ("broken.yar", &b"rule Broken { condition: $no }"[..], "no rule could be loaded"),
        ("compiled.yar", b"YARA-X\0\0", "compiled rules"),
        ("empty/readme.md", b"", "no rule could be loaded"),
    ] {
        let rules = here.write(name, text);
        let rules = if name.contains('/') { rules.parent().unwrap() } else { &rules };
        let (run, report) = check(&app, &[rules]);
        assert_eq!((run.code, &report["error"]["code"]), (2, &json!("yara")), "{name}");
        assert!(run.stderr.contains(says), "{name}: {}", run.stderr);
    }
    let (run, _) = check(&app, &[Path::new("/no/such/rules")]);
    assert_eq!(run.code, 2);
}

#[test]
fn the_report_says_that_reading_was_not_isolated() {
    let here = Here::new();
    let (app, rules) = (here.write("app.apk", sample()), here.write("own.yar", RULES));
    let (_, report) = check(&app, &[&rules]);
    let said = report["provenance"]["isolation"].as_str().unwrap();
    assert!(said.contains("YARA rules are held against the bytes in this process"), "{said}");
    let run = tamarisk(&[
        "check".as_ref(),
        "--isolation=require".as_ref(),
        "--yara".as_ref(),
        rules.as_os_str(),
        app.as_os_str(),
    ]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("which is not isolated"), "{}", run.stderr);
}

#[test]
fn slow_strings_are_said_on_standard_error() {
    let here = Here::new();
    let app = here.write("app.apk", sample());
    let rules = here
        .write("slow.yar", "rule Slow {\n strings:\n  $a = /[A-Za-z]{3,}/\n condition:\n  $a\n}");
    let (run, report) = check(&app, &[&rules]);
    assert!(run.stderr.contains("YARA rules slow.yar, line 3: slow pattern"), "{}", run.stderr);
    assert_eq!(gaps(&report), Vec::<String>::new());
}

#[test]
fn packages_in_packages_and_archives_in_packages_are_looked_into() {
    let here = Here::new();
    let inner = Apk::new("org.example.inner").member("assets/x.bin", "TAMARISK-INNER ".repeat(20));
    let deep = "TAMARISK-DEEP ".repeat(20);
    let zipped = testkit::archive::zip([("deep.txt", deep.as_bytes())]);
    let outer = Apk::new("org.example.outer")
        .member("assets/inner.apk", inner.build())
        .member("assets/more.zip", zipped);
    let app = here.write("outer.apk", outer.build());
    let rules = here.write(
        "own.yar",
        "rule Inner { strings: $a = \"TAMARISK-INNER\" condition: $a }\n\
         rule Deep { strings: $a = \"TAMARISK-DEEP\" condition: $a }",
    );
    let (_, report) = check(&app, &[&rules]);
    let found: Vec<_> =
        findings(&report).into_iter().map(|(title, _, subject)| (title, subject)).collect();
    assert_eq!(
        found,
        [
            ("YARA rule Inner matched".into(), "org.example.inner".into()),
            ("YARA rule Deep matched".into(), "org.example.outer".to_owned()),
        ]
    );
}

#[test]
fn show_tells_matches_beside_the_app() {
    let here = Here::new();
    let (app, rules) = (here.write("app.apk", sample()), here.write("own.yar", RULES));
    let show = |format: &str| {
        let args: [&std::ffi::OsStr; 6] = [
            "apk".as_ref(),
            "show".as_ref(),
            format.as_ref(),
            "--yara".as_ref(),
            rules.as_os_str(),
            app.as_os_str(),
        ];
        tamarisk(&args)
    };
    let run = show("--format=json");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let shown: Value = serde_json::from_str(&run.stdout).unwrap();
    let schema =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/tamarisk.apk_show.1.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = schema.iter_errors(&shown).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    let names: Vec<&Value> =
        shown["yara"]["matches"].as_array().unwrap().iter().map(|one| &one["rule"]).collect();
    assert_eq!(names, [&json!("Asks"), &json!("Code"), &json!("Mark")]);
    assert_eq!(shown["yara"]["matches"][2]["strings_total"], 40);
    assert_eq!(shown["yara"]["files"][0]["sha256"], json!(sha256(RULES.as_bytes())));
    let run = show("--format=text");
    assert!(
        run.stdout.contains("Your YARA rules (files: 1, rules in use: 4, matches: 3)"),
        "{}",
        run.stdout
    );
}
