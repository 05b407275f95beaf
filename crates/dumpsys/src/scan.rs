//! One pass over the text in a sliding window.

use crate::block::{Mark, mark};
use crate::encoding::Transcoding;
use crate::{Block, BlockKind, Closed, Ending, Line, Place, TextEncoding, Unread};
use std::io::{self, Read};

/// The longest line that is given whole, in bytes; of a longer one only so much is given.
pub const MAX_LINE: usize = 1 << 20;

/// The window at the start, in bytes; it grows up to [`MAX_LINE`] for long lines.
const WINDOW: usize = 128 << 10;

/// Takes what [`read`] finds.
pub trait Visitor {
    /// A block starts. Says whether its lines are wanted; the others cost next to nothing.
    fn open(&mut self, block: &Block<'_>) -> bool;
    /// A line of a block that is wanted.
    fn line(&mut self, line: &Line<'_>);
    /// A block, wanted or not, ended.
    fn close(&mut self, closed: &Closed);
    /// A line of dumpstate's own header, before the first block: when it ran, which build.
    fn header(&mut self, _line: &Line<'_>) {}
}

/// How many lines at the start may be dumpstate's header; it has about twenty.
const HEADER_LINES: u64 = 500;

/// What a text was, seen as a whole.
#[derive(Debug, Default)]
pub struct Summary {
    /// Bytes read (as given, also in UTF-16).
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// How it is encoded.
    pub encoding: TextEncoding,
    /// Whether it has the header of dumpstate (`== dumpstate: <date>`).
    pub header: bool,
    /// Whether it has the last words of dumpstate (`== dumpstate: done`), and is not cut in the
    /// bar below them.
    pub done: bool,
    /// Whether any service states how long it took (all do since Android 8).
    pub durations: bool,
    /// Where dumpstate says, outside of any block, that it gave up waiting for a command: what
    /// that would have printed is missing. The first place and how many.
    pub timed_out: Unread,
    /// Why reading stopped before the end, if it did.
    pub error: Option<io::Error>,
}

/// Reads `input` to its end and tells `visitor` what it holds.
pub fn read<R: Read>(input: R, visitor: &mut dyn Visitor) -> Summary {
    let mut input = Counting { from: input, bytes: 0 };
    let mut start = [0; 4];
    let mut scanner = Scanner::new(visitor);
    let filled = match fill(&mut input, &mut start) {
        Ok(filled) => filled,
        Err(error) => {
            scanner.summary.error = Some(error);
            return scanner.finish(0);
        }
    };
    let start = start.get(..filled).unwrap_or_default();
    let (encoding, skip) = TextEncoding::of(start);
    scanner.summary.encoding = encoding;
    let start = start.get(skip..).unwrap_or_default();
    if encoding == TextEncoding::Utf8 {
        scanner.base = skip as u64;
        scanner.run(start, &mut input);
    } else {
        let big_endian = encoding == TextEncoding::Utf16Be;
        scanner.run(&[], &mut Transcoding::new(&mut input, big_endian, start));
    }
    scanner.finish(input.bytes)
}

struct Counting<R> {
    from: R,
    bytes: u64,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.bytes += count as u64;
        Ok(count)
    }
}

/// Reads until `into` is full or the input ends.
fn fill(input: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(room) = into.get_mut(filled..).filter(|room| !room.is_empty()) {
        match input.read(room) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

struct Open {
    kind: BlockKind,
    name: String,
    place: Place,
    wanted: bool,
    timed_out: bool,
    ended_at: Option<String>,
}

struct Scanner<'v> {
    visitor: &'v mut dyn Visitor,
    summary: Summary,
    open: Option<Open>,
    /// Whether no block was opened yet.
    before: bool,
    /// The last line, if it was all dashes: where the next service starts.
    dashes: Option<Place>,
    /// Offset in the text of the window's first byte.
    base: u64,
}

impl<'v> Scanner<'v> {
    fn new(visitor: &'v mut dyn Visitor) -> Self {
        Self {
            visitor,
            summary: Summary::default(),
            open: None,
            before: true,
            dashes: None,
            base: 0,
        }
    }

    /// Takes `start`, then all of `input`.
    fn run(&mut self, start: &[u8], input: &mut dyn Read) {
        let mut window = vec![0; WINDOW];
        let mut filled = start.len().min(window.len());
        if let (Some(to), Some(from)) = (window.get_mut(..filled), start.get(..filled)) {
            to.copy_from_slice(from);
        }
        // Whether the window starts within a line that was cut.
        let mut inside = false;
        loop {
            let room = window.get_mut(filled..).unwrap_or_default();
            let count = match input.read(room) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.summary.error = Some(error);
                    0
                }
            };
            let searched = filled;
            filled += count;
            let done = self.lines(&window, searched, filled, &mut inside);
            if count == 0 {
                if let Some(last) = window.get(done..filled).filter(|last| !last.is_empty())
                    && !inside
                {
                    self.summary.lines += 1;
                    self.line(last, done, false);
                    self.summary.done &= !is_cut_bar(last);
                }
                self.base += filled as u64;
                return;
            }
            window.copy_within(done..filled, 0);
            self.base += done as u64;
            filled -= done;
            // Some room must be left, or the end of the input cannot be told from no room.
            if window.len() - filled < 16 {
                if window.len() < MAX_LINE {
                    window.resize((window.len() * 2).min(MAX_LINE), 0);
                } else {
                    if !inside {
                        self.summary.lines += 1;
                        self.line(window.get(..filled).unwrap_or_default(), 0, true);
                    }
                    inside = true;
                    self.base += filled as u64;
                    filled = 0;
                }
            }
        }
    }

    /// Takes the whole lines of `window[..filled]`; `searched` bytes of it are known to have
    /// no line end. Returns how many bytes were taken.
    fn lines(&mut self, window: &[u8], searched: usize, filled: usize, inside: &mut bool) -> usize {
        let mut start = 0;
        for at in memchr::memchr_iter(b'\n', window.get(searched..filled).unwrap_or_default()) {
            let end = searched + at;
            if *inside {
                *inside = false;
            } else {
                self.summary.lines += 1;
                let wanted = self.open.as_ref().is_some_and(|open| open.wanted);
                let first = window.get(start).copied().unwrap_or(b'\n');
                let head = self.before && self.summary.lines <= HEADER_LINES;
                if wanted || head || matches!(first, b'-' | b'D' | b'=' | b'*') {
                    self.line(window.get(start..end).unwrap_or_default(), start, false);
                } else {
                    self.dashes = None;
                }
            }
            start = end + 1;
        }
        start
    }

    fn line(&mut self, bytes: &[u8], at: usize, cut: bool) {
        let mut bytes = bytes;
        while let Some(shorter) = bytes.strip_suffix(b"\r") {
            bytes = shorter;
        }
        let start = self.base + at as u64;
        let span = (self.summary.encoding == TextEncoding::Utf8)
            .then(|| (start, start + bytes.len() as u64));
        let place = Place { line: self.summary.lines, bytes: span };
        let dashes = self.dashes.take();
        match mark(bytes) {
            Some(Mark::Opens { kind, name, command, priority }) => {
                let from = if kind == BlockKind::Service { dashes.unwrap_or(place) } else { place };
                self.close(Ending::NextBlock, from);
                self.before = false;
                let name = String::from_utf8_lossy(name);
                let command = String::from_utf8_lossy(command);
                let block = Block { kind, name, command, priority, place };
                let wanted = self.visitor.open(&block);
                let name = block.name.into_owned();
                self.open =
                    Some(Open { kind, name, place, wanted, timed_out: false, ended_at: None });
                return;
            }
            Some(Mark::ServiceEnd) if self.is_open(BlockKind::Service) => {
                self.summary.durations = true;
                if let Some(open) = &mut self.open {
                    open.ended_at = ended_at(bytes).map(str::to_owned);
                }
                return self.close(Ending::Stated, place);
            }
            Some(Mark::SectionEnd) => {
                let ending = if self.is_open(BlockKind::Section) {
                    Ending::Stated
                } else {
                    Ending::NextBlock
                };
                return self.close(ending, place);
            }
            Some(Mark::Done) => {
                self.summary.done = true;
                return self.close(Ending::NextBlock, place);
            }
            Some(Mark::Header) => self.summary.header = true,
            Some(Mark::Dashes) => self.dashes = Some(place),
            Some(Mark::ServiceTimeout | Mark::CommandTimeout) => {
                if let Some(open) = &mut self.open {
                    open.timed_out = true;
                } else {
                    self.summary.timed_out.add(place);
                }
                return;
            }
            Some(Mark::ServiceEnd) | None => {}
        }
        if self.before && self.summary.lines <= HEADER_LINES {
            return self.visitor.header(&Line { bytes, place, cut });
        }
        if self.open.as_ref().is_some_and(|open| open.wanted) {
            self.visitor.line(&Line { bytes, place, cut });
        }
    }

    fn is_open(&self, kind: BlockKind) -> bool {
        self.open.as_ref().is_some_and(|open| open.kind == kind)
    }

    fn close(&mut self, ending: Ending, next: Place) {
        if let Some(open) = self.open.take() {
            let to = Place { line: next.line, bytes: next.bytes.map(|(start, _)| (start, start)) };
            let Open { kind, name, place, timed_out, ended_at, .. } = open;
            let place = place.through(to);
            self.visitor.close(&Closed { kind, name, place, ending, timed_out, ended_at });
        }
    }

    fn finish(mut self, bytes: u64) -> Summary {
        self.summary.bytes = bytes;
        let utf8 = self.summary.encoding == TextEncoding::Utf8;
        let end = Place { line: self.summary.lines, bytes: utf8.then_some((bytes, bytes)) };
        self.close(Ending::TextEnd, end);
        self.summary
    }
}

/// When a service's dump ended, as its last line states it (Android 9 on): `… ending at: <date>`.
fn ended_at(line: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(line).ok()?;
    Some(text.split_once(", ending at: ")?.1.trim())
}

/// Whether a last line without an end is the beginning of a bar: dumpstate draws 56 `=` above
/// and below its last words.
fn is_cut_bar(last: &[u8]) -> bool {
    last.len() < 56 && last.iter().all(|byte| *byte == b'=')
}
