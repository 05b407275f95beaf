//! A certificate (RFC 5280): its hashes always, its names and validity where they can be read.

use crate::ber::{CONTEXT_0, Value};
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
}

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
        })
    }
}
