//! What services remember of apps, processes and users, as facts.

use super::Out;
use crate::android::packages::user_of;
use dumpsys::{Process, Trace, User};
use model::fact::{AppTraced, ProcessRunning, UserPresent};

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
