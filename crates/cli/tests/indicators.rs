//! `tamarisk indicators …` as a person runs it.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{Run, tamarisk};

fn run(folder: &Path, args: &[&str]) -> Run {
    let args: Vec<String> = args
        .iter()
        .map(|arg| match arg.strip_prefix('@') {
            Some(name) => folder.join(name).display().to_string(),
            None => (*arg).to_owned(),
        })
        .collect();
    let run = tamarisk(&args);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", run.stdout))
}

const NOW: [&str; 2] = ["--now", "2026-01-01T00:00:00Z"];

fn work() -> tempfile::TempDir {
    let work = tempfile::tempdir().unwrap();
    let table = "value,entity_type,description\nevil.example,hostname,c2\n10.0.0.1,ip,x\n";
    fs::write(work.path().join("table.csv"), table).unwrap();
    fs::write(work.path().join("odd.csv"), format!("{table}zz,foo,bar\n")).unwrap();
    fs::create_dir(work.path().join("feed")).unwrap();
    fs::write(work.path().join("feed/a.txt"), "second.example\n").unwrap();
    fs::write(work.path().join("feed/README.md"), "Nothing here.\n").unwrap();
    fs::write(work.path().join("letter"), "Dear all,\nthis is no list.\n").unwrap();
    work
}

#[test]
fn lists_are_imported_linted_shown_and_compared() {
    let work = work();
    let folder = work.path();
    let import = |sources: &[&str], out: &str| {
        let mut args = vec!["indicators", "import", "--format", "json", "-o", out];
        args.extend(NOW);
        args.extend(sources);
        run(folder, &args)
    };
    let made = import(&["@table.csv", "@feed"], "@one.json");
    let told = json(&made);
    assert_eq!((made.code, &told["indicators"], &told["context"]), (0, &2.into(), &1.into()));
    assert_eq!(told["refused"][0]["reason"], "a private address: many networks use it");
    assert_eq!(told["passed_over"], 1, "README.md is no list");
    assert_eq!(told["files"][1]["file"], "feed/a.txt");
    assert_eq!(import(&["@table.csv", "@feed"], "@two.json").code, 0);
    assert_eq!(
        fs::read(folder.join("one.json")).unwrap(),
        fs::read(folder.join("two.json")).unwrap()
    );
    let odd = import(&["@odd.csv"], "@odd.json");
    assert_eq!((odd.code, &json(&odd)["not_understood"]), (1, &1.into()));
    assert!(json(&odd)["skipped"][0]["reason"].as_str().unwrap().contains("`foo`"));

    let diff = run(folder, &["indicators", "diff", "@one.json", "@odd.json", "--format", "json"]);
    let told = json(&diff);
    assert_eq!((diff.code, &told["same"]), (1, &2.into()));
    assert_eq!(told["removed"][0]["text"], "second.example");
    assert_eq!(run(folder, &["indicators", "diff", "@one.json", "@two.json"]).code, 0);

    let shown = run(folder, &["indicators", "show", "@one.json", "--format", "json"]);
    assert_eq!((shown.code, json(&shown)["indicators"].as_array().unwrap().len()), (0, 3));

    let linted =
        run(folder, &["indicators", "lint", "@one.json", "--format", "json", NOW[0], NOW[1]]);
    assert_eq!(linted.code, 0, "{}", linted.stdout);
    let linted = run(folder, &["indicators", "lint", "@table.csv", "--format", "json"]);
    assert_eq!(linted.code, 1);
    assert_eq!(json(&linted)["diagnostics"][0]["code"], "L006");
    let text = run(folder, &["indicators", "lint", "@table.csv"]);
    assert!(text.stdout.contains("table.csv:3: error L006"), "{}", text.stdout);
}

#[test]
fn exports_go_to_standard_output_and_gaps_beside_it() {
    let work = work();
    for (form, begins) in [("stix", "{"), ("misp", "{"), ("csv", "type,value"), ("mvt", "{")] {
        let made = run(work.path(), &["indicators", "export", "@table.csv", "--to", form]);
        assert!(made.stdout.starts_with(begins), "{form}: {}", made.stdout);
        assert_eq!(made.code, i32::from(form == "mvt"), "{form}");
        assert_eq!(made.stderr.contains("left out: ipv4 10.0.0.1"), form == "mvt");
    }
}

