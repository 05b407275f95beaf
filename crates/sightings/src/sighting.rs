//! The sighting itself: what is signed, how it is written, what is accepted.

use crate::{Month, PublicKey, Signer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// The extension that holds key and signature: the UUID of version 5 of
/// `https://tamarisk.invalid/sighting` in the namespace of URLs (RFC 9562).
pub const EXTENSION: &str = "extension-definition--6e2d8103-fd85-5cac-a542-32dda27a2aba";

/// The largest `count` (STIX 2.1, section 5.2.1).
const MAX_COUNT: u64 = 999_999_999;

/// Why something is no sighting.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SightingError {
    /// Not the id of an indicator.
    #[error("“{0}” is no id of an indicator")]
    Indicator(String),
    /// A count that STIX does not know.
    #[error("a count is 1 to {MAX_COUNT}")]
    Count,
    /// Other properties than these, or of another kind.
    #[error("it is no sighting of ours: {0}")]
    Shape(String),
    /// A time that tells more than the month.
    #[error("its times are not the first moment of one month")]
    Time,
    /// The keeper of the key does not sign.
    #[error("the key does not sign: {0}")]
    Key(String),
    /// Another wrote it, or it was changed.
    #[error("its signature does not fit")]
    Signature,
}

/// How often an indicator was seen in a month, signed. Only [`Self::make`] and [`Self::read`]
/// build one, so it always carries a signature that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// `sighting--` and a UUID.
    pub id: String,
    /// The indicator that was seen.
    pub indicator: String,
    /// On how many phones, or how often.
    pub count: u64,
    /// When it was told.
    pub month: Month,
    /// Who says so.
    pub key: PublicKey,
    signature: [u8; 64],
}

/// The object, all of it: STIX demands what is here, and nothing else may stand beside it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object<'a> {
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    spec_version: Cow<'a, str>,
    id: Cow<'a, str>,
    created: Cow<'a, str>,
    modified: Cow<'a, str>,
    count: u64,
    sighting_of_ref: Cow<'a, str>,
    extensions: Extensions<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extensions<'a> {
    #[serde(rename = "extension-definition--6e2d8103-fd85-5cac-a542-32dda27a2aba")]
    signed: Signed<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed<'a> {
    extension_type: Cow<'a, str>,
    key: Cow<'a, str>,
    signature: Cow<'a, str>,
}

impl Sighting {
    /// Makes one. `source` is what the sighting comes from, such as the digest of a report: the
    /// same source, indicator and key give the same id, so that telling it twice counts once;
    /// who has not the secret key cannot tell from the id what the source was.
    ///
    /// # Errors
    /// When `indicator` is no id of one, or the count is out of range.
    pub fn make(
        signer: &dyn Signer,
        indicator: &str,
        count: u64,
        month: Month,
        source: &[u8],
    ) -> Result<Self, SightingError> {
        check(indicator, count)?;
        // Signatures of Ed25519 are deterministic and cannot be foretold without the secret key.
        let mut blind = b"tamarisk.sighting.id/1\n".to_vec();
        blind.extend_from_slice(indicator.as_bytes());
        blind.push(b'\n');
        blind.extend_from_slice(source);
        let sign = |message: &[u8]| signer.sign(message).map_err(SightingError::Key);
        let digest = Sha256::digest(sign(&blind)?);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        let id = format!("sighting--{}", uuid::Builder::from_custom_bytes(bytes).into_uuid());
        let signature = sign(&statement(&id, indicator, count, month))?;
        Ok(Self {
            id,
            indicator: indicator.to_owned(),
            count,
            month,
            key: signer.public(),
            signature,
        })
    }

    /// Reads one and holds its signature against the key that it names. Whose key that is, is for
    /// the reader to know.
    ///
    /// # Errors
    /// When it holds anything else, or was not signed by that key.
    pub fn read(text: &str) -> Result<Self, SightingError> {
        let shape = |message: &str| SightingError::Shape(message.to_owned());
        let object: Object<'_> =
            serde_json::from_str(text).map_err(|error| SightingError::Shape(error.to_string()))?;
        let signed = &object.extensions.signed;
        let right = object.kind == "sighting"
            && object.spec_version == "2.1"
            && is_id(&object.id, "sighting--")
            && signed.extension_type == "property-extension";
        if !right {
            return Err(shape("type, spec_version, id or extension_type"));
        }
        check(&object.sighting_of_ref, object.count)?;
        let month = Month::from_start(&object.created).ok_or(SightingError::Time)?;
        if object.modified != object.created {
            return Err(SightingError::Time);
        }
        let key = PublicKey::parse(&signed.key).map_err(|error| shape(&error.to_string()))?;
        let bytes = STANDARD.decode(signed.signature.as_bytes()).unwrap_or_default();
        let signature: [u8; 64] = bytes.try_into().map_err(|_| SightingError::Signature)?;
        let told = statement(&object.id, &object.sighting_of_ref, object.count, month);
        if !key.signed(&told, &signature) {
            return Err(SightingError::Signature);
        }
        Ok(Self {
            id: object.id.into_owned(),
            indicator: object.sighting_of_ref.into_owned(),
            count: object.count,
            month,
            key,
            signature,
        })
    }

