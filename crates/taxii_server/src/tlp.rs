//! How far an object may be handed on: the Traffic Light Protocol as a scale.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use std::fmt;
use std::str::FromStr;

/// A level of TLP; more restricted is greater. WHITE of TLP 1 is CLEAR of 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// To the whole world.
    Clear,
    /// Within the community.
    Green,
    /// Within the organisation and its clients.
    Amber,
    /// Within the organisation.
    AmberStrict,
    /// To those who were told in person.
    Red,
}

impl Tlp {
    /// Every level, least restricted first.
    pub const ALL: [Tlp; 5] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

    /// The level that a marking definition of OASIS states, of TLP 1 or 2.0.
    #[must_use]
    pub fn of_marking(id: &str) -> Option<Self> {
        stix::marking::tlp(id).and_then(|tlp| tlp.level.parse().ok())
    }

    /// As the store writes it: 0 is CLEAR, 4 is RED.
    pub(crate) fn rank(self) -> i64 {
        self as i64
    }

    fn word(self) -> &'static str {
        match self {
            Tlp::Clear => "clear",
            Tlp::Green => "green",
            Tlp::Amber => "amber",
            Tlp::AmberStrict => "amber+strict",
            Tlp::Red => "red",
        }
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Tlp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let word = text.trim().to_ascii_lowercase();
        let word = word.strip_prefix("tlp:").unwrap_or(&word);
        let word = if word == "white" { "clear" } else { word };
        let found = Tlp::ALL.into_iter().find(|level| level.word() == word);
        found.ok_or_else(|| {
            format!("“{text}” is no level of TLP: clear, green, amber, amber+strict or red")
        })
    }
}

impl ToSql for Tlp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.rank().into())
    }
}

impl FromSql for Tlp {
    /// A number that is no level counts as RED: what is not understood is shown to fewer.
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let rank = value.as_i64()?;
        Ok(usize::try_from(rank).ok().and_then(|at| Self::ALL.get(at).copied()).unwrap_or(Tlp::Red))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markings_of_both_versions_are_known() {
        // STIX 2.1, 7.2.1.4, and oasis-open/cti-stix-common-objects, marking-definition.
        let red_1 = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
        let strict_2 = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
        let white_1 = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9";
        assert_eq!(Tlp::of_marking(red_1), Some(Tlp::Red));
        assert_eq!(Tlp::of_marking(strict_2), Some(Tlp::AmberStrict));
        assert_eq!(Tlp::of_marking(white_1), Some(Tlp::Clear));
        assert_eq!(Tlp::of_marking("marking-definition--0"), None);
        assert!(Tlp::Amber < Tlp::AmberStrict && Tlp::AmberStrict < Tlp::Red);
    }

    #[test]
    fn words_are_read_as_people_write_them() {
        assert_eq!("TLP:AMBER+STRICT".parse(), Ok(Tlp::AmberStrict));
        assert_eq!("white".parse(), Ok(Tlp::Clear));
        assert!("purple".parse::<Tlp>().is_err());
    }
}
