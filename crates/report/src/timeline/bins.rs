//! Counts per day, week or month, for a chart.

use super::Summary;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use std::collections::BTreeSet;

/// How long a bin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A day.
    Day,
    /// Seven days, from a Monday.
    Week,
    /// A calendar month.
    Month,
}

/// How many rows there are in one day, week or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Its first day.
    pub from: Date,
    /// Rows whose time in UTC is certain.
    pub utc: u64,
    /// Rows on the phone's own clock, offset not stated.
    pub device: u64,
}

/// A chart's worth of bins, without holes between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bins {
    /// How long each is.
    pub step: Step,
    /// From the earliest to the latest; at most [`Bins::MOST`].
    pub bins: Vec<Bin>,
    /// Rows before the first bin.
    pub earlier: u64,
    /// Rows behind the day after the examination: clocks that were wrong.
    pub later: u64,
    /// Rows on days no phone can have seen, or without a place on a calendar.
    pub unplaced: u64,
}

impl Bins {
    /// How many bins there are at most: more would be thinner than a line.
    pub const MOST: usize = 120;

    /// The number of the bin that a day since 1970-01-01 lies in.
    pub(crate) fn bin_of(&self, day: i32) -> Option<usize> {
        let at = self.bins.partition_point(|bin| number(bin.from) <= day).checked_sub(1)?;
        // The last bin ends where the next would begin.
        let last = self.bins.last().filter(|_| at + 1 == self.bins.len());
        last.is_none_or(|bin| begin(self.step, calendar_day(day)) == bin.from).then_some(at)
    }
}

impl Summary {
    /// The chart of a report made on `today` (UTC): days for up to 120 days, weeks for up to
    /// 119 weeks, else the last 120 months.
    #[must_use]
    pub fn bins(&self, today: Date) -> Bins {
        // A phone east of UTC can be a day ahead.
        let last_day = number(today).saturating_add(1);
        let days = || self.utc.keys().chain(self.device.keys()).filter(|day| **day <= last_day);
        let later = [&self.utc, &self.device]
            .iter()
            .flat_map(|days| days.range(last_day.saturating_add(1)..))
            .map(|(_, count)| count)
            .sum();
        let unplaced = self.outside + self.unplaced;
        let sorted: BTreeSet<i32> = days().copied().collect();
        let (Some(first), Some(last)) = (begin_of_use(&sorted), sorted.last()) else {
            return Bins { step: Step::Day, bins: Vec::new(), earlier: 0, later, unplaced };
        };
        let step = match last - first {
            span if span < 120 => Step::Day,
            span if span < 120 * 7 - 7 => Step::Week,
            _ => Step::Month,
        };
        let mut bins = empty(step, calendar_day(first), calendar_day(*last));
        let start = bins.first().map_or(first, |bin| number(bin.from));
        let mut earlier = 0;
        for (counts, is_utc) in [(&self.utc, true), (&self.device, false)] {
            earlier += counts.range(..start).map(|(_, count)| count).sum::<u64>();
            for (day, count) in counts.range(start..=last_day) {
                let at = bins.partition_point(|bin| number(bin.from) <= *day);
                if let Some(bin) = at.checked_sub(1).and_then(|at| bins.get_mut(at)) {
                    *(if is_utc { &mut bin.utc } else { &mut bin.device }) += count;
                }
            }
        }
        Bins { step, bins, earlier, later, unplaced }
    }
}

/// The first day to draw. The files of a factory image are years older than anything else; where
/// a year or more without any entry lies before the busier half of all days, it is left out.
fn begin_of_use(days: &BTreeSet<i32>) -> Option<i32> {
    let mut begin = *days.first()?;
    let mut before = begin;
    for (number, day) in days.iter().enumerate() {
        if day - before >= 365 && number <= days.len() / 2 {
            begin = *day;
        }
        before = *day;
    }
    Some(begin)
}

/// Bins from the one with `first` (or later, where there would be too many) to that with `last`.
fn empty(step: Step, first: Date, last: Date) -> Vec<Bin> {
    let mut from = begin(step, last);
    let earliest = begin(step, first);
    let mut bins = Vec::new();
    while from >= earliest && bins.len() < Bins::MOST {
        bins.push(Bin { from, utc: 0, device: 0 });
        let before = match step {
            Step::Day => from.checked_sub(1.day()),
            Step::Week => from.checked_sub(1.week()),
            Step::Month => from.checked_sub(1.month()),
        };
        match before {
            Ok(date) => from = date,
            Err(_) => break,
        }
    }
    bins.reverse();
    bins
}

