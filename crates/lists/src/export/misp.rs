//! One MISP event (core format). Packages and certificates go into `android-app` objects, since
//! MISP has no attribute type for them that says so.

use super::{LeftOut, csv::without_value};
use crate::bundle::{Key, merged};
use crate::flatten::Flat;
use crate::{Kind, Record, Tlp, id};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the event; `title` is its info, `now` the day of values that have none.
///
/// # Errors
/// When it cannot be written.
pub fn write(
    flat: &Flat,
    title: &str,
    now: Timestamp,
    out: &mut dyn Write,
) -> io::Result<Vec<LeftOut>> {
    let mut left_out = without_value(flat);
    let mut attributes = Vec::new();
    let mut objects = Vec::new();
    let merged = merged(&flat.records);
    for (key, records) in &merged {
        match kind(key) {
            Some((kind, category)) => attributes.push(attribute(key, records, kind, category, now)),
            None => match template(key.value.kind) {
                Some((relation, kind)) => objects.push(object(key, records, relation, kind, now)),
                None => left_out.push(LeftOut::value(&key.value, "MISP has no type for it")),
            },
        }
    }
    let families: BTreeSet<&str> =
        flat.records.iter().flat_map(|record| record.families.iter().map(String::as_str)).collect();
    let mut tags: Vec<Json> = families
        .into_iter()
        .map(|name| json!({"name": format!("misp-galaxy:malpedia=\"{}\"", name.replace('"', "'"))}))
        .collect();
    if let Some(tlp) = flat.records.iter().filter_map(|record| record.tlp).max() {
        tags.push(json!({"name": tlp.tag()}));
    }
    let day = flat.records.iter().filter_map(|record| record.date.clone()).max();
    let event = json!({"Event": {
        "uuid": id::uuid(&format!("misp event {title}")), "info": title,
        "date": day.unwrap_or_else(|| now.strftime("%F").to_string()),
        "threat_level_id": "4", "analysis": "2", "distribution": "0", "published": false,
        "timestamp": now.as_second().to_string(),
        "Orgc": {"name": "tamarisk indicators export", "uuid": id::uuid("misp org")},
        "Tag": tags, "Attribute": attributes, "Object": objects,
    }});
    harmless::json::write_pretty(out, &event)?;
    Ok(left_out)
}

/// Type and category of an attribute.
fn kind(key: &Key) -> Option<(&'static str, &'static str)> {
    const NETWORK: &str = "Network activity";
    const FILE: &str = "Payload delivery";
    Some(match (key.value.kind, key.port) {
        (Kind::Domain, Some(_)) => ("hostname|port", NETWORK),
        (Kind::Domain, None) => (if key.exact_host { "hostname" } else { "domain" }, NETWORK),
        (Kind::Ipv4 | Kind::Ipv6, Some(_)) => ("ip-dst|port", NETWORK),
        (Kind::Ipv4 | Kind::Ipv6, None) => ("ip-dst", NETWORK),
        (Kind::Url, _) => ("url", NETWORK),
        (Kind::Sha256, _) => ("sha256", FILE),
        (Kind::Sha1, _) => ("sha1", FILE),
        (Kind::Md5, _) => ("md5", FILE),
        (Kind::FileName | Kind::Path, _) => ("filename", FILE),
        (Kind::Email, _) => ("email", FILE),
        (Kind::CertMd5, _) => ("x509-fingerprint-md5", FILE),
        _ => return None,
    })
}

/// Relation and type within an `android-app` object.
fn template(kind: Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::Package => ("appid", "text"),
        Kind::CertSha1 => ("certificate", "sha1"),
        Kind::CertSha256 => ("certificate-sha256", "sha256"),
        _ => return None,
    })
}

fn attribute(key: &Key, records: &[&Record], kind: &str, category: &str, now: Timestamp) -> Json {
    let value = match key.port.filter(|_| kind.ends_with("|port")) {
        Some(port) => format!("{}|{port}", key.value.text),
        None => key.value.text.clone(),
    };
    let alerts = records.iter().any(|record| record.context.is_none());
    let said: BTreeSet<&str> = records
        .iter()
        .flat_map(|record| {
            let published =
                record.publications.iter().map(|one| one.url.as_deref().unwrap_or(&one.name));
            published.chain(record.note.as_deref()).chain(record.context.as_deref())
        })
        .collect();
    let at = records.iter().filter_map(|record| record.date.as_deref()).max();
    let at = at.and_then(|day| format!("{day}T00:00:00Z").parse::<Timestamp>().ok()).unwrap_or(now);
    let mut attribute = json!({
        "uuid": id::uuid(&format!("misp attribute {}", key.name())), "type": kind,
        "category": category, "value": value, "to_ids": alerts,
        "comment": said.into_iter().take(10).collect::<Vec<_>>().join("; "),
        "timestamp": at.as_second().to_string(), "distribution": "5",
    });
    if let Some(tlp) = records.iter().filter_map(|record| record.tlp).max() {
        attribute["Tag"] = json!([{"name": Tlp::tag(tlp)}]);
    }
    attribute
}

fn object(key: &Key, records: &[&Record], relation: &str, kind: &str, now: Timestamp) -> Json {
    let mut one = attribute(key, records, kind, "Payload delivery", now);
    one["object_relation"] = relation.into();
    json!({
        "uuid": id::uuid(&format!("misp object {}", key.name())), "name": "android-app",
        "meta-category": "file", "template_uuid": "92836f23-4730-4eae-82ac-9f00d5299735",
        "template_version": "2", "distribution": "5",
        "timestamp": one["timestamp"], "Attribute": [one],
    })
}
