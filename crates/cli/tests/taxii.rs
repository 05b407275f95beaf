//! `tamarisk taxii` and `tamarisk sighting` from end to end.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;
use support::taxii::{PASSWORD, Serving, bundle, indicator, is_built};
use support::{keeps_to_schema, schema_is_tight, tamarisk, tamarisk_fed};

#[test]
fn a_bundle_goes_in_and_comes_out_as_an_advisory() {
    if !is_built() {
        return;
    }
    let mut serving = Serving::new();
    serving.start();
    let given = serving.path("given.json");
    fs::write(&given, bundle(0..250)).unwrap();
    let pushed = serving
        .taxii("push", &["--collection", "warnings", "--format", "json", given.to_str().unwrap()]);
    assert_eq!(pushed.code, 0, "{}", pushed.stderr);
    let told: Value = serde_json::from_str(&pushed.stdout).unwrap();
    schema_is_tight("taxii", &told, &[]);
    assert_eq!((told["added"].as_u64(), told["refused"].as_u64()), (Some(250), Some(0)));
    let output = serving.path("pulled.json");
    let pulled = serving.taxii(
        "pull",
        &["--collection", "warnings", "--format", "json", "-o", output.to_str().unwrap()],
    );
    assert_eq!(pulled.code, 0, "{}", pulled.stderr);
    let told: Value = serde_json::from_str(&pulled.stdout).unwrap();
    schema_is_tight("taxii", &told, &[]);
    assert_eq!((told["objects"].as_u64(), told["pages"].as_u64()), (Some(250), Some(3)));
    let bundle: Value = serde_json::from_slice(&fs::read(&output).unwrap()).unwrap();
    let first: Value = serde_json::from_str(&indicator(0)).unwrap();
    assert_eq!((bundle["objects"].as_array().unwrap().len(), &bundle["objects"][0]), (250, &first));
    // Our own reader of lists takes it.
    let shown = tamarisk(&["indicators", "lint", output.to_str().unwrap()]);
    assert!(shown.code <= 1, "{}", shown.stderr);
    // An object under a name that is taken is refused, and the exit code says so.
    fs::write(&given, indicator(1).replace("n1.example", "forged.example")).unwrap();
    let text = format!(
        r#"{{"type":"bundle","id":"bundle--1","objects":[{}]}}"#,
        fs::read_to_string(&given).unwrap()
    );
    fs::write(&given, text).unwrap();
    let refused = serving.taxii("push", &["--collection", "warnings", given.to_str().unwrap()]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stdout.contains("another object with this id"), "{}", refused.stdout);
    let refused = serving
        .taxii("push", &["--collection", "warnings", "--format", "json", given.to_str().unwrap()]);
    let refused: Value = serde_json::from_str(&refused.stdout).unwrap();
    schema_is_tight("taxii", &refused, &[]);
    assert_eq!(refused["failures"].as_array().unwrap().len(), 1);
    let listed = serving.taxii("collections", &["--format", "json"]);
    schema_is_tight("taxii", &serde_json::from_str(&listed.stdout).unwrap(), &[]);
    let listed = serving.taxii("collections", &[]);
    assert_eq!(listed.stdout.lines().count(), 2, "{}", listed.stdout);
    // Neither the log nor any output holds the password.
    serving.kill();
    let log = fs::read_to_string(serving.path("log.jsonl")).unwrap();
    assert!(log.contains("\"account\":\"agency\"") && !log.contains(PASSWORD));
    let admin = |what| serving.admin(&[what, "--format", "json"], "");
    for lines in [log, admin("audit"), admin("accounts"), admin("collections")] {
        assert!(!lines.is_empty());
        lines.lines().for_each(|line| {
            schema_is_tight("taxii", &serde_json::from_str(line).unwrap(), &[]);
        });
    }
    let audit = serving.admin(&["audit"], "");
    assert!(audit.contains("push") && audit.contains("250 objects, 250 new"), "{audit}");
}

