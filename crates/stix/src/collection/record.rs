//! One object, its properties read as the tables say.

use crate::pattern::Version;
use crate::validate::{Family, Reading, reading};
use crate::{Instant, Value, binary};
use std::borrow::Cow;

/// An object of any type, with all its properties.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<'a> {
    value: Value<'a>,
    kind: Cow<'a, str>,
    version: Version,
    family: Family,
    known: bool,
}

/// The value of a property, as what the specification says it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Field<'r, 'a> {
    /// A point in time.
    Time(Instant),
    /// Bytes, decoded from hexadecimal or base64.
    Bytes(Vec<u8>),
    /// The identifier of another object.
    Reference(&'r str),
    /// A list of these.
    List(Vec<Field<'r, 'a>>),
    /// Any other value: strings, numbers, dictionaries; a value that is not what it should be; and
    /// those of custom properties.
    Plain(&'r Value<'a>),
}

impl<'a> Record<'a> {
    /// `None` for what is no object or has no `type`.
    pub(super) fn new(value: Value<'a>) -> Option<Self> {
        let Some(Value::Text(kind)) = value.property("type") else { return None };
        let kind = kind.clone();
        let stated = value.property("spec_version").and_then(Value::as_text);
        let (version, family, known) = crate::validate::classify(&kind, stated);
        Some(Self { kind, version, family, known, value })
    }

    /// `type`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `id`.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.value.property("id")?.as_text()
    }

    /// The edition it is written in.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// What kind of object it is; of custom types, an SDO.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// Whether its type is none of the specification's.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        !self.known
    }

    /// `created`.
    #[must_use]
    pub fn created(&self) -> Option<Instant> {
        Instant::parse(self.value.property("created")?.as_text()?)
    }

    /// `modified`; the newest version of an `id` counts.
    #[must_use]
    pub fn modified(&self) -> Option<Instant> {
        Instant::parse(self.value.property("modified")?.as_text()?)
    }

    /// `revoked`: its creator no longer stands by it.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.value.property("revoked") == Some(&Value::Bool(true))
    }

    /// Everything, as it stands.
    #[must_use]
    pub fn value(&self) -> &Value<'a> {
        &self.value
    }

    /// A property, read as what the specification says it is.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Field<'_, 'a>> {
        let value = self.value.property(name)?;
        let how = reading(self.version, &self.kind, self.family, name).unwrap_or(Reading::Plain);
        Some(field(value, how))
    }

    /// Properties that the specification does not define, in the order of the text.
    pub fn custom(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        let pairs = match &self.value {
            Value::Dict(pairs) => pairs.as_slice(),
            _ => &[],
        };
        pairs
            .iter()
            .filter(|(name, _)| reading(self.version, &self.kind, self.family, name).is_none())
            .map(|(name, value)| (name.as_ref(), value))
    }

    /// `extensions`, by name or by the id of their definition.
    pub fn extensions(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        let pairs = match self.value.property("extensions") {
            Some(Value::Dict(pairs)) => pairs.as_slice(),
            _ => &[],
        };
        pairs.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// The strings of a property that is one or a list of them.
    pub(super) fn identifiers(&self, name: &str) -> impl Iterator<Item = &str> {
        let items = match self.value.property(name) {
            Some(Value::List(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        items.iter().filter_map(Value::as_text)
    }
}

/// Lists are read item by item; they do not nest.
fn field<'r, 'a>(value: &'r Value<'a>, how: Reading) -> Field<'r, 'a> {
    if let Value::List(items) = value
        && how != Reading::Plain
    {
        return Field::List(items.iter().map(|item| scalar(item, how)).collect());
    }
    scalar(value, how)
}

fn scalar<'r, 'a>(value: &'r Value<'a>, how: Reading) -> Field<'r, 'a> {
    let text = value.as_text();
    let read = text.and_then(|text| match how {
        Reading::Plain => None,
        Reading::Time => Instant::parse(text).map(Field::Time),
        Reading::Hex => binary::from_hex(text).map(Field::Bytes),
        Reading::Base64 => binary::from_base64(text).map(Field::Bytes),
        Reading::Reference => Some(Field::Reference(text)),
    });
    read.unwrap_or(Field::Plain(value))
}
