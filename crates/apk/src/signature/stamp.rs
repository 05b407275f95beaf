//! The source stamp: a signature over the digests that the other schemes sign, by whoever
//! distributes the APK (apksig `SourceStampVerifier`, `V2SourceStampVerifier`, and the order of
//! `ApkVerifier.verifySourceStamp`).

use super::algorithm::{Algorithm, Support, to_verify};
use super::block::Records;
use super::key::Outcome;
use super::lineage::{self, Wrong};
use super::log::Log;
use super::x509::X509;
use crate::certificate::Certificate;
use crate::package::Scheme;
use sha2::{Digest, Sha256};
use std::fmt;

/// The member that holds the SHA-256 of the stamp's certificate.
pub(super) const MEMBER: &str = "stamp-cert-sha256";
/// Signatures that are read in one place.
const MOST: usize = 1000;
/// Attributes of a stamp.
const PROOF_OF_ROTATION: u32 = 0x9d63_03f7;
const STAMP_TIME: u32 = 0xe43c_5946;

/// The source stamp: who says where the APK came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// How its verification ended.
    pub status: StampStatus,
    /// The certificate whose key stamped it, where there is a stamp.
    pub certificate: Option<Certificate>,
    /// Certificates of its proof of rotation, oldest first.
    pub lineage: Vec<Certificate>,
    /// When it was stamped, in seconds since 1970; 0 where not stated.
    pub timestamp: u64,
}

/// As AOSP's `SourceStampVerificationStatus` names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StampStatus {
    /// There is a stamp, and it verified.
    Verified,
    /// There is a stamp, and it did not verify.
    VerificationFailed,
    /// The digest of the stamp's certificate is not the one that was expected.
    CertDigestMismatch,
    /// There is no stamp.
    #[default]
    Missing,
    /// There is a stamp that could not be verified, because a part of it is missing.
    NotVerified,
    /// Something else kept the stamp from being verified.
    Error,
}

impl StampStatus {
    /// AOSP's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            StampStatus::Verified => "STAMP_VERIFIED",
            StampStatus::VerificationFailed => "STAMP_VERIFICATION_FAILED",
            StampStatus::CertDigestMismatch => "CERT_DIGEST_MISMATCH",
            StampStatus::Missing => "STAMP_MISSING",
            StampStatus::NotVerified => "STAMP_NOT_VERIFIED",
            StampStatus::Error => "VERIFICATION_ERROR",
        }
    }
}

impl fmt::Display for StampStatus {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// Digests that one scheme signs, as the stamp signs them.
pub(super) struct SchemeDigests {
    /// 1, 2 or 3.
    pub(super) scheme: u32,
    /// Id and value of each, ascending.
    pub(super) digests: Vec<(u32, Vec<u8>)>,
}

impl SchemeDigests {
    /// A sequence of records, each a pair of id and value.
    fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (id, digest) in &self.digests {
            let length = u32::try_from(digest.len()).unwrap_or(u32::MAX);
            out.extend_from_slice(&(length + 8).to_le_bytes());
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(digest);
        }
        out
    }
}

/// Verifies the block of a stamp; `expected` is what [`MEMBER`] holds. Nothing here is an error
/// of the APK: all is told as warnings.
pub(super) fn verify(
    block: &[u8],
    expected: &[u8],
    signed: &[SchemeDigests],
    sdks: (u32, u32),
    log: &mut Log,
) -> Stamp {
    let mut check = Check { sdks, log: Log::default(), stamp: Stamp::default() };
    if check.block(block, expected, signed).is_none() {
        check.tell("SOURCE_STAMP_MALFORMED_SIGNATURE", "the stamp is cut");
    }
    let failed = !check.log.warnings.is_empty();
    check.stamp.status =
        if failed { StampStatus::VerificationFailed } else { StampStatus::Verified };
    log.merge(check.log);
    check.stamp
}

struct Check {
    sdks: (u32, u32),
    log: Log,
    stamp: Stamp,
}

impl Check {
    fn tell(&mut self, issue: &'static str, what: impl Into<String>) {
        self.log.warning(Scheme::Stamp, issue, what);
    }

    /// `None` where it is cut; the log tells what else is wrong.
    fn block(&mut self, block: &[u8], expected: &[u8], signed: &[SchemeDigests]) -> Option<()> {
        let mut data = Records::new(block).list()?;
        let bytes = data.sized()?;
        let Some(certificate) = X509::parse(bytes) else {
            self.tell("SOURCE_STAMP_MALFORMED_CERTIFICATE", "its certificate cannot be read");
            return Some(());
        };
        self.stamp.certificate = Some(certificate.certificate());
        if Sha256::digest(bytes)[..] != *expected {
            let what = format!("{MEMBER} holds the digest of another certificate");
            let issue = "SOURCE_STAMP_CERTIFICATE_MISMATCH_BETWEEN_SIGNATURE_BLOCK_AND_APK";
            self.tell(issue, what);
            return Some(());
        }
        let mut schemes = data.list()?;
        let mut stated: Vec<(u32, &[u8])> = Vec::new();
        while !schemes.is_empty() {
            let (scheme, signatures) = schemes.pair()?;
            stated.retain(|(other, _)| *other != scheme);
            stated.push((scheme, signatures));
            if stated.len() > MOST {
                return None;
            }
        }
        for digests in signed {
            let scheme = digests.scheme;
            let Some((_, signatures)) = stated.iter().find(|(other, _)| *other == scheme) else {
                let what = format!("no signature of it for scheme v{scheme}");
                self.tell("SOURCE_STAMP_NO_SIGNATURE", what);
                return Some(());
            };
            if !self.signatures(&digests.encoded(), &certificate, Records::new(signatures)) {
                return Some(());
            }
        }
        if !data.is_empty() {
            let (attributes, signatures) = (data.sized()?, data.list()?);
            if self.signatures(attributes, &certificate, signatures) {
                self.attributes(Records::new(attributes).list()?, &certificate);
            }
        }
        Some(())
    }

