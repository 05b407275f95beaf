//! What an APK says, and how it is put together from its parts.

use crate::anomaly::Anomaly;
use crate::certificate::Certificate;
use crate::component::Component;
use crate::contents::{CodeFile, Words};
use crate::declared::{
    Application, DeclaredPermission, Feature, Instrumentation, Overlay, Queries,
    RequestedPermission, SplitInfo, UsedLibrary,
};
use crate::icon::Icon;
use crate::label::Label;
use crate::native::NativeLibrary;
use crate::remarks::{Problem, Remarks};
use crate::resources::{self, Plain, Resources};
use crate::zip::{Archive, Member};
use crate::{contents, icon, manifest, network, pkcs7, signing_block};
use std::fmt;
use std::io::{self, Cursor, Read, Seek};

/// Bytes the manifest may inflate to. The largest known are about 1 MB.
const MANIFEST_BYTES: u64 = 16 << 20;
/// Bytes the resource table may inflate to; it is held in memory. The largest known are about
/// 40 MB.
const RESOURCES_BYTES: u64 = 64 << 20;
/// Bytes that a network security configuration or rules of backup may have.
const SMALL_BYTES: u64 = 1 << 20;

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
    #[error("a set of {apks} APKs (XAPK, APKS or APKM) and no APK itself")]
    Container {
        /// How many members end in `.apk`.
        apks: u64,
    },
    /// A zip without a manifest.
    #[error("not an APK: a zip without AndroidManifest.xml")]
    NoManifest,
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
    /// Which split it is, and which it needs.
    pub split: SplitInfo,
    /// `versionName`.
    pub version_name: Option<String>,
    /// `versionCode`, with `versionCodeMajor` in the upper 32 bits.
    pub version_code: Option<i64>,
    /// `minSdkVersion`, where it is a number.
    pub min_sdk: Option<u32>,
    /// `targetSdkVersion`, where it is a number.
    pub target_sdk: Option<u32>,
    /// `maxSdkVersion`, where it is a number.
    pub max_sdk: Option<u32>,
    /// `sharedUserId`.
    pub shared_user: Option<String>,
    /// The application's label in every locale, default first, then by locale.
    pub labels: Vec<Label>,
    /// Labels of activities in the launcher that have one of their own: what a person sees
    /// under the icon.
    pub launcher_labels: Vec<Label>,
    /// `uses-permission` and `uses-permission-sdk-23`, in the order written, without repeats.
    pub permissions: Vec<RequestedPermission>,
    /// Permissions that it declares.
    pub declared_permissions: Vec<DeclaredPermission>,
    /// The element `application`.
    pub application: Application,
    /// Components, in the order written.
    pub components: Vec<Component>,
    /// What `queries` makes visible to it.
    pub queries: Queries,
    /// Features that it uses.
    pub features: Vec<Feature>,
    /// Libraries that it uses.
    pub libraries: Vec<UsedLibrary>,
    /// Its instrumentation.
    pub instrumentation: Vec<Instrumentation>,
    /// The overlay that it is, where it is one.
    pub overlay: Option<Overlay>,
    /// Signers by scheme and order. **As stated, not verified.**
    pub signers: Vec<Signer>,
    /// Its members, in the order of the central directory.
    pub members: Vec<Member>,
    /// The launcher icon, where it could be drawn; only where [`Apk::read_whole`] read it.
    pub icon: Option<Icon>,
    /// Native libraries; only where [`Apk::read_whole`] read it.
    pub native: Vec<NativeLibrary>,
    /// What is odd about it, though it was read.
    pub anomalies: Vec<Anomaly>,
    /// What was damaged, so that it could not be read, or not to its end.
    pub problems: Vec<Problem>,
    /// Byte range `[start, end)` of the manifest's data in the file (still deflated, if it is).
    pub manifest_at: (u64, u64),
    /// The resource that the application's label is, where it is one.
    pub(crate) label_id: Option<u32>,
}

impl Apk {
    /// Reads an APK: manifest, resources, signers, and the structure of the zip; code and assets
    /// are not touched. The manifest may inflate to 16 MiB, the resource table to 64 MiB, a
    /// signature file to 1 MiB, a block of signers may have 4 MiB; what is larger is a problem.
    ///
    /// # Errors
    /// When the file is no zip, or a zip without a manifest.
    pub fn read(reader: impl Read + Seek) -> Result<Self, ApkError> {
        Ok(Self::read_as(reader, Depth::Structure, None)?.0)
    }

    /// As [`Apk::read`]; also inflates every member once, to hash and check it, and reads the
    /// native libraries. All members together may inflate to 256 MiB and 64 times the file, but
    /// no more than 4 GiB; those beyond are a problem.
    ///
    /// # Errors
    /// As [`Apk::read`].
    pub fn read_whole(reader: impl Read + Seek) -> Result<Self, ApkError> {
        Ok(Self::read_as(reader, Depth::Contents, None)?.0)
    }

    /// As [`Apk::read_whole`]; also yields every DEX file in it, also from assets and from archives
    /// among its members, in the order in which Android loads them, at most 256 MiB.
    ///
    /// # Errors
    /// As [`Apk::read`].
    pub fn read_with_code(reader: impl Read + Seek) -> Result<(Self, Vec<CodeFile>), ApkError> {
        Self::read_as(reader, Depth::Code { bytes: contents::CODE_BYTES }, None)
    }

