//! One object against the tables.

use super::Code;
use super::findings::Findings;
use super::table::{Edition, Family, Shape, Tables};
use crate::json::{Data, Member, Node};

/// Looks at an object that stands by itself.
pub(super) fn check(node: &Node<'_>, findings: &mut Findings<'_>) {
    let id = node.text_of("id");
    let edition = edition(node);
    let mut checker = Checker::new(edition, id, findings);
    if !matches!(node.data, Data::Dict(_)) {
        let message = format!("{} where an object should stand", node.noun());
        return checker.must(Code::NotAnObject, node, &message);
    }
    let Some(kind) = node.property("type") else { return checker.missing(node, "type") };
    let Some(name) = kind.text() else {
        return checker.at(".type", |c| c.wrong_type(kind, "a string"));
    };
    checker.type_name(kind, name);
    let shape = checker.tables.types.get(name);
    // SCOs of 2.0 stand in the map of an observed-data object only.
    let shape = shape.filter(|shape| edition == Edition::V21 || shape.family != Family::Sco);
    let added = extension_types(node);
    let family = match shape {
        Some(shape) => shape.family,
        None if added.contains(&"new-sco") => Family::Sco,
        None if added.contains(&"new-sro") => Family::Sro,
        // An object without times that says nothing else can only be a custom SCO.
        None if edition == Edition::V21
            && node.property("created").is_none()
            && node.property("modified").is_none() =>
        {
            Family::Sco
        }
        None => Family::Sdo,
    };
    let Some(common) = checker.tables.families.get(&family) else { return };
    checker.custom = match shape {
        None => Custom::Free,
        Some(_) if added.contains(&"toplevel-property-extension") => Custom::Free,
        Some(_) => Custom::Advised,
    };
    if shape.is_none() {
        checker.custom_type(kind, name, &added);
    }
    let shapes: Vec<&Shape> = std::iter::once(common).chain(shape).collect();
    checker.shapes(node, &shapes, Some(name));
    if let Some(id) = node.property("id") {
        checker.at(".id", |checker| checker.identifier_of(name, id));
        checker.uuid_version(node, name, id, family, shape);
    }
    checker.markings(node, name);
    match name {
        "indicator" => checker.indicator(node),
        "relationship" => checker.relationship(node),
        "marking-definition" => checker.marking_definition(node),
        "extension-definition" => checker.extension_definition(node),
        "location" | "malware" | "note" => {}
        _ => {}
    }
}

/// STIX 2.1, section 3.2: without `spec_version`, 2.0; but 2.1 for SCOs.
fn edition(node: &Node<'_>) -> Edition {
    match node.text_of("spec_version") {
        Some("2.0") => Edition::V20,
        Some(_) => Edition::V21,
        None => {
            let v21 = Tables::of(Edition::V21);
            let known = node.text_of("type").and_then(|name| v21.types.get(name));
            let added = extension_types(node);
            match known.is_some_and(|shape| shape.family == Family::Sco)
                || added.contains(&"new-sco")
            {
                true => Edition::V21,
                false => Edition::V20,
            }
        }
    }
}

/// The `extension_type` of each extension.
fn extension_types<'n>(node: &'n Node<'_>) -> Vec<&'n str> {
    let extensions = node.property("extensions").map_or(&[][..], Node::members);
    extensions.iter().filter_map(|one| one.value.text_of("extension_type")).collect()
}

/// What properties that no table has amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Custom {
    /// They may be.
    Free,
    /// They should come by an extension (2.1), or have a prefix (2.0).
    Advised,
}

/// One object while it is looked at.
pub(super) struct Checker<'c, 't> {
    pub(super) edition: Edition,
    pub(super) tables: &'static Tables,
    pub(super) custom: Custom,
    /// Keys and types of 2.0's `objects`, while one of them is looked at.
    pub(super) map: Option<Vec<(String, String)>>,
    id: Option<String>,
    path: String,
    findings: &'c mut Findings<'t>,
}

impl<'c, 't> Checker<'c, 't> {
    pub(super) fn new(edition: Edition, id: Option<&str>, findings: &'c mut Findings<'t>) -> Self {
        Self {
            edition,
            tables: Tables::of(edition),
            custom: Custom::Advised,
            map: None,
            id: id.map(ToOwned::to_owned),
            path: String::new(),
            findings,
        }
    }

