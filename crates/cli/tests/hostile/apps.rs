//! `apk show`, `apk verify` and `apk graph` on apps that are named by nobody's friend.

use crate::support::tamarisk;
use crate::{carried, carries, document, marked, nothing_acts, shown};
use std::fs;
use testkit::apk::{Apk, Component, Scheme, Signer};
use testkit::dex::{Call, Class, Dex, Op};

fn written(bytes: &[u8]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.apk");
    fs::write(&path, bytes).unwrap();
    let path = path.display().to_string();
    (folder, path)
}

#[test]
fn what_an_app_says_of_itself() {
    let texts = marked(|_| true);
    let mut app = Apk::new("org.example").sign(Signer::A, &[Scheme::V1, Scheme::V2]);
    for text in &texts {
        app = app
            .permission(text)
            .activity(Component::new(text).action(text).label(text).permission(text))
            .provider(Component::new(text))
            .member(&format!("assets/{text}"), text.as_bytes())
            .member(&format!("META-INF/{text}"), "x");
    }
    let (_folder, path) = written(&app.build());
    let json = tamarisk(&["apk", "show", &path, "--format", "json"]);
    nothing_acts("standard error", &json.stderr);
    carries("apk show --format json", &document("apk show", &json.stdout), &texts);
    let text = tamarisk(&["apk", "show", &path]);
    nothing_acts("apk show", &text.stdout);
    assert!(shown(&text.stdout, &texts) >= 50, "{}", shown(&text.stdout, &texts));
    nothing_acts("apk verify", &tamarisk(&["apk", "verify", &path, "--format", "json"]).stdout);
    for args in [["apk", "verify", &path], ["check", "--no-builtin", &path]] {
        let run = tamarisk(&args);
        nothing_acts(args[1], &run.stdout);
        nothing_acts(args[1], &run.stderr);
    }
    let report = tamarisk(&["check", "--no-builtin", "--format", "json", &path]);
    document("check --format json", &report.stdout);
}

/// What verification says of members that were changed after v1 signed them.
#[test]
fn members_that_do_not_verify() {
    let texts = marked(|text| !text.contains(['\n', '\r', '\0']) && !text.is_empty());
    let mut app = Apk::new("org.example").sign(Signer::A, &[Scheme::V1]);
    for text in &texts {
        app = app.stored(&format!("assets/{text}"), "as it was signed");
    }
    let mut bytes = app.build();
    let (signed, changed) = (b"as it was signed", b"as it was turned");
    let (before, after) = (crc(signed), crc(changed));
    for at in 0..bytes.len() - signed.len() {
        if bytes[at..].starts_with(signed) {
            bytes[at..at + signed.len()].copy_from_slice(changed);
        } else if bytes[at..].starts_with(&before) {
            bytes[at..at + 4].copy_from_slice(&after);
        }
    }
    let (_folder, path) = written(&bytes);
    let json = tamarisk(&["apk", "verify", &path, "--format", "json", "--min-sdk", "21"]);
    let told = document("apk verify", &json.stdout);
    assert!(carried(&told, &texts).len() >= 200, "{}: {told:#}", carried(&told, &texts).len());
    nothing_acts("apk verify", &tamarisk(&["apk", "verify", &path]).stdout);
}

/// CRC-32 as a zip writes it.
fn crc(bytes: &[u8]) -> [u8; 4] {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            sum >> 1 ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    });
    (!sum).to_le_bytes()
}

/// Package, version and label can be only one text in an app.
#[test]
fn names_of_apps() {
    for chunk in marked(|_| true).chunks(1).step_by(12) {
        let [text] = chunk else { continue };
        let app = Apk::new(text).literal_label(text).version(text, 1).split(text);
        let app =
            if text.len() % 2 == 0 { app } else { Apk::new(text).label(text).version(text, 1) };
        let (_folder, path) = written(&app.sign(Signer::A, &[Scheme::V2]).build());
        let json = tamarisk(&["apk", "show", &path, "--format", "json"]);
        carries("apk show", &document("apk show", &json.stdout), std::slice::from_ref(text));
        let read = tamarisk(&["read", &path]);
        let lines = read.stdout.lines().map(|line| document("read", line)).collect();
        carries("read", &lines, std::slice::from_ref(text));
        for args in [vec!["apk", "show", &path], vec!["check", "--no-builtin", &path]] {
            let run = tamarisk(&args);
            nothing_acts(args[0], &run.stdout);
            nothing_acts(args[0], &run.stderr);
        }
    }
}

/// A chain of calls from a receiver through a method of each name.
#[test]
fn ways_through_code() {
    const HOLDER: &str = "Lorg/example/Chain;";
    let texts = marked(|text| !text.contains('\0'));
    let call = |name: &str| vec![Op::call(Call::Static, HOLDER, name, "()V")];
    let mut chain = Class::new(HOLDER, "Ljava/lang/Object;");
    for (at, text) in texts.iter().enumerate() {
        let next = texts.get(at + 1).map_or_else(Vec::new, |next| call(next));
        chain = chain.method_with(text, "()V", 0x9, Some(next));
    }
    let alarm = Class::new("Lorg/example/Alarm;", "Landroid/content/BroadcastReceiver;").method(
        "onReceive",
        "(Landroid/content/Context;Landroid/content/Intent;)V",
        call(&texts[0]),
    );
    let app = Apk::new("org.example")
        .receiver("org.example.Alarm")
        .member("classes.dex", Dex { classes: vec![alarm, chain] }.bytes())
        .sign(Signer::A, &[Scheme::V2]);
    let (_folder, path) = written(&app.build());
    let to = format!("org.example.Chain.{}", texts.last().unwrap());
    let json = tamarisk(&["apk", "graph", &path, "--to", &to, "--format", "json"]);
    let told = document("apk graph", &json.stdout);
    assert_eq!(told["found"], true, "{}", json.stderr);
    carries("apk graph", &told, &texts[..texts.len() - 1]);
    let text = tamarisk(&["apk", "graph", &path, "--to", &to]).stdout;
    nothing_acts("apk graph", &text);
    assert!(shown(&text, &texts) + 1 >= texts.len());
    for text in texts.iter().step_by(8) {
        let run = tamarisk(&["apk", "graph", &path, "--to", "a.b", "--from", text]);
        nothing_acts("apk graph --from", &run.stdout);
        nothing_acts("apk graph --from", &run.stderr);
    }
}
