//! APK signature schemes v3 and v3.1 (source.android.com, "APK Signature Scheme v3", "v3.1";
//! apksig `V3SchemeVerifier`).

use super::block::Records;
use super::lineage::{self, Node, Wrong};
use super::log::Log;
use super::signer::{self, Names, Place, Signer};
use super::verdict::SDK_OPEN;
use crate::package::Scheme;

/// The first SDK version that reads a block of v3.1.
pub(super) const V31_SDK: u32 = 33;
/// Signers that are read: more than there are versions of Android for.
const MOST_SIGNERS: usize = 100;

const PROOF_OF_ROTATION: u32 = 0x3ba0_6f8c;
const ROTATION_MIN_SDK: u32 = 0x559f_8b02;
const TARGETS_DEV_RELEASE: u32 = 0xc2a6_b3ba;

pub(super) const NAMES: Names = Names {
    malformed_signature: "V3_SIG_MALFORMED_SIGNATURE",
    no_signatures: "V3_SIG_NO_SIGNATURES",
    unknown_algorithm: "V3_SIG_UNKNOWN_SIG_ALGORITHM",
    no_supported: "V3_SIG_NO_SUPPORTED_SIGNATURES",
    malformed_key: "V3_SIG_MALFORMED_PUBLIC_KEY",
    did_not_verify: "V3_SIG_DID_NOT_VERIFY",
    exception: "V3_SIG_VERIFY_EXCEPTION",
    malformed_certificate: "V3_SIG_MALFORMED_CERTIFICATE",
    no_certificates: "V3_SIG_NO_CERTIFICATES",
    key_mismatch: "V3_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD",
    malformed_digest: "V3_SIG_MALFORMED_DIGEST",
    algorithm_mismatch: "V3_SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS",
    digest_mismatch: "V3_SIG_APK_DIGEST_DID_NOT_VERIFY",
};

/// A signer with the SDK versions that it is for.
#[derive(Clone, Default)]
pub(super) struct V3Signer<'a> {
    pub(super) signer: Signer<'a>,
    pub(super) min_sdk: u32,
    pub(super) max_sdk: u32,
    pub(super) lineage: Option<Vec<Node<'a>>>,
    dev_release: bool,
}

/// How a block is looked at.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// v3 or v3.1.
    pub(super) scheme: Scheme,
    pub(super) max_sdk: u32,
    /// The least SDK version of the v3.1 signers, where there are any.
    pub(super) rotation_min_sdk: Option<u32>,
    /// Whether the attribute that names it is checked.
    pub(super) full: bool,
}

/// Verifies what each signer signed, not yet that the contents are what they state.
pub(super) fn signers<'a>(block: &'a [u8], look: Look, log: &mut Log) -> Vec<V3Signer<'a>> {
    let scheme = look.scheme;
    let mut found = Vec::new();
    let Some(mut list) = Records::new(block).list() else {
        log.error(scheme, "V3_SIG_MALFORMED_SIGNERS", "the list of signers is cut");
        return found;
    };
    if list.is_empty() {
        log.error(scheme, "V3_SIG_NO_SIGNERS", "there is no signer");
        return found;
    }
    let mut index = 0;
    while !list.is_empty() {
        let place = Place { scheme, index };
        let signer = list.list().filter(|_| index < MOST_SIGNERS);
        let Some(signer) = signer.and_then(|signer| read(signer, look, place, log)) else {
            log.error(
                scheme,
                "V3_SIG_MALFORMED_SIGNER",
                format!("signer {index} cannot be read to its end"),
            );
            return found;
        };
        found.extend(signer);
        index += 1;
    }
    found
}

