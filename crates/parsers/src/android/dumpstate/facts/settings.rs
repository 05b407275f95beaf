//! The service `settings` as facts.

use super::{Out, device_time};
use dumpsys::{Component, SettingsEvent};
use model::Zone;
use model::fact::{PrivilegeHeld, SettingSet};

pub(in super::super) fn fact(event: &SettingsEvent<'_>, out: &mut Out<'_, '_>) {
    match *event {
        SettingsEvent::Row { namespace, user, name, package, value } => {
            let value = value.unwrap_or_default();
            out.links(name, value, || format!("setting {namespace} {name}"));
            let fact = SettingSet {
                namespace: namespace.into(),
                name: name.into(),
                value: value.into(),
                user,
                package: package.map(str::to_owned),
                action: None,
            };
            out.fact(fact, None);
            if namespace == "secure" {
                held(name, value, user, out);
            }
        }
        SettingsEvent::Operation { namespace, user, at, operation, name } => {
            // Without a setting it only says that the file was read or written.
            let Some(name) = name else { return };
            let mut time = device_time(at, "Historical operations");
            if time.value.starts_with("1970-01-") {
                time.zone = Zone::Boot;
            }
            let fact = SettingSet {
                namespace: namespace.into(),
                name: name.into(),
                user,
                action: Some(operation.into()),
                ..SettingSet::default()
            };
            out.fact(fact, Some(time));
        }
    }
}

/// Powers that a setting hands out and no service dumps: providers of sign-in data (Android 14 on),
/// and the default apps for messages and calls before there was `role` (Android 10).
fn held(name: &str, value: &str, user: Option<u32>, out: &mut Out<'_, '_>) {
    let before_roles = out.dump.release.is_some_and(|release| release < 10);
    let role = match name {
        "credential_service" | "credential_service_primary" => {
            let state = if name.ends_with("primary") { "primary" } else { "enabled" };
            for component in value.split(':').filter_map(Component::parse) {
                let fact = PrivilegeHeld {
                    package: component.package.into(),
                    user,
                    privilege: "credential_provider".into(),
                    component: Some(component.to_string()),
                    state: Some(state.into()),
                    ..PrivilegeHeld::default()
                };
                out.fact(fact, None);
            }
            return;
        }
        "sms_default_application" if before_roles => "role:android.app.role.SMS",
        "dialer_default_application" if before_roles => "role:android.app.role.DIALER",
        _ => return,
    };
    if model::normal::package(value).is_some() {
        let fact = PrivilegeHeld {
            package: value.into(),
            user,
            privilege: role.into(),
            state: Some("setting".into()),
            ..PrivilegeHeld::default()
        };
        out.fact(fact, None);
    }
}
