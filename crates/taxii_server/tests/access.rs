//! Who may see and do what.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::json;
use support::*;

#[test]
fn rights_are_kept() {
    let server = Server::start();
    server.post(OBJECTS, &envelope(vec![indicator(1, 1, None)]));
    let sightings = "/api/collections/sightings/objects/";
    let body = envelope(vec![indicator(2, 1, None)]).to_string();
    // Reads but does not write; writes but does not read; neither, so that it is not there.
    assert_eq!(server.get_as("helpdesk", OBJECTS).status, 200);
    assert_eq!(server.post_as("helpdesk", OBJECTS, body.as_bytes()).status, 403);
    assert_eq!(server.post_as("helpdesk", sightings, body.as_bytes()).status, 202);
    for path in [sightings, "/api/collections/sightings/manifest/"] {
        assert_eq!(server.get_as("helpdesk", path).status, 403, "{path}");
    }
    assert_eq!(server.get_as("helpdesk", &format!("{sightings}{}/", id(2))).status, 403);
    assert_eq!(server.get_as("helpdesk", &format!("{sightings}{}/versions/", id(2))).status, 403);
    for path in [OBJECTS, MANIFEST, "/api/collections/warnings/"] {
        assert_eq!(server.get_as("guest", path).status, 404, "{path}");
    }
    assert_eq!(server.post_as("guest", OBJECTS, body.as_bytes()).status, 404);
    let delete = |account| {
        server
            .ask(account, "DELETE", &format!("{OBJECTS}{}/", id(1)), &[("Accept", TAXII)], None)
            .status
    };
    assert_eq!((delete("guest"), delete("helpdesk"), delete("agency")), (404, 403, 200));
    // A status is for who pushed.
    let status = server.post_as("helpdesk", sightings, body.as_bytes()).json();
    let path = format!("/api/status/{}/", status["id"].as_str().unwrap());
    assert_eq!(server.get_as("helpdesk", &path).status, 200);
    assert_eq!(server.get_as("agency", &path).status, 404);
}

#[test]
fn what_is_above_the_ceiling_is_not_there() {
    let server = Server::start();
    server.post(
        OBJECTS,
        &envelope(vec![
            indicator(1, 1, None),
            indicator(2, 1, Some(AMBER_1)),
            indicator(3, 1, Some(STRICT_2)),
            indicator(4, 1, Some(RED_2)),
            // Its newer version is more restricted than the account may see: the older one is its last.
            indicator(5, 1, Some(AMBER_1)),
            indicator(5, 2, Some(RED_2)),
            // The other way round.
            indicator(6, 1, Some(RED_2)),
            indicator(6, 2, None),
        ]),
    );
    let all: Vec<String> = (1..=6).map(id).collect();
    assert_eq!(server.get(OBJECTS).ids(), all);
    let shown = [id(1), id(2), id(5), id(6)];
    let theirs = server.get_as("helpdesk", OBJECTS);
    assert_eq!(theirs.ids(), shown);
    assert!(!theirs.text.contains(RED_2) && !theirs.text.contains(STRICT_2));
    assert_eq!(server.get_as("helpdesk", MANIFEST).ids(), shown);
    assert_eq!(server.get_as("helpdesk", &format!("{OBJECTS}?match[version]=first")).ids(), shown);
    assert_eq!(server.get_as("helpdesk", &format!("{OBJECTS}?match[version]=all")).ids(), shown);
    assert_eq!(server.get_as("helpdesk", &format!("{OBJECTS}{}/", id(4))).status, 404);
    assert_eq!(server.get_as("helpdesk", &format!("{OBJECTS}{}/versions/", id(4))).status, 404);
    let versions = |account| {
        server.get_as(account, &format!("{OBJECTS}{}/versions/", id(5))).json()["versions"].clone()
    };
    assert_eq!(versions("helpdesk"), json!(["2020-01-01T00:00:00.000Z"]));
    assert_eq!(versions("agency").as_array().unwrap().len(), 2);
    // Asking for the hidden version by its time does not bring it out.
    let hidden = server
        .get_as("helpdesk", &format!("{OBJECTS}{}/?match[version]=2020-01-02T00:00:00Z", id(5)));
    assert!(hidden.ids().is_empty());
}

#[test]
fn accounts_change_at_once() {
    let server = Server::start();
    assert_eq!(server.get_as("helpdesk", OBJECTS).status, 200);
    // Remembered until the account changes: the old password ends with the change.
    server.store.set_password("helpdesk", "another", by()).unwrap();
    assert_eq!(server.get_as("helpdesk", OBJECTS).status, 401);
    let ask = |password| {
        server.ask_with("helpdesk", password, "GET", OBJECTS, &[("Accept", TAXII)], None).status
    };
    assert_eq!(ask("another"), 200);
    server.store.grant("helpdesk", "warnings", false, false, by()).unwrap();
    assert_eq!(ask("another"), 404);
    server.store.grant("helpdesk", "warnings", true, false, by()).unwrap();
    server.store.remove_account("helpdesk", by()).unwrap();
    assert_eq!(ask("another"), 401);
    // A new account of the same name is another one.
    server.store.add_account("helpdesk", "another", taxii_server::Tlp::Red, by()).unwrap();
    assert_eq!(ask("another"), 404);
    let mut log = Vec::new();
    server.store.audit(&mut |row| log.push(format!("{} {}", row.action, row.subject))).unwrap();
    assert!(
        log.contains(&"account password helpdesk".to_owned())
            && log.contains(&"account remove helpdesk".to_owned())
    );
    assert!(log.contains(&"login refused ".to_owned()));
}

