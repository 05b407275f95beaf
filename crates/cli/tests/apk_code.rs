//! What the code of an app shows, end to end: inert samples that carry what published reports
//! state, and real apps that must stay quiet.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.
#![allow(clippy::print_stdout)] // What is skipped is told.

mod support;

use abilities::Shown;
use serde_json::Value;
use std::path::{Path, PathBuf};
use support::tamarisk;
use testkit::apk::{Apk, Scheme, Signer};
use testkit::dex::{Call, Class, Dex, Op};

const RECEIVER: &str = "android.content.BroadcastReceiver";

/// An app with a receiver whose code is this; it never runs.
fn app(code: Vec<Op>, more: Vec<Class>) -> Vec<u8> {
    let descriptor = format!("L{};", RECEIVER.replace('.', "/"));
    let alarm = Class::new("Lorg/example/Alarm;", &descriptor).method(
        "onReceive",
        "(Landroid/content/Context;Landroid/content/Intent;)V",
        code,
    );
    let mut classes = vec![alarm];
    classes.extend(more);
    Apk::new("org.example")
        .label("Example")
        .receiver("org.example.Alarm")
        .member("classes.dex", Dex { classes }.bytes())
        .sign(Signer::A, &[Scheme::V2])
        .build()
}

fn texts(words: &[&str]) -> Vec<Op> {
    words.iter().map(|word| Op::ConstString(0, (*word).into())).collect()
}

fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.apk");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// Strength and rule or indicator kind of every finding that is no note.
fn findings(path: &Path, more: &[&str]) -> Vec<(String, String)> {
    let path = path.to_string_lossy();
    let run = tamarisk(&[&["check", "--format", "json", "--quiet", &path], more].concat());
    let report: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    let all = report["findings"].as_array().unwrap().iter();
    all.filter(|one| one["strength"] != "note")
        .map(|one| {
            let because = &one["because"];
            let named = if because["kind"] == "rule" { &because["id"] } else { &because["kind"] };
            (one["strength"].as_str().unwrap().to_owned(), named.as_str().unwrap().to_owned())
        })
        .collect()
}

/// Texts and classes as the reports state them (`../shared/threat/behaviours.md`: 1.2, 1.4, 1.5;
/// 2.3, 2.7; 3.1, 3.2; 4.6, 4.8; 5, 5.7).
#[test]
fn each_family_is_found_by_its_own_words_and_by_no_other() {
    let named = |classes: &[&str]| -> Vec<Class> {
        classes.iter().map(|name| Class::new(name, "Ljava/lang/Object;")).collect()
    };
    for (family, words, classes) in [
        ("badbazaar", &["ConfigPipe", "ForwordTo"][..], &["Lcom/whatsapp/common/Community;"][..]),
        ("badsignal", &["https://c2.example:4432/api/QRCode?imei=", "ramimei"], &[]),
        ("badsolar", &["yhnrfv", "!QAZ2wsx"], &["Lcom/solarcs/executor/CommandHandler;"]),
        ("moonshine", &["GET /ws?whisky_id=", "hots scot", "GET_REPLACE_SO_PATH_FAILED"], &[]),
        ("darknimbus", &["AudioFirstPiece", "DKNS"], &[]),
    ] {
        let (_folder, path) = written(&app(texts(words), named(classes)));
        let expected = [("strong".to_owned(), format!("code-of-{family}"))];
        assert_eq!(findings(&path, &["--no-builtin"]), expected, "{family}");
        // One word alone is chance.
        let (_folder, path) = written(&app(texts(&words[..1]), Vec::new()));
        assert_eq!(findings(&path, &["--no-builtin"]), [], "{family}");
    }
}

/// The host of BADBAZAAR as its loader covers it: three letters of junk, then base64 (1.6).
#[test]
fn a_covered_host_is_matched() {
    let (_folder, path) = written(&app(texts(&["DT3Z2dsLndob3NjYWxsZXIubmV0"]), Vec::new()));
    let found = findings(&path, &[]);
    assert!(found.contains(&("strong".to_owned(), "indicator".to_owned())), "{found:?}");
}