    /// As [`Apk::read_with_code`]; also tells each word with a dot in it that stands in a member
    /// which is no code, with the member's name, and files of certificates as one word. Words may
    /// come many times.
    ///
    /// # Errors
    /// As [`Apk::read`].
    pub fn read_with_words(
        reader: impl Read + Seek,
        words: &mut Words<'_>,
    ) -> Result<(Self, Vec<CodeFile>), ApkError> {
        Self::read_as(reader, Depth::Code { bytes: contents::CODE_BYTES }, Some(words))
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

    /// The texts of a resource in the table of an APK: a language split holds those of the base.
    pub(crate) fn labels_of(reader: impl Read + Seek, id: u32) -> Vec<Label> {
        let mut ignored = Remarks::default();
        let Ok(mut archive) = Archive::open(reader, &mut ignored) else { return Vec::new() };
        let Some(member) = archive.find(resources::PLACE) else { return Vec::new() };
        let table = archive.content(&member, RESOURCES_BYTES, &mut ignored);
        let table = table.map(|content| content.bytes);
        Resources::new(table.as_deref(), &mut ignored).labels(id)
    }

    pub(crate) fn read_as(
        reader: impl Read + Seek,
        depth: Depth,
        words: Option<&mut Words<'_>>,
    ) -> Result<(Self, Vec<CodeFile>), ApkError> {
        let mut remarks = Remarks::default();
        let mut archive = Archive::open(reader, &mut remarks)?;
        let whole = depth != Depth::Structure;
        let code_bytes = match depth {
            Depth::Code { bytes } => Some(bytes),
            Depth::Structure | Depth::Contents => None,
        };
        let mut apk = read_manifest(&mut archive, whole, &mut remarks)?;
        apk.signers = pkcs7::signers(&mut archive, &mut remarks);
        apk.signers.extend(signing_block::signers(&mut archive, &mut remarks));
        let mut code = Vec::new();
        if whole {
            let contents = contents::read(&mut archive, code_bytes, words, &mut remarks);
            (apk.native, code) = (contents.native, contents.code);
        }
        apk.members = archive.members;
        apk.anomalies = remarks.anomalies;
        apk.problems = remarks.problems;
        Ok((apk, code))
    }
}

/// How much of an APK is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    Structure,
    Contents,
    /// And this many bytes of code are kept.
    Code {
        bytes: u64,
    },
}

fn read_manifest<R: Read + Seek>(
    archive: &mut Archive<R>,
    whole: bool,
    remarks: &mut Remarks,
) -> Result<Apk, ApkError> {
    // Android refuses two members of one name in newer versions, and took either in older ones:
    // the last that can be read is taken.
    let candidates = archive.named(manifest::NAME);
    if candidates.is_empty() {
        return Err(match archive.apks() {
            0 => ApkError::NoManifest,
            apks => ApkError::Container { apks },
        });
    }
    let table = match archive.find(resources::PLACE) {
        Some(member) => archive.content(&member, RESOURCES_BYTES, remarks),
        None => None,
    };
    let table = table.map(|content| content.bytes);
    let mut resources = Resources::new(table.as_deref(), remarks);
    let mut apk = Apk::default();
    // What is wrong with a decoy is of interest only where nothing better is found.
    let mut decoys = Remarks::default();
    for member in candidates.iter().rev() {
        let mut told = Remarks::default();
        let read = archive.content(member, MANIFEST_BYTES, &mut told).and_then(|content| {
            apk.manifest_at = content.at;
            manifest::read(&content.bytes, &mut resources, &mut told)
        });
        let Some((read, files)) = read else {
            decoys.take(told);
            continue;
        };
        remarks.take(told);
        apk = Apk { manifest_at: apk.manifest_at, ..read };
        read_files(&mut apk.application, &files, archive, &mut resources, remarks);
        if whole {
            apk.icon = files.icon.and_then(|id| icon::read(id, archive, &mut resources, remarks));
        }
        break;
    }
    if apk.package.is_none() {
        remarks.take(decoys);
    }
    resources.tell(remarks);
    Ok(apk)
}

/// Reads the small files that the manifest names.
fn read_files<R: Read + Seek>(
    application: &mut Application,
    files: &manifest::Files,
    archive: &mut Archive<R>,
    resources: &mut Resources<'_>,
    remarks: &mut Remarks,
) {
    let mut open = |id: u32, remarks: &mut Remarks| {
        let Some(Plain::Text(path)) = resources.value(id) else { return None };
        let member = archive.find(&path)?;
        Some((path, archive.content(&member, SMALL_BYTES, remarks)?.bytes))
    };
    if let Some((path, bytes)) = files.network_security.and_then(|id| open(id, remarks)) {
        application.network_security = Some(network::read(&bytes, &path, remarks));
    }
    for id in &files.backup {
        if let Some((path, bytes)) = open(*id, remarks) {
            application.backup_rules.extend(network::backup_rules(&bytes, &path, remarks));
        }
    }
    application.icon_files = files.icon.map(|id| icon_files(id, resources)).unwrap_or_default();
}

/// Files of an icon, best first: drawings of every density, then the densest picture.
fn icon_files(id: u32, resources: &mut Resources<'_>) -> Vec<String> {
    let mut variants = resources.variants(id);
    variants.retain(|(config, _)| config.ordinary);
    variants.sort_by_key(|(config, _)| std::cmp::Reverse((config.density, config.sdk)));
    let files = variants.into_iter().filter_map(|(_, plain)| match plain {
        Plain::Text(path) => Some(path),
        _ => None,
    });
    files.take(20).collect()
}
