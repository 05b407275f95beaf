//! What a signer of schemes v2, v3 and v3.1 has in common (apksig `V2SchemeVerifier`,
//! `V3SchemeVerifier`): signatures over a block that holds content digests, certificates and
//! attributes.

use super::algorithm::{Algorithm, ContentDigest, Support, to_verify};
use super::block::Records;
use super::key::{self, Key, Outcome};
use super::log::Log;
use super::x509::X509;
use crate::package::Scheme;

/// Signatures, digests, certificates or attributes of one signer that are read.
const MOST: usize = 1000;

/// Numbers of schemes in the signing block: those that versions of the range know, and those
/// that were found. An older scheme may say that a newer one was used too.
pub(super) struct Known<'k> {
    pub(super) supported: &'k [u32],
    pub(super) found: &'k [u32],
}

/// Names of issues, of v2 or of v3.
pub(super) struct Names {
    pub(super) malformed_signature: &'static str,
    pub(super) no_signatures: &'static str,
    pub(super) unknown_algorithm: &'static str,
    pub(super) no_supported: &'static str,
    pub(super) malformed_key: &'static str,
    pub(super) did_not_verify: &'static str,
    pub(super) exception: &'static str,
    pub(super) malformed_certificate: &'static str,
    pub(super) no_certificates: &'static str,
    pub(super) key_mismatch: &'static str,
    pub(super) malformed_digest: &'static str,
    pub(super) algorithm_mismatch: &'static str,
    pub(super) digest_mismatch: &'static str,
}

/// A signer whose signatures verified over its signed data.
#[derive(Clone, Default)]
pub(super) struct Signer<'a> {
    /// The one whose key signed comes first.
    pub(super) certificates: Vec<X509<'a>>,
    /// Content digests that are stated, by algorithm id.
    pub(super) digests: Vec<(u32, &'a [u8])>,
    /// Kinds of content digest whose signature was verified.
    pub(super) verified: Vec<ContentDigest>,
}

impl Signer<'_> {
    /// Stated content digests of known algorithms.
    pub(super) fn stated_digests(&self) -> impl Iterator<Item = (ContentDigest, &[u8])> {
        let known = |(id, digest): &(u32, _)| Some((Algorithm::find(*id)?.content, *digest));
        self.digests.iter().filter_map(known)
    }

    /// As [`Self::stated_digests`]; of several of one kind the last.
    pub(super) fn known_digests(&self) -> Vec<(ContentDigest, &[u8])> {
        let mut known: Vec<(ContentDigest, &[u8])> = Vec::new();
        for (kind, digest) in self.stated_digests() {
            known.retain(|(other, _)| *other != kind);
            known.push((kind, digest));
        }
        known
    }
}

/// Which signer is looked at, for messages.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) scheme: Scheme,
    pub(super) index: usize,
}

/// Verifies the signatures over `signed`; yields the kinds of content digest that they vouch
/// for, and the ids of all signatures.
pub(super) fn signatures(
    (signed, mut list, key_info): (&[u8], Records<'_>, &[u8]),
    sdks: (u32, u32),
    names: &Names,
    place: Place,
    log: &mut Log,
) -> Option<(Vec<ContentDigest>, Vec<u32>)> {
    let Place { scheme, index } = place;
    let (mut ids, mut supported) = (Vec::new(), Vec::new());
    while !list.is_empty() {
        let Some((id, signature)) = list.pair().filter(|_| ids.len() < MOST) else {
            let number = ids.len() + 1;
            log.error(
                scheme,
                names.malformed_signature,
                format!("signer {index}: its signature {number} is cut"),
            );
            return None;
        };
        ids.push(id);
        match Algorithm::find(id) {
            Some(algorithm) => supported.push((algorithm, signature)),
            None => log.warning(
                scheme,
                names.unknown_algorithm,
                format!("signer {index}: a signature of the unknown kind {id:#06x}"),
            ),
        }
    }
    if ids.is_empty() {
        log.error(scheme, names.no_signatures, format!("signer {index} has no signature"));
        return None;
    }
    let chosen = match to_verify(supported.into_iter(), sdks, Support::Block) {
        Ok(chosen) => chosen,
        Err(why) => {
            log.error(scheme, names.no_supported, format!("signer {index}: {why}"));
            return None;
        }
    };
    let mut verified = Vec::new();
    for (algorithm, signature) in chosen {
        let key = Key::parse(key_info).and_then(|key| {
            let fits = key.is_for(algorithm.method);
            fits.then_some(key).ok_or("the key is of another kind than the signature")
        });
        let key = match key {
            Ok(key) => key,
            Err(why) => {
                log.error(scheme, names.malformed_key, format!("signer {index}: {why}"));
                return None;
            }
        };
        match key.verify(algorithm.method, algorithm.hash, &[signed], signature) {
            Outcome::Valid => verified.push(algorithm.content),
            Outcome::Invalid => {
                let name = algorithm.name;
                log.error(
                    scheme,
                    names.did_not_verify,
                    format!("signer {index}: its signature {name} is over something else"),
                );
                return None;
            }
            Outcome::Unusable(why) => {
                let name = algorithm.name;
                log.error(
                    scheme,
                    names.exception,
                    format!("signer {index}: its signature {name}: {why}"),
                );
                return None;
            }
        }
    }
    Some((verified, ids))
}

/// Reads the certificates; the first one's key must be the one that signed.
pub(super) fn certificates<'a>(
    mut list: Records<'a>,
    key_info: &[u8],
    names: &Names,
    place: Place,
    log: &mut Log,
) -> Option<Vec<X509<'a>>> {
    let Place { scheme, index } = place;
    let mut found: Vec<X509<'a>> = Vec::new();
    while !list.is_empty() {
        let certificate = list.sized().and_then(X509::parse).filter(|_| found.len() < MOST);
        let Some(certificate) = certificate else {
            let number = found.len() + 1;
            log.error(
                scheme,
                names.malformed_certificate,
                format!("signer {index}: its certificate {number} cannot be read"),
            );
            return None;
        };
        found.push(certificate);
    }
    let Some(first) = found.first() else {
        log.error(scheme, names.no_certificates, format!("signer {index} has no certificate"));
        return None;
    };
    if !key::same(first.key_info, key_info) {
        log.error(
            scheme,
            names.key_mismatch,
            format!("signer {index}: the key of its certificate is not the one that signed"),
        );
        return None;
    }
    Some(found)
}

/// Reads the content digests; they must be of the same kinds, in the same order, as the
/// signatures.
pub(super) fn digests<'a>(
    mut list: Records<'a>,
    signatures: &[u32],
    names: &Names,
    place: Place,
    log: &mut Log,
) -> Option<Vec<(u32, &'a [u8])>> {
    let Place { scheme, index } = place;
    let mut found = Vec::new();
    while !list.is_empty() {
        let Some(digest) = list.pair().filter(|_| found.len() < MOST) else {
            let number = found.len() + 1;
            log.error(
                scheme,
                names.malformed_digest,
                format!("signer {index}: its content digest {number} is cut"),
            );
            return None;
        };
        found.push(digest);
    }
    if found.iter().map(|(id, _)| id).ne(signatures) {
        log.error(
            scheme,
            names.algorithm_mismatch,
            format!("signer {index}: its content digests are of other kinds than its signatures"),
        );
        return None;
    }
    Some(found)
}
