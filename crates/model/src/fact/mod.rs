//! Facts: what was seen, named by forensic meaning and not by the file it stood in.
//!
//! The list below is closed; the fields of each kind stand in `kinds`. A rule page names a fact
//! and its fields exactly as written there (`app_installed`, `installer`); so does
//! `tamarisk.record/1`. A new kind needs a note in `docs/design/facts.md`.
//!
//! The whole coupling between reading and judging: [`Fact::subject`], [`Fact::atoms`],
//! [`Fact::objects`] for patterns that ask for more than a value, and [`Fact::field`] for the
//! conditions of rule pages.

mod atoms;
mod field;
mod kinds;
mod objects;
mod subject;
mod text;
mod traces;

pub use field::{FactSpec, FieldSpec, FieldType, Value};
use kinds::Kind;
pub use kinds::*;
pub use objects::{OBJECT_TYPES, Object, Property};
use serde::{Deserialize, Serialize};

macro_rules! facts {
    ($( $name:ident = $kind:literal, )*) => {
        /// Something seen in the evidence; see the [module](self).
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "fields")]
        pub enum Fact {
            $(
                #[doc = concat!("See [`", stringify!($name), "`](struct@", stringify!($name), ").")]
                #[serde(rename = $kind)]
                $name($name),
            )*
        }

        $(
            impl From<$name> for Fact {
                fn from(fact: $name) -> Fact { Fact::$name(fact) }
            }
        )*

        /// A fact as the number of its kind and its fields.
        #[derive(Serialize, Deserialize)]
        #[serde(remote = "Fact")]
        enum Numbered { $( $name($name), )* }

        impl Fact {
            /// Every kind of fact with its fields, in the order of this file.
            pub const ALL: &'static [FactSpec] = &[
                $( FactSpec { kind: $kind, fields: <$name as Kind>::FIELDS }, )*
            ];

            /// The kind in snake_case, as rule pages and records name it.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $( Fact::$name(_) => $kind, )* }
            }

            /// The value of a field, `Value::Absent` where it is not stated or does not exist.
            #[must_use]
            pub fn field(&self, name: &str) -> Value<'_> {
                match self { $( Fact::$name(fact) => Kind::field(fact, name), )* }
            }
        }
    };
}

/// Facts in encodings that state no names (between processes of one program), for
/// `#[serde(with)]`: the number of the kind, in the order of [`Fact::ALL`], and the fields in
/// order.
pub mod numbered {
    use super::{Fact, Numbered};

    /// Writes a fact.
    ///
    /// # Errors
    /// Those of the encoding.
    pub fn serialize<S: serde::Serializer>(fact: &Fact, out: S) -> Result<S::Ok, S::Error> {
        Numbered::serialize(fact, out)
    }

    /// Reads a fact.
    ///
    /// # Errors
    /// When there is none of that number, or its fields cannot be read.
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Fact, D::Error> {
        Numbered::deserialize(from)
    }
}

facts! {
    AppInstalled = "app_installed",
    AppUpdated = "app_updated",
    AppFile = "app_file",
    AppSigned = "app_signed",
    AppDescribed = "app_described",
    PermissionRequested = "permission_requested",
    PermissionGranted = "permission_granted",
    PermissionUsed = "permission_used",
    OpModeSet = "op_mode_set",
    ComponentDeclared = "component_declared",
    PackageAnomaly = "package_anomaly",
    NativeLibrary = "native_library",
    PackageMember = "package_member",
    CodeReaches = "code_reaches",
    CodeContains = "code_contains",
    CodeSketch = "code_sketch",
    CodeFile = "code_file",
    YaraMatched = "yara_matched",
    AccessibilityService = "accessibility_service",
    ProcessRunning = "process_running",
    PropertySet = "property_set",
    SettingSet = "setting_set",
    MountSeen = "mount_seen",
    RootBinaryFound = "root_binary_found",
    FileSeen = "file_seen",
    FileHashed = "file_hashed",
    FileListed = "file_listed",
    LinkSeen = "link_seen",
    AppTraced = "app_traced",
    ComponentRan = "component_ran",
    PrivilegeHeld = "privilege_held",
    DataTransferred = "data_transferred",
    EndpointContacted = "endpoint_contacted",
    ProcessEnded = "process_ended",
    InstallEvent = "install_event",
    AdbKeyAuthorised = "adb_key_authorised",
    SecurityEvent = "security_event",
    AccountPresent = "account_present",
    CodeCompiled = "code_compiled",
    UserPresent = "user_present",
}