    /// Does something one step further down the path.
    pub(super) fn at(&mut self, step: &str, act: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(step);
        act(self);
        self.path.truncate(length);
    }

    pub(super) fn must(&mut self, code: Code, node: &Node<'_>, message: &str) {
        self.say(code, false, node.offset, message);
    }

    pub(super) fn should(&mut self, code: Code, node: &Node<'_>, message: &str) {
        self.say(code, true, node.offset, message);
    }

    pub(super) fn say(&mut self, code: Code, should: bool, offset: usize, message: &str) {
        let path = self.path.strip_prefix('.').unwrap_or(&self.path);
        self.findings.add(code, should, self.id.as_deref(), path, offset, message.to_owned());
    }

    pub(super) fn missing(&mut self, node: &Node<'_>, name: &str) {
        self.at(&format!(".{name}"), |checker| {
            checker.must(Code::MissingProperty, node, &format!("`{name}` is required"));
        });
    }

    fn missing_of(&mut self, node: &Node<'_>, name: &str, section: &str) {
        self.at(&format!(".{name}"), |checker| {
            let message = format!("`{name}` is required (section {section})");
            checker.must(Code::MissingProperty, node, &message);
        });
    }

    pub(super) fn wrong_type(&mut self, node: &Node<'_>, expected: &str) {
        let message = format!("{} where {expected} should stand", node.noun());
        self.must(Code::WrongType, node, &message);
    }

