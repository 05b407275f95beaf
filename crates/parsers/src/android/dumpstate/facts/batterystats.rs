//! The service `batterystats` as facts.

use super::{Out, device_time, user_of};
use dumpsys::{BatteryEvent, Happened, Moment, PackageChange, Repeated, UidBytes, UidUse, UseKind};
use model::fact::{
    AppTraced, AppUpdated, ComponentRan, DataTransferred, InstallEvent, PermissionUsed,
};
use model::{Precision, Time, Zone, civil_milliseconds, civil_text};

pub(in super::super) fn fact(event: &BatteryEvent<'_>, out: &mut Out<'_, '_>) {
    match event {
        BatteryEvent::Changed(change) => changed(change, out),
        BatteryEvent::Happened(happened) => self::happened(happened, out),
        BatteryEvent::Repeated(repeated) => self::repeated(repeated, out),
        BatteryEvent::Used(used) => self::used(used, out),
    }
}

fn changed(change: &PackageChange<'_>, out: &mut Out<'_, '_>) {
    let day = change.from.and_then(|from| from.get(..10));
    let time = day.map(|day| device_time(day, "Daily from"));
    let fact = AppUpdated {
        package: change.package.into(),
        version_code: Some(change.version_code),
        period_start: change.from.map(str::to_owned),
        period_end: change.to.map(str::to_owned),
    };
    out.fact(fact, time);
}

fn happened(event: &Happened<'_>, out: &mut Out<'_, '_>) {
    let time = time(event.at, out);
    match event.what {
        "top" => {
            let fact = ComponentRan {
                package: event.name.into(),
                uid: event.uid,
                user: event.uid.map(user_of),
                how: "activity".into(),
                foreground: Some(true),
                state: Some("top".into()),
                ..ComponentRan::default()
            };
            out.fact(fact, Some(time));
        }
        // Its place of a uid holds the version code; a removal has none.
        "pkginst" | "pkgunin" => {
            let removed = event.what == "pkgunin";
            let fact = InstallEvent {
                package: event.name.into(),
                action: if removed { "removed" } else { "installed" }.into(),
                version_code: event.uid.filter(|_| !removed).map(i64::from),
                ..InstallEvent::default()
            };
            out.fact(fact, Some(time));
        }
        "screenwake" => {
            let fact = ComponentRan {
                uid: event.uid,
                user: event.uid.map(user_of),
                component: Some(event.name.into()),
                how: "wakelock".into(),
                state: Some("woke the screen".into()),
                ..ComponentRan::default()
            };
            out.fact(fact, Some(time));
        }
        // Let off the restrictions of the background for a moment.
        _ => {}
    }
}

fn repeated(sum: &Repeated<'_>, out: &mut Out<'_, '_>) {
    let time = time(sum.last, out);
    let how = match sum.what {
        "job" | "sync" => "job",
        "alarm" | "wakeupap" => "alarm",
        "proc" | "fg" => "process",
        _ => "wakelock",
    };
    let fact = ComponentRan {
        package: package_of(sum.what, sum.name).into(),
        uid: sum.uid,
        user: sum.uid.map(user_of),
        component: Some(sum.name.into()),
        how: how.into(),
        state: Some(sum.what.into()),
        count: Some(sum.count),
        ..ComponentRan::default()
    };
    out.fact(fact, Some(time));
}

/// The package that a name states; what apps call their wake locks states none.
fn package_of<'n>(what: &str, name: &'n str) -> &'n str {
    let start = match what {
        "job" => {
            let name = name.strip_prefix("*job*/").unwrap_or(name);
            // WorkManager writes names of its own before the component: `@name@com.x/…`.
            let name = name.rsplit('@').next().unwrap_or(name);
            name.split_once('/').map(|(package, _)| package)
        }
        "proc" | "fg" => name.split(':').next(),
        _ => None,
    };
    let plain = |name: &&str| {
        name.contains('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b))
    };
    start.filter(plain).unwrap_or_default()
}

fn used(used: &UidUse<'_>, out: &mut Out<'_, '_>) {
    let (uid, user) = (Some(used.uid), Some(user_of(used.uid)));
    let how = match used.kind {
        UseKind::WakeLock => "wakelock",
        UseKind::Job | UseKind::Sync => "job",
        UseKind::ForegroundService => "foreground_service",
        UseKind::Camera => {
            let fact = PermissionUsed {
                uid,
                user,
                op: "CAMERA".into(),
                outcome: "accessed".into(),
                duration_ms: used.duration_ms,
                ..PermissionUsed::default()
            };
            return out.fact(fact, None);
        }
        UseKind::Process | UseKind::Package => {
            let process = used.kind == UseKind::Process;
            let package = if process { package_of("proc", used.name) } else { used.name };
            let what = if process { format!("process {}", used.name) } else { "package".into() };
            let fact = AppTraced {
                package: package.into(),
                uid,
                user,
                store: "batterystats".into(),
                what: Some(what),
                ..AppTraced::default()
            };
            return out.fact(fact, None);
        }
    };
    let job = if used.kind == UseKind::Job { package_of("job", used.name) } else { "" };
    let fact = ComponentRan {
        package: job.into(),
        uid,
        user,
        component: (!used.name.is_empty()).then(|| used.name.into()),
        how: how.into(),
        state: Some("since the last full charge".into()),
        duration_ms: used.duration_ms,
        count: used.count,
        ..ComponentRan::default()
    };
    out.fact(fact, None);
}

pub(in super::super) fn checkin(bytes: &UidBytes, out: &mut Out<'_, '_>) {
    let fact = DataTransferred {
        uid: Some(bytes.uid),
        user: Some(user_of(bytes.uid)),
        rx_bytes: bytes.rx,
        tx_bytes: bytes.tx,
        network: Some(bytes.network.into()),
        ..DataTransferred::default()
    };
    out.fact(fact, None);
}

/// When something in the history happened. It is counted from a time that the history states, so
/// its milliseconds are no better than that one's.
fn time(at: &Moment, out: &Out<'_, '_>) -> Time {
    const NAME: &str = "Battery History";
    if let Some(wall) = &at.wall {
        return out.dump.dated(wall, NAME);
    }
    // `2026-09-29-08-00-00-000`: the milliseconds are left away.
    let base = at.base.as_deref().and_then(|base| civil_milliseconds(base.get(..19)?));
    let counted = base.and_then(|base| civil_text((base.checked_add(at.offset_ms)?) / 1000 * 1000));
    match counted {
        Some(text) => device_time(&text, "Battery History, counted from TIME"),
        None => Time {
            value: format!("{} ms behind its start", at.offset_ms),
            zone: Zone::Unknown,
            precision: Precision::Millisecond,
            utc: None,
            derived_from: Some(NAME.into()),
        },
    }
}
