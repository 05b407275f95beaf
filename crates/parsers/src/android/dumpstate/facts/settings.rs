//! The service `settings` as facts.

use super::{Out, device_time};
use dumpsys::SettingsEvent;
use model::Zone;
use model::fact::SettingSet;

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
