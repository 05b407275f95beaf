//! The objects of STIX that matter for matching; all others are only counted.
//! Property names are those of STIX 2.1 (OASIS Standard, 10 June 2021), sections 3 to 6.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Deref;

/// A string of the file; borrowed from it unless it holds escapes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// One object.
#[derive(Debug)]
pub enum Object<'a> {
    /// A pattern with what is said about it.
    Indicator(Indicator<'a>),
    /// Something that indicators and relationships point to.
    Named(Named<'a>),
    /// A link between two objects.
    Relationship(Relationship<'a>),
    /// Any other type.
    Other(Common<'a>),
}

/// What every object has (section 3.2).
#[derive(Debug)]
pub struct Common<'a> {
    /// Byte of the file that the object begins at.
    pub offset: u64,
    /// `type`.
    pub kind: Text<'a>,
    /// `id`: the type, `--`, and a UUID.
    pub id: Text<'a>,
    /// `modified`, RFC 3339; the newest version of an id counts.
    pub modified: Option<Text<'a>>,
    /// `revoked`.
    pub revoked: bool,
    /// `confidence`, 0–100.
    pub confidence: Option<u8>,
    /// `external_references`.
    pub references: Vec<Reference<'a>>,
    /// `extensions`, as they stand.
    pub extensions: Option<&'a RawValue>,
}

impl Common<'_> {
    /// The extension with this id, read as `T`. `None` where there is none.
    ///
    /// # Errors
    /// When `extensions` is no object, or the extension has another shape.
    pub fn extension<T: for<'de> Deserialize<'de>>(
        &self,
        id: &str,
    ) -> Option<Result<T, serde_json::Error>> {
        let raw = self.extensions.filter(|raw| raw.get().contains(id))?;
        let all: std::collections::HashMap<Cow<'_, str>, &RawValue> =
            match serde_json::from_str(raw.get()) {
                Ok(all) => all,
                Err(error) => return Some(Err(error)),
            };
        all.get(id).map(|one| serde_json::from_str(one.get()))
    }
}

/// An indicator (section 4.7).
#[derive(Debug)]
pub struct Indicator<'a> {
    /// What every object has.
    pub common: Common<'a>,
    /// `name`.
    pub name: Option<Text<'a>>,
    /// `pattern`.
    pub pattern: Text<'a>,
    /// `pattern_type`; STIX 2.0 has none and means `stix`.
    pub pattern_type: Option<Text<'a>>,
    /// `valid_from`, RFC 3339.
    pub valid_from: Option<Text<'a>>,
    /// `valid_until`, RFC 3339.
    pub valid_until: Option<Text<'a>>,
}

/// What an object of a named kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamedKind {
    /// `malware`.
    Malware,
    /// `tool`.
    Tool,
    /// `campaign`.
    Campaign,
    /// `intrusion-set`.
    IntrusionSet,
    /// `threat-actor`.
    ThreatActor,
    /// `infrastructure`.
    Infrastructure,
    /// `report`.
    Report,
    /// `grouping`.
    Grouping,
    /// `attack-pattern`.
    AttackPattern,
    /// `identity`.
    Identity,
}

/// An object that has a name and is pointed to.
#[derive(Debug)]
pub struct Named<'a> {
    /// What it is.
    pub kind: NamedKind,
    /// What every object has.
    pub common: Common<'a>,
    /// `name`.
    pub name: Option<Text<'a>>,
    /// `object_refs` of a report or grouping.
    pub object_refs: Vec<Text<'a>>,
}

/// A relationship (section 5.1).
#[derive(Debug)]
pub struct Relationship<'a> {
    /// What every object has.
    pub common: Common<'a>,
    /// `relationship_type`: `indicates`, `uses` …
    pub relationship_type: Text<'a>,
    /// `source_ref`.
    pub source: Text<'a>,
    /// `target_ref`.
    pub target: Text<'a>,
}

/// An external reference (section 2.5).
#[derive(Debug, Deserialize)]
pub struct Reference<'a> {
    /// `source_name`.
    #[serde(borrow, default)]
    pub source_name: Text<'a>,
    /// `url`.
    #[serde(borrow, default)]
    pub url: Option<Text<'a>>,
    /// `external_id`.
    #[serde(borrow, default)]
    pub external_id: Option<Text<'a>>,
}

