//! Verifying signatures as Android does: AOSP's `apksig` says how (docs/design/signatures.md).

mod algorithm;
mod block;
mod content;
mod hash;
mod key;
mod lineage;
mod log;
mod pass;
mod sdk;
mod signer;
mod source;
mod stamp;
mod stamped;
mod v1;
mod v2;
mod v3;
mod v4;
mod verdict;
mod verifier;
mod verity;
mod x509;
mod zip;

pub use stamp::{Stamp, StampStatus};
pub use v4::MOST_IDSIG_BYTES;
pub use verdict::{
    Decision, Issue, LineageNode, SDK_OPEN, SchemeState, Schemes, SdkRange, Verdict, VerifiedSigner,
};

use crate::package::ApkError;
use crate::remarks::Remarks;
use crate::zip::Archive;
use log::Log;
use source::{Fault, ReadSeek, Source};
use std::io::{Read, Seek};
use verifier::Apk;
use zip::Sections;

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

/// Verifies every signature of an APK for a range of SDK versions, as Android would.
///
/// An APK is verified where every version of the range takes it. The bytes are read once for
/// each scheme that covers them; memory does not grow with the APK.
///
/// ```
/// # use testkit::apk::{Apk, Scheme, Signer};
/// # let bytes = Apk::new("org.example").sign(Signer::A, &[Scheme::V2, Scheme::V3]).build();
/// use apk::signature::{SdkRange, verify};
/// let verdict = verify(std::io::Cursor::new(bytes), SdkRange::default())?;
/// assert!(verdict.verified);
/// for decision in &verdict.decided_by {
///     println!("SDK {} to {}: {}", decision.min_sdk, decision.max_sdk, decision.scheme);
/// }
/// for signer in &verdict.signers {
///     println!("{} by {}", signer.scheme, signer.certificate.sha256);
/// }
/// for problem in &verdict.errors {
///     println!("{}: {}", problem.name, problem.message);
/// }
/// # Ok::<(), apk::VerifyError>(())
/// ```
///
/// # Errors
/// When the file is no zip, or the range is empty. An APK without a signature is no error but a
/// [`Verdict`] that is not verified.
pub fn verify(mut reader: impl Read + Seek, range: SdkRange) -> Result<Verdict, VerifyError> {
    run(&mut reader, range, None)
}

/// As [`verify`], with the bytes of the APK's v4 signature (an `.idsig` file), of which there
/// are no more than [`MOST_IDSIG_BYTES`].
///
/// # Errors
/// As [`verify`].
pub fn verify_with_v4(
    mut reader: impl Read + Seek,
    idsig: &[u8],
    range: SdkRange,
) -> Result<Verdict, VerifyError> {
    run(&mut reader, range, Some(idsig))
}

fn run(
    reader: &mut dyn ReadSeek,
    range: SdkRange,
    idsig: Option<&[u8]>,
) -> Result<Verdict, VerifyError> {
    if let (Some(min), Some(max)) = (range.min, range.max)
        && min > max
    {
        return Err(VerifyError::EmptyRange { min, max });
    }
    let mut source = Source::new(reader).map_err(ApkError::Io)?;
    let opened = match Sections::find(&mut source) {
        Ok(Some(sections)) => Apk::open(source, sections),
        Ok(None) => {
            Err(Fault::Malformed("no end record whose comment ends where the file does".into()))
        }
        Err(fault) => Err(fault),
    };
    match opened {
        Ok(mut apk) => verifier::verdict(&mut apk, range, idsig),
        Err(Fault::Io(error)) => Err(ApkError::Io(error).into()),
        Err(Fault::Malformed(what)) => {
            // What Android does not open may still be a zip, which is then one not verified.
            Archive::open(reader, &mut Remarks::default())?;
            let mut log = Log::default();
            log.error(None, "MALFORMED_APK", what);
            Ok(Verdict {
                min_sdk: range.min.unwrap_or(1),
                max_sdk: range.max.unwrap_or(SDK_OPEN),
                errors: log.errors,
                stamp: Stamp { status: StampStatus::Error, ..Stamp::default() },
                ..Verdict::default()
            })
        }
    }
}
