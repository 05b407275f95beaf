//! A block that is being read: its reader of `dumpsys`, and what turns that into facts.

use super::position;
use dumpsys::{BlockKind, Line, Place, Reader, Unread};
use evidence::Emitter;
use model::fact::Fact;
use model::{Position, Time};

/// One kind of block that this version reads: a line of the table.
pub(super) struct Row {
    /// A service of dumpsys or a section of dumpstate.
    pub(super) kind: BlockKind,
    /// Its names in all versions; one that ends in `*` stands for all that begin so.
    pub(super) names: &'static [&'static str],
    /// Where it must stand.
    pub(super) expected: Expected,
    /// Whether it always states something that a reader understands.
    pub(super) never_empty: bool,
    /// What is taken from it, in words, for `tamarisk formats`.
    pub(super) takes: &'static str,
    /// Starts reading one.
    pub(super) open: fn(&Dump) -> Box<dyn Open>,
}

/// Where a block must stand: one that is not there is told as missing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// Nowhere: many phones are without, or leave it out of a dump.
    #[allow(dead_code)] // The services that follow use it.
    Nowhere,
    /// In every dump of dumpsys from this Android version on.
    Since(u32),
    /// In every dumpstate (a section that `dumpsys` alone does not print).
    InDumpstate,
}

impl Row {
    /// Whether a block of this kind and name is meant.
    pub(super) fn is(&self, kind: BlockKind, name: &str) -> bool {
        self.kind == kind
            && self.names.iter().any(|own| match own.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => *own == name,
            })
    }
}

/// What is known of the dump as a whole when a block starts.
#[derive(Debug, Default)]
pub(super) struct Dump {
    /// When it was taken, on the phone's clock, as written (`2026-09-30 10:00:00`): what
    /// dumpstate's header says, or when the first service that says so was done.
    pub(super) taken: Option<String>,
    /// Android version, as the build's fingerprint states it.
    pub(super) release: Option<u32>,
}

impl Dump {
    /// Takes a line of dumpstate's header.
    pub(super) fn header(&mut self, line: &Line<'_>) {
        let text = line.text();
        if let Some(taken) = text.strip_prefix("== dumpstate: ") {
            self.taken = Some(taken.trim().to_owned());
        } else if let Some(print) = text.strip_prefix("Build fingerprint: ") {
            // 'google/oriole/oriole:14/AP1A.240505.004/1:user/release-keys'
            self.release = print.split('/').nth(2).and_then(|device| {
                let release = device.split_once(':')?.1;
                release.split('.').next()?.parse().ok()
            });
        }
    }
}

/// A reader of the table at work: lines in, facts out.
pub(super) trait Open {
    /// Takes a line.
    fn line(&mut self, line: &Line<'_>, out: &mut Out<'_, '_>);
    /// The block is over.
    fn finish(&mut self, out: &mut Out<'_, '_>);
    /// What was not understood.
    fn unread(&self) -> Unread;
    /// What a person should know besides.
    fn note(&self) -> Option<String>;
}

/// A reader, and the function that turns what it gives into facts.
pub(super) fn with<R: Reader>(
    reader: R,
    fact: fn(&R::Event<'_>, &mut Out<'_, '_>),
) -> Box<dyn Open> {
    Box::new(With { reader, fact })
}

struct With<R: Reader> {
    reader: R,
    fact: fn(&R::Event<'_>, &mut Out<'_, '_>),
}

impl<R: Reader> Open for With<R> {
    fn line(&mut self, line: &Line<'_>, out: &mut Out<'_, '_>) {
        let fact = self.fact;
        self.reader.line(line, &mut |event, place| {
            out.place = Some(place);
            fact(event, out);
        });
    }

    fn finish(&mut self, out: &mut Out<'_, '_>) {
        let fact = self.fact;
        self.reader.finish(&mut |event, place| {
            out.place = Some(place);
            fact(event, out);
        });
    }

    fn unread(&self) -> Unread {
        self.reader.unread()
    }

    fn note(&self) -> Option<String> {
        self.reader.note()
    }
}

/// Where the facts of a block go: each stands where its event stood.
pub(super) struct Out<'o, 'e> {
    emitter: &'o mut Emitter<'e>,
    /// What is known of the dump.
    #[allow(dead_code)] // The services that follow use it.
    pub(super) dump: &'o Dump,
    place: Option<Place>,
    told: u64,
}

impl<'o, 'e> Out<'o, 'e> {
    pub(super) fn new(emitter: &'o mut Emitter<'e>, dump: &'o Dump) -> Self {
        Self { emitter, dump, place: None, told: 0 }
    }

    /// Something was seen where the event stands, and happened at `time`.
    pub(super) fn fact(&mut self, fact: impl Into<Fact>, time: Option<Time>) {
        let position = self.place.map_or_else(Position::default, position);
        self.emitter.fact(fact, position, time);
        self.told += 1;
    }

    /// How many facts were told.
    pub(super) fn told(&self) -> u64 {
        self.told
    }
}
