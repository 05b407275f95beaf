//! Texts of services, by tag. Each names the AOSP file that prints it.

use super::events::{Events, Say};
use super::head::Head;
use super::{LogEvent, LogWhat, text};
use std::borrow::Cow;

/// A crash of an app, told over several lines.
#[derive(Debug, Default)]
pub(super) struct Crash {
    process: String,
    pid: Option<u32>,
}

pub(super) fn line(state: &mut Events, head: &Head<'_>, say: &mut Say<'_>) {
    let message = text(head.message);
    let message: &str = &message;
    let when = text(head.when);
    let mut tell = |what: LogWhat<'_>| say(&LogEvent { when: &when, what });
    match head.tag {
        b"ActivityManager" => activity_manager(state, message, &mut tell),
        b"AndroidRuntime" => runtime(state, head, message, &mut tell),
        b"libc" => native(state, message, &mut tell),
        b"PackageManager" => package_manager(message, &mut tell),
        b"CameraService" => camera(message, &mut tell),
        b"AudioRecord" if message.starts_with("start(") => {
            // Printed in the app's own process: `frameworks/av/media/libaudioclient/AudioRecord.cpp`.
            let process = state.processes.of(head.pid);
            let uid = head.uid.or_else(|| process?.uid);
            let package = process.map(|process| process.name.split(':').next().unwrap_or_default());
            let package = package.unwrap_or_default();
            if uid.is_some() || !package.is_empty() {
                tell(LogWhat::Used { package, uid, op: "RECORD_AUDIO", outcome: "accessed" });
            }
        }
        b"AppOps" => refused(message, &mut tell),
        b"LocationManagerService" => location(message, &mut tell),
        b"adbd" if message == "adb client authorized" => {
            // `packages/modules/adb/daemon/auth.cpp`, `adbd_auth_verified`.
            tell(LogWhat::Security { event: "adb_connected", detail: message, package: None });
        }
        b"SystemClockTime" | b"AlarmManager" | b"AlarmManagerService"
            if message.starts_with("Setting time of day to sec=") =>
        {
            // `com_android_server_SystemClockTime.cpp`, elder `AlarmManagerService.cpp`.
            tell(LogWhat::Security { event: "clock_changed", detail: message, package: None });
        }
        tag if tag.starts_with(b"Finsky") => play(state, message, &mut tell),
        _ if message.contains("avc: ") && message.contains("denied") => denied(message, &mut tell),
        _ => {}
    }
    // A link needs one of these; most lines have neither.
    let bytes = message.as_bytes();
    if memchr::memchr(b'.', bytes).is_some() {
        let tag: Cow<'_, str> = text(head.tag);
        tell(LogWhat::Text { tag: &tag, text: message });
    }
}

