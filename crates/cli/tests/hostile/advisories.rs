//! `advisory …` where agencies, titles, objects and a mirror's files are named by nobody's friend.

use crate::support::{Run, tamarisk};
use crate::{carried, carries, document, evidence, marked, nothing_acts, shown};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const NOW: &str = "2026-03-01T09:00:00Z";
const AGENCIES: [&str; 3] = ["alder", "birch", "cedar"];

struct World {
    folder: tempfile::TempDir,
    texts: Vec<String>,
}

impl World {
    /// Keys whose holders share the texts as their names.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self { folder, texts: marked(|text| !text.contains('\0')) };
        fs::write(world.path("passphrase"), "the words of all\n").unwrap();
        for (name, texts) in AGENCIES.iter().zip(world.texts.chunks(world.texts.len() / 3 + 1)) {
            world.both(0, &["keygen", &format!("@{name}"), "--name", &texts.join(" ")], KEY);
        }
        world.both(0, &["keygen", "@publisher", "--name", "publisher"], KEY);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Run {
        let path = |arg: &&str| match arg.split_once('@') {
            Some((before, name)) if before.is_empty() || before.ends_with('=') => {
                format!("{before}{}", self.path(name).display())
            }
            _ => (*arg).to_owned(),
        };
        let args: Vec<String> = args.iter().map(path).collect();
        let run = tamarisk(&args);
        nothing_acts(&format!("standard error of {}", args[1]), &run.stderr);
        nothing_acts(&args[1], &run.stdout);
        run
    }

    /// `advisory …`, for scripts and, where that changes nothing, for people. What was told.
    #[track_caller]
    fn both(&self, code: i32, args: &[&str], more: &[&str]) -> (Value, String) {
        let args = [&["advisory"], args, more].concat();
        let json = self.run(&[&args[..], &["--format", "json"]].concat());
        assert_eq!(json.code, code, "{:?}\n{}\n{}", args[1], json.stdout, json.stderr);
        let told = document(args[1], &json.stdout);
        let text = match args[1] {
            "show" | "verify" | "diff" | "lint" | "preview" => {
                let text = self.run(&args);
                assert_eq!(text.code, code, "{:?}: {}", args[1], text.stderr);
                text.stdout
            }
            _ => String::new(),
        };
        (told, text)
    }

    /// All texts are in the document, and most are shown to people.
    #[track_caller]
    fn tells_all(&self, code: i32, args: &[&str], at_least: usize) {
        let (json, text) = self.both(code, args, &[]);
        carries(args[0], &json, &self.texts);
        let shown = shown(&text, &self.texts);
        assert!(shown >= at_least, "{}: {shown}", args[0]);
    }
}

const KEY: &[&str] = &["--work-factor", "2", "--passphrase-file", "@passphrase"];

/// One advisory for each third of the texts, which is its title; the objects are named so too.
fn signed() -> World {
    let world = World::new();
    let mut init = vec!["init".to_owned(), "@work".into(), "--threshold".into(), "2".into()];
    for name in AGENCIES {
        init.extend(["--agency".into(), format!("{name}=@{name}.pub")]);
    }
    let init: Vec<&str> = init.iter().map(|arg| &**arg).collect();
    world.both(0, &init, &["--publisher", "@publisher.pub", "--now", NOW]);
    let bundle = evidence::advisory(&world.texts);
    fs::write(world.path("bundle.json"), bundle.to_string()).unwrap();
    let mut request = vec!["request-signatures".to_owned(), "@work".into()];
    for (number, texts) in world.texts.chunks(world.texts.len() / 3 + 1).enumerate() {
        let name = format!("joint/{number}");
        let new = ["new", "@work", &name, "--title", &texts.join(" "), "--from", "@bundle.json"];
        world.both(0, &new, &["--now", NOW]);
        request.push(name);
    }
    let request: Vec<&str> = request.iter().map(|arg| &**arg).collect();
    let (asked, _) = world.both(0, &request, &["--out", "@request", "--now", NOW]);
    carries("request-signatures", &asked, &world.texts);
    for name in &AGENCIES[..2] {
        let (key, answer) = (format!("@{name}"), format!("@{name}.answer"));
        let sign = ["sign", "@request", "--key", &key, "--passphrase-file", "@passphrase", "--yes"];
        let (told, _) = world.both(0, &sign, &["--out", &answer, "--now", NOW]);
        carries("sign", &told, &world.texts);
    }
    world.both(0, &["assemble", "@work", "@alder.answer", "@birch.answer"], &[]);
    let publish = ["publish", "@work", "--to", "@mirror", "--key", "@publisher"];
    world.both(0, &publish, &["--passphrase-file", "@passphrase", "--now", NOW]);
    world
}