    /// Writes it as STIX, on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let time = self.month.start();
        let object = Object {
            kind: "sighting".into(),
            spec_version: "2.1".into(),
            id: (&self.id).into(),
            created: (&time).into(),
            modified: (&time).into(),
            count: self.count,
            sighting_of_ref: (&self.indicator).into(),
            extensions: Extensions {
                signed: Signed {
                    extension_type: "property-extension".into(),
                    key: self.key.to_string().into(),
                    signature: STANDARD.encode(self.signature).into(),
                },
            },
        };
        serde_json::to_string(&object).unwrap_or_default()
    }
}

/// What is signed. Each part is on a line of its own and holds no line break, so that no two
/// sightings have the same statement.
fn statement(id: &str, indicator: &str, count: u64, month: Month) -> Vec<u8> {
    format!("tamarisk.sighting/1\n{id}\n{indicator}\n{count}\n{month}\n").into_bytes()
}

fn check(indicator: &str, count: u64) -> Result<(), SightingError> {
    if !is_id(indicator, "indicator--") {
        return Err(SightingError::Indicator(indicator.chars().take(100).collect()));
    }
    if (1..=MAX_COUNT).contains(&count) { Ok(()) } else { Err(SightingError::Count) }
}

fn is_id(id: &str, start: &str) -> bool {
    let uuid = id.strip_prefix(start);
    uuid.is_some_and(|uuid| uuid.len() == 36 && uuid::Uuid::try_parse(uuid).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use serde_json::Value;

    const INDICATOR: &str = "indicator--11111111-1111-4111-8111-111111111111";

    fn made(source: &[u8]) -> Sighting {
        let secret = Secret::from_seed(&[7; 32]);
        Sighting::make(&secret, INDICATOR, 3, "2026-11".parse().unwrap(), source).unwrap()
    }

    #[test]
    fn it_holds_these_properties_and_no_other() {
        let object: Value = serde_json::from_str(&made(b"a").to_json()).unwrap();
        let keys: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = [
            "count",
            "created",
            "extensions",
            "id",
            "modified",
            "sighting_of_ref",
            "spec_version",
            "type",
        ];
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        let signed = object["extensions"][EXTENSION].as_object().unwrap();
        let mut keys: Vec<_> = signed.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["extension_type", "key", "signature"]);
        assert_eq!(object["created"], "2026-11-01T00:00:00.000Z");
    }

    #[test]
    fn told_twice_it_is_the_same_and_the_source_is_hidden() {
        assert_eq!(made(b"a"), made(b"a"));
        assert_ne!(made(b"a").id, made(b"b").id);
        let other = Secret::from_seed(&[8; 32]);
        let month = "2026-11".parse().unwrap();
        let theirs = Sighting::make(&other, INDICATOR, 3, month, b"a").unwrap();
        assert_ne!(theirs.id, made(b"a").id);
    }

    #[test]
    fn any_change_breaks_the_signature() {
        let text = made(b"a").to_json();
        let id = &made(b"a").id;
        for (from, to) in [
            ("\"count\":3", "\"count\":4"),
            (INDICATOR, "indicator--11111111-1111-4111-8111-111111111112"),
            ("2026-11-01", "2026-10-01"),
            (id.as_str(), "sighting--11111111-1111-4111-8111-111111111112"),
        ] {
            assert!(text.contains(from), "{from}");
            let changed = text.replace(from, to);
            assert_eq!(Sighting::read(&changed), Err(SightingError::Signature), "{from}");
        }
        assert!(Sighting::read(&text).is_ok());
    }

    #[test]
    fn nothing_else_can_ride_along() {
        let text = made(b"a").to_json();
        for extra in [
            "\"description\":\"Jane\",",
            "\"where_sighted_refs\":[],",
            "\"first_seen\":\"2026-11-01T00:00:00Z\",",
        ] {
            let more = text.replace("\"count\"", &format!("{extra}\"count\""));
            assert!(matches!(Sighting::read(&more), Err(SightingError::Shape(_))), "{extra}");
        }
        let finer = text.replace("2026-11-01T00:00:00.000Z", "2026-11-05T10:00:00.000Z");
        assert_eq!(Sighting::read(&finer), Err(SightingError::Time));
    }
}
