//! What the services of a phone remember besides packages and operations: blocks of dumpsys, each
//! after the dumping code in AOSP that its function names (Android 14 unless it says otherwise).

use std::collections::BTreeSet;
use std::fmt::Write;

/// Traces of a phone. Components are full (`com.example/com.example.Service`), times the phone's
/// local ones.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    /// Notification listeners that are allowed and run: user and component.
    pub listeners: Vec<(u32, String)>,
    /// Device administrators: user and component.
    pub admins: Vec<(u32, String)>,
    /// The owner of a work profile: user and component.
    pub profile_owner: Option<(u32, String)>,
    /// The app that a VPN runs for, in user 0.
    pub vpn: Option<String>,
    /// Holders of roles: user, role (`android.app.role.SMS`), package.
    pub roles: Vec<(u32, String, String)>,
    /// Apps that the person exempted from saving the battery.
    pub exempt: Vec<String>,
    /// The keyboard of user 0.
    pub keyboard: Option<String>,
    /// The service of user 0 that fills in passwords.
    pub autofill: Option<String>,
    /// Activities shown: user, component, time (`2026-11-20 09:58:01`).
    pub shown: Vec<(u32, String, String)>,
    /// Apps of yearly usage statistics: user, package, last use.
    pub used: Vec<(u32, String, String)>,
    /// Packages with an override in platform_compat.
    pub compat: Vec<String>,
    /// Databases in use: process id, package, name of the database.
    pub databases: Vec<(u32, String, String)>,
    /// Uses of the microphone: package, uid, month, day and time (`11-19 21:03:40`), source.
    pub recordings: Vec<(String, u32, String, String)>,
    /// Uses of the camera: package, month, day and time.
    pub cameras: Vec<(String, String)>,
    /// Settings changed, where the build keeps their history: user, table, time, name.
    pub changes: Vec<(u32, String, String, String)>,
    /// Accounts: user and type.
    pub accounts: Vec<(u32, String)>,
    /// Foreground services that run: user, component, time of creation before the dump.
    pub services: Vec<(u32, String, String)>,
    /// Bytes of apps over Wi-Fi: uid, on the screen, received, sent.
    pub traffic: Vec<(u32, bool, u64, u64)>,
    /// Code that an app loads besides its package: package, path, other apps that load it too.
    pub secondary: Vec<(String, String, Vec<String>)>,
}

/// What writes the body of a service.
type Body = fn(&Traces, &mut String) -> std::fmt::Result;

