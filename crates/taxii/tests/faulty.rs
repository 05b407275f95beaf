//! The client against servers that fail, dawdle, lie and go round in circles.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use jiff::Timestamp;
use serde_json::value::RawValue;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use taxii::{
    Client, ClientError, Credentials, Limits, Patience, Pause, Progress, Pulled, Query, Sink,
    Trust, pull,
};

/// Waits for nothing and remembers how long it would have.
#[derive(Default)]
struct Waited(Mutex<Vec<u64>>);

impl Pause for Waited {
    fn pause(&self, how_long: Duration) {
        self.0.lock().unwrap().push(how_long.as_secs());
    }

    fn now(&self) -> Timestamp {
        "2026-11-01T00:00:00Z".parse().unwrap()
    }
}

/// Answers one request after the other, each on a connection of its own, with what is given; then
/// it hangs up. Sends the head of each request.
fn server(answers: Vec<String>) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (told, heads) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                head.push(byte[0]);
            }
            let _ = told.send(String::from_utf8_lossy(&head).into_owned());
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, heads)
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn ok(body: &str) -> String {
    answer(200, "Content-Type: application/taxii+json;version=2.1\r\n", body)
}

/// An API root with one collection, and then these pages.
fn with_pages(pages: Vec<String>) -> Vec<String> {
    let mut answers = vec![
        ok(
            r#"{"title":"r","versions":["application/taxii+json;version=2.1"],"max_content_length":1000}"#,
        ),
        ok(
            r#"{"collections":[{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"c","can_read":true,"can_write":true}]}"#,
        ),
    ];
    answers.extend(pages);
    answers
}

struct Kept(Vec<String>);

impl Sink for Kept {
    fn page(&mut self, objects: &[Box<RawValue>], _: &Progress) -> io::Result<()> {
        self.0.extend(objects.iter().map(|one| one.get().to_owned()));
        Ok(())
    }
}

fn fetch(
    answers: Vec<String>,
    from: Progress,
) -> (Result<Pulled, ClientError>, Vec<String>, Vec<u64>, Vec<String>) {
    let (address, heads) = server(with_pages(answers));
    let waited = Arc::new(Waited::default());
    let basic = Credentials::Basic { user: "u".to_owned(), password: "secret".to_owned().into() };
    let limits =
        Limits { answer_bytes: 10_000, request: Duration::from_secs(20), ..Limits::default() };
    let client = Client::new(
        &format!("http://{address}/api/"),
        basic,
        &Trust::System,
        limits,
        Patience::default(),
        &*waited,
    )
    .unwrap();
    let place = client.place(None, |one| one.can_read).unwrap();
    let mut kept = Kept(Vec::new());
    let result = pull(&client, &place, &Query::default(), from, &mut kept);
    drop(client);
    let waits = waited.0.lock().unwrap().clone();
    (result, kept.0, waits, heads.try_iter().skip(2).collect())
}

