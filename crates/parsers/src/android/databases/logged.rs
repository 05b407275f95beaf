//! A database beside which its write-ahead log (`-wal`) lies: read as its main file is, then once
//! more from a copy to which the log was applied. What only the second reading tells is marked.

use super::{Known, Told, read};
use evidence::{Blob, Emitter};
use model::{Fact, Item, Observation, Time};
use sqlite::Database;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Stands at the end of the position of what is only in the log, and of the place of its links.
const MARK: &str = " (only in the write-ahead log)";

/// Tells both readings; how many rows there were in the larger one.
pub(super) fn read_both(
    known: &Known,
    blob: &Blob,
    journal: &Blob,
    limit: u64,
    package: &str,
    out: &mut Emitter<'_>,
) -> u64 {
    let mut whole = match blob.to_vec(limit) {
        Ok(whole) => whole,
        Err(error) => {
            out.gap(None, format!("this database cannot be read: {error}"));
            return 0;
        }
    };
    let mut seen = Seen::default();
    let mut rows = 0;
    // An app may have been ended before the first page went to the main file.
    if !whole.is_empty() {
        let opened = Database::open(whole.as_slice(), whole.len() as u64, limit);
        rows = pass(known, opened, package, out, |one| {
            seen.count(&one);
            Some(one)
        });
    }
    let applied = match journal.to_vec(limit) {
        Ok(log) => sqlite::apply(&mut whole, &log, limit),
        Err(error) => {
            out.gap(None, format!("its write-ahead log (-wal) cannot be read: {error}"));
            return rows;
        }
    };
    if let Some((at, why)) = applied.fault {
        let reason =
            format!("its write-ahead log (-wal) is applied only up to byte {at} of the log: {why}");
        out.gap(None, reason);
    }
    if applied.pages == 0 {
        return rows;
    }
    let opened = Database::open(whole.as_slice(), whole.len() as u64, limit);
    let with_log =
        pass(known, opened, package, out, |one| seen.only_here(&one).then(|| marked(one)));
    rows.max(with_log)
}

/// One reading, of which `choose` says what is told on.
fn pass(
    known: &Known,
    opened: Result<Database, sqlite::SqliteError>,
    package: &str,
    out: &mut Emitter<'_>,
    mut choose: impl FnMut(Observation) -> Option<Observation>,
) -> u64 {
    let artifact = out.artifact().clone();
    let mut sink = |item: Item| match item {
        Item::Observation(one) => {
            if let Some(one) = choose(one) {
                out.fact(one.fact, one.position, one.time);
            }
        }
        Item::Gap(gap) => out.gap(gap.position, gap.reason),
        Item::Artifact(_) | Item::Recognised(_) => {}
    };
    // What it tells is stamped with the parser's name by `out`.
    let mut through = Emitter::new(artifact, "databases", &mut sink);
    let rows =
        read(known, opened, Told { out: &mut through, package: package.to_owned(), rows: 0 });
    through.finish();
    rows
}

fn marked(mut one: Observation) -> Observation {
    if let Some(pointer) = &mut one.position.pointer {
        pointer.push_str(MARK);
    }
    if let Fact::LinkSeen(link) = &mut one.fact {
        link.place.push_str(MARK);
    }
    one
}

/// What the main file tells, each as often as it does: eight bytes and a number for each fact.
#[derive(Default)]
struct Seen {
    hash: RandomState,
    counts: HashMap<u64, u32>,
}

impl Seen {
    fn count(&mut self, one: &Observation) {
        let count = self.counts.entry(key(&self.hash, &one.fact, one.time.as_ref())).or_default();
        *count = count.saturating_add(1);
    }

    /// Whether the main file does not tell it, or not this often.
    fn only_here(&mut self, one: &Observation) -> bool {
        let key = key(&self.hash, &one.fact, one.time.as_ref());
        match self.counts.get_mut(&key) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        }
    }
}

/// Rows have other numbers in the two readings, so that their place does not count.
fn key(hash: &RandomState, fact: &Fact, time: Option<&Time>) -> u64 {
    hash.hash_one(format!("{fact:?} {time:?}"))
}
