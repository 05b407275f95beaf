//! The text of a bug report (dumpstate), and the output of dumpsys alone.
//!
//! Read once, whoever wants which block; each service and each section counts as an artifact of
//! its own. What is read stands in [`table`], one line a block.

mod ahead;
mod block;
mod blocks;
mod facts;
mod table;

use block::{Dump, Open, Out};
use blocks::Blocks;
use dumpsys::{Block, Closed, Line, Place, Summary, Visitor};
use evidence::{Emitter, Input, Parser, Reads};
use model::{Position, SourceKind, Status};
use std::sync::LazyLock;

/// The parser of dumpstate and dumpsys text.
pub struct Dumpstate;

/// Its id.
const ID: &str = "dumpstate";

/// What stands at the left edge where a block does not dump, or not to its end: AOSP
/// `core/java/android/os/Binder.java` (`doDump`), `com/android/internal/util/DumpUtils.java`,
/// `cmds/dumpsys/dumpsys.cpp` and `cmds/dumpstate/DumpstateUtil.cpp` (`RunCommandToFd`).
const REFUSALS: [&[u8]; 6] = [
    b"Permission Denial: can't dump ",
    b"Security exception: ",
    b"Exception occurred while dumping:",
    b"Can't find service: ",
    b"Error with service '",
    b"*** command '",
];

impl Parser for Dumpstate {
    fn id(&self) -> &'static str {
        ID
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Bugreport, SourceKind::Androidqf],
            artifacts: "the main text of a bug report; dumpsys.txt",
            takes: &TAKES,
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        match source {
            SourceKind::Bugreport => is_main_text(path),
            SourceKind::Androidqf => path == "dumpsys.txt",
            _ => false,
        }
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let stream = match input.stream() {
            Ok(stream) => stream,
            Err(error) => {
                out.gap(None, format!("cannot be opened: {error}"));
                return Status::Failed;
            }
        };
        let (dump, blocks) = (Dump::default(), Blocks::default());
        let mut reading = Reading { out, dump, open: None, blocks };
        let summary = ahead::read(stream, |stream| dumpsys::read(stream, &mut reading));
        let Reading { out, dump, blocks, .. } = reading;
        finish(&summary, &dump, &blocks, out)
    }
}

/// Whether a path of a bug report is that of its main text. Makers name it differently; what
/// stands in folders (`FS/…`, `proto/…`) and dumpstate's log of itself are other things.
fn is_main_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let text = name.ends_with(".txt") || name.ends_with(".log");
    let other = ["dumpstate_log", "dumpstate-stats", "dumpstate_board", "main_entry", "version"];
    let apart = ["FS/", "proto/", "lshal-debug/", "shutdown_checkpoints/"];
    let main = name.starts_with("bugreport") || name.starts_with("dumpst") || name == "dumpsys.txt";
    text && main
        && !other.iter().any(|start| name.starts_with(start))
        && !apart.iter().any(|folder| path.starts_with(folder))
}

/// What it takes, in words.
static TAKES: LazyLock<String> = LazyLock::new(table::takes);

/// The visitor: hands the lines of each block to its reader, and what that reads to `out`.
struct Reading<'o, 'e> {
    out: &'o mut Emitter<'e>,
    dump: Dump,
    /// The reader of the block that is open.
    open: Option<Box<dyn Open>>,
    blocks: Blocks,
}

impl Visitor for Reading<'_, '_> {
    fn header(&mut self, line: &Line<'_>) {
        self.dump.header(line);
    }

    fn open(&mut self, block: &Block<'_>) -> bool {
        let row = table::row(block.kind, &block.name);
        // A service may be dumped twice, by priority: the second dump repeats the first.
        let wanted = self.blocks.open(block, row);
        self.open = row.filter(|_| wanted).map(|row| (row.open)(&self.dump));
        self.open.is_some()
    }

    fn line(&mut self, line: &Line<'_>) {
        if line.cut {
            self.blocks.cut(line.place);
        }
        if REFUSALS.iter().any(|words| line.bytes.starts_with(words)) {
            self.blocks.broken(line.place);
            return;
        }
        if let Some(open) = &mut self.open {
            let mut out = Out::new(self.out, &self.dump);
            open.line(line, &mut out);
            self.blocks.told(out.told());
        }
    }

    fn close(&mut self, closed: &Closed) {
        let open = self.open.take();
        let (mut unread, mut note) = Default::default();
        if let Some(mut open) = open {
            let mut out = Out::new(self.out, &self.dump);
            open.finish(&mut out);
            self.blocks.told(out.told());
            (unread, note) = (open.unread(), open.note());
        }
        self.blocks.close(closed, unread, note);
        if closed.ended_at.is_some() {
            self.dump.now.clone_from(&closed.ended_at);
        }
        if self.dump.taken.is_none() {
            self.dump.taken.clone_from(&closed.ended_at);
        }
    }
}

/// Tells what the text as a whole lacks, and the services as artifacts.
fn finish(summary: &Summary, dump: &Dump, blocks: &Blocks, out: &mut Emitter<'_>) -> Status {
    if let Some(error) = &summary.error {
        let at = Position::bytes(summary.bytes, summary.bytes);
        out.gap(Some(at), format!("cannot be read further: {error}"));
    }
    if blocks.is_empty() && !summary.header {
        out.gap(None, "no dumpstate or dumpsys output in this text");
        return Status::Failed;
    }
    if summary.header && !summary.done {
        let at = position(end(summary));
        out.gap(Some(at), "the text ends before `dumpstate: done`: the bug report was cut");
    }
    let dumpsys::Unread { count, first } = summary.timed_out;
    if count > 0 {
        let reason = format!("the phone gave up on {count} of the report's commands (timeout)");
        out.gap(first.map(position), reason);
    }
    blocks.tell(summary, dump, out);
    if out.gaps() > 0 { Status::Partly } else { Status::Read }
}

fn end(summary: &Summary) -> Place {
    let utf8 = summary.encoding == dumpsys::TextEncoding::Utf8;
    let bytes = utf8.then_some((summary.bytes, summary.bytes));
    Place { line: summary.lines.max(1), bytes }
}

fn position(place: Place) -> Position {
    Position { byte: place.bytes, line: Some(place.line), ..Position::default() }
}
