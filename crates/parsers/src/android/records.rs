//! JSON artifacts that are a list of records: one record at a time, with its place.

use evidence::{Emitter, Input, Limits};
use json_items::{Bounds, Items, Shape};
use model::{Position, Status};
use serde_json::Value;
use std::io::Read;

/// One record of a list.
pub(crate) struct Record<'a> {
    /// Its bytes.
    pub(crate) bytes: &'a [u8],
    /// Its number, from 0.
    pub(crate) index: u64,
    start: u64,
    in_array: bool,
}

impl Record<'_> {
    /// Where it stands: byte range, row, and pointer where the list is a JSON array.
    pub(crate) fn position(&self) -> Position {
        self.position_of("")
    }

    /// The same for the part of it at `tail` (a JSON pointer below the record).
    pub(crate) fn position_of(&self, tail: &str) -> Position {
        let end = self.start + self.bytes.len() as u64;
        let position = Position::bytes(self.start, end).at_row(self.index + 1);
        if self.in_array {
            position.at_pointer(format!("/{}{tail}", self.index))
        } else if tail.is_empty() {
            position
        } else {
            position.at_pointer(tail)
        }
    }

    /// The record as a JSON value. Text that is not UTF-8 is read with U+FFFD in its place,
    /// which leaves a gap; what is no JSON is a gap and `None`.
    pub(crate) fn value(&self, out: &mut Emitter<'_>) -> Option<Value> {
        let parsed = match std::str::from_utf8(self.bytes) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => {
                out.gap(Some(self.position()), "this record holds bytes that are not UTF-8");
                serde_json::from_str(&String::from_utf8_lossy(self.bytes))
            }
        };
        parsed
            .map_err(|error| {
                out.gap(Some(self.position()), format!("this record is not valid JSON: {error}"));
            })
            .ok()
    }
}

/// Calls `take` with every record of the artifact; `take` tells whether it understood it.
/// What cannot be read is told as gaps.
///
/// AndroidQF writes an empty list as `[]` or, since Go does so with a list that was never
/// filled, as `null`.
pub(crate) fn each_record(
    input: &mut Input<'_>,
    out: &mut Emitter<'_>,
    take: impl FnMut(&Record<'_>, &mut Emitter<'_>) -> bool,
) -> Status {
    match first_bytes(input) {
        Ok(head) => each_record_behind(&head, input, out, take),
        Err(error) => failed(out, format!("this file cannot be read: {error}")),
    }
}

/// The same where the first bytes, `head`, were already taken from the artifact.
pub(crate) fn each_record_behind(
    head: &[u8],
    input: &mut Input<'_>,
    out: &mut Emitter<'_>,
    take: impl FnMut(&Record<'_>, &mut Emitter<'_>) -> bool,
) -> Status {
    let limits = input.limits();
    match input.stream() {
        Ok(stream) => records_of(head, stream, limits, out, take),
        Err(error) => failed(out, format!("this file cannot be opened: {error}")),
    }
}

/// The same for any bytes, `head` and then `stream`; positions are theirs.
pub(crate) fn records_of(
    head: &[u8],
    stream: impl Read,
    limits: &Limits,
    out: &mut Emitter<'_>,
    mut take: impl FnMut(&Record<'_>, &mut Emitter<'_>) -> bool,
) -> Status {
    let body = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mark = (head.len() - body.len()) as u64;
    let Some(first) = body.trim_ascii_start().first() else {
        return failed(out, "this file is empty: not even an empty list stands in it");
    };
    let in_array = *first == b'[';
    let bounds = Bounds { item_bytes: limits.record_bytes, depth: limits.json_depth };
    let mut items = Items::new(body.chain(stream), Shape::Sequence, bounds);
    let mut understood = 0_u64;
    let mut nothing = false;
    while let Some(item) = items.next_item() {
        match item {
            Ok(item) => {
                if !in_array && item.bytes == b"null" {
                    nothing = true;
                    continue;
                }
                let (index, start, bytes) = (item.index, item.start + mark, item.bytes);
                let record = Record { bytes, index, start, in_array };
                understood += u64::from(take(&record, out));
            }
            Err(error) => {
                let at = error.offset() + mark;
                let position = Some(Position::bytes(at, at));
                let after = if error.is_fatal() { "; what follows was not read" } else { "" };
                out.gap(position, format!("{error}{after}"));
                if error.is_fatal() {
                    break;
                }
            }
        }
    }
    match (out.gaps(), understood) {
        (0, _) => Status::Read,
        (_, 0) if !nothing => Status::Failed,
        _ => Status::Partly,
    }
}

/// Tells a gap that concerns the whole artifact.
pub(crate) fn failed(out: &mut Emitter<'_>, reason: impl Into<String>) -> Status {
    out.gap(None, reason);
    Status::Failed
}

/// The first 4 KiB, which tell how an artifact is to be read.
pub(crate) fn first_bytes(input: &mut Input<'_>) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    Read::take(input.stream()?, 4 << 10).read_to_end(&mut head)?;
    Ok(head)
}

/// The text under `key`, as it stands: a name or path with blanks around it is another one. A number is
/// written out; an absent, null or blank one is `None`.
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    let found = match value.get(key)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!found.trim().is_empty()).then_some(found)
}

/// The whole number under `key`, also where it is written as text.
pub(crate) fn number<T: TryFrom<i64>>(value: &Value, key: &str) -> Option<T> {
    let found = match value.get(key)? {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    T::try_from(found).ok()
}

/// Yes or no under `key`.
pub(crate) fn flag(value: &Value, key: &str) -> Option<bool> {
    value.get(key)?.as_bool()
}

/// The texts of the list under `key`; a single text is a list of one.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    match value.get(key) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => {
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}
