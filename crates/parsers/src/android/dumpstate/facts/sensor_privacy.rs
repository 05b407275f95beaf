//! The service `sensor_privacy` as facts.

use super::Out;
use dumpsys::SensorSwitch;
use model::fact::SettingSet;
use model::{Precision, Time, Zone};

pub(in super::super) fn fact(switch: &SensorSwitch<'_>, out: &mut Out<'_, '_>) {
    let hardware = if switch.hardware { " (hardware)" } else { "" };
    let fact = SettingSet {
        namespace: "sensor_privacy".into(),
        name: format!("{}{hardware}", switch.sensor),
        value: switch.state.into(),
        user: switch.user,
        ..SettingSet::default()
    };
    let time = switch.changed.map(|changed| Time {
        value: format!("{}.{:03}", changed / 1000, changed % 1000),
        zone: Zone::Boot,
        precision: Precision::Millisecond,
        utc: None,
        derived_from: Some("last_change, seconds since a start of the phone".into()),
    });
    out.fact(fact, time);
}
