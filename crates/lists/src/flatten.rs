//! Everything that was imported as records: STIX indicators too, as far as they are equalities.

use crate::{
    Import, Origin, Publication, Record, Skipped, StixObject, Tlp, Trust, bundle, of_equality,
};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
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

/// Turns all that was imported into records; objects and values are taken out of the import, so that
/// no more than one of them is there twice at a time.
#[must_use]
pub fn flatten(import: &mut Import) -> Flat {
    let (records, room) = import.take_records();
    let mut flat = Flat { records, ..Flat::default() };
    let objects = import.take_objects();
    let related = Related::new(&objects);
    let most = flat.records.len() + room;
    for (number, StixObject { file, json, .. }) in objects.into_iter().enumerate() {
        let Ok(object) = serde_json::from_str::<Object>(&json) else { continue };
        drop(json);
        let id = text(&object, "id");
        match text(&object, "type") {
            "observed-data" => flat.records.extend(of_context(&object, &file)),
            "indicator" => {
                if related.is_replaced(id, number)
                    || object.get("revoked") == Some(&Json::Bool(true))
                {
                    flat.revoked += 1;
                    continue;
                }
                indicator(&object, related.families(id), &file, &mut flat);
            }
            _ => {}
        }
        if flat.records.len() > most {
            flat.records.truncate(most);
            let (file, place) = (Arc::clone(&file), id.to_owned());
            let reason = "there are more values than one import takes".to_owned();
            flat.left_out.push(Skipped { file, place, reason });
        }
    }
    flat
}

fn text<'o>(object: &'o Object, key: &str) -> &'o str {
    object.get(key).and_then(Json::as_str).unwrap_or("")
}

/// What is needed of an object to tell versions and families.
#[derive(Deserialize)]
struct Link<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    modified: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    source_ref: Cow<'a, str>,
    #[serde(borrow, default)]
    target_ref: Cow<'a, str>,
    #[serde(default)]
    revoked: bool,
}

/// What objects say of each other, by a hash of each id.
#[derive(Default)]
struct Related {
    state: RandomState,
    /// Of each indicator the newest version, with its number.
    newest: HashMap<u64, (Box<str>, usize)>,
    /// Names of what each indicator indicates.
    families: HashMap<u64, Vec<Arc<str>>>,
}

impl Related {
    fn new(objects: &[StixObject]) -> Self {
        let links = || {
            objects.iter().enumerate().filter_map(|(number, one)| {
                Some((number, serde_json::from_str::<Link<'_>>(&one.json).ok()?))
            })
        };
        let mut all = Self::default();
        let mut names: HashMap<u64, Arc<str>> = HashMap::new();
        for (number, link) in links() {
            let id = all.state.hash_one(&link.id);
            match &*link.kind {
                "indicator" => {
                    let known = all.newest.get(&id);
                    if known.is_none_or(|(known, _)| *link.modified > **known) {
                        all.newest.insert(id, (link.modified.into(), number));
                    }
                }
                "malware" | "tool" | "campaign" | "intrusion-set" | "threat-actor" => {
                    names.insert(id, link.name.into());
                }
                _ => {}
            }
        }
        for (_, link) in links().filter(|(_, link)| link.kind == "relationship" && !link.revoked) {
            if let Some(name) = names.get(&all.state.hash_one(&link.target_ref)) {
                let source = all.state.hash_one(&link.source_ref);
                let list = all.families.entry(source).or_default();
                if !list.contains(name) {
                    list.push(Arc::clone(name));
                }
            }
        }
        all
    }

    /// Whether a newer version of this object stands elsewhere.
    fn is_replaced(&self, id: &str, number: usize) -> bool {
        let newest = self.newest.get(&self.state.hash_one(id));
        newest.is_some_and(|(_, newest)| *newest != number)
    }

    fn families(&self, id: &str) -> &[Arc<str>] {
        self.families.get(&self.state.hash_one(id)).map_or(&[], Vec::as_slice)
    }
}

fn indicator(object: &Object, families: &[Arc<str>], file: &Arc<str>, flat: &mut Flat) {
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
        Err(stix::pattern::Error::NotYet { offset, what }) => {
            return left_out(format!("its pattern is no value alone ({what} at byte {offset})"));
        }
        Err(error) => return left_out(error.to_string()),
    };
    let mut records = Vec::new();
    for equality in &equalities {
        match of_equality(equality) {
            Err(reason) => left_out(reason.to_string()),
            Ok(value) => {
                let origin =
                    Origin { file: Arc::clone(file), line: None, record: Some(id.to_owned()) };
                let mut record = Record::new(value, origin, Trust::Community);
                record.families = families.iter().map(|name| name.to_string()).collect();
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
