//! `--yara`: rules by nobody's friend, and the bytes that they match.

use crate::support::{Run, tamarisk};
use crate::{carried, document, marked, nothing_acts, shown};
use std::fs;
use testkit::apk::{Apk, Scheme, Signer};

fn harmless(args: &[&str]) -> Run {
    let run = tamarisk(args);
    nothing_acts(&format!("standard error of {}", args[0]), &run.stderr);
    nothing_acts(args[0], &run.stdout);
    run
}

/// A text in YARA's double quotes, byte by byte.
fn quoted(text: &str) -> String {
    text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}

#[test]
fn rules_and_what_they_match() {
    let texts = marked(|text| !text.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let rules: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let text = quoted(text);
            format!(
                "rule r{number} {{ meta: description = \"{text}\" author = \"{text}\" reference = \"{text}\" \
                 strings: $a = \"{text}\" condition: $a }}\n"
            )
        })
        .collect();
    fs::write(path("rules.yar"), rules.concat()).unwrap();
    let mut app = Apk::new("org.example").sign(Signer::A, &[Scheme::V2]);
    for (number, text) in texts.iter().enumerate() {
        app = app.member(&format!("assets/{number}-{text}"), text.as_bytes());
    }
    fs::write(path("app.apk"), app.build()).unwrap();
    let (rules, app) = (path("rules.yar"), path("app.apk"));
    let check = ["check", "--no-builtin", "--quiet", &app, "--yara", &rules];
    let json = harmless(&[&check[..], &["--format", "json"]].concat());
    let told = document("check", &json.stdout);
    assert!(
        carried(&told, &texts).len() >= 200,
        "{}: {}",
        carried(&told, &texts).len(),
        json.stderr
    );
    for format in ["text", "html"] {
        let run = harmless(&[&check[..], &["--format", format]].concat());
        assert!(shown(&run.stdout, &texts) >= 20, "{format}: {}", shown(&run.stdout, &texts));
    }
    harmless(&[&check[..], &["--out", &path("out")]].concat());
    for file in ["report.html", "report.json", "timeline.csv"] {
        nothing_acts(file, &fs::read_to_string(folder.path().join("out").join(file)).unwrap());
    }
    for format in ["json", "text"] {
        harmless(&["apk", "show", &app, "--yara", &rules, "--format", format]);
    }
    // What is no rule, by content and by name.
    for text in
        texts.iter().filter(|text| !text.contains(['/', '\0']) && text.len() < 200).step_by(4)
    {
        let named = path(&format!("{text}.yar"));
        for broken in [
            text.clone(),
            format!("rule {text} {{ condition: true }}"),
            format!("include \"{text}\""),
        ] {
            fs::write(&named, broken).unwrap();
            let run = harmless(&[
                "check",
                "--no-builtin",
                "--quiet",
                &app,
                "--yara",
                &named,
                "--format",
                "json",
            ]);
            document("check", &run.stdout);
            harmless(&["apk", "show", &app, "--yara", &named]);
        }
    }
}
