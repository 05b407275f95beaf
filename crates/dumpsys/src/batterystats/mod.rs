//! The service `batterystats`: what used the battery, and so what ran, when, and for how long; also of
//! apps that are gone.
//!
//! Source: AOSP `core/java/android/os/BatteryStats.java` (`dump`, `dumpLocked`, `HistoryPrinter`,
//! `dumpDailyPackageChanges`, `dumpCheckinLocked`), Android 6 to 16.

mod checkin;
mod daily;
mod history;
mod uids;

use crate::{Line, Reader, Tell, Unread};
pub use checkin::{BatteryCheckin, UidBytes};
use daily::Daily;
pub use daily::PackageChange;
use history::History;
pub use history::{Happened, Moment, Repeated};
use uids::Uids;
pub use uids::{UidUse, UseKind};

/// What lines of batterystats state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatteryEvent<'a> {
    /// A package was updated or removed, by day.
    Changed(PackageChange<'a>),
    /// Something in the history of the present charge, as it happened.
    Happened(Happened<'a>),
    /// Something in that history that repeats (jobs, wake locks …), summed up.
    Repeated(Repeated<'a>),
    /// What a uid did since the last full charge.
    Used(UidUse<'a>),
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct BatteryReader {
    part: Part,
    history: History,
    daily: Daily,
    uids: Uids,
    unread: Unread,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Other,
    History,
    Daily,
    Uids,
}

impl Reader for BatteryReader {
    type Event<'e> = BatteryEvent<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        // Titles stand at the left, and so does little else.
        if line.bytes.first().is_some_and(u8::is_ascii_alphabetic)
            && let Some(part) = title(line.bytes)
        {
            self.part = part;
            return;
        }
        let place = line.place;
        match self.part {
            Part::Other => {}
            Part::History => {
                let goes_on = self.history.line(line, &mut self.unread, &mut |event| {
                    tell(&BatteryEvent::Happened(*event), place);
                });
                if !goes_on {
                    self.part = Part::Other;
                }
            }
            Part::Daily => {
                let goes_on =
                    self.daily.line(&line.text(), place, &mut self.unread, &mut |change| {
                        tell(&BatteryEvent::Changed(*change), place);
                    });
                if !goes_on {
                    self.part = Part::Other;
                }
            }
            Part::Uids => self.uids.line(&line.text(), &mut |used| {
                tell(&BatteryEvent::Used(*used), place);
            }),
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.history.finish(&mut |repeated, place| {
            tell(&BatteryEvent::Repeated(*repeated), place);
        });
        self.part = Part::Other;
    }

    fn unread(&self) -> Unread {
        self.unread
    }

    fn note(&self) -> Option<String> {
        self.history.note()
    }
}

fn title(line: &[u8]) -> Option<Part> {
    let line = line.trim_ascii_end();
    if line.starts_with(b"Battery History") {
        Some(Part::History)
    } else if line == b"Daily stats:" {
        Some(Part::Daily)
    } else if line.starts_with(b"Statistics since last charge:") {
        Some(Part::Uids)
    } else {
        None
    }
}
