//! Requests that mean harm, or are broken. None may be answered by a 500, stop the server, or be
//! kept waiting for longer than the server's patience.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::*;

/// Still answers, and still holds this many objects.
fn is_well(server: &Server, objects: usize) {
    let reply = server.get(OBJECTS);
    assert_eq!((reply.status, reply.ids().len()), (200, objects));
}

#[test]
fn malformed_envelopes_are_refused_and_leave_nothing() {
    let server = Server::start();
    let good = indicator(1, 1, None).to_string();
    for body in [
        "".to_owned(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{}".to_owned(),
        r#"{"objects":{}}"#.to_owned(),
        r#"{"objects":[]}"#.to_owned(),
        format!(r#"{{"objects":[{good}"#),
        format!(r#"{{"objects":[{good}],"objects":[{good}]}}"#),
        format!(r#"{{"objects":[{good}]}} x"#),
        format!(r#"{{"objects":[{}]}}"#, "[".repeat(100_000)),
        format!("{{\"objects\":[{good}]}}").replace("stix", "\u{0}"),
    ] {
        let reply = server.post_as("agency", OBJECTS, body.as_bytes());
        assert_eq!(reply.status, 422, "{}", &body[..body.len().min(100)]);
        assert_eq!(reply.json()["http_status"], "422");
    }
    assert_eq!(server.post_as("agency", OBJECTS, b"{\"objects\":[\"\xff\"]}").status, 422);
    is_well(&server, 0);
    // A bundle is no envelope of its own kind, but holds objects: it is taken.
    let bundle = format!(
        r#"{{"type":"bundle","id":"bundle--1","objects":[{good},3,{{"type":"x"}},{{"id":"{}","id":"y","type":"indicator"}}]}}"#,
        id(2)
    );
    let status = server.post_as("agency", OBJECTS, bundle.as_bytes()).json();
    assert_eq!((&status["success_count"], &status["failure_count"]), (&json!(1), &json!(3)));
    is_well(&server, 1);
}

#[test]
fn giant_bodies_are_refused_before_they_are_read() {
    let server = Server::start();
    // Announced: refused at once, although not a byte follows.
    let announced = raw(
        &server,
        &format!(
            "POST {OBJECTS} HTTP/1.1\r\nHost: x\r\n{}Content-Type: {TAXII}\r\nContent-Length: 99999999999\r\n\r\n",
            auth()
        ),
        &[],
    );
    assert!(announced.starts_with("HTTP/1.1 413 "), "{announced}");
    // Not announced: cut off when it is over the limit of the API root.
    let chunk = format!("{:x}\r\n{}\r\n", 100_000, " ".repeat(100_000));
    let chunks: Vec<&[u8]> = vec![chunk.as_bytes(); 3];
    let endless = raw(
        &server,
        &format!(
            "POST {OBJECTS} HTTP/1.1\r\nHost: x\r\n{}Content-Type: {TAXII}\r\nTransfer-Encoding: chunked\r\n\r\n",
            auth()
        ),
        &chunks,
    );
    assert!(endless.starts_with("HTTP/1.1 413 "), "{endless}");
    // Without a password the body is not looked at, however long it is.
    let stranger = raw(
        &server,
        &format!(
            "POST {OBJECTS} HTTP/1.1\r\nHost: x\r\nContent-Type: {TAXII}\r\nContent-Length: 99999999999\r\n\r\n"
        ),
        &[],
    );
    assert!(stranger.starts_with("HTTP/1.1 401 "), "{stranger}");
    // Heads have a limit too.
    let head = raw(
        &server,
        &format!("GET {OBJECTS} HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(100_000)),
        &[],
    );
    assert!(head.starts_with("HTTP/1.1 431 ") || head.is_empty(), "{head}");
    is_well(&server, 0);
}

#[test]
fn broken_requests_end_their_connection_and_no_other() {
    let server = Server::start();
    for text in [
        "\0\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ] {
        let reply = raw(&server, text, &[]);
        assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 4"), "{text:?}: {reply}");
    }
    // Paths and queries that try to lead elsewhere.
    for path in [
        "/api/../../etc/passwd/",
        "/api/collections/%2e%2e/objects/",
        "/api/collections/warnings/objects/%00/",
        "/%ff/",
        "/api/collections/'%20OR%201=1/objects/",
    ] {
        let reply = raw(
            &server,
            &format!("GET {path} HTTP/1.1\r\nHost: x\r\n{}Connection: close\r\n\r\n", auth()),
            &[],
        );
        assert!(
            reply.starts_with("HTTP/1.1 404 ") || reply.starts_with("HTTP/1.1 400 "),
            "{path}: {reply}"
        );
    }
    for query in [
        "match[type]=' OR 1=1 --",
        "match[id]=%27%3B%20DROP%20TABLE%20object",
        "match[version]=1",
        "limit=99999999999999999999",
        "added_after=9999-99-99T00:00:00Z",
    ] {
        let query = query.replace(' ', "%20").replace('\'', "%27");
        let reply = server.get(&format!("{OBJECTS}?{query}"));
        assert!(matches!(reply.status, 200 | 400), "{query}: {}", reply.status);
        assert!(!reply.text.contains("sqlite") && !reply.text.contains("SELECT"), "{}", reply.text);
    }
    is_well(&server, 0);
}

#[test]
fn slow_clients_keep_nobody_waiting() {
    let server = Server::start();
    server.post(OBJECTS, &envelope(vec![indicator(1, 1, None)]));
    // Two hundred connections that send half a head and stop, and ten that stop within a body.
    let mut slow = Vec::new();
    for n in 0..210 {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let text = match n % 21 {
            0 => format!(
                "POST {OBJECTS} HTTP/1.1\r\nHost: x\r\n{}Content-Type: {TAXII}\r\nContent-Length: 1000\r\n\r\n{{",
                auth()
            ),
            _ => "GET /taxii2/ HTTP/1.1\r\nHo".to_owned(),
        };
        stream.write_all(text.as_bytes()).unwrap();
        slow.push(stream);
    }
    is_well(&server, 1);
    let added = server.post(OBJECTS, &envelope(vec![indicator(2, 1, None)]));
    assert_eq!(added.status, 202);
    // The server lets them go by itself: the first with 408 or nothing, within its patience.
    for at in [0, 1] {
        let mut text = String::new();
        slow[at].set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        slow[at].read_to_string(&mut text).unwrap();
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 408 "), "{text}");
    }
    is_well(&server, 2);
}

/// `Authorization` of `agency`, with its line end.
fn auth() -> String {
    use base64::Engine;
    let secret = base64::engine::general_purpose::STANDARD.encode("agency:agency's password");
    format!("Authorization: Basic {secret}\r\n")
}

/// Sends these bytes as they are and reads what comes until the server hangs up.
fn raw(server: &Server, head: &str, more: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    for part in more {
        // The server may have hung up already; what it said is there to be read.
        if stream.write_all(part).is_err() {
            break;
        }
    }
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        reply.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8_lossy(&reply).into_owned()
}
