//! A file of any size, object by object.

use super::Code;
use super::bundle::{bundle, item, validate};
use super::findings::{Findings, Validation};
use super::versions::Versions;
use crate::json::Reader;
use json_items::{Bounds, Error, Items, Shape, counting};
use std::fmt::Write;
use std::io::{self, Read};

/// Bytes of a file that is held as a whole.
pub const WHOLE_BYTES: usize = 32 << 20;

/// Bytes of one object of a larger one, and nesting within it.
const BOUNDS: Bounds = Bounds { item_bytes: 16 << 20, depth: 100 };

/// As [`validate`], for a file of any size. One of at most `whole` bytes (mostly [`WHOLE_BYTES`])
/// is looked at as a whole. Of a larger one, no more than one object is held at a time: it is one
/// bundle, one list, or lines of objects; an object that is too large or no JSON is an error, and
/// those behind it are looked at; what is wrong with the bundle itself is told of line 1.
///
/// # Errors
/// When reading fails.
pub fn validate_file(mut reader: impl Read, whole: usize) -> io::Result<Validation> {
    let mut head = Vec::new();
    reader.by_ref().take(whole as u64 + 1).read_to_end(&mut head)?;
    if head.len() > whole {
        return stream(&head, reader);
    }
    Ok(match std::str::from_utf8(&head) {
        Ok(text) => validate(text),
        Err(error) => {
            let not_json = Some((error.valid_up_to(), "text in UTF-8"));
            Validation { not_json, ..Validation::default() }
        }
    })
}

fn stream(head: &[u8], reader: impl Read) -> io::Result<Validation> {
    let begins = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let wrapped = begins.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
        && memchr::memmem::find(head, b"\"objects\"").is_some();
    let shape = if wrapped { Shape::Member("objects") } else { Shape::Sequence };
    let (reader, mut places) = counting(head.chain(reader));
    let mut items = Items::new(reader, shape, BOUNDS);
    let mut validation = Validation::default();
    let mut versions = Versions::default();
    loop {
        match items.next_item() {
            None => break,
            Some(Ok(one)) => {
                let (line, _) = places.of(one.start);
                validation = object(one.bytes, line as usize, validation, &mut versions);
            }
            Some(Err(Error::Io { source, .. })) => return Err(source),
            Some(Err(error)) if error.is_fatal() => {
                let expected = match error {
                    Error::Syntax { expected, .. } => expected,
                    _ => "more, but the text ends",
                };
                validation.not_json = Some((error.offset() as usize, expected));
                return Ok(validation);
            }
            Some(Err(error)) => {
                let (line, _) = places.of(error.offset());
                let mut findings = Findings::resumed("", line as usize, validation);
                findings.validation.objects += 1;
                findings.add(Code::NotAnObject, false, None, "", 0, error.to_string());
                validation = findings.validation;
            }
        }
    }
    Ok(if wrapped { around(&items, validation) } else { validation })
}

fn object(
    bytes: &[u8],
    line: usize,
    validation: Validation,
    versions: &mut Versions,
) -> Validation {
    let (text, wrong) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => ("", Some(format!("not UTF-8 at byte {} of it", error.valid_up_to()))),
    };
    let mut findings = Findings::resumed(text, line, validation);
    let mut reader = Reader::new(text);
    let wrong = match (wrong, reader.value(0)) {
        (Some(wrong), _) => (0, wrong),
        (None, Ok(node)) if reader.peek().is_none() => {
            item(&node, &mut findings, versions);
            return findings.validation;
        }
        (None, Ok(_)) => (reader.offset(), "no JSON: its end should stand here".to_owned()),
        (None, Err(error)) => {
            (error.offset, format!("no JSON: {} should stand here", error.expected))
        }
    };
    findings.validation.objects += 1;
    findings.add(Code::NotAnObject, false, None, "", wrong.0, wrong.1);
    findings.validation
}

/// What stands around the list of objects, as far as it is short.
fn around(items: &Items<impl Read>, validation: Validation) -> Validation {
    let mut text = String::from("{");
    for (key, value) in items.top_level() {
        let comma = if text.len() > 1 { "," } else { "" };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}\"{key}\":{}", String::from_utf8_lossy(value));
    }
    text.push('}');
    let listed = items.member_found().then_some(validation.objects as usize);
    let mut findings = Findings::resumed(&text, 1, validation);
    if let Ok(node) = Reader::new(&text).value(0)
        && node.text_of("type") == Some("bundle")
    {
        bundle(&node, &mut findings, listed);
    }
    findings.validation
}
