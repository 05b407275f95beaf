//! What a manifest declares beside components.

use crate::component::MetaData;
use crate::network::NetworkSecurity;

/// A permission that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedPermission {
    /// Its name.
    pub name: String,
    /// Up to which SDK version it is asked for.
    pub max_sdk: Option<u32>,
    /// Whether only Android 6 and later are asked (`uses-permission-sdk-23`).
    pub from_sdk_23: bool,
}

/// A permission that the app declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredPermission {
    /// Its name.
    pub name: String,
    /// Protection level by name (`normal`, `dangerous`, `signature|privileged` …).
    pub protection: String,
    /// Its group.
    pub group: Option<String>,
}

/// What `queries` makes visible to the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queries {
    /// Packages by name.
    pub packages: Vec<String>,
    /// Authorities of providers.
    pub providers: Vec<String>,
    /// Intents by their actions, with their data.
    pub intents: Vec<String>,
}

/// A feature of the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its name; empty for a version of OpenGL ES.
    pub name: String,
    /// The version of OpenGL ES, where it is one (`0x00020000` for 2.0).
    pub gl_es: Option<u32>,
    /// Whether the app cannot do without it.
    pub required: bool,
}

/// A library that is not part of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedLibrary {
    /// `uses-library`, `uses-native-library`, `uses-static-library` or `uses-sdk-library`.
    pub element: String,
    /// Its name.
    pub name: String,
    /// Whether the app cannot do without it.
    pub required: bool,
}

/// Code that runs inside of another app, started over adb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrumentation {
    /// Class name, full.
    pub name: String,
    /// The package in which it runs.
    pub target: Option<String>,
}

/// An overlay: resources that replace those of another package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// The package whose resources it replaces.
    pub target: String,
    /// The set of overlayable resources, where stated.
    pub name: Option<String>,
    /// Priority, where stated.
    pub priority: Option<i32>,
    /// Whether it cannot be switched.
    pub fixed: bool,
}

/// What a package says of the splits it is of, or needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SplitInfo {
    /// Name of the split; `None` for the base.
    pub name: Option<String>,
    /// The split whose configuration it holds; empty for the base.
    pub config_for: Option<String>,
    /// Whether it brings a feature.
    pub is_feature: bool,
    /// Whether the app cannot do without splits.
    pub is_required: bool,
    /// Kinds of splits that it needs (`base__abi` …).
    pub required_types: Vec<String>,
    /// Kinds of splits that it is.
    pub types: Vec<String>,
}

/// A rule of what is backed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupRule {
    /// The part of the rules: `full-backup-content`, `cloud-backup` or `device-transfer`.
    pub part: String,
    /// Whether it is taken in, or left out.
    pub include: bool,
    /// The domain (`file`, `database`, `sharedpref` …).
    pub domain: Option<String>,
    /// The path in it.
    pub path: Option<String>,
}

/// The element `application`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Class name, full.
    pub class: Option<String>,
    /// `android:debuggable`, where stated.
    pub debuggable: Option<bool>,
    /// `android:testOnly`, where stated.
    pub test_only: Option<bool>,
    /// `android:hasCode`, where stated.
    pub has_code: Option<bool>,
    /// `android:persistent`, where stated.
    pub persistent: Option<bool>,
    /// `android:enabled`, where stated.
    pub enabled: Option<bool>,
    /// `android:extractNativeLibs`, where stated.
    pub extract_native_libs: Option<bool>,
    /// `android:requestLegacyExternalStorage`, where stated.
    pub legacy_storage: Option<bool>,
    /// `android:usesCleartextTraffic`, where stated.
    pub cleartext: Option<bool>,
    /// Name of the process, full.
    pub process: Option<String>,
    /// The permission that guards its components.
    pub permission: Option<String>,
    /// `android:allowBackup`, where stated.
    pub allow_backup: Option<bool>,
    /// Class that makes its components, from Android 9 on, full.
    pub component_factory: Option<String>,
    /// Class of its backup agent, full.
    pub backup_agent: Option<String>,
    /// Rules of what is backed up, from the files that the manifest names.
    pub backup_rules: Vec<BackupRule>,
    /// Its network security configuration, where it has one.
    pub network_security: Option<NetworkSecurity>,
    /// Files of the launcher icon, best first.
    pub icon_files: Vec<String>,
    /// Its meta-data.
    pub meta_data: Vec<MetaData>,
}

/// `android:protectionLevel` by name (AOSP `PermissionInfo`).
pub(crate) fn protection(level: u32) -> String {
    const BASE: [&str; 5] = ["normal", "dangerous", "signature", "signatureOrSystem", "internal"];
    const FLAGS: [&str; 20] = [
        "privileged",
        "development",
        "appop",
        "pre23",
        "installer",
        "verifier",
        "preinstalled",
        "setup",
        "instant",
        "runtime",
        "oem",
        "vendorPrivileged",
        "textClassifier",
        "wellbeing",
        "documenter",
        "configurator",
        "incidentReportApprover",
        "appPredictor",
        "module",
        "companion",
    ];
    let base = usize::try_from(level & 0xf).ok().and_then(|base| BASE.get(base));
    let mut text = base.map_or_else(|| format!("{:#x}", level & 0xf), |base| (*base).to_owned());
    for (bit, name) in FLAGS.iter().enumerate() {
        if level >> (bit + 4) & 1 != 0 {
            text.push('|');
            text.push_str(name);
        }
    }
    text
}
