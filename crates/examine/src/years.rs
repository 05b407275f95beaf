//! The year of times that logcat writes without one, where the log itself does not say when it
//! was printed, but the acquisition that holds it does.

use model::{Fact, Observation, Time, Zone};

/// The parser of logs in acquisitions.
const LOGS: &str = "logcat";

/// When the acquisition of one source was made.
#[derive(Default)]
pub(crate) struct Years {
    taken: Option<String>,
}

impl Years {
    /// Takes over when the acquisition was made; fills in the year of a time without one. The
    /// acquisition's own description stands before its logs, in the order of their paths.
    pub(crate) fn observation(&mut self, seen: &mut Observation) {
        if let Fact::SettingSet(set) = &seen.fact
            && set.namespace == "acquisition"
            && set.name == "completed"
        {
            // UTC on the computer; the phone's clock is less than a day ahead of it.
            self.taken = set.value.get(..19).map(|taken| taken.replace('T', " "));
        }
        if seen.parser == LOGS
            && let Some(taken) = &self.taken
            && let Some(time) = &mut seen.time
            && time.zone == Zone::Device
            && time.value.as_bytes().get(2) == Some(&b'-')
            && let Some(dated) = Time::without_year(&time.value, taken, "log")
        {
            *time = dated;
        }
    }
}
