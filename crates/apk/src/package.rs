//! What an APK says, and how it is put together from its parts.

use crate::archive::Archive;
use crate::certificate::Certificate;
use crate::manifest;
use crate::resources::Resources;
use crate::{pkcs7, signing_block};
use std::fmt;
use std::io::{self, Cursor, Read, Seek};

/// Bytes the manifest may inflate to. The largest known are about 1 MB.
const MANIFEST_BYTES: u64 = 16 << 20;
/// Bytes the resource table may inflate to; it is held in memory. The largest known are about
/// 40 MB.
const RESOURCES_BYTES: u64 = 64 << 20;

/// Why nothing can be said about a file.
#[derive(Debug, thiserror::Error)]
pub enum ApkError {
    /// The bytes cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// There is no end record of a zip's central directory (APPNOTE.TXT 4.3.16) in the last
    /// 65,557 bytes.
    #[error("not an APK: no end record of a zip in the last 65,557 of {len} bytes")]
    NotZip {
        /// Length of the file.
        len: u64,
    },
    /// The central directory is not where the end record says, nor right before it.
    #[error("not an APK: no central directory of a zip at byte {at}")]
    NoDirectory {
        /// Where it was expected.
        at: u64,
    },
    /// A zip of APKs (XAPK, APKS, APKM).
    #[error(
        "a container of {apks} APKs (XAPK, APKS or APKM); unpack it, containers are not read yet"
    )]
    Container {
        /// How many members end in `.apk`.
        apks: u64,
    },
    /// A zip without a manifest.
    #[error("not an APK: a zip without AndroidManifest.xml")]
    NoManifest,
}

/// Something that is damaged or odd, though the rest can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: the name of a member, `zip`, or `signing block`.
    pub place: String,
    /// What was found, with what was expected.
    pub what: String,
}

/// Collects problems; a hostile file cannot make it grow.
#[derive(Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    const MOST: usize = 100;

    pub(crate) fn add(&mut self, place: &str, what: impl Into<String>) {
        if self.0.len() < Self::MOST {
            let problem = Problem { place: place.to_owned(), what: what.into() };
            if !self.0.contains(&problem) {
                self.0.push(problem);
            }
        }
    }
}

/// A label in one locale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// BCP 47 tag (`ug`, `zh-TW`, `sr-Latn-RS`); empty for the default locale.
    pub locale: String,
    /// The label.
    pub text: String,
}

/// A kind of component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// `activity`
    Activity,
    /// `activity-alias`
    ActivityAlias,
    /// `service`
    Service,
    /// `receiver`
    Receiver,
    /// `provider`
    Provider,
}

/// A component that the manifest declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its kind.
    pub kind: ComponentKind,
    /// Class name, full.
    pub name: String,
    /// `android:exported`, where stated.
    pub exported: Option<bool>,
    /// The permission that guards it.
    pub permission: Option<String>,
    /// Actions of its intent filters, in the order written, without repeats.
    pub actions: Vec<String>,
}

/// How an APK is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// JAR signature.
    V1,
    /// APK signature scheme v2.
    V2,
    /// APK signature scheme v3.
    V3,
    /// APK signature scheme v3.1.
    V31,
    /// APK signature scheme v4: an `.idsig` file beside the APK.
    V4,
    /// Source stamp.
    Stamp,
}

impl fmt::Display for Scheme {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Scheme::V1 => "v1",
            Scheme::V2 => "v2",
            Scheme::V3 => "v3",
            Scheme::V31 => "v31",
            Scheme::V4 => "v4",
            Scheme::Stamp => "stamp",
        })
    }
}

/// A signer, as stated and not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// By which scheme.
    pub scheme: Scheme,
    /// The certificate whose key is said to have signed; certificates of a chain above it are
    /// left out.
    pub certificate: Certificate,
    /// Byte range `[start, end)` of the file in which it stands (for v1 still deflated).
    pub at: (u64, u64),
}

/// An APK's account of itself.
#[derive(Clone, Debug, Default)]
pub struct Apk {
    /// Package name; `None` where the manifest cannot be read (a problem says why).
    pub package: Option<String>,
    /// Name of the split, where it is one.
    pub split: Option<String>,
    /// `versionName`.
    pub version_name: Option<String>,
    /// `versionCode`, with `versionCodeMajor` in the upper 32 bits.
    pub version_code: Option<i64>,
    /// `minSdkVersion`, where it is a number.
    pub min_sdk: Option<u32>,
    /// `targetSdkVersion`, where it is a number.
    pub target_sdk: Option<u32>,
    /// `android:debuggable`, where stated.
    pub debuggable: Option<bool>,
    /// The application's label in every locale, default first, then by locale.
    pub labels: Vec<Label>,
    /// Labels of activities in the launcher that have one of their own: what a person sees
    /// under the icon.
    pub launcher_labels: Vec<Label>,
    /// `uses-permission` and `uses-permission-sdk-23`, in the order written, without repeats.
    pub permissions: Vec<String>,
    /// Components, in the order written.
    pub components: Vec<Component>,
    /// Signers by scheme and order. **As stated, not verified.**
    pub signers: Vec<Signer>,
    /// What was damaged or odd.
    pub problems: Vec<Problem>,
    /// Byte range `[start, end)` of the manifest's data in the file (still deflated, if it is).
    pub manifest_at: (u64, u64),
}

impl Apk {
    /// Reads an APK. The manifest may inflate to 16 MiB, the resource table to 256 MiB, a
    /// signature file to 1 MiB, a block of signers may have 4 MiB; what is larger is a problem.
    ///
    /// # Errors
    /// When the file is no zip, or a zip without a manifest.
    pub fn read(reader: impl Read + Seek) -> Result<Self, ApkError> {
        let mut problems = Problems::default();
        let mut archive = Archive::open(reader, &mut problems)?;
        let mut apk = read_manifest(&mut archive, &mut problems)?;
        apk.signers = pkcs7::signers(&mut archive, &mut problems);
        apk.signers.extend(signing_block::signers(&mut archive, &mut problems));
        apk.problems = problems.0;
        Ok(apk)
    }

    /// Reads an APK that lies in memory; see [`Apk::read`].
    ///
    /// # Errors
    /// As [`Apk::read`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ApkError> {
        Self::read(Cursor::new(bytes))
    }

    /// The application's label in the default locale.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.labels.first().map(|label| label.text.as_str())
    }
}

fn read_manifest<R: Read + Seek>(
    archive: &mut Archive<R>,
    problems: &mut Problems,
) -> Result<Apk, ApkError> {
    // Android refuses two members of one name in newer versions, and took either in older ones:
    // the last that can be read is taken.
    let candidates = archive.named(manifest::NAME);
    if candidates.is_empty() {
        return Err(match archive.apks {
            0 => ApkError::NoManifest,
            apks => ApkError::Container { apks },
        });
    }
    let table = match archive.named("resources.arsc").last() {
        Some(entry) => archive.content(entry, RESOURCES_BYTES, problems).map(|content| content.0),
        None => None,
    };
    let mut resources = Resources::new(table.as_deref(), problems);
    let mut at = (0, 0);
    for entry in candidates.iter().rev() {
        let Some((bytes, range)) = archive.content(entry, MANIFEST_BYTES, problems) else {
            continue;
        };
        at = range;
        if let Some(read) = manifest::read(&bytes, &mut resources, problems) {
            return Ok(Apk { manifest_at: at, ..read });
        }
    }
    Ok(Apk { manifest_at: at, ..Apk::default() })
}
