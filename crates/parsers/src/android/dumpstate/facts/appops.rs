//! The service `appops` as facts.

use super::{Out, device_time};
use dumpsys::{AppopsEvent, OpUse, Outcome};
use model::fact::{OpModeSet, PermissionUsed};
use model::{Precision, Time, Zone};

/// Operations whose default mode is not `allow`, with that default: `allow` stands there only
/// after someone (the person, the installer, the system) decided so. All others are allowed by
/// default. Only what differs from the default is told.
///
/// Source: `sAppOpInfos` in AOSP `core/java/android/app/AppOpsManager.java` of Android 16. Left
/// out, so their `allow` is not told, are those that older versions allow by default
/// (`TURN_SCREEN_ON`, `TAKE_AUDIO_FOCUS`, `CONTROL_AUDIO`), and those that the system allows
/// every app that asks in its manifest (`LEGACY_STORAGE`, `FOREGROUND_SERVICE_SPECIAL_USE`,
/// `QUERY_ALL_PACKAGES`, `INSTANT_APP_START_FOREGROUND`, `POST_PROMOTED_NOTIFICATIONS`), and
/// those by which an app loses something (`AUTO_REVOKE_PERMISSIONS_IF_UNUSED`).
/// `ACCESS_RESTRICTED_SETTINGS` was allowed by default in Android 13 and 14; it stands here
/// since so much hangs on it.
const NOT_ALLOWED_BY_DEFAULT: [(&str, &str); 40] = [
    ("ACCESS_NOTIFICATIONS", "default"),
    ("ACCESS_RESTRICTED_SETTINGS", "default"),
    ("ACTIVATE_PLATFORM_VPN", "ignore"),
    ("ACTIVATE_VPN", "ignore"),
    ("AGENT_CONTROL", "ignore"),
    ("CAPTURE_CONSENTLESS_BUGREPORT_ON_USERDEBUG_BUILD", "default"),
    ("GET_USAGE_STATS", "default"),
    ("INTERACT_ACROSS_PROFILES", "default"),
    ("LOADER_USAGE_STATS", "default"),
    ("MANAGE_CREDENTIALS", "default"),
    ("MANAGE_EXTERNAL_STORAGE", "default"),
    ("MANAGE_IPSEC_TUNNELS", "deny"),
    ("MANAGE_MEDIA", "default"),
    ("MANAGE_ONGOING_CALLS", "default"),
    ("MEDIA_ROUTING_CONTROL", "default"),
    ("MOCK_LOCATION", "deny"),
    ("NO_ISOLATED_STORAGE", "deny"),
    ("PROJECT_MEDIA", "ignore"),
    ("READ_DEVICE_IDENTIFIERS", "deny"),
    ("READ_SYSTEM_GRAMMATICAL_GENDER", "default"),
    ("RECEIVE_SANDBOX_TRIGGER_AUDIO", "default"),
    ("RECEIVE_SENSITIVE_NOTIFICATIONS", "ignore"),
    ("REQUEST_INSTALL_PACKAGES", "default"),
    ("SCHEDULE_EXACT_ALARM", "default"),
    ("SMS_FINANCIAL_TRANSACTIONS", "default"),
    ("SYSTEM_ALERT_WINDOW", "default"),
    ("SYSTEM_APPLICATION_OVERLAY", "default"),
    ("SYSTEM_EXEMPT_FROM_ACTIVITY_BG_START_RESTRICTION", "default"),
    ("SYSTEM_EXEMPT_FROM_DISMISSIBLE_NOTIFICATIONS", "default"),
    ("SYSTEM_EXEMPT_FROM_HIBERNATION", "default"),
    ("SYSTEM_EXEMPT_FROM_POWER_RESTRICTIONS", "default"),
    ("SYSTEM_EXEMPT_FROM_SUSPENSION", "default"),
    ("USE_FULL_SCREEN_INTENT", "default"),
    ("USE_ICC_AUTH_WITH_DEVICE_IDENTIFIER", "default"),
    ("WRITE_MEDIA_AUDIO", "deny"),
    ("WRITE_MEDIA_IMAGES", "deny"),
    ("WRITE_MEDIA_VIDEO", "deny"),
    ("WRITE_SETTINGS", "default"),
    ("WRITE_SMS", "ignore"),
    ("WRITE_SYSTEM_PREFERENCES", "default"),
];

/// Whether a mode is the operation's default. `default` leaves the decision to the permission
/// that guards the operation, and is set for none that is allowed otherwise.
fn is_default(op: &str, mode: &str) -> bool {
    if mode == "default" {
        return true;
    }
    let entry = NOT_ALLOWED_BY_DEFAULT.binary_search_by_key(&op, |(name, _)| name);
    let default = entry.ok().and_then(|at| NOT_ALLOWED_BY_DEFAULT.get(at));
    default.map_or("allow", |(_, mode)| mode) == mode
}

pub(in super::super) fn fact(event: &AppopsEvent<'_>, out: &mut Out<'_, '_>) {
    match *event {
        AppopsEvent::Mode { uid, package, op, mode } => {
            if is_default(op, mode) {
                return;
            }
            let fact = OpModeSet {
                package: package.unwrap_or_default().into(),
                uid,
                user: uid.map(|uid| uid / 100_000),
                op: op.into(),
                mode: mode.into(),
            };
            out.fact(fact, None);
        }
        AppopsEvent::Use(used) => {
            let time = time_of(&used);
            let fact = PermissionUsed {
                package: used.package.into(),
                uid: used.uid,
                user: used.uid.map(|uid| uid / 100_000),
                op: used.op.into(),
                outcome: used.outcome.name().into(),
                process_state: used.state.map(str::to_owned),
                background: matches!(used.state, Some("bg" | "cch" | "cached")),
                duration_ms: used.duration_ms,
                attribution: used.attribution.map(str::to_owned),
                part: None,
                proxy: used.proxy.map(str::to_owned),
            };
            out.fact(fact, time);
        }
    }
}

fn time_of(used: &OpUse<'_>) -> Option<Time> {
    let name = match used.outcome {
        Outcome::Accessed => "Access",
        Outcome::Rejected => "Reject",
        Outcome::Running => "Running",
    };
    if let Some(at) = used.at {
        return Some(device_time(at, name));
    }
    if let Some((begin, end)) = used.during {
        return Some(Time {
            value: format!("between {begin} and {end}"),
            zone: Zone::Unknown,
            precision: Precision::Millisecond,
            utc: None,
            derived_from: Some("History".into()),
        });
    }
    // Only the distance to the dump is stated, whose own moment is not.
    let ago = used.ago?;
    Some(Time {
        value: format!("{ago} ago"),
        zone: Zone::Unknown,
        precision: Precision::Millisecond,
        utc: None,
        derived_from: Some(name.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_defaults_can_be_searched() {
        assert!(NOT_ALLOWED_BY_DEFAULT.is_sorted());
        assert!(is_default("CAMERA", "allow") && !is_default("CAMERA", "ignore"));
        assert!(is_default("WRITE_SMS", "ignore") && !is_default("WRITE_SMS", "allow"));
    }
}
