//! Writes all that was imported as one STIX 2.1 bundle: the same lists give the same bytes.
//!
//! Records with one value become one indicator with all their publications and families. What
//! must not alert becomes observed data with the reason, which no tool alerts on. Our extension
//! (docs/design/lists.md) keeps where each value stands and how far its list is trusted.

use crate::{Import, Kind, Publication, Record, StixObject, Tlp, Value, id};
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};

/// Id of our extension definition (docs/design/advisory.md).
pub const EXTENSION_ID: &str = "extension-definition--11b6419c-95ab-5484-8513-cd94394e0fd1";

/// Places of one value that are kept; a count stands for the rest.
const MAX_ORIGINS: usize = 20;

/// What a bundle came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Indicators made from records.
    pub indicators: u64,
    /// Values kept as context.
    pub context: u64,
    /// STIX objects taken over.
    pub objects: u64,
    /// STIX objects left out, since the same version of the same id was there already.
    pub repeated: u64,
}

/// What makes two records the same indicator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) value: Value,
    pub(crate) port: Option<u16>,
    pub(crate) exact_host: bool,
}

impl Key {
    /// Kind, value and what narrows them, from which ids are made.
    pub(crate) fn name(&self) -> String {
        let mut name = format!("{}:{}", self.value.kind.name(), self.value.text);
        if let Some(port) = self.port {
            name.push_str(&format!(" port {port}"));
        }
        if self.exact_host {
            name.push_str(" host only");
        }
        name
    }
}

/// The records by what they name.
pub(crate) fn merged(records: &[Record]) -> BTreeMap<Key, Vec<&Record>> {
    let mut merged: BTreeMap<Key, Vec<&Record>> = BTreeMap::new();
    for record in records {
        let (value, port) = (record.value.clone(), record.port);
        let key = Key { value, port, exact_host: record.exact_host };
        merged.entry(key).or_default().push(record);
    }
    merged
}

/// Writes the bundle. `now` stands for the day of values that have none.
///
/// # Errors
/// When it cannot be written.
pub fn write(import: &Import, now: Timestamp, out: &mut dyn Write) -> io::Result<Written> {
    let mut written = Written::default();
    let merged = merged(import.records());
    let mut writer = Objects { out, first: true };
    let digest =
        import.lists().iter().map(|list| list.file.as_ref()).collect::<Vec<_>>().join("\n");
    let bundle = id::ours("bundle", &format!("import\n{digest}"));
    write!(writer.out, "{{\"type\":\"bundle\",\"id\":\"{bundle}\",\"objects\":[")?;
    let mut seen = Seen::default();
    for object in import.objects() {
        match taken_over(object, &mut seen) {
            Some(taken) => {
                written.objects += 1;
                match taken {
                    Taken::AsItStands => writer.raw(&object.json)?,
                    Taken::Marked(marked) => writer.object(&marked)?,
                }
            }
            None => written.repeated += 1,
        }
    }
    if !merged.is_empty() {
        preamble(&merged, &mut seen, &mut writer)?;
    }
    for (key, records) in &merged {
        if records.iter().any(|record| record.context.is_none()) {
            written.indicators += 1;
            indicator(key, records, now, &mut writer)?;
        } else {
            written.context += 1;
            context(key, records, now, &mut seen, &mut writer)?;
        }
    }
    writeln!(writer.out, "\n]}}")?;
    Ok(written)
}

/// Which versions of which objects are written, by two hashes of each.
#[derive(Default)]
struct Seen {
    versions: HashSet<(u64, u64)>,
    states: [RandomState; 2],
}

impl Seen {
    /// Whether this version of this object was not there before.
    fn first(&mut self, id: &str, modified: &str) -> bool {
        let [low, high] = &self.states;
        self.versions.insert((low.hash_one((id, modified)), high.hash_one((id, modified))))
    }
}

struct Objects<'w> {
    out: &'w mut dyn Write,
    first: bool,
}

