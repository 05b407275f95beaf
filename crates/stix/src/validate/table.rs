//! The tables below `tables/`, read once.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

/// An edition of STIX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edition {
    V20,
    V21,
}

/// What kinds of objects there are (STIX 2.1, section 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A domain object: `campaign`, `indicator` …
    Sdo,
    /// A relationship object: `relationship`, `sighting`.
    Sro,
    /// A cyber-observable object: `file`, `url` …
    Sco,
    /// A meta object: `marking-definition`, `language-content`, `extension-definition`.
    Meta,
}

/// What one edition demands.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// What all objects of a family have.
    pub(super) families: HashMap<Family, Shape>,
    pub(super) types: HashMap<&'static str, Shape>,
    pub(super) structs: HashMap<&'static str, Shape>,
    /// By type and name.
    pub(super) extensions: HashMap<(&'static str, &'static str), Shape>,
    pub(super) relationships: HashMap<(&'static str, &'static str), BTreeSet<&'static str>>,
    /// Types that a relationship is named for.
    pub(super) sources: BTreeSet<&'static str>,
    /// Lines that were not understood; a test holds that there are none.
    pub(super) wrong: Vec<String>,
}

/// An object, or a part of one.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) family: Family,
    pub(super) section: &'static str,
    pub(super) properties: Vec<Property>,
    pub(super) rules: Vec<Rule>,
    /// Properties that contribute to a deterministic identifier.
    pub(super) contributing: Vec<&'static str>,
}