#[test]
fn pages_are_walked_and_asked_for_as_the_standard_has_it() {
    let pages = vec![
        ok(r#"{"more":true,"next":"a b&c","objects":[{"n":1},{"n":2}]}"#),
        ok(r#"{"more":false,"objects":[{"n":3}]}"#),
    ];
    let (result, kept, waits, heads) = fetch(pages, Progress::default());
    assert_eq!(result.unwrap().progress.objects, 3);
    assert_eq!(kept, [r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":3}"#]);
    assert!(waits.is_empty());
    assert!(
        heads[0].starts_with(
            "GET /api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/objects/ HTTP/1.1\r\n"
        ),
        "{}",
        heads[0]
    );
    let lower = heads[0].to_ascii_lowercase();
    assert!(lower.contains("\r\naccept: application/taxii+json;version=2.1\r\n"));
    // RFC 7617: base64 of `u:secret`.
    assert!(heads[0].contains("Basic dTpzZWNyZXQ="));
    assert!(heads[1].contains("objects/?next=a+b%26c "), "{}", heads[1]);
}

#[test]
fn what_may_pass_is_tried_again_and_the_server_is_heard() {
    let pages = vec![
        answer(503, "", ""),
        answer(429, "Retry-After: 17\r\n", ""),
        answer(429, "Retry-After: Sun, 01 Nov 2026 00:01:00 GMT\r\n", ""),
        String::new(),
        ok(r#"{"objects":[{"n":1}]}"#),
    ];
    let (result, kept, waits, _) = fetch(pages, Progress::default());
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(kept.len(), 1);
    // 1 s, then what the server asks for, then 8 s after a connection that was cut.
    assert_eq!(waits, [1, 17, 60, 8]);
}

#[test]
fn it_does_not_try_for_ever_nor_wait_for_ever() {
    let (result, ..) = fetch(vec![answer(500, "", "{}"); 9], Progress::default());
    assert!(matches!(result, Err(ClientError::Refused { status: 500, .. })), "{result:?}");
    let (result, _, waits, heads) =
        fetch(vec![answer(503, "Retry-After: 86400\r\n", "")], Progress::default());
    assert!(matches!(result, Err(ClientError::TooLongWait { .. })), "{result:?}");
    assert_eq!((waits.len(), heads.len()), (0, 1));
}

#[test]
fn refusals_are_told_with_the_servers_words_made_harmless() {
    let body = "{\"title\":\"No\\u001b[31m\",\"description\":\"ask\\nus\"}";
    let (result, _, waits, _) = fetch(vec![answer(403, "", body)], Progress::default());
    let told = result.unwrap_err().to_string();
    assert!(
        told.contains("has not the right")
            && told.contains("No")
            && !told.contains('\u{1b}')
            && !told.contains('\n'),
        "{told}"
    );
    assert!(!told.contains("secret"));
    assert!(waits.is_empty());
}

#[test]
fn answers_that_are_too_long_broken_or_elsewhere_end_it() {
    let long = format!("{{\"objects\":[\"{}\"]}}", "x".repeat(20_000));
    let (result, kept, ..) = fetch(vec![ok(&long)], Progress::default());
    assert!(result.unwrap_err().to_string().contains("longer than 10000 bytes"));
    assert!(kept.is_empty());
    let (result, ..) = fetch(vec![ok("{\"objects\":[")], Progress::default());
    assert!(matches!(result, Err(ClientError::Answer { .. })), "{result:?}");
    let (result, _, _, heads) =
        fetch(vec![answer(302, "Location: http://192.0.2.1/\r\n", "")], Progress::default());
    assert!(matches!(result, Err(ClientError::Refused { status: 302, .. })), "{result:?}");
    assert_eq!(heads.len(), 1);
}

#[test]
fn circles_are_noticed() {
    let same = ok(r#"{"more":true,"next":"a","objects":[{"n":1}]}"#);
    let (result, kept, ..) = fetch(vec![same.clone(), same.clone(), same], Progress::default());
    assert!(result.unwrap_err().to_string().contains("same page"));
    assert_eq!(kept.len(), 1);
    let (result, ..) = fetch(vec![ok(r#"{"more":true,"objects":[{"n":1}]}"#)], Progress::default());
    assert!(result.unwrap_err().to_string().contains("how to ask"));
    let empty = (0..200).map(|n| ok(&format!(r#"{{"more":true,"next":"{n}"}}"#))).collect();
    let (result, ..) = fetch(empty, Progress::default());
    assert!(result.unwrap_err().to_string().contains("to an end"));
}

#[test]
fn a_fetch_goes_on_where_it_stopped_also_when_next_is_forgotten() {
    let from = Progress {
        next: Some("old".to_owned()),
        last_added: Some("2026-01-01T00:00:00.000001Z".to_owned()),
        objects: 5,
        pages: 2,
    };
    let (result, kept, _, heads) = fetch(vec![ok(r#"{"objects":[{"n":6}]}"#)], from.clone());
    assert_eq!((result.unwrap().progress.objects, kept.len()), (6, 1));
    assert!(heads[0].contains("?next=old "));
    let pages = vec![answer(404, "", "{}"), ok(r#"{"objects":[{"n":6}]}"#)];
    let (result, kept, _, heads) = fetch(pages, from);
    let pulled = result.unwrap();
    assert!(pulled.by_time && pulled.progress.objects == 6 && kept.len() == 1);
    assert!(heads[1].contains("?added_after=2026-01-01T00%3A00%3A00.000001Z "), "{}", heads[1]);
}

#[test]
fn a_mirror_gives_its_files_and_no_others() {
    let answers = vec![answer(200, "", "{}"), answer(404, "", "no"), answer(500, "", "")];
    let (address, heads) = server(answers);
    let url = format!("http://{address}/tuf");
    let mirror = taxii::Mirror::new(&url, &Trust::System, Limits::default()).unwrap();
    let mut text = String::new();
    mirror.open("metadata/1.root.json").unwrap().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "{}");
    assert!(mirror.open("metadata/2.root.json").unwrap().is_none());
    assert!(mirror.open("metadata/timestamp.json").is_err());
    assert!(mirror.open("../other/x").is_err());
    assert!(heads.recv().unwrap().starts_with("GET /tuf/metadata/1.root.json HTTP/1.1\r\n"));
    assert!(taxii::Mirror::new("http://192.0.2.1/", &Trust::System, Limits::default()).is_err());
}
