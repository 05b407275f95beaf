//! An app as a phone knows it; both an acquisition and a bug report are made from it.

/// One app. Public fields, so that a test changes what it is about.
#[derive(Clone, Debug)]
pub struct App {
    /// Package name.
    pub package: String,
    /// App id: the uid in user 0.
    pub app_id: u32,
    /// Users it is installed for.
    pub users: Vec<u32>,
    /// Package that installed it; `None` where there is none.
    pub installer: Option<String>,
    /// Whether it came with the system.
    pub system: bool,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Version name.
    pub version_name: String,
    /// Version code.
    pub version_code: u32,
    /// First installation, the phone's local time (`2026-09-01 10:00:00`).
    pub first_install: String,
    /// Last update, the phone's local time.
    pub last_update: String,
    /// Permissions that the person grants, and whether they are granted.
    pub runtime_permissions: Vec<(String, bool)>,
    /// Permissions granted at installation.
    pub install_permissions: Vec<String>,
    /// Operations it exercised.
    pub uses: Vec<Use>,
    /// SHA-256 of its certificate, as the acquisition states it; `None` leaves it out.
    pub certificate_sha256: Option<String>,
    /// Whether it shows an icon among the apps.
    pub icon: bool,
    /// Its APK, where the acquisition holds it.
    pub apk: Option<Vec<u8>>,
}

/// One use of an operation, as the service `appops` remembers it.
#[derive(Clone, Debug)]
pub struct Use {
    /// Operation (`RECORD_AUDIO`).
    pub op: String,
    /// State of the process (`bg`, `top`, `fgsvc`, `cch`).
    pub state: String,
    /// The phone's local time (`2026-09-01 10:00:00.000`).
    pub at: String,
    /// How long, as written (`+1m30s0ms`).
    pub duration: Option<String>,
    /// Android user it happened in.
    pub user: u32,
}

impl App {
    /// An app of user 0 that Google Play installed: version 1.0, no permissions.
    #[must_use]
    pub fn new(package: &str, app_id: u32) -> Self {
        Self {
            package: package.to_owned(),
            app_id,
            users: vec![0],
            installer: Some("com.android.vending".to_owned()),
            system: false,
            disabled: false,
            version_name: "1.0".to_owned(),
            version_code: 1,
            first_install: "2026-03-02 09:15:00".to_owned(),
            last_update: "2026-03-02 09:15:00".to_owned(),
            runtime_permissions: Vec::new(),
            install_permissions: vec!["android.permission.INTERNET".to_owned()],
            uses: Vec::new(),
            certificate_sha256: None,
            icon: true,
            apk: None,
        }
    }

    /// The same, come with the system and without an installer.
    #[must_use]
    pub fn system(mut self) -> Self {
        self.system = true;
        self.installer = None;
        self.first_install = "2009-01-01 08:00:00".to_owned();
        self.last_update.clone_from(&self.first_install);
        self
    }

    /// The same, installed by `installer`.
    #[must_use]
    pub fn installed_by(mut self, installer: &str) -> Self {
        self.installer = Some(installer.to_owned());
        self
    }

    /// The same, installed at this local time of the phone.
    #[must_use]
    pub fn installed_at(mut self, time: &str) -> Self {
        self.first_install = time.to_owned();
        self.last_update = time.to_owned();
        self
    }

    /// The same in these users.
    #[must_use]
    pub fn users(mut self, users: &[u32]) -> Self {
        self.users = users.to_vec();
        self
    }

    /// The same with a version.
    #[must_use]
    pub fn version(mut self, name: &str, code: u32) -> Self {
        self.version_name = name.to_owned();
        self.version_code = code;
        self
    }

    /// The same, signed by the certificate with this SHA-256.
    #[must_use]
    pub fn signed_by(mut self, sha256: &str) -> Self {
        self.certificate_sha256 = Some(sha256.to_owned());
        self
    }

    /// The same with run-time permissions granted; names without `android.permission.`.
    #[must_use]
    pub fn granted(mut self, permissions: &[&str]) -> Self {
        let full = permissions.iter().map(|name| (format!("android.permission.{name}"), true));
        self.runtime_permissions.extend(full);
        self
    }

    /// The same with permissions of the installation; names without `android.permission.`.
    #[must_use]
    pub fn holds(mut self, permissions: &[&str]) -> Self {
        let full = permissions.iter().map(|name| format!("android.permission.{name}"));
        self.install_permissions.extend(full);
        self
    }

    /// The same, having used an operation in user 0 while in this state.
    #[must_use]
    pub fn used(mut self, op: &str, state: &str, at: &str, duration: Option<&str>) -> Self {
        self.uses.push(Use {
            op: op.to_owned(),
            state: state.to_owned(),
            at: at.to_owned(),
            duration: duration.map(str::to_owned),
            user: 0,
        });
        self
    }

    /// The same without an icon among the apps.
    #[must_use]
    pub fn without_icon(mut self) -> Self {
        self.icon = false;
        self
    }

    /// The same with its APK.
    #[must_use]
    pub fn apk(mut self, bytes: Vec<u8>) -> Self {
        self.apk = Some(bytes);
        self
    }

    /// Directory of its code on the phone.
    #[must_use]
    pub fn code_path(&self) -> String {
        if self.system {
            return format!("/system/app/{}", self.package);
        }
        format!("/data/app/~~{:08x}==/{}-{:08x}==", self.app_id * 7919, self.package, self.app_id)
    }
}
