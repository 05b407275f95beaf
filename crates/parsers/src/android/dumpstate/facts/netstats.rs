//! The service `netstats` as facts.

use super::{Out, user_of};
use dumpsys::Traffic;
use model::Time;
use model::fact::DataTransferred;

pub(in super::super) fn fact(traffic: &Traffic, out: &mut Out<'_, '_>) {
    // Tethering belongs to no app; what removed apps had used, to none that is known.
    let Ok(uid) = u32::try_from(traffic.uid) else { return };
    let end = traffic.last.map(|last| last.saturating_add(traffic.period.unwrap_or(0)));
    let fact = DataTransferred {
        package: String::new(),
        uid: Some(uid),
        user: Some(user_of(uid)),
        rx_bytes: traffic.rx,
        tx_bytes: traffic.tx,
        foreground: traffic.foreground,
        network: traffic.network.map(str::to_owned),
        period_start: traffic.first.map(|at| at.to_string()),
        period_end: end.map(|at| at.to_string()),
    };
    out.fact(fact, end.map(|at| Time::unix_seconds(at, "end of the last period")));
}
