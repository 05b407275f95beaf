//! The services of a dump as artifacts of their own: how far each was read.

use super::{ID, PROPERTIES, WANTED, position};
use dumpsys::{Block, BlockKind, Closed, Ending, Place, Summary, Unread};
use evidence::Emitter;
use model::{Artifact, Status};
use std::collections::HashMap;

/// The services that state something on every phone.
const NEVER_EMPTY: [&str; 3] = ["appops", "package", PROPERTIES];

/// How many services are listed; real phones have about 250.
const MAX_SERVICES: usize = 5_000;

/// What is known of the services so far, in the order they came.
#[derive(Default)]
pub(super) struct Services {
    list: Vec<Service>,
    by_name: HashMap<String, usize>,
    open: Option<usize>,
    /// Whether the open one is read; the repetition of one that was read is not.
    reading: bool,
    /// Services beyond [`MAX_SERVICES`].
    more: u64,
}

/// One service, or the section of system properties. Dumped twice, it is listed once.
#[derive(Default)]
struct Service {
    name: String,
    readable: bool,
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

impl Service {
    /// Whether it was dumped to its end and states nothing.
    fn is_empty(&self) -> bool {
        self.facts == 0 && self.unread.count == 0 && self.text_end.is_none()
    }

    /// Whether nothing was left to read.
    fn is_whole(&self) -> bool {
        self.facts > 0 && self.timed_out.is_none() && self.broken.is_none()
    }
}

impl Services {
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A block starts. Says whether to read it: it is readable, and no earlier dump of the
    /// same service was whole.
    pub(super) fn open(&mut self, block: &Block<'_>, readable: bool) -> bool {
        self.open = None;
        if block.kind == BlockKind::Section && !readable {
            return false;
        }
        let at = match self.by_name.get(block.name.as_ref()) {
            Some(at) => *at,
            None if self.list.len() < MAX_SERVICES || readable => {
                let name = block.name.as_ref().to_owned();
                self.by_name.insert(name.clone(), self.list.len());
                self.list.push(Service { name, readable, ..Service::default() });
                self.list.len() - 1
            }
            None => {
                self.more += 1;
                return false;
            }
        };
        self.open = Some(at);
        self.reading = readable && !self.list.get(at).is_some_and(Service::is_whole);
        self.reading
    }

    fn current(&mut self) -> Option<&mut Service> {
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

    /// Tells each service as an artifact, and a gap for each that was not read whole.
    pub(super) fn tell(&self, summary: &Summary, out: &mut Emitter<'_>) {
        for service in &self.list {
            let status =
                if service.readable { status(service, summary, out) } else { Status::NotSupported };
            out.part(Artifact {
                size: service.bytes,
                read_by: service.readable.then(|| ID.into()),
                note: service.note.clone(),
                ..Artifact::bare(&service.name, status)
            });
        }
        if self.more > 0 {
            out.gap(None, format!("{} more services are not listed", self.more));
        }
        let properties = summary.header.then_some(PROPERTIES);
        for name in WANTED.into_iter().chain(properties) {
            if !self.by_name.contains_key(name) {
                out.part(Artifact::bare(name, Status::Missing));
            }
        }
    }
}

fn status(service: &Service, summary: &Summary, out: &mut Emitter<'_>) -> Status {
    let name = &service.name;
    let before = out.gaps();
    if let Some(place) = service.timed_out {
        out.gap(Some(position(place)), format!("{name}: the phone gave up dumping it (timeout)"));
    }
    if let Some(place) = service.broken {
        let reason = format!("{name}: the phone refused to dump it, or failed at it");
        out.gap(Some(position(place)), reason);
    } else if out.gaps() == before && service.is_empty() && NEVER_EMPTY.contains(&&**name) {
        out.gap(None, format!("{name}: nothing stands in it, and no phone is without"));
    }
    // Where services state how long they took (Android 8 on), one that does not was cut.
    let ends = summary.durations || summary.header || summary.error.is_some();
    if let Some(place) = service.text_end.filter(|_| ends && !summary.done) {
        out.gap(Some(position(place)), format!("{name}: the text ends within it"));
    }
    let Unread { count, first } = service.unread;
    if count > 0 {
        let lines = if count == 1 { "line was" } else { "lines were" };
        out.gap(first.map(position), format!("{name}: {count} {lines} not understood"));
    }
    let Unread { count, first } = service.cut;
    if count > 0 {
        let longer = format!("{name}: {count} lines longer than 1 MiB were cut");
        out.gap(first.map(position), longer);
    }
    if out.gaps() > before { Status::Partly } else { Status::Read }
}
