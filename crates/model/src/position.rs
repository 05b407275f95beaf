//! Where in an artifact something stands.

use serde::{Deserialize, Serialize};

/// A place in an artifact; at least one of the parts is set. Places are ordered by byte first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Byte range `[start, end)` in the inflated artifact.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub byte: Option<(u64, u64)>,
    /// Line, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u64>,
    /// Row of a table or of a list of records, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<u64>,
    /// JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pointer: Option<String>,
}

impl Position {
    /// The byte range `[start, end)`.
    #[must_use]
    pub fn bytes(start: u64, end: u64) -> Self {
        Self { byte: Some((start, end)), ..Self::default() }
    }

    /// The same position with the line it stands on (from 1).
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same position with the row it is (from 1).
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same position with a JSON pointer.
    #[must_use]
    pub fn at_pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }
}