/// Code that an app carries in an archive among its assets is read too.
#[test]
fn code_in_an_archive_of_the_assets_is_read() {
    let hidden = Class::new("Lorg/example/Hidden;", "Ljava/lang/Object;").method(
        "x",
        "()V",
        texts(&["whisky_id", "hots scot", "GET_PLUGIN_INFO"]),
    );
    let jar = Apk::new("org.example.jar")
        .member("classes.dex", Dex { classes: vec![hidden] }.bytes())
        .build();
    let apk = Apk::new("org.example").label("Example").member("assets/common.jar", jar);
    let (_folder, path) = written(&apk.sign(Signer::A, &[Scheme::V2]).build());
    let found = findings(&path, &["--no-builtin"]);
    assert!(found.contains(&("strong".to_owned(), "code-of-moonshine".to_owned())), "{found:?}");
}

#[test]
fn show_and_graph_tell_the_way() {
    let record = Op::call(Call::Virtual, "Landroid/media/AudioRecord;", "startRecording", "()V");
    let (_folder, path) = written(&app(vec![record], Vec::new()));
    let path = path.to_string_lossy();
    let run = tamarisk(&["apk", "show", &*path, "--format", "json"]);
    let shown: Value = serde_json::from_str(&run.stdout).unwrap();
    let [ability] = &shown["abilities"].as_array().unwrap()[..] else { panic!("{shown}") };
    assert_eq!(ability["id"], "microphone");
    assert_eq!(ability["technique"], "T1429");
    assert_eq!(ability["kind"], "reachability");
    assert_eq!(ability["entry"]["component"], "org.example.Alarm");
    assert_eq!(ability["entry"]["method"], "onReceive");
    assert_eq!(ability["path"][0]["offset"], 0);
    assert_eq!(shown["code"]["methods"], 1);
    assert_eq!(shown["code"]["edges"], 1);

    let graph = |to: &str, more: &[&str]| {
        tamarisk(&[&["apk", "graph", &*path, "--to", to, "--format", "json"], more].concat())
    };
    let found = graph("android.media.AudioRecord.startRecording", &[]);
    let document: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!((found.code, &document["found"]), (0, &Value::Bool(true)));
    assert_eq!(document["path"][0]["class"], "org.example.Alarm");
    assert_eq!(graph("android.hardware.Camera.open", &[]).code, 1);
    let absent = ["--from", "org.example.Absent"];
    assert_eq!(graph("android.hardware.Camera.open", &absent).code, 2);
    assert_eq!(graph("nodots", &[]).code, 2);

    // From a class, and from a method that Android does not call: the way begins there.
    let from = |place: &str| {
        let run = graph("android.media.AudioRecord.startRecording", &["--from", place]);
        let document: Value = serde_json::from_str(&run.stdout).unwrap_or_default();
        (run.code, document["path"][0]["method"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(from("org.example.Alarm"), (0, "onReceive".to_owned()));
    assert_eq!(from("org.example.Alarm.onReceive"), (0, "onReceive".to_owned()));
    assert_eq!(from("org.example.Alarm.absent").0, 2);
}

/// Two classes that the application names are made by Android beside the components: the one that makes
/// these, before all others, and the agent of backups.
#[test]
fn the_factory_of_components_and_the_agent_of_backups_are_entries() {
    let app = |factory: &str, agent: &str| {
        let call = |class: &str, method: &str| vec![Op::call(Call::Virtual, class, method, "()V")];
        let record = call("Landroid/media/AudioRecord;", "startRecording");
        let open = call("Landroid/hardware/Camera;", "open");
        let above = "Landroid/app/AppComponentFactory;";
        let makes = "(Ljava/lang/ClassLoader;Ljava/lang/String;)Landroid/app/Application;";
        let classes = vec![
            Class::new("Lorg/example/Makes;", above).method(
                "instantiateApplication",
                makes,
                record,
            ),
            Class::new("Lorg/example/Keeps;", "Landroid/app/backup/BackupAgent;")
                .method("onCreate", "()V", open),
        ];
        let app = Apk::new("org.example").component_factory(factory).backup_agent(agent);
        written(&app.member("classes.dex", Dex { classes }.bytes()).build())
    };
    let told = |path: &Path| {
        let run = tamarisk(&["apk", "show", &*path.to_string_lossy(), "--format", "json"]);
        let shown: Value = serde_json::from_str(&run.stdout).unwrap();
        support::keeps_to_schema("apk_show", &shown);
        let all = shown["abilities"].as_array().unwrap().iter();
        let told = |one: &Value| (one["id"].clone(), one["entry"]["trigger"].clone());
        all.map(told).collect::<Vec<_>>()
    };
    let (_folder, path) = app(".Makes", ".Keeps");
    let expected = ["camera", "microphone"].map(|id| (id.into(), "application".into()));
    assert_eq!(told(&path), expected);
    let (_folder, path) = app("androidx.core.app.CoreComponentFactory", "org.example.Other");
    assert_eq!(told(&path), []);
}

/// Where calls lead out of byte code, the libraries that hold the method by its JNI name are told, and a
/// way may end there; which code stands behind is not seen.
#[test]
fn native_methods_are_told_with_the_libraries_that_hold_them() {
    let functions = ["Java_org_example_Keys_take_1all", "Java_org_example_Keys_other__I"];
    let Some(library) = testkit::native::library("libkeys.so", &functions) else {
        println!("skipped: no cc that makes ELF files here");
        return;
    };
    let keys = "Lorg/example/Keys;";
    let native = |class: Class, name: &str| class.method_with(name, "()V", 0x109, None);
    let class = ["take_all", "other", "registered", "idle"]
        .into_iter()
        .fold(Class::new(keys, "Ljava/lang/Object;"), native);
    let call = |name: &str| Op::call(Call::Static, keys, name, "()V");
    let base = app(vec![call("take_all"), call("registered"), call("other")], vec![class]);
    let split = Apk::new("org.example").split("config.x86_64");
    let split = split.member("lib/x86_64/libkeys.so", library).build();
    let set = testkit::archive::zip([("base.apk", &base[..]), ("config.x86_64.apk", &split)]);
    let (_folder, path) = written(&set);
    let path = path.to_string_lossy();
    let run = tamarisk(&["apk", "show", &*path, "--format", "json"]);
    let shown: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    support::keeps_to_schema("apk_show", &shown);
    let mut told: Vec<_> = shown["code"]["native_methods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            assert_eq!(one["class"], "org.example.Keys");
            let libraries = one["libraries"].as_array().unwrap().len();
            (one["method"].as_str().unwrap(), one["reached"] == true, libraries)
        })
        .collect();
    told.sort_unstable();
    let expected =
        [("idle", false, 0), ("other", true, 1), ("registered", true, 0), ("take_all", true, 1)];
    assert_eq!(told, expected);
    let place = "config.x86_64.apk!/lib/x86_64/libkeys.so";
    let text = tamarisk(&["apk", "show", &*path]).stdout;
    assert!(text.contains(&format!("org.example.Keys.take_all: in {place}")), "{text}");
    assert!(text.contains("org.example.Keys.registered: in no library by its name"), "{text}");
    let graph = tamarisk(&["apk", "graph", &*path, "--to", "org.example.Keys.take_all"]);
    assert_eq!(graph.code, 0, "{}", graph.stdout);
}

/// Base and splits are one app, loaded in the order of the base and of the splits' names, wherever they
/// stand in the set: a way leads from one into the other, and of two classes with one name the first
/// counts. Another app in the set is none of it.
#[test]
fn the_code_of_a_set_is_that_of_its_base_and_splits() {
    let code = |class: &str, superclass: &str, method: &str, code: Vec<Op>| {
        let descriptor = "(Landroid/content/Context;Landroid/content/Intent;)V";
        let class = Class::new(class, superclass).method(method, descriptor, code);
        Dex { classes: vec![class] }.bytes()
    };
    let call = |class: &str, method: &str| Op::call(Call::Virtual, class, method, "()V");
    let into = |class: &str| {
        let descriptor = "(Landroid/content/Context;Landroid/content/Intent;)V";
        vec![Op::New(0, class.into()), Op::call(Call::Virtual, class, "go", descriptor)]
    };
    let receiver = format!("L{};", RECEIVER.replace('.', "/"));
    let object = "Ljava/lang/Object;";
    let feature = "Lorg/example/Feature;";
    let base = Apk::new("org.example").label("Example").receiver("org.example.Alarm");
    let base = base
        .member("classes.dex", code("Lorg/example/Alarm;", &receiver, "onReceive", into(feature)));
    let split =
        |name: &str, dex: Vec<u8>| Apk::new("org.example").split(name).member("classes.dex", dex);
    let record = call("Landroid/media/AudioRecord;", "startRecording");
    let first = split("feature1", code(feature, object, "go", vec![record]));
    let open = call("Landroid/hardware/Camera;", "open");
    let second = split("feature2", code(feature, object, "go", vec![open.clone()]));
    // Its own manifest names a service that only it has.
    let third = code("Lorg/example/Late;", "Landroid/app/Service;", "onStartCommand", vec![open]);
    let third = split("feature3", third).service("org.example.Late");
    let other = Apk::new("org.other").receiver("org.other.Alarm");
    let sends = call("Landroid/telephony/SmsManager;", "sendTextMessage");
    let other =
        other.member("classes.dex", code("Lorg/other/Alarm;", &receiver, "onReceive", vec![sends]));
    let members = [
        ("feature2.apk", second.build()),
        ("feature1.apk", first.build()),
        ("base.apk", base.build()),
        ("other.apk", other.build()),
        ("feature3.apk", third.build()),
    ];
    let members = members.iter().map(|(name, bytes)| (*name, bytes.as_slice()));
    let (_folder, path) = written(&testkit::archive::zip(members));
    let path = path.to_string_lossy();
    let run = tamarisk(&["apk", "show", &*path, "--format", "json"]);
    let shown: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    support::keeps_to_schema("apk_show", &shown);
    let told: Vec<_> = shown["abilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let steps = one["path"].as_array().unwrap();
            let classes: Vec<_> = steps.iter().map(|one| one["class"].as_str().unwrap()).collect();
            (one["id"].as_str().unwrap(), classes)
        })
        .collect();
    let expected = [
        ("camera", vec!["org.example.Late"]),
        ("microphone", vec!["org.example.Alarm", "org.example.Feature"]),
    ];
    assert_eq!(told, expected);
    assert_eq!(shown["code"]["repeated_classes"], 1);
    let problems = shown["problems"].to_string();
    assert!(problems.contains("not read: the code of other.apk"), "{problems}");
    let odd = shown["anomalies"].to_string();
    assert!(odd.contains("feature2.apk!/classes.dex"), "{odd}");
    let to = "android.media.AudioRecord.startRecording";
    assert_eq!(tamarisk(&["apk", "graph", &*path, "--to", to]).code, 0);
}

/// `--from` takes a method that nothing calls, which is no entry of its class.
#[test]
fn a_way_may_begin_at_any_method() {
    let record = Op::call(Call::Virtual, "Landroid/media/AudioRecord;", "startRecording", "()V");
    let idle = Class::new("Lorg/example/Idle;", "Ljava/lang/Object;").method(
        "helper",
        "()V",
        vec![record],
    );
    let (_folder, path) = written(&app(Vec::new(), vec![idle]));
    let path = path.to_string_lossy();
    let code = |from: &str| {
        let to = "android.media.AudioRecord.startRecording";
        tamarisk(&["apk", "graph", &*path, "--from", from, "--to", to]).code
    };
    assert_eq!((code("org.example.Idle"), code("org.example.Idle.helper")), (1, 0));
}

/// Real apps that other projects ship: nothing in them is for review or more.
#[test]
fn real_apps_stay_quiet() {
    let target = Path::new(env!("CARGO_BIN_EXE_tamarisk")).ancestors().nth(2).unwrap();
    let folder = std::fs::read_dir(target.join("peers/apks")).into_iter().flatten().flatten();
    let apps: Vec<PathBuf> = folder
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "apk"))
        .collect();
    if apps.is_empty() {
        return println!("skipped: no real apps here (cargo xtask test fetches them)");
    }
    for app in apps {
        let loud: Vec<_> = findings(&app, &[]);
        assert_eq!(loud, [], "{}", app.display());
    }
}

