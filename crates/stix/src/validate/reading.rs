//! What the tables say of single properties, for those who read objects rather than judge them.

use super::table::{Edition, Family, Kind, Shape, Tables};
use crate::pattern::Version;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Plain,
    Time,
    Hex,
    Base64,
    Reference,
}

/// Of an object with this type and `spec_version`: its edition, its family, and whether its type
/// is one of the specification's.
pub(crate) fn classify(kind: &str, stated: Option<&str>) -> (Version, Family, bool) {
    let v21 = Tables::of(Edition::V21).types.get(kind);
    let version = match stated {
        Some("2.0") => Version::V20,
        Some(_) => Version::V21,
        None if v21.is_some_and(|shape| shape.family == Family::Sco) => Version::V21,
        None => Version::V20,
    };
    let shape = Tables::of(edition(version)).types.get(kind);
    (version, shape.map_or(Family::Sdo, |shape| shape.family), shape.is_some())
}

/// How a property is written; `None` where the specification does not define it.
pub(crate) fn reading(version: Version, kind: &str, family: Family, name: &str) -> Option<Reading> {
    let tables = Tables::of(edition(version));
    let own = tables.types.get(kind).and_then(|shape| shape.property(name));
    let common = tables.families.get(&family).and_then(|shape| shape.property(name));
    Some(match own.or(common)?.kind {
        Kind::Timestamp { .. } => Reading::Time,
        Kind::Hex => Reading::Hex,
        Kind::Binary => Reading::Base64,
        Kind::Reference(_) => Reading::Reference,
        _ => Reading::Plain,
    })
}

/// The properties that contribute to a deterministic identifier; `None` for other types.
pub(crate) fn contributing(kind: &str) -> Option<&'static [&'static str]> {
    let shape: &'static Shape = Tables::of(Edition::V21).types.get(kind)?;
    Some(&shape.contributing)
}

fn edition(version: Version) -> Edition {
    match version {
        Version::V20 => Edition::V20,
        Version::V21 => Edition::V21,
    }
}
