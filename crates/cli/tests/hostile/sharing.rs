//! `taxii …` and `sighting …`: a server that means no good, clients that mean no good, and reports
//! that somebody else wrote.

use crate::support::taxii::{Serving, indicator};
use crate::support::{Run, tamarisk, tamarisk_fed};
use crate::{carried, carries, document, marked, nothing_acts, shown};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;

fn harmless(what: &str, run: &Run) {
    nothing_acts(&format!("standard error of {what}"), &run.stderr);
    nothing_acts(what, &run.stdout);
}

/// Answers each connection with the next of these, then ends. The address.
fn server(answers: Vec<(u16, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (status, body) in answers {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                head.push(byte[0]);
            }
            let length = body.len();
            // A client that has heard enough hangs up.
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            );
        }
    });
    url
}

fn root(text: &str) -> (u16, String) {
    let about = json!({"title": text, "description": text, "versions": [text],
        "max_content_length": 100_000});
    (200, about.to_string())
}

const ID: &str = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";

#[test]
fn collections_of_a_hostile_server() {
    let texts = marked(|_| true);
    let all: Vec<Value> = texts
        .iter()
        .map(|text| {
            json!({"id": text, "title": text, "description": text, "alias": text,
                "can_read": true, "can_write": false, "media_types": [text]})
        })
        .collect();
    let listed = json!({"collections": all}).to_string();
    for format in ["json", "text"] {
        let url = server(vec![root(&texts[0]), (200, listed.clone())]);
        let run = tamarisk(&["taxii", "collections", &url, "--format", format]);
        harmless("taxii collections", &run);
        assert_eq!(run.code, 0, "{}", run.stderr);
        if format == "json" {
            carries("taxii collections", &document("taxii collections", &run.stdout), &texts);
        } else {
            assert_eq!(shown(&run.stdout, &texts), texts.len());
        }
    }
}

#[test]
fn pages_and_errors_of_a_hostile_server() {
    let texts = marked(|_| true);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.json").display().to_string();
    let collections = |title: &str| {
        (200, json!({"collections": [{"id": ID, "title": title, "can_read": true}]}).to_string())
    };
    let objects: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let mut object: Value =
                serde_json::from_str(&indicator(u32::try_from(number).unwrap())).unwrap();
            object["name"] = json!(text);
            object[text.as_str()] = json!([text]);
            object
        })
        .collect();
    let page = json!({"more": false, "next": texts[3], "objects": objects}).to_string();
    for format in ["json", "text"] {
        let url = server(vec![root(&texts[1]), collections(&texts[2]), (200, page.clone())]);
        let run = tamarisk(&["taxii", "pull", &url, "-o", &out, "--format", format]);
        harmless("taxii pull", &run);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let bundle = fs::read_to_string(&out).unwrap();
        carries("the pulled bundle", &document("the pulled bundle", &bundle), &texts);
    }
    // Refusals, in each of the places where a server has words of its own, and answers that are none.
    for (number, text) in texts.iter().enumerate().step_by(2) {
        let says = json!({"title": text, "description": text, "error_code": text,
            "http_status": text, "details": {text: text}});
        let last = match number % 6 {
            0 => (403, says.to_string()),
            2 => (200, text.clone()),
            _ => (200, json!({"more": text, "objects": [text]}).to_string()),
        };
        let answers = match number % 4 {
            0 => vec![root(text), collections(text), last],
            _ => vec![root(text), last],
        };
        let url = server(answers);
        let args = ["taxii", "pull", &url, "--collection", text, "-o", &out, "--format", "json"];
        // A name that a command line cannot hold.
        let args: Vec<&str> =
            if text.contains('\0') { [&args[..3], &args[5..]].concat() } else { args.to_vec() };
        let run = tamarisk(&args);
        harmless("taxii pull", &run);
        document("taxii pull", &run.stdout);
        assert_eq!(run.code, 2, "{text:?}");
    }
}