impl Traces {
    /// The blocks of the services that have something to tell, by name.
    pub(crate) fn blocks(&self) -> Vec<(&'static str, String)> {
        let blocks: [(&'static str, Body, bool); 15] = [
            ("account", Self::account, !self.accounts.is_empty()),
            ("activity", Self::activity, !self.services.is_empty()),
            ("audio", Self::audio, !self.recordings.is_empty()),
            ("autofill", Self::autofill_service, self.autofill.is_some()),
            ("dbinfo", Self::dbinfo, !self.databases.is_empty()),
            ("device_policy", Self::device_policy, !self.admins.is_empty()),
            ("deviceidle", Self::deviceidle, !self.exempt.is_empty()),
            ("input_method", Self::input_method, self.keyboard.is_some()),
            ("media.camera", Self::camera, !self.cameras.is_empty()),
            ("netstats", Self::netstats, !self.traffic.is_empty()),
            ("notification", Self::notification, !self.listeners.is_empty()),
            ("platform_compat", Self::platform_compat, !self.compat.is_empty()),
            ("role", Self::role, !self.roles.is_empty()),
            ("usagestats", Self::usagestats, !(self.used.is_empty() && self.shown.is_empty())),
            ("vpn_management", Self::vpn_management, self.vpn.is_some()),
        ];
        let mut told: Vec<(&'static str, String)> = blocks
            .into_iter()
            .filter(|(.., any)| *any)
            .map(|(name, body, _)| {
                let mut text = String::new();
                // Writing to a String cannot fail.
                let _ = body(self, &mut text);
                (name, text)
            })
            .collect();
        if !self.changes.is_empty() {
            let mut text = String::new();
            let _ = self.settings(&mut text);
            told.push(("settings", text));
        }
        told.sort_unstable();
        told
    }

    /// `AccountManagerService.dumpUser`.
    fn account(&self, out: &mut String) -> std::fmt::Result {
        let users: BTreeSet<u32> = self.accounts.iter().map(|(user, _)| *user).collect();
        for user in users {
            let of_user: Vec<_> = self.accounts.iter().filter(|(of, _)| *of == user).collect();
            writeln!(out, "User UserInfo{{{user}:Person:4c13}}:\n  Accounts: {}", of_user.len())?;
            for (_, kind) in of_user {
                writeln!(out, "    Account {{name=someone@example.org, type={kind}}}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// `ActiveServices.dumpLocked`, `ServiceRecord.dump`.
    fn activity(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "ACTIVITY MANAGER SERVICES (dumpsys activity services)")?;
        writeln!(out, "  User 0 active services:")?;
        for (user, component, ago) in &self.services {
            let package = component.split('/').next().unwrap_or_default();
            writeln!(out, "  * ServiceRecord{{4d5e6f u{user} {component} c:{package}}}")?;
            writeln!(out, "    intent={{cmp={component}}}\n    packageName={package}")?;
            writeln!(out, "    processName={package}")?;
            writeln!(
                out,
                "    isForeground=true foregroundId=1 types=0x00000080 foregroundNoti=Notification(channel=x)"
            )?;
            writeln!(out, "    createTime={ago} startingBgTimeout=--")?;
        }
        writeln!(out)
    }

    /// `RecordingActivityMonitor.dump`, `EventLogger`.
    fn audio(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "RecordActivityMonitor dump time: 10:00:00\n")?;
        writeln!(out, "Events log: recording activity received by AudioService")?;
        for (number, (package, uid, at, source)) in (8..).zip(&self.recordings) {
            writeln!(
                out,
                "{at}:000 rec start riid:{number} uid:{uid} session:{} src:{source} not silenced pack:{package}",
                number * 8 + 1
            )?;
        }
        Ok(())
    }

    /// `AutofillManagerServiceImpl.dumpLocked`.
    fn autofill_service(&self, out: &mut String) -> std::fmt::Result {
        let component = self.autofill.as_deref().unwrap_or_default();
        writeln!(out, "Debug mode: false\nCached services:\n  Service for user 0:\n    User: 0")?;
        writeln!(out, "    Component from settings: {component}\n    Default component: null")
    }

    /// `SQLiteDatabase.dumpAll`, `SQLiteConnectionPool.dump`.
    fn dbinfo(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "Applications Database Info:\n")?;
        for (pid, package, name) in &self.databases {
            let path = format!("/data/user/0/{package}/databases/{name}");
            writeln!(out, "** Database info for pid {pid} [{package}] **\n")?;
            writeln!(out, "Connection pool for {path}:\n  Open: true\n  Max connections: 1\n")?;
        }
        Ok(())
    }

    /// `DevicePolicyData.dump`, `Owners.dump`.
    fn device_policy(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "Current Device Policy Manager state:")?;
        if let Some((user, component)) = &self.profile_owner {
            let package = component.split('/').next().unwrap_or_default();
            writeln!(out, "  Profile Owner (User {user}):")?;
            writeln!(out, "    admin=ComponentInfo{{{component}}}\n    name=Work")?;
            writeln!(out, "    package={package}\n")?;
        }
        let users: BTreeSet<u32> = self.admins.iter().map(|(user, _)| *user).collect();
        for user in users {
            writeln!(out, "  Enabled Device Admins (User {user}, provisioningState: 0):")?;
            for (_, component) in self.admins.iter().filter(|(of, _)| *of == user) {
                writeln!(out, "    {component}:\n      testOnlyAdmin=false\n      policies:")?;
                writeln!(out, "        force-lock\n      passwordQuality=0x0")?;
            }
            writeln!(out, "\n    mPasswordOwner=-1")?;
        }
        Ok(())
    }

    /// `DeviceIdleController.dump`.
    fn deviceidle(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "  Whitelist system apps:\n    com.google.android.gms\n    com.android.shell"
        )?;
        writeln!(out, "  Whitelist user apps:")?;
        self.exempt.iter().try_for_each(|package| writeln!(out, "    {package}"))
    }

    /// `InputMethodManagerService.dumpAsStringNoCheck`.
    fn input_method(&self, out: &mut String) -> std::fmt::Result {
        let id = self.keyboard.as_deref().unwrap_or_default();
        writeln!(out, "Current Input Method Manager state:\n  UserId=0\n    Input Methods:")?;
        writeln!(out, "    InputMethod #0:\n      mId={id} mSettingsActivityName=null")?;
        writeln!(out, "  mSelectedMethodId={id}\n  mCurMethodId={id}")
    }

    /// `CameraService::dump`.
    fn camera(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "== Camera service events log (most recent at top): ==")?;
        for (package, at) in &self.cameras {
            writeln!(
                out,
                "  {at} : CONNECT device 0 client for package {package} (PID 3000) for Camera API 2"
            )?;
        }
        Ok(())
    }

