//! `check` and `read`: hostile names of packages, files, processes, members and of the files handed
//! in; hostile names in the knowledge that finds them.

use crate::support::{self, tamarisk};
use crate::{carries, document, marked, nothing_acts, quoted, shown};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use testkit::androidqf::{Acquisition, Process};
use testkit::app::App;

pub(crate) fn acquisition(texts: &[String]) -> Acquisition {
    let apps: Vec<App> =
        (10_000..).zip(texts).map(|(uid, text)| App::new(text, uid).installed_by(text)).collect();
    let processes: Vec<Process> = (3_000..)
        .zip(texts)
        .map(|(pid, text)| Process {
            pid,
            user: text.clone(),
            uid: 10_100,
            name: text.clone(),
            path: format!("/data/{text}"),
        })
        .collect();
    let rows: Vec<(&str, u64, i64)> =
        texts.iter().map(|text| (text.as_str(), 12, 1_763_600_000)).collect();
    let one_line: Vec<(&str, &str)> = texts
        .iter()
        .filter(|t| !t.contains(['\n', '\r']))
        .map(|t| (t.as_str(), t.as_str()))
        .collect();
    let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut all = Acquisition::new()
        .apps(&apps)
        .processes(&processes)
        .listing(&rows)
        .properties(&one_line)
        .settings("secure", &one_line)
        .root_binaries(&lines)
        .mounts(&lines);
    for text in texts {
        all = all.file(&format!("logs/{}", text.replace(['/', '\0'], "_")), "x");
    }
    all
}

/// A bundle whose names and values are the texts, each a family with an indicator of the package.
pub(crate) fn advisory(texts: &[String]) -> Value {
    let mut objects = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let id = |kind: &str| format!("{kind}--00000000-0000-4000-8000-{number:012x}");
        let common = json!({"spec_version": "2.1", "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z"});
        let object = |kind: &str, more: Value| {
            let mut all = common.as_object().unwrap().clone();
            all.extend([("type".to_owned(), json!(kind)), ("id".to_owned(), json!(id(kind)))]);
            all.extend(more.as_object().unwrap().clone());
            Value::from(all)
        };
        objects
            .push(object("malware", json!({"name": text, "is_family": true, "description": text})));
        objects.push(object("indicator", json!({
            "name": text, "description": text, "pattern_type": "stix", "indicator_types": ["malicious-activity"],
            "pattern": format!("[software:name = '{}']", quoted(text)), "valid_from": "2020-01-01T00:00:00Z",
            "external_references": [{"source_name": text, "url": format!("https://example.org/{text}"), "description": text}],
        })));
        objects.push(object("relationship", json!({
            "relationship_type": "indicates", "source_ref": id("indicator"), "target_ref": id("malware"),
        })));
    }
    json!({"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": objects})
}

struct Work {
    _folder: tempfile::TempDir,
    at: PathBuf,
    texts: Vec<String>,
}

impl Work {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().canonicalize().unwrap();
        let texts = marked(|_| true);
        fs::write(at.join("advisory.json"), advisory(&texts).to_string()).unwrap();
        let whole = acquisition(&texts);
        fs::write(at.join("phone.zip"), whole.zip()).unwrap();
        whole.write_to(&at.join("phone")).unwrap();
        Self { _folder: folder, at, texts }
    }

    fn path(&self, name: &str) -> String {
        self.at.join(name).display().to_string()
    }

    fn check(&self, input: &str, more: &[&str]) -> support::Run {
        let (input, advisory) = (self.path(input), self.path("advisory.json"));
        let args =
            [&["check", &input, "--advisory", &advisory, "--now", "2026-11-22T00:00:00Z"], more]
                .concat();
        let run = tamarisk(&args);
        nothing_acts("standard error of check", &run.stderr);
        run
    }
}

#[test]
fn a_report_in_every_form() {
    let work = Work::new();
    for input in ["phone", "phone.zip"] {
        let json =
            document("check --format json", &work.check(input, &["--format", "json"]).stdout);
        // Space before the name of a package is not kept.
        let texts: Vec<String> =
            work.texts.iter().map(|text| text.trim_start().to_owned()).collect();
        carries("check --format json", &json, &texts);
        let text = work.check(input, &[]).stdout;
        nothing_acts("check", &text);
        // It tells the first of many and counts the rest.
        assert!(shown(&text, &work.texts) >= 50, "{}", shown(&text, &work.texts));
        let page = work.check(input, &["--format", "html"]).stdout;
        nothing_acts("check --format html", &page);
        assert!(shown(&page, &work.texts) >= 150, "{}", shown(&page, &work.texts));
    }
}

