//! `tamarisk read`: what was seen, one record a line, without judging it.

use crate::args::ReadArgs;
use crate::failure::Failure;
use crate::{input, interrupted, isolation, progress};
use examine::{Event, Options, Progress};
use model::{Item, SourceId};
use record::{Counts, Record};
use std::io::{self, Write};
use std::time::Duration;

/// Prints the records; the exit code is 0 when all was read, 3 when there are gaps.
pub(crate) fn run(args: &ReadArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let limits = args.input.limits.limits();
    let reader = isolation::confined(&args.input, &[], &limits, None)?;
    let _heeded = interrupted::heed(reader.temporary(), || "interrupted: not all was read".into());
    let plan = input::plan(&args.input, &limits, &reader)?;
    let progress = Progress::default();
    let patience = Duration::from_secs(limits.total_seconds);
    let options = Options {
        threads: args.input.thread_count(),
        limits,
        now: jiff::Timestamp::UNIX_EPOCH, // Reading judges nothing, so that no time matters.
        reader: &reader,
        progress: &progress,
    };
    let mut lines = Lines { out, counts: Counts::default(), incomplete: false, written: Ok(()) };
    progress::shown(&progress, args.input.quiet, patience, || {
        examine::read(plan, &options, &mut |event| lines.event(event));
    });
    let end = Record::End(lines.counts);
    lines.written.and_then(|()| end.write_line(lines.out)).map_err(Failure::output)?;
    Ok(if lines.incomplete { 3 } else { 0 })
}

/// Writes events as records until writing fails.
struct Lines<'a, W> {
    out: &'a mut W,
    counts: Counts,
    incomplete: bool,
    written: io::Result<()>,
}

impl<W: Write> Lines<'_, W> {
    fn event(&mut self, event: Event) {
        if self.written.is_err() {
            return;
        }
        self.written = match event {
            Event::Began(source) => {
                self.counts.sources += 1;
                Record::Source(source).write_line(self.out)
            }
            Event::Observation(source, seen) => self.item(source, Item::Observation(seen)),
            Event::Artifact(source, artifact) => self.item(source, Item::Artifact(artifact)),
            Event::Gap(Some(source), gap) => self.item(source, Item::Gap(gap)),
            Event::Gap(None, gap) => {
                self.counts.gaps += 1;
                self.incomplete = true;
                Record::Gap(None, gap).write_line(self.out)
            }
            Event::Ended(_) => Ok(()),
        };
    }

    fn item(&mut self, source: SourceId, item: Item) -> io::Result<()> {
        self.counts.count(&item);
        self.incomplete |= match &item {
            Item::Gap(_) => true,
            Item::Artifact(artifact) => artifact.status.leaves_a_gap(),
            Item::Observation(_) | Item::Recognised(_) => false,
        };
        record::write_item(self.out, source, &item)
    }
}
