//! MISP events (MISP core format, draft-17): one event, `{"Event": …}`, or `{"response": […]}`.
//!
//! `to_ids` false means context. Galaxies of families and actors name the family; tags may too,
//! and give the TLP. Objects are read by their template: in `android-app` a SHA-1 is that of a
//! certificate, not of a file.

use super::{Format, Found, day, tlp};
use crate::{Head, Kind, Publication, Tlp, Trust, Value, guess, refang};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value as Json;

pub(super) struct MispEvent;

#[derive(Deserialize)]
struct Wrapped {
    #[serde(rename = "Event")]
    event: Event,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    uuid: String,
    info: String,
    date: String,
    #[serde(rename = "Orgc")]
    orgc: Option<Org>,
    #[serde(rename = "Org")]
    org: Option<Org>,
    #[serde(rename = "Tag")]
    tags: Vec<Tag>,
    #[serde(rename = "Galaxy")]
    galaxies: Vec<Galaxy>,
    #[serde(rename = "Attribute")]
    attributes: Vec<Attribute>,
    #[serde(rename = "Object")]
    objects: Vec<Object>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Org {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tag {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Galaxy {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "GalaxyCluster")]
    clusters: Vec<Cluster>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cluster {
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attribute {
    uuid: String,
    #[serde(rename = "type")]
    kind: String,
    value: Json,
    comment: String,
    to_ids: Json,
    timestamp: Json,
    first_seen: Option<String>,
    last_seen: Option<String>,
    deleted: Json,
    object_relation: Option<String>,
    #[serde(rename = "Tag")]
    tags: Vec<Tag>,
    #[serde(rename = "Galaxy")]
    galaxies: Vec<Galaxy>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Object {
    name: String,
    comment: String,
    deleted: Json,
    first_seen: Option<String>,
    #[serde(rename = "Attribute")]
    attributes: Vec<Attribute>,
}

impl Format for MispEvent {
    fn id(&self) -> &'static str {
        "misp-event"
    }

    fn about(&self) -> &'static str {
        "MISP event as JSON (alone, in a response, or a file of a feed folder)"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let listed = head.first() == Some('[') && head.text.contains("\"Event\"");
        let bare = head.json_key("Attribute") && head.json_key("info");
        head.json_key("Event") || head.json_key("response") || listed || bare
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        for event in events(text)? {
            Reading::new(&event, found).all(&event);
        }
        Ok(())
    }
}

/// The events of a file, whatever they are wrapped in.
fn events(text: &str) -> Result<Vec<Event>, String> {
    let said = |error: serde_json::Error| error.to_string();
    let json: Json = serde_json::from_str(text).map_err(said)?;
    let list = match json {
        Json::Object(mut map) => match (map.remove("response"), map.contains_key("Event")) {
            (Some(Json::Array(list)), _) => list,
            (Some(other), _) => vec![other],
            (None, true) => vec![Json::Object(map)],
            (None, false) => {
                return Ok(vec![serde_json::from_value(Json::Object(map)).map_err(said)?]);
            }
        },
        Json::Array(list) => list,
        _ => return Err("no event".into()),
    };
    let wrapped = |one| serde_json::from_value::<Wrapped>(one).map(|one| one.event).map_err(said);
    list.into_iter().map(wrapped).collect()
}

/// What all values of an event share.
struct Reading<'f, 'g> {
    found: &'f mut Found<'g>,
    publications: Vec<Publication>,
    families: Vec<String>,
    tlp: Option<Tlp>,
    date: Option<String>,
    info: String,
    uuid: String,
}

impl<'f, 'g> Reading<'f, 'g> {
    fn new(event: &Event, found: &'f mut Found<'g>) -> Self {
        let publisher = event.orgc.as_ref().or(event.org.as_ref()).map(|org| org.name.clone());
        let name = match publisher.filter(|name| !name.is_empty()) {
            Some(name) => format!("{name}: {}", event.info),
            None => event.info.clone(),
        };
        let name = if name.trim().is_empty() { format!("MISP event {}", event.uuid) } else { name };
        let mut publications = vec![Publication { name: name.clone(), url: None }];
        for link in event.attributes.iter().filter(|one| one.kind == "link") {
            if let Some(url) = link.value.as_str() {
                publications
                    .push(Publication { name: name.clone(), url: Some(refang(url).into()) });
            }
        }
        Self {
            found,
            publications,
            families: families(&event.galaxies, &event.tags),
            tlp: tlp(event.tags.iter().map(|tag| tag.name.as_str())),
            date: day(&event.date),
            info: event.info.clone(),
            uuid: event.uuid.clone(),
        }
    }

    fn all(&mut self, event: &Event) {
        for attribute in &event.attributes {
            self.attribute(attribute, None);
        }
        for object in event.objects.iter().filter(|object| !truth(&object.deleted)) {
            for attribute in &object.attributes {
                self.attribute(attribute, Some(object));
            }
        }
    }

    fn attribute(&mut self, one: &Attribute, object: Option<&Object>) {
        if truth(&one.deleted) || one.kind == "link" {
            return;
        }
        let raw = match &one.value {
            Json::String(text) => text.clone(),
            Json::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let place = || format!("attribute {}", if one.uuid.is_empty() { &raw } else { &one.uuid });
        match values(one, &raw, object) {
            Values::Nothing => {}
            Values::Unknown(reason) => self.found.skip(place(), reason),
            Values::These(list) => {
                for (value, port) in list {
                    match value {
                        Ok(value) => self.push(value, port, one, object),
                        Err(reason) => self.found.skip(place(), format!("`{raw}`: {reason}")),
                    }
                }
            }
        }
    }

    fn push(&mut self, value: Value, port: Option<u16>, one: &Attribute, object: Option<&Object>) {
        let record = format!("event {} attribute {}", self.uuid, one.uuid);
        let origin = self.found.origin(None, Some(record));
        let mut record = self.found.record(value, origin, Trust::Community);
        record.publications.clone_from(&self.publications);
        record.families.clone_from(&self.families);
        for family in families(&one.galaxies, &one.tags) {
            if !record.families.contains(&family) {
                record.families.push(family);
            }
        }
        let own = tlp(one.tags.iter().map(|tag| tag.name.as_str()));
        record.tlp = own.max(self.tlp);
        record.port = port;
        record.note =
            [&one.comment, object.map_or(&one.comment, |object| &object.comment), &self.info]
                .into_iter()
                .find(|text| !text.trim().is_empty())
                .cloned();
        record.date = stamp(&one.timestamp).or_else(|| self.date.clone());
        let seen = one.first_seen.as_deref().or(object.and_then(|o| o.first_seen.as_deref()));
        record.first_seen = seen.and_then(instant);
        record.confidence = one.tags.iter().find_map(|tag| confidence(&tag.name));
        if !truth(&one.to_ids) {
            record.context = Some("its publisher marks it as context (to_ids=0)".to_owned());
        }
        let _ = &one.last_seen; // Last seen is no end of validity.
        self.found.push(record);
    }
}

/// What an attribute names.
enum Values {
    These(Vec<(Result<Value, &'static str>, Option<u16>)>),
    /// Not a value at all: a comment, a link to a report.
    Nothing,
    Unknown(String),
}

fn values(one: &Attribute, raw: &str, object: Option<&Object>) -> Values {
    let raw = refang(raw);
    let raw = raw.as_ref();
    let single = |kind| Values::These(vec![(Value::new(kind, raw), None)]);
    let relation = one.object_relation.as_deref().unwrap_or("");
    if let Some(object) = object {
        match (object.name.as_str(), relation) {
            ("android-app", "appid") | ("apk", "package-name") => return single(Kind::Package),
            ("android-app", "certificate") => return certificate(raw),
            ("android-app", "certificate-sha256") => return single(Kind::CertSha256),
            ("android-app" | "apk", "name" | "state" | "mimetype") => return Values::Nothing,
            ("x509", "x509-fingerprint-sha256") => return single(Kind::CertSha256),
            ("x509", "x509-fingerprint-sha1") => return single(Kind::CertSha1),
            ("x509", "x509-fingerprint-md5") => return single(Kind::CertMd5),
            ("file", "path") => return single(Kind::Path),
            ("process", "name") => return single(Kind::Process),
            (_, "first-seen" | "last-seen" | "registration-date" | "text") => {
                return Values::Nothing;
            }
            _ => {}
        }
    }
    let host = |text: &str| (Value::host(text), None);
    match one.kind.as_str() {
        "domain" | "hostname" => Values::These(vec![host(raw)]),
        "ip-src" | "ip-dst" => Values::These(vec![(Value::new(Kind::Ipv4, raw), None)]),
        "ip-src|port" | "ip-dst|port" | "hostname|port" => {
            let (host, port) =
                raw.split_once('|').or_else(|| raw.rsplit_once(':')).unwrap_or((raw, ""));
            Values::These(vec![(Value::host(host), port.trim().parse().ok())])
        }
        "domain|ip" => Values::These(raw.split('|').map(host).collect()),
        "url" => match Value::new(Kind::Url, raw) {
            // Many events hold hosts and links without a scheme as `url`.
            Err(_) if !raw.contains('/') => Values::These(vec![host(raw)]),
            value => Values::These(vec![(value, None)]),
        },
        "sha256" => single(Kind::Sha256),
        "sha1" => single(Kind::Sha1),
        "md5" => single(Kind::Md5),
        "filename|sha256" | "filename|sha1" | "filename|md5" | "malware-sample" => {
            let hash = raw.rsplit_once('|').map_or(raw, |(_, hash)| hash);
            let value = guess::hash(hash, false).ok_or("no hash behind the name");
            Values::These(vec![(value, None)])
        }
        "filename" => single(Kind::FileName),
        "email" | "email-src" | "email-dst" => single(Kind::Email),
        "mobile-application-id" => single(Kind::Package),
        "x509-fingerprint-sha256" => single(Kind::CertSha256),
        "x509-fingerprint-sha1" => single(Kind::CertSha1),
        "x509-fingerprint-md5" => single(Kind::CertMd5),
        "process-state" | "comment" | "text" | "other" | "datetime" | "counter"
        | "size-in-bytes" | "mime-type" | "port" | "float" | "boolean" | "attachment"
        | "campaign-name" | "threat-actor" | "ssdeep" | "tlsh" | "sha224" | "sha384" | "sha512"
        | "vhash"
            if !truth(&one.to_ids) =>
        {
            Values::Nothing
        }
        other => Values::Unknown(format!("attributes of type `{other}` are not understood")),
    }
}

/// A certificate by the hash that it happens to be.
fn certificate(raw: &str) -> Values {
    Values::These(vec![(guess::hash(raw, true).ok_or("no hash of a certificate"), None)])
}

/// Galaxies that name who did it or with what, and tags that stand for them.
fn families(galaxies: &[Galaxy], tags: &[Tag]) -> Vec<String> {
    const NAMING: &[&str] = &[
        "malpedia",
        "tool",
        "android",
        "mitre-malware",
        "mitre-mobile-attack-malware",
        "mitre-mobile-attack-tool",
        "mitre-tool",
        "stalkerware",
        "surveillance-vendor",
        "backdoor",
        "rat",
        "threat-actor",
        "mitre-intrusion-set",
        "mitre-mobile-attack-intrusion-set",
    ];
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        // MITRE's clusters carry their id: `Pegasus for Android - S0316`.
        let name = match name.rsplit_once(" - ") {
            Some((name, id)) if id.len() >= 4 && id[1..].bytes().all(|b| b.is_ascii_digit()) => {
                name
            }
            _ => name,
        };
        let name = name.trim();
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    };
    for galaxy in galaxies.iter().filter(|galaxy| NAMING.contains(&galaxy.kind.as_str())) {
        galaxy.clusters.iter().for_each(|cluster| add(&cluster.value));
    }
    for tag in tags {
        if let Some(rest) = tag.name.strip_prefix("misp-galaxy:")
            && let Some((kind, name)) = rest.split_once('=')
            && NAMING.contains(&kind)
        {
            add(name.trim_matches('"'));
        }
    }
    names
}

/// MISP's taxonomy of confidence, as numbers.
fn confidence(tag: &str) -> Option<u8> {
    let level = tag.strip_prefix("misp:confidence-level=")?.trim_matches('"');
    Some(match level {
        "completely-confident" => 95,
        "usually-confident" => 75,
        "fairly-confident" => 50,
        "rarely-confident" => 25,
        "unconfident" => 5,
        _ => return None,
    })
}

/// `true`, `"1"`, `1`.
fn truth(value: &Json) -> bool {
    match value {
        Json::Bool(flag) => *flag,
        Json::Number(number) => number.as_i64() != Some(0),
        Json::String(text) => matches!(text.as_str(), "1" | "true" | "True"),
        _ => false,
    }
}

/// The day of a Unix time in a text or number.
fn stamp(value: &Json) -> Option<String> {
    let seconds = match value {
        Json::Number(number) => number.as_i64(),
        Json::String(text) => text.parse().ok(),
        _ => None,
    };
    let at = Timestamp::from_second(seconds.filter(|seconds| *seconds > 0)?).ok()?;
    day(&at.to_string())
}

/// An RFC 3339 time in UTC.
fn instant(text: &str) -> Option<String> {
    text.parse::<Timestamp>().ok().map(|at| at.to_string())
}