type Out<'t> = &'t mut dyn FnMut(LogWhat<'_>);

/// `services/core/java/com/android/server/am/ProcessList.java` and `ActivityManagerService.java`.
fn activity_manager(state: &mut Events, message: &str, tell: Out<'_>) {
    if let Some(rest) = message.strip_prefix("Start proc ") {
        // `1234:org.example/u0a123 for service {org.example/.S}`
        let Some((pid, rest)) = rest.split_once(':') else { return };
        let (who, why) = rest.split_once(" for ").unwrap_or((rest, ""));
        let Some((process, uid)) = who.rsplit_once('/') else { return };
        let Ok(pid) = pid.parse::<u32>() else { return };
        let uid = crate::field::uid(uid);
        let (kind, component) = why.split_once(' ').unwrap_or((why, ""));
        let component = component.trim_matches(['{', '}']);
        if state.processes.start(pid, process, uid) {
            let (user, pid) = (uid.map(|uid| uid / 100_000), Some(pid));
            tell(LogWhat::Started { user, uid, pid, process, kind, component });
        }
    } else if let Some(rest) = message.strip_prefix("Force stopping ") {
        // `org.example appid=10123 user=0: installPackageLI`
        let Some((who, why)) = rest.split_once(": ") else { return };
        let package = who.split(' ').next().unwrap_or_default();
        let action = match why.trim() {
            "installPackageLI" | "installPackage" | "update pkg" | "replace pkg" => "replaced",
            "pkg removed" | "uninstall pkg" | "deletePackageX" => "removed",
            _ => return,
        };
        let app_id = crate::field::word(who, "appid").and_then(|id| id.parse().ok());
        let user = crate::field::word(who, "user").and_then(|user| user.parse().ok());
        tell(LogWhat::Package { action, package, user, app_id, installer: None, origin: None });
    } else if let Some(rest) = message.strip_prefix("ANR in ") {
        let process = rest.split([' ', '(']).next().unwrap_or_default();
        // `am_anr` tells of the same with its number, unless the events log is not there.
        if state.hung.first(process) {
            state.end(&[None, None], process, "anr", ("", ""), tell);
        }
    }
}

/// `core/java/com/android/internal/os/RuntimeInit.java`, `LoggingHandler`: `FATAL EXCEPTION`,
/// then `Process: NAME, PID: N`, then the exception.
fn runtime(state: &mut Events, head: &Head<'_>, message: &str, tell: Out<'_>) {
    if message.starts_with("FATAL EXCEPTION")
        || message.starts_with("*** FATAL EXCEPTION IN SYSTEM PROCESS")
    {
        state.crash = Some(Crash::default());
        return;
    }
    let Some(crash) = &mut state.crash else { return };
    if let Some(rest) = message.strip_prefix("Process: ") {
        let (process, pid) = rest.split_once(", PID: ").unwrap_or((rest, ""));
        process.clone_into(&mut crash.process);
        crash.pid = pid.trim().parse().ok().or(head.pid);
        return;
    }
    if message.trim_start().starts_with("at ") || message.is_empty() {
        return;
    }
    let Some(Crash { process, pid }) = state.crash.take() else { return };
    let process = if process.is_empty() { "system_server".to_owned() } else { process };
    state.end(&[None, pid.or(head.pid)], &process, "java_crash", (message, ""), tell);
}

/// `bionic/linker/../debuggerd/handler/debuggerd_handler.cpp`: `Fatal signal 11 (SIGSEGV), code 1
/// (SEGV_MAPERR), fault addr 0x0 in tid 1234 (name), pid 1234 (process)`.
fn native(state: &mut Events, message: &str, tell: Out<'_>) {
    let Some(rest) = message.strip_prefix("Fatal signal ") else { return };
    let within = |text: &'_ str| -> Option<String> {
        let (_, rest) = text.split_once('(')?;
        Some(rest.split(')').next()?.to_owned())
    };
    let signal = within(rest);
    let address = rest
        .split_once("fault addr ")
        .map(|(_, rest)| rest.split([' ', ',']).next().unwrap_or_default());
    let pid_part = rest.rsplit_once("pid ").map(|(_, rest)| rest);
    let pid = pid_part.and_then(|rest| rest.split(' ').next()?.parse().ok());
    let process = pid_part.and_then(within).unwrap_or_default();
    if pid.is_some_and(|pid| !state.processes.end(pid, &process, "native_crash")) {
        return;
    }
    let known = state.processes.of(pid);
    // The kernel's name is cut; a longer one may be known.
    let name =
        known.filter(|known| !known.name.is_empty()).map_or(process, |known| known.name.clone());
    let uid = known.and_then(|known| known.uid);
    let reason = rest.split(" in tid ").next().unwrap_or_default();
    let place = address.unwrap_or_default();
    let (signal, process) = (signal.as_deref(), name.as_str());
    let user = uid.map(|uid| uid / 100_000);
    tell(LogWhat::Ended { user, uid, pid, process, how: "native_crash", signal, reason, place });
}

/// `services/core/java/com/android/server/pm/InstallPackageHelper.java` (Android 12 on),
/// `PackageManagerShellCommand.java` and elder `PackageManagerService.java`.
fn package_manager(message: &str, tell: Out<'_>) {
    let mut said = |action, package: &str, origin: Option<&str>| {
        let package = package.trim();
        if crate::field::is_name(package) && package.contains('.') {
            let (user, app_id, installer) = (None, None, None);
            tell(LogWhat::Package { action, package, user, app_id, installer, origin });
        }
    };
    if let Some(rest) = message.strip_prefix("installation completed for package:") {
        let (package, path) = rest.split_once(". Final code path: ").unwrap_or((rest, ""));
        said("installed", package, Some(path.trim()).filter(|path| !path.is_empty()));
    } else if let Some(rest) = message.strip_prefix("installation completed:") {
        said("installed", rest, None);
    } else if let Some(rest) = message.strip_prefix("START INSTALL PACKAGE: pkg{") {
        said("session", rest.split('}').next().unwrap_or_default(), None);
    } else if let Some(rest) = message.strip_prefix("Package ")
        && let Some((package, why)) = rest.split_once(' ')
        && why.starts_with("signatures do not match")
    {
        said("failed", package, None);
    }
}

