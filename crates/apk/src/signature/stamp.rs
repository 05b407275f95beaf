//! Source stamp.

use crate::certificate::Certificate;
use std::fmt;

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
