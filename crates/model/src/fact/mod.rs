//! Facts: what was seen, named by forensic meaning and not by the file it stood in.
//!
//! The list below is closed. A rule page names a fact and its fields exactly as written
//! here (`app_installed`, `installer`); so does `tamarisk.record/1`. A new variant needs a
//! note in `docs/design/facts.md`.
//!
//! The whole coupling between reading and judging: [`Fact::subject`], [`Fact::atoms`],
//! and [`Fact::field`] for the conditions of rule pages.

mod atoms;
mod field;
mod subject;
mod text;

use field::Field;
pub use field::{FactSpec, FieldSpec, FieldType, Value};
use serde::{Deserialize, Serialize};

macro_rules! facts {
    ($(
        $(#[$doc:meta])* $name:ident = $kind:literal {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ty, )*
        }
    )*) => {
        /// Something seen in the evidence; see the [module](self).
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "fields")]
        pub enum Fact {
            $( $(#[$doc])* #[serde(rename = $kind)] $name($name), )*
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
            #[serde(default)]
            pub struct $name { $( $(#[$fdoc])* pub $field: $ty, )* }

            impl From<$name> for Fact {
                fn from(fact: $name) -> Fact { Fact::$name(fact) }
            }
        )*

        impl Fact {
            /// Every kind of fact with its fields, in the order of this file.
            pub const ALL: &'static [FactSpec] = &[
                $( FactSpec {
                    kind: $kind,
                    fields: &[ $( FieldSpec {
                        name: stringify!($field),
                        kind: <$ty as Field>::TYPE,
                        optional: <$ty as Field>::OPTIONAL,
                    }, )* ],
                }, )*
            ];

            /// The kind in snake_case, as rule pages and records name it.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $( Fact::$name(_) => $kind, )* }
            }

            /// The value of a field, `Value::Absent` where it is not stated or does not exist.
            #[must_use]
            pub fn field(&self, name: &str) -> Value<'_> {
                match self {
                    $( Fact::$name(fact) => match name {
                        $( stringify!($field) => Field::value(&fact.$field), )*
                        _ => Value::Absent,
                    }, )*
                }
            }
        }
    };
}