impl Objects<'_> {
    /// An object as somebody else wrote it.
    fn raw(&mut self, json: &str) -> io::Result<()> {
        self.next()?;
        self.out.write_all(harmless::json::text(json).as_bytes())
    }

    fn object(&mut self, object: &impl Serialize) -> io::Result<()> {
        self.next()?;
        harmless::json::write(self.out, object)
    }

    fn next(&mut self) -> io::Result<()> {
        let before = if std::mem::take(&mut self.first) { "\n" } else { ",\n" };
        self.out.write_all(before.as_bytes())
    }
}

/// How an object is taken over.
enum Taken {
    AsItStands,
    /// With what we say about it.
    Marked(Map<String, Json>),
}

/// How an object is taken over; `None` where this version of it was there already.
fn taken_over(object: &StixObject, seen: &mut Seen) -> Option<Taken> {
    let parsed: Result<Map<String, Json>, _> = serde_json::from_str(&object.json);
    let Ok(mut map) = parsed else { return Some(Taken::AsItStands) };
    let text = |key: &str| map.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
    if !seen.first(&text("id"), &text("modified")) {
        return None;
    }
    let Some(mark) = &object.mark else { return Some(Taken::AsItStands) };
    let extensions = map.entry("extensions").or_insert_with(|| json!({}));
    if let Some(extensions) = extensions.as_object_mut() {
        let own = extensions.entry(EXTENSION_ID).or_insert_with(|| json!({}));
        if let Some(own) = own.as_object_mut() {
            own.insert("extension_type".into(), "property-extension".into());
            own.insert("ceiling".into(), "note".into());
            own.insert("reason".into(), mark.as_str().into());
        }
    }
    Some(Taken::Marked(map))
}

const MADE: &str = "2026-11-22T00:00:00.000Z";

/// What all of our objects refer to.
fn preamble(
    merged: &BTreeMap<Key, Vec<&Record>>,
    seen: &mut Seen,
    writer: &mut Objects<'_>,
) -> io::Result<()> {
    let mut once = |object: Json, writer: &mut Objects<'_>| {
        let text = |key: &str| object.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
        if seen.first(&text("id"), &text("modified")) { writer.object(&object) } else { Ok(()) }
    };
    once(
        json!({"type": "identity", "spec_version": "2.1", "id": importer(), "created": MADE,
            "modified": MADE, "name": "tamarisk indicators import",
            "description": "Made from the lists named in each object; no agency signed it.",
            "identity_class": "system"}),
        writer,
    )?;
    once(
        json!({"type": "extension-definition", "spec_version": "2.1", "id": EXTENSION_ID,
            "created_by_ref": importer(), "created": MADE, "modified": MADE,
            "name": "Scope and provenance of an indicator",
            "description": "docs/design/lists.md of the Tamarisk project",
            "schema": "docs/design/lists.md", "version": "1.1.0",
            "extension_types": ["property-extension"]}),
        writer,
    )?;
    let records = || merged.values().flatten();
    let marks: BTreeSet<Tlp> = records().filter_map(|record| record.tlp).collect();
    for mark in marks {
        once(mark.definition(), writer)?;
    }
    let families: BTreeSet<&str> = merged
        .values()
        .filter(|records| records.iter().any(|record| record.context.is_none()))
        .flatten()
        .flat_map(|record| record.families.iter().map(String::as_str))
        .collect();
    for family in families {
        once(
            json!({"type": "malware", "spec_version": "2.1", "id": id::ours("malware", family),
                "created_by_ref": importer(), "created": MADE, "modified": MADE, "name": family,
                "is_family": true}),
            writer,
        )?;
    }
    Ok(())
}

fn importer() -> String {
    id::ours("identity", "import")
}