#[test]
fn a_password_is_remembered_for_five_minutes() {
    let server = Server::start();
    let checked = || {
        let figures =
            request(&format!("http://{}/metrics", server.operators), "GET", &[], None).text;
        figures
            .lines()
            .find_map(|line| line.strip_prefix("taxii_passwords_right_total "))
            .unwrap()
            .to_owned()
    };
    server.get(OBJECTS);
    server.turn(299);
    server.get(OBJECTS);
    assert_eq!(checked(), "1");
    server.turn(2);
    assert_eq!(server.get(OBJECTS).status, 200);
    assert_eq!(checked(), "2");
    // What is remembered is one password, not the account.
    assert_eq!(
        server.ask_with("agency", "x", "GET", OBJECTS, &[("Accept", TAXII)], None).status,
        401
    );
}

#[test]
fn guessing_is_slowed_down() {
    let server = Server::start();
    let guess = |password: &str| {
        server.ask_with("agency", password, "GET", OBJECTS, &[("Accept", TAXII)], None)
    };
    for n in 0..11 {
        let reply = guess(&n.to_string());
        assert_eq!(reply.status, 401, "guess {n}");
        assert!(reply.header("WWW-Authenticate").unwrap().starts_with("Basic "));
    }
    let refused = guess("12");
    assert_eq!((refused.status, refused.header("Retry-After")), (429, Some("16")));
    // Not even the right one is looked at, or the answers would tell which it is.
    assert_eq!(server.get(OBJECTS).status, 429);
    server.turn(16);
    assert_eq!(server.get(OBJECTS).status, 200);
    // An account that is not there is answered in the same way.
    let unknown = server.ask_with("nobody", "x", "GET", OBJECTS, &[("Accept", TAXII)], None);
    let known = Server::start().ask_with("agency", "x", "GET", OBJECTS, &[("Accept", TAXII)], None);
    assert_eq!((unknown.status, unknown.text), (known.status, known.text));
}

#[test]
fn without_credentials_nothing_is_told() {
    let server = Server::start();
    for path in ["/taxii2/", "/api/", "/api/collections/", OBJECTS, "/nowhere/", "/api/status/x/"] {
        let reply = request(&server.url(path), "GET", &[("Accept", TAXII)], None);
        assert_eq!(
            (reply.status, reply.json()["http_status"].clone()),
            (401, json!("401")),
            "{path}"
        );
    }
    for header in ["Basic", "Basic !", "Bearer x", "Basic OjpA"] {
        let reply = request(
            &server.url(OBJECTS),
            "GET",
            &[("Accept", TAXII), ("Authorization", header)],
            None,
        );
        assert_eq!(reply.status, 401, "{header}");
    }
}

#[test]
fn sightings_are_counted_by_advisory() {
    use sightings::{Month, Secret, Sighting, Signer};
    let server = Server::start();
    let report = |n: u32, indicators: &[u32]| {
        json!({"type": "report", "spec_version": "2.1", "id": format!("report--00000000-0000-4000-8000-{n:012}"),
        "created": "2020-01-01T00:00:00Z", "modified": "2020-01-01T00:00:00Z", "name": "r", "published": "2020-01-01T00:00:00Z",
        "object_refs": indicators.iter().map(|n| id(*n)).collect::<Vec<_>>()})
    };
    server.post(OBJECTS, &envelope(vec![report(1, &[1, 2]), report(2, &[2])]));
    let known = Secret::from_seed(&[1; 32]);
    let stranger = Secret::from_seed(&[2; 32]);
    server.store.add_helpdesk("Helpdesk", &known.public().to_string(), by()).unwrap();
    let month: Month = "2026-11".parse().unwrap();
    let to = "/api/collections/sightings/objects/";
    let tell = |secret: &Secret, indicator: u32, count: u64, source: &[u8]| {
        let sighting = Sighting::make(secret, &id(indicator), count, month, source).unwrap();
        let body = format!("{{\"objects\":[{}]}}", sighting.to_json());
        server.post_as("helpdesk", to, body.as_bytes()).json()["success_count"].as_u64().unwrap()
    };
    assert_eq!(tell(&known, 1, 2, b"a"), 1);
    assert_eq!(tell(&known, 2, 3, b"a"), 1);
    assert_eq!(tell(&known, 2, 3, b"a"), 1, "told again");
    assert_eq!(tell(&known, 9, 1, b"a"), 1);
    assert_eq!(tell(&stranger, 2, 100, b"b"), 1);
    let rows = server.store.seen().unwrap();
    let short: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.advisory.as_deref().map(|id| id.chars().last().unwrap()),
                row.indicators,
                row.sightings,
                row.count,
                row.helpdesks,
                row.unknown,
            )
        })
        .collect();
    assert_eq!(
        short,
        [(Some('1'), 2, 3, 5, 1, 100), (Some('2'), 1, 2, 3, 1, 100), (None, 1, 1, 1, 1, 0)]
    );
    // A forged one is not kept.
    let forged = Sighting::make(&known, &id(1), 1, month, b"c")
        .unwrap()
        .to_json()
        .replace("\"count\":1", "\"count\":9");
    let reply =
        server.post_as("helpdesk", to, format!("{{\"objects\":[{forged}]}}").as_bytes()).json();
    assert_eq!(reply["failure_count"], 1);
    assert!(reply["failures"][0]["message"].as_str().unwrap().contains("signature"));
}
