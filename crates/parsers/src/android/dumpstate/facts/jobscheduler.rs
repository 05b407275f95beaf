//! The service `jobscheduler` as facts.

use super::{Out, user_of};
use dumpsys::JobEvent;
use model::fact::{AppTraced, ComponentRan};

pub(in super::super) fn fact(event: &JobEvent<'_>, out: &mut Out<'_, '_>) {
    match event {
        JobEvent::Planned { uid, package, class } => {
            let fact = AppTraced {
                package: (*package).into(),
                uid: *uid,
                user: uid.map(user_of),
                store: "jobscheduler".into(),
                what: Some(format!("{package}/{class}")),
                ..AppTraced::default()
            };
            out.fact(fact, None);
        }
        JobEvent::Ran { uid, tag, component, what, ago_ms, reason } => {
            if !what.starts_with("START") {
                return;
            }
            let (package, component) = match component {
                Some((package, class)) => ((*package).to_owned(), format!("{package}/{class}")),
                None => (String::new(), (*tag).to_owned()),
            };
            let fact = ComponentRan {
                package,
                uid: *uid,
                user: uid.map(user_of),
                component: Some(component),
                how: "job".into(),
                trigger: reason.map(str::to_owned),
                ..ComponentRan::default()
            };
            out.fact(fact, Some(out.dump.ago(*ago_ms, "Job history")));
        }
    }
}
