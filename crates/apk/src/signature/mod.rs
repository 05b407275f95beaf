//! Verifying signatures as Android does: AOSP's `apksig` says how (docs/design/signatures.md).

mod stamp;
mod verdict;

pub use stamp::{Stamp, StampStatus};
pub use verdict::{
    Decision, Issue, LineageNode, SDK_OPEN, SchemeState, Schemes, SdkRange, Verdict, VerifiedSigner,
};

use crate::archive::Archive;
use crate::package::{ApkError, Problems};
use std::io::{Read, Seek};

/// Why an APK could not be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The bytes cannot be read, or are no zip.
    #[error(transparent)]
    Apk(#[from] ApkError),
    /// The least SDK version is greater than the greatest.
    #[error("no SDK version is at least {min} and at most {max}")]
    EmptyRange {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
}

/// Verifies every signature of an APK for a range of SDK versions.
///
/// # Errors
/// When the file is no zip, or the range is empty. An APK without a signature is no error but a
/// [`Verdict`] that is not verified.
pub fn verify(reader: impl Read + Seek, range: SdkRange) -> Result<Verdict, VerifyError> {
    let mut problems = Problems::default();
    Archive::open(reader, &mut problems)?;
    let (min_sdk, max_sdk) = (range.min.unwrap_or(1), range.max.unwrap_or(SDK_OPEN));
    Ok(Verdict { min_sdk, max_sdk, ..Verdict::default() })
}