/// What `tamarisk read` tells of addresses and certificates: kind, value, cover, member.
fn contained(path: &Path) -> Vec<(String, String, String, String)> {
    let path = path.to_string_lossy();
    let run = tamarisk(&["read", "--quiet", &path]);
    let facts = run.stdout.lines().filter_map(|line| {
        let record: Value = serde_json::from_str(line).ok()?;
        (record["kind"] == "code_contains").then(|| record["fields"].clone())
    });
    let text = |fact: &Value, key: &str| fact[key].as_str().unwrap_or_default().to_owned();
    facts
        .map(|fact| {
            (text(&fact, "what"), text(&fact, "value"), text(&fact, "cover"), text(&fact, "member"))
        })
        .collect()
}

/// Addresses stand in resources, libraries and assets too, and behind an exclusive or in code.
#[test]
fn addresses_are_told_wherever_they_stand() {
    let wide: Vec<u8> = "https://wide.example.org/a".bytes().flat_map(|byte| [byte, 0]).collect();
    let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let apk = Apk::new("org.example")
        .label("Example, see https://label.example.org/x")
        .member("assets/config.json", b"{\"c2\": \"203.0.113.7:4432\"}".to_vec())
        .member(
            "lib/arm64-v8a/libx.so",
            [b"\x7fELF\0\0up.relay-example.net\0".as_slice(), &wide].concat(),
        )
        // No certificate, and no address: nothing is told of them.
        .member("assets/broken.pem", pem.as_bytes().to_vec())
        .member("assets/names.txt", b"libfoo.so 1.2.3 image.png org.example.Main".to_vec());
    let (_folder, path) = written(&apk.sign(Signer::A, &[Scheme::V2]).build());
    let found = contained(&path);
    let has = |what: &str, value: &str, member: &str| {
        found
            .iter()
            .any(|(w, v, cover, m)| w == what && v == value && cover.is_empty() && m == member)
    };
    assert!(has("url", "https://label.example.org/x", "resources.arsc"), "{found:?}");
    assert!(has("host", "203.0.113.7", "assets/config.json"), "{found:?}");
    assert!(has("host", "up.relay-example.net", "lib/arm64-v8a/libx.so"), "{found:?}");
    assert!(has("url", "https://wide.example.org/a", "lib/arm64-v8a/libx.so"), "{found:?}");
    assert!(found.iter().all(|(what, ..)| what != "certificate"), "{found:?}");
    assert!(found.iter().all(|(.., member)| member != "assets/names.txt"), "{found:?}");
}

