//! The kernel's log as facts. Its times count from the start of the phone.

use super::Out;
use crate::android::packages::user_of;
use dumpsys::KernelEvent;
use model::fact::{ProcessEnded, SecurityEvent};
use model::{Precision, Time, Zone};

pub(in super::super) fn fact(event: &KernelEvent<'_>, out: &mut Out<'_, '_>) {
    match *event {
        KernelEvent::Denied { at, permissions, details, package, permissive } => {
            let mut parts = vec![format!("permissions={permissions}")];
            // Values in quotes hold no blanks: the kernel writes such in hexadecimal.
            let known = |part: &&str| part.contains('=');
            parts.extend(details.split_ascii_whitespace().filter(known).map(str::to_owned));
            let fact = SecurityEvent {
                event: "selinux_denied".into(),
                details: parts,
                package: package.map(str::to_owned),
                uid: None,
                user: None,
                success: permissive,
            };
            out.fact(fact, Some(boot(at)));
        }
        KernelEvent::Killed { at, process, pid, uid, reason } => {
            let fact = ProcessEnded {
                process: process.into(),
                package: model::normal::package(process).map(str::to_owned),
                pid,
                uid,
                user: uid.map(user_of),
                how: "killed".into(),
                signal: Some("SIGKILL".into()),
                reason: Some(reason.into()),
                place: None,
            };
            out.fact(fact, Some(boot(at)));
        }
    }
}

fn boot(at: &str) -> Time {
    let precision = if at.contains('.') { Precision::Millisecond } else { Precision::Second };
    let derived_from = Some("seconds since the phone started".into());
    Time { value: at.into(), zone: Zone::Boot, precision, utc: None, derived_from }
}
