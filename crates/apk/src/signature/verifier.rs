//! In which order schemes are verified, and what they must have in common (apksig
//! `ApkVerifier.verify`).

use super::VerifyError;
use super::block::{self, Block};
use super::log::Log;
use super::pass::Pass;
use super::sdk::{self, Sdks};
use super::source::{Fault, Source};
use super::stamp::StampStatus;
use super::verdict::{SDK_OPEN, SdkRange, Verdict};
use super::zip::{Inflater, Member, Sections};

/// Android 7.0, which reads signing blocks; 8.0; and 9, which reads v3.
pub(super) const N: u32 = 24;
const O: u32 = 26;
pub(super) const P: u32 = 28;
/// The least target SDK version for which v1 alone is not enough.
const R: u32 = 30;
/// Bytes that the manifest may inflate to.
const MOST_MANIFEST: u32 = 16 << 20;

/// An APK while it is verified.
pub(super) struct Apk<'r> {
    pub(super) source: Source<'r>,
    pub(super) sections: Sections,
    pub(super) members: Vec<Member>,
    pub(super) block: Option<Block>,
    pub(super) inflater: Inflater,
}

impl<'r> Apk<'r> {
    pub(super) fn open(mut source: Source<'r>, sections: Sections) -> Result<Self, Fault> {
        let members = sections.members(&mut source)?;
        let block = Block::find(&mut source, &sections)?;
        Ok(Self { source, sections, members, block, inflater: Inflater::new() })
    }

    /// The value of one scheme in the signing block.
    pub(super) fn value(&mut self, id: u32) -> Result<Option<Vec<u8>>, Fault> {
        self.block.map_or(Ok(None), |block| block.value(&mut self.source, id))
    }

    /// The bytes of the first member of this name.
    pub(super) fn content(&mut self, name: &str, most: u32) -> Result<Option<Vec<u8>>, Fault> {
        let Some(member) = self.members.iter().find(|member| member.name == name) else {
            return Ok(None);
        };
        let directory_at = self.sections.directory_at;
        member.content(&mut self.source, directory_at, &mut self.inflater, most).map(Some)
    }
}

/// The values of schemes in the signing block.
pub(super) struct Values {
    pub(super) v2: Option<Vec<u8>>,
    pub(super) v3: Option<Vec<u8>>,
    pub(super) v31: Option<Vec<u8>>,
}

impl Values {
    pub(super) fn read(apk: &mut Apk<'_>) -> Result<Self, Fault> {
        Ok(Self {
            v2: apk.value(block::V2)?,
            v3: apk.value(block::V3)?,
            v31: apk.value(block::V31)?,
        })
    }
}

/// Numbers of the schemes in the signing block that versions up to this one know (apksig
/// `getSupportedSchemeNames`).
pub(super) fn supported(max_sdk: u32) -> &'static [u32] {
    match max_sdk {
        P.. => &[2, 3],
        N.. => &[2],
        _ => &[],
    }
}

/// Verifies; what keeps the APK from being read to its end is told as an error of the verdict.
pub(super) fn verdict(
    apk: &mut Apk<'_>,
    range: SdkRange,
    idsig: Option<&[u8]>,
) -> Result<Verdict, VerifyError> {
    let mut log = Log::default();
    let mut verdict = Verdict { max_sdk: range.max.unwrap_or(SDK_OPEN), ..Verdict::default() };
    // Until it is looked at, nothing is known of the stamp.
    verdict.stamp.status = StampStatus::Error;
    let ended = run(apk, range, idsig, &mut verdict, &mut log);
    match ended {
        Ok(()) => {}
        Err(Ended::Fault(Fault::Malformed(what))) => log.error(None, "MALFORMED_APK", what),
        Err(Ended::Fault(Fault::Io(error)))
            if error.kind() == std::io::ErrorKind::UnexpectedEof =>
        {
            log.error(None, "MALFORMED_APK", "it ends before what it states");
        }
        Err(Ended::Fault(Fault::Io(error))) => return Err(VerifyError::Apk(error.into())),
        Err(Ended::Empty { min, max }) => return Err(VerifyError::EmptyRange { min, max }),
    }
    let schemes = &verdict.schemes;
    let any = [schemes.v1, schemes.v2, schemes.v3, schemes.v31];
    verdict.verified = !log.has_errors() && any.iter().any(|state| state.verified == Some(true));
    (verdict.errors, verdict.warnings) = (log.errors, log.warnings);
    Ok(verdict)
}

/// Why verification did not come to its end.
enum Ended {
    Fault(Fault),
    Empty { min: u32, max: u32 },
}

impl<F: Into<Fault>> From<F> for Ended {
    fn from(fault: F) -> Self {
        Ended::Fault(fault.into())
    }
}

fn run(
    apk: &mut Apk<'_>,
    range: SdkRange,
    idsig: Option<&[u8]>,
    verdict: &mut Verdict,
    log: &mut Log,
) -> Result<(), Ended> {
    let max = verdict.max_sdk;
    let manifest = apk.content(sdk::MANIFEST, MOST_MANIFEST);
    let stated = manifest.map(|manifest| manifest.map(|bytes| Sdks::read(&bytes)));
    let missing = || Fault::Malformed(format!("{} is not there", sdk::MANIFEST));
    let (min, stated) = match (range.min, stated) {
        (Some(min), stated) => (min, stated),
        (None, Ok(Some(stated))) => {
            let min = stated
                .min
                .clone()
                .map_err(|why| Fault::Malformed(format!("{}: {why}", sdk::MANIFEST)))?;
            (min, Ok(Some(stated)))
        }
        (None, Ok(None)) => return Err(missing().into()),
        (None, Err(fault)) => return Err(fault.into()),
    };
    if min > max {
        return Err(Ended::Empty { min, max });
    }
    verdict.min_sdk = min;

    let values = Values::read(apk)?;
    let mut pass = Pass::new(apk, &values, (min, max));
    let ended = pass.block(log).and_then(|()| {
        if !log.has_errors() {
            pass.v4(idsig, log)?;
        }
        if !log.has_errors() {
            // A manifest that cannot be read matters only to versions that look into it.
            if max >= O {
                let stated = stated.as_ref().map_err(|_| missing())?.as_ref();
                let sandbox = stated.ok_or_else(missing)?.sandbox;
                if sandbox > 1 && pass.found.is_empty() {
                    let what = format!("targetSandboxVersion {sandbox} asks for v2 or later");
                    log.error(None, "NO_SIG_FOR_TARGET_SANDBOX_VERSION", what);
                }
            }
            pass.v1(log)?;
        }
        Ok(())
    });
    if ended.is_ok() && !log.has_errors() {
        pass.agree(log);
        if let Ok(Some(stated)) = &stated {
            let later = [pass.v2.state.verified, pass.v3.state.verified, pass.v31.state.verified];
            let target = stated.target;
            if target >= R && max >= target && !later.contains(&Some(true)) {
                let what = format!("target SDK {target} asks for a signature of v2 or later");
                log.error(None, "MIN_SIG_SCHEME_FOR_TARGET_SDK_NOT_MET", what);
            }
        }
    }
    pass.tell(verdict);
    let stamp = super::stamped::verify(apk, &values, (min, max), log);
    if let Ok((state, stamp)) = stamp {
        (verdict.schemes.stamp, verdict.stamp) = (state, stamp);
    }
    Ok(ended?)
}