facts! {
    /// A package that the phone knows, in one user.
    AppInstalled = "app_installed" {
        /// Package name.
        package: String,
        /// Linux uid in this user (user × 100,000 + app id).
        uid: Option<u32>,
        /// Android user; 0 is the owner, 10 usually a work profile, 150 and 999 makers' clones.
        user: Option<u32>,
        /// Whether it is installed for this user (a package can be known and not installed).
        installed: Option<bool>,
        /// Whether it came with the system.
        system: Option<bool>,
        /// Whether it is enabled.
        enabled: Option<bool>,
        /// Version name.
        version_name: Option<String>,
        /// Version code.
        version_code: Option<i64>,
        /// Target SDK version.
        target_sdk: Option<u32>,
        /// Whether the source states an installer at all ("null" and "" state that there is none).
        installer_known: bool,
        /// Package that installed it; absent when there is none or it is not stated.
        installer: Option<String>,
        /// Package that asked for the installation.
        initiating: Option<String>,
        /// Package or site the APK came from, as claimed by the installer.
        originating: Option<String>,
        /// Directory or file of the code on the phone.
        code_path: Option<String>,
        /// First installation, as written.
        first_install: Option<String>,
        /// Last update, as written.
        last_update: Option<String>,
    }
    /// A package was updated (version code 0: removed), as battery statistics remember it.
    AppUpdated = "app_updated" {
        /// Package name.
        package: String,
        /// Version code; 0 stands for a removal.
        version_code: Option<i64>,
        /// Start of the day it is listed under, as written.
        period_start: Option<String>,
        /// End of that day, as written.
        period_end: Option<String>,
    }
    /// An APK file of a package, as the phone or the acquisition tool hashed it.
    AppFile = "app_file" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Path on the phone.
        path: Option<String>,
        /// SHA-256 of the file.
        sha256: Option<String>,
        /// SHA-1 of the file.
        sha1: Option<String>,
        /// MD5 of the file.
        md5: Option<String>,
    }
    /// A certificate that signs a package.
    AppSigned = "app_signed" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// SHA-256 of the certificate (DER).
        cert_sha256: Option<String>,
        /// SHA-1 of the certificate.
        cert_sha1: Option<String>,
        /// MD5 of the certificate.
        cert_md5: Option<String>,
        /// Subject name.
        cert_subject: Option<String>,
        /// Issuer name.
        cert_issuer: Option<String>,
        /// Start of validity, as written.
        not_before: Option<String>,
        /// End of validity, as written.
        not_after: Option<String>,
        /// Where the certificate was read: `v1`, `v2`, `v3`, `v31`, or `acquisition`.
        scheme: Option<String>,
    }
    /// What an APK says of itself.
    AppDescribed = "app_described" {
        /// Package name.
        package: String,
        /// Label in the default locale.
        label: Option<String>,
        /// Labels of all locales, sorted, without repeats.
        labels: Vec<String>,
        /// Version name.
        version_name: Option<String>,
        /// Version code.
        version_code: Option<i64>,
        /// Least SDK version.
        min_sdk: Option<u32>,
        /// Target SDK version.
        target_sdk: Option<u32>,
        /// Whether it can be debugged.
        debuggable: Option<bool>,
        /// SHA-256 of the APK.
        sha256: Option<String>,
        /// SHA-1 of the APK.
        sha1: Option<String>,
        /// MD5 of the APK.
        md5: Option<String>,
        /// SHA-256 of each signing certificate, all schemes, sorted.
        signers: Vec<String>,
    }
    /// A package asks for a permission.
    PermissionRequested = "permission_requested" {
        /// Package name.
        package: String,
        /// Permission, full name.
        permission: String,
    }
    /// A permission's state for a package in one user.
    PermissionGranted = "permission_granted" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Permission, full name.
        permission: String,
        /// Whether it is granted.
        granted: bool,
        /// Whether the person grants it at run time (else at installation).
        runtime: bool,
        /// Flags as written (`USER_SET`, `SYSTEM_FIXED` …).
        flags: Vec<String>,
    }
    /// An app exercised (or was refused) a permission-guarded operation.
    PermissionUsed = "permission_used" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Operation as Android names it (`CAMERA`, `RECORD_AUDIO`, `FINE_LOCATION` …).
        op: String,
        /// `accessed`, `rejected` or `running`.
        outcome: String,
        /// State of the process as written (`top`, `fgsvc`, `bg`, `cch` …; without `-s` and the like).
        process_state: Option<String>,
        /// Whether that state is one in which the person does not see the app (`bg`, `cch`).
        background: bool,
        /// How long, in milliseconds.
        duration_ms: Option<u64>,
        /// Attribution tag of the app's part.
        attribution: Option<String>,
    }
    /// An operation's mode differs from its default for an app.
    OpModeSet = "op_mode_set" {
        /// Package name.
        package: String,
        /// Linux uid, where stated.
        uid: Option<u32>,
        /// Android user, where stated.
        user: Option<u32>,
        /// Operation as Android names it.
        op: String,
        /// `allow`, `ignore`, `deny`, `default`, `foreground` …
        mode: String,
    }
    /// A component that an APK declares.
    ComponentDeclared = "component_declared" {
        /// Package name.
        package: String,
        /// `activity`, `activity_alias`, `service`, `receiver` or `provider`.
        component: String,
        /// Class name, full.
        name: String,
        /// Whether other apps can reach it, where stated.
        exported: Option<bool>,
        /// Permission that guards it.
        permission: Option<String>,
        /// Actions of its intent filters, where read.
        actions: Vec<String>,
    }
    /// An accessibility service and its state in one user.
    AccessibilityService = "accessibility_service" {
        /// Package name.
        package: String,
        /// Android user, where stated.
        user: Option<u32>,
        /// Component, full (`com.example/com.example.Service`).
        component: String,
        /// `installed`, `enabled`, `bound`, `binding` or `crashed`.
        state: String,
    }
    /// A process that ran while the evidence was collected.
    ProcessRunning = "process_running" {
        /// Name without directories; Linux cuts it to 15 characters, see `truncated`.
        name: String,
        /// Process id.
        pid: Option<u32>,
        /// Parent's process id.
        ppid: Option<u32>,
        /// Linux uid, where it can be told.
        uid: Option<u32>,
        /// Android user, where it can be told.
        user: Option<u32>,
        /// User as written (`u0_a123`, `root` …).
        user_name: Option<String>,
        /// Path of the executable.
        path: Option<String>,
        /// Command line.
        command_line: Vec<String>,
        /// SELinux context.
        context: Option<String>,
        /// Working directory.
        cwd: Option<String>,
        /// Whether the name may have been cut (it has 15 characters and no longer form is known).
        truncated: bool,
    }
    /// An Android system property.
    PropertySet = "property_set" {
        /// Name.
        name: String,
        /// Value.
        value: String,
    }
    /// A row of Android's settings.
    SettingSet = "setting_set" {
        /// `system`, `secure` or `global`.
        namespace: String,
        /// Name.
        name: String,
        /// Value.
        value: String,
        /// Android user, where stated.
        user: Option<u32>,
    }
    /// A mounted file system.
    MountSeen = "mount_seen" {
        /// Device or source.
        device: String,
        /// Mount point.
        mount_point: String,
        /// File-system type.
        filesystem: String,
        /// Options.
        options: Vec<String>,
        /// Whether it is mounted for writing.
        writable: bool,
    }
    /// A program that gives root, found on the phone.
    RootBinaryFound = "root_binary_found" {
        /// Path on the phone.
        path: String,
        /// Name.
        name: String,
    }
    /// A file on the phone, as the acquisition lists it.
    FileSeen = "file_seen" {
        /// Path on the phone.
        path: String,
        /// Size in bytes.
        size: Option<u64>,
        /// Mode as written.
        mode: Option<String>,
        /// Owner's uid.
        user_id: Option<u32>,
        /// Group's gid.
        group_id: Option<u32>,
        /// SELinux context.
        context: Option<String>,
        /// Inode change, seconds since 1970 (UTC).
        changed: Option<i64>,
        /// Modification, seconds since 1970 (UTC).
        modified: Option<i64>,
        /// Access, seconds since 1970 (UTC).
        accessed: Option<i64>,
        /// SHA-256, where the tool computed it.
        sha256: Option<String>,
        /// SHA-1, where the tool computed it.
        sha1: Option<String>,
        /// MD5, where the tool computed it.
        md5: Option<String>,
    }
    /// The hash of an artifact of the evidence itself.
    FileHashed = "file_hashed" {
        /// File name within the evidence.
        name: String,
        /// Size in bytes.
        size: u64,
        /// SHA-256.
        sha256: String,
    }
    /// A host or URL that stands in a text; nothing shows that it was contacted.
    LinkSeen = "link_seen" {
        /// The URL as written, where it is one.
        url: Option<String>,
        /// The host.
        host: String,
        /// The port, where stated.
        port: Option<u32>,
        /// What text it stands in, in a few words (`setting global http_proxy`).
        place: String,
        /// Package concerned, where known.
        package: Option<String>,
    }
}
