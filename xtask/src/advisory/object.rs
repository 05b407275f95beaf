//! STIX 2.1 objects as they are written.

use super::family;
use super::grade::{self, Ceiling};
use super::row::{Row, Value};
use super::technique;
use anyhow::{Context, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::{Uuid, uuid};

/// When this edition of the advisory was made.
const MADE: &str = "2026-11-22T00:00:00.000Z";

/// Namespace of our ids: version 5 of `https://tamarisk.invalid/stix` in the namespace of URLs.
const NAMESPACE: Uuid = uuid!("e8c68829-1011-5c33-acf2-1e6f2d88aedb");

/// One object; the order of the fields is that of the file.
#[derive(Default, Serialize)]
pub(super) struct Object {
    r#type: &'static str,
    spec_version: &'static str,
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by_ref: Option<String>,
    created: &'static str,
    modified: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_class: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_family: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension_types: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    indicator_types: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relationship_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_references: Vec<Reference>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Extension>,
}

#[derive(Serialize, PartialEq)]
struct Reference {
    source_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
}

#[derive(Serialize)]
struct Extension {
    extension_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ceiling: Option<&'static str>,
}

/// The id of an object: a version-5 UUID (RFC 9562, section 5.5) of its type and what it is.
pub(super) fn id(kind: &str, what: &str) -> String {
    format!("{kind}--{}", Uuid::new_v5(&NAMESPACE, format!("{kind}:{what}").as_bytes()))
}

fn object(kind: &'static str, what: &str) -> Object {
    Object {
        r#type: kind,
        spec_version: "2.1",
        id: id(kind, what),
        created_by_ref: Some(id("identity", "tamarisk")),
        created: MADE,
        modified: MADE,
        ..Object::default()
    }
}

fn extension_id() -> String {
    id("extension-definition", "indicator-scope")
}

/// Who made the advisory, and what the extension means.
pub(super) fn preamble() -> Vec<Object> {
    let identity = Object {
        created_by_ref: None,
        name: Some("Tamarisk".into()),
        description: Some(
            "The open project that compiled this advisory from published sources. No agency \
             signed it."
                .into(),
        ),
        identity_class: Some("group"),
        ..object("identity", "tamarisk")
    };
    let extension = Object {
        id: extension_id(),
        name: Some("Scope of an indicator".into()),
        description: Some(
            "`port`: the port that an address was published with. `ceiling`: the most that a \
             match may weigh (strong, review, exposure, note)."
                .into(),
        ),
        schema: Some("docs/design/advisory.md of the Tamarisk project"),
        version: Some("1.0.0"),
        extension_types: Some(["property-extension"]),
        ..object("extension-definition", "indicator-scope")
    };
    vec![identity, extension]
}

/// A family.
pub(super) fn malware(name: &str) -> Object {
    Object {
        name: Some(name.to_owned()),
        description: Some(family::description(name).to_owned()),
        is_family: Some(true),
        ..object("malware", name)
    }
}

/// A technique of ATT&CK Mobile.
pub(super) fn attack_pattern(technique: &str) -> Result<Object> {
    let name = technique::name(technique).with_context(|| format!("{technique} has no name"))?;
    let page = technique.replace('.', "/");
    let reference = Reference {
        source_name: "mitre-attack".into(),
        description: None,
        url: Some(format!("https://attack.mitre.org/techniques/{page}/")),
        external_id: Some(technique.to_owned()),
    };
    Ok(Object {
        name: Some(name.to_owned()),
        external_references: vec![reference],
        ..object("attack-pattern", technique)
    })
}

/// A family uses a technique.
pub(super) fn uses(family: &str, technique: &str) -> Object {
    link("uses", id("malware", family), id("attack-pattern", technique))
}

/// An indicator indicates a family.
pub(super) fn indicates(indicator: &str, family: &str) -> Object {
    link("indicates", indicator.to_owned(), id("malware", family))
}

fn link(kind: &'static str, source: String, target: String) -> Object {
    Object {
        relationship_type: Some(kind),
        ..Object {
            id: id("relationship", &format!("{source} {kind} {target}")),
            source_ref: Some(source),
            target_ref: Some(target),
            ..object("relationship", "")
        }
    }
}

/// The indicator for a value, from all rows that have it.
pub(super) fn indicator(value: &Value, rows: &[&Row]) -> Result<Object> {
    let (noun, shown, pattern) = stated(value, rows);
    let mut families: Vec<&str> = rows.iter().flat_map(|row| family::of(&row.family)).collect();
    families.sort_unstable();
    families.dedup();
    let mut from = None;
    let mut references: Vec<Reference> = Vec::new();
    for row in rows {
        let day = grade::valid_from(row)?;
        from = Some(from.map_or(day, |earlier: jiff::civil::Date| earlier.min(day)));
        let reference = Reference {
            source_name: row.source_name.clone(),
            description: Some(format!("published {}", row.first_public)),
            url: row.url().map(str::to_owned),
            external_id: None,
        };
        if !references.contains(&reference) {
            references.push(reference);
        }
    }
    let limit = rows.iter().map(|row| grade::ceiling(row)).min().unwrap_or(Ceiling::None);
    let ceiling = grade::by_value(value).map_or(limit, |single| single.max(limit)).name();
    let port = if let Value::Ipv4Port(_, port) = value { Some(*port) } else { None };
    let mut extensions = BTreeMap::new();
    if ceiling.is_some() || port.is_some() {
        let extension = Extension { extension_type: "property-extension", port, ceiling };
        extensions.insert(extension_id(), extension);
    }
    let mut roles: Vec<&str> = rows.iter().filter_map(|row| role(row)).collect();
    roles.sort_unstable();
    roles.dedup();
    let roles = if roles.is_empty() { String::new() } else { format!(": {}", roles.join("; ")) };
    let from = from.context("an indicator without rows")?;
    Ok(Object {
        name: Some(format!("{} ({noun} {shown})", families.join(", "))),
        description: Some(format!("{noun} published for {}{roles}", families.join(", "))),
        indicator_types: Some(["malicious-activity"]),
        pattern: Some(pattern),
        pattern_type: Some("stix"),
        pattern_version: Some("2.1"),
        valid_from: Some(format!("{from}T00:00:00Z")),
        confidence: rows.iter().map(|row| grade::confidence(row)).max(),
        external_references: references,
        extensions,
        ..object("indicator", &format!("{value:?}"))
    })
}

/// What a value is, how it is shown in a name, and its pattern.
fn stated(value: &Value, rows: &[&Row]) -> (&'static str, String, String) {
    let equal = |path: &str, text: &str| {
        let escaped = text.replace('\\', "\\\\").replace('\'', "\\'");
        format!("{path} = '{escaped}'")
    };
    let short = |hash: &str| format!("{}…", hash.get(..12).unwrap_or(hash));
    let (noun, shown, pattern) = match value {
        Value::Sha256(hash) => {
            let file = equal("file:hashes.'SHA-256'", hash);
            // The hash of a certificate's DER file is its fingerprint too.
            let is_cert = rows.iter().any(|row| row.context.contains("common.cer certificate"));
            let pattern = if is_cert {
                format!("{file} OR {}", equal("x509-certificate:hashes.'SHA-256'", hash))
            } else {
                file
            };
            ("file", short(hash), pattern)
        }
        Value::Sha1(hash) => ("file", short(hash), equal("file:hashes.'SHA-1'", hash)),
        Value::Md5(hash) => ("file", short(hash), equal("file:hashes.MD5", hash)),
        Value::Package(name) => ("app", name.clone(), equal("app:id", name)),
        Value::FileName(name) => ("file name", name.clone(), equal("file:name", name)),
        Value::Domain(name) => ("host", name.clone(), equal("domain-name:value", name)),
        Value::Ipv4(address) => ("address", address.clone(), equal("ipv4-addr:value", address)),
        Value::Ipv4Port(address, port) => {
            ("address", format!("{address} port {port}"), equal("ipv4-addr:value", address))
        }
        Value::Url(url) => ("URL", url.clone(), equal("url:value", url)),
        Value::Email(address) => {
            ("e-mail address", address.clone(), equal("email-addr:value", address))
        }
    };
    (noun, shown, format!("[{pattern}]"))
}

/// What a value served for, in a few words of ours.
fn role(row: &Row) -> Option<&'static str> {
    const ROLES: &[(&str, &str)] = &[
        ("LOW", "named by one list only, not by a vendor's report"),
        ("low value", "a hosting provider's name for the address, which others may get"),
        ("NOT malicious by itself", "a legitimate group that was abused"),
        ("to_ids=0", "context by its source, not for alerts"),
        ("public IP address", "a service that tells a caller its address; others use it too"),
        ("desktop/gateway", "seen on desktops and gateways, not on phones"),
        ("shortener", "a short link; only the whole link counts"),
        ("OAuth", "used to gain access to mail accounts"),
        ("proxy", "proxy of the operator"),
        ("Distribution", "distributes the app"),
        ("istribut", "distributes the app"),
        ("Hosting", "distributes malware"),
        ("host Android malware", "distributes malware"),
        ("Watering hole", "watering hole"),
        ("exploit", "serves exploits"),
        ("C&C", "command and control"),
        ("C2", "command and control"),
        ("c2", "command and control"),
        ("reference sample", "sample named by a YARA rule"),
        ("not separated", "its source names three families and does not tell them apart"),
        ("Managed Telegram Group", "a group run by the operators"),
        ("Resolution", "an address of a host known to be bad"),
        ("pivots", "found through shared infrastructure"),
    ];
    ROLES.iter().find(|(mark, _)| row.context.contains(mark)).map(|(_, role)| *role)
}
