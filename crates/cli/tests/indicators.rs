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
        {"type":"indicator","id":"indicator--3","pattern":"[mutex:name = 'x']"}]}"#;
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
        (&2.into(), &1.into(), &1.into())
    );
    let mut damaged = fs::read(folder.join("advisory.index")).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(folder.join("damaged.index"), damaged).unwrap();
    let args = ["check", &phone, "--format", "json", "--advisory", "@damaged.index"];
    let failed = run(folder, &args);
    assert_eq!((failed.code, &json(&failed)["error"]["code"]), (2, &"advisory".into()));
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
