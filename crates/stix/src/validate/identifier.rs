//! Identifiers and references.

use super::Code;
use super::object::Checker;
use super::table::{Edition, Family, Shape};
use crate::json::Node;

/// TYPE--UUID taken apart: the type, and the version of the UUID.
fn taken_apart(text: &str) -> Option<(&str, u8)> {
    let (kind, uuid) = text.split_once("--")?;
    let bytes = uuid.as_bytes();
    let hyphen = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, b)| match hyphen(at) {
            true => *b == b'-',
            false => b.is_ascii_hexdigit(),
        });
    let variant = matches!(bytes.get(19)?, b'8' | b'9' | b'a' | b'b' | b'A' | b'B');
    let version = bytes.get(14)?.wrapping_sub(b'0');
    let named = kind.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    (fits && variant && (1..=8).contains(&version) && named && kind.len() >= 3)
        .then_some((kind, version))
}

impl Checker<'_, '_> {
    /// The `id` of an object of this type. Section 2.9; 2.0, part 1, section 2.6.
    pub(super) fn identifier_of(&mut self, kind: &str, node: &Node<'_>) {
        let Some(text) = node.text() else { return self.wrong_type(node, "a string") };
        match taken_apart(text) {
            None => self.must(Code::BadIdentifier, node, "not TYPE--UUID"),
            Some((stated, _)) if stated != kind => {
                let message = format!("an identifier of `{stated}` on an object of `{kind}`");
                self.must(Code::BadIdentifier, node, &message);
            }
            Some((_, version)) if self.edition == Edition::V20 && version != 4 => {
                self.must(
                    Code::UuidVersion,
                    node,
                    "in STIX 2.0, identifiers have UUIDs of version 4",
                );
            }
            Some((_, version)) if version != 4 && kind == "bundle" => {
                let message = "bundles should have UUIDs of version 4";
                self.should(Code::UuidVersionAdvised, node, message);
            }
            Some(_) => {}
        }
    }

    /// Section 2.9: version 4, or 5 for SCOs; section 6.13: version 4 for processes.
    pub(super) fn uuid_version(
        &mut self,
        object: &Node<'_>,
        kind: &str,
        id: &Node<'_>,
        family: Family,
        shape: Option<&Shape>,
    ) {
        if self.edition == Edition::V20 {
            return;
        }
        let Some((_, version)) = id.text().and_then(taken_apart) else { return };
        let contributing = shape.map_or(&[][..], |shape| &shape.contributing);
        let contributes = contributing.iter().any(|name| object.property(name).is_some());
        let observable = family == Family::Sco;
        let bare = kind == "process" || !contributing.is_empty() && !contributes;
        self.at(".id", |checker| match (observable, bare, version) {
            (true, true, 4) | (true, false, 5) | (false, _, 4) => {}
            (true, true, _) => {
                let message = "without a property that contributes, the UUID has version 4";
                checker.must(Code::UuidVersion, id, message);
            }
            (true, false, _) => {
                let message = "the UUID of a cyber-observable object should have version 5";
                checker.should(Code::UuidVersionAdvised, id, message);
            }
            (false, _, _) => {
                checker.should(Code::UuidVersionAdvised, id, "the UUID should have version 4");
            }
        });
    }

    /// A reference to an object of one of these types or families. Types that no table has are
    /// taken for one of any family.
    pub(super) fn reference(&mut self, node: &Node<'_>, text: &str, types: &[&'static str]) {
        let Some((kind, version)) = taken_apart(text) else {
            return self.must(Code::BadIdentifier, node, "not TYPE--UUID");
        };
        if self.edition == Edition::V20 && version != 4 {
            let message = "in STIX 2.0, identifiers have UUIDs of version 4";
            return self.must(Code::UuidVersion, node, message);
        }
        let family = match self.tables.types.get(kind).map(|shape| shape.family) {
            _ if kind == "bundle" => None,
            Some(Family::Sdo) => Some("sdo"),
            Some(Family::Sro) => Some("sro"),
            Some(Family::Sco) => Some("sco"),
            Some(Family::Meta) => Some("meta"),
            None => Some("custom"),
        };
        let custom = family == Some("custom");
        let fits = types.iter().any(|wanted| match *wanted {
            "any" => family.is_some(),
            "sdo" | "sco" | "sro" | "custom" => custom || family == Some(wanted),
            wanted => wanted == kind,
        });
        if !fits {
            let message = format!("a reference to `{kind}`; it must be to {}", types.join(", "));
            self.must(Code::WrongReference, node, &message);
        }
    }

    /// A reference to an object of `objects` by its key. Outside of such a map, a reference.
    pub(super) fn key_reference(&mut self, node: &Node<'_>, key: &str, types: &[&'static str]) {
        let Some(map) = &self.map else { return self.reference(node, key, types) };
        match map.iter().find(|(name, _)| name == key).map(|(_, kind)| kind.clone()) {
            None => {
                let message = format!("there is no object `{key}` in `objects`");
                self.must(Code::DanglingReference, node, &message);
            }
            Some(kind) if !types.iter().any(|wanted| *wanted == "any" || *wanted == kind) => {
                let message =
                    format!("a reference to `{kind}`; it must be to {}", types.join(", "));
                self.must(Code::WrongReference, node, &message);
            }
            Some(_) => {}
        }
    }

    /// Section 5.1 and the tables of relationships of each type.
    pub(super) fn relationship(&mut self, node: &Node<'_>) {
        let kind_of = |key: &str| Some(taken_apart(node.text_of(key)?)?.0);
        let Some(kind) = node.text_of("relationship_type") else { return };
        let (Some(source), Some(target)) = (kind_of("source_ref"), kind_of("target_ref")) else {
            return;
        };
        if ["derived-from", "duplicate-of", "related-to"].contains(&kind) {
            return;
        }
        let named = self.tables.relationships.get(&(source, kind));
        if !named.is_some_and(|targets| targets.contains(target)) {
            let message = format!("the specification does not name `{source} {kind} {target}`");
            self.at(".relationship_type", |checker| {
                checker.should(Code::UnusualRelationship, node, &message);
            });
        }
    }
}
