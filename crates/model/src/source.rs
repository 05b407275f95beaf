//! What was given to look at.

use serde::{Deserialize, Serialize};

/// Number of a source within one run, from 0, in the order of the PATHs given.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SourceId(pub u32);

/// What kind of evidence a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// An acquisition made by AndroidQF: folder, zip, or zip inside age.
    Androidqf,
    /// An Android bug report: zip, folder, or bare dumpstate text.
    Bugreport,
    /// One Android package.
    Apk,
    /// An Android backup (`.ab`), or a folder into which one was unpacked.
    AndroidBackup,
    /// Intrusion logs of Android 16's Advanced Protection: text files, or an archive of them.
    IntrusionLogs,
    /// Text messages that an app exported (SMS Backup & Restore), or the database of an app.
    Messages,
    /// A folder that is no acquisition itself; holds what was not recognised in it.
    Folder,
}

/// One thing that was looked at. Two sources are never joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its number in this run.
    pub id: SourceId,
    /// The PATH as given, without the folders above it: the name of the file or folder,
    /// and below that the way to the source.
    pub path: String,
    /// What it is.
    pub kind: SourceKind,
    /// The phone it came from, as far as the evidence says.
    pub device: Option<Device>,
}

/// The phone a source came from, as its own properties state it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// `ro.product.model`.
    pub model: Option<String>,
    /// `ro.build.version.release`.
    pub android: Option<String>,
    /// `ro.build.version.security_patch`, YYYY-MM-DD.
    pub patch_level: Option<String>,
    /// `persist.sys.timezone`, an IANA name.
    pub timezone: Option<String>,
}

impl Device {
    /// Takes over what one Android system property says about the phone.
    pub fn note_property(&mut self, name: &str, value: &str) {
        let slot = match name {
            "ro.product.model" => &mut self.model,
            "ro.build.version.release" => &mut self.android,
            "ro.build.version.security_patch" => &mut self.patch_level,
            "persist.sys.timezone" => &mut self.timezone,
            _ => return,
        };
        if slot.is_none() && !value.is_empty() {
            *slot = Some(value.to_owned());
        }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