/// What an advisory says is said by its prepared index too, finding by finding.
#[test]
fn a_prepared_index_gives_the_same_report() {
    let work = work();
    let folder = work.path();
    let bundle = r#"{"type":"bundle","id":"bundle--1","objects":[
        {"type":"indicator","id":"indicator--1","name":"one","pattern":"[app:id = 'org.thoughtcrime.securesms']"},
        {"type":"indicator","id":"indicator--2","pattern":"[app:id LIKE 'org.%']"},
        {"type":"indicator","id":"indicator--3","pattern":"[mutex:name = 'x']"},
        {"type":"indicator","id":"indicator--4","pattern":"[configuration-profile:id = 'x']"}]}"#;
    fs::write(folder.join("bundle.json"), bundle).unwrap();
    let phone = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/base/androidqf");
    let phone = phone.display().to_string();
    let made = run(folder, &["indicators", "index", "@bundle.json", "-o", "@advisory.index"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let check = |advisory: &str| {
        let args = ["check", &phone, "--format", "json", "--no-builtin", "--advisory", advisory];
        json(&run(folder, &[&args[..], &NOW].concat()))
    };
    let (whole, prepared) = (check("@bundle.json"), check("@advisory.index"));
    assert!(
        whole["findings"].as_array().unwrap().iter().any(|f| f["because"]["id"] == "indicator--2")
    );
    assert_eq!(whole, prepared);
    let told = whole["knowledge"].as_array().unwrap().iter().find(|k| k["name"] == "bundle.json");
    let told = told.unwrap();
    assert_eq!(
        (&told["indicators"], &told["patterns"], &told["not_compiled"]),
        (&2.into(), &1.into(), &2.into())
    );
    let gaps = whole["coverage"]["gaps"].as_array().unwrap();
    let profile = gaps.iter().find(|gap| gap["reason"].as_str().unwrap().contains("indicator--4"));
    let reason = profile.unwrap()["reason"].as_str().unwrap();
    assert!(reason.contains("cannot be matched by what Android leaves"), "{reason}");
    let at = bundle.find(r#"{"type":"indicator","id":"indicator--4""#).unwrap();
    assert_eq!(profile.unwrap()["position"]["byte"][0], at, "{profile:?}");
    let mut damaged = fs::read(folder.join("advisory.index")).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(folder.join("damaged.index"), damaged).unwrap();
    let args = ["check", &phone, "--format", "json", "--advisory", "@damaged.index"];
    let failed = run(folder, &args);
    assert_eq!((failed.code, &json(&failed)["error"]["code"]), (2, &"advisory".into()));
}

/// What stands in a list and is no value is told in words of its own, with its place.
#[test]
fn what_a_list_shows_and_lints_is_told_in_words() {
    let work = work();
    let folder = work.path();
    let bundle = r#"{"type":"bundle","id":"bundle--1","objects":[
{"type":"indicator","id":"indicator--1","pattern":"[app:id = 'org.one']"},
{"type":"indicator","id":"indicator--2","pattern":"[domain-name:value = 'a.example:443']"},
{"type":"indicator","id":"indicator--3","pattern":"[app:id = 'a.b' AND app:name = 'c']"},
{"type":"indicator","id":"indicator--4","pattern":"[mutex:name = 'x']"},
{"type":"indicator","id":},
{"type":"indicator","id":"indicator--6","pattern":"[app:id = 'org.six']"}]}"#;
    fs::write(folder.join("l.json"), bundle).unwrap();
    let shown = run(folder, &["indicators", "show", "@l.json", "--format", "json"]);
    let told = json(&shown);
    let left: Vec<(&str, &str)> = told["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["object"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    let expected = [
        ("indicator--2", "no host name"),
        ("indicator--3", "its pattern is no value alone (AND at byte 16)"),
        ("indicator--4", "`mutex:name` is no value that is known"),
    ];
    assert_eq!(left, expected);
    assert_eq!(
        (told["indicators"].as_array().unwrap().len(), &told["not_understood"]),
        (2, &1.into())
    );
    let text = run(folder, &["indicators", "show", "@l.json"]);
    let at = bundle.find(r#"{"type":"indicator","id":}"#).unwrap();
    let line = format!("not understood: l.json object 4 at byte {at}: expected value\n");
    assert!(text.stdout.contains(&line), "{}", text.stdout);
    let linted = run(folder, &["indicators", "lint", "@l.json", NOW[0], NOW[1]]);
    for line in [
        "l.json:3:51: error L005: `domain-name:value = 'a.example:443'`: no host name",
        "l.json:5:51: warning L013: `mutex:name = 'x'`: nothing is looked up by it",
        "l.json:6:1: error L001: expected value\n",
    ] {
        assert!(linted.stdout.contains(line), "{line}: {}", linted.stdout);
    }
}

#[test]
fn what_is_no_list_is_an_error() {
    let work = work();
    for args in [
        &["indicators", "import", "@letter", "-o", "@x.json", "--format", "json"][..],
        &["indicators", "lint", "@missing", "--format", "json"],
    ] {
        let failed = run(work.path(), args);
        assert_eq!((failed.code, &json(&failed)["error"]["code"]), (2, &"nothing_readable".into()));
    }
    assert!(!work.path().join("x.json").exists());
    let listed = run(work.path(), &["indicators", "formats", "--format", "json"]);
    assert_eq!(json(&listed).as_array().unwrap().len(), 16);
}
