//! What happened, in order of time, whatever its number: `timeline.csv`, and a summary of it
//! for the chart and the table of the HTML.
//!
//! Rows are sorted outside memory: what does not fit into the budget is written in sorted runs
//! to temporary files that have no name ([`tempfile::tempfile`]), and the runs are merged. A
//! run is encrypted with a key that only memory holds; since it has no name, nothing of it can be
//! opened afterwards, and the space is given back when the program ends, in whatever way it ends.

mod bins;
mod calendar;
mod row;
mod sealed;
mod spill;
mod table;

pub use bins::{Bin, Bins, Step};

use model::{Clock, Observation, SourceId};
use spill::Sorter;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::{self, Write};

pub(crate) use calendar::{datetime_text, day};
pub(crate) use row::Row;

/// Collects what happened; see the [module](self).
pub struct Timeline {
    rows: Option<Sorter>,
    failed: Option<io::Error>,
    summary: Summary,
    scratch: Vec<u8>,
}

/// Counts, and the rows worth a person's time; memory does not grow with the observations.
#[derive(Default)]
pub struct Summary {
    /// How many rows there are.
    total: u64,
    /// How many of them have no place on a calendar (time since start, or none that reads).
    unplaced: u64,
    /// Rows per day since 1970-01-01, for days a phone can have seen.
    utc: BTreeMap<i32, u64>,
    device: BTreeMap<i32, u64>,
    /// Rows on a day outside of those.
    outside: u64,
    /// The newest rows, those that are no mere file times before those that are.
    newest: BinaryHeap<Reverse<Kept>>,
    /// Bytes of these.
    newest_bytes: usize,
}

/// A row that is kept: what it is worth, its time, its number, its bytes.
type Kept = (u8, i64, u64, Vec<u8>);

impl Timeline {
    /// How many rows [`Summary::newest`] keeps, and bytes of them: a text may have a megabyte.
    pub(crate) const NEWEST: usize = 1_000;
    const NEWEST_BYTES: usize = 16 << 20;

    /// A timeline that holds at most about `memory` bytes before it uses a temporary file.
    #[must_use]
    pub fn new(memory: usize) -> Self {
        Self { rows: Some(Sorter::new(memory)), ..Self::summary_only() }
    }

    /// A timeline that keeps only what the HTML needs; [`Timeline::write_csv`] then writes
    /// no rows.
    #[must_use]
    pub fn summary_only() -> Self {
        Self { rows: None, failed: None, summary: Summary::default(), scratch: Vec::new() }
    }

    /// Takes in every time that an observation states. A file's three times are three rows.
    /// When the temporary file cannot be written, [`Timeline::write_csv`] tells.
    pub fn add(&mut self, source: SourceId, seen: &Observation) {
        let mut scratch = std::mem::take(&mut self.scratch);
        row::each(source, seen, &mut scratch, &mut |rank, at, clock, bytes| {
            let index = self.summary.total;
            self.summary.add(rank, at, clock, index, bytes);
            if let (Some(rows), None) = (&mut self.rows, &self.failed) {
                self.failed = rows.add(at.unwrap_or(i64::MAX), index, bytes).err();
            }
        });
        self.scratch = scratch;
    }

    /// What the HTML shows of it.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// What the HTML shows of it, where no rows are wanted any more.
    #[must_use]
    pub fn into_summary(self) -> Summary {
        self.summary
    }

    /// Writes all rows as CSV, in order of time; those without a place on a calendar come last.
    /// What the HTML shows is left.
    ///
    /// # Errors
    /// When `out` cannot be written, or the temporary file could not be written or read.
    pub fn write_csv(self, out: &mut impl Write) -> io::Result<Summary> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut table = table::Table::begin(out)?;
        if let Some(rows) = self.rows {
            rows.merge(&mut |at, bytes| table.row((at != i64::MAX).then_some(at), bytes))?;
        }
        table.end()?;
        Ok(self.summary)
    }
}

impl Summary {
    /// How many rows the timeline has.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The newest rows, newest first; events before mere file times.
    pub(crate) fn newest(&self) -> Vec<(Option<i64>, Row<'_>)> {
        let mut kept: Vec<_> = self.newest.iter().map(|Reverse(row)| row).collect();
        kept.sort_unstable_by_key(|(_, at, index, _)| Reverse((*at, *index)));
        kept.iter().filter_map(|(_, at, _, bytes)| Some((Some(*at), Row::read(bytes)?))).collect()
    }

    fn add(&mut self, rank: u8, at: Option<i64>, clock: Clock, index: u64, bytes: &[u8]) {
        self.total += 1;
        let Some(at) = at else {
            self.unplaced += 1;
            return;
        };
        match (calendar::day(at), clock) {
            (Some(day), Clock::Utc) => *self.utc.entry(day).or_default() += 1,
            (Some(day), Clock::Device) => *self.device.entry(day).or_default() += 1,
            (None, _) => self.outside += 1,
        }
        let full = self.newest.len() >= Timeline::NEWEST
            || self.newest_bytes + bytes.len() > Timeline::NEWEST_BYTES;
        let least = self.newest.peek().map(|Reverse((rank, at, index, _))| (*rank, *at, *index));
        if full && least.is_some_and(|least| least >= (rank, at, index)) {
            return;
        }
        self.newest_bytes += bytes.len();
        self.newest.push(Reverse((rank, at, index, bytes.to_vec())));
        while self.newest.len() > Timeline::NEWEST || self.newest_bytes > Timeline::NEWEST_BYTES {
            let Some(Reverse((.., dropped))) = self.newest.pop() else { break };
            self.newest_bytes -= dropped.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_rows_are_kept_while_there_is_room_and_the_newest_stay() {
        let mut summary = Summary::default();
        for at in 0..100 {
            summary.add(1, Some(at), Clock::Utc, at.unsigned_abs(), &[0; 1 << 20]);
        }
        assert_eq!(summary.total(), 100);
        let mut kept: Vec<i64> = summary.newest.iter().map(|Reverse((_, at, ..))| *at).collect();
        kept.sort_unstable();
        assert_eq!(kept, (84..100).collect::<Vec<_>>());
        assert_eq!(summary.newest_bytes, 16 << 20);
    }
}
