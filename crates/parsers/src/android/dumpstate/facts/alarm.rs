//! The service `alarm` as facts.

use super::{Out, user_of};
use dumpsys::AlarmEvent;
use model::fact::{AppTraced, ComponentRan};

pub(in super::super) fn fact(event: &AlarmEvent<'_>, out: &mut Out<'_, '_>) {
    match *event {
        AlarmEvent::Set { package, tag, repeat_ms } => {
            let repeats = repeat_ms.filter(|ms| *ms > 0);
            let repeats = repeats.map(|ms| format!(", every {} s", ms / 1000)).unwrap_or_default();
            let fact = AppTraced {
                package: package.into(),
                store: "alarm".into(),
                what: Some(format!("{}{repeats}", tag.unwrap_or("set"))),
                ..AppTraced::default()
            };
            out.fact(fact, None);
        }
        AlarmEvent::WentOff { uid, package, tag, count, last_ago_ms } => {
            let fact = ComponentRan {
                package: package.into(),
                uid,
                user: uid.map(user_of),
                component: Some(tag.into()),
                how: "alarm".into(),
                count: Some(count),
                ..ComponentRan::default()
            };
            let time = last_ago_ms.map(|ago| out.dump.ago(ago, "Alarm Stats"));
            out.fact(fact, time);
        }
    }
}