/// `None` where it is malformed; `Some(None)` where the log tells what else is wrong.
fn read<'a>(
    mut signer: Records<'a>,
    look: Look,
    place: Place,
    log: &mut Log,
) -> Option<Option<V3Signer<'a>>> {
    let Place { scheme, index } = place;
    let signed = signer.sized()?;
    let (min_sdk, max_sdk) = (signer.u32()?, signer.u32()?);
    // They are signed numbers in the verifier: what is above its maximum is negative.
    let in_order = min_sdk <= SDK_OPEN && max_sdk <= SDK_OPEN && min_sdk <= max_sdk;
    if !in_order {
        log.error(
            scheme,
            "V3_SIG_INVALID_SDK_VERSIONS",
            format!("signer {index} is for SDK versions from {min_sdk} to {max_sdk}"),
        );
    }
    let signatures = signer.list()?;
    let key_info = signer.sized()?;
    let dev_release = targets_dev_release(signed);
    let sdks = (min_sdk.saturating_add(u32::from(dev_release)), max_sdk);
    let checked = signer::signatures((signed, signatures, key_info), sdks, &NAMES, place, log);
    let Some((verified, ids)) = checked else { return Some(None) };

    let mut parts = Records::new(signed);
    let (digests, certificates) = (parts.list()?, parts.list()?);
    let signed_sdks = [
        (
            min_sdk,
            parts.u32()?,
            "V3_MIN_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD",
        ),
        (
            max_sdk,
            parts.u32()?,
            "V3_MAX_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD",
        ),
    ];
    for (outside, inside, name) in signed_sdks.iter().filter(|(out, inside, _)| out != inside) {
        log.error(scheme, name, format!("signer {index}: {outside} outside, {inside} signed"));
    }
    let attributes = parts.list()?;
    let certificates = signer::certificates(certificates, key_info, &NAMES, place, log);
    let Some(certificates) = certificates else { return Some(None) };
    let digests = signer::digests(digests, &ids, &NAMES, place, log);
    let Some(digests) = digests else { return Some(None) };
    let signer = Signer { certificates, digests, verified };
    let mut signer = V3Signer { signer, min_sdk, max_sdk, lineage: None, dev_release };
    self::attributes(attributes, look, place, &mut signer, log);
    Some(Some(signer))
}

fn attributes<'a>(
    mut list: Records<'a>,
    look: Look,
    place: Place,
    signer: &mut V3Signer<'a>,
    log: &mut Log,
) {
    let Place { scheme, index } = place;
    let (mut number, mut names_rotation) = (0, false);
    while !list.is_empty() {
        number += 1;
        let read = match list.attribute() {
            Some((PROOF_OF_ROTATION, value)) => {
                rotation(value, place, signer, log);
                Some(())
            }
            Some((ROTATION_MIN_SDK, value)) => {
                names_rotation = true;
                let asked = look.max_sdk >= V31_SDK && look.full;
                let stated = Records::new(value).u32();
                match stated.filter(|_| asked) {
                    Some(stated) => {
                        rotation_min_sdk(stated, look, place, log);
                        Some(())
                    }
                    None => (!asked).then_some(()),
                }
            }
            Some((TARGETS_DEV_RELEASE, _)) => {
                if scheme == Scheme::V3 {
                    log.warning(
                        scheme,
                        "V31_ROTATION_TARGETS_DEV_RELEASE_ATTR_ON_V3_SIGNER",
                        format!("signer {index} of v3 has an attribute of v3.1"),
                    );
                }
                Some(())
            }
            Some((id, _)) => {
                log.warning(
                    scheme,
                    "V3_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE",
                    format!("signer {index}: the unknown attribute {id:#010x}"),
                );
                Some(())
            }
            None => None,
        };
        if read.is_none() {
            log.error(
                scheme,
                "V3_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE",
                format!("signer {index}: its attribute {number} is cut"),
            );
            return;
        }
    }
    if let Some(sdk) = look.rotation_min_sdk.filter(|_| look.full && !names_rotation) {
        log.warning(
            scheme,
            "V31_ROTATION_MIN_SDK_ATTR_MISSING",
            format!("signer {index} does not say that v3.1 is for SDK {sdk} and later"),
        );
    }
}