fn begin(step: Step, day: Date) -> Date {
    match step {
        Step::Day => day,
        Step::Week => {
            let since_monday = i64::from(day.weekday().to_monday_zero_offset());
            day.checked_sub(since_monday.days()).unwrap_or(day)
        }
        Step::Month => day.first_of_month(),
    }
}

const ZERO: Date = date(1970, 1, 1);

fn number(day: Date) -> i32 {
    let hours = day.duration_since(ZERO).as_hours();
    i32::try_from(hours / 24).unwrap_or_default()
}

fn calendar_day(number: i32) -> Date {
    ZERO.checked_add(SignedDuration::from_hours(24 * i64::from(number))).unwrap_or(ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(utc: &[(Date, u64)], device: &[(Date, u64)]) -> Summary {
        let days = |list: &[(Date, u64)]| list.iter().map(|(d, n)| (number(*d), *n)).collect();
        Summary { utc: days(utc), device: days(device), ..Summary::default() }
    }

    #[test]
    fn a_short_span_has_days_and_no_holes() {
        let bins =
            summary(&[(date(2024, 2, 28), 5), (date(2024, 3, 1), 2)], &[(date(2024, 2, 29), 1)])
                .bins(date(2024, 3, 10));
        let expected = [
            Bin { from: date(2024, 2, 28), utc: 5, device: 0 },
            Bin { from: date(2024, 2, 29), utc: 0, device: 1 },
            Bin { from: date(2024, 3, 1), utc: 2, device: 0 },
        ];
        assert_eq!((bins.step, &bins.bins[..]), (Step::Day, &expected[..]));
    }

    #[test]
    fn weeks_begin_on_mondays() {
        let bins =
            summary(&[(date(2024, 1, 3), 1), (date(2024, 12, 31), 1)], &[]).bins(date(2025, 1, 1));
        assert_eq!(bins.step, Step::Week);
        assert_eq!(bins.bins.first().unwrap().from, date(2024, 1, 1));
        assert_eq!(bins.bins.last().unwrap(), &Bin { from: date(2024, 12, 30), utc: 1, device: 0 });
    }

    #[test]
    fn a_long_span_is_cut_at_its_start_and_nothing_is_lost() {
        let monthly = (2010..=2026).map(|year| (date(year, 5, 1), 1)).collect::<Vec<_>>();
        let halfway = (2010..=2025).map(|year| (date(year, 11, 1), 1)).collect::<Vec<_>>();
        let bins = summary(&monthly, &[&halfway[..], &[(date(2098, 1, 1), 7)]].concat())
            .bins(date(2026, 5, 2));
        assert_eq!((bins.step, bins.bins.len()), (Step::Month, Bins::MOST));
        assert_eq!(bins.bins.first().unwrap().from, date(2016, 6, 1));
        assert_eq!(bins.bins.last().unwrap().from, date(2026, 5, 1));
        // May 2010 to May 2016, and November 2010 to November 2015.
        assert_eq!((bins.earlier, bins.later), (7 + 6, 7));
        assert_eq!(bins.bins.iter().map(|bin| bin.utc).sum::<u64>(), 10);
        assert_eq!(bins.bins.iter().map(|bin| bin.device).sum::<u64>(), 10);
    }

    #[test]
    fn a_factory_image_does_not_stretch_the_chart_and_is_counted() {
        let days = [(date(2009, 1, 1), 100_000), (date(2026, 4, 1), 3), (date(2026, 4, 30), 4)];
        let bins = summary(&days, &[]).bins(date(2026, 5, 2));
        assert_eq!((bins.step, bins.bins.len(), bins.earlier), (Step::Day, 30, 100_000));
    }

    #[test]
    fn a_lone_late_entry_does_not_push_the_rest_out() {
        let days = [(date(2023, 4, 1), 3), (date(2023, 4, 30), 4), (date(2026, 4, 1), 1)];
        let bins = summary(&days, &[]).bins(date(2026, 5, 2));
        assert_eq!((bins.step, bins.earlier), (Step::Month, 0));
    }

    #[test]
    fn nothing_has_no_bins() {
        assert_eq!(summary(&[], &[]).bins(date(2026, 1, 1)).bins, []);
    }
}
