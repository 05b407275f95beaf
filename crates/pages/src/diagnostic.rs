//! What is wrong with a page, a list or a brand file.

use model::{Gap, Knowledge, KnowledgeStatus};

/// One error in a file of knowledge, with a stable code (`docs/design/rules.md` lists them).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} {file}:{line}: {message}")]
pub struct Diagnostic {
    /// Stable code.
    pub code: &'static str,
    /// The file, below the project's root.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl Diagnostic {
    /// An error at a line of a file.
    #[must_use]
    pub fn new(code: &'static str, file: &str, line: u64, message: String) -> Self {
        Self { code, file: file.to_owned(), line, message }
    }

    /// The gap it leaves in a report.
    #[must_use]
    pub fn gap(&self) -> Gap {
        Gap { artifact: None, position: None, reason: format!("not in use: {self}") }
    }
}

/// The gaps that the errors of a set of files leave in a report.
pub fn gaps(errors: &[Diagnostic]) -> Vec<Gap> {
    errors.iter().map(Diagnostic::gap).collect()
}

/// A set of files that is compiled in, as a report names it: how many of them are in use, and
/// the errors of the others.
pub fn knowledge(name: &str, version: &str, in_use: usize, errors: &[Diagnostic]) -> Knowledge {
    Knowledge {
        name: name.to_owned(),
        version: version.to_owned(),
        status: KnowledgeStatus::BuiltInUnsigned,
        signed_by: Vec::new(),
        signed: None,
        indicators: in_use as u64,
        patterns: 0,
        revoked: 0,
        not_compiled: errors.len() as u64,
        kept_aside: Vec::new(),
    }
}
