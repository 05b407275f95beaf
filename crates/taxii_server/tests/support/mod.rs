//! A server on loopback with a store of its own and a clock that tests turn, and what to ask it with.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses a part of it"
)]

use jiff::Timestamp;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use taxii_server::{Actor, Clock, Log, NewCollection, Settings, Stop, Store, Tlp, run};

pub const TAXII: &str = "application/taxii+json;version=2.1";

/// A clock that stands still unless it is turned.
pub struct Clockwork(Mutex<Duration>);

impl Clock for Clockwork {
    fn now(&self) -> Timestamp {
        start() + jiff::SignedDuration::try_from(self.elapsed()).unwrap()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

pub fn start() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

pub fn by() -> Actor<'static> {
    Actor::operator(start())
}

pub struct Server {
    pub address: SocketAddr,
    pub operators: SocketAddr,
    pub store: Store,
    pub clock: Arc<Clockwork>,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
    pub folder: tempfile::TempDir,
}

impl Server {
    /// A root `api` with the collections `warnings` and `sightings`; `agency` reads and writes
    /// everything, `helpdesk` reads warnings up to AMBER and writes sightings, `guest` nothing.
    pub fn start() -> Self {
        Self::with_page(100)
    }

    pub fn with_page(page: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.db")).unwrap();
        store.add_root("api", "Warnings", Some(200_000), by()).unwrap();
        for alias in ["warnings", "sightings"] {
            let new = NewCollection {
                root: "api".to_owned(),
                title: format!("All {alias}"),
                description: None,
                alias: Some(alias.to_owned()),
                unmarked: Tlp::Clear,
            };
            store.add_collection(&new, by()).unwrap();
        }
        for (name, ceiling) in
            [("agency", Tlp::Red), ("helpdesk", Tlp::Amber), ("guest", Tlp::Clear)]
        {
            store.add_account(name, &format!("{name}'s password"), ceiling, by()).unwrap();
        }
        store.grant("agency", "warnings", true, true, by()).unwrap();
        store.grant("agency", "sightings", true, true, by()).unwrap();
        store.grant("helpdesk", "warnings", true, false, by()).unwrap();
        store.grant("helpdesk", "sightings", false, true, by()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let operators = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let operators_at = operators.local_addr().unwrap();
        let clock = Arc::new(Clockwork(Mutex::new(Duration::from_secs(1000))));
        let stop = Stop::default();
        let settings = Settings {
            listener,
            identity: None,
            operators: Some(operators),
            title: "Test".to_owned(),
            description: None,
            contact: None,
            page,
            clock: clock.clone(),
            log: Log::default(),
            stop: stop.clone(),
        };
        let served = store.clone();
        let thread = std::thread::spawn(move || run(served, settings).unwrap());
        Self { address, operators: operators_at, store, clock, stop, thread: Some(thread), folder }
    }

    pub fn turn(&self, seconds: u64) {
        *self.clock.0.lock().unwrap() += Duration::from_secs(seconds);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks as `agency`.
    pub fn get(&self, path: &str) -> Reply {
        self.ask("agency", "GET", path, &[("Accept", TAXII)], None)
    }

    pub fn get_as(&self, account: &str, path: &str) -> Reply {
        self.ask(account, "GET", path, &[("Accept", TAXII)], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_as("agency", path, body.to_string().as_bytes())
    }

    pub fn post_as(&self, account: &str, path: &str, body: &[u8]) -> Reply {
        self.ask(account, "POST", path, &[("Accept", TAXII), ("Content-Type", TAXII)], Some(body))
    }

    pub fn ask(
        &self,
        account: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Reply {
        self.ask_with(account, &format!("{account}'s password"), method, path, headers, body)
    }

    pub fn ask_with(
        &self,
        account: &str,
        password: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Reply {
        use base64::Engine;
        let secret =
            base64::engine::general_purpose::STANDARD.encode(format!("{account}:{password}"));
        let authorization = format!("Basic {secret}");
        let mut all = vec![("Authorization", authorization.as_str())];
        all.extend_from_slice(headers);
        request(&self.url(path), method, &all, body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Ids of the objects of an envelope or a manifest.
    pub fn ids(&self) -> Vec<String> {
        let objects = self.json()["objects"].as_array().cloned().unwrap_or_default();
        objects.iter().map(|object| object["id"].as_str().unwrap().to_owned()).collect()
    }
}

pub fn request(url: &str, method: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Reply {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(60)))
        .build();
    let agent: ureq::Agent = config.into();
    let mut builder = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let mut response = agent.run(builder.body(body.unwrap_or_default().to_vec()).unwrap()).unwrap();
    let headers = response.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    Reply {
        status: response.status().as_u16(),
        headers: headers.collect(),
        text: response.body_mut().read_to_string().unwrap(),
    }
}

/// The n-th indicator, modified on that day of 2020, with that marking.
pub fn indicator(n: u32, day: u32, tlp: Option<&str>) -> Value {
    let time = format!("2020-01-{day:02}T00:00:00.000Z");
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": id(n), "created": "2020-01-01T00:00:00.000Z",
        "modified": time, "pattern": format!("[domain-name:value = 'n{n}.example']"),
        "pattern_type": "stix", "valid_from": "2020-01-01T00:00:00Z",
    });
    if let Some(tlp) = tlp {
        object["object_marking_refs"] = json!([tlp]);
    }
    object
}

pub fn id(n: u32) -> String {
    format!("indicator--00000000-0000-4000-8000-{n:012}")
}

pub fn envelope(objects: Vec<Value>) -> Value {
    json!({ "objects": objects })
}

pub const OBJECTS: &str = "/api/collections/warnings/objects/";
pub const MANIFEST: &str = "/api/collections/warnings/manifest/";
/// STIX 2.1, section 7.2.1.4, and OASIS' definitions of TLP 2.0.
pub const AMBER_1: &str = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
pub const STRICT_2: &str = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
pub const RED_2: &str = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
