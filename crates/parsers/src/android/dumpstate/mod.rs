//! The text of a bug report (dumpstate), and the output of dumpsys alone.
//!
//! Read once, whoever wants which service; each service counts as an artifact of its own.

mod facts;
mod services;

use dumpsys::{
    AccessibilityReader, AppopsReader, BatteryReader, Block, BlockKind, Closed, Line,
    PackageReader, Place, PropertyReader, Summary, Unread, Visitor,
};
use evidence::{Emitter, Input, Parser, Reads};
use model::{Position, SourceKind, Status};
use services::Services;

/// The parser of dumpstate and dumpsys text.
pub struct Dumpstate;

/// Its id.
const ID: &str = "dumpstate";

/// The services it reads, each expected in every dump.
const WANTED: [&str; 4] = ["accessibility", "appops", "batterystats", "package"];

/// The section it reads; only a full dumpstate has it.
const PROPERTIES: &str = "SYSTEM PROPERTIES";

/// What stands at the left edge where a service does not dump, or not to its end: AOSP
/// `core/java/android/os/Binder.java` (`doDump`) and `com/android/internal/util/DumpUtils.java`.
const REFUSALS: [&[u8]; 3] = [
    b"Permission Denial: can't dump ",
    b"Security exception: ",
    b"Exception occurred while dumping:",
];

impl Parser for Dumpstate {
    fn id(&self) -> &'static str {
        ID
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: &[SourceKind::Bugreport, SourceKind::Androidqf],
            artifacts: "the main text of a bug report; dumpsys.txt",
            takes: "services package, appops, accessibility, batterystats (daily); system \
                    properties; other services are listed",
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
        let mut reading = Reading { out, reader: Reader::None, services: Services::default() };
        let summary = dumpsys::read(stream, &mut reading);
        let Reading { out, services, .. } = reading;
        finish(&summary, &services, out)
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

/// The visitor: hands the lines of each block to its reader, and what that reads to `out`.
struct Reading<'o, 'e> {
    out: &'o mut Emitter<'e>,
    reader: Reader,
    services: Services,
}

/// The reader of the block that is open.
enum Reader {
    None,
    Package(Box<PackageReader>),
    Appops(AppopsReader),
    Accessibility(AccessibilityReader),
    Battery(BatteryReader),
    Properties(PropertyReader),
}

impl Reader {
    fn of(block: &Block<'_>) -> Self {
        match (block.kind, block.name.as_ref()) {
            (BlockKind::Service, "package") => Self::Package(Box::default()),
            (BlockKind::Service, "appops") => Self::Appops(AppopsReader::default()),
            (BlockKind::Service, "accessibility") => {
                Self::Accessibility(AccessibilityReader::default())
            }
            (BlockKind::Service, "batterystats") => Self::Battery(BatteryReader::default()),
            (BlockKind::Section, PROPERTIES) => Self::Properties(PropertyReader::default()),
            _ => Self::None,
        }
    }

    fn unread(&self) -> Unread {
        match self {
            Self::None => Unread::default(),
            Self::Package(reader) => reader.unread(),
            Self::Appops(reader) => reader.unread(),
            Self::Accessibility(reader) => reader.unread(),
            Self::Battery(reader) => reader.unread(),
            Self::Properties(reader) => reader.unread(),
        }
    }
}

impl Visitor for Reading<'_, '_> {
    fn open(&mut self, block: &Block<'_>) -> bool {
        self.reader = Reader::of(block);
        let readable = !matches!(self.reader, Reader::None);
        // A service may be dumped twice, by priority: the second dump repeats the first.
        if !self.services.open(block, readable) {
            self.reader = Reader::None;
        }
        !matches!(self.reader, Reader::None)
    }

    fn line(&mut self, line: &Line<'_>) {
        if line.cut {
            self.services.cut(line.place);
        }
        if REFUSALS.iter().any(|words| line.bytes.starts_with(words)) {
            self.services.broken(line.place);
            return;
        }
        let (out, services) = (&mut *self.out, &mut self.services);
        let mut count = 0;
        match &mut self.reader {
            Reader::None => {}
            Reader::Package(reader) => reader.line(line, &mut |event, place| {
                count += facts::package(event, position(place), out);
            }),
            Reader::Appops(reader) => reader.line(line, &mut |event, place| {
                count += facts::appops(event, position(place), out);
            }),
            Reader::Accessibility(reader) => reader.line(line, &mut |state, place| {
                count += facts::accessibility(state, position(place), out);
            }),
            Reader::Battery(reader) => reader.line(line, &mut |change, place| {
                count += facts::battery(change, position(place), out);
            }),
            Reader::Properties(reader) => reader.line(line, &mut |name, value, place| {
                count += facts::property(name, value, position(place), out);
            }),
        }
        services.told(count);
    }

    fn close(&mut self, closed: &Closed) {
        let out = &mut *self.out;
        let mut count = 0;
        let mut note = None;
        match &mut self.reader {
            Reader::Package(reader) => reader.finish(&mut |event, place| {
                count += facts::package(event, position(place), out);
            }),
            Reader::Properties(reader) => reader.finish(&mut |name, value, place| {
                count += facts::property(name, value, position(place), out);
            }),
            Reader::Accessibility(reader) if reader.unnamed() > 0 => {
                note = Some(format!("{} bound services named by label only", reader.unnamed()));
            }
            _ => {}
        }
        self.services.told(count);
        self.services.close(closed, self.reader.unread(), note);
        self.reader = Reader::None;
    }
}

/// Tells what the text as a whole lacks, and the services as artifacts.
fn finish(summary: &Summary, services: &Services, out: &mut Emitter<'_>) -> Status {
    if let Some(error) = &summary.error {
        let at = Position::bytes(summary.bytes, summary.bytes);
        out.gap(Some(at), format!("cannot be read further: {error}"));
    }
    if services.is_empty() && !summary.header {
        out.gap(None, "no dumpstate or dumpsys output in this text");
        return Status::Failed;
    }
    if summary.header && !summary.done {
        let at = position(end(summary));
        out.gap(Some(at), "the text ends before `dumpstate: done`: the bug report was cut");
    }
    services.tell(summary, out);
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
