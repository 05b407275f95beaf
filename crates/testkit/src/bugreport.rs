//! A bug report in the layout of AOSP's `dumpstate` (Android 14): the text, and the zip of
//! `bugreportz`. Written after the dumping code in AOSP: `Settings.java` (package),
//! `AppOpsService.java`, `AccessibilityManagerService.java`, `BatteryStats.java`.

use crate::app::{App, Use};
use crate::archive::zip;
use crate::traces::Traces;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a bug report is made from.
#[derive(Clone, Debug, Default)]
pub struct Bugreport {
    /// When it was taken, the phone's local time (`2026-11-20 10:12:00`).
    pub taken: String,
    /// Build id (`UP1A.231005.007`).
    pub build: String,
    /// System properties.
    pub properties: Vec<(String, String)>,
    /// Rows of `ps -A`: user, pid, name.
    pub processes: Vec<(String, u32, String)>,
    /// The apps, those of all users.
    pub apps: Vec<App>,
    /// Enabled accessibility services: user and component.
    pub accessibility: Vec<(u32, String)>,
    /// Updates in the daily battery statistics: day (`2026-11-18`), package, version code
    /// (0: removed).
    pub updates: Vec<(String, String, u32)>,
    /// What other services remember.
    pub traces: Traces,
    /// Whether operations, accessibility and flags are dumped as Android 8 does it.
    pub elder: bool,
    /// Native crashes, the newest first: process, process id, uid, library at the top of the stack.
    pub crashes: Vec<(String, u32, u32, String)>,
}

/// What writes the body of a service.
type Body = fn(&Bugreport, &mut String) -> std::fmt::Result;

const RULE: &str =
    "-------------------------------------------------------------------------------";

