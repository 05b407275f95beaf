//! Places and times in words.

use crate::harmless;
use model::{Position, Precision, Time, Zone};
use std::fmt::{self, Display, Formatter};

/// A position for people: `line 12, bytes 100–152`.
pub(crate) fn position(position: &Position) -> impl Display + '_ {
    Shown(position)
}

struct Shown<'a>(&'a Position);

impl Display for Shown<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for (name, number) in [("line", self.0.line), ("row", self.0.row)] {
            if let Some(number) = number {
                write!(out, "{between}{name} {number}")?;
                between = ", ";
            }
        }
        if let Some((start, end)) = self.0.byte {
            write!(out, "{between}bytes {start}–{end}")?;
            between = ", ";
        }
        if let Some(pointer) = &self.0.pointer {
            write!(out, "{between}at {}", harmless::cut(pointer, 200))?;
        }
        Ok(())
    }
}

/// A time for people, and, where it is not in UTC, which clock it was read from.
pub(crate) fn time(time: &Time) -> (String, Option<String>) {
    if let Some(instant) = time.instant() {
        let format = match time.precision {
            Precision::Day => "%Y-%m-%d UTC",
            Precision::Minute => "%Y-%m-%d %H:%M UTC",
            Precision::Second | Precision::Millisecond => "%Y-%m-%d %H:%M:%S UTC",
        };
        return (instant.strftime(format).to_string(), None);
    }
    let clock = match &time.zone {
        Zone::Utc => "UTC".into(),
        Zone::Offset(offset) => format!("offset {}", harmless::cut(offset, 20)),
        Zone::Device => "the phone's clock".into(),
        Zone::Boot => "since the phone started".into(),
        Zone::Unknown => "clock not known".into(),
    };
    (harmless::cut(&time.value, 60).to_string(), Some(clock))
}
