//! What the service `package` states of one package.

use super::{ComponentKind, InstallSession};
use crate::field::{boolean, word};

/// A package, as far as its lines before its users state it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Package name.
    pub name: String,
    /// App id: the uid in user 0 (`userId=` before Android 12, `appId=` since).
    pub app_id: Option<u32>,
    /// Directory or file of its code.
    pub code_path: Option<String>,
    /// Version code.
    pub version_code: Option<i64>,
    /// Least SDK version.
    pub min_sdk: Option<u32>,
    /// Target SDK version.
    pub target_sdk: Option<u32>,
    /// Version name.
    pub version_name: Option<String>,
    /// Whether its flags hold `SYSTEM` (also of an app that was updated since); absent where
    /// no flags are stated.
    pub system: Option<bool>,
    /// Whether it stands under `Hidden system packages:`: the system's older version.
    pub hidden: bool,
    /// Modification of its files, as written.
    pub time_stamp: Option<String>,
    /// First installation, as written (before Android 13; since then the users state it).
    pub first_install: Option<String>,
    /// Last update, as written.
    pub last_update: Option<String>,
    /// Installer: absent where no line states one, `Some(None)` where the line says `null`.
    pub installer: Option<Option<String>>,
    /// Package that asked for the installation (Android 11 on).
    pub initiating: Option<String>,
    /// Package the APK came from, as the installer claims (Android 11 on).
    pub originating: Option<String>,
    /// Package that alone may update it without asking (Android 14 on).
    pub update_owner: Option<String>,
    /// `PackageInstaller.PACKAGE_SOURCE_*` (Android 13 on): 0 unspecified, 1 other, 2 store,
    /// 3 local file, 4 downloaded file.
    pub source: Option<u32>,
    /// Shared user id.
    pub shared_user: Option<String>,
}

/// A package in one user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserState {
    /// Android user.
    pub user: u32,
    /// Whether it is installed for the user.
    pub installed: Option<bool>,
    /// Whether it is hidden from the user.
    pub hidden: Option<bool>,
    /// `PackageManager.COMPONENT_ENABLED_STATE_*`: 0 default, 1 enabled, 2 disabled, 3 disabled
    /// by the user, 4 disabled until used.
    pub enabled_state: Option<u32>,
    /// `PackageManager.INSTALL_REASON_*`: 4 is the person.
    pub install_reason: Option<u32>,
    /// Data directory (Android 14 on).
    pub data_dir: Option<String>,
    /// First installation for the user, as written (Android 13 on).
    pub first_install: Option<String>,
}

impl UserState {
    /// Whether it is enabled.
    #[must_use]
    pub fn enabled(&self) -> Option<bool> {
        self.enabled_state.and_then(|state| match state {
            0 | 1 => Some(true),
            2..=4 => Some(false),
            _ => None,
        })
    }

    /// `0: ceDataInode=1 installed=true hidden=false …`, behind `User `.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (user, rest) = text.split_once(':')?;
        Some(Self {
            user: user.trim().parse().ok()?,
            installed: word(rest, "installed").and_then(boolean),
            hidden: word(rest, "hidden").and_then(boolean),
            enabled_state: word(rest, "enabled").and_then(|state| state.parse().ok()),
            ..Self::default()
        })
    }

    /// A line of the user's own, below its first.
    pub(super) fn take(&mut self, key: &str, value: &str) {
        match key {
            "installReason" => self.install_reason = value.parse().ok(),
            "dataDir" => self.data_dir = stated(value),
            "firstInstallTime" => self.first_install = stated(value),
            _ => {}
        }
    }
}