#[test]
fn a_wrong_password_and_a_wrong_address_are_told() {
    if !is_built() {
        return;
    }
    let mut serving = Serving::new();
    serving.start();
    let output = serving.path("out.json");
    let args = [
        "taxii",
        "pull",
        &serving.url,
        "--user",
        "agency",
        "--password-file",
        "-",
        "-o",
        output.to_str().unwrap(),
    ];
    let run = tamarisk_fed(&args, b"guess\n");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("credentials") && !run.stderr.contains("guess"), "{}", run.stderr);
    let run =
        tamarisk(&["taxii", "collections", "http://u:p4ssw0rd@127.0.0.1/", "--format", "json"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stdout.contains("\"code\":\"address\"") && !run.stderr.contains("p4ssw0rd"),
        "{}",
        run.stdout
    );
    keeps_to_schema("taxii", &serde_json::from_str(&run.stdout).unwrap());
    // Not served to others without encryption.
    let store = serving.path("store.db");
    let run =
        tamarisk(&["taxii", "serve", "--listen", "0.0.0.0:0", "--store", store.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--cert"), "{}", run.stderr);
}

/// SIGTERM in the middle of a push: it is answered, kept, and the server ends by itself.
#[cfg(unix)]
#[test]
fn what_is_under_way_when_it_is_told_to_stop_is_answered() {
    if !is_built() {
        return;
    }
    let mut serving = Serving::new();
    serving.start();
    let host = serving.url.trim_start_matches("http://").trim_end_matches("/taxii2/").to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let body = format!(r#"{{"objects":[{}]}}"#, indicator(1));
    // `agency` and its password, in base64.
    let secret = "YWdlbmN5OmEgcGFzc3dvcmQgb2Ygc29tZSBsZW5ndGg=";
    let media = "application/taxii+json;version=2.1";
    write!(
        stream,
        "POST /api/collections/warnings/objects/ HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {secret}\r\n\
         Content-Type: {media}\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    // It has begun with the request once it asks for the body.
    let mut buffer = [0; 4096];
    let read = stream.read(&mut buffer).unwrap();
    assert!(buffer[..read].starts_with(b"HTTP/1.1 100 "), "{:?}", &buffer[..read]);
    let mut answer = String::new();
    let ended = serving.terminate(|| {
        stream.write_all(&body.as_bytes()[..40]).unwrap();
        stream.write_all(&body.as_bytes()[40..]).unwrap();
        stream.read_to_string(&mut answer).unwrap();
    });
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    assert!(ended.success(), "{ended}");
    assert!(TcpStream::connect(&host).is_err(), "nobody listens any more");
    // Its log of writes is folded into the store.
    let log = fs::metadata(serving.path("store.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0);
    serving.start();
    let output = serving.path("out.json");
    let pulled =
        serving.taxii("pull", &["--collection", "warnings", "-o", output.to_str().unwrap()]);
    assert_eq!(pulled.code, 0, "{}", pulled.stderr);
    let bundle: Value = serde_json::from_slice(&fs::read(&output).unwrap()).unwrap();
    assert_eq!(bundle["objects"].as_array().unwrap().len(), 1);
}

#[test]
fn a_build_without_the_server_says_so() {
    if cfg!(feature = "taxii-server") {
        support::skipped("this build has the TAXII server");
        return;
    }
    for words in [&["serve", "--store", "x.db"][..], &["admin", "audit", "--store", "x.db"]] {
        let run = tamarisk(&[&["taxii"], words].concat());
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains("without its TAXII server"), "{}", run.stderr);
    }
}

/// A mistyped path would otherwise leave a store behind that looks like one in which nothing is.
#[test]
fn a_store_that_is_not_there_is_not_made_to_look_into() {
    if !is_built() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("mistyped.db");
    let store_text = store.to_str().unwrap();
    for words in [
        &["accounts"][..],
        &["collections"],
        &["sightings"],
        &["audit"],
        &["set-ceiling", "agency", "green"],
        &["remove-account", "agency"],
        &["remove-collection", "warnings"],
        &["grant", "agency", "warnings", "--read"],
    ] {
        let run = tamarisk(&[&["taxii", "admin"], words, &["--store", store_text]].concat());
        assert_eq!(run.code, 2, "{words:?}: {}", run.stdout);
        assert!(
            run.stderr.contains("no store") && run.stderr.contains("add-root"),
            "{}",
            run.stderr
        );
        assert!(!store.exists(), "{words:?}");
    }
    let root = ["taxii", "admin", "add-root", "api", "--title", "API", "--store", store_text];
    assert_eq!(tamarisk(&root).code, 0);
    assert_eq!(tamarisk(&["taxii", "admin", "accounts", "--store", store_text]).code, 0);
}

#[test]
fn an_interrupted_pull_is_taken_up() {
    let id = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let about = [
            r#"{"title":"r","versions":[],"max_content_length":1000}"#.to_owned(),
            format!(
                r#"{{"collections":[{{"id":"{id}","title":"c","can_read":true,"can_write":false}}]}}"#
            ),
        ];
        let page = |n: u32, more: &str| format!(r#"{{{more}"objects":[{}]}}"#, indicator(n));
        let answers = [
            (200, about[0].clone()),
            (200, about[1].clone()),
            (200, page(1, r#""more":true,"next":"two","#)),
            (403, "{}".to_owned()),
            (200, about[0].clone()),
            (200, about[1].clone()),
            (200, page(2, "")),
        ];
        let mut heads = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                head.push(byte[0]);
            }
            heads.push(String::from_utf8(head).unwrap());
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            )
            .unwrap();
        }
        heads
    });
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.json");
    // The token comes from a file; nothing that is printed holds it.
    let token = folder.path().join("token");
    fs::write(&token, "s3cr3t-t0ken\n").unwrap();
    let token = token.to_str().unwrap();
    let args = ["taxii", "pull", &url, "-o", output.to_str().unwrap(), "--format", "json"];
    let args = [&args[..], &["--token-file", token]].concat();
    let first = tamarisk(&args);
    assert!(!first.stderr.contains("s3cr3t") && !first.stdout.contains("s3cr3t"));
    assert_eq!(first.code, 2, "{}", first.stdout);
    assert!(first.stderr.contains("kept") && !output.exists(), "{}", first.stderr);
    let second = tamarisk(&args);
    assert_eq!(second.code, 0, "{}", second.stderr);
    let told: Value = serde_json::from_str(&second.stdout).unwrap();
    assert_eq!((told["objects"].as_u64(), told["resumed"].as_u64()), (Some(2), Some(1)));
    let bundle: Value = serde_json::from_slice(&fs::read(&output).unwrap()).unwrap();
    assert_eq!(bundle["objects"].as_array().unwrap().len(), 2);
    let heads = server.join().unwrap();
    assert!(heads[6].contains("?limit=1000&next=two "));
    for head in heads.iter().map(|head| head.to_lowercase()) {
        assert!(head.contains("authorization: bearer s3cr3t-t0ken\r\n"), "{head}");
    }
    // Nothing but the bundle is left, and the token.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn sightings_hold_what_was_agreed_to_and_nothing_else() {
    if !is_built() {
        return;
    }
    let mut serving = Serving::new();
    serving.start();
    let seen = "indicator--00000000-0000-4000-8000-000000000001";
    let finding = |strength: &str, kind: &str, id: &str, source: u32| {
        format!(
            r#"{{"id":"f","strength":"{strength}","title":"Jane Doe's phone","subject":{{"kind":"app","value":"com.jane.app","source":{source}}},"because":{{"kind":"{kind}","id":"{id}","knowledge":"k"}}}}"#
        )
    };
    let findings = [
        finding("strong", "indicator", seen, 1),
        finding("review", "indicator", seen, 1),
        finding("review", "indicator", seen, 2),
        finding("note", "indicator", "indicator--00000000-0000-4000-8000-000000000002", 1),
        finding("strong", "rule", "sideloaded", 1),
    ];
    let report = serving.path("report.json");
    fs::write(
        &report,
        format!(r#"{{"schema":"tamarisk.report/1","findings":[{}]}}"#, findings.join(",")),
    )
    .unwrap();
    let key = serving.path("key.pem");
    // RFC 8410, section 10.3.
    fs::write(&key, "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n").unwrap();
    let (report, key) = (report.display().to_string(), key.display().to_string());
    let start = ["sighting", "make", &report, "--key", &key, "--now", "2026-11-26T15:00:00Z"];
    let without = tamarisk(&start);
    assert_eq!((without.code, without.stdout.as_str()), (2, ""));
    assert!(without.stderr.contains("2 phone(s) in 2026-11"), "{}", without.stderr);
    let vague = tamarisk(&[&start[..], &["--consent", "yes"]].concat());
    assert_eq!(vague.code, 2);
    let sentence = without.stderr.split("--consent \"").nth(1).unwrap().split('"').next().unwrap();
    let made = tamarisk(&[&start[..], &["--consent", sentence]].concat());
    assert_eq!(made.code, 0, "{}", made.stderr);
    for private in ["Jane", "com.jane", "26T15", "report.json", "sideloaded", "000000000002\""] {
        assert!(!made.stdout.contains(private), "{private}: {}", made.stdout);
    }
    let bundle: Value = serde_json::from_str(&made.stdout).unwrap();
    schema_is_tight("sighting", &bundle, &[]);
    let mut more = bundle.clone();
    more["objects"][0]["first_seen"] = "2026-11-26T15:00:00Z".into();
    assert!(!support::unlike_schema("sighting", &more).is_empty(), "a finer time beside the month");
    let objects = bundle["objects"].as_array().unwrap();
    assert_eq!(
        (objects.len(), &objects[0]["sighting_of_ref"], &objects[0]["count"]),
        (1, &seen.into(), &2.into())
    );
    // What we write is STIX.
    let file = serving.path("sightings.json");
    fs::write(&file, &made.stdout).unwrap();
    let file = file.display().to_string();
    let valid = tamarisk(&["stix", "validate", &file]);
    assert_eq!(valid.code, 0, "{}{}", valid.stdout, valid.stderr);
    // The server counts it, once, for who it knows.
    let public = tamarisk(&["sighting", "key", "--key", &key]).stdout;
    assert_eq!(public.trim(), "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    serving.admin(&["add-helpdesk", "Helpdesk", public.trim()], "");
    for _ in 0..2 {
        let pushed = serving.taxii("push", &["--collection", "sightings", &file]);
        assert_eq!(pushed.code, 0, "{}{}", pushed.stdout, pushed.stderr);
    }
    let counted: Value =
        serde_json::from_str(&serving.admin(&["sightings", "--format", "json"], "")).unwrap();
    schema_is_tight("taxii", &counted, &[]);
    assert_eq!(
        (&counted["count"], &counted["sightings"], &counted["helpdesks"]),
        (&2.into(), &1.into(), &1.into())
    );
}

#[test]
fn it_is_served_encrypted_and_only_to_who_trusts_the_certificate() {
    if !is_built() {
        return;
    }
    let made = Command::new("openssl").args(["version"]).output();
    if !made.is_ok_and(|output| output.status.success()) {
        support::skipped("openssl is not there to make a certificate");
        return;
    }
    let serving = Serving::new();
    let (cert, key) = (serving.path("cert.pem"), serving.path("key.pem"));
    support::taxii::certificate(&cert, &key);
    let store = serving.path("store.db");
    let mut child = Command::new(env!("CARGO_BIN_EXE_tamarisk"))
        .args(["taxii", "serve", "--listen", "127.0.0.1:0", "--store"])
        .arg(&store)
        .arg("--cert")
        .arg(&cert)
        .arg("--key")
        .arg(&key)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(child.stdout.take().unwrap()),
        &mut line,
    )
    .unwrap();
    let url = line.trim().strip_prefix("serving ").unwrap().to_owned();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let password = format!("{PASSWORD}\n");
    let base =
        ["taxii", "collections", &url, "--user", "agency", "--password-file", "-", "--tries", "1"];
    let trusted =
        tamarisk_fed(&[&base[..], &["--ca", cert.to_str().unwrap()]].concat(), password.as_bytes());
    let others = tamarisk_fed(&base, password.as_bytes());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(trusted.code, 0, "{}", trusted.stderr);
    assert!(trusted.stdout.contains("(warnings)"), "{}", trusted.stdout);
    assert_eq!(others.code, 2, "a certificate that nobody vouches for was taken");
}
