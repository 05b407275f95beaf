//! The services and sections of a dump as artifacts of their own: how far each was read.

use super::block::{Dump, Expected, Row};
use super::table::{SECTIONS, SERVICES};
use super::{ID, position};
use dumpsys::{Block, BlockKind, Closed, Ending, Place, Summary, Unread};
use evidence::Emitter;
use model::{Artifact, Status};
use std::collections::HashMap;

/// How many blocks are listed; real phones have about 250 services and 200 sections.
const MAX_BLOCKS: usize = 5_000;

/// The oldest Android version whose dumps count as complete: a service that came later is not
/// missed where the version is not known.
const OLDEST: u32 = 7;

/// Sections that hold services, which are listed one by one.
const HOLDER: &str = "DUMPSYS";

/// What is known of the blocks so far, in the order they came.
#[derive(Default)]
pub(super) struct Blocks {
    list: Vec<Listed>,
    by_name: HashMap<(BlockKind, String), usize>,
    open: Option<usize>,
    /// Whether the open one is read; the repetition of one that was read is not.
    reading: bool,
    /// Blocks beyond [`MAX_BLOCKS`].
    more: u64,
}

/// One service or section. Dumped twice, it is listed once.
#[derive(Default)]
struct Listed {
    name: String,
    /// Its line in the table, if it is read.
    row: Option<&'static Row>,
    bytes: Option<u64>,
    facts: u64,
    unread: Unread,
    /// Lines longer than the limit, cut there.
    cut: Unread,
    timed_out: Option<Place>,
    /// Where the service says that its dump was refused or broke off.
    broken: Option<Place>,
    text_end: Option<Place>,
    note: Option<String>,
}

impl Listed {
    /// Whether it was dumped to its end and states nothing.
    fn is_empty(&self) -> bool {
        self.facts == 0 && self.unread.count == 0 && self.text_end.is_none()
    }

    /// Whether nothing was left to read.
    fn is_whole(&self) -> bool {
        self.facts > 0 && self.timed_out.is_none() && self.broken.is_none()
    }
}

impl Blocks {
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A block starts. Says whether to read it: the table has it, and no earlier dump of the
    /// same block was whole. Sections repeat with other contents (a log of now and of before).
    pub(super) fn open(&mut self, block: &Block<'_>, row: Option<&'static Row>) -> bool {
        self.open = None;
        let section = block.kind == BlockKind::Section;
        let name = if section { without_number(&block.name) } else { &block.name };
        if section && row.is_none() && name.starts_with(HOLDER) {
            return false;
        }
        let key = (block.kind, name.to_owned());
        let at = match self.by_name.get(&key) {
            Some(at) => *at,
            None if self.list.len() < MAX_BLOCKS || row.is_some() => {
                self.by_name.insert(key, self.list.len());
                self.list.push(Listed { name: name.to_owned(), row, ..Listed::default() });
                self.list.len() - 1
            }
            None => {
                self.more += 1;
                return false;
            }
        };
        self.open = Some(at);
        let whole = !section && self.list.get(at).is_some_and(Listed::is_whole);
        self.reading = row.is_some() && !whole;
        self.reading
    }

    fn current(&mut self) -> Option<&mut Listed> {
        self.list.get_mut(self.open?)
    }

    /// Facts were told from the open service.
    pub(super) fn told(&mut self, count: u64) {
        if count > 0
            && let Some(service) = self.current()
        {
            service.facts += count;
        }
    }

    /// A line of the open service was cut.
    pub(super) fn cut(&mut self, place: Place) {
        if let Some(service) = self.current() {
            service.cut.count += 1;
            service.cut.first.get_or_insert(place);
        }
    }

    /// The open service says that its dump was refused or broke off.
    pub(super) fn broken(&mut self, place: Place) {
        if let Some(service) = self.current() {
            service.broken.get_or_insert(place);
        }
    }

    /// The open service ended.
    pub(super) fn close(&mut self, closed: &Closed, unread: Unread, note: Option<String>) {
        let reading = self.reading;
        let Some(service) = self.current() else { return };
        if let Some((start, end)) = closed.place.bytes {
            service.bytes = Some(service.bytes.unwrap_or(0) + (end - start));
        }
        if reading {
            service.unread.count += unread.count;
            service.unread.first = service.unread.first.or(unread.first);
            service.timed_out = closed.timed_out.then_some(closed.place);
            service.text_end = (closed.ending == Ending::TextEnd).then_some(closed.place);
            service.note = note.or(service.note.take());
        }
        self.open = None;
    }

    /// Tells each block as an artifact, and a gap for each that was not read whole.
    pub(super) fn tell(&self, summary: &Summary, dump: &Dump, out: &mut Emitter<'_>) {
        for listed in &self.list {
            let status = match listed.row {
                Some(row) => status(listed, row, summary, out),
                None => Status::NotSupported,
            };
            out.part(Artifact {
                size: listed.bytes,
                read_by: listed.row.map(|_| ID.into()),
                note: listed.note.clone(),
                ..Artifact::bare(&listed.name, status)
            });
        }
        if self.more > 0 {
            out.gap(None, format!("{} more services or sections are not listed", self.more));
        }
        for row in SERVICES.iter().chain(SECTIONS) {
            let expected = match row.expected {
                Expected::Nowhere => false,
                Expected::Since(version) => version <= dump.release.unwrap_or(OLDEST),
                Expected::InDumpstate => summary.header,
            };
            let there = self
                .list
                .iter()
                .any(|listed| listed.row.is_some_and(|one| std::ptr::eq(one.names, row.names)));
            if let Some(name) = row.names.first().filter(|_| expected && !there) {
                out.part(Artifact::bare(*name, Status::Missing));
            }
        }
    }
}

/// The name of a section without the process it is about (`SHOW MAP 1234`): there is one for
/// each process, and they are listed together.
fn without_number(name: &str) -> &str {
    match name.rsplit_once(' ') {
        Some((start, number)) if number.bytes().all(|b| b.is_ascii_digit()) => start,
        _ => name,
    }
}

fn status(listed: &Listed, row: &Row, summary: &Summary, out: &mut Emitter<'_>) -> Status {
    let name = &listed.name;
    let before = out.gaps();
    if let Some(place) = listed.timed_out {
        out.gap(Some(position(place)), format!("{name}: the phone gave up dumping it (timeout)"));
    }
    if let Some(place) = listed.broken {
        let reason = format!("{name}: the phone refused to dump it, or failed at it");
        out.gap(Some(position(place)), reason);
    } else if out.gaps() == before && listed.is_empty() && row.never_empty {
        out.gap(None, format!("{name}: nothing stands in it, and no phone is without"));
    }
    // Where services state how long they took (Android 8 on), one that does not was cut.
    let ends = summary.durations || summary.header || summary.error.is_some();
    if let Some(place) = listed.text_end.filter(|_| ends && !summary.done) {
        out.gap(Some(position(place)), format!("{name}: the text ends within it"));
    }
    let Unread { count, first } = listed.unread;
    if count > 0 {
        let lines = if count == 1 { "line was" } else { "lines were" };
        out.gap(first.map(position), format!("{name}: {count} {lines} not understood"));
    }
    let Unread { count, first } = listed.cut;
    if count > 0 {
        let longer = format!("{name}: {count} lines longer than 1 MiB were cut");
        out.gap(first.map(position), longer);
    }
    if out.gaps() > before { Status::Partly } else { Status::Read }
}
