//! STIX objects, one by one.

use super::{Against, Known, Linted, Place, codes, of_value};
use crate::value::NoValue;
use crate::{Origin, Record, Trust, decode, of_equality, refang};
use json_items::{Bounds, Items, Places, Shape, counting};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Read};
use stix::pattern::{Equality, Pattern, Version};

/// Bytes of one object, and nesting within it.
const BOUNDS: Bounds = Bounds { item_bytes: 16 << 20, depth: 64 };

/// Versions of objects that are held against each other.
const MAX_VERSIONS: usize = 1 << 24;

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    modified: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pattern: Option<&'a RawValue>,
    #[serde(borrow)]
    pattern_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    valid_from: Option<Cow<'a, str>>,
    #[serde(borrow)]
    valid_until: Option<Cow<'a, str>>,
    #[serde(default)]
    revoked: bool,
    #[serde(borrow)]
    external_references: Option<&'a RawValue>,
}

pub(super) fn lint(reader: impl Read, against: &Against<'_>) -> Result<Linted, String> {
    let (reader, places) = counting(reader);
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let begins = reader.fill_buf().map_err(|error| error.to_string())?;
    let begins = begins.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begins);
    let listed = begins.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
    let member = !listed && String::from_utf8_lossy(begins).contains("\"objects\"");
    let shape = if member { Shape::Member("objects") } else { Shape::Sequence };
    let mut items = Items::new(reader, shape, BOUNDS);
    let root = if member { "$.objects" } else { "$" };
    let mut state = State {
        against,
        places,
        root,
        linted: Linted::default(),
        known: Known::default(),
        versions: HashMap::new(),
        hashes: RandomState::new(),
    };
    loop {
        let index = items.next_index();
        match items.next_item() {
            None => return Ok(state.linted),
            Some(Ok(item)) => state.object(item.index, item.start, item.bytes),
            Some(Err(error)) if error.is_fatal() => return Err(error.to_string()),
            Some(Err(error)) => {
                let place = state.place(index, None, error.offset(), 1);
                state.linted.push(place.says(&codes::MALFORMED, error.to_string()));
            }
        }
    }
}

struct State<'a> {
    against: &'a Against<'a>,
    places: Places,
    root: &'static str,
    linted: Linted,
    known: Known,
    /// Hash of id and time of change, to that of the whole object.
    versions: HashMap<u64, u64>,
    hashes: RandomState,
}

