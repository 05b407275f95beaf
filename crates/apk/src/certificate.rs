//! A certificate (RFC 5280): its hashes always, its names and validity where they can be read.

use crate::ber::{BOOLEAN, CONTEXT_0, SEQUENCE, Value};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use x509_cert::der::Decode;
use x509_cert::name::Name;
use x509_cert::time::Validity;

/// A certificate, as it stands in the APK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its bytes; usually DER.
    pub der: Vec<u8>,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// SHA-1 of its bytes, lower-case hex.
    pub sha1: String,
    /// MD5 of its bytes, lower-case hex.
    pub md5: String,
    /// Subject name (RFC 4514), where it can be read.
    pub subject: Option<String>,
    /// Issuer name (RFC 4514), where it can be read.
    pub issuer: Option<String>,
    /// Start of validity (RFC 3339), where it can be read.
    pub not_before: Option<String>,
    /// End of validity (RFC 3339), where it can be read.
    pub not_after: Option<String>,
}

impl Certificate {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let parts = Parts::read(bytes);
        let name = |value: Option<Value<'_>>| {
            Name::from_der(value?.whole).ok().map(|name| name.to_string())
        };
        let parts = parts.as_ref();
        let validity = parts.and_then(|parts| <Validity>::from_der(parts.validity.whole).ok());
        Self {
            der: bytes.to_vec(),
            sha256: const_hex::encode(Sha256::digest(bytes)),
            sha1: const_hex::encode(Sha1::digest(bytes)),
            md5: const_hex::encode(Md5::digest(bytes)),
            subject: name(parts.map(|parts| parts.subject)),
            issuer: name(parts.map(|parts| parts.issuer)),
            not_before: validity.map(|v| v.not_before.to_date_time().to_string()),
            not_after: validity.map(|v| v.not_after.to_date_time().to_string()),
        }
    }
}

/// The parts of TBSCertificate that are used. They are found one by one, so that a key or a
/// serial number that breaks the rules does not hide the names.
pub(crate) struct Parts<'a> {
    pub(crate) serial: Value<'a>,
    pub(crate) issuer: Value<'a>,
    validity: Value<'a>,
    subject: Value<'a>,
    /// SubjectPublicKeyInfo, where it is there.
    pub(crate) key: Option<Value<'a>>,
    /// Extensions, where there are any.
    extensions: Option<Value<'a>>,
}

/// `[3]`, constructed.
const CONTEXT_3: u8 = 0xa3;

impl<'a> Parts<'a> {
    pub(crate) fn read(certificate: &'a [u8]) -> Option<Self> {
        let body = Value::first(certificate)?.children().next()?;
        let mut fields = body.children().skip_while(|value| value.tag == CONTEXT_0);
        let serial = fields.next()?;
        let _algorithm = fields.next()?;
        Some(Self {
            serial,
            issuer: fields.next()?,
            validity: fields.next()?,
            subject: fields.next()?,
            key: fields.next(),
            extensions: fields.find(|value| value.tag == CONTEXT_3),
        })
    }

    /// The extensions: identifier, whether it is critical, and value (RFC 5280, 4.1).
    pub(crate) fn extensions(&self) -> impl Iterator<Item = (&'a [u8], bool, &'a [u8])> + use<'a> {
        let list = self.extensions.and_then(|value| value.child(SEQUENCE));
        list.into_iter().flat_map(|list| list.children()).filter_map(|extension| {
            let mut parts = extension.children();
            let id = parts.next()?.content;
            let second = parts.next()?;
            let critical = second.tag == BOOLEAN && second.content != [0];
            let value = if second.tag == BOOLEAN { parts.next()? } else { second };
            Some((id, critical, value.content))
        })
    }

    /// The issuer as text, without regard to case, to compare names that are encoded differently.
    pub(crate) fn same_issuer(&self, issuer: &Value<'_>) -> bool {
        let text = |value: &Value<'_>| {
            Name::from_der(value.whole).ok().map(|name| name.to_string().to_lowercase())
        };
        self.issuer.whole == issuer.whole
            || text(&self.issuer).is_some_and(|own| Some(own) == text(issuer))
    }
}
