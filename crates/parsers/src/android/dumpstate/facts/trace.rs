//! What services remember of apps, processes and users, as facts.

use super::Out;
use crate::android::packages::user_of;
use dumpsys::{Process, Trace, User, Volume};
use model::fact::{AppTraced, MountSeen, ProcessRunning, UserPresent};

/// An app that `store` remembers.
pub(super) fn tell(store: &str, seen: &Trace<'_>, out: &mut Out<'_, '_>) {
    let fact = AppTraced {
        package: seen.package.into(),
        uid: seen.uid,
        user: seen.user.or(seen.uid.map(user_of)),
        store: store.into(),
        what: Some(seen.what.into()),
        first: seen.first.map(str::to_owned),
        last: seen.last.map(str::to_owned),
        count: seen.count,
    };
    out.fact(fact, None);
}

pub(in super::super) fn content(seen: &Trace<'_>, out: &mut Out<'_, '_>) {
    tell("content", seen, out);
}

pub(in super::super) fn overlay(seen: &Trace<'_>, out: &mut Out<'_, '_>) {
    tell("overlay", seen, out);
}

pub(in super::super) fn wifi(seen: &Trace<'_>, out: &mut Out<'_, '_>) {
    tell("wifi", seen, out);
}

pub(in super::super) fn procstats(seen: &Trace<'_>, out: &mut Out<'_, '_>) {
    tell("procstats", seen, out);
}

pub(in super::super) fn sensorservice(seen: &Trace<'_>, out: &mut Out<'_, '_>) {
    tell("sensorservice", seen, out);
}

pub(in super::super) fn meminfo(process: &Process<'_>, out: &mut Out<'_, '_>) {
    let (name, pid) = (process.name.into(), Some(process.pid));
    out.fact(ProcessRunning { name, pid, ..ProcessRunning::default() }, None);
}

pub(in super::super) fn user(user: &User, out: &mut Out<'_, '_>) {
    let flags = user.flags.split('|').map(str::trim).filter(|flag| !flag.is_empty());
    let fact = UserPresent {
        user: Some(user.id),
        name: user.name.clone(),
        user_type: user.user_type.clone(),
        flags: flags.map(str::to_owned).collect(),
        running: user.state.as_ref().map(|state| state.starts_with("RUNNING")),
        created: user.created.clone(),
        last_login: user.last_login.clone(),
    };
    out.fact(fact, None);
}

/// A volume that is mounted. Before Android 13 one flag says that it is shown, and with it writable.
pub(in super::super) fn volume(volume: &Volume, out: &mut Out<'_, '_>) {
    let Some(path) = &volume.path else { return };
    let flags = volume.flags.as_deref().unwrap_or_default();
    let mounted = matches!(volume.state.as_deref(), Some("MOUNTED" | "MOUNTED_READ_ONLY"));
    let stated = [&volume.kind, &volume.state].into_iter().flatten().cloned();
    let flagged = flags.split('|').filter(|flag| !flag.is_empty() && *flag != "0");
    let fact = MountSeen {
        device: volume.disk.clone().unwrap_or_else(|| volume.id.clone()),
        mount_point: path.clone(),
        filesystem: volume.filesystem.clone().unwrap_or_default(),
        options: stated.chain(flagged.map(str::to_owned)).collect(),
        writable: volume.state.as_deref() == Some("MOUNTED")
            && flags.split('|').any(|flag| matches!(flag, "VISIBLE" | "VISIBLE_FOR_WRITE")),
    };
    if mounted {
        out.fact(fact, None);
    }
}
