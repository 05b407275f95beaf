//! YAML as a tree that knows its lines, so that an error in a page can point at its place.

use crate::Diagnostic;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use std::fmt;

/// A value and the line it stands on.
#[derive(Clone, Debug)]
pub struct Node {
    /// Line of the file, from 1.
    pub line: u64,
    /// The value.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other value.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written.
    Map(Vec<(String, Node)>),
}

/// Reads one YAML document that starts behind line `offset` of `file`.
///
/// # Errors
/// `R002`, where it is not valid YAML.
pub fn parse(file: &str, text: &str, offset: u64) -> Result<Node, Diagnostic> {
    // `on` and `off` are words that settings hold, so only `true` and `false` are booleans.
    let options = serde_saphyr::options! { strict_booleans: true };
    let mut node: Node = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(1, |at| at.line());
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default();
        Diagnostic::new("R002", file, line + offset, format!("not valid YAML: {first}"))
    })?;
    shift(&mut node, offset);
    Ok(node)
}

fn shift(node: &mut Node, offset: u64) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        node.line += offset;
        match &mut node.kind {
            Kind::List(list) => open.extend(list),
            Kind::Map(map) => open.extend(map.iter_mut().map(|(_, node)| node)),
            _ => {}
        }
    }
}

impl Node {
    /// The entries of a mapping.
    #[must_use]
    pub fn map(&self) -> Option<&[(String, Node)]> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Node> {
        self.map()?.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// A text; numbers and booleans as they are written.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Int(number) => Some(number.to_string()),
            Kind::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// A whole number.
    #[must_use]
    pub fn int(&self) -> Option<i64> {
        match self.kind {
            Kind::Int(number) => Some(number),
            _ => None,
        }
    }

    /// The members of a list; a single value counts as a list of one.
    #[must_use]
    pub fn list(&self) -> &[Node] {
        match &self.kind {
            Kind::List(list) => list,
            Kind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The members of a list as texts; `None` where one is no text.
    #[must_use]
    pub fn texts(&self) -> Option<Vec<String>> {
        self.list().iter().map(Node::text).collect()
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Kind>::deserialize(from)?;
        Ok(Node { line: spanned.referenced.line(), kind: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text, a whole number, true, false, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Kind, E> {
        Ok(Kind::Int(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Kind, E> {
        i64::try_from(number).map(Kind::Int).map_err(|_| E::custom("number too large"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Kind, E> {
        Ok(Kind::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Kind, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Kind::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry::<String, Node>()? {
            entries.push(entry);
        }
        Ok(Kind::Map(entries))
    }
}
