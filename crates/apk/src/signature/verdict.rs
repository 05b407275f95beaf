//! What verification came to.

use super::stamp::Stamp;
use crate::certificate::Certificate;
use crate::package::Scheme;

/// Which SDK versions are asked about; `None` leaves the bound to the manifest (least) or open
/// (most).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SdkRange {
    /// The least SDK version; without it, the manifest's `minSdkVersion` holds.
    pub min: Option<u32>,
    /// The greatest SDK version.
    pub max: Option<u32>,
}

/// Whether Android would take the signatures of an APK, on every version of a range; and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether every version of the range takes it.
    pub verified: bool,
    /// The least SDK version that was asked about.
    pub min_sdk: u32,
    /// The greatest SDK version that was asked about; [`SDK_OPEN`] where there is no bound.
    pub max_sdk: u32,
    /// Which scheme decides on which versions of the range, ascending; empty where none is there.
    pub decided_by: Vec<Decision>,
    /// What was found of each scheme.
    pub schemes: Schemes,
    /// Signers of the schemes that were checked, in the order v1, v2, v3, v3.1, v4.
    pub signers: Vec<VerifiedSigner>,
    /// Certificates of the proof of rotation, oldest first; empty where there is none.
    pub lineage: Vec<LineageNode>,
    /// The source stamp.
    pub stamp: Stamp,
    /// What keeps it from being verified.
    pub errors: Vec<Issue>,
    /// What does not.
    pub warnings: Vec<Issue>,
}

impl Verdict {
    /// Whether this certificate's key is shown to have signed: the verdict is verified, and the
    /// certificate is one of its signers, or one that the proof of rotation shows to have signed
    /// for the next.
    #[must_use]
    pub fn vouches_for(&self, sha256: &str) -> bool {
        let signers = self.signers.iter().map(|signer| &signer.certificate);
        let mut known = signers.chain(self.lineage.iter().map(|node| &node.certificate));
        self.verified && known.any(|certificate| certificate.sha256 == sha256)
    }
}

/// No upper bound of SDK versions.
pub const SDK_OPEN: u32 = i32::MAX as u32;

/// A scheme that decides for a range of SDK versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The scheme.
    pub scheme: Scheme,
    /// The first SDK version.
    pub min_sdk: u32,
    /// The last SDK version; [`SDK_OPEN`] where there is no bound.
    pub max_sdk: u32,
}

/// What was found of each scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schemes {
    /// JAR signature.
    pub v1: SchemeState,
    /// APK signature scheme v2.
    pub v2: SchemeState,
    /// APK signature scheme v3.
    pub v3: SchemeState,
    /// APK signature scheme v3.1.
    pub v31: SchemeState,
    /// APK signature scheme v4: a file of its own beside the APK.
    pub v4: SchemeState,
    /// Source stamp.
    pub stamp: SchemeState,
}

/// One scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchemeState {
    /// Whether the APK holds it.
    pub present: bool,
    /// Whether it verified; `None` where no version of the range looks at it, or where an
    /// earlier error ended verification.
    pub verified: Option<bool>,
}

/// A signer, as far as its scheme was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedSigner {
    /// By which scheme.
    pub scheme: Scheme,
    /// The first SDK version that it is for.
    pub min_sdk: u32,
    /// The last SDK version that it is for; [`SDK_OPEN`] where there is no bound.
    pub max_sdk: u32,
    /// The certificate whose key signed.
    pub certificate: Certificate,
}

/// One certificate of a proof of rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineageNode {
    /// The certificate.
    pub certificate: Certificate,
    /// What it may still do after it was replaced (`SigningCertificateLineage`: 1 installed
    /// data, 2 shared user id, 4 permission, 8 rollback, 16 auth).
    pub capabilities: u32,
}

/// A problem by the name that AOSP's `ApkVerifier.Issue` has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// AOSP's name.
    pub name: &'static str,
    /// The scheme it is about; `None` where it is about the APK.
    pub scheme: Option<Scheme>,
    /// What was found, in our words.
    pub message: String,
}
