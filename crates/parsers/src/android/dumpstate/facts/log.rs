//! The logs in a bug report as facts.

use super::super::block::Open;
use super::Out;
use crate::android::log::LogFacts;
use dumpsys::{Line, LogReader, Reader, Unread};

/// Starts reading one.
pub(in super::super) fn open() -> Box<dyn Open> {
    Box::<Log>::default()
}

/// A log, and what must be remembered of it.
#[derive(Default)]
struct Log {
    reader: LogReader,
    facts: LogFacts,
}

impl Open for Log {
    fn line(&mut self, line: &Line<'_>, out: &mut Out<'_, '_>) {
        let facts = &mut self.facts;
        let dump = out.dump;
        self.reader.line(line, &mut |event, place| {
            out.at(place);
            facts.tell(event, dump.taken.as_deref(), &mut |fact, time| out.fact(fact, time));
        });
    }

    fn finish(&mut self, _: &mut Out<'_, '_>) {}

    fn unread(&self) -> Unread {
        self.reader.unread()
    }

    fn note(&self) -> Option<String> {
        None
    }
}
