//! The service `activity` as facts.

use super::{Out, device_time, time_of};
use dumpsys::{ActivityKind, ActivityRecord};
use model::Time;
use model::fact::{AppTraced, ComponentRan, PrivilegeHeld, ProcessEnded, ProcessRunning};

pub(in super::super) fn fact(record: &ActivityRecord, out: &mut Out<'_, '_>) {
    let ago = |name| record.ago_ms.map(|ago| out.dump.ago(ago, name));
    match record.kind {
        ActivityKind::Service => {
            let foreground = record.foreground == Some(true);
            let how = if foreground { "foreground_service" } else { "service" };
            let time = ago("createTime");
            ran(record, how, time, out);
        }
        ActivityKind::Provider => ran(record, "provider", None, out),
        ActivityKind::Recent => {
            let time = ago("lastActiveTime");
            ran(record, "activity", time, out);
        }
        ActivityKind::Start => ran(record, "process", None, out),
        ActivityKind::Process => {
            let fact = ProcessRunning {
                name: record.process.clone().unwrap_or_default(),
                pid: record.pid,
                uid: record.uid,
                user: record.user,
                package: record.package.clone(),
                ..ProcessRunning::default()
            };
            out.fact(fact, None);
        }
        ActivityKind::Exit => ended(record, out),
        ActivityKind::Received => {
            let time = record.at.as_deref().map(|at| device_time(at, "dispatchClockTime"));
            ran(record, "receiver", time, out);
        }
        ActivityKind::Sent => {
            let action = record.action.as_deref().unwrap_or_default();
            traced(record, "broadcasts", Some(format!("sent {action}")), out);
        }
        ActivityKind::Intents => traced(record, "pending_intents", None, out),
        ActivityKind::Grant => grant(record, out),
    }
}

fn ran(record: &ActivityRecord, how: &str, time: Option<Time>, out: &mut Out<'_, '_>) {
    let package = record.package.clone().unwrap_or_default();
    let class = record.class.as_ref().map(|class| format!("{package}/{class}"));
    let types = record.types.as_ref().map(|types| format!("types={types}"));
    let process = || record.process.clone();
    let fact = ComponentRan {
        component: if how == "process" { process() } else { class.or_else(process) },
        package,
        uid: record.uid,
        user: record.user,
        how: how.into(),
        state: types,
        starter: record.caller.clone(),
        trigger: record.action.clone().or_else(|| record.reason.clone()),
        pid: record.pid,
        ..ComponentRan::default()
    };
    out.fact(fact, time);
}

fn traced(record: &ActivityRecord, store: &str, what: Option<String>, out: &mut Out<'_, '_>) {
    let fact = AppTraced {
        package: record.package.clone().unwrap_or_default(),
        uid: record.uid,
        user: record.user,
        store: store.into(),
        what,
        last: record.at.clone(),
        count: record.count,
        ..AppTraced::default()
    };
    let time = record.at.as_deref().map(|at| device_time(at, "enqueueClockTime"));
    out.fact(fact, time);
}

/// Who gave which content, and for how long; not the address, which may name a file or a person.
fn grant(record: &ActivityRecord, out: &mut Out<'_, '_>) {
    let parts = [record.description.as_deref(), record.reason.as_deref()];
    let from = record.caller.as_ref().map(|caller| format!("from {caller}"));
    let parts: Vec<&str> = parts.into_iter().flatten().chain(from.as_deref()).collect();
    let fact = PrivilegeHeld {
        package: record.package.clone().unwrap_or_default(),
        uid: record.uid,
        user: record.user,
        privilege: "uri_grant".into(),
        state: Some(parts.join(" ")),
        since: record.at.clone(),
        ..PrivilegeHeld::default()
    };
    let time = record.at.as_deref().map(|at| time_of(at, "persistedCreate"));
    out.fact(fact, time);
}

fn ended(record: &ActivityRecord, out: &mut Out<'_, '_>) {
    let stated = record.reason.as_deref().unwrap_or_default();
    let code = stated.split(' ').next().and_then(|code| code.parse::<u32>().ok());
    // `ApplicationExitInfo.REASON_*`.
    let how = match code {
        Some(1) => "exit",
        Some(4) => "java_crash",
        Some(5) => "native_crash",
        Some(6) => "anr",
        _ => "killed",
    };
    let none = |text: &&String| !text.starts_with("0 (");
    let parts = [record.reason.as_ref(), record.sub_reason.as_ref().filter(none)];
    let parts = parts.into_iter().chain([record.description.as_ref()]).flatten();
    let reason: Vec<&str> = parts.map(String::as_str).collect();
    // The signal stands where the reason is one.
    let signal = record.status.filter(|_| code == Some(2)).map(|number| number.to_string());
    let fact = ProcessEnded {
        process: record.process.clone().unwrap_or_default(),
        package: record.package.clone(),
        pid: record.pid,
        uid: record.uid,
        user: record.user,
        how: how.into(),
        signal,
        reason: (!reason.is_empty()).then(|| reason.join("; ")),
        place: None,
    };
    let time = record.at.as_deref().map(|at| device_time(at, "timestamp"));
    out.fact(fact, time);
}
