//! The service `dropbox` as facts: ends of processes, and starts of the phone.

use super::{Out, device_time};
use dumpsys::DropboxEntry;
use model::fact::{ProcessEnded, SecurityEvent};
use model::normal;

pub(in super::super) fn fact(entry: &DropboxEntry, out: &mut Out<'_, '_>) {
    let time = Some(device_time(&entry.at, "drop box"));
    let tag = entry.tag.as_str();
    let security = |event: &str| SecurityEvent {
        event: event.into(),
        details: vec![format!("tag={tag}")],
        ..SecurityEvent::default()
    };
    let how = match tag {
        "SYSTEM_BOOT" | "SYSTEM_RESTART" => return out.fact(security("os_startup"), time),
        "SYSTEM_TOMBSTONE" | "SYSTEM_TOMBSTONE_PROTO" | "SYSTEM_TOMBSTONE_PROTO_WITH_HEADERS" => {
            "native_crash"
        }
        _ if tag.ends_with("_native_crash") => "native_crash",
        _ if tag.ends_with("_crash") => "java_crash",
        _ if tag.ends_with("_anr") => "anr",
        _ if tag.ends_with("_watchdog") => "watchdog",
        // Strict mode, warnings, statistics of the system itself.
        _ => return,
    };
    let system = tag.starts_with("system_server_").then(|| "system_server".to_owned());
    let Some(process) = entry.process.clone().or(system) else {
        // The list names no process; that something crashed then is worth knowing.
        return out.fact(security("crash_recorded"), time);
    };
    let package = entry.package.as_deref().or_else(|| normal::package(&process));
    let fact = ProcessEnded {
        package: package.and_then(normal::package).map(str::to_owned),
        pid: entry.pid,
        uid: entry.uid,
        user: entry.uid.map(|uid| uid / 100_000),
        how: how.into(),
        signal: entry.signal.clone(),
        reason: entry.reason.clone(),
        place: entry.frame.clone(),
        process,
    };
    out.fact(fact, time);
}
