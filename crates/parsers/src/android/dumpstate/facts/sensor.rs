//! Uses of sensors as facts: of all services that state any.

use super::Out;
use dumpsys::SensorUse;
use model::fact::PermissionUsed;
use model::{Precision, Time, Zone};

pub(in super::super) fn fact(used: &SensorUse<'_>, out: &mut Out<'_, '_>) {
    let time = used.at.map(|at| time(at, out.dump.taken.as_deref()));
    let fact = PermissionUsed {
        package: used.package.into(),
        uid: used.uid,
        user: used.uid.map(|uid| uid / 100_000),
        op: used.op.into(),
        outcome: used.outcome.name().into(),
        background: used.background,
        duration_ms: used.duration_ms,
        part: used.part.map(str::to_owned),
        ..PermissionUsed::default()
    };
    out.fact(fact, time);
}

/// The logs of services state no year: it is that of the dump, or one before.
fn time(at: &str, taken: Option<&str>) -> Time {
    // `AudioService` writes a colon before the milliseconds.
    let written = match at.split_at_checked(14) {
        Some((seconds, millis)) => format!("{seconds}{}", millis.replacen(':', ".", 1)),
        None => at.to_owned(),
    };
    let known = taken.and_then(|taken| Time::without_year(&written, taken, "event log"));
    known.unwrap_or_else(|| Time {
        value: at.into(),
        zone: Zone::Unknown,
        precision: if at.len() > 14 { Precision::Millisecond } else { Precision::Second },
        utc: None,
        derived_from: Some("event log, without a year".into()),
    })
}