#[test]
fn a_folder_of_results() {
    let work = Work::new();
    let out = work.path("out");
    let run = work.check("phone", &["--out", &out]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let mut files: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert!(files.len() >= 4, "{files:?}");
    // A request for a time stamp is no text, and holds a hash alone.
    for file in files.iter().filter(|file| !file.ends_with(".tsq")) {
        let text = fs::read_to_string(Path::new(&out).join(file)).unwrap();
        nothing_acts(file, &text);
        match file.rsplit_once('.').unwrap().1 {
            "json" => carries(file, &document(file, &text), &[]),
            "csv" => table(&text),
            _ if file == "custody.sha256" => {}
            _ => assert!(shown(&text, &work.texts) >= 150, "{file}: {}", shown(&text, &work.texts)),
        }
    }
    browser(&Path::new(&out).join("report.html"), &work);
    // What verification says of evidence that was changed, is gone, or was added.
    let phone = work.path("phone");
    fs::rename(work.at.join("phone/logs"), work.at.join("phone/other")).unwrap();
    let verify =
        |more: &[&str]| tamarisk(&[&["verify", &out, "--evidence", &phone], more].concat());
    let json = verify(&["--format", "json"]);
    let named: Vec<String> =
        work.texts.iter().filter(|t| !t.contains(['/', '\0', '%'])).cloned().collect();
    carries("verify", &document("verify", &json.stdout), &named);
    nothing_acts("verify", &verify(&[]).stdout);
    nothing_acts("verify", &json.stderr);
}

/// As a parser of tables sees it: no cell begins as a formula does.
fn table(text: &str) {
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let mut rows = 0;
    for row in table.records() {
        rows += 1;
        for cell in &row.unwrap() {
            let first = cell.chars().next().unwrap_or('x');
            assert!(!"=+-@＝＋－＠﹦﹢﹣﹫−\t\r\n".contains(first), "{cell:?}");
        }
    }
    assert!(rows >= 200, "{rows}");
}

/// As Chromium sees it: the same elements as in a page about quiet evidence, no script, and nothing
/// that the policy had to refuse.
fn browser(page: &Path, work: &Work) {
    let Some(seen) = support::browser::open(page, &work.at) else {
        println!("skipped: chromium is not installed (apt-get install chromium)");
        return;
    };
    assert_eq!(seen.complaints, Vec::<String>::new());
    for element in [
        "script", "img", "iframe", "object", "embed", "form", "input", "base", "link", "video",
        "marquee", "textarea", "template", "math",
    ] {
        assert!(!seen.has(element), "the page has a <{element}>");
    }
    assert!(shown(&seen.dom, &work.texts) >= 150);
}

#[test]
fn records() {
    let work = Work::new();
    for input in ["phone", "phone.zip"] {
        let run = tamarisk(&["read", &work.path(input)]);
        nothing_acts("standard error of read", &run.stderr);
        let lines: Vec<Value> = run.stdout.lines().map(|line| document("read", line)).collect();
        let named = |name: &str| lines.iter().filter(|line| line["record"] == name).count();
        assert_eq!((named("end"), named("source")), (1, 1));
        assert_eq!(lines.last().unwrap()["record"], "end");
        carries("read", &Value::from(lines), &work.texts);
    }
}

/// What the file system lets one name as one likes.
#[test]
fn names_of_what_is_handed_in() {
    let work = tempfile::tempdir().unwrap();
    let at = work.path().canonicalize().unwrap();
    let quiet = Acquisition::new().properties(&[("ro.product.model", "x")]).zip();
    let mut paths = Vec::new();
    let mut names = Vec::new();
    // `%` is escaped in paths (`evidence::display_path`).
    for text in
        marked(|text| !text.contains(['/', '\0', '%'])).into_iter().filter(|text| text.len() < 200)
    {
        let path = at.join(&text);
        if fs::write(&path, &quiet).is_ok() {
            paths.push(path.display().to_string());
            names.push(text);
        }
    }
    assert!(names.len() >= 150, "{}", names.len());
    let begin = |first: &[&str]| -> Vec<String> {
        first.iter().map(|word| (*word).to_owned()).chain(paths.iter().cloned()).collect()
    };
    let json = tamarisk(&begin(&["check", "--no-builtin", "--format", "json"]));
    nothing_acts("standard error", &json.stderr);
    carries("names of inputs", &document("names of inputs", &json.stdout), &names);
    for args in [
        begin(&["check", "--no-builtin"]),
        begin(&["read"]),
        begin(&["check", "--no-builtin", "--format", "html"]),
    ] {
        let run = tamarisk(&args);
        nothing_acts("names of inputs", &run.stdout);
        nothing_acts("names of inputs", &run.stderr);
    }
}
