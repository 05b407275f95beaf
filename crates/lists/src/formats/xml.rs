//! A flat walk over XML: elements with their texts, without namespaces. quick-xml expands no
//! entity but the five of XML and characters by number, so that no text can grow; a document
//! type is passed over.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Elements that may be open at once.
const MAX_DEPTH: usize = 256;

/// Bytes of text that one element may hold.
const MAX_TEXT: usize = 64 << 10;

/// What the walk meets.
pub(super) enum Met<'a> {
    /// An element begins; its attributes by local name.
    Open(&'a str, &'a [(String, String)]),
    /// An element ends; its own text, trimmed.
    Close(&'a str, &'a str),
}

/// Walks over a document; `path` of each call are the local names of the open elements.
pub(super) fn walk(
    text: &str,
    visit: &mut dyn FnMut(&[String], u64, Met<'_>),
) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let mut lines = super::Lines::new(text);
    let mut path: Vec<String> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    loop {
        let at = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| {
            format!(
                "line {}: {error}",
                super::Lines::new(text).of(reader.error_position() as usize)
            )
        })?;
        let line = lines.of(at);
        match event {
            Event::Eof if path.is_empty() => return Ok(()),
            Event::Eof => {
                return Err(format!("line {line}: the file ends within <{}>", path.join("/")));
            }
            Event::Start(start) => {
                if path.len() == MAX_DEPTH {
                    return Err(format!("line {line}: more than 256 elements within each other"));
                }
                path.push(local(&start));
                texts.push(String::new());
                let attributes = attributes(&start);
                let name = path.last().cloned().unwrap_or_default();
                visit(&path, line, Met::Open(&name, &attributes));
            }
            Event::Empty(start) => {
                let name = local(&start);
                path.push(name.clone());
                visit(&path, line, Met::Open(&name, &attributes(&start)));
                visit(&path, line, Met::Close(&name, ""));
                path.pop();
            }
            Event::End(_) => {
                let own = texts.pop().unwrap_or_default();
                let name = path.last().cloned().unwrap_or_default();
                visit(&path, line, Met::Close(&name, own.trim()));
                path.pop();
            }
            Event::Text(piece) => add(&mut texts, &piece),
            Event::CData(piece) => add(&mut texts, &piece),
            Event::GeneralRef(reference) => {
                let known = match reference.resolve_char_ref() {
                    Ok(Some(character)) => Some(character.to_string()),
                    _ => resolve_predefined_entity(&reference).map(str::to_owned),
                };
                match known {
                    Some(known) => add(&mut texts, &known),
                    // Entities that a document declares itself are never expanded.
                    None => add(&mut texts, &format!("&{};", &*reference)),
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn add(texts: &mut [String], piece: &str) {
    if let Some(open) = texts.last_mut()
        && open.len() + piece.len() <= MAX_TEXT
    {
        open.push_str(piece);
    }
}

fn local(start: &BytesStart<'_>) -> String {
    let name = start.local_name();
    let name: &str = name.as_ref();
    name.to_owned()
}

fn attributes(start: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for attribute in start.attributes().flatten().take(64) {
        let key = attribute.key.local_name();
        let key: &str = key.as_ref();
        let value = quick_xml::escape::unescape(&attribute.value).unwrap_or_default();
        list.push((key.to_owned(), value.into_owned()));
    }
    list
}

/// The value of an attribute.
pub(super) fn attribute<'a>(list: &'a [(String, String)], key: &str) -> Option<&'a str> {
    list.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}
