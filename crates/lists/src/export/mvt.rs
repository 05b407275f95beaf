//! A STIX 2.1 bundle as MVT reads it: one comparison a pattern, keys of its own dialect, a value
//! without `=`, a `malware` object for each family and the relationship to it. What it would not
//! understand, or understand otherwise, is left out and listed.

use super::{LeftOut, csv::without_value};
use crate::bundle::{Key, merged};
use crate::flatten::Flat;
use crate::{Kind, Record, id};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the bundle; `now` stands for the day of values that have none.
///
/// # Errors
/// When it cannot be written.
pub fn write(flat: &Flat, now: Timestamp, out: &mut dyn Write) -> io::Result<Vec<LeftOut>> {
    let mut left_out = without_value(flat);
    let merged = merged(&flat.records);
    let mut kept: Vec<(&Key, &Vec<&Record>, &str)> = Vec::new();
    for (key, records) in &merged {
        match path(key, records) {
            Ok(path) => kept.push((key, records, path)),
            Err(reason) => left_out.push(LeftOut::value(&key.value, reason)),
        }
    }
    let now = now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    // Without a family, MVT gives an indicator no collection and drops it.
    let family = |records: &[&Record]| -> BTreeSet<String> {
        let named: BTreeSet<String> =
            records.iter().flat_map(|record| record.families.clone()).collect();
        if named.is_empty() { BTreeSet::from(["Unnamed".to_owned()]) } else { named }
    };
    let names: BTreeSet<String> = kept.iter().flat_map(|(_, records, _)| family(records)).collect();
    let mut objects: Vec<Json> = names
        .iter()
        .map(|name| {
            json!({"type": "malware", "spec_version": "2.1", "id": id::ours("malware", name),
                "created": now, "modified": now, "name": name, "is_family": true})
        })
        .collect();
    for (key, records, path) in kept {
        let own = id::ours("indicator", &format!("mvt {}", key.name()));
        let said: BTreeSet<&str> = records
            .iter()
            .flat_map(|r| r.publications.iter().map(|one| one.name.as_str()))
            .collect();
        let references: Vec<Json> = records
            .iter()
            .flat_map(|record| &record.publications)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter_map(|one| Some(json!({"source_name": one.name, "url": one.url.as_ref()?})))
            .collect();
        let mut object = json!({
            "type": "indicator", "spec_version": "2.1", "id": own, "created": now, "modified": now,
            "indicator_types": ["malicious-activity"], "pattern_type": "stix",
            "pattern_version": "2.1", "valid_from": "1970-01-01T00:00:00Z",
            "description": said.into_iter().collect::<Vec<_>>().join("; "),
            // MVT takes what stands between the quotes as it is: nothing is escaped.
            "pattern": format!("[{path}='{}']", key.value.text),
        });
        if !references.is_empty() {
            object["external_references"] = references.into();
        }
        objects.push(object);
        for name in family(records) {
            let malware = id::ours("malware", &name);
            objects.push(json!({
                "type": "relationship", "spec_version": "2.1",
                "id": id::ours("relationship", &format!("{own} indicates {malware}")),
                "created": now, "modified": now, "relationship_type": "indicates",
                "source_ref": own, "target_ref": malware,
            }));
        }
    }
    let bundle = json!({"type": "bundle", "id": id::ours("bundle", "mvt"), "objects": objects});
    harmless::json::write_pretty(out, &bundle)?;
    Ok(left_out)
}

/// The key that MVT compares, or why it would not understand the indicator as it is meant.
fn path(key: &Key, records: &[&Record]) -> Result<&'static str, &'static str> {
    if records.iter().all(|record| record.context.is_some()) {
        return Err("context: MVT would alert on it");
    }
    let text = &key.value.text;
    if text.contains('=') {
        return Err("its value holds `=`, at which MVT splits a pattern and fails");
    }
    if text.contains(['\'', '[', ']', '\\']) {
        return Err(
            "its value holds a quote, a bracket or a backslash, which MVT takes off or keeps",
        );
    }
    if key.exact_host {
        return Err("it stands for one host alone; MVT would match all below it");
    }
    if key.port.is_some() {
        return Err("it stands for one port alone; MVT knows no ports");
    }
    Ok(match key.value.kind {
        Kind::Domain => "domain-name:value",
        Kind::Ipv4 if text.contains('/') => return Err("a network; MVT compares single addresses"),
        Kind::Ipv4 => "ipv4-addr:value",
        Kind::Ipv6 => return Err("MVT knows no IPv6 addresses"),
        Kind::Url => "url:value",
        Kind::Sha256 => "file:hashes.sha256",
        Kind::Sha1 => "file:hashes.sha1",
        Kind::Md5 => "file:hashes.md5",
        Kind::Package => "app:id",
        Kind::CertSha256 => "app:cert.sha256",
        Kind::CertSha1 => "app:cert.sha1",
        Kind::CertMd5 => "app:cert.md5",
        Kind::Path => "file:path",
        Kind::FileName => "file:name",
        Kind::Process => "process:name",
        Kind::Email => "email-addr:value",
        Kind::Property => "android-property:name",
        Kind::Profile => "configuration-profile:id",
    })
}