#[test]
fn from_the_draft_to_the_phone() {
    let world = signed();
    for name in AGENCIES {
        world.both(0, &["show", &format!("@{name}.pub")], &[]);
    }
    world.tells_all(0, &["show", "@work"], 200);
    world.tells_all(0, &["show", "@request"], 200);
    let lint = ["lint", "@work", "joint/0", "--now", NOW];
    let (told, _) = world.both(1, &lint, &[]);
    assert!(carried(&told, &world.texts).len() >= 50, "{}", carried(&told, &world.texts).len());
    evidence::acquisition(&world.texts).write_to(&world.path("phone")).unwrap();
    let preview = ["preview", "@work", "joint/0", "@phone", "--quiet", "--now", NOW];
    let (told, text) = world.both(0, &preview, &[]);
    let found = (carried(&told, &world.texts).len(), shown(&text, &world.texts));
    assert!(found.0 >= 150 && found.1 >= 50, "{found:?}");

    let root = ["--root", "@mirror/metadata/1.root.json", "--now", NOW];
    world.tells_all(0, &[&["verify", "@mirror"], &root[..]].concat(), 200);
    world.both(0, &["pull", "@mirror", "--trust", "@trust"], &root);
    world.tells_all(0, &["show", "@trust", "--now", NOW], 200);

    let mut half = evidence::advisory(&world.texts[..100]);
    half["objects"].as_array_mut().unwrap()[0]["name"] = json!(world.texts[150]);
    fs::write(world.path("half.json"), half.to_string()).unwrap();
    let (_, text) = world.both(1, &["diff", "@bundle.json", "@half.json"], &[]);
    assert!(shown(&text, &world.texts) >= 30, "{}", shown(&text, &world.texts));

    let check = ["check", "@phone", "--advisory", "@mirror", "--trust", "@trust", "--now", NOW];
    let json = world.run(&[&check[..], &["--format", "json"]].concat());
    carries("check", &document("check", &json.stdout)["knowledge"], &world.texts);
    for format in ["text", "html"] {
        world.run(&[&check[..], &["--format", format]].concat());
    }
    world.run(&[&check[..], &["--quiet", "--out", "@out"]].concat());
    for file in ["report.html", "report.json", "timeline.csv", "manifest.sha256"] {
        nothing_acts(file, &fs::read_to_string(world.path("out").join(file)).unwrap());
    }
}

/// A mirror whose files were changed by whoever carries them: what is told of that.
#[test]
fn a_mirror_that_was_tampered_with() {
    let world = signed();
    let metadata = world.path("mirror/metadata");
    let mut names: Vec<_> = fs::read_dir(&metadata)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let root = ["--root", "@root.json", "--now", NOW, "--format", "json"];
    fs::copy(metadata.join("1.root.json"), world.path("root.json")).unwrap();
    let mut refused = 0;
    for (number, text) in world.texts.iter().enumerate() {
        let path = metadata.join(&names[number % names.len()]);
        let kept = fs::read(&path).unwrap();
        fs::write(&path, bent(&kept, text, number)).unwrap();
        let run = world.run(&[&["advisory", "verify", "@mirror"], &root[..]].concat());
        document("verify", &run.stdout);
        refused += usize::from(run.code == 2);
        if number % 10 == 0 {
            world.run(&["advisory", "show", "@mirror/metadata/1.root.json"]);
        }
        fs::write(&path, kept).unwrap();
    }
    // Only a name that no signature is over may be another one.
    assert!(refused >= 190, "{refused} of {}", world.texts.len());
}

/// The file with the text in it: as a name, as a value, as all there is.
fn bent(file: &[u8], text: &str, number: usize) -> Vec<u8> {
    let mut json: Value = serde_json::from_slice(file).unwrap();
    match number % 7 {
        0 => json["signed"]["_type"] = json!(text),
        1 => json["signed"]["expires"] = json!(text),
        2 => json["signed"]["spec_version"] = json!(text),
        3 => json["signed"][text] = json!(1),
        4 => json["signatures"][0]["keyid"] = json!(text),
        5 => json["signed"]["version"] = json!(text),
        _ => return text.as_bytes().to_vec(),
    }
    json.to_string().into_bytes()
}

/// Files of the workshop that hold nothing but a text, and names of files that are one.
#[test]
fn what_cannot_be_read() {
    let world = World::new();
    for text in world.texts.iter().step_by(4) {
        fs::write(world.path("given"), text).unwrap();
        fs::write(world.path("given.json"), json!({"schema": text, text: text}).to_string())
            .unwrap();
        for args in [
            &["show", "@given"][..],
            &["show", "@given.json"],
            &["show", text],
            &["diff", "@given", "@given.json"],
            &["lint", text, text],
            &["verify", text],
            &["pull", "@given", "--trust", "@none", "--root-words", text],
            &["sign", "@given", "--key", "@alder", "--out", "@x", "--passphrase-file", "@given"],
        ] {
            let args = [&["advisory"], args, &["--format", "json"]].concat();
            let run = world.run(&args);
            assert_ne!(run.code, 0, "{args:?}");
            document(args[1], &run.stdout);
        }
    }
    assert!(!Path::new(&world.path("x")).exists());
}
