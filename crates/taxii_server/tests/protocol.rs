//! The endpoints of TAXII 2.1, held against the standard (OASIS Standard, 10 June 2021); sections
//! are its own.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use serde_json::json;
use support::*;

#[test]
fn discovery_roots_and_collections() {
    let server = Server::start();
    let discovery = server.get("/taxii2/");
    assert_eq!((discovery.status, discovery.header("content-type")), (200, Some(TAXII)));
    assert_eq!(discovery.json()["api_roots"], json!(["/api/"]));
    assert_eq!(discovery.json()["default"], "/api/");
    let root = server.get("/api/").json();
    assert_eq!(root["versions"], json!([TAXII]));
    assert_eq!(root["max_content_length"], 200_000);
    let all = server.get("/api/collections/").json();
    assert_eq!(all["collections"].as_array().unwrap().len(), 2);
    let one = &all["collections"][0];
    let uuid = one["id"].as_str().unwrap();
    assert_eq!(uuid.len(), 36);
    assert_eq!(one["alias"], "warnings");
    // By id and by alias the same (5.2.1).
    assert_eq!(server.get(&format!("/api/collections/{uuid}/")).json(), *one);
    assert_eq!(server.get("/api/collections/warnings/").json(), *one);
    let theirs = server.get_as("helpdesk", "/api/collections/").json();
    let rights: Vec<_> = theirs["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["can_read"].clone(), one["can_write"].clone()))
        .collect();
    assert_eq!(rights, [(json!(true), json!(false)), (json!(false), json!(true))]);
    // The key of an empty list is left out.
    assert_eq!(server.get_as("guest", "/api/collections/").json(), json!({}));
}

#[test]
fn what_is_added_comes_back_as_it_was_written() {
    let server = Server::start();
    // Numbers and the order of keys stay as they are: 1.10 is not 1.1.
    let text = format!(
        r#"{{"objects":[{{"x_number":1.10,"type":"indicator","id":"{}","spec_version":"2.1","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z"}}]}}"#,
        id(1)
    );
    let added = server.post_as("agency", OBJECTS, text.as_bytes());
    assert_eq!((added.status, added.header("content-type")), (202, Some(TAXII)));
    let status = added.json();
    assert_eq!(status["status"], "complete");
    assert_eq!((&status["total_count"], &status["success_count"]), (&json!(1), &json!(1)));
    assert_eq!(status["successes"][0], json!({"id": id(1), "version": "2020-01-01T00:00:00Z"}));
    let again = server.get(&format!("/api/status/{}/", status["id"].as_str().unwrap()));
    assert_eq!(again.json(), status);
    let objects = server.get(OBJECTS);
    assert!(objects.text.contains(r#"{"x_number":1.10,"type":"indicator""#), "{}", objects.text);
    assert_eq!(objects.json()["more"], false);
    let first = objects.header("X-TAXII-Date-Added-First").unwrap();
    assert_eq!(objects.header("X-TAXII-Date-Added-Last"), Some(first));
    let manifest = server.get(MANIFEST).json();
    assert_eq!(
        manifest["objects"][0],
        json!({"id": id(1), "date_added": first, "version": "2020-01-01T00:00:00Z", "media_type": "application/stix+json;version=2.1"})
    );
    let one = server.get(&format!("{OBJECTS}{}/", id(1)));
    assert_eq!(one.ids(), [id(1)]);
    assert_eq!(server.get(&format!("{OBJECTS}{}/", id(2))).status, 404);
}

#[test]
fn versions_and_their_filters() {
    let server = Server::start();
    let objects = vec![
        indicator(1, 2, None),
        indicator(1, 1, None),
        indicator(1, 3, None),
        indicator(2, 1, None),
    ];
    assert_eq!(server.post(OBJECTS, &envelope(objects)).json()["success_count"], 4);
    let modified = |query: &str| {
        let reply = server.get(&format!("{OBJECTS}{}/?{query}", id(1))).json();
        let objects = reply["objects"].as_array().cloned().unwrap_or_default();
        let mut days: Vec<String> =
            objects.iter().map(|one| one["modified"].as_str().unwrap()[8..10].to_owned()).collect();
        days.sort();
        days.join(" ")
    };
    assert_eq!(modified(""), "03");
    assert_eq!(modified("match[version]=last"), "03");
    assert_eq!(modified("match[version]=first"), "01");
    assert_eq!(modified("match[version]=first,last"), "01 03");
    assert_eq!(modified("match[version]=all"), "01 02 03");
    assert_eq!(modified("match%5Bversion%5D=2020-01-02T00:00:00Z"), "02");
    assert_eq!(modified("match[version]=2020-01-05T00:00:00Z"), "");
    assert_eq!(modified("match[spec_version]=2.0"), "");
    let versions = server.get(&format!("{OBJECTS}{}/versions/", id(1))).json();
    // In the order in which they were added.
    assert_eq!(
        versions["versions"],
        json!(["2020-01-02T00:00:00.000Z", "2020-01-01T00:00:00.000Z", "2020-01-03T00:00:00.000Z"])
    );
    assert_eq!(server.get(OBJECTS).ids(), [id(1), id(2)]);
    // Deleting takes the last version; what was before it is the last one then (5.7).
    let delete = |query: &str| {
        server
            .ask(
                "agency",
                "DELETE",
                &format!("{OBJECTS}{}/{query}", id(1)),
                &[("Accept", TAXII)],
                None,
            )
            .status
    };
    assert_eq!(delete(""), 200);
    assert_eq!(modified(""), "02");
    assert_eq!(delete("?match[version]=all"), 200);
    assert_eq!(delete(""), 404);
    assert_eq!(server.get(OBJECTS).ids(), [id(2)]);
}

#[test]
fn the_same_again_is_no_harm_and_another_under_its_name_is_refused() {
    let server = Server::start();
    server.post(OBJECTS, &envelope(vec![indicator(1, 1, None)]));
    let again = server.post(OBJECTS, &envelope(vec![indicator(1, 1, None)])).json();
    assert_eq!((&again["success_count"], &again["failure_count"]), (&json!(1), &json!(0)));
    let mut other = indicator(1, 1, None);
    other["pattern"] = json!("[domain-name:value = 'forged.example']");
    let refused = server.post(OBJECTS, &envelope(vec![other])).json();
    assert_eq!((&refused["success_count"], &refused["failure_count"]), (&json!(0), &json!(1)));
    assert_eq!(refused["failures"][0]["id"], id(1));
    assert!(server.get(OBJECTS).text.contains("n1.example"));
    assert_eq!(server.get(OBJECTS).ids().len(), 1);
    // An observable has no version: the same again is the same, another one is a new version.
    let domain = |value: &str| json!({"type": "domain-name", "id": "domain-name--00000000-0000-4000-8000-000000000001", "value": value});
    for value in ["a.example", "a.example", "b.example"] {
        assert_eq!(server.post(OBJECTS, &envelope(vec![domain(value)])).json()["success_count"], 1);
    }
    let all = server.get(&format!("{OBJECTS}?match[type]=domain-name&match[version]=all"));
    assert_eq!(all.ids().len(), 2);
    assert_eq!(
        server.get(&format!("{OBJECTS}?match[type]=domain-name")).json()["objects"][0]["value"],
        "b.example"
    );
}

#[test]
fn filters_by_id_type_and_time() {
    let server = Server::start();
    let identity = json!({"type": "identity", "spec_version": "2.1", "id": "identity--00000000-0000-4000-8000-000000000001",
        "created": "2020-01-01T00:00:00Z", "modified": "2020-01-01T00:00:00Z", "name": "x"});
    let old = json!({"type": "indicator", "id": id(9), "created": "2020-01-01T00:00:00Z", "modified": "2020-01-01T00:00:00Z"});
    server.post(
        OBJECTS,
        &envelope(vec![indicator(1, 1, None), identity, indicator(2, 1, None), old]),
    );
    let ids = |query: &str| server.get(&format!("{OBJECTS}?{query}")).ids();
    let identity = "identity--00000000-0000-4000-8000-000000000001".to_owned();
    assert_eq!(ids("match[type]=indicator"), [id(1), id(2), id(9)]);
    assert_eq!(ids("match[type]=indicator,identity"), [id(1), identity.clone(), id(2), id(9)]);
    assert_eq!(ids(&format!("match[id]={},{identity}", id(2))), [identity.clone(), id(2)]);
    assert_eq!(ids(&format!("match[id]={},{identity}&match[type]=identity", id(2))), [identity]);
    assert_eq!(ids("match[spec_version]=2.0"), [id(9)]);
    assert_eq!(ids("match[spec_version]=2.1&match[type]=indicator"), [id(1), id(2)]);
    let manifest = server.get(MANIFEST).json();
    let second = manifest["objects"][1]["date_added"].as_str().unwrap();
    assert_eq!(ids(&format!("added_after={second}")), [id(2), id(9)]);
    assert_eq!(manifest["objects"][3]["media_type"], "application/stix+json;version=2.0");
    for (query, status) in
        [("added_after=x", 400), ("limit=0", 400), ("next=zz", 400), ("unknown=1", 200)]
    {
        let reply = server.get(&format!("{OBJECTS}?{query}"));
        assert_eq!(reply.status, status, "{query}");
        assert_eq!(reply.header("content-type"), Some(TAXII));
    }
    let error = server.get(&format!("{OBJECTS}?added_after=x")).json();
    assert!(
        error["title"].is_string()
            && error["description"].as_str().unwrap().contains("added_after")
    );
    assert_eq!(error["http_status"], "400");
}

#[test]
fn a_walk_stays_stable_while_objects_are_added() {
    let server = Server::with_page(3);
    server.post(OBJECTS, &envelope((1..=10).map(|n| indicator(n, 1, None)).collect()));
    let mut seen = Vec::new();
    let mut query = "limit=2".to_owned();
    for round in 0..20 {
        let page = server.get(&format!("{OBJECTS}?{query}"));
        seen.extend(page.ids());
        // Between two pages others add and replace objects.
        if round < 3 {
            server.post(
                OBJECTS,
                &envelope(vec![indicator(100 + round, 1, None), indicator(10, 2 + round, None)]),
            );
        }
        let json = page.json();
        if json["more"] == false {
            assert!(json.get("next").is_none());
            break;
        }
        assert!(page.ids().len() <= 2);
        query = format!("limit=2&next={}", json["next"].as_str().unwrap());
    }
    let expected: Vec<String> = (1..=9).chain([100, 101, 102, 10]).map(id).collect();
    assert_eq!(seen, expected);
    // Without a limit the server's own holds; a larger one is cut to it.
    assert_eq!(server.get(OBJECTS).ids().len(), 3);
    assert_eq!(server.get(&format!("{OBJECTS}?limit=1000000")).ids().len(), 3);
    // The time of the last object leads on as well as `next` does.
    let mut by_time = Vec::new();
    let mut after = "1970-01-01T00:00:00Z".to_owned();
    for _ in 0..20 {
        let page = server.get(&format!("{OBJECTS}?added_after={after}"));
        by_time.extend(page.ids());
        match page.header("X-TAXII-Date-Added-Last") {
            Some(last) => after = last.to_owned(),
            None => break,
        }
    }
    assert_eq!(by_time, expected);
}

#[test]
fn media_types_methods_and_addresses() {
    let server = Server::start();
    let ask = |method, path, headers: &[(&str, &str)], body: Option<&[u8]>| {
        server.ask("agency", method, path, headers, body).status
    };
    assert_eq!(ask("GET", OBJECTS, &[("Accept", "application/taxii+json;version=2.0")], None), 406);
    assert_eq!(ask("GET", OBJECTS, &[("Accept", "text/html")], None), 406);
    assert_eq!(ask("GET", OBJECTS, &[("Accept", "application/taxii+json")], None), 200);
    let body = envelope(vec![indicator(1, 1, None)]).to_string();
    let body = Some(body.as_bytes());
    assert_eq!(
        ask("POST", OBJECTS, &[("Accept", TAXII), ("Content-Type", "application/json")], body),
        415
    );
    assert_eq!(ask("POST", OBJECTS, &[("Accept", TAXII)], body), 415);
    assert_eq!(ask("PUT", OBJECTS, &[("Accept", TAXII)], body), 405);
    assert_eq!(ask("POST", MANIFEST, &[("Accept", TAXII), ("Content-Type", TAXII)], body), 405);
    for path in [
        "/",
        "/api",
        "/nowhere/",
        "/api/collections/none/",
        "/api/collections/none/objects/",
        "/api/status/x/",
    ] {
        let reply = server.get(path);
        assert_eq!(
            (reply.status, reply.json()["http_status"].clone()),
            (404, json!("404")),
            "{path}"
        );
    }
}

#[test]
fn operators_see_health_and_figures() {
    let server = Server::start();
    server.post(OBJECTS, &envelope(vec![indicator(1, 1, None)]));
    let ask = |path: &str| request(&format!("http://{}{path}", server.operators), "GET", &[], None);
    assert_eq!(ask("/health").status, 200);
    let figures = ask("/metrics").text;
    assert!(figures.contains("\ntaxii_objects_added_total 1\n"), "{figures}");
    assert!(figures.contains("taxii_requests_total{endpoint=\"objects\",status=\"2xx\"} 1\n"));
    // They are not among the addresses of TAXII.
    assert_eq!(server.get("/metrics").status, 404);
    // The stream sends its first event at once.
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(server.operators).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    stream.write_all(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains("data: taxii_store_bytes") {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "{text}");
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    assert!(text.contains("text/event-stream") && text.contains("event: figures"));
}
