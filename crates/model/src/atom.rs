//! A typed, normalised value that an indicator can equal.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The kinds of values that indicators name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtomKind {
    /// Host name: lower case, punycode, no trailing dot.
    Domain,
    /// IPv4 address, dotted decimal.
    Ipv4,
    /// IPv6 address, RFC 5952.
    Ipv6,
    /// URL: scheme and host lower case, default port and fragment dropped.
    Url,
    /// SHA-256, lower-case hex.
    Sha256,
    /// SHA-1, lower-case hex.
    Sha1,
    /// MD5, lower-case hex.
    Md5,
    /// Android package name or bundle id, as written but without a `:process` tail.
    Package,
    /// SHA-256 of a certificate, lower-case hex without colons.
    CertSha256,
    /// SHA-1 of a certificate.
    CertSha1,
    /// MD5 of a certificate.
    CertMd5,
    /// Absolute path on the phone.
    Path,
    /// Last component of a path.
    FileName,
    /// Process name, without directories.
    Process,
    /// E-mail address, lower case.
    Email,
    /// Name of an Android system property.
    Property,
}

/// A value of one kind, in normal form (made by [`crate::normal`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Atom<'a> {
    /// What kind of value.
    pub kind: AtomKind,
    /// The normalised value.
    pub value: Cow<'a, str>,
}

impl<'a> Atom<'a> {
    /// Pairs a kind with a value that is already in normal form.
    #[must_use]
    pub fn new(kind: AtomKind, value: impl Into<Cow<'a, str>>) -> Self {
        Self { kind, value: value.into() }
    }
}