/// A loop that takes an exclusive or of an array with a constant, assembled by Debian's smali.
#[test]
fn an_address_behind_an_exclusive_or_is_told_with_its_cover() {
    let hidden = "https://relay.example.org/up";
    let table: String =
        hidden.bytes().map(|byte| format!("        {:#x}t\n", byte ^ 0x21)).collect();
    let class = format!(
        "
.class public Lorg/example/Hidden;
.super Ljava/lang/Object;
.method public static open()[B
    .registers 4
    const/16 v0, {:#x}
    new-array v0, v0, [B
    fill-array-data v0, :data
    const/4 v1, 0x0
    :again
    array-length v2, v0
    if-ge v1, v2, :done
    aget-byte v2, v0, v1
    xor-int/lit8 v2, v2, 0x21
    int-to-byte v2, v2
    aput-byte v2, v0, v1
    add-int/lit8 v1, v1, 0x1
    goto :again
    :done
    return-object v0
    :data
    .array-data 1
{table}    .end array-data
.end method
",
        hidden.len()
    );
    let Some(dex) = testkit::smali::assemble(&[&class], 30) else {
        println!("skipped: smali is not installed");
        return;
    };
    let apk = Apk::new("org.example").label("Example").member("classes.dex", dex);
    let (_folder, path) = written(&apk.sign(Signer::A, &[Scheme::V2]).build());
    let found = contained(&path);
    let expected = ("url", hidden, "xor", "classes.dex");
    let is_it = |(w, v, c, m): &(String, String, String, String)| {
        (w.as_str(), v.as_str(), c.as_str(), m.as_str()) == expected
    };
    assert!(found.iter().any(is_it), "{found:?}");
}

/// Code in a VDEX among the assets, in an archive under a name of its own, and in front of the zip.
#[test]
fn code_is_found_whatever_it_is_called_and_wherever_it_stands() {
    let words = ["whisky_id", "hots scot", "GET_PLUGIN_INFO"];
    let class =
        Class::new("Lorg/example/Hidden;", "Ljava/lang/Object;").method("x", "()V", texts(&words));
    let dex = Dex { classes: vec![class] }.bytes();
    let number = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    // AOSP vdex_file.h, version 010: one file, its size, nothing else; a checksum.
    let vdex = [
        &b"vdex010\0"[..],
        &number(1),
        &number(dex.len()),
        &number(0),
        &number(0),
        &number(0),
        &dex,
    ]
    .concat();
    let archive = Apk::new("org.example.inner").member("pictures/a.png", dex.clone()).build();
    let app = || Apk::new("org.example").label("Example");
    let signed = |apk: Apk| apk.sign(Signer::A, &[Scheme::V1]).build();
    for (name, bytes) in [
        ("vdex", signed(app().member("assets/base.vdex", vdex))),
        ("archive", signed(app().member("assets/data.bin", archive))),
        ("in front", [dex, signed(app())].concat()),
    ] {
        let (_folder, path) = written(&bytes);
        let found = findings(&path, &["--no-builtin"]);
        assert!(
            found.contains(&("strong".to_owned(), "code-of-moonshine".to_owned())),
            "{name}: {found:?}"
        );
    }
}

/// One app for each ability, which does all that its page names, unseen; a single ability never raises a
/// finding. The page of each says so of one call at a time, this of the program and its rules.
#[test]
fn a_single_ability_never_raises_a_finding() {
    let abilities = abilities::Abilities::built_in();
    let folder = tempfile::tempdir().unwrap();
    for ability in abilities.list() {
        let code = ability.calls.iter().map(|call| match &call.shown {
            Shown::Method(class, name) => Op::call(Call::Virtual, class, name, "()V"),
            Shown::Field(class, name) => {
                Op::ReadField(0, class.clone(), name.clone(), "Landroid/net/Uri;".into())
            }
            Shown::Text(text) => Op::ConstString(0, text.clone()),
            Shown::Prefix(text) => Op::ConstString(0, format!("{text}x")),
        });
        let mut apk = Apk::new(&format!("org.example.{}", ability.id)).label("Example");
        for permission in &ability.permissions {
            apk = apk.permission(permission);
        }
        let name = format!("org.example.{}.Alarm", ability.id);
        let above = format!("L{};", RECEIVER.replace('.', "/"));
        let alarm = Class::new(&format!("L{};", name.replace('.', "/")), &above).method(
            "onReceive",
            "(Landroid/content/Context;Landroid/content/Intent;)V",
            code.collect(),
        );
        let dex = Dex { classes: vec![alarm] }.bytes();
        let apk = apk.receiver(name.as_str()).member("classes.dex", dex);
        let bytes = apk.sign(Signer::A, &[Scheme::V2]).build();
        std::fs::write(folder.path().join(format!("{}.apk", ability.id)), bytes).unwrap();
    }
    assert_eq!(findings(folder.path(), &[]), []);
    // It was seen all the same: each ability, in the app that is made for it.
    let run = tamarisk(&["read", "--quiet", &*folder.path().to_string_lossy()]);
    for ability in abilities.list() {
        let (package, id) = (format!("org.example.{}", ability.id), ability.id.as_str());
        let seen = run.stdout.lines().any(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            let fields = &record["fields"];
            record["kind"] == "code_reaches"
                && fields["package"] == *package
                && fields["ability"] == id
        });
        assert!(seen, "{id}");
    }
}

/// Whatever shows a way says that it is reachability, each time.
#[test]
fn each_output_says_that_a_way_is_reachability() {
    let made = testkit::case_apps::case_apps();
    let (_, bytes) = made.iter().find(|(path, _)| path.ends_with("/watches.apk")).unwrap();
    let (folder, path) = written(bytes);
    let (path, out) = (path.to_string_lossy(), folder.path().join("out"));
    let run = tamarisk(&["check", &*path, "--out", &*out.to_string_lossy(), "--quiet"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let file = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let printed = |args: &[&str]| tamarisk(args).stdout;
    for (name, text) in [
        ("report.json", file("report.json")),
        ("report.html", file("report.html")),
        ("timeline.csv", file("timeline.csv")),
        ("text", printed(&["check", &*path, "--quiet", "--format", "text"])),
    ] {
        // Lines are broken for people.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let ways = text.matches("org.example.watches.Main leads to").count();
        assert!(name == "timeline.csv" || ways >= 3, "{name}: {text}");
        assert_eq!(text.matches("reachability, not data flow").count(), ways, "{name}: {text}");
    }
    for line in printed(&["read", "--quiet", &*path]).lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        assert!(
            record["kind"] != "code_reaches" || record["fields"]["shows"] == "reachability",
            "{line}"
        );
    }
    let to = "android.media.AudioRecord.startRecording";
    for args in [
        &["apk", "show", &*path][..],
        &["apk", "show", &*path, "--format", "json"],
        &["apk", "graph", &*path, "--to", to],
        &["apk", "graph", &*path, "--to", to, "--format", "json"],
    ] {
        assert!(printed(args).contains("reachability"), "{args:?}");
    }
}

/// A certificate is known by its hash in whatever way it is carried: DER under any name, PEM, base64 in
/// code. BADBAZAAR pins one so (`../shared/threat/behaviours.md`, 1.7); the indicator that is built in is of
/// the same kind.
#[test]
fn a_pinned_certificate_is_matched_as_file_and_as_text() {
    let der = Signer::B.certificate();
    let hash = Signer::B.certificate_sha256();
    let packed = base64(der);
    let lines: Vec<String> = packed
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    let pem =
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
    let list = format!(
        r#"{{"type":"bundle","id":"bundle--11111111-1111-4111-8111-111111111111","objects":[{{"type":"indicator","spec_version":"2.1","id":"indicator--22222222-2222-4222-8222-222222222222","created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","pattern":"[file:hashes.'SHA-256' = '{hash}']","pattern_type":"stix","valid_from":"2020-01-01T00:00:00Z","name":"pinned certificate"}}]}}"#
    );
    let folder = tempfile::tempdir().unwrap();
    let advisory = folder.path().join("advisory.json");
    std::fs::write(&advisory, list).unwrap();
    let advisory = advisory.to_string_lossy().into_owned();
    let plain = || Apk::new("org.example").label("Example");
    let signed = |apk: Apk| apk.sign(Signer::A, &[Scheme::V2]).build();
    for (name, bytes) in [
        ("a file in DER", signed(plain().member("assets/common.cer", der.to_vec()))),
        ("a file in PEM", signed(plain().member("res/raw/pin.pem", pem.into_bytes()))),
        ("a text in code", app(texts(&[&packed]), Vec::new())),
    ] {
        let (_folder, path) = written(&bytes);
        let found = findings(&path, &["--no-builtin", "--advisory", &advisory]);
        assert_eq!(found, [("strong".to_owned(), "indicator".to_owned())], "{name}");
    }
    // Another certificate in the same places is none.
    let other = signed(plain().member("assets/common.cer", Signer::C.certificate().to_vec()));
    let (_folder, path) = written(&other);
    assert_eq!(findings(&path, &["--no-builtin", "--advisory", &advisory]), []);
}

/// Base64 as RFC 4648 section 4 says, by hand, so that nothing is taken from what is tested.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let number =
            (0..3).fold(0_u32, |sum, at| sum << 8 | u32::from(*part.get(at).unwrap_or(&0)));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= part.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// Code that is made to deceive is told as an anomaly of the package, with its place, wherever apps are
/// shown; and what lies beside it is still read: the ability of the class that is whole.
#[test]
fn odd_code_is_an_anomaly_and_the_rest_is_read() {
    let record = Op::call(Call::Virtual, "Landroid/media/AudioRecord;", "startRecording", "()V");
    let broken = Class::new("Lorg/example/Broken;", "Ljava/lang/Object;").method(
        "x",
        "()V",
        vec![Op::Raw(vec![0x003e])],
    );
    let circle = Class::new("Lorg/example/Circle;", "Lorg/example/Circle;");
    let (_folder, path) = written(&app(vec![record], vec![broken, circle]));
    let path = path.to_string_lossy();
    let run = tamarisk(&["apk", "show", &*path, "--format", "json"]);
    let shown: Value = serde_json::from_str(&run.stdout).unwrap();
    let ids: Vec<&str> = shown["anomalies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|odd| odd["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(
        ids.contains(&"dex-unknown-opcode") && ids.contains(&"dex-hierarchy-circle"),
        "{ids:?}"
    );
    assert!(
        shown["anomalies"].as_array().unwrap().iter().all(|odd| odd["member"] == "classes.dex")
    );
    assert_eq!(shown["abilities"][0]["id"], "microphone");
    let read = tamarisk(&["read", "--quiet", &*path]).stdout;
    for id in ["dex-unknown-opcode", "dex-hierarchy-circle"] {
        let told = read.lines().any(|line| line.contains("package_anomaly") && line.contains(id));
        assert!(told, "{id}");
    }
}

/// The public sets of packages hold no code of these families: none is found in any of them.
#[test]
fn no_family_is_found_in_the_public_packages() {
    let shared = std::env::var_os("TAMARISK_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("cases/apk");
    if !folder.is_dir() {
        return println!("skipped: {} is not there", folder.display());
    }
    let found = findings(&folder, &["--no-builtin"]);
    let families: Vec<_> = found.iter().filter(|(_, rule)| rule.starts_with("code-")).collect();
    assert!(families.is_empty(), "{families:?}");
}
