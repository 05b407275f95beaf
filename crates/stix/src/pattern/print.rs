//! The canonical form of a pattern: one space between words, the shortest operators (`=`, `!=`),
//! quotes around keys only where they are due, parentheses only where they change something.

use super::literal::{decimal, quoted};
use super::parse::KEYWORDS;
use super::{
    Comparison, ComparisonExpression, ObjectPath, ObservationExpression, Pattern, QualifierKind,
    Step, Test,
};
use std::fmt::{self, Display, Formatter, Write};

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.root().fmt(f)
    }
}

/// How tightly an operator binds.
fn rank(node: &ObservationExpression) -> u8 {
    match node {
        ObservationExpression::FollowedBy(_) => 0,
        ObservationExpression::Or(_) => 1,
        ObservationExpression::And(_) => 2,
        ObservationExpression::Qualified { .. } => 3,
        ObservationExpression::One(_) => 4,
    }
}

impl Display for ObservationExpression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut Formatter<'_>, all: &[Self], word: &str| {
            for (number, one) in all.iter().enumerate() {
                if number > 0 {
                    write!(f, " {word} ")?;
                }
                wrapped(f, one, rank(one) <= rank(self))?;
            }
            Ok(())
        };
        match self {
            Self::One(inner) => write!(f, "[{inner}]"),
            Self::And(all) => joined(f, all, "AND"),
            Self::Or(all) => joined(f, all, "OR"),
            Self::FollowedBy(all) => joined(f, all, "FOLLOWEDBY"),
            Self::Qualified { of, by } => {
                wrapped(f, of, rank(of) <= rank(self))?;
                by.iter().try_for_each(|one| write!(f, " {}", one.kind))
            }
        }
    }
}

fn wrapped(f: &mut Formatter<'_>, one: &impl Display, parentheses: bool) -> fmt::Result {
    match parentheses {
        true => write!(f, "({one})"),
        false => one.fmt(f),
    }
}

impl Display for QualifierKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(seconds) => {
                f.write_str("WITHIN ")?;
                // Whole seconds are written without a point where they can be read back so.
                match *seconds < 9e15 && seconds.fract() == 0.0 {
                    true => write!(f, "{seconds}")?,
                    false => decimal(*seconds, f)?,
                }
                f.write_str(" SECONDS")
            }
            Self::Repeats(times) => write!(f, "REPEATS {times} TIMES"),
            Self::StartStop(start, stop) => write!(f, "START t'{start}' STOP t'{stop}'"),
        }
    }
}

impl Display for ComparisonExpression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(one) => one.fmt(f),
            Self::And(all) => {
                for (number, one) in all.iter().enumerate() {
                    f.write_str(if number > 0 { " AND " } else { "" })?;
                    wrapped(f, one, !matches!(one, Self::One(_)))?;
                }
                Ok(())
            }
            Self::Or(all) => {
                for (number, one) in all.iter().enumerate() {
                    f.write_str(if number > 0 { " OR " } else { "" })?;
                    wrapped(f, one, matches!(one, Self::Or(_)))?;
                }
                Ok(())
            }
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.test == Test::Exists {
            f.write_str(if self.negated { "NOT " } else { "" })?;
            return write!(f, "EXISTS {}", self.path);
        }
        write!(f, "{} ", self.path)?;
        f.write_str(if self.negated { "NOT " } else { "" })?;
        let string = |f: &mut Formatter<'_>, word: &str, text: &str| {
            write!(f, "{word} ")?;
            quoted(text, f)
        };
        match &self.test {
            Test::Equal(value) => write!(f, "= {value}"),
            Test::Unequal(value) => write!(f, "!= {value}"),
            Test::Less(value) => write!(f, "< {value}"),
            Test::LessOrEqual(value) => write!(f, "<= {value}"),
            Test::Greater(value) => write!(f, "> {value}"),
            Test::GreaterOrEqual(value) => write!(f, ">= {value}"),
            Test::In(values) => {
                f.write_str("IN (")?;
                for (number, value) in values.iter().enumerate() {
                    f.write_str(if number > 0 { ", " } else { "" })?;
                    value.fmt(f)?;
                }
                f.write_char(')')
            }
            Test::Like(text) => string(f, "LIKE", text),
            Test::Matches(text) => string(f, "MATCHES", text),
            Test::IsSubset(text) => string(f, "ISSUBSET", text),
            Test::IsSuperset(text) => string(f, "ISSUPERSET", text),
            Test::Exists => Ok(()),
        }
    }
}

impl Display for ObjectPath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.object)?;
        for (number, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    f.write_str(if number > 0 { "." } else { "" })?;
                    match is_bare(key) {
                        true => f.write_str(key)?,
                        false => quoted(key, f)?,
                    }
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Any => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// Whether a key can stand without quotes.
fn is_bare(key: &str) -> bool {
    let first = key.bytes().next();
    first.is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !KEYWORDS.contains(&key)
}