    /// An object, or a part of one, against what these tables have of it. `of` is the type of the
    /// object, if it is one.
    pub(super) fn shapes(&mut self, node: &Node<'_>, shapes: &[&'static Shape], of: Option<&str>) {
        let Data::Dict(members) = &node.data else { return self.wrong_type(node, "an object") };
        for member in members {
            self.at(&format!(".{}", member.key), |checker| checker.member(member, shapes, of));
        }
        for shape in shapes {
            for property in shape.properties.iter().filter(|property| property.required) {
                if node.property(property.name).is_none() {
                    self.missing_of(node, property.name, shape.section);
                }
            }
        }
        for shape in shapes {
            self.rules(node, shape);
        }
    }

    fn member(&mut self, member: &Member<'_>, shapes: &[&'static Shape], of: Option<&str>) {
        let Member { key, value, .. } = member;
        if self.is_empty(value) {
            return;
        }
        // A type says more of a property than its family does.
        match shapes.iter().rev().find_map(|shape| shape.property(key)) {
            Some(property) => self.property(value, property, of),
            None => self.custom_property(member, of),
        }
    }

    /// Section 2: null stands for nothing, and lists are never empty.
    pub(super) fn is_empty(&mut self, value: &Node<'_>) -> bool {
        let what = match &value.data {
            Data::Null => "null is no value of STIX; the property is left out instead",
            Data::List(items) if items.is_empty() => {
                "an empty list; the property is left out instead"
            }
            _ => return false,
        };
        self.must(Code::EmptyValue, value, what);
        true
    }

    /// Section 3.1 (naming) and 11.1 (custom properties); 2.0, part 1, sections 3.1 and 7.1.
    fn custom_property(&mut self, member: &Member<'_>, of: Option<&str>) {
        const RESERVED: [&[&str]; 2] = [
            &[
                "confidence",
                "severity",
                "action",
                "usernames",
                "phone_numbers",
                "addresses",
                "first_seen_precision",
                "last_seen_precision",
                "valid_from_precision",
                "valid_until_precision",
            ],
            &["severity", "action", "usernames", "username", "phone_numbers", "addresses"],
        ];
        let Member { key, value, offset } = member;
        let sign = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_');
        let begins =
            self.edition == Edition::V20 || key.starts_with(|c: char| c.is_ascii_lowercase());
        if !(3..=250).contains(&key.len()) || !key.bytes().all(sign) || !begins {
            let message = "property names are 3 to 250 small letters, digits and underscores, in \
                           STIX 2.1 with a letter first";
            return self.say(Code::BadPropertyName, false, *offset, message);
        }
        let [v20, v21] = RESERVED;
        let reserved = if self.edition == Edition::V20 { v20 } else { v21 };
        let described = self.map.is_none() && of.is_some();
        if described && reserved.contains(&key.as_ref()) {
            return self.must(
                Code::ReservedProperty,
                value,
                "the specification reserves this name",
            );
        }
        self.encoded(key, value);
        let prefixed = key.strip_prefix("x_").is_some_and(|rest| {
            rest.split_once('_').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
        });
        match (self.custom, self.edition) {
            (Custom::Free, _) => {}
            (Custom::Advised, Edition::V20) if prefixed => {}
            (Custom::Advised, Edition::V20) => {
                let message = "a custom property; its name should be x_SOURCE_NAME";
                self.should(Code::CustomProperty, value, message);
            }
            (Custom::Advised, Edition::V21) => {
                let message = "a custom property; it should come by an extension";
                self.should(Code::CustomProperty, value, message);
            }
        }
    }

    /// Section 3.1: type names.
    fn type_name(&mut self, node: &Node<'_>, name: &str) {
        let sign = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let plain = name.bytes().all(sign) && !name.contains("--");
        if !(3..=250).contains(&name.len()) || !plain {
            let message = "type names are 3 to 250 small letters, digits and single hyphens";
            self.at(".type", |checker| checker.must(Code::BadTypeName, node, message));
        }
        let reserved: &[&str] = match (self.edition, self.map.is_some()) {
            (_, true) | (Edition::V21, _) => &["action"],
            (Edition::V20, false) => &["incident", "infrastructure"],
        };
        if reserved.contains(&name) {
            let message = "the specification reserves this type";
            self.at(".type", |checker| checker.must(Code::ReservedType, node, message));
        }
    }

    /// Section 11.2; 2.0, part 1, section 7.2.
    fn custom_type(&mut self, node: &Node<'_>, name: &str, added: &[&str]) {
        let by_extension = added.iter().any(|one| one.starts_with("new-"));
        let prefixed = name.strip_prefix("x-").is_some_and(|rest| {
            rest.split_once('-').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
        });
        let (accepted, message) = match self.edition {
            Edition::V21 => (by_extension, "a custom type; it should come by an extension"),
            Edition::V20 => (prefixed, "a custom type; its name should be x-SOURCE-NAME"),
        };
        let reserved = ["action", "incident", "infrastructure"].contains(&name);
        if !accepted && !reserved {
            self.at(".type", |checker| checker.should(Code::CustomObject, node, message));
        }
    }

    /// 2.0's `objects` (part 3): cyber-observable objects by keys, which references use.
    pub(super) fn objects(&mut self, node: &Node<'_>) {
        let Data::Dict(members) = &node.data else { return self.wrong_type(node, "an object") };
        if members.is_empty() {
            return self.must(Code::EmptyValue, node, "an empty object");
        }
        let types = members.iter().map(|member| {
            (member.key.to_string(), member.value.text_of("type").unwrap_or("").to_owned())
        });
        self.map = Some(types.collect());
        for Member { key, value, .. } in members {
            self.at(&format!(".{key}"), |checker| {
                if key.is_empty() || !key.bytes().all(|b| b.is_ascii_digit()) {
                    let message = "keys of objects should be whole numbers";
                    checker.should(Code::KeyForm, value, message);
                }
                checker.observable(value);
            });
        }
        self.map = None;
    }

    fn observable(&mut self, node: &Node<'_>) {
        if !matches!(node.data, Data::Dict(_)) {
            return self.wrong_type(node, "an object");
        }
        let Some(kind) = node.property("type") else { return self.missing(node, "type") };
        let Some(name) = kind.text() else {
            return self.at(".type", |checker| checker.wrong_type(kind, "a string"));
        };
        self.type_name(kind, name);
        let shape = self.tables.types.get(name).filter(|shape| shape.family == Family::Sco);
        if shape.is_none() {
            self.custom_type(kind, name, &extension_types(node));
        }
        let Some(common) = self.tables.families.get(&Family::Sco) else { return };
        self.custom = if shape.is_some() { Custom::Advised } else { Custom::Free };
        let shapes: Vec<&Shape> = std::iter::once(common).chain(shape).collect();
        self.shapes(node, &shapes, Some(name));
        self.custom = Custom::Advised;
    }
}