/// Our own server: titles by an operator, objects and requests by clients; answers, log and lists.
#[test]
fn what_a_server_says_and_notes() {
    let texts = marked(|text| !text.contains('\0'));
    let mut serving = Serving::new();
    for (number, text) in texts.iter().enumerate().step_by(12) {
        let alias = format!("c{number}");
        let add = ["add-collection", "api", "--title", text, "--description", text];
        serving.admin(&[&add[..], &["--alias", &alias]].concat(), "");
        serving.admin(&["grant", "agency", &alias, "--read", "--write"], "");
    }
    serving.start();
    let titles: Vec<String> = texts.iter().step_by(12).cloned().collect();
    let json = serving.taxii("collections", &["--format", "json"]);
    harmless("taxii collections", &json);
    carries("taxii collections", &document("taxii collections", &json.stdout), &titles);
    harmless("taxii collections", &serving.taxii("collections", &[]));

    let given = serving.path("given.json");
    let objects: Vec<Value> = texts
        .iter()
        .enumerate()
        .flat_map(|(number, text)| {
            let mut good: Value =
                serde_json::from_str(&indicator(u32::try_from(number).unwrap())).unwrap();
            good["name"] = json!(text);
            let mut bad = good.clone();
            bad["id"] = json!(text);
            bad["modified"] = json!(text);
            [good, bad]
        })
        .collect();
    let bundle = json!({"type": "bundle", "id": "bundle--1", "objects": objects});
    fs::write(&given, bundle.to_string()).unwrap();
    let given = given.display().to_string();
    let push = ["--collection", "warnings", &given];
    let json = serving.taxii("push", &[&push[..], &["--format", "json"]].concat());
    harmless("taxii push", &json);
    let told = document("taxii push", &json.stdout);
    assert_eq!(told["added"], texts.len(), "{told}");
    assert!(carried(&told, &texts).len() >= 10, "{told}");
    harmless("taxii push", &serving.taxii("push", &push));
    let out = serving.path("out.json");
    let pull = ["--collection", "warnings", "-o", out.to_str().unwrap(), "--format", "json"];
    harmless("taxii pull", &serving.taxii("pull", &pull));
    carries("the bundle", &document("the bundle", &fs::read_to_string(&out).unwrap()), &texts);

    // Requests in which the text is path, query, account, header.
    for (number, text) in texts.iter().enumerate() {
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let one_line: String = text.chars().filter(|c| !c.is_control()).collect();
        let request = match number % 4 {
            0 => format!("GET /api/collections/{encoded}/ HTTP/1.1\r\n"),
            1 => format!("GET /api/collections/warnings/objects/?match[id]={encoded} HTTP/1.1\r\n"),
            2 => format!("GET /{encoded} HTTP/1.1\r\nUser-Agent: {one_line}\r\n"),
            _ => format!(
                "GET /taxii2/ HTTP/1.1\r\nAccept: {one_line}\r\nAuthorization: {one_line}\r\n"
            ),
        };
        let answer = raw(&serving.url, &request);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        nothing_acts("an answer's head", &head.replace('\r', ""));
        if !body.is_empty() {
            document("an answer", body);
        }
    }
    serving.kill();
    let log = fs::read_to_string(serving.path("log.jsonl")).unwrap();
    assert!(log.lines().count() >= texts.len());
    for line in log.lines() {
        document("the log", line);
    }
    for list in ["accounts", "collections", "sightings", "audit"] {
        nothing_acts(list, &serving.admin(&[list], ""));
        let json = serving.admin(&[list, "--format", "json"], "");
        nothing_acts(list, &json);
        json.lines().for_each(|line| drop(document(list, line)));
    }
}

fn raw(url: &str, request: &str) -> String {
    let host = url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    write!(stream, "{request}Host: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A report by somebody else, a key and a consent that hold a text.
#[test]
fn sightings() {
    let texts = marked(|_| true);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    // RFC 8410, section 10.3.
    fs::write(path("key"), "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n").unwrap();
    let finding = |id: &str, text: &str| {
        json!({"id": text, "strength": "strong", "title": text,
            "subject": {"kind": text, "value": text, "source": 0},
            "because": {"kind": "indicator", "id": id, "knowledge": text}})
    };
    let seen = "indicator--00000000-0000-4000-8000-000000000001";
    let mut findings: Vec<Value> = texts.iter().map(|text| finding(text, text)).collect();
    findings.push(finding(seen, "x"));
    let report = json!({"schema": "tamarisk.report/1", "findings": findings});
    fs::write(path("report.json"), report.to_string()).unwrap();
    let make = ["sighting", "make", &path("report.json"), "--key", &path("key")].map(str::to_owned);
    let make: Vec<&str> = make.iter().map(|arg| &**arg).collect();
    let without = tamarisk(&make);
    harmless("sighting make", &without);
    let sentence = without.stderr.split("--consent \"").nth(1).unwrap().split('"').next().unwrap();
    let made = tamarisk(&[&make[..], &["--consent", sentence]].concat());
    harmless("sighting make", &made);
    assert_eq!(made.code, 0, "{}", made.stderr);
    // Nothing but ids goes on.
    assert_eq!(carried(&document("sighting make", &made.stdout), &texts), Vec::<&String>::new());
    for text in texts.iter().step_by(4) {
        fs::write(path("given"), text).unwrap();
        let report = json!({"schema": text, "findings": [finding(text, text)]});
        fs::write(path("given.json"), report.to_string()).unwrap();
        for args in [
            vec!["sighting", "make", &path("given"), "--key", &path("key")],
            vec!["sighting", "make", &path("given.json"), "--key", &path("key")],
            vec!["sighting", "make", &path("report.json"), "--key", &path("given")],
            vec!["sighting", "key", "--key", &path("given")],
        ] {
            harmless("sighting", &tamarisk(&args));
        }
        if !text.contains('\0') {
            harmless("sighting", &tamarisk(&[&make[..], &["--consent", text]].concat()));
        }
        let key = ["sighting", "key", "--key", &path("key"), "--passphrase-file", "-"];
        harmless("sighting key", &tamarisk_fed(&key, text.as_bytes()));
    }
}
