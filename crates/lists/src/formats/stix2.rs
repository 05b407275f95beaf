//! STIX 2.0 and 2.1: a bundle, a TAXII envelope, an array, or one object. Objects are taken over
//! as they are, one by one.

use super::{Format, Found};
use crate::{Head, decode};
use json_items::{Bounds, Items, Shape};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::io::{BufRead, Read};

pub(super) struct Stix2;

/// Bytes of one object, and nesting within it.
const BOUNDS: Bounds = Bounds { item_bytes: 16 << 20, depth: 64 };

impl Format for Stix2 {
    fn id(&self) -> &'static str {
        "stix2"
    }

    fn about(&self) -> &'static str {
        "STIX 2.0 and 2.1 (bundle, TAXII envelope, array, one object)"
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let listed = head.first() == Some('[') && head.text.contains("\"type\"");
        head.json_key("objects") || listed || (head.json_key("type") && head.json_key("id"))
    }

    fn read(&self, text: &str, found: &mut Found<'_>) -> Result<(), String> {
        self.stream(Box::new(text.as_bytes()), found)
    }

    fn streams(&self) -> bool {
        true
    }

    fn stream(&self, reader: Box<dyn Read + '_>, found: &mut Found<'_>) -> Result<(), String> {
        let mut reader = std::io::BufReader::with_capacity(1 << 16, reader);
        let begins = reader.fill_buf().map_err(|error| error.to_string())?;
        let begins = begins.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begins);
        let listed = begins.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
        let within = String::from_utf8_lossy(begins).contains("\"objects\"");
        let shape = if listed || !within { Shape::Sequence } else { Shape::Member("objects") };
        let mut items = Items::new(reader, shape, BOUNDS);
        loop {
            let index = items.next_index();
            let item = match items.next_item() {
                None => return Ok(()),
                Some(Ok(item)) => item,
                Some(Err(error)) if error.is_fatal() => return Err(error.to_string()),
                Some(Err(error)) => {
                    found.skip(
                        format!("object {index} at byte {}", error.offset()),
                        error.to_string(),
                    );
                    continue;
                }
            };
            match std::str::from_utf8(item.bytes) {
                Ok(json) if serde_json::from_str::<&RawValue>(json).is_ok() => {
                    found.object(json, || format!("object {index} at byte {}", item.start));
                }
                Ok(json) => {
                    let reason = match serde_json::from_str::<IgnoredAny>(json) {
                        Err(error) => decode::wrong(&error),
                        Ok(_) => "no object".to_owned(),
                    };
                    found.skip(format!("object {index} at byte {}", item.start), reason);
                }
                Err(_) => found.skip(format!("object {index} at byte {}", item.start), "not UTF-8"),
            }
        }
    }
}
