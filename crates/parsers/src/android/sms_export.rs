//! Text messages as the app SMS Backup & Restore exports them: XML, one `sms` element a message,
//! one `mms` element with its `part` elements; everything stands in attributes.
//!
//! Format: the schema that the app's maker publishes (<https://www.synctech.com.au/sms-backup-restore/fields-in-xml-backup-files/>).
//! Elements are found one by one over a small window: an attachment is an attribute of megabytes,
//! and no entity but those of XML itself is expanded.

use super::message_backup::direction;
use super::messages::Message;
use super::records::failed;
use evidence::{Emitter, Input, Parser, Reads};
use model::{Position, SourceKind, Status, Time};
use std::io::{self, Read};

/// Reads exported text messages.
pub struct SmsExport;

impl Parser for SmsExport {
    fn id(&self) -> &'static str {
        "sms_export"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Messages],
            artifacts: "sms-*.xml of SMS Backup & Restore",
            takes: "links in text messages (SMS, MMS); no texts and no numbers",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        source == SourceKind::Messages && !super::databases::is_known(path)
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let limit = input.limits().record_bytes;
        let stream = match input.stream() {
            Ok(stream) => stream,
            Err(error) => return failed(out, format!("this file cannot be opened: {error}")),
        };
        let mut tags =
            Tags { from: stream, buffer: vec![0; 64 << 10], at: 0, end: 0, offset: 0, limit };
        let mut mms: Option<(Option<&'static str>, Option<Time>)> = None;
        let (mut messages, mut closed) = (0_u64, false);
        loop {
            match tags.next() {
                Ok(Some(tag)) => closed |= element(&tag, &mut mms, &mut messages, out),
                Ok(None) => break,
                Err(error) => {
                    out.gap(None, format!("this file cannot be read further: {error}"));
                    break;
                }
            }
        }
        if !closed && out.gaps() == 0 {
            let at = Position::bytes(tags.offset, tags.offset);
            out.gap(Some(at), "the list of messages has no end: the file was cut, or is none");
        }
        match (out.gaps(), messages) {
            (0, _) => Status::Read,
            (_, 0) => Status::Failed,
            _ => Status::Partly,
        }
    }
}

/// Whether these are the first bytes of such an export.
pub(crate) fn is_export(start: &[u8]) -> bool {
    let start = start.get(..4 << 10).unwrap_or(start);
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    text.starts_with(b"<") && memchr::memmem::find(text, b"<smses").is_some()
}

/// Takes one element; tells whether it ends the list.
fn element(
    tag: &Tag,
    mms: &mut Option<(Option<&'static str>, Option<Time>)>,
    messages: &mut u64,
    out: &mut Emitter<'_>,
) -> bool {
    let attribute = |name: &str| attribute(&tag.bytes, name);
    let number = |name: &str| attribute(name).and_then(|text| text.trim().parse::<i64>().ok());
    let at = Position::bytes(tag.start, tag.end);
    // Both elements state milliseconds.
    let time = |name| number("date").map(|date| Time::unix_millis(date, name));
    match name(&tag.bytes) {
        b"sms" => {
            *messages += 1;
            let Some(body) = attribute("body") else {
                out.gap(Some(at), "the text of this message is missing, or too long to be read");
                return false;
            };
            let (direction, time) = (direction(number("type")), time("date"));
            Message { kind: "SMS", package: None, direction, time, position: at }.links(&body, out);
        }
        b"mms" => {
            *messages += 1;
            let (direction, time) = (direction(number("msg_box")), time("date"));
            if let Some(subject) = attribute("sub") {
                let (time, position) = (time.clone(), at);
                Message { kind: "MMS", package: None, direction, time, position }
                    .links(&subject, out);
            }
            *mms = Some((direction, time));
        }
        b"part" => {
            let (direction, time) = mms.clone().unwrap_or_default();
            if let Some(text) = attribute("text").filter(|text| text != "null") {
                Message { kind: "MMS", package: None, direction, time, position: at }
                    .links(&text, out);
            }
        }
        b"/mms" => *mms = None,
        b"/smses" => return true,
        // An empty list closes itself.
        b"smses" => return tag.bytes.ends_with(b"/"),
        _ => {}
    }
    false
}

fn name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(tag.len());
    let name = tag.get(..end).unwrap_or_default();
    if name.len() > 1 { name.strip_suffix(b"/").unwrap_or(name) } else { name }
}

