//! APK signature scheme v2 (source.android.com, "APK Signature Scheme v2"; apksig
//! `V2SchemeVerifier`).

use super::block::Records;
use super::log::Log;
use super::signer::{self, Known, Names, Place, Signer};
use crate::package::Scheme;

/// Signers that an APK may have (apksig `Constants.MAX_APK_SIGNERS`).
const MOST_SIGNERS: usize = 10;
/// Attribute: a later scheme by which this APK was signed too.
const STRIPPING_PROTECTION: u32 = 0xbeef_f00d;

pub(super) const NAMES: Names = Names {
    malformed_signature: "V2_SIG_MALFORMED_SIGNATURE",
    no_signatures: "V2_SIG_NO_SIGNATURES",
    unknown_algorithm: "V2_SIG_UNKNOWN_SIG_ALGORITHM",
    no_supported: "V2_SIG_NO_SUPPORTED_SIGNATURES",
    malformed_key: "V2_SIG_MALFORMED_PUBLIC_KEY",
    did_not_verify: "V2_SIG_DID_NOT_VERIFY",
    exception: "V2_SIG_VERIFY_EXCEPTION",
    malformed_certificate: "V2_SIG_MALFORMED_CERTIFICATE",
    no_certificates: "V2_SIG_NO_CERTIFICATES",
    key_mismatch: "V2_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD",
    malformed_digest: "V2_SIG_MALFORMED_DIGEST",
    algorithm_mismatch: "V2_SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS",
    digest_mismatch: "V2_SIG_APK_DIGEST_DID_NOT_VERIFY",
};

/// Verifies what each signer signed, not yet that the contents are what they state.
pub(super) fn signers<'a>(
    block: &'a [u8],
    sdks: (u32, u32),
    known: &Known<'_>,
    log: &mut Log,
) -> Vec<Signer<'a>> {
    let mut found = Vec::new();
    let Some(mut list) = Records::new(block).list() else {
        log.error(Scheme::V2, "V2_SIG_MALFORMED_SIGNERS", "the list of signers is cut");
        return found;
    };
    if list.is_empty() {
        log.error(Scheme::V2, "V2_SIG_NO_SIGNERS", "there is no signer");
        return found;
    }
    let mut count = 0;
    while !list.is_empty() {
        let place = Place { scheme: Scheme::V2, index: count };
        count += 1;
        // Beyond what is allowed, signers are counted only.
        if count > MOST_SIGNERS && list.sized().is_some() {
            continue;
        }
        let read = list.list().and_then(|signer| read(signer, sdks, known, place, log));
        let Some(signer) = read else {
            let index = place.index;
            log.error(
                Scheme::V2,
                "V2_SIG_MALFORMED_SIGNER",
                format!("signer {index} cannot be read to its end"),
            );
            return found;
        };
        found.extend(signer);
    }
    if count > MOST_SIGNERS {
        log.error(
            Scheme::V2,
            "V2_SIG_MAX_SIGNATURES_EXCEEDED",
            format!("{count} signers; Android takes {MOST_SIGNERS}"),
        );
    }
    found
}

/// `None` where it is malformed; `Some(None)` where the log tells what else is wrong.
fn read<'a>(
    mut signer: Records<'a>,
    sdks: (u32, u32),
    known: &Known<'_>,
    place: Place,
    log: &mut Log,
) -> Option<Option<Signer<'a>>> {
    let signed = signer.sized()?;
    let signatures = signer.list()?;
    let key_info = signer.sized()?;
    let checked = signer::signatures((signed, signatures, key_info), sdks, &NAMES, place, log);
    let Some((verified, ids)) = checked else { return Some(None) };

    let mut parts = Records::new(signed);
    let (digests, certificates) = (parts.list()?, parts.list()?);
    let attributes = parts.list()?;
    let certificates = signer::certificates(certificates, key_info, &NAMES, place, log);
    let Some(certificates) = certificates else { return Some(None) };
    let digests = signer::digests(digests, &ids, &NAMES, place, log);
    let Some(digests) = digests else { return Some(None) };
    stripped(attributes, known, place, log);
    Some(Some(Signer { certificates, digests, verified }))
}

/// Whether every scheme that the attributes name is there.
fn stripped(mut attributes: Records<'_>, known: &Known<'_>, place: Place, log: &mut Log) {
    let index = place.index;
    let mut number = 0;
    let mut expected = Vec::new();
    while !attributes.is_empty() {
        number += 1;
        let attribute = attributes.attribute();
        let scheme = match attribute {
            Some((STRIPPING_PROTECTION, value)) => Records::new(value).u32().map(Some),
            Some((id, _)) => {
                log.warning(
                    Scheme::V2,
                    "V2_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE",
                    format!("signer {index}: the unknown attribute {id:#010x}"),
                );
                Some(None)
            }
            None => None,
        };
        match scheme {
            None => {
                log.error(
                    Scheme::V2,
                    "V2_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE",
                    format!("signer {index}: its attribute {number} is cut"),
                );
                return;
            }
            Some(Some(scheme)) if known.supported.contains(&scheme) => expected.push(scheme),
            Some(Some(scheme)) => log.warning(
                Scheme::V2,
                "V2_SIG_UNKNOWN_APK_SIG_SCHEME_ID",
                format!("signer {index} names scheme {scheme}, which is unknown in this range"),
            ),
            Some(None) => {}
        }
    }
    for scheme in expected.iter().filter(|scheme| !known.found.contains(scheme)) {
        log.error(
            Scheme::V2,
            "V2_SIG_MISSING_APK_SIG_REFERENCED",
            format!("signer {index} says that scheme v{scheme} was used too, and it is not there"),
        );
    }
}