/// A property.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) list: bool,
    pub(super) kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Any,
    Text,
    Integer {
        low: Option<f64>,
        high: Option<f64>,
    },
    Float {
        low: Option<f64>,
        high: Option<f64>,
    },
    Boolean,
    Timestamp {
        millis: bool,
    },
    Hex,
    Binary,
    Identifier,
    /// An identifier of one of these types or families.
    Reference(Vec<&'static str>),
    /// A key of `objects`, of one of these types.
    Key(Vec<&'static str>),
    Open(&'static str),
    Enum(&'static str),
    Hashes,
    /// What its values are; nothing for any.
    Dictionary(Option<Entry>),
    Struct(&'static str),
    Extensions,
    Objects,
    Contents,
    /// A string of a form that has a name.
    Form(&'static str),
}

/// What the values of a dictionary are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Text,
    Integer,
    /// A string or a whole number.
    Scalar,
    /// The same, by names of the IPFIX registry.
    Ipfix,
    List,
}

/// What properties have to do with each other.
#[derive(Debug)]
pub(super) struct Rule {
    /// It is a recommendation.
    pub(super) should: bool,
    pub(super) demand: Demand,
}

#[derive(Debug)]
pub(super) enum Demand {
    Some(Vec<&'static str>),
    One(Vec<&'static str>),
    All(Vec<&'static str>),
    NotBoth(Vec<&'static str>),
    /// Where the first is, all others are.
    With(&'static str, Vec<&'static str>),
    /// Where the first has this truth value, the other is there.
    If(&'static str, bool, &'static str),
    /// The first is there only where the second has this truth value.
    OnlyIf(&'static str, &'static str, bool),
    /// The first is not there where the second has this truth value.
    NotIf(&'static str, &'static str, bool),
    /// The second is not earlier than the first; or later, if strict.
    Ordered {
        first: &'static str,
        second: &'static str,
        strict: bool,
    },
    Deprecated(&'static str),
    /// Any property of the shape's own.
    SomeProperty,
}

const FILES: [[&str; 4]; 2] = [
    [
        include_str!("../../tables/2.0/sdo.txt"),
        include_str!("../../tables/2.0/sro.txt"),
        include_str!("../../tables/2.0/sco.txt"),
        include_str!("../../tables/2.0/meta.txt"),
    ],
    [
        include_str!("../../tables/2.1/sdo.txt"),
        include_str!("../../tables/2.1/sro.txt"),
        include_str!("../../tables/2.1/sco.txt"),
        include_str!("../../tables/2.1/meta.txt"),
    ],
];

impl Tables {
    /// What this edition demands.
    pub(super) fn of(edition: Edition) -> &'static Tables {
        static READ: OnceLock<[Tables; 2]> = OnceLock::new();
        let [v20, v21] = READ.get_or_init(|| {
            let [v20, v21] = FILES;
            [Tables::read(v20, "[2.0]"), Tables::read(v21, "[2.1]")]
        });
        match edition {
            Edition::V20 => v20,
            Edition::V21 => v21,
        }
    }

    fn read(files: [&'static str; 4], heading: &str) -> Self {
        let mut tables = Self::default();
        for text in files {
            tables.file(text);
        }
        let relationships = include_str!("../../tables/relationships.txt");
        let section = relationships.split_once(heading).map_or("", |(_, behind)| behind);
        for line in section.split("\n[").next().unwrap_or("").lines() {
            let mut words = line.split_whitespace();
            if let (Some(source), Some(relationship)) = (words.next(), words.next()) {
                tables.relationships.insert((source, relationship), words.collect());
                tables.sources.insert(source);
            }
        }
        tables
    }

    fn file(&mut self, text: &'static str) {
        let mut family = Family::Sdo;
        let mut open: Option<(Place, Shape)> = None;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let words: Vec<&'static str> = line.split_whitespace().collect();
            if line.starts_with(' ') {
                let understood = open.as_mut().and_then(|(_, shape)| shape.line(&words));
                if understood.is_none() {
                    self.wrong.push(line.to_owned());
                }
                continue;
            }
            self.close(open.take());
            let (place, section) = match words.as_slice() {
                ["family", name, section] => {
                    family = match *name {
                        "sdo" => Family::Sdo,
                        "sro" => Family::Sro,
                        "sco" => Family::Sco,
                        _ => Family::Meta,
                    };
                    (Place::Family, *section)
                }
                ["type", name, section] => (Place::Type(name), *section),
                ["struct", name, section] => (Place::Struct(name), *section),
                ["extension", of, name, section] => (Place::Extension(of, name), *section),
                _ => {
                    self.wrong.push(line.to_owned());
                    continue;
                }
            };
            open = Some((place, Shape::empty(family, section)));
        }
        self.close(open);
    }

    fn close(&mut self, shape: Option<(Place, Shape)>) {
        let Some((place, shape)) = shape else { return };
        match place {
            Place::Family => {
                self.families.insert(shape.family, shape);
            }
            Place::Type(name) => {
                self.types.insert(name, shape);
            }
            Place::Struct(name) => {
                self.structs.insert(name, shape);
            }
            Place::Extension(of, name) => {
                self.extensions.insert((of, name), shape);
            }
        }
    }
}

/// Where a shape belongs.
enum Place {
    Family,
    Type(&'static str),
    Struct(&'static str),
    Extension(&'static str, &'static str),
}

impl Shape {
    fn empty(family: Family, section: &'static str) -> Self {
        let (properties, rules, contributing) = (Vec::new(), Vec::new(), Vec::new());
        Self { family, section, properties, rules, contributing }
    }

    pub(super) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Takes an indented line; `None` where it is not understood.
    fn line(&mut self, words: &[&'static str]) -> Option<()> {
        match words {
            ["|", "id", names @ ..] => self.contributing = names.to_vec(),
            ["|", "should", rule @ ..] => {
                self.rules.push(Rule { should: true, demand: demand(rule)? });
            }
            ["|", rule @ ..] => self.rules.push(Rule { should: false, demand: demand(rule)? }),
            [name, "list", kind @ ..] => self.properties.push(property(name, true, kind)?),
            [name, kind @ ..] => self.properties.push(property(name, false, kind)?),
            [] => return None,
        }
        Some(())
    }
}

fn property(name: &'static str, list: bool, words: &[&'static str]) -> Option<Property> {
    let (plain, required) = match name.strip_suffix('*') {
        Some(plain) => (plain, true),
        None => (name, false),
    };
    Some(Property { name: plain, required, list, kind: kind(words)? })
}

fn kind(words: &[&'static str]) -> Option<Kind> {
    Some(match words {
        ["any"] => Kind::Any,
        ["string"] => Kind::Text,
        ["integer"] => Kind::Integer { low: None, high: None },
        ["integer", range] => {
            let (low, high) = bounds(range)?;
            Kind::Integer { low, high }
        }
        ["float"] => Kind::Float { low: None, high: None },
        ["float", range] => {
            let (low, high) = bounds(range)?;
            Kind::Float { low, high }
        }
        ["boolean"] => Kind::Boolean,
        ["timestamp"] => Kind::Timestamp { millis: false },
        ["millis"] => Kind::Timestamp { millis: true },
        ["hex"] => Kind::Hex,
        ["binary"] => Kind::Binary,
        ["identifier"] => Kind::Identifier,
        ["ref", types] => Kind::Reference(types.split(',').collect()),
        ["key", types] => Kind::Key(types.split(',').collect()),
        ["open", name] => Kind::Open(name),
        ["enum", name] => Kind::Enum(name),
        ["hashes"] => Kind::Hashes,
        ["dictionary"] => Kind::Dictionary(None),
        ["dictionary", "of", "string"] => Kind::Dictionary(Some(Entry::Text)),
        ["dictionary", "of", "integer"] => Kind::Dictionary(Some(Entry::Integer)),
        ["dictionary", "of", "scalar"] => Kind::Dictionary(Some(Entry::Scalar)),
        ["dictionary", "of", "ipfix"] => Kind::Dictionary(Some(Entry::Ipfix)),
        ["dictionary", "of", "list"] => Kind::Dictionary(Some(Entry::List)),
        ["struct", name] => Kind::Struct(name),
        ["extensions"] => Kind::Extensions,
        ["objects"] => Kind::Objects,
        ["contents"] => Kind::Contents,
        ["value", form] => Kind::Form(form),
        [form @ ("url" | "language" | "charset" | "mime")] => Kind::Form(form),
        _ => return None,
    })
}

/// `0..5`, `0..`
fn bounds(range: &str) -> Option<(Option<f64>, Option<f64>)> {
    let (low, high) = range.split_once("..")?;
    let number = |text: &str| match text {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    };
    Some((number(low)?, number(high)?))
}

fn demand(words: &[&'static str]) -> Option<Demand> {
    let truth = |word: &str| word.parse::<bool>().ok();
    Some(match words {
        ["some-property"] => Demand::SomeProperty,
        ["some", names @ ..] => Demand::Some(names.to_vec()),
        ["one", names @ ..] => Demand::One(names.to_vec()),
        ["all", names @ ..] => Demand::All(names.to_vec()),
        ["not-both", names @ ..] => Demand::NotBoth(names.to_vec()),
        ["with", first, names @ ..] => Demand::With(first, names.to_vec()),
        ["if", name, value, other] => Demand::If(name, truth(value)?, other),
        ["only-if", name, other, value] => Demand::OnlyIf(name, other, truth(value)?),
        ["not-if", name, other, value] => Demand::NotIf(name, other, truth(value)?),
        ["ordered", first, second] => Demand::Ordered { first, second, strict: false },
        ["later", first, second] => Demand::Ordered { first, second, strict: true },
        ["deprecated", name] => Demand::Deprecated(name),
        _ => return None,
    })
}

/// The values of a vocabulary; `None` where there is none of that name.
pub(super) fn vocabulary(name: &str) -> Option<&'static BTreeSet<&'static str>> {
    static READ: OnceLock<HashMap<&'static str, BTreeSet<&'static str>>> = OnceLock::new();
    let all = READ.get_or_init(|| {
        let text = include_str!("../../tables/vocabularies.txt");
        let mut all: HashMap<_, BTreeSet<_>> = HashMap::new();
        let mut open = None;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.starts_with(' ') {
                false => {
                    open = line.split_whitespace().next();
                    all.entry(open.unwrap_or("")).or_default();
                }
                true => all.entry(open.unwrap_or("")).or_default().extend(line.split_whitespace()),
            }
        }
        all
    });
    all.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line is understood, and names what exists.
    #[test]
    fn the_tables_are_sound() {
        for edition in [Edition::V20, Edition::V21] {
            let tables = Tables::of(edition);
            assert_eq!(tables.wrong, Vec::<String>::new());
            assert!(tables.types.len() >= 30 && tables.families.len() == 4);
            let shapes = tables.types.values().chain(tables.structs.values());
            let shapes = shapes.chain(tables.extensions.values()).chain(tables.families.values());
            for shape in shapes {
                assert!(!shape.section.is_empty());
                for property in &shape.properties {
                    let known = match &property.kind {
                        Kind::Open(name) | Kind::Enum(name) => vocabulary(name).is_some(),
                        Kind::Struct(name) => tables.structs.contains_key(name),
                        Kind::Reference(types) | Kind::Key(types) => types.iter().all(|one| {
                            ["any", "sdo", "sco", "sro", "meta", "custom"].contains(one)
                                || tables.types.contains_key(one)
                        }),
                        Kind::Form(form) => super::super::form::is_known(form),
                        _ => true,
                    };
                    assert!(known, "{property:?}");
                }
            }
            for ((source, _), targets) in &tables.relationships {
                assert!(tables.types.contains_key(source), "{source}");
                for target in targets {
                    assert!(tables.types.contains_key(target), "{target}");
                }
            }
        }
    }
}