impl Package {
    pub(super) fn take(&mut self, key: &str, value: &str) {
        match key {
            "userId" | "appId" => {
                // Before Android 5 more stood on the line (`userId=10001 gids=[…]`).
                let id = value.split_ascii_whitespace().next().unwrap_or_default();
                self.app_id = id.parse().ok();
            }
            "codePath" => self.code_path = stated(value),
            "versionCode" => {
                let code = value.split_ascii_whitespace().next().unwrap_or_default();
                self.version_code = code.parse().ok();
                self.min_sdk = word(value, "minSdk").and_then(|sdk| sdk.parse().ok());
                self.target_sdk = word(value, "targetSdk").and_then(|sdk| sdk.parse().ok());
            }
            "versionName" => self.version_name = stated(value),
            "flags" | "pkgFlags" => {
                let of_system = |flag| matches!(flag, "SYSTEM" | "UPDATED_SYSTEM_APP");
                let system = value.split_ascii_whitespace().any(of_system);
                self.system = Some(system || self.system == Some(true));
            }
            "timeStamp" => self.time_stamp = stated(value),
            "firstInstallTime" => self.first_install = stated(value),
            "lastUpdateTime" => self.last_update = stated(value),
            "installerPackageName" => self.installer = Some(stated(value)),
            "initiatingPackageName" => self.initiating = stated(value),
            "originatingPackageName" => self.originating = stated(value),
            "updateOwnerPackageName" => self.update_owner = stated(value),
            "packageSource" => self.source = value.trim().parse().ok(),
            // `SharedUserSetting{3b org.example.shared/10312}`
            "sharedUser" => {
                let name = value.split_once(' ').and_then(|(_, rest)| rest.split('/').next());
                self.shared_user = name.and_then(stated);
            }
            _ => {}
        }
    }
}

/// A value; `null` and nothing state that there is none.
fn stated(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty() && value != "null").then(|| value.to_owned())
}

/// What the service states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageEvent<'a> {
    /// A package, in one user; without a user where the dump names none.
    Known {
        /// The package.
        package: &'a Package,
        /// Its state in the user.
        user: Option<&'a UserState>,
    },
    /// A package asks for a permission.
    Requested {
        /// Package name.
        package: &'a str,
        /// Permission.
        permission: &'a str,
    },
    /// The state of a permission.
    Granted {
        /// Package name.
        package: &'a str,
        /// App id.
        app_id: Option<u32>,
        /// Android user; absent for permissions of the installation, unless a line states that
        /// a user has them otherwise than the first.
        user: Option<u32>,
        /// Permission.
        permission: &'a str,
        /// Whether it is granted.
        granted: bool,
        /// Whether it stands among the permissions that are granted at run time.
        runtime: bool,
        /// Flags as written between the brackets, apart by `|` or spaces.
        flags: &'a str,
    },
    /// The signing certificate of a package (Android 12 on, packages that claim web domains).
    Signed {
        /// Package name.
        package: &'a str,
        /// SHA-256 of the certificate, hex with colons as written.
        sha256: &'a str,
    },
    /// A part of a package answers to an intent, or is a provider.
    Component {
        /// Package name.
        package: &'a str,
        /// What kind of part.
        kind: ComponentKind,
        /// Class, full.
        class: &'a str,
        /// The action it answers to; absent for MIME types, schemes and providers.
        action: Option<&'a str>,
        /// The scheme (`https:`) or MIME type that it takes.
        data: Option<&'a str>,
        /// Categories of the filter; most dumps leave them out.
        categories: &'a [String],
    },
    /// How code of a package is compiled, or which packages load it.
    Compiled {
        /// Package name.
        package: &'a str,
        /// Path of the code.
        path: Option<&'a str>,
        /// Instruction set.
        isa: Option<&'a str>,
        /// Compiler filter.
        filter: Option<&'a str>,
        /// Why it was compiled.
        reason: Option<&'a str>,
        /// Packages that load it, as written, apart by commas.
        used_by: &'a str,
    },
    /// A host whose links a package says it opens.
    Link {
        /// Package name.
        package: &'a str,
        /// The host as written (`*.example.org`).
        host: &'a str,
        /// `verified`, `none`, `selected`, `not selected`, `always`, `ask` … .
        state: &'a str,
        /// Android user, where the state is one's own.
        user: Option<u32>,
    },
    /// Apps that a package asks about by name (Android 11 on).
    AsksAbout {
        /// Package name.
        package: &'a str,
        /// The names, apart by a comma and a blank.
        names: &'a str,
    },
    /// A package that verifies.
    Verifier {
        /// Package name.
        package: &'a str,
        /// Linux uid.
        uid: Option<u32>,
        /// Whether it verifies links (else packages).
        links: bool,
    },
    /// A session of the installer.
    Session(&'a InstallSession),
}

/// Takes what is read.
pub(super) type Tell<'t> = crate::Tell<'t, super::PackageReader>;
