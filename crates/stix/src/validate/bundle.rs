//! A file of objects, one by one: a bundle, a list, one object, or several of these.

use super::Code;
use super::findings::{Findings, Validation};
use super::object::Checker;
use super::table::Edition;
use super::versions::Versions;
use crate::json;
use crate::json::{Member, NotJson, Reader};

/// Looks at every object of a text: a bundle, a list of objects, one object, or several of these
/// one behind the other. One object at a time is held.
#[must_use]
pub fn validate(text: &str) -> Validation {
    let mut findings = Findings::new(text);
    let mut reader = Reader::new(text);
    let mut any = false;
    let mut versions = Versions::default();
    while reader.peek().is_some() {
        any = true;
        if let Err(error) = document(&mut reader, &mut findings, &mut versions) {
            findings.validation.not_json = Some((error.offset, error.expected));
            break;
        }
    }
    if !any {
        findings.validation.not_json = Some((text.len(), "an object or a bundle"));
    }
    findings.validation
}

fn document(
    reader: &mut Reader<'_>,
    findings: &mut Findings<'_>,
    versions: &mut Versions,
) -> Result<(), NotJson> {
    match reader.peek() {
        Some(b'[') => items(reader, findings, versions),
        Some(b'{') => wrapped(reader, findings, versions),
        _ => {
            let node = reader.value(0)?;
            object(&node, findings, versions);
            Ok(())
        }
    }
}

/// The items of a list, each of them an object.
fn items(
    reader: &mut Reader<'_>,
    findings: &mut Findings<'_>,
    versions: &mut Versions,
) -> Result<(), NotJson> {
    reader.takes(b'[');
    if reader.takes(b']') {
        return Ok(());
    }
    loop {
        item(&reader.value(0)?, findings, versions);
        if reader.takes(b']') {
            return Ok(());
        }
        if !reader.takes(b',') {
            return reader.wrong("`,` or `]`");
        }
    }
}

/// An item of a list: an object, or a bundle that is held as a whole.
pub(super) fn item(node: &json::Node<'_>, findings: &mut Findings<'_>, versions: &mut Versions) {
    match node.text_of("type") == Some("bundle") {
        true => {
            bundle(node, findings, None);
            node.property("objects").into_iter().flat_map(|all| all.items()).for_each(|one| {
                object(one, findings, versions);
            });
        }
        false => object(node, findings, versions),
    }
}

/// An object that may be a bundle: a list in its `objects` is gone through item by item.
fn wrapped(
    reader: &mut Reader<'_>,
    findings: &mut Findings<'_>,
    versions: &mut Versions,
) -> Result<(), NotJson> {
    reader.peek();
    let offset = reader.offset();
    reader.takes(b'{');
    let mut members: Vec<Member<'_>> = Vec::new();
    let mut listed = None;
    if !reader.takes(b'}') {
        loop {
            let (key, at) = reader.key()?;
            if key == "objects" && reader.peek() == Some(b'[') {
                let before = findings.validation.objects;
                items(reader, findings, versions)?;
                listed = Some((findings.validation.objects - before) as usize);
            } else {
                let value = reader.value(1)?;
                members.push(Member { key, offset: at, value });
            }
            if reader.takes(b'}') {
                break;
            }
            if !reader.takes(b',') {
                return reader.wrong("`,` or `}`");
            }
        }
    }
    let node = json::Node { offset, data: json::Data::Dict(members) };
    match node.text_of("type") {
        Some("bundle") => bundle(&node, findings, listed),
        // A TAXII envelope has objects and no type.
        None if listed.is_some() => {}
        _ => object(&node, findings, versions),
    }
    Ok(())
}

/// STIX 2.1, section 8; STIX 2.0, part 1, section 5.
pub(super) fn bundle(node: &json::Node<'_>, findings: &mut Findings<'_>, listed: Option<usize>) {
    let edition = match node.text_of("spec_version") {
        Some("2.0") => Edition::V20,
        _ => Edition::V21,
    };
    let mut checker = Checker::new(edition, node.text_of("id"), findings);
    match node.property("id") {
        None => checker.missing(node, "id"),
        Some(id) => checker.at(".id", |checker| checker.identifier_of("bundle", id)),
    }
    match node.property("spec_version") {
        None => {}
        Some(value) if value.text() == Some("2.0") => {}
        Some(value) => checker.at(".spec_version", |checker| {
            checker.must(
                Code::NotInEnumeration,
                value,
                "in a bundle, only 2.0 states a version, and it is `2.0`",
            );
        }),
    }
    let objects = node.property("objects");
    let empty = listed == Some(0) || objects.is_some_and(|all| all.items().is_empty());
    if empty {
        let at = objects.unwrap_or(node);
        checker.at(".objects", |checker| {
            checker.must(Code::EmptyValue, at, "an empty list; the property is left out instead");
        });
    }
}

fn object(node: &json::Node<'_>, findings: &mut Findings<'_>, versions: &mut Versions) {
    findings.validation.objects += 1;
    super::object::check(node, findings);
    if let (Some(id), Some(modified)) = (node.text_of("id"), node.text_of("modified"))
        && let Some(message) = versions.add(id, modified)
    {
        let message = message.to_owned();
        findings.add(Code::DuplicateVersion, true, Some(id), "modified", node.offset, message);
    }
}
