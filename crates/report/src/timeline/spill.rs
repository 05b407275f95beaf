//! Sorting rows outside memory, in files that nobody else can read.

use super::sealed::Sealed;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, BufReader, BufWriter, Read, Write};

/// How many runs are merged at a time: with a buffer each, this bounds memory and open files.
const FAN_IN: usize = 32;
const BUFFER: usize = 32 << 10;

/// Takes rows in any order and gives them back sorted.
pub(super) struct Sorter {
    memory: usize,
    bytes: Vec<u8>,
    rows: Vec<Place>,
    /// Runs by how often they were merged; at most [`FAN_IN`] on each level.
    levels: Vec<Vec<Sealed>>,
}

/// Sorts as rows do: by time, then as they came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: i64,
    index: u64,
    start: usize,
    len: usize,
}

impl Sorter {
    pub(super) fn new(memory: usize) -> Self {
        Self { memory, bytes: Vec::new(), rows: Vec::new(), levels: Vec::new() }
    }

    pub(super) fn add(&mut self, at: i64, index: u64, row: &[u8]) -> io::Result<()> {
        let held = self.bytes.len() + self.rows.len() * size_of::<Place>();
        if held + row.len() > self.memory && !self.rows.is_empty() {
            self.spill()?;
        }
        self.rows.push(Place { at, index, start: self.bytes.len(), len: row.len() });
        self.bytes.extend_from_slice(row);
        Ok(())
    }

    /// Gives every row, in order.
    pub(super) fn merge(
        mut self,
        take: &mut dyn FnMut(i64, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.levels.is_empty() {
            self.rows.sort_unstable();
            for place in &self.rows {
                take(place.at, row(&self.bytes, *place))?;
            }
            return Ok(());
        }
        self.spill()?;
        self.bytes = Vec::new();
        self.rows = Vec::new();
        let mut runs: Vec<Sealed> = self.levels.into_iter().flatten().collect();
        while runs.len() > FAN_IN {
            let some: Vec<Sealed> = runs.drain(..FAN_IN).collect();
            runs.push(merged(some)?);
        }
        merge(runs, &mut |at, _, bytes| take(at, bytes))
    }

    /// Writes what is held as a sorted run, and merges runs where there are many.
    fn spill(&mut self) -> io::Result<()> {
        self.rows.sort_unstable();
        let mut out = BufWriter::with_capacity(BUFFER, Sealed::create()?);
        for place in &self.rows {
            write_row(&mut out, place.at, place.index, row(&self.bytes, *place))?;
        }
        let mut run = finished(out)?;
        self.rows.clear();
        self.bytes.clear();
        for level in 0.. {
            if self.levels.len() <= level {
                self.levels.push(Vec::new());
            }
            let Some(runs) = self.levels.get_mut(level) else { break };
            runs.push(run);
            if runs.len() < FAN_IN {
                break;
            }
            run = merged(std::mem::take(runs))?;
        }
        Ok(())
    }
}

fn row(bytes: &[u8], place: Place) -> &[u8] {
    bytes.get(place.start..place.start + place.len).unwrap_or_default()
}

fn write_row(out: &mut impl Write, at: i64, index: u64, row: &[u8]) -> io::Result<()> {
    let len = u32::try_from(row.len()).map_err(|_| io::Error::other("a row beyond 4 GiB"))?;
    out.write_all(&at.to_le_bytes())?;
    out.write_all(&index.to_le_bytes())?;
    out.write_all(&len.to_le_bytes())?;
    out.write_all(row)
}

fn finished(out: BufWriter<Sealed>) -> io::Result<Sealed> {
    out.into_inner().map_err(io::IntoInnerError::into_error)?.begin_again()
}

/// One run made of several.
fn merged(runs: Vec<Sealed>) -> io::Result<Sealed> {
    let mut out = BufWriter::with_capacity(BUFFER, Sealed::create()?);
    merge(runs, &mut |at, index, row| write_row(&mut out, at, index, row))?;
    finished(out)
}

/// Takes a row: its time, its number, its bytes.
type Take<'t> = dyn FnMut(i64, u64, &[u8]) -> io::Result<()> + 't;

fn merge(runs: Vec<Sealed>, take: &mut Take<'_>) -> io::Result<()> {
    let mut runs: Vec<Run> = runs.into_iter().map(Run::new).collect();
    let mut heads = BinaryHeap::with_capacity(runs.len());
    for (number, run) in runs.iter_mut().enumerate() {
        if let Some(head) = run.advance()? {
            heads.push(Reverse((head, number)));
        }
    }
    while let Some(Reverse(((at, index), number))) = heads.pop() {
        let Some(run) = runs.get_mut(number) else { continue };
        take(at, index, &run.row)?;
        if let Some(head) = run.advance()? {
            heads.push(Reverse((head, number)));
        }
    }
    Ok(())
}

/// A sorted run being read, with its current row.
struct Run {
    from: BufReader<Sealed>,
    row: Vec<u8>,
}

impl Run {
    fn new(file: Sealed) -> Self {
        Self { from: BufReader::with_capacity(BUFFER, file), row: Vec::new() }
    }

    /// Reads the next row; `None` at the end.
    fn advance(&mut self) -> io::Result<Option<(i64, u64)>> {
        let (mut at, mut index, mut len) = ([0; 8], [0; 8], [0; 4]);
        match self.from.read_exact(&mut at) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        self.from.read_exact(&mut index)?;
        self.from.read_exact(&mut len)?;
        let len = usize::try_from(u32::from_le_bytes(len)).map_err(io::Error::other)?;
        self.row.resize(len, 0);
        self.from.read_exact(&mut self.row)?;
        Ok(Some((i64::from_le_bytes(at), u64::from_le_bytes(index))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More runs than are merged at once, on two levels, against a plain sort.
    #[test]
    fn what_comes_out_is_sorted_and_whole() {
        let mut sorter = Sorter::new(1_000);
        let mut expected = Vec::new();
        let mut number = 1_u64;
        for index in 0..40_000_u64 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (number >> 33) as i64 % 5_000;
            let row = vec![b'x'; (number >> 40) as usize % 30];
            sorter.add(at, index, &row).unwrap();
            expected.push((at, index, row));
        }
        assert!(sorter.levels.len() >= 2);
        assert!(sorter.levels.iter().all(|runs| runs.len() < FAN_IN));
        expected.sort();
        let mut expected = expected.into_iter();
        sorter
            .merge(&mut |at, row| {
                let (expected_at, _, expected_row) = expected.next().unwrap();
                assert_eq!((at, row), (expected_at, &expected_row[..]));
                Ok(())
            })
            .unwrap();
        assert_eq!(expected.next(), None);
    }

    #[test]
    fn a_row_larger_than_the_budget_is_kept() {
        let mut sorter = Sorter::new(10);
        for at in [2, 1] {
            sorter.add(at, 0, &[7; 100]).unwrap();
        }
        let mut times = Vec::new();
        sorter
            .merge(&mut |at, row| {
                times.push((at, row.len()));
                Ok(())
            })
            .unwrap();
        assert_eq!(times, [(1, 100), (2, 100)]);
    }
}