fn indicator(
    key: &Key,
    records: &[&Record],
    now: Timestamp,
    writer: &mut Objects<'_>,
) -> io::Result<()> {
    let times = Times::of(records, now);
    let own = id::ours("indicator", &key.name());
    let alerting = || records.iter().filter(|record| record.context.is_none());
    let is_address = matches!(key.value.kind, Kind::Ipv4 | Kind::Ipv6);
    let sure = |record: &&&Record| {
        record.confidence.unwrap_or_else(|| record.trust.confidence(is_address))
    };
    let confidence = alerting().map(|record| sure(&record)).max().unwrap_or(0);
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": own,
        "created_by_ref": importer(), "created": times.created, "modified": times.modified,
        "name": format!("{} {}", key.value.kind.name(), key.value.text),
        "indicator_types": ["malicious-activity"],
        "pattern": key.value.pattern(), "pattern_type": "stix", "pattern_version": "2.1",
        "valid_from": times.valid_from, "confidence": confidence,
        "external_references": references(records),
        "extensions": {EXTENSION_ID: extension(key, records)},
    });
    let notes: BTreeSet<&str> = alerting().filter_map(|record| record.note.as_deref()).collect();
    if !notes.is_empty() {
        let notes: Vec<&str> = notes.into_iter().take(20).collect();
        object["description"] = notes.join("\n").into();
    }
    if let Some(until) = times.valid_until {
        object["valid_until"] = until.into();
    }
    mark(&mut object, records);
    writer.object(&object)?;
    let families: BTreeSet<&str> =
        alerting().flat_map(|record| record.families.iter().map(String::as_str)).collect();
    for family in families {
        let malware = id::ours("malware", family);
        let link = id::ours("relationship", &format!("{own} indicates {malware}"));
        writer.object(&json!({
            "type": "relationship", "spec_version": "2.1", "id": link,
            "created_by_ref": importer(), "created": times.created, "modified": times.modified,
            "relationship_type": "indicates", "source_ref": own, "target_ref": malware,
        }))?;
    }
    Ok(())
}

/// Context: observed data, which says that something was seen and calls it nothing.
fn context(
    key: &Key,
    records: &[&Record],
    now: Timestamp,
    seen: &mut Seen,
    writer: &mut Objects<'_>,
) -> io::Result<()> {
    let times = Times::of(records, now);
    let observable = observable(&key.value);
    let refers = observable["id"].as_str().unwrap_or("").to_owned();
    if seen.first(&refers, "") {
        writer.object(&observable)?;
    }
    let reasons: BTreeSet<&str> =
        records.iter().filter_map(|record| record.context.as_deref()).collect();
    let mut extension = extension(key, records);
    extension["context"] = json!({
        "kind": key.value.kind.name(), "value": key.value.text,
        "reason": reasons.into_iter().collect::<Vec<_>>().join("; "),
    });
    let mut object = json!({
        "type": "observed-data", "spec_version": "2.1",
        "id": id::ours("observed-data", &key.name()), "created_by_ref": importer(),
        "created": times.created, "modified": times.modified,
        "first_observed": times.created, "last_observed": times.modified,
        "number_observed": records.len(), "object_refs": [refers],
        "external_references": references(records),
        "extensions": {EXTENSION_ID: extension},
    });
    mark(&mut object, records);
    writer.object(&object)
}

fn mark(object: &mut Json, records: &[&Record]) {
    if let Some(tlp) = records.iter().filter_map(|record| record.tlp).max() {
        object["object_marking_refs"] = json!([tlp.id()]);
    }
}

fn references(records: &[&Record]) -> Vec<Json> {
    let all: BTreeSet<&Publication> =
        records.iter().flat_map(|record| &record.publications).collect();
    let shown = all.into_iter().take(64).map(|one| match &one.url {
        Some(url) => json!({"source_name": one.name, "url": url}),
        // A reference needs more than a name (STIX 2.1, section 2.5.2).
        None => json!({"source_name": one.name, "description": "as named by the list"}),
    });
    shown.collect()
}

