//! Markings, and the patterns of indicators.

use super::Code;
use super::object::Checker;
use super::table::{Edition, Family};
use crate::json::{Data, Node};
use crate::marking::{TLP, TLP2, TLP2_EXTENSION};
use crate::pattern::{Pattern, Version};

impl Checker<'_, '_> {
    /// Section 7.2.3; 2.0, part 1, section 4.3: selectors are to what is there, and a marking
    /// does not mark itself.
    pub(super) fn markings(&mut self, node: &Node<'_>, kind: &str) {
        let own = (kind == "marking-definition").then(|| node.text_of("id")).flatten();
        let message = "a marking definition cannot mark itself";
        let refs = node.property("object_marking_refs").map_or(&[][..], Node::items);
        for one in refs.iter().filter(|one| own.is_some() && one.text() == own) {
            self.at(".object_marking_refs", |c| c.must(Code::CircularMarking, one, message));
        }
        let granular = node.property("granular_markings").map_or(&[][..], Node::items);
        for (number, marking) in granular.iter().enumerate() {
            self.at(&format!(".granular_markings[{number}]"), |checker| {
                if own.is_some() && marking.text_of("marking_ref") == own {
                    checker.must(Code::CircularMarking, marking, message);
                }
                let selectors = marking.property("selectors").map_or(&[][..], Node::items);
                for (number, selector) in selectors.iter().enumerate() {
                    let Some(text) = selector.text() else { continue };
                    if !selects(node, text) {
                        let message = format!("`{text}` is to nothing in this object");
                        checker.at(&format!(".selectors[{number}]"), |checker| {
                            checker.must(Code::BadSelector, selector, &message);
                        });
                    }
                }
            });
        }
    }

    /// Section 7.2.1; 2.0, part 1, section 4.1: statements, and TLP by OASIS' own objects only.
    pub(super) fn marking_definition(&mut self, node: &Node<'_>) {
        let definition = node.property("definition");
        match node.text_of("definition_type") {
            None => {
                if self.edition == Edition::V21 && node.property("extensions").is_none() {
                    let message = "custom markings should come by an extension";
                    self.should(Code::CustomMarking, node, message);
                }
            }
            Some("statement") => {
                let stated = definition.and_then(|one| one.property("statement"));
                if !stated.is_some_and(|one| matches!(one.data, Data::Text(_))) {
                    let message = "a statement marking has its text in `definition.statement`";
                    self.must(Code::BadMarking, node, message);
                }
            }
            Some("tlp") => {
                let level = definition.and_then(|one| one.text_of("tlp"));
                let known = TLP.iter().find(|one| Some(one.level) == level);
                let fits = known.is_some_and(|one| {
                    node.text_of("id") == Some(one.id)
                        && node.text_of("created") == Some("2017-01-20T00:00:00.000Z")
                        && node.text_of("name").is_none_or(|name| name == one.name)
                });
                let name = self.edition == Edition::V20 || node.text_of("name").is_some();
                if !fits || !name {
                    let message = "TLP markings are those of the specification and no others";
                    self.must(Code::BadMarking, node, message);
                }
            }
            Some(_) => {
                if definition.is_some_and(|one| !matches!(one.data, Data::Dict(_))) {
                    self.must(Code::WrongType, node, "`definition` must be an object");
                }
                let message = "a marking that is neither a statement nor TLP";
                self.should(Code::CustomMarking, node, message);
            }
        }
        let tlp2 = node.property("extensions").and_then(|all| all.property(TLP2_EXTENSION));
        if let Some(extension) = tlp2 {
            let known = TLP2.iter().find(|one| Some(one.level) == extension.text_of("tlp_2_0"));
            if known.is_none_or(|one| node.text_of("id") != Some(one.id)) {
                let message = "TLP 2.0 markings are those that OASIS published and no others";
                self.must(Code::BadMarking, extension, message);
            }
        }
    }

    /// Section 4.7 and 9; 2.0, part 2, section 2.5, and part 5.
    pub(super) fn indicator(&mut self, node: &Node<'_>) {
        let Some(pattern) = node.property("pattern") else { return };
        let Some(text) = pattern.text() else { return };
        if self.edition == Edition::V21 && node.text_of("pattern_type") != Some("stix") {
            return;
        }
        let version = match (node.text_of("pattern_version"), self.edition) {
            (Some("2.0"), _) | (None, Edition::V20) => Version::V20,
            _ => Version::V21,
        };
        let problems = match Pattern::parse(text, version) {
            Err(error) => vec![error.to_string()],
            Ok(parsed) => {
                self.pattern_names(pattern, &parsed);
                parsed.violations().iter().map(ToString::to_string).collect()
            }
        };
        for message in problems {
            self.at(".pattern", |checker| checker.must(Code::BadPattern, pattern, &message));
        }
    }

    /// Types and properties that a pattern speaks of are named as such names are.
    fn pattern_names(&mut self, node: &Node<'_>, pattern: &Pattern) {
        let sign = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        for comparison in pattern.comparisons() {
            let object = &*comparison.path.object;
            let shape = self.tables.types.get(object).filter(|shape| shape.family == Family::Sco);
            let first = match comparison.path.steps.first() {
                Some(crate::pattern::Step::Key(key)) => &**key,
                _ => "",
            };
            let common = self.tables.families.get(&Family::Sco);
            let known = shape.or(common).is_some_and(|shape| shape.property(first).is_some())
                || common.is_some_and(|shape| shape.property(first).is_some());
            let named = |text: &str, sign: &dyn Fn(u8) -> bool| {
                (3..=250).contains(&text.len()) && text.bytes().all(sign)
            };
            let mut wrong = None;
            if shape.is_none() && !named(object, &sign) {
                wrong = Some(format!("`{object}` cannot be the name of a type"));
            } else if !known && !named(first, &|b| sign(b) && b != b'-' || b == b'_') {
                wrong = Some(format!("`{first}` cannot be the name of a property"));
            }
            if let Some(message) = wrong {
                self.at(".pattern", |checker| checker.must(Code::BadPattern, node, &message));
                continue;
            }
            if self.edition == Edition::V20 {
                let object_prefixed = object.starts_with("x-") && object.matches('-').count() >= 2;
                let property_prefixed = first.starts_with("x_") && first.matches('_').count() >= 2;
                if shape.is_none() && !object_prefixed {
                    let message =
                        format!("`{object}` is a custom type; it should be x-SOURCE-NAME");
                    self.at(".pattern", |c| c.should(Code::CustomObject, node, &message));
                } else if shape.is_some() && !known && !property_prefixed {
                    let message =
                        format!("`{first}` is a custom property; it should be x_SOURCE_NAME");
                    self.at(".pattern", |c| c.should(Code::CustomProperty, node, &message));
                }
            }
        }
    }
}

/// Whether a selector (`a.b.[0].c`) leads to something.
fn selects(object: &Node<'_>, selector: &str) -> bool {
    let mut at = object;
    let mut first = true;
    for step in selector.split('.') {
        let index = step.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let found = match index {
            Some(index) if !first => index.parse().ok().and_then(|n: usize| at.items().get(n)),
            Some(_) => None,
            None => at.property(step),
        };
        let Some(found) = found else { return false };
        at = found;
        first = false;
    }
    true
}
