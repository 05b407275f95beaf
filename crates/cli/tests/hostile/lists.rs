//! `indicators …`: lists by somebody who means no good.

use crate::support::{Run, tamarisk};
use crate::{carried, document, marked, nothing_acts, quoted, shown};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const NOW: [&str; 2] = ["--now", "2026-01-01T00:00:00Z"];

/// A MISP event: the texts as names of files, families, comments; one by one as its title.
fn event(texts: &[String]) -> Value {
    let attributes: Vec<Value> = texts.iter().enumerate().map(|(number, text)| json!({
        "uuid": format!("00000000-0000-4000-8000-{number:012x}"), "type": "filename", "category": "Payload delivery",
        "value": text, "comment": text, "to_ids": true, "timestamp": "1700000000",
        "Tag": [{"name": format!("misp-galaxy:malpedia=\"{text}\"")}],
    })).collect();
    json!({"Event": {"uuid": "11111111-0000-4000-8000-000000000001", "info": texts[0], "date": "2023-08-29",
        "Orgc": {"name": texts[1], "uuid": "x"}, "Attribute": attributes, "Object": []}})
}

/// A bundle: the texts as names and values, objects of kinds that are handed on, and nonsense.
fn bundle(texts: &[String]) -> Value {
    let objects: Vec<Value> = texts.iter().enumerate().flat_map(|(number, text)| {
        let id = |kind: &str| format!("{kind}--00000000-0000-4000-8000-{number:012x}");
        let at = "2023-01-01T00:00:00.000Z";
        [
            json!({"type": "indicator", "spec_version": "2.1", "id": id("indicator"), "created": at, "modified": at,
                "name": text, "description": text, "pattern": format!("[file:name = '{}']", quoted(text)),
                "pattern_type": "stix", "valid_from": at, "labels": [text]}),
            json!({"type": "tool", "spec_version": "2.1", "id": id("tool"), "created": at, "modified": at, "name": text}),
            json!({"type": "indicator", "spec_version": "2.1", "id": text, "created": text, "modified": at,
                "name": text, "pattern": text, "pattern_type": "stix", "valid_from": text}),
        ]
    }).collect();
    json!({"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": objects})
}

fn run(args: &[&str]) -> Run {
    let run = tamarisk(args);
    nothing_acts("standard error", &run.stderr);
    nothing_acts(&args[..2].join(" "), &run.stdout);
    run
}

#[test]
fn every_subcommand() {
    let texts = marked(|text| !text.contains('\0'));
    let work = tempfile::tempdir().unwrap();
    let path = |name: &str| work.path().join(name).display().to_string();
    fs::write(path("event.json"), event(&texts).to_string()).unwrap();
    fs::write(path("bundle.json"), bundle(&texts).to_string()).unwrap();
    for text in texts.iter().filter(|text| !text.contains('/') && text.len() < 200) {
        fs::create_dir_all(path("feed")).unwrap();
        fs::write(
            Path::new(&path("feed")).join(format!("{text}.txt")),
            format!("evil.example\n{text}\n"),
        )
        .unwrap();
    }
    for list in ["event.json", "bundle.json", "feed"] {
        let list = path(list);
        let json = run(&["indicators", "show", &list, "--format", "json"]);
        let seen = carried(&document("show", &json.stdout), &texts).len();
        assert!(seen >= 150, "show {list}: {seen}");
        let text = run(&["indicators", "show", &list]);
        assert!(shown(&text.stdout, &texts) >= 100, "show {list}: {}", shown(&text.stdout, &texts));
        for to in ["stix", "misp", "mvt", "csv"] {
            let out = run(&[
                "indicators",
                "export",
                &list,
                "--to",
                to,
                NOW[0],
                NOW[1],
                "--source",
                &texts[5],
            ]);
            if to == "csv" {
                table(&out.stdout);
            } else {
                document(to, &out.stdout);
            }
        }
        let made = path("made.json");
        let told =
            run(&["indicators", "import", &list, "-o", &made, NOW[0], NOW[1], "--format", "json"]);
        document("import", &told.stdout);
        let bundle = fs::read_to_string(&made).unwrap();
        let kept = carried(&document("the imported bundle", &bundle), &texts).len();
        // Of one value in many files no more than twenty places are kept.
        assert!(kept >= if list.ends_with("feed") { 20 } else { 150 }, "{list}: {kept}");
        run(&["indicators", "import", &list, "-o", &made, NOW[0], NOW[1]]);
        run(&["indicators", "import", &list, "-o", "-", NOW[0], NOW[1]]);
        run(&["indicators", "diff", &list, &path("event.json")]);
        document("diff", &run(&["indicators", "diff", &list, &made, "--format", "json"]).stdout);
        run(&["indicators", "index", &list, "-o", &path("index"), NOW[0], NOW[1]]);
    }
    for list in ["event.json", "bundle.json"] {
        let lint = run(&["indicators", "lint", &path(list), "--format", "json", NOW[0], NOW[1]]);
        document("lint", &lint.stdout);
        run(&["indicators", "lint", &path(list), NOW[0], NOW[1]]);
    }
    let misp = run(&["indicators", "export", &path("event.json"), "--to", "misp", NOW[0], NOW[1]]);
    assert!(carried(&document("misp", &misp.stdout), &texts).len() >= 200);
}

fn table(text: &str) {
    let mut table = csv::Reader::from_reader(text.as_bytes());
    for row in table.records() {
        for cell in &row.unwrap() {
            let first = cell.chars().next().unwrap_or('x');
            assert!(!"=+-@＝＋－＠﹦﹢﹣﹫−\t\r\n".contains(first), "{cell:?}");
        }
    }
}