/// Every property that any of the types above has; what is read from the file.
#[derive(Deserialize)]
struct Properties<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    modified: Option<Text<'a>>,
    revoked: Option<bool>,
    confidence: Option<u8>,
    #[serde(borrow)]
    external_references: Option<Vec<Reference<'a>>>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    pattern: Option<Text<'a>>,
    #[serde(borrow)]
    pattern_type: Option<Text<'a>>,
    #[serde(borrow)]
    valid_from: Option<Text<'a>>,
    #[serde(borrow)]
    valid_until: Option<Text<'a>>,
    #[serde(borrow)]
    object_refs: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    relationship_type: Option<Text<'a>>,
    #[serde(borrow)]
    source_ref: Option<Text<'a>>,
    #[serde(borrow)]
    target_ref: Option<Text<'a>>,
}

/// The type and id alone, of an object whose other properties may have any shape.
#[derive(Deserialize)]
struct Label<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    id: Text<'a>,
}

/// Why an object could not be read.
pub(crate) enum Refused {
    Json(serde_json::Error),
    Encoding(std::str::Utf8Error),
    Missing(&'static str),
}

impl<'a> Object<'a> {
    /// Reads one object from its JSON text, which begins at byte `offset` of the file.
    pub(crate) fn parse(bytes: &'a [u8], offset: u64) -> Result<Self, Refused> {
        // Checked once here, serde_json need not check string by string.
        let text = std::str::from_utf8(bytes).map_err(Refused::Encoding)?;
        match serde_json::from_str::<Properties<'a>>(text) {
            Ok(properties) => Self::from_properties(properties, offset),
            // Types that are only counted may use the names above for other shapes.
            Err(error) => match serde_json::from_str::<Label<'a>>(text) {
                Ok(label) if !is_known(&label.kind) => Ok(Object::Other(label.into_common(offset))),
                _ => Err(Refused::Json(error)),
            },
        }
    }

    fn from_properties(all: Properties<'a>, offset: u64) -> Result<Self, Refused> {
        let common = Common {
            offset,
            kind: all.kind,
            id: all.id,
            modified: all.modified,
            revoked: all.revoked.unwrap_or(false),
            confidence: all.confidence,
            references: all.external_references.unwrap_or_default(),
            extensions: all.extensions,
        };
        if common.confidence.is_some_and(|stated| stated > 100) {
            return Err(Refused::Missing("`confidence` is above 100"));
        }
        Ok(match &*common.kind {
            "indicator" => Object::Indicator(Indicator {
                common,
                name: all.name,
                pattern: all.pattern.ok_or(Refused::Missing("`pattern` is missing"))?,
                pattern_type: all.pattern_type,
                valid_from: all.valid_from,
                valid_until: all.valid_until,
            }),
            "relationship" => Object::Relationship(Relationship {
                common,
                relationship_type: all
                    .relationship_type
                    .ok_or(Refused::Missing("`relationship_type` is missing"))?,
                source: all.source_ref.ok_or(Refused::Missing("`source_ref` is missing"))?,
                target: all.target_ref.ok_or(Refused::Missing("`target_ref` is missing"))?,
            }),
            kind => match named_kind(kind) {
                Some(kind) => Object::Named(Named {
                    kind,
                    common,
                    name: all.name,
                    object_refs: all.object_refs.unwrap_or_default(),
                }),
                None => Object::Other(common),
            },
        })
    }

    /// What every object has.
    #[must_use]
    pub fn common(&self) -> &Common<'a> {
        match self {
            Object::Indicator(indicator) => &indicator.common,
            Object::Named(named) => &named.common,
            Object::Relationship(relationship) => &relationship.common,
            Object::Other(common) => common,
        }
    }
}

impl<'a> Label<'a> {
    fn into_common(self, offset: u64) -> Common<'a> {
        Common {
            offset,
            kind: self.kind,
            id: self.id,
            modified: None,
            revoked: false,
            confidence: None,
            references: Vec::new(),
            extensions: None,
        }
    }
}

fn is_known(kind: &str) -> bool {
    matches!(kind, "indicator" | "relationship") || named_kind(kind).is_some()
}

fn named_kind(kind: &str) -> Option<NamedKind> {
    Some(match kind {
        "malware" => NamedKind::Malware,
        "tool" => NamedKind::Tool,
        "campaign" => NamedKind::Campaign,
        "intrusion-set" => NamedKind::IntrusionSet,
        "threat-actor" => NamedKind::ThreatActor,
        "infrastructure" => NamedKind::Infrastructure,
        "report" => NamedKind::Report,
        "grouping" => NamedKind::Grouping,
        "attack-pattern" => NamedKind::AttackPattern,
        "identity" => NamedKind::Identity,
        _ => return None,
    })
}
