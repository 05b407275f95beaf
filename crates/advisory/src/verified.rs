//! What has been verified, and only that.

use crate::client::{Entry, Expired};

/// Something that agencies signed. Only [`crate::Repository::file`] makes one, so that whoever
/// holds it need not ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(value)
    }

    /// What was signed.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.0
    }
}

/// A signed file with what is known of its signatures.
#[derive(Clone, PartialEq, Eq)]
pub struct Bundle {
    bytes: Vec<u8>,
    entry: Entry,
    expired: Option<Expired>,
}

impl Bundle {
    pub(crate) fn new(bytes: Vec<u8>, entry: &Entry, expired: Option<Expired>) -> Self {
        Self { bytes, entry: entry.clone(), expired }
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Who signed it, when, and as what.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// What of the metadata around it has expired since it was accepted.
    #[must_use]
    pub fn expired(&self) -> Option<&Expired> {
        self.expired.as_ref()
    }
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Bundle({}, {} bytes)", self.entry.path, self.bytes.len())
    }
}