impl State<'_> {
    fn place(&mut self, index: u64, id: Option<&str>, start: u64, length: u64) -> Place {
        let (line, column) = self.places.of(start);
        Place {
            object: id.map(str::to_owned),
            path: Some(format!("{}[{index}]", self.root)),
            line: Some(line),
            column: Some(column),
            byte: Some((start, start + length)),
        }
    }

    fn object(&mut self, index: u64, start: u64, bytes: &[u8]) {
        let length = bytes.len() as u64;
        let parsed = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned());
        let parsed = parsed.and_then(|text| {
            serde_json::from_str::<Object<'_>>(text)
                .map(|object| (text, object))
                .map_err(|error| decode::wrong(&error))
        });
        let (text, object) = match parsed {
            Ok(parsed) => parsed,
            Err(reason) => {
                let place = self.place(index, None, start, length);
                return self.linted.push(place.says(&codes::MALFORMED, reason));
            }
        };
        let id = object.id.as_deref().unwrap_or("");
        let version = self.hashes.hash_one((id, object.modified.as_deref()));
        let whole = self.hashes.hash_one(text);
        let known = match self.versions.len() < MAX_VERSIONS {
            true => self.versions.insert(version, whole),
            // Beyond, versions are held against those before only.
            false => self.versions.get(&version).copied(),
        };
        match known {
            Some(other) if other != whole && !id.is_empty() => {
                let place = self.place(index, Some(id), start, length);
                let message = format!("{id}: another object has this id and the same `modified`");
                self.linted.push(place.says(&codes::VERSIONS, message));
            }
            _ => {}
        }
        if object.kind == "indicator" && !object.revoked {
            self.indicator(index, start, text, &object);
        }
    }

    fn indicator(&mut self, index: u64, start: u64, text: &str, object: &Object<'_>) {
        let id = object.id.as_deref().unwrap_or("");
        let Some(raw) = object.pattern else {
            let place = self.place(index, Some(id), start, text.len() as u64);
            return self.linted.push(place.says(&codes::MALFORMED, "`pattern` is missing"));
        };
        // Where the pattern stands: its text is a part of the object's.
        let at = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize) as u64;
        let mut place = self.place(index, Some(id), start + at, raw.get().len() as u64);
        place.path = place.path.map(|path| format!("{path}.pattern"));
        let none = object.external_references.is_none_or(|list| list.get().trim() == "[]");
        if none {
            let message = format!("{id} has no external reference: nobody can check it");
            self.linted.push(place.says(&codes::UNSOURCED, message));
        }
        let instant =
            |text: &Option<Cow<'_, str>>| text.as_deref()?.parse::<jiff::Timestamp>().ok();
        if let (Some(from), Some(until)) =
            (instant(&object.valid_from), instant(&object.valid_until))
            && until <= from
        {
            let message = format!("{id}: `valid_until` is not later than `valid_from`");
            self.linted.push(place.says(&codes::NEVER, message));
        }
        if object.pattern_type.as_deref().is_some_and(|kind| kind != "stix") {
            return;
        }
        let Ok(pattern) = serde_json::from_str::<String>(raw.get()) else {
            return self.linted.push(place.says(&codes::MALFORMED, "`pattern` is no string"));
        };
        match stix::pattern::equalities(&pattern) {
            Ok(equalities) => {
                for equality in &equalities {
                    self.equality(equality, object, &place);
                }
            }
            // The short way takes equalities only; the whole language says what is wrong.
            Err(_) => self.pattern(&pattern, &place),
        }
    }

    /// A pattern of more than equalities.
    fn pattern(&mut self, text: &str, place: &Place) {
        let pattern = match Pattern::parse_leniently(text, Version::V21) {
            Ok(pattern) => pattern,
            Err(error) => {
                return self.linted.push(place.says(&codes::PATTERN, error.to_string()));
            }
        };
        if pattern.never_matches() {
            let message = format!("`{text}` can never match");
            self.linted.push(place.says(&codes::NEVER, message));
        }
        // A regular expression is compiled only with the rest.
        if let Err(error) = stix::Matcher::new(&pattern) {
            self.linted.push(place.says(&codes::PATTERN, error.to_string()));
        }
        for violation in pattern.violations() {
            self.linted.push(place.says(&codes::PATTERN, violation.to_string()));
        }
    }

    fn equality(&mut self, one: &Equality<'_>, object: &Object<'_>, place: &Place) {
        let raw = one.value.as_ref();
        let path = format!("{}:{}", one.object, one.path.join("."));
        if refang(raw) != raw.trim() {
            let message = format!("`{raw}` stands for `{}`", refang(raw));
            return self.linted.push(place.says(&codes::DEFANGED, message));
        }
        if let (Some(algorithm), "file" | "artifact" | "x509-certificate") =
            (one.path.get(1), one.object)
            && matches!(algorithm.as_ref(), "sha256" | "sha1" | "md5" | "SHA256" | "SHA1")
        {
            let message = format!("`{path}`: STIX names it 'SHA-256', 'SHA-1' or MD5");
            self.linted.push(place.says(&codes::SPELLING, message));
        }
        match of_equality(one) {
            Err(reason) => {
                let is_hash = one.path.first().is_some_and(|key| key == "hashes" || key == "cert");
                let (code, reason) = match reason {
                    NoValue::Property(_) => (&codes::NOT_LOOKED_UP, "nothing is looked up by it"),
                    NoValue::Value(reason) if is_hash => (&codes::HASH, reason),
                    NoValue::Value(reason)
                        if one.object == "domain-name" && raw.contains([':', '/']) =>
                    {
                        (&codes::PORT, reason)
                    }
                    NoValue::Value(reason) => (&codes::NEVER, reason),
                };
                self.linted.push(place.says(code, format!("`{path} = '{raw}'`: {reason}")));
            }
            Ok(value) => {
                let origin = Origin { file: "".into(), line: None, record: None };
                let mut record = Record::new(value, origin, Trust::Community);
                record.valid_until = object.valid_until.as_deref().map(str::to_owned);
                of_value(&record, place, self.against, &mut self.known, &mut self.linted);
            }
        }
    }
}
