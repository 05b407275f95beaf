//! The service `usagestats` as facts.

use super::{Out, time_of};
use dumpsys::UsageEvent;
use model::fact::{AppTraced, ComponentRan};

pub(in super::super) fn fact(event: &UsageEvent<'_>, out: &mut Out<'_, '_>) {
    match *event {
        UsageEvent::Used { user, interval, package, total_ms, last, last_service, launches } => {
            let seconds = total_ms.map(|ms| ms / 1000).filter(|seconds| *seconds > 0);
            let used = seconds.map(|seconds| format!(", {seconds} s in the foreground"));
            let last = last.or(last_service);
            let fact = AppTraced {
                package: package.into(),
                user,
                store: "usagestats".into(),
                what: Some(format!("{interval}{}", used.unwrap_or_default())),
                last: last.map(str::to_owned),
                count: launches,
                ..AppTraced::default()
            };
            out.fact(fact, last.map(|last| time_of(last, "lastTimeUsed")));
        }
        UsageEvent::Happened { user, at, kind, package, class, task_root } => {
            let (how, foreground) = match kind {
                "ACTIVITY_RESUMED" | "MOVE_TO_FOREGROUND" => ("activity", true),
                "FOREGROUND_SERVICE_START" | "CONTINUING_FOREGROUND_SERVICE" => {
                    ("foreground_service", false)
                }
                _ => return,
            };
            let fact = ComponentRan {
                package: package.into(),
                user,
                component: class.map(|class| format!("{package}/{class}")),
                how: how.into(),
                foreground: Some(foreground),
                state: Some(kind.into()),
                starter: task_root.filter(|root| *root != package).map(str::to_owned),
                ..ComponentRan::default()
            };
            out.fact(fact, Some(time_of(at, "time")));
        }
        UsageEvent::Standby { user, package, bucket, reason } => {
            let fact = AppTraced {
                package: package.into(),
                user,
                store: "app_standby".into(),
                what: Some(format!("bucket {bucket}, reason {reason}")),
                ..AppTraced::default()
            };
            out.fact(fact, None);
        }
    }
}
