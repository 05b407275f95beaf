//! Everything that was imported as records: STIX indicators too, as far as they are equalities.

use crate::{Import, Origin, Publication, Record, Skipped, Tlp, Trust, bundle, of_equality};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::sync::Arc;

/// The records of an import and what has none.
#[derive(Clone, Debug, Default)]
pub struct Flat {
    /// Values, those of lists first.
    pub records: Vec<Record>,
    /// Indicators that no value stands for: patterns of more than equalities, other languages.
    pub left_out: Vec<Skipped>,
    /// Indicators that are revoked or that a newer version replaces.
    pub revoked: u64,
}

type Object = Map<String, Json>;

/// Turns all that was imported into records.
#[must_use]
pub fn flatten(import: &Import) -> Flat {
    let mut flat = Flat { records: import.records().to_vec(), ..Flat::default() };
    let objects: Vec<Object> = import
        .objects()
        .iter()
        .filter_map(|object| serde_json::from_str(&object.json).ok())
        .collect();
    let (newest, families) = (newest(&objects), families(&objects));
    let file: Arc<str> = import.lists().first().map_or("".into(), |list| Arc::clone(&list.file));
    for (number, object) in objects.iter().enumerate() {
        let id = text(object, "id");
        match text(object, "type") {
            "observed-data" => flat.records.extend(of_context(object, &file)),
            "indicator" => {
                let replaced = newest.get(id) != Some(&number);
                if replaced || object.get("revoked") == Some(&Json::Bool(true)) {
                    flat.revoked += 1;
                    continue;
                }
                let names = families.get(id).cloned().unwrap_or_default();
                indicator(object, &names, &file, &mut flat);
            }
            _ => {}
        }
    }
    flat
}

fn text<'o>(object: &'o Object, key: &str) -> &'o str {
    object.get(key).and_then(Json::as_str).unwrap_or("")
}

/// The number of the newest version of each id.
fn newest(objects: &[Object]) -> HashMap<&str, usize> {
    let mut newest: HashMap<&str, usize> = HashMap::new();
    for (number, object) in objects.iter().enumerate() {
        let at = newest.entry(text(object, "id")).or_insert(number);
        let known = objects.get(*at).map_or("", |known| text(known, "modified"));
        if text(object, "modified") > known {
            *at = number;
        }
    }
    newest
}

/// Names of what each indicator indicates.
fn families(objects: &[Object]) -> HashMap<&str, Vec<String>> {
    let names: HashMap<&str, &str> = objects
        .iter()
        .filter(|object| {
            let kind = text(object, "type");
            matches!(kind, "malware" | "tool" | "campaign" | "intrusion-set" | "threat-actor")
        })
        .map(|object| (text(object, "id"), text(object, "name")))
        .collect();
    let mut families: HashMap<&str, Vec<String>> = HashMap::new();
    for object in objects.iter().filter(|object| text(object, "type") == "relationship") {
        if let Some(name) = names.get(text(object, "target_ref"))
            && object.get("revoked") != Some(&Json::Bool(true))
        {
            let list = families.entry(text(object, "source_ref")).or_default();
            if !list.iter().any(|known| known == name) {
                list.push((*name).to_owned());
            }
        }
    }
    families
}

fn indicator(object: &Object, families: &[String], file: &Arc<str>, flat: &mut Flat) {
    let id = text(object, "id");
    let mut left_out = |reason: String| {
        let (file, place) = (Arc::clone(file), id.to_owned());
        flat.left_out.push(Skipped { file, place, reason });
    };
    let kind = text(object, "pattern_type");
    if !kind.is_empty() && kind != "stix" {
        return left_out(format!("a pattern of type `{kind}`"));
    }
    let equalities = match stix::pattern::equalities(text(object, "pattern")) {
        Ok(equalities) => equalities,
        Err(error) => return left_out(error.to_string()),
    };
    let mut records = Vec::new();
    for equality in &equalities {
        match of_equality(equality) {
            Err(reason) => left_out(format!("{reason} is no value that is known")),
            Ok(value) => {
                let origin =
                    Origin { file: Arc::clone(file), line: None, record: Some(id.to_owned()) };
                let mut record = Record::new(value, origin, Trust::Community);
                record.families = families.to_vec();
                said(object, &mut record);
                records.push(record);
            }
        }
    }
    flat.records.extend(records);
}

/// What an object says beside its value.
fn said(object: &Object, record: &mut Record) {
    let day = |key: &str| text(object, key).get(..10).map(str::to_owned);
    record.date = day("modified").or_else(|| day("created"));
    record.valid_until = Some(text(object, "valid_until").to_owned()).filter(|at| !at.is_empty());
    record.first_seen = Some(text(object, "valid_from").to_owned())
        .filter(|at| !at.is_empty() && !at.starts_with("1970-01-01"));
    record.confidence =
        object.get("confidence").and_then(Json::as_u64).and_then(|sure| u8::try_from(sure).ok());
    record.note = [text(object, "description"), text(object, "name")]
        .into_iter()
        .find(|text| !text.is_empty())
        .map(str::to_owned);
    let list = |key: &str| object.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    record.tlp =
        list("object_marking_refs").iter().filter_map(|id| Tlp::from_id(id.as_str()?)).max();
    for reference in list("external_references") {
        let name = reference.get("source_name").and_then(Json::as_str).unwrap_or("").to_owned();
        let url = reference.get("url").and_then(Json::as_str).map(str::to_owned);
        record.publications.push(Publication { name, url });
    }
    let extension = object.get("extensions").and_then(|all| all.get(bundle::EXTENSION_ID));
    if let Some(extension) = extension {
        let port = extension.get("port").and_then(Json::as_u64);
        record.port = port.and_then(|port| u16::try_from(port).ok());
        record.exact_host = extension.get("scope").and_then(Json::as_str) == Some("host");
        record.trust = match extension.get("trust").and_then(Json::as_str) {
            Some("vendor") => Trust::Vendor,
            Some("collected") => Trust::Collected,
            Some("unsourced") => Trust::Unsourced,
            _ => Trust::Community,
        };
    }
}

/// The record of a value that an earlier import kept as context.
fn of_context(object: &Object, file: &Arc<str>) -> Option<Record> {
    let own = object.get("extensions")?.get(bundle::EXTENSION_ID)?;
    let context = own.get("context")?;
    let kind = serde_json::from_value(context.get("kind")?.clone()).ok()?;
    let value = crate::Value::new(kind, context.get("value")?.as_str()?).ok()?;
    let record = Some(text(object, "id").to_owned());
    let origin = Origin { file: Arc::clone(file), line: None, record };
    let mut record = Record::new(value, origin, Trust::Community);
    said(object, &mut record);
    record.context = Some(context.get("reason")?.as_str()?.to_owned());
    Some(record)
}