/// The proof of rotation must end with the certificate that signs.
fn rotation<'a>(value: &'a [u8], place: Place, signer: &mut V3Signer<'a>, log: &mut Log) {
    let Place { scheme, index } = place;
    let (name, what) = match lineage::read(value) {
        Ok(nodes) => {
            let own = signer.signer.certificates.first().map(|certificate| certificate.bytes);
            let last = nodes.last().map(|node| node.certificate.bytes);
            signer.lineage = Some(nodes);
            if own == last {
                return;
            }
            ("V3_SIG_POR_CERT_MISMATCH", "does not end with the certificate that signs")
        }
        Err(Wrong::DidNotVerify) => ("V3_SIG_POR_DID_NOT_VERIFY", "does not verify"),
        Err(Wrong::OtherVersion) => ("V3_SIG_POR_CERT_MISMATCH", "is of an unknown version"),
        Err(Wrong::Malformed) => ("V3_SIG_MALFORMED_LINEAGE", "cannot be read"),
    };
    log.error(scheme, name, format!("signer {index}: its proof of rotation {what}"));
}

/// The v3.1 block that an attribute speaks of must be there.
fn rotation_min_sdk(stated: u32, look: Look, place: Place, log: &mut Log) {
    let Place { scheme, index } = place;
    match look.rotation_min_sdk {
        None => log.error(
            scheme,
            "V31_BLOCK_MISSING",
            format!("signer {index} says that v3.1 is for SDK {stated} and later; it is not there"),
        ),
        Some(actual) if actual != stated => log.error(
            scheme,
            "V31_ROTATION_MIN_SDK_MISMATCH",
            format!("signer {index} says that v3.1 is for SDK {stated} and later, not {actual}"),
        ),
        Some(_) => {}
    }
}

/// Whether the signed data hold the attribute for a version of Android under development.
fn targets_dev_release(signed: &[u8]) -> bool {
    let mut parts = Records::new(signed);
    let mut skip = || {
        parts.sized()?;
        parts.sized()?;
        parts.u32()?;
        parts.u32()?;
        parts.list()
    };
    let Some(mut list) = skip() else { return false };
    while let Some((id, _)) = list.attribute() {
        if id == TARGETS_DEV_RELEASE {
            return true;
        }
    }
    false
}

/// Whether the signers together are for every version that is asked about, without holes, and
/// their lineages agree; yields the longest one.
pub(super) fn coverage<'a>(
    signers: &[V3Signer<'a>],
    least_sdk: u32,
    look: Look,
    log: &mut Log,
) -> Vec<Node<'a>> {
    let scheme = look.scheme;
    let mut sorted: Vec<&V3Signer<'a>> = signers.iter().collect();
    sorted.sort_by_key(|signer| (signer.max_sdk, signer.min_sdk));
    let (mut first, mut last, mut longest) = (0, 0, 0);
    let mut lineages = Vec::new();
    for signer in sorted {
        if first == 0 {
            first = signer.min_sdk;
        } else if signer.min_sdk != last + 1 && !(signer.min_sdk == last && signer.dev_release) {
            log.error(
                scheme,
                "V3_INCONSISTENT_SDK_VERSIONS",
                format!("a signer is from SDK {} on, the one before up to {last}", signer.min_sdk),
            );
            break;
        }
        last = signer.max_sdk;
        if let Some(lineage) = &signer.lineage {
            if lineage.len() < longest {
                log.error(
                    scheme,
                    "V3_INCONSISTENT_LINEAGES",
                    "a signer for later versions has a shorter proof of rotation",
                );
                break;
            }
            longest = lineage.len();
            lineages.push(lineage.clone());
        }
    }
    let wanted = look.rotation_min_sdk.map_or(look.max_sdk, |sdk| sdk.saturating_sub(1));
    if first > least_sdk || last < wanted {
        log.error(
            scheme,
            "V3_MISSING_SDK_VERSIONS",
            format!("the signers are for SDK {first} to {last}; {least_sdk} to {wanted} are asked"),
        );
    }
    if lineages.is_empty() {
        return Vec::new();
    }
    match lineage::consolidated(&lineages) {
        Some(nodes) => nodes.to_vec(),
        None => {
            let what = "proofs of rotation of several signers contradict each other";
            log.error(scheme, "V3_INCONSISTENT_LINEAGES", what);
            Vec::new()
        }
    }
}
