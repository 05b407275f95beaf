//! Collects problems; a hostile file cannot make them grow without bound.

use super::verdict::Issue;
use crate::package::Scheme;

/// Problems of each kind that are kept.
const MOST: usize = 1000;
/// Bytes of a name that a message quotes.
const NAME_BYTES: usize = 200;

#[derive(Default)]
pub(super) struct Log {
    pub(super) errors: Vec<Issue>,
    pub(super) warnings: Vec<Issue>,
}

impl Log {
    pub(super) fn error(
        &mut self,
        scheme: impl Into<Option<Scheme>>,
        name: &'static str,
        message: impl Into<String>,
    ) {
        add(&mut self.errors, scheme.into(), name, message.into());
    }

    pub(super) fn warning(
        &mut self,
        scheme: impl Into<Option<Scheme>>,
        name: &'static str,
        message: impl Into<String>,
    ) {
        add(&mut self.warnings, scheme.into(), name, message.into());
    }

    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Takes over what another one collected.
    pub(super) fn merge(&mut self, other: Log) {
        for issue in other.errors {
            add(&mut self.errors, issue.scheme, issue.name, issue.message);
        }
        for issue in other.warnings {
            add(&mut self.warnings, issue.scheme, issue.name, issue.message);
        }
    }
}

fn add(list: &mut Vec<Issue>, scheme: Option<Scheme>, name: &'static str, message: String) {
    if list.len() < MOST {
        list.push(Issue { name, scheme, message });
    }
}

/// A name from the file, cut where it is long.
pub(super) fn cut(name: &str) -> &str {
    let end = (0..=NAME_BYTES.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    name.get(..end.unwrap_or(0)).unwrap_or_default()
}