impl Bugreport {
    /// The dumpstate text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text);
        text
    }

    /// The zip that `bugreportz` leaves: `main_entry.txt`, the text, `version.txt`.
    #[must_use]
    pub fn zip(&self) -> Vec<u8> {
        let day = self.taken.replace([' ', ':'], "-");
        let name = format!("bugreport-example-{}-{day}.txt", self.build);
        let text = self.text();
        let crashes: Vec<(String, String)> = self.tombstones().collect();
        let fixed = [
            ("version.txt", &b"2.0"[..]),
            ("main_entry.txt", name.as_bytes()),
            (name.as_str(), text.as_bytes()),
        ];
        let crashes = crashes.iter().map(|(path, text)| (path.as_str(), text.as_bytes()));
        zip(fixed.into_iter().chain(crashes))
    }

    /// The zip as a maker's own tool leaves it: the name of the file, and its bytes.
    #[must_use]
    pub fn packed(&self, maker: &str) -> (String, Vec<u8>) {
        let day = self.taken.replace([' ', ':'], "-");
        let inner = self.zip();
        let within = format!("bugreport-example-{}-{day}.zip", self.build);
        match maker {
            // `*#9900#` of Samsung: the text is called otherwise, and has no `main_entry.txt`.
            "samsung" => {
                let text = format!("dumpState_SM-S000B_{day}.log");
                (format!("dumpState_{day}.zip"), zip([(text.as_str(), self.text().as_bytes())]))
            }
            // "Bug report" of MIUI and HyperOS: a zip around it, with logs of the maker's.
            "Xiaomi" => {
                let outer = zip([
                    (within.as_str(), inner.as_slice()),
                    ("common/com.miui.bugreport/extra.txt", b"made up\n"),
                ]);
                (format!("bugreport-{day}.zip"), outer)
            }
            // LogKit of ColorOS: folders of logs, the report among them (names from memory).
            "OPPO" => {
                let within = format!("bugreport/{within}");
                let outer = zip([
                    ("android/main.txt", &b""[..]),
                    (within.as_str(), inner.as_slice()),
                    ("deviceinfo.txt", b"ColorOS\n"),
                ]);
                (format!("log@stop@{day}.zip"), outer)
            }
            _ => (within, inner),
        }
    }

    /// `tombstone_00` and so on (`debuggerd/libdebuggerd/tombstone_proto_to_text.cpp`).
    fn tombstones(&self) -> impl Iterator<Item = (String, String)> {
        self.crashes.iter().enumerate().map(|(number, (process, pid, uid, library))| {
            let stars = ["***"; 16].join(" ");
            let text = format!(
                "{stars}\nBuild fingerprint: 'example'\nRevision: '0'\nABI: 'arm64'\n\
                 Timestamp: 2026-11-18 14:44:24.123456789+0000\nProcess uptime: 12s\n\
                 Cmdline: {process}\npid: {pid}, tid: {pid}, name: main  >>> {process} <<<\n\
                 uid: {uid}\nsignal 11 (SIGSEGV), code 1 (SEGV_MAPERR), fault addr 0x0000000000000010\n\
                 backtrace:\n      #00 pc 0000000000012345  {library} (run+20)\n"
            );
            (format!("FS/data/tombstones/tombstone_{number:02}"), text)
        })
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let bar = "=".repeat(56);
        writeln!(out, "{bar}\n== dumpstate: {}\n{bar}\n\nBuild: {}", self.taken, self.build)?;
        writeln!(out, "Command line: \nBootconfig: \n")?;
        writeln!(out, "------ SYSTEM PROPERTIES (getprop) ------")?;
        for (name, value) in &self.properties {
            writeln!(out, "[{name}]: [{value}]")?;
        }
        writeln!(out, "------ 0.041s was the duration of 'SYSTEM PROPERTIES' ------\n")?;
        let columns = "ps -A -T -Z -O pri,nice,rtprio,sched,pcy,time";
        writeln!(out, "------ PROCESSES AND THREADS ({columns}) ------")?;
        writeln!(
            out,
            "LABEL                          USER           PID   TID  PPID     VSZ    RSS WCHAN            ADDR S PRI  NI RTPRIO SCH PCY     TIME CMD"
        )?;
        for (user, pid, name) in &self.processes {
            let base = name.rsplit('/').next().unwrap_or(name);
            let cut = kernel_name(base);
            writeln!(
                out,
                "u:r:untrusted_app:s0           {user:<12} {pid:>5} {pid:>5}   700 15000000 120000 do_epoll_wait       0 S  19   0      -   0  fg 00:00:04 {cut}"
            )?;
        }
        writeln!(out, "------ 0.215s was the duration of 'PROCESSES AND THREADS' ------\n")?;
        writeln!(out, "------ DUMPSYS NORMAL (/system/bin/dumpsys) ------")?;
        let (accessibility, appops) = (Self::accessibility as Body, Self::appops as Body);
        let (accessibility, appops) = match self.elder {
            true => (Self::elder_accessibility as Body, Self::elder_appops as Body),
            false => (accessibility, appops),
        };
        self.service(out, "accessibility", accessibility)?;
        self.service(out, "appops", appops)?;
        self.service(out, "batterystats", Self::batterystats)?;
        self.service(out, "package", Self::package)?;
        for (name, body) in self.traces.blocks() {
            writeln!(out, "{RULE}\nDUMP OF SERVICE {name}:\n{body}")?;
            let taken = &self.taken;
            writeln!(
                out,
                "--------- 0.012s was the duration of dumpsys {name}, ending at: {taken}"
            )?;
        }
        writeln!(out, "{RULE}\n------ 12.034s was the duration of 'DUMPSYS NORMAL' ------\n")?;
        writeln!(out, "{bar}\n== dumpstate: done (id 1)\n{bar}")
    }

    fn service(&self, out: &mut String, name: &str, body: Body) -> std::fmt::Result {
        writeln!(out, "{RULE}\nDUMP OF SERVICE {name}:")?;
        body(self, out)?;
        let taken = &self.taken;
        writeln!(out, "--------- 0.053s was the duration of dumpsys {name}, ending at: {taken}")
    }

    /// Every Android user there is.
    fn users(&self) -> BTreeSet<u32> {
        self.apps.iter().flat_map(|app| app.users.iter().copied()).chain([0]).collect()
    }

    fn accessibility(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "ACCESSIBILITY MANAGER (dumpsys accessibility)\n\ncurrentUserId=0")?;
        for user in self.users() {
            let of_user = self.accessibility.iter().filter(|(of, _)| *of == user);
            let services: Vec<String> = of_user.map(|(_, name)| format!("{{{name}}}")).collect();
            let labels: Vec<String> = services
                .iter()
                .map(|_| {
                    "Service[label=Helper, feedbackType[FEEDBACK_GENERIC], capabilities=1, \
                     eventTypes=TYPES_ALL_MASK, notificationTimeout=100, requestA11yBtn=false]"
                        .to_owned()
                })
                .collect();
            writeln!(out, "User state[")?;
            writeln!(
                out,
                "     attributes:{{id={user}, touchExplorationEnabled=false, installedServiceCount={}}}",
                services.len()
            )?;
            writeln!(out, "     Bound services:{{{}}}", labels.join(", "))?;
            writeln!(out, "     Enabled services:{{{}}}", services.join(", "))?;
            writeln!(out, "     Binding services:{{}}\n     Crashed services:{{}}\n")?;
        }
        Ok(())
    }

    fn appops(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "Current AppOps Service state:\n  Settings:")?;
        writeln!(out, "    top_state_settle_time=+5s0ms\n    fg_service_state_settle_time=+5s0ms")?;
        writeln!(out, "    bg_state_settle_time=+1s0ms\n")?;
        for user in self.users() {
            for app in &self.apps {
                let uses: Vec<&Use> = app.uses.iter().filter(|one| one.user == user).collect();
                if uses.is_empty() {
                    continue;
                }
                writeln!(out, "  Uid {}:\n    state=cch", uid_name(user, app.app_id))?;
                writeln!(out, "    capability=----\n    Package {}:", app.package)?;
                let ops: BTreeSet<&str> = uses.iter().map(|one| one.op.as_str()).collect();
                for op in ops {
                    writeln!(out, "      {op} (allow): \n        null=[")?;
                    for one in uses.iter().filter(|one| one.op == op) {
                        let Use { state, at, .. } = one;
                        write!(out, "          Access: [{state}-s] {at} (-1d2h3m4s567ms)")?;
                        if let Some(duration) = &one.duration {
                            write!(out, " duration={duration}")?;
                        }
                        writeln!(out)?;
                    }
                    writeln!(out, "        ]")?;
                }
            }
        }
        Ok(())
    }

    /// `AccessibilityManagerService.dump` of Android 5 to 8: a label stands for each service.
    fn elder_accessibility(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "ACCESSIBILITY MANAGER (dumpsys accessibility)\n")?;
        let label = "Service[label=Helper, feedbackType[FEEDBACK_GENERIC], capabilities=1]";
        let services = vec![label; self.accessibility.len()].join(", ");
        writeln!(
            out,
            "User state[attributes:{{id=0, currentUser=true, touchExplorationEnabled=false}}\n           services:{{{services}}}]\n"
        )
    }

    /// `AppOpsService.dump` of Android 8: the age of the last use, without a state.
    fn elder_appops(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "Current AppOps Service state:")?;
        for app in self.apps.iter().filter(|app| !app.uses.is_empty()) {
            writeln!(out, "  Uid {}:\n    Package {}:", uid_name(0, app.app_id), app.package)?;
            for Use { op, .. } in &app.uses {
                writeln!(out, "      {op}: mode=0; time=+1h2m3s4ms ago; duration=+5s0ms")?;
            }
        }
        Ok(())
    }

    fn batterystats(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "Daily stats:\n  Current start time: 2026-11-20-01-00-00")?;
        writeln!(out, "  Next min deadline: 2026-11-21-01-00-00")?;
        writeln!(out, "  Next max deadline: 2026-11-21-03-00-00")?;
        let days: BTreeSet<&str> = self.updates.iter().map(|(day, ..)| day.as_str()).collect();
        for day in days.iter().rev() {
            writeln!(out, "  Daily from {day}-01-00-00 to {}-01-00-00:", next_day(day))?;
            writeln!(out, "    Package changes:")?;
            for (_, package, version) in self.updates.iter().filter(|(of, ..)| of == day) {
                writeln!(out, "      Update {package} vers={version}")?;
            }
        }
        writeln!(out)
    }

    fn package(&self, out: &mut String) -> std::fmt::Result {
        self.parts(out)?;
        writeln!(out, "Packages:")?;
        for app in &self.apps {
            self.one_package(app, out)?;
        }
        writeln!(out)?;
        self.traces.dexopt(out)
    }

    /// The tables of what answers to intents (`IntentResolver.dump`), without the filters' details.
    fn parts(&self, out: &mut String) -> std::fmt::Result {
        let boots = |app: &&App| {
            app.install_permissions.iter().any(|name| name.ends_with(".RECEIVE_BOOT_COMPLETED"))
        };
        writeln!(out, "Activity Resolver Table:\n  Non-Data Actions:")?;
        writeln!(out, "      android.intent.action.MAIN:")?;
        for App { package, app_id, .. } in self.apps.iter().filter(|app| app.icon) {
            writeln!(out, "        {app_id:x} {package}/.MainActivity")?;
        }
        writeln!(out, "\nReceiver Resolver Table:\n  Non-Data Actions:")?;
        writeln!(out, "      android.intent.action.BOOT_COMPLETED:")?;
        for App { package, app_id, .. } in self.apps.iter().filter(boots) {
            writeln!(out, "        {app_id:x} {package}/.BootReceiver")?;
        }
        writeln!(out)
    }

    fn one_package(&self, app: &App, out: &mut String) -> std::fmt::Result {
        let App { package, app_id, version_name, version_code, .. } = app;
        let (code, system) = (app.code_path(), if app.system { "SYSTEM " } else { "" });
        let installer = app.installer.as_deref().unwrap_or("null");
        writeln!(out, "  Package [{package}] ({app_id:x}):\n    appId={app_id}")?;
        writeln!(out, "    pkg=Package{{{app_id:x} {package}}}\n    codePath={code}")?;
        writeln!(out, "    resourcePath={code}\n    legacyNativeLibraryDir={code}/lib")?;
        writeln!(out, "    primaryCpuAbi=arm64-v8a\n    secondaryCpuAbi=null")?;
        writeln!(out, "    versionCode={version_code} minSdk=24 targetSdk=34")?;
        writeln!(
            out,
            "    versionName={version_name}\n    splits=[base]\n    apkSigningVersion=3"
        )?;
        writeln!(out, "    flags=[ {system}HAS_CODE ALLOW_CLEAR_USER_DATA ]")?;
        writeln!(out, "    timeStamp={}\n    lastUpdateTime={}", app.last_update, app.last_update)?;
        writeln!(out, "    installerPackageName={installer}\n    installerPackageUid=-1")?;
        writeln!(out, "    initiatingPackageName={installer}\n    originatingPackageName=null")?;
        writeln!(
            out,
            "    signatures=PackageSignatures{{{app_id:x} version:3, signatures:[{:x}], past signatures:[]}}",
            app_id * 6271
        )?;
        writeln!(out, "    pkgFlags=[ {system}HAS_CODE ALLOW_CLEAR_USER_DATA ]")?;
        writeln!(out, "    requested permissions:")?;
        let runtime = app.runtime_permissions.iter().map(|(name, _)| name);
        for name in app.install_permissions.iter().chain(runtime) {
            writeln!(out, "      {name}")?;
        }
        writeln!(out, "    install permissions:")?;
        for name in &app.install_permissions {
            writeln!(out, "      {name}: granted=true")?;
        }
        for user in self.users() {
            let installed = app.users.contains(&user);
            let (enabled, install) = if app.disabled { (3, 4) } else { (0, 4) };
            writeln!(
                out,
                "    User {user}: ceDataInode={} installed={installed} hidden=false suspended=false distractionFlags=0 stopped=false notLaunched=false enabled={enabled} instant=false virtual=false",
                if installed { app_id * 17 + user } else { 0 }
            )?;
            if !installed {
                continue;
            }
            writeln!(out, "      installReason={}", if app.system { 0 } else { install })?;
            writeln!(out, "      dataDir=/data/user/{user}/{package}")?;
            writeln!(out, "      firstInstallTime={}\n      uninstallReason=0", app.first_install)?;
            writeln!(out, "      gids=[3002, 3003]\n      runtime permissions:")?;
            for (name, granted) in &app.runtime_permissions {
                writeln!(
                    out,
                    "        {name}: granted={granted}, flags=[ USER_SET|USER_SENSITIVE_WHEN_GRANTED]"
                )?;
            }
        }
        Ok(())
    }
}

/// The 15 characters that the kernel keeps of a name; of an app's, Android lets it keep the last.
pub(crate) fn kernel_name(name: &str) -> &str {
    name.get(name.len().saturating_sub(15)..).unwrap_or(name)
}

/// A uid as `UserHandle.formatUid` writes it.
fn uid_name(user: u32, app_id: u32) -> String {
    match app_id.checked_sub(10_000) {
        Some(number) => format!("u{user}a{number}"),
        None if user == 0 => app_id.to_string(),
        None => format!("u{user}s{app_id}"),
    }
}

/// The day after `2026-11-18`; months are not crossed by what is written here.
fn next_day(day: &str) -> String {
    let (month, number) = day.rsplit_once('-').unwrap_or((day, "0"));
    format!("{month}-{:02}", number.parse::<u32>().unwrap_or(0) + 1)
}
