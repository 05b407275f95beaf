//! PKCS#7 SignedData of a JAR signature (RFC 2315, RFC 5652; apksig `pkcs7`), in BER.

use crate::ber::{CONTEXT_0, INTEGER, OCTETS, OID, SEQUENCE, SET, Value};

/// Certificates, and signers, of one file that are read.
const MOST: usize = 100;

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.3
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
/// 1.2.840.113549.1.9.4
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];

/// What a signature file holds.
pub(super) struct SignedData<'a> {
    /// What kind of content is signed.
    pub(super) content_type: &'a [u8],
    pub(super) certificates: Vec<&'a [u8]>,
    pub(super) signers: Vec<SignerInfo<'a>>,
}

/// One signer of it.
pub(super) struct SignerInfo<'a> {
    /// Issuer and serial number; `None` where the certificate is named in another way.
    pub(super) names: Option<(Value<'a>, Value<'a>)>,
    /// Object identifiers, as they are encoded.
    pub(super) digest: &'a [u8],
    pub(super) algorithm: &'a [u8],
    pub(super) attributes: Option<SignedAttributes<'a>>,
    pub(super) signature: &'a [u8],
}

/// Attributes that are signed instead of the content itself.
pub(super) struct SignedAttributes<'a> {
    set: Value<'a>,
}

/// Why signed attributes say nothing.
#[derive(Clone, Copy)]
pub(super) enum Unusable {
    /// They cannot be read.
    Malformed,
    /// One is there more than once, or with several values, or with one of another type.
    Ambiguous,
}

impl<'a> SignedData<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut info = sequence(Value::first(bytes)?)?;
        if info.next()?.content != SIGNED_DATA {
            return None;
        }
        let explicit = info.next().filter(|value| value.tag == CONTEXT_0)?;
        let mut fields = sequence(explicit.children().next()?)?;
        fields.next().filter(|value| value.tag == INTEGER)?;
        fields.next().filter(|value| value.tag == SET)?;
        let content = sequence(fields.next()?)?.next().filter(|value| value.tag == OID)?;
        let (mut certificates, mut signers) = (Vec::new(), None);
        for field in fields {
            match field.tag {
                CONTEXT_0 => {
                    certificates = field.children().map(|value| value.whole).take(MOST).collect();
                }
                SET => signers = Some(field),
                _ => {}
            }
        }
        let signers = signers?.children().take(MOST).map(SignerInfo::parse);
        Some(Self {
            content_type: content.content,
            certificates,
            signers: signers.collect::<Option<_>>()?,
        })
    }
}

impl<'a> SignerInfo<'a> {
    fn parse(value: Value<'a>) -> Option<Self> {
        let mut fields = sequence(value)?;
        fields.next().filter(|value| value.tag == INTEGER)?;
        let identifier = fields.next()?;
        let names = sequence(identifier).and_then(|mut parts| {
            let issuer = parts.next()?;
            Some((issuer, parts.next().filter(|value| value.tag == INTEGER)?))
        });
        let oid = |value: Value<'a>| {
            let first = sequence(value)?.next().filter(|value| value.tag == OID)?;
            Some(first.content)
        };
        let digest = oid(fields.next()?)?;
        let mut next = fields.next()?;
        let mut attributes = None;
        if next.tag == CONTEXT_0 {
            attributes = Some(SignedAttributes { set: next });
            next = fields.next()?;
        }
        let algorithm = oid(next)?;
        let signature = fields.next().filter(|value| value.tag == OCTETS)?.content;
        Some(Self { names, digest, algorithm, attributes, signature })
    }
}

impl<'a> SignedAttributes<'a> {
    /// The bytes that are signed: as they stand, but for the first one, which says that they are
    /// a set. Android does not encode them anew either.
    pub(super) fn signed(&self) -> [&'a [u8]; 2] {
        [&[SET], self.set.whole.get(1..).unwrap_or_default()]
    }

    pub(super) fn content_type(&self) -> Result<Option<&'a [u8]>, Unusable> {
        self.single(CONTENT_TYPE, OID)
    }

    pub(super) fn message_digest(&self) -> Result<Option<&'a [u8]>, Unusable> {
        self.single(MESSAGE_DIGEST, OCTETS)
    }

    /// The value of the attribute of this name; `None` where it is not there. Any attribute that
    /// is there twice makes all of them ambiguous.
    fn single(&self, id: &[u8], tag: u8) -> Result<Option<&'a [u8]>, Unusable> {
        let mut seen: Vec<&[u8]> = Vec::new();
        let mut found = None;
        for attribute in self.set.children() {
            let mut parts = sequence(attribute).ok_or(Unusable::Malformed)?;
            let kind = parts.next().filter(|value| value.tag == OID);
            let kind = kind.ok_or(Unusable::Malformed)?.content;
            let values = parts.next().filter(|value| value.tag == SET);
            let values = values.ok_or(Unusable::Malformed)?;
            if seen.contains(&kind) || seen.len() == MOST {
                return Err(Unusable::Ambiguous);
            }
            seen.push(kind);
            if kind == id {
                found = Some(values);
            }
        }
        let mut values = found.into_iter().flat_map(|values| values.children());
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) if value.tag == tag => Ok(Some(value.content)),
            (Some(_), _) => Err(Unusable::Ambiguous),
        }
    }
}

fn sequence<'a>(value: Value<'a>) -> Option<impl Iterator<Item = Value<'a>>> {
    (value.tag == SEQUENCE).then(|| value.children())
}