    /// `NetworkStatsCollection.dump`.
    fn netstats(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "UID stats:\n  Pending bytes: 0\n  Complete history:")?;
        for (uid, seen, rx, tx) in &self.traffic {
            let set = if *seen { "FOREGROUND" } else { "DEFAULT" };
            writeln!(
                out,
                "  ident=[{{type=1, wifiNetworkKey=\"home\", metered=false, defaultNetwork=true}}] uid={uid} set={set} tag=0x0"
            )?;
            writeln!(out, "    NetworkStatsHistory: bucketDuration=7200")?;
            writeln!(out, "      st=1795132800 rb={rx} rp=90 tb={tx} tp=90 op=0")?;
        }
        Ok(())
    }

    /// `Dexopt state:` of the service `package` (`DumpHelper.java` of ART): only what apps load
    /// besides their packages.
    pub(crate) fn dexopt(&self, out: &mut String) -> std::fmt::Result {
        if self.secondary.is_empty() {
            return Ok(());
        }
        writeln!(out, "Dexopt state:")?;
        for (package, path, others) in &self.secondary {
            writeln!(out, "  [{package}]\n    known secondary dex files:\n      {path}")?;
            writeln!(out, "        arm64: [status=verify] [reason=bg-dexopt]")?;
            writeln!(out, "        class loader context: PCL[]")?;
            if !others.is_empty() {
                writeln!(out, "        used by other apps: [{}]", others.join(", "))?;
            }
        }
        writeln!(out)
    }

    /// `ManagedServices.dump`.
    fn notification(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "Current Notification Manager state:\n  Notification listeners:")?;
        writeln!(out, "    Allowed notification listeners:")?;
        let users: BTreeSet<u32> = self.listeners.iter().map(|(user, _)| *user).collect();
        for user in users {
            let of_user = self.listeners.iter().filter(|(of, _)| *of == user);
            let names: Vec<&str> = of_user.map(|(_, name)| name.as_str()).collect();
            writeln!(out, "      {} (user: {user} isPrimary: true)", names.join(":"))?;
        }
        writeln!(out, "    Live notification listeners ({}):", self.listeners.len())?;
        for (user, name) in &self.listeners {
            writeln!(
                out,
                "      ComponentInfo{{{name}}} (user {user}): android.os.BinderProxy@8f3a1b2"
            )?;
        }
        Ok(())
    }

    /// `PlatformCompat.dump`, `CompatChange.toString`.
    fn platform_compat(&self, out: &mut String) -> std::fmt::Result {
        for (number, package) in (168_419_799..).zip(&self.compat) {
            writeln!(
                out,
                "ChangeId({number}; name=DOWNSCALED; disabled; packageOverrides={{{package}=false}}; rawOverrides={{{package}=false}}; overridable)"
            )?;
        }
        Ok(())
    }

    /// `RoleUserState.dump`, through `DualDumpOutputStream`.
    fn role(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "ROLE STATE (dumpsys role):\n{{\n  user_states=[")?;
        let users: BTreeSet<u32> = self.roles.iter().map(|(user, ..)| *user).collect();
        for user in users {
            writeln!(out, "    {{\n      user_id={user}\n      version=1\n      roles=[")?;
            for (_, role, holder) in self.roles.iter().filter(|(of, ..)| *of == user) {
                writeln!(out, "        {{\n          name={role}\n          holders={holder}")?;
                writeln!(out, "        }}")?;
            }
            writeln!(out, "      ]\n    }}")?;
        }
        writeln!(out, "  ]\n}}")
    }

    /// `SettingsProvider.dumpForUserLocked`, `SettingsState.dumpHistoricalOperations`.
    fn settings(&self, out: &mut String) -> std::fmt::Result {
        let tables: BTreeSet<(u32, &str)> =
            self.changes.iter().map(|(user, table, ..)| (*user, table.as_str())).collect();
        for (user, table) in tables {
            writeln!(out, "{} SETTINGS (user {user})\nversion: 214", table.to_uppercase())?;
            writeln!(out, "\nHistorical operations")?;
            let of = |of: &&(u32, String, String, String)| of.0 == user && of.1 == table;
            for (.., at, name) in self.changes.iter().filter(of) {
                writeln!(out, "{at} update {name}")?;
            }
            writeln!(out, "\n")?;
        }
        Ok(())
    }

    /// `UserUsageStatsService.dump`.
    fn usagestats(&self, out: &mut String) -> std::fmt::Result {
        let users: BTreeSet<u32> = self.used.iter().chain(&self.shown).map(|(u, ..)| *u).collect();
        for user in users {
            writeln!(out, "user={user}\n  Last 24 hour events (timeRange=\"Today\" )")?;
            for (_, component, at) in self.shown.iter().filter(|(of, ..)| *of == user) {
                let (package, class) = component.split_once('/').unwrap_or((component, ""));
                writeln!(
                    out,
                    "    time=\"{at}\" type=ACTIVITY_RESUMED package={package} class={class} instanceId=123 flags=0x0 "
                )?;
            }
            writeln!(out, "  In-memory yearly stats\n  timeRange=\"This year\"\n    packages")?;
            for (_, package, at) in self.used.iter().filter(|(of, ..)| *of == user) {
                writeln!(
                    out,
                    "      package={package} totalTimeUsed=\"01:02:03\" lastTimeUsed=\"{at}\" totalTimeVisible=\"00:00\" lastTimeVisible=\"{at}\" totalTimeFS=\"00:00\" lastTimeFS=\"1970-01-01 08:00:00\" appLaunchCount=3 "
                )?;
            }
        }
        Ok(())
    }

    /// `VpnManagerService.dump`, `Vpn.dump`.
    fn vpn_management(&self, out: &mut String) -> std::fmt::Result {
        let package = self.vpn.as_deref().unwrap_or_default();
        writeln!(out, "VPNs:\n  0: {package}\n    Active package name: {package}")?;
        writeln!(out, "    Active vpn type: 1")
    }
}