    /// Whether the signatures that count verify.
    fn signatures(
        &mut self,
        message: &[u8],
        certificate: &X509<'_>,
        mut list: Records<'_>,
    ) -> bool {
        let (mut number, mut supported) = (0, Vec::new());
        while !list.is_empty() {
            number += 1;
            let Some((id, signature)) = list.pair().filter(|_| number <= MOST) else {
                let what = format!("its signature {number} is cut");
                self.tell("SOURCE_STAMP_MALFORMED_SIGNATURE", what);
                return false;
            };
            // One of an unknown kind is overlooked.
            supported.extend(Algorithm::find(id).map(|algorithm| (algorithm, signature)));
        }
        if supported.is_empty() {
            self.tell("SOURCE_STAMP_NO_SIGNATURE", "no signature of a known kind");
            return false;
        }
        let chosen = match to_verify(supported.into_iter(), self.sdks, Support::Provider) {
            Ok(chosen) => chosen,
            Err(why) => {
                self.tell("SOURCE_STAMP_NO_SUPPORTED_SIGNATURE", why);
                return false;
            }
        };
        let key = certificate.key();
        for (algorithm, signature) in chosen {
            let outcome = match &key {
                Ok(key) => key.verify(algorithm.method, algorithm.hash, &[message], signature),
                Err(why) => Outcome::Unusable(why),
            };
            let name = algorithm.name;
            match outcome {
                Outcome::Valid => {}
                Outcome::Invalid => {
                    let what = format!("its signature {name} is over something else");
                    self.tell("SOURCE_STAMP_DID_NOT_VERIFY", what);
                    return false;
                }
                Outcome::Unusable(why) => {
                    let what = format!("its signature {name}: {why}");
                    self.tell("SOURCE_STAMP_VERIFY_EXCEPTION", what);
                    return false;
                }
            }
        }
        true
    }

    fn attributes(&mut self, mut list: Records<'_>, certificate: &X509<'_>) {
        let mut number = 0;
        while !list.is_empty() {
            number += 1;
            let read = match list.attribute() {
                Some((PROOF_OF_ROTATION, value)) => {
                    self.rotation(value, certificate);
                    Some(())
                }
                Some((STAMP_TIME, value)) => self.time(value),
                // One of an unknown kind is overlooked.
                other => other.map(|_| ()),
            };
            if read.is_none() {
                let what = format!("its attribute {number} is cut");
                self.tell("SOURCE_STAMP_MALFORMED_ATTRIBUTE", what);
                return;
            }
        }
    }

    fn rotation(&mut self, value: &[u8], certificate: &X509<'_>) {
        let (issue, what) = match lineage::read(value) {
            Ok(nodes) => {
                let told = nodes.iter().map(|node| node.certificate.certificate());
                self.stamp.lineage = told.collect();
                match nodes.last() {
                    Some(last) if last.certificate.bytes == certificate.bytes => return,
                    Some(_) => (
                        "SOURCE_STAMP_POR_CERT_MISMATCH",
                        "its proof of rotation does not end with the certificate that stamps",
                    ),
                    None => ("SOURCE_STAMP_MALFORMED_LINEAGE", "its proof of rotation is empty"),
                }
            }
            Err(Wrong::DidNotVerify) => {
                ("SOURCE_STAMP_POR_DID_NOT_VERIFY", "its proof of rotation does not verify")
            }
            Err(Wrong::OtherVersion) => {
                ("SOURCE_STAMP_POR_CERT_MISMATCH", "its proof of rotation is of an unknown version")
            }
            Err(Wrong::Malformed) => {
                ("SOURCE_STAMP_MALFORMED_LINEAGE", "its proof of rotation cannot be read")
            }
        };
        self.tell(issue, what);
    }

    /// `None` where it is cut.
    fn time(&mut self, value: &[u8]) -> Option<()> {
        let seconds = i64::from_le_bytes(value.get(..8)?.try_into().ok()?);
        match u64::try_from(seconds) {
            Ok(seconds) if seconds > 0 => self.stamp.timestamp = seconds,
            _ => {
                let what = format!("its time is {seconds} seconds after 1970");
                self.tell("SOURCE_STAMP_INVALID_TIMESTAMP", what);
            }
        }
        Some(())
    }
}