/// The value of an attribute, its entities resolved; `None` where it is not there or not whole.
fn attribute(tag: &[u8], wanted: &str) -> Option<String> {
    let mut rest = tag.get(name(tag).len()..)?;
    loop {
        rest = rest.trim_ascii_start();
        let equals = memchr::memchr(b'=', rest)?;
        let key = rest.get(..equals)?.trim_ascii();
        let value = rest.get(equals + 1..)?.trim_ascii_start();
        let quote = *value.first().filter(|quote| matches!(**quote, b'"' | b'\''))?;
        let end = 1 + memchr::memchr(quote, value.get(1..)?)?;
        if key == wanted.as_bytes() {
            return Some(unescaped(&String::from_utf8_lossy(value.get(1..end)?)));
        }
        rest = value.get(end + 1..)?;
    }
}

/// The five entities of XML and numbered characters. The app writes those beyond U+FFFF as two
/// numbers, as Java keeps them; neither is a part of a link, so U+FFFD stands for them.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(end) = rest.bytes().take(12).position(|byte| byte == b';') else {
            out.push('&');
            continue;
        };
        let entity = &rest[..end];
        let code = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => entity.strip_prefix('#').map(|number| {
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => number.parse().ok(),
                };
                code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
            }),
        };
        match code {
            Some(code) => {
                out.push(code);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

/// What stands between `<` and `>`, up to the limit.
struct Tag {
    bytes: Vec<u8>,
    start: u64,
    end: u64,
}

/// Finds elements one after the other.
struct Tags<R> {
    from: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    offset: u64,
    limit: usize,
}

impl<R: Read> Tags<R> {
    fn next(&mut self) -> io::Result<Option<Tag>> {
        loop {
            if self.fill()? {
                return Ok(None);
            }
            let rest = self.buffer.get(self.at..self.end).unwrap_or_default();
            match memchr::memchr(b'<', rest) {
                Some(found) => {
                    self.skip(found + 1);
                    break;
                }
                None => self.skip(rest.len()),
            }
        }
        let start = self.offset - 1;
        let mut bytes = Vec::new();
        let mut quote: Option<u8> = None;
        loop {
            if self.fill()? {
                return Ok(None);
            }
            let rest = self.buffer.get(self.at..self.end).unwrap_or_default();
            let found = match quote {
                Some(quote) => memchr::memchr(quote, rest),
                None => memchr::memchr3(b'>', b'"', b'\'', rest),
            };
            let taken = found.map_or(rest.len(), |found| found + 1);
            let last = found.and_then(|found| rest.get(found).copied());
            let room = self.limit.saturating_sub(bytes.len()).min(taken);
            bytes.extend_from_slice(rest.get(..room).unwrap_or_default());
            self.skip(taken);
            match (quote, last) {
                (_, None) => {}
                (Some(_), Some(_)) => quote = None,
                (None, Some(b'>')) => {
                    if bytes.last() == Some(&b'>') {
                        bytes.pop();
                    }
                    return Ok(Some(Tag { bytes, start, end: self.offset }));
                }
                (None, opened) => quote = opened,
            }
        }
    }

    /// Whether the end was reached.
    fn fill(&mut self) -> io::Result<bool> {
        while self.at >= self.end {
            match self.from.read(&mut self.buffer) {
                Ok(0) => return Ok(true),
                Ok(count) => (self.at, self.end) = (0, count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    fn skip(&mut self, count: usize) {
        self.at += count;
        self.offset += count as u64;
    }
}