/// `frameworks/av/services/camera/libcameraservice/CameraService.cpp`, `connectHelper`:
/// `CameraService::connect call (PID 1234 "org.example", camera ID 0)`.
fn camera(message: &str, tell: Out<'_>) {
    let outcome = if message.starts_with("CameraService::connect") {
        "accessed"
    } else if message.contains("Permission Denial: can't use the camera") {
        "rejected"
    } else {
        return;
    };
    let package = message.split('"').nth(1).unwrap_or_default();
    if crate::field::is_name(package) {
        tell(LogWhat::Used { package, uid: None, op: "CAMERA", outcome });
    }
}

/// `services/core/java/com/android/server/appop/AppOpsService.java`: `Operation not started:
/// uid=10123 pkg=org.example(null) code=RECORD_AUDIO …`.
fn refused(message: &str, tell: Out<'_>) {
    if !message.starts_with("Operation not ") {
        return;
    }
    let (uid, package, op) = (
        crate::field::word(message, "uid"),
        crate::field::word(message, "pkg"),
        crate::field::word(message, "code"),
    );
    if let (Some(package), Some(op)) = (package, op) {
        let package = package.split('(').next().unwrap_or_default();
        let uid = uid.and_then(|uid| uid.parse().ok());
        let op = op.split('(').next().unwrap_or_default();
        tell(LogWhat::Used { package, uid, op, outcome: "rejected" });
    }
}

/// `services/core/java/com/android/server/location/provider/LocationProviderManager.java` (Android 12
/// on): `gps provider added registration from 10123/com.x/1A2B3C4D -> Request[…]`. AOSP prints it only
/// when asked to; some makers' builds always do.
fn location(message: &str, tell: Out<'_>) {
    let Some((_, rest)) = message.split_once(" provider added registration from ") else { return };
    let who = rest.split(" -> ").next().unwrap_or(rest);
    let Some((uid, package)) = crate::sensor::identity(who) else { return };
    let outcome = if rest.ends_with(" permitted: false") { "rejected" } else { "accessed" };
    tell(LogWhat::Used { package, uid, op: "MONITOR_LOCATION", outcome });
}

/// Google Play's verifier of apps, as it logs on phones of 2013 to 2026 (`PackageVerificationReceiver`,
/// `VerifyInstallTask`): asked about a package, it says what it makes of it by its number.
fn play(state: &mut Events, message: &str, tell: Out<'_>) {
    if message.ends_with("Skipping verification because disabled") {
        let detail = "Google Play was asked to check an app, and checks none";
        return tell(LogWhat::Security { event: "verification_disabled", detail, package: None });
    }
    let blocked = ["Installation silently blocked. package=", "Installation silently blocked for "];
    let blocked = blocked.iter().find_map(|start| Some(message.split_once(start)?.1));
    if let Some(package) = blocked.filter(|name| crate::field::is_name(name)) {
        let detail = "Google Play blocked the installation";
        let package = Some(package);
        return tell(LogWhat::Security { event: "play_protect_warning", detail, package });
    }
    let Some((_, rest)) = message.split_once("VerifyApps: ") else { return };
    if let Some(rest) = rest.strip_prefix("Returning package verification result") {
        if rest.ends_with("result=REJECT") {
            let number = rest.split_once("id=").and_then(|(_, rest)| rest.split(',').next());
            let package = number.and_then(|number| state.asked.get(number)).cloned();
            let detail = "Google Play answered that the app must not be installed";
            let package = package.as_deref();
            tell(LogWhat::Security { event: "play_protect_warning", detail, package });
        }
        return;
    }
    let package = rest
        .strip_prefix("Install-time verification requested for package ")
        .or_else(|| rest.strip_prefix("Anti-malware verification task started for package="))
        .or_else(|| rest.split_once("package_name=").map(|(_, package)| package));
    let Some(package) = package.and_then(|rest| rest.split([',', ' ']).next()) else { return };
    if crate::field::is_name(package) {
        if let Some((_, number)) = rest.split_once(", id = ") {
            state.ask(number.trim(), package);
        }
        let (user, app_id, installer, origin) = (None, None, None, None);
        tell(LogWhat::Package { action: "verified", package, user, app_id, installer, origin });
    }
}

/// An app's access that SELinux refused: `avc:  denied  { read } for … scontext=… app=…`. Those
/// of the system itself are many on every phone and are left out.
fn denied(message: &str, tell: Out<'_>) {
    let Some(package) = crate::field::word(message, "app") else { return };
    let detail = message.split_once("avc:").map_or(message, |(_, rest)| rest.trim());
    tell(LogWhat::Security { event: "selinux_denied", detail, package: Some(package) });
}
