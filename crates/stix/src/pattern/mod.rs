//! The STIX pattern language: STIX 2.1, section 9, and OASIS' `STIXPattern.g4`.
//!
//! [`Pattern::parse`] reads a pattern of any form; printing it yields its canonical form, which
//! reads as the same pattern. [`equalities`] is the short way for the many patterns that are
//! nothing but equalities joined by OR: it borrows and builds no tree.
//! [`crate::Matcher`] holds patterns against observations.

mod ast;
mod check;
mod equality;
mod error;
mod literal;
mod parse;
mod print;
mod token;

pub(crate) use check::hex_digits;

pub use ast::{
    Comparison, ComparisonExpression, Literal, ObjectPath, ObservationExpression, Qualifier,
    QualifierKind, Step, Test,
};
pub use equality::{Equality, Error, MAX_ALTERNATIVES, MAX_BYTES, MAX_KEYS, equalities};
pub use error::{PatternCode, PatternError};
pub use parse::{MAX_COMPARISONS, MAX_DEPTH, MAX_LENGTH, MAX_STEPS, MAX_VALUES};

use std::collections::BTreeSet;

/// Which edition of the language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// STIX 2.0, part 5: no EXISTS; START and STOP also take strings.
    V20,
    /// STIX 2.1, section 9.
    #[default]
    V21,
}

/// A pattern that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    root: ObservationExpression,
}

impl Pattern {
    /// Reads a pattern, by the grammar and nothing beside it.
    ///
    /// # Errors
    /// At the first byte that does not fit; what comes behind is not looked at. The cost is
    /// linear in the length, which is bounded ([`MAX_LENGTH`]), as are nesting, the number of
    /// comparisons and that of values.
    pub fn parse(text: &str, version: Version) -> Result<Self, PatternError> {
        parse::pattern(text, version, false).map(|root| Self { root })
    }

    /// Reads a pattern, and takes what feeds write beside the grammar and nobody can mean
    /// otherwise: keys with a hyphen without their quotes (`hashes.SHA-256`), and keys in double
    /// quotes.
    ///
    /// # Errors
    /// As [`Pattern::parse`].
    pub fn parse_leniently(text: &str, version: Version) -> Result<Self, PatternError> {
        parse::pattern(text, version, true).map(|root| Self { root })
    }

    /// The tree.
    #[must_use]
    pub fn root(&self) -> &ObservationExpression {
        &self.root
    }

    /// What breaks a rule of the specification that the grammar does not state: two qualifiers of
    /// one type on one expression, a hash of a length its algorithm never yields, START not
    /// before STOP. Such a pattern can still be evaluated. In the order of the text.
    #[must_use]
    pub fn violations(&self) -> Vec<PatternError> {
        check::violations(self)
    }

    /// Whether no observation can ever satisfy it, as far as can be told from the pattern alone:
    /// comparisons on objects of two types joined by AND inside one pair of brackets, an empty
    /// set, START not before STOP.
    #[must_use]
    pub fn never_matches(&self) -> bool {
        check::never(&self.root)
    }

    /// Every comparison, in the order of the text.
    #[must_use]
    pub fn comparisons(&self) -> Vec<&Comparison> {
        let mut found = Vec::new();
        in_observations(&self.root, &mut |one| found.push(one));
        found
    }

    /// Changes comparisons, in the order of the text: for those who know of other spellings of a
    /// key or value. What reading holds patterns to is not held against what comes of it.
    pub fn change_comparisons(&mut self, change: &mut dyn FnMut(&mut Comparison)) {
        change_observations(&mut self.root, change);
    }

    /// The types of the objects that it speaks of. An observation with none of them satisfies no
    /// part of it.
    #[must_use]
    pub fn object_types(&self) -> BTreeSet<&str> {
        self.comparisons().into_iter().map(|one| &*one.path.object).collect()
    }

    /// The equalities, if the pattern is nothing but equalities and sets joined by OR (inside of
    /// brackets or between them), without qualifiers: it is satisfied wherever any of them is.
    /// `None` where it is more than that.
    #[must_use]
    pub fn equalities(&self) -> Option<Vec<(&ObjectPath, &Literal)>> {
        let mut found = Vec::new();
        equal_in_observations(&self.root, &mut found).then_some(found)
    }
}

impl std::str::FromStr for Pattern {
    type Err = PatternError;

    /// Reads a pattern of STIX 2.1.
    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::parse(text, Version::V21)
    }
}

// Recursion below is bounded: reading refuses what is nested deeper than `MAX_DEPTH`.

pub(crate) fn in_observations<'p>(
    node: &'p ObservationExpression,
    take: &mut dyn FnMut(&'p Comparison),
) {
    match node {
        ObservationExpression::One(inner) => in_comparisons(inner, take),
        ObservationExpression::And(all)
        | ObservationExpression::Or(all)
        | ObservationExpression::FollowedBy(all) => {
            all.iter().for_each(|one| in_observations(one, take));
        }
        ObservationExpression::Qualified { of, .. } => in_observations(of, take),
    }
}

fn in_comparisons<'p>(node: &'p ComparisonExpression, take: &mut dyn FnMut(&'p Comparison)) {
    match node {
        ComparisonExpression::One(one) => take(one),
        ComparisonExpression::And(all) | ComparisonExpression::Or(all) => {
            all.iter().for_each(|one| in_comparisons(one, take));
        }
    }
}

fn change_observations(node: &mut ObservationExpression, change: &mut dyn FnMut(&mut Comparison)) {
    match node {
        ObservationExpression::One(inner) => change_in_brackets(inner, change),
        ObservationExpression::And(all)
        | ObservationExpression::Or(all)
        | ObservationExpression::FollowedBy(all) => {
            all.iter_mut().for_each(|one| change_observations(one, change));
        }
        ObservationExpression::Qualified { of, .. } => change_observations(of, change),
    }
}

fn change_in_brackets(node: &mut ComparisonExpression, change: &mut dyn FnMut(&mut Comparison)) {
    match node {
        ComparisonExpression::One(one) => change(one),
        ComparisonExpression::And(all) | ComparisonExpression::Or(all) => {
            all.iter_mut().for_each(|one| change_in_brackets(one, change));
        }
    }
}

type Equal<'p> = (&'p ObjectPath, &'p Literal);

fn equal_in_observations<'p>(node: &'p ObservationExpression, found: &mut Vec<Equal<'p>>) -> bool {
    match node {
        ObservationExpression::One(inner) => equal_in_comparisons(inner, found),
        ObservationExpression::Or(all) => all.iter().all(|one| equal_in_observations(one, found)),
        _ => false,
    }
}

fn equal_in_comparisons<'p>(node: &'p ComparisonExpression, found: &mut Vec<Equal<'p>>) -> bool {
    match node {
        ComparisonExpression::Or(all) => all.iter().all(|one| equal_in_comparisons(one, found)),
        ComparisonExpression::One(one) => match &one.test {
            Test::Equal(value) if !one.negated => {
                found.push((&one.path, value));
                true
            }
            Test::In(values) if !one.negated => {
                found.extend(values.iter().map(|value| (&one.path, value)));
                true
            }
            _ => false,
        },
        ComparisonExpression::And(_) => false,
    }
}
