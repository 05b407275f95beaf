//! The service `batterystats` as facts.

use super::Out;
use dumpsys::PackageChange;
use model::fact::AppUpdated;
use model::{Precision, Time};

pub(in super::super) fn fact(change: &PackageChange<'_>, out: &mut Out<'_, '_>) {
    let day = change.from.and_then(|from| from.get(..10));
    let time = day.map(|day| Time::device(day, Precision::Day, "Daily from"));
    let fact = AppUpdated {
        package: change.package.into(),
        version_code: Some(change.version_code),
        period_start: change.from.map(str::to_owned),
        period_end: change.to.map(str::to_owned),
    };
    out.fact(fact, time);
}
