//! What the readers of `dumpsys` give, as facts. Each function says how many it told.

use dumpsys::{
    AppopsEvent, OpUse, Outcome, Package, PackageChange, PackageEvent, ServiceState, UserState,
};
use evidence::Emitter;
use model::fact::{
    AccessibilityService, AppInstalled, AppSigned, AppUpdated, OpModeSet, PermissionGranted,
    PermissionRequested, PermissionUsed, PropertySet,
};
use model::{Position, Precision, Time, Zone, normal};

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

pub(super) fn package(event: &PackageEvent<'_>, position: Position, out: &mut Emitter<'_>) -> u64 {
    match *event {
        PackageEvent::Known { package, user } => {
            let (fact, time) = installed(package, user);
            out.fact(fact, position, time);
        }
        PackageEvent::Requested { package, permission } => {
            let (package, permission) = (package.into(), permission.into());
            out.fact(PermissionRequested { package, permission }, position, None);
        }
        PackageEvent::Granted { package, app_id, user, permission, granted, runtime, flags } => {
            let fact = PermissionGranted {
                package: package.into(),
                uid: uid(user, app_id),
                user,
                permission: permission.into(),
                granted,
                runtime,
                flags: words(flags),
            };
            out.fact(fact, position, None);
        }
        PackageEvent::Signed { package, sha256 } => {
            let Some(sha256) = normal::hex(sha256, 64) else { return 0 };
            let cert_sha256 = Some(sha256.into_owned());
            let fact = AppSigned { package: package.into(), cert_sha256, ..AppSigned::default() };
            out.fact(fact, position, None);
        }
    }
    1
}

fn installed(package: &Package, user: Option<&UserState>) -> (AppInstalled, Option<Time>) {
    let first_install = user.and_then(|user| user.first_install.clone());
    let first_install = first_install.or_else(|| package.first_install.clone());
    let at = |value: &Option<String>, name| {
        value.as_ref().map(|value| Time::device(value, Precision::Second, name))
    };
    let time = at(&first_install, "firstInstallTime")
        .or_else(|| at(&package.last_update, "lastUpdateTime"));
    let fact = AppInstalled {
        package: package.name.clone(),
        uid: uid(user.map(|user| user.user), package.app_id),
        user: user.map(|user| user.user),
        installed: user.and_then(|user| user.installed),
        system: package.system,
        enabled: user.and_then(UserState::enabled),
        version_name: package.version_name.clone(),
        version_code: package.version_code,
        target_sdk: package.target_sdk,
        installer_known: package.installer.is_some(),
        installer: package.installer.clone().flatten(),
        initiating: package.initiating.clone(),
        originating: package.originating.clone(),
        code_path: package.code_path.clone(),
        first_install,
        last_update: package.last_update.clone(),
        ..AppInstalled::default()
    };
    (fact, time)
}

/// The uid in a user; not known without the user.
fn uid(user: Option<u32>, app_id: Option<u32>) -> Option<u32> {
    user?.checked_mul(100_000)?.checked_add(app_id?)
}

fn words(flags: &str) -> Vec<String> {
    let apart = |c: char| c == '|' || c.is_whitespace();
    flags.split(apart).filter(|flag| !flag.is_empty()).map(str::to_owned).collect()
}

pub(super) fn appops(event: &AppopsEvent<'_>, position: Position, out: &mut Emitter<'_>) -> u64 {
    match *event {
        AppopsEvent::Mode { uid, package, op, mode } => {
            if is_default(op, mode) {
                return 0;
            }
            let fact = OpModeSet {
                package: package.unwrap_or_default().into(),
                uid,
                user: uid.map(|uid| uid / 100_000),
                op: op.into(),
                mode: mode.into(),
            };
            out.fact(fact, position, None);
        }
        AppopsEvent::Use(used) => {
            let time = time_of(&used);
            let fact = PermissionUsed {
                package: used.package.into(),
                uid: used.uid,
                user: used.uid.map(|uid| uid / 100_000),
                op: used.op.into(),
                outcome: match used.outcome {
                    Outcome::Accessed => "accessed",
                    Outcome::Rejected => "rejected",
                    Outcome::Running => "running",
                }
                .into(),
                process_state: used.state.map(str::to_owned),
                background: matches!(used.state, Some("bg" | "cch" | "cached")),
                duration_ms: used.duration_ms,
                attribution: used.attribution.map(str::to_owned),
            };
            out.fact(fact, position, time);
        }
    }
    1
}

fn time_of(used: &OpUse<'_>) -> Option<Time> {
    let name = match used.outcome {
        Outcome::Accessed => "Access",
        Outcome::Rejected => "Reject",
        Outcome::Running => "Running",
    };
    if let Some(at) = used.at {
        let fine = at.contains('.');
        let precision = if fine { Precision::Millisecond } else { Precision::Second };
        return Some(Time::device(at, precision, name));
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

pub(super) fn accessibility(
    state: &ServiceState<'_>,
    position: Position,
    out: &mut Emitter<'_>,
) -> u64 {
    let fact = AccessibilityService {
        package: state.package.into(),
        user: state.user,
        component: format!("{}/{}", state.package, state.class),
        state: state.state.into(),
    };
    out.fact(fact, position, None);
    1
}

pub(super) fn battery(
    change: &PackageChange<'_>,
    position: Position,
    out: &mut Emitter<'_>,
) -> u64 {
    let day = change.from.and_then(|from| from.get(..10));
    let time = day.map(|day| Time::device(day, Precision::Day, "Daily from"));
    let fact = AppUpdated {
        package: change.package.into(),
        version_code: Some(change.version_code),
        period_start: change.from.map(str::to_owned),
        period_end: change.to.map(str::to_owned),
    };
    out.fact(fact, position, time);
    1
}

pub(super) fn property(name: &str, value: &str, position: Position, out: &mut Emitter<'_>) -> u64 {
    out.fact(PropertySet { name: name.into(), value: value.into() }, position, None);
    1
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
