//! `brand add` on apps named by nobody's friend, and `verify` of results and evidence that were changed
//! by one.

use crate::support::{Run, tamarisk};
use crate::{carried, document, evidence, marked, nothing_acts, shown};
use serde_json::{Value, json};
use std::fs;
use testkit::apk::{Apk, Scheme, Signer};
use testkit::dex::{Class, Dex, Op};

fn harmless(args: &[&str]) -> Run {
    let run = tamarisk(args);
    nothing_acts(&format!("standard error of {}", args[0]), &run.stderr);
    nothing_acts(args[0], &run.stdout);
    run
}

#[test]
fn notes_of_apps() {
    let texts = marked(|text| !text.contains('\0'));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (number, some) in texts.chunks(24).enumerate() {
        let code = vec![Op::ConstString(0, some[0].clone())];
        let class =
            Class::new("Lorg/example/Own;", "Ljava/lang/Object;").method("run", "()V", code);
        let mut app = Apk::new("org.example.app").literal_label(&some[0]).version(&some[1], 1);
        app = app.member("classes.dex", Dex { classes: vec![class] }.bytes());
        for text in some {
            app = app.member(&format!("lib/arm64-v8a/{text}.so"), b"not a library".to_vec());
        }
        let file = path(&format!("{number}.apk"));
        fs::write(&file, app.sign(Signer::A, &[Scheme::V2]).build()).unwrap();
        let note = path(&format!("{number}.yaml"));
        let (own, sources) = (format!("--own={}", some[2]), some.iter().skip(3));
        let sources: Vec<String> = sources.map(|text| format!("--source={text}")).collect();
        let mut args = vec!["brand", "add", &file, &own];
        args.extend(sources.iter().map(|arg| &**arg));
        let printed = harmless(&args);
        assert_eq!(printed.code, 0, "{}", printed.stderr);
        assert!(shown(&printed.stdout, &texts) >= some.len(), "{}", printed.stdout);
        args.extend(["-o", &note]);
        assert_eq!(harmless(&args).code, 0);
        nothing_acts("the note", &fs::read_to_string(&note).unwrap());
        // Again: it tells so.
        harmless(&args);
        let check = ["check", "--no-builtin", "--quiet", "--brands", &note, &file];
        document("check", &harmless(&[&check[..], &["--format", "json"]].concat()).stdout);
        harmless(&check);
    }
    // What is no app, no note, and no brand.
    let apk = path("0.apk");
    for text in texts.iter().step_by(12) {
        fs::write(path("given"), text).unwrap();
        fs::write(path("given.yaml"), format!("package: {text}\nnames: [{text}]\n")).unwrap();
        harmless(&["brand", "add", &path("given")]);
        harmless(&["brand", "add", "--", text]);
        harmless(&["brand", "add", &apk, "-o", &path("given.yaml")]);
        let check = ["check", "--quiet", "--no-builtin", &apk, "--format", "json", "--brands"];
        document("check", &harmless(&[&check[..], &[&path("given.yaml")]].concat()).stdout);
    }
}

#[test]
fn what_verification_says() {
    let texts = marked(|text| !text.contains('\0'));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    evidence::acquisition(&texts).write_to(&folder.path().join("phone")).unwrap();
    let check = ["check", &path("phone"), "--no-builtin", "--quiet", "--out", &path("out")];
    assert_eq!(harmless(&check).code, 1);
    // All of the files with such names were changed.
    let mut changed = 0;
    for entry in fs::read_dir(folder.path().join("phone/logs")).unwrap() {
        fs::write(entry.unwrap().path(), "y").unwrap();
        changed += 1;
    }
    assert!(changed >= 150, "{changed}");
    let verify = ["verify", &path("out"), "--evidence", &path("phone")];
    let json = harmless(&[&verify[..], &["--format", "json"]].concat());
    let told = document("verify", &json.stdout);
    assert!(carried(&told, &texts).len() >= 100, "{}", carried(&told, &texts).len());
    assert_eq!(harmless(&verify).code, json.code);

    // A manifest, a signature and a time stamp by somebody else.
    let manifest: Value =
        serde_json::from_slice(&fs::read(path("out/custody.json")).unwrap()).unwrap();
    let mut bent = manifest.clone();
    bent["version"] = json!(texts[0]);
    bent["examined_at"] = json!(texts[1]);
    let outputs =
        texts.iter().map(|text| json!({"name": text, "sha256": "ab".repeat(32), "size": 1}));
    let artifacts = texts.iter().map(|text| json!({"path": text, "sha256": text, "size": 1}));
    bent["outputs"] = outputs.collect();
    bent["artifacts"] = artifacts.collect();
    fs::write(path("out/custody.json"), bent.to_string()).unwrap();
    for format in ["json", "text"] {
        harmless(&[&verify[..], &["--format", format]].concat());
    }
    for text in texts.iter().step_by(3) {
        fs::write(path("given"), text).unwrap();
        let names: [&str; 4] =
            ["custody.json", "custody.sig.json", "custody.sha256", "report.json"];
        let name = names[text.len() % 4];
        let kept = fs::read(path(&format!("out/{name}"))).ok();
        let bent = match text.len() % 3 {
            0 => text.clone(),
            1 => json!({"schema": text, text: text}).to_string(),
            _ => manifest.to_string().replace("2026", text),
        };
        fs::write(path(&format!("out/{name}")), bent).unwrap();
        for args in [
            vec!["verify", &path("out"), &format!("--key={text}")],
            vec!["verify", &path("out"), "--time-stamp", &path("given")],
            vec!["verify", &path("no"), "--key", text],
            vec!["verify", &path("given")],
        ] {
            harmless(&args);
            document("verify", &harmless(&[&args[..], &["--format", "json"]].concat()).stdout);
        }
        match kept {
            Some(bytes) => fs::write(path(&format!("out/{name}")), bytes).unwrap(),
            None => fs::remove_file(path(&format!("out/{name}"))).unwrap(),
        }
    }
}
