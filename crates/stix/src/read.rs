//! A file of STIX objects, one by one.

use crate::object::Refused;
use crate::place::place;
use crate::{Bounds, FileError, Object, ObjectError};
use json_items::{Error, Items, Shape};
use std::collections::BTreeMap;
use std::io::Read;

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// `id` of the bundle, if it states one.
    pub bundle_id: Option<String>,
    /// Objects read, by type; malformed ones are not in it.
    pub types: BTreeMap<String, u64>,
    /// Malformed objects.
    pub malformed: u64,
}

/// How many types are told apart in [`Summary::types`]; the rest counts as `other`.
const MAX_TYPES: usize = 256;

/// How much of the beginning is kept, to read a file that is one object.
const HEAD: u64 = 1 << 20;

/// Reads a bundle, a TAXII envelope, a bare array of objects, or one object as a file.
/// `visit` gets every object in the order of the file, and an error in place of each that is
/// malformed.
///
/// # Errors
/// When the file as a whole cannot be read; objects before that place were visited.
pub fn read(
    mut reader: impl Read,
    bounds: Bounds,
    visit: &mut dyn FnMut(Result<Object<'_>, ObjectError>),
) -> Result<Summary, FileError> {
    let mut head = Vec::new();
    let read = reader.by_ref().take(HEAD).read_to_end(&mut head);
    read.map_err(|source| FileError::Io { offset: head.len() as u64, source })?;
    let mut summary = Summary::default();
    if first_byte(&head) == Some(b'[') {
        let mut items = Items::new(head.as_slice().chain(reader), Shape::Sequence, bounds);
        walk(&mut items, &mut summary, visit)?;
        return Ok(summary);
    }
    let whole = (head.len() as u64) < HEAD;
    let (found, kind, id) = {
        let chained = head.as_slice().chain(reader);
        let mut items = Items::new(chained, Shape::Member("objects"), bounds);
        walk(&mut items, &mut summary, visit)?;
        let stated = |key: &str| {
            let (_, value) = items.top_level().iter().find(|(name, _)| name == key)?;
            serde_json::from_slice::<String>(value).ok()
        };
        (items.member_found(), stated("type"), stated("id"))
    };
    match kind.as_deref() {
        Some("bundle") => summary.bundle_id = id,
        _ if found => summary.bundle_id = id,
        None => return Err(FileError::NotStix { reason: "neither `objects` nor `type` is there" }),
        Some(_) if !whole => return Err(FileError::NotStix { reason: "one object above 1 MiB" }),
        Some(_) => {
            let bytes = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
            let start = (head.len() - bytes.len()) as u64;
            one(bytes, 0, start, &mut summary, visit);
        }
    }
    Ok(summary)
}

fn first_byte(head: &[u8]) -> Option<u8> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    text.iter().copied().find(|b| !b.is_ascii_whitespace())
}

fn walk(
    items: &mut Items<impl Read>,
    summary: &mut Summary,
    visit: &mut dyn FnMut(Result<Object<'_>, ObjectError>),
) -> Result<(), FileError> {
    loop {
        let index = items.next_index();
        match items.next_item() {
            None => return Ok(()),
            Some(Ok(item)) => one(item.bytes, item.index, item.start, summary, visit),
            Some(Err(Error::Io { offset, source })) => {
                return Err(FileError::Io { offset, source });
            }
            Some(Err(Error::Syntax { offset, expected, fatal: true })) => {
                return Err(FileError::NotJson { offset, expected });
            }
            Some(Err(Error::Truncated { offset })) => {
                return Err(FileError::NotJson { offset, expected: "more, but the file ends" });
            }
            Some(Err(error)) => {
                // Outside of the list, there is no object that it could be said of.
                if let Error::Syntax { offset, expected, .. } = error
                    && items.is_member()
                    && !items.member_found()
                {
                    return Err(FileError::NotJson { offset, expected });
                }
                summary.malformed += 1;
                let (offset, reason) = (error.offset(), error.to_string());
                visit(Err(ObjectError { index, id: None, offset, reason }));
            }
        }
    }
}

fn one(
    bytes: &[u8],
    index: u64,
    start: u64,
    summary: &mut Summary,
    visit: &mut dyn FnMut(Result<Object<'_>, ObjectError>),
) {
    match Object::parse(bytes, start) {
        Ok(object) => {
            count(&mut summary.types, &object.common().kind);
            visit(Ok(object));
        }
        Err(refused) => {
            summary.malformed += 1;
            let id = id_in(bytes);
            let (offset, reason) = match refused {
                Refused::Missing(reason) => (start, reason.to_owned()),
                Refused::Encoding(error) => {
                    (start + error.valid_up_to() as u64, "not UTF-8".to_owned())
                }
                Refused::Json(error) => (start + place(bytes, &error), words(&error)),
            };
            visit(Err(ObjectError { index, id, offset, reason }));
        }
    }
}

fn count(types: &mut BTreeMap<String, u64>, kind: &str) {
    if let Some(count) = types.get_mut(kind) {
        *count += 1;
    } else {
        let known = types.len() < MAX_TYPES && kind.len() <= 250;
        *types.entry(if known { kind } else { "other" }.to_owned()).or_default() += 1;
    }
}

/// The message without serde_json's own line and column, which count from the object.
fn words(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rsplit_once(" at line ") {
        Some((words, _)) => words.to_owned(),
        None => message,
    }
}

/// The `id` that stands in a text that may be no JSON.
fn id_in(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (_, after) = text.split_once("\"id\"")?;
    let after = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (id, _) = after.split_once('"')?;
    (id.len() <= 300).then(|| id.to_owned())
}
