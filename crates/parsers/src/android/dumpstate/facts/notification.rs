//! The service `notification` as facts.

use super::{Out, privilege, trace};
use dumpsys::NotificationEvent;

pub(in super::super) fn fact(event: &NotificationEvent<'_>, out: &mut Out<'_, '_>) {
    match event {
        NotificationEvent::Held(held) => privilege::fact(held, out),
        NotificationEvent::Traced(seen) => trace::tell("notification", seen, out),
    }
}
