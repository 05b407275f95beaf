//! When what counts happened, for rules that ask in which order things were.

use crate::evidence::Row;
use jiff::tz::TimeZone;
use model::{Clock, Observation, Precision, Value, civil_milliseconds, in_utc};

/// How many moments are kept of a leaf for one app, file, process or endpoint.
pub(crate) const OF_SUBJECT: usize = 20;
/// How many are kept of a leaf about the whole phone: once for each source.
pub(crate) const OF_DEVICE: usize = 1000;

/// One observation with its place on a calendar.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// Milliseconds since 1970-01-01 on the calendar of `clock`, in whole seconds: sources differ
    /// in how fine they are.
    at: i64,
    clock: Clock,
    /// Whether it is finer than a day.
    fine: bool,
    /// The number that the leaf keeps, where it keeps one.
    pub(crate) number: Option<i64>,
    pub(crate) row: Row,
}

impl Moment {
    /// The moment of an observation: its time, or what stands in its field `at`. `None` where
    /// that has no place on a calendar.
    pub(crate) fn of(
        order: u64,
        seen: &Observation,
        at: Option<&str>,
        number: Option<&str>,
    ) -> Option<Self> {
        let (place, fine) = match at {
            None => {
                let time = seen.time.as_ref()?;
                (time.place()?, time.precision != Precision::Day)
            }
            Some(field) => match seen.fact.field(field) {
                // A field states the phone's clock as the dump writes it, or seconds since 1970.
                Value::Text(text) => {
                    ((civil_milliseconds(text)?, Clock::Device), text.trim().len() > 10)
                }
                Value::Int(seconds) => ((seconds.checked_mul(1000)?, Clock::Utc), true),
                _ => return None,
            },
        };
        let number = number.and_then(|field| match seen.fact.field(field) {
            Value::Int(number) => Some(number),
            _ => None,
        });
        let at = place.0 - place.0.rem_euclid(1000);
        Some(Self { at, clock: place.1, fine, number, row: Row::new(order, seen) })
    }

    /// Where it lies among moments of `clock`, in milliseconds; with the phone's time `zone` all
    /// moments are brought to UTC. `None` where it cannot be told, or is no finer than a day.
    pub(crate) fn place(&self, clock: Clock, zone: Option<&TimeZone>) -> Option<i64> {
        if !self.fine {
            return None;
        }
        match (self.clock, zone) {
            (Clock::Device, Some(zone)) if clock == Clock::Utc => in_utc(self.at, zone),
            (own, _) => (own == clock).then_some(self.at),
        }
    }

    fn key(&self) -> (i64, Clock, u64) {
        (self.at, self.clock, self.row.order)
    }
}

/// Puts a moment in its place; of more than `most`, the newest stay.
pub(crate) fn keep(moments: &mut Vec<Moment>, moment: Moment, most: usize) {
    let at = moments.partition_point(|known| known.key() < moment.key());
    if moments.len() < most {
        moments.insert(at, moment);
    } else if at > 0 {
        moments.insert(at, moment);
        moments.remove(0);
    }
}

/// The two moments between which the number that they keep falls: each later than the other, and
/// no zero (a removal) between them. What happened at one time has no order, so all of its numbers
/// must be lower than all of the time before.
pub(crate) fn fall(moments: &[Moment]) -> Option<[&Moment; 2]> {
    let mut before: Option<&Moment> = None;
    let groups = moments.chunk_by(|a, b| (a.at, a.clock) == (b.at, b.clock));
    for group in groups {
        let numbered = || group.iter().filter(|moment| moment.number.is_some());
        let (Some(least), Some(most)) =
            (numbered().min_by_key(|m| m.number), numbered().max_by_key(|m| m.number))
        else {
            continue;
        };
        if let Some(before) = before
            && before.clock == most.clock
            && most.number < before.number
            && least.number > Some(0)
        {
            return Some([before, most]);
        }
        before = (least.number > Some(0)).then_some(least);
    }
    None
}
