//! Identifiers of cyber-observable objects that follow from what they say (STIX 2.1, section 2.9):
//! the same object gets the same identifier wherever it is made.

use crate::Value;
use crate::validate::contributing;
use sha1::{Digest, Sha1};
use std::fmt::Write;

/// The namespace of the specification.
const NAMESPACE: [u8; 16] = [
    0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7,
];

/// Of several hashes, the first of these counts.
const HASHES: [&str; 4] = ["MD5", "SHA-1", "SHA-256", "SHA-512"];

/// The identifier that the specification derives for an object: its type, and a UUID of version 5
/// over its contributing properties. `None` where its type has none, or it has none of them; such
/// objects get a UUID of version 4.
#[must_use]
pub fn deterministic_id(object: &Value<'_>) -> Option<String> {
    let kind = object.property("type")?.as_text()?;
    let mut pairs = Vec::new();
    for name in contributing(kind)? {
        match object.property(name) {
            None => {}
            Some(value) if *name == "hashes" => pairs.push((*name, one_hash(value)?)),
            Some(value) => pairs.push((*name, canonical(value))),
        }
    }
    if pairs.is_empty() {
        return None;
    }
    pairs.sort_unstable();
    let members: Vec<String> =
        pairs.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    let name = format!("{{{}}}", members.join(","));
    let digest = Sha1::new().chain_update(NAMESPACE).chain_update(name).finalize();
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    // RFC 9562, section 5.5: version and variant.
    bytes[6] = bytes[6] & 0x0F | 0x50;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut id = format!("{kind}--");
    for (at, byte) in bytes.iter().enumerate() {
        id.push_str(if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" });
        let _ = write!(id, "{byte:02x}");
    }
    Some(id)
}

fn one_hash(hashes: &Value<'_>) -> Option<String> {
    let preferred = HASHES.iter().find_map(|name| Some((*name, hashes.property(name)?)));
    let (name, value) = match (preferred, hashes) {
        (Some(found), _) => found,
        (None, Value::Dict(pairs)) => pairs.first().map(|(name, value)| (name.as_ref(), value))?,
        _ => return None,
    };
    Some(format!("{{{}:{}}}", quoted(name), canonical(value)))
}

/// JSON as RFC 8785 writes it. Recursion is bounded by the depth of what is read (100, by serde_json 128).
fn canonical(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => decimal(*number),
        Value::Text(text) => quoted(text),
        Value::List(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        Value::Dict(pairs) => {
            let mut pairs: Vec<_> = pairs.iter().collect();
            pairs.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            let members: Vec<String> = pairs
                .into_iter()
                .map(|(name, value)| format!("{}:{}", quoted(name), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

/// Section 3.2.2.2: only what must be is escaped, as serde_json does it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Section 3.2.2.3: as ECMAScript writes numbers.
fn decimal(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) {
        number.to_string()
    } else {
        // Rust writes `1e21`, ECMAScript `1e+21`.
        let text = format!("{number:e}");
        match text.contains("e-") {
            true => text,
            false => text.replace('e', "e+"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Value<'_> {
        crate::json::Reader::new(json).value(0).map_or(Value::Null, Into::into)
    }

    fn id(json: &str) -> Option<String> {
        deterministic_id(&read(json))
    }

    /// The first by the specification's own example (section 6.4); the others by Python's
    /// `uuid.uuid5` over the text that RFC 8785 demands.
    #[test]
    fn identifiers_follow_from_the_object() {
        for (json, expected) in [
            (
                r#"{"type": "domain-name", "value": "example.com"}"#,
                "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7",
            ),
            (
                r#"{"type": "ipv4-addr", "value": "198.51.100.3", "x_own": 1}"#,
                "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
            ),
            (
                r#"{"type": "autonomous-system", "number": 15139, "name": "Slime"}"#,
                "autonomous-system--3aa27478-50b5-5ab8-9da9-cdc12b657fff",
            ),
            (
                r#"{"type": "file", "name": "a", "size": 0, "hashes": {"SHA-1": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "MD5": "d41d8cd98f00b204e9800998ecf8427e"}}"#,
                "file--e225bcbd-7d8f-5548-b8c5-6974bf120d56",
            ),
        ] {
            assert_eq!(id(json).as_deref(), Some(expected));
        }
        assert_eq!(id(r#"{"type": "process", "pid": 1}"#), None);
        assert_eq!(id(r#"{"type": "file", "size": 1}"#), None);
        assert_eq!(id(r#"{"type": "app", "id": "a"}"#), None);
    }

    /// RFC 8785, section 3.2.2.3 and appendix B; keys by section 3.2.3.
    #[test]
    fn json_is_written_as_the_rfc_has_it() {
        let all = r#"{"b":[1e21,1e-7,0.000001,333333333.33333329,4.5,2e-3,-0.0],"a":{"\u20ac":"\u000a\u0001\"€","1":true}}"#;
        let value = read(all);
        assert_eq!(
            canonical(&value),
            r#"{"a":{"1":true,"€":"\n\u0001\"€"},"b":[1e+21,1e-7,0.000001,333333333.3333333,4.5,0.002,0]}"#
        );
    }
}