fn extension(key: &Key, records: &[&Record]) -> Json {
    let trust = records.iter().map(|record| record.trust).min().map_or("", |trust| trust.name());
    let origins: BTreeSet<_> = records.iter().map(|record| &record.origin).collect();
    let mut extension = json!({
        "extension_type": "property-extension", "trust": trust,
        "origins": origins.iter().take(MAX_ORIGINS).collect::<Vec<_>>(),
    });
    if origins.len() > MAX_ORIGINS {
        extension["origins_total"] = origins.len().into();
    }
    if let Some(port) = key.port {
        extension["port"] = port.into();
        extension["ceiling"] = "review".into();
    }
    if key.exact_host {
        extension["scope"] = "host".into();
    }
    extension
}

/// The times of an object.
struct Times {
    created: String,
    modified: String,
    valid_from: String,
    valid_until: Option<String>,
}

impl Times {
    fn of(records: &[&Record], now: Timestamp) -> Self {
        let stamp = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let midnight = |day: &str| format!("{day}T00:00:00.000Z");
        let days = || records.iter().filter_map(|record| record.date.as_deref());
        let modified = days().max().map_or_else(|| stamp(now), midnight);
        let created = days().min().map_or_else(|| modified.clone(), midnight);
        let seen = records.iter().filter_map(|record| record.first_seen.as_deref());
        // Reports tell of what has been in use for a while (docs/design/advisory.md).
        let earlier = |day: &str| {
            let day: Date = day.parse().ok()?;
            Some(midnight(&day.checked_sub(1.year()).ok()?.to_string()))
        };
        let valid_from = seen
            .filter_map(|at| at.parse::<Timestamp>().ok())
            .min()
            .map(stamp)
            .or_else(|| days().min().and_then(earlier))
            .unwrap_or_else(|| "1970-01-01T00:00:00.000Z".to_owned());
        let until = |record: &&Record| record.valid_until.as_deref()?.parse::<Timestamp>().ok();
        // One record without an end keeps the indicator valid.
        let ends: Option<Vec<Timestamp>> = records.iter().map(until).collect();
        let valid_until =
            ends.and_then(|ends| ends.into_iter().max()).map(stamp).filter(|end| *end > valid_from);
        Self { created, modified, valid_from, valid_until }
    }
}

/// A value as a STIX cyber-observable. Kinds that STIX has none for are `software` by name.
fn observable(value: &Value) -> Json {
    let text = &value.text;
    let (kind, properties) = match value.kind {
        Kind::Domain => ("domain-name", json!({"value": text})),
        Kind::Ipv4 => ("ipv4-addr", json!({"value": text})),
        Kind::Ipv6 => ("ipv6-addr", json!({"value": text})),
        Kind::Url => ("url", json!({"value": text})),
        Kind::Email => ("email-addr", json!({"value": text})),
        Kind::Sha256 => ("file", json!({"hashes": {"SHA-256": text}})),
        Kind::Sha1 => ("file", json!({"hashes": {"SHA-1": text}})),
        Kind::Md5 => ("file", json!({"hashes": {"MD5": text}})),
        Kind::FileName => ("file", json!({"name": text})),
        Kind::Path => ("directory", json!({"path": text})),
        Kind::CertSha256 => ("x509-certificate", json!({"hashes": {"SHA-256": text}})),
        Kind::CertSha1 => ("x509-certificate", json!({"hashes": {"SHA-1": text}})),
        Kind::CertMd5 => ("x509-certificate", json!({"hashes": {"MD5": text}})),
        Kind::Package | Kind::Process | Kind::Property | Kind::Profile => {
            ("software", json!({"name": text}))
        }
    };
    // serde_json writes keys in order and escapes as little as RFC 8785 does.
    let canonical = properties.to_string();
    let mut object = json!({"type": kind, "spec_version": "2.1"});
    object["id"] = id::observable(kind, &canonical).into();
    if let (Json::Object(object), Json::Object(properties)) = (&mut object, properties) {
        object.extend(properties);
    }
    object
}
