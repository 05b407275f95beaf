//! What of an APK a source stamp is held against (apksig `ApkVerifier.verifySourceStamp`).

use super::block::{self};
use super::log::Log;
use super::signer::{Known, Signer};
use super::source::Fault;
use super::stamp::{self, SchemeDigests, Stamp, StampStatus};
use super::v3::Look;
use super::verdict::SchemeState;
use super::verifier::{Apk, N, P, Values, supported};
use super::{v1, v2, v3};
use crate::package::Scheme::{self, Stamp as STAMP};
use sha2::{Digest, Sha256};

/// Bytes of the member that holds a digest of 32.
const MOST_DIGEST: u32 = 4096;
/// Bytes of the JAR manifest.
const MOST_MANIFEST: u32 = 32 << 20;
/// apksig `ContentDigestAlgorithm.SHA256`: of the JAR manifest as it stands.
const WHOLE_SHA256: u32 = 4;

/// Verifies the stamp, if there is one; problems are warnings.
pub(super) fn verify(
    apk: &mut Apk<'_>,
    values: &Values,
    sdks: (u32, u32),
    log: &mut Log,
) -> Result<(SchemeState, Stamp), Fault> {
    let value = apk.value(block::STAMP_V2)?;
    let old = apk.value(block::STAMP_V1)?;
    let has_member = apk.members.iter().any(|member| member.name == stamp::MEMBER);
    let mut state = SchemeState { present: has_member || value.is_some(), verified: None };
    let missing = |status| Stamp { status, ..Stamp::default() };
    if !has_member {
        let stamp = match value {
            Some(_) => {
                let what = format!("a stamp without the member {}", stamp::MEMBER);
                log.warning(STAMP, "SOURCE_STAMP_SIGNATURE_BLOCK_WITHOUT_CERT_DIGEST", what);
                state.verified = Some(false);
                missing(StampStatus::NotVerified)
            }
            None => {
                let what = "there is no source stamp";
                log.warning(STAMP, "SOURCE_STAMP_CERT_DIGEST_AND_SIG_BLOCK_MISSING", what);
                missing(StampStatus::Missing)
            }
        };
        return Ok((state, stamp));
    }
    state.verified = Some(false);
    let expected = match apk.content(stamp::MEMBER, MOST_DIGEST) {
        Ok(expected) => expected.unwrap_or_default(),
        Err(Fault::Malformed(what)) => {
            log.warning(STAMP, "MALFORMED_APK", what);
            return Ok((state, missing(StampStatus::Error)));
        }
        Err(fault) => return Err(fault),
    };
    let Some(signed) = digests(apk, values, sdks)? else {
        let what = "a signature of the APK itself does not verify";
        log.warning(STAMP, "UNEXPECTED_EXCEPTION", what);
        return Ok((state, missing(StampStatus::Error)));
    };
    let Some(value) = value else {
        let what = match old {
            Some(_) => "a stamp of the first version, which Android no longer reads",
            None => "the member for a stamp's certificate is there, and no stamp",
        };
        log.warning(STAMP, "SOURCE_STAMP_SIG_MISSING", what);
        return Ok((state, missing(StampStatus::NotVerified)));
    };
    let stamp = stamp::verify(&value, &expected, &signed, sdks, log);
    state.verified = Some(stamp.status == StampStatus::Verified);
    Ok((state, stamp))
}

/// The digests that the schemes sign; `None` where one does not verify.
fn digests(
    apk: &mut Apk<'_>,
    values: &Values,
    (min, max): (u32, u32),
) -> Result<Option<Vec<SchemeDigests>>, Fault> {
    let (mut found, mut log) = (Vec::new(), Log::default());
    let mut signed = Vec::new();
    if let Some(value) = values.v3.as_ref().filter(|_| max >= P) {
        let look = Look { scheme: Scheme::V3, max_sdk: 0, rotation_min_sdk: None, full: false };
        let signers = v3::signers(value, look, &mut log);
        found.push(3);
        signed.push(stated(3, signers.iter().map(|one| &one.signer)));
    }
    if max >= N
        && (min < P || found.is_empty())
        && !log.has_errors()
        && let Some(value) = &values.v2
    {
        let known = Known { supported: supported(max), found: &found };
        let signers = v2::signers(value, (min.max(N), max), &known, &mut log);
        found.push(2);
        signed.push(stated(2, signers.iter()));
    }
    if log.has_errors() {
        return Ok(None);
    }
    if min < N || found.is_empty() {
        let manifest = apk.content(v1::MANIFEST, MOST_MANIFEST)?;
        let digest = manifest.map(|bytes| (WHOLE_SHA256, Sha256::digest(bytes).to_vec()));
        signed.push(SchemeDigests { scheme: 1, digests: digest.into_iter().collect() });
    }
    Ok(Some(signed))
}

/// The content digests of all signers of a scheme; the last one of a kind counts.
fn stated<'s>(scheme: u32, signers: impl Iterator<Item = &'s Signer<'s>>) -> SchemeDigests {
    let mut digests: Vec<(u32, Vec<u8>)> = Vec::new();
    for (kind, digest) in signers.flat_map(|signer| signer.stated_digests()) {
        digests.retain(|(other, _)| *other != kind.id());
        digests.push((kind.id(), digest.to_vec()));
    }
    digests.sort_by_key(|(kind, _)| *kind);
    SchemeDigests { scheme, digests }
}
