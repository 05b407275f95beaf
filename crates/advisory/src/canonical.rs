//! Canonical JSON, the bytes that are signed.
//!
//! The form is that of securesystemslib's `encode_canonical`, after OLPC's "Canonical JSON": keys
//! in the order of their code points, no white space, whole numbers, and in strings only `"` and
//! `\` escaped, so that a line break stands as it is.

use crate::json::Json;

/// The canonical bytes of a value.
#[must_use]
pub fn canonical(json: &Json) -> Vec<u8> {
    let mut out = Vec::new();
    write(json, &mut out);
    out
}

// The depth is that of `Json::parse`, or of what this crate makes.
fn write(json: &Json, out: &mut Vec<u8>) {
    match json {
        Json::Null => out.extend(b"null"),
        Json::Bool(true) => out.extend(b"true"),
        Json::Bool(false) => out.extend(b"false"),
        Json::Integer(number) => out.extend(number.to_string().bytes()),
        Json::Text(text) => string(text, out),
        Json::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Json::Map(members) => {
            out.push(b'{');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                string(key, out);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
    }
}

fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use crate::json::Json;

    /// Printed by securesystemslib 1.6.0: `encode_canonical(json.loads(…))`.
    #[test]
    fn the_form_is_that_of_securesystemslib() {
        for (text, expected) in [
            (r#"{"b": [1, -2, null, true], "a": "x"}"#, r#"{"a":"x","b":[1,-2,null,true]}"#),
            (r#"{"\"": "\\ \" \/", "é": "ü"}"#, r#"{"\"":"\\ \" /","é":"ü"}"#),
            (r#""a\nb\t\u0001""#, "\"a\nb\t\u{1}\""),
            // U+FF61 is before U+10002 as a code point, and after it in UTF-16.
            (r#"{"𐀂": 1, "｡": 2}"#, r#"{"｡":2,"𐀂":1}"#),
            ("[{},[]]", "[{},[]]"),
        ] {
            let json = Json::parse(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(canonical(&json)).unwrap(), expected);
        }
    }
}
