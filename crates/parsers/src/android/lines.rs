//! The lines of a text artifact, whatever wrote it: CRLF, a byte-order mark, and UTF-16
//! (what PowerShell's `>` writes) are all read; byte ranges are those of the artifact.

use super::records::failed;
use evidence::{Emitter, Input};
use model::{Position, Status};
use std::io::{self, Read};

/// Calls `take` with every line of the artifact, and with `None` at the end; `take` tells how
/// many facts it understood.
/// What cannot be read is told as gaps; an artifact without any fact is `nothing`.
pub(crate) fn each_line(
    input: &mut Input<'_>,
    out: &mut Emitter<'_>,
    nothing: &str,
    take: impl FnMut(Option<&Line<'_>>, &mut Emitter<'_>) -> u64,
) -> Status {
    each_line_behind(&[], input, out, nothing, take)
}

/// The same where the first bytes, `head`, were already taken from the artifact.
pub(crate) fn each_line_behind(
    head: &[u8],
    input: &mut Input<'_>,
    out: &mut Emitter<'_>,
    nothing: &str,
    mut take: impl FnMut(Option<&Line<'_>>, &mut Emitter<'_>) -> u64,
) -> Status {
    let limit = input.limits().record_bytes;
    let stream = match input.stream() {
        Ok(stream) => stream,
        Err(error) => return failed(out, format!("this file cannot be opened: {error}")),
    };
    let mut lines = Lines::new(head.chain(stream), limit);
    let mut understood = 0;
    loop {
        let offset = lines.offset();
        match lines.next() {
            Ok(Some(line)) => {
                if let Some(reason) = line.fault() {
                    out.gap(Some(line.position()), reason);
                }
                understood += take(Some(&line), out);
            }
            Ok(None) => break,
            Err(error) => {
                let at = Position::bytes(offset, offset);
                out.gap(Some(at), format!("this file cannot be read further: {error}"));
                break;
            }
        }
    }
    understood += take(None, out);
    match (out.gaps(), understood) {
        (0, 0) => failed(out, nothing),
        (0, _) => Status::Read,
        (_, 0) => Status::Failed,
        _ => Status::Partly,
    }
}

/// One line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// The text; what is no valid text stands in it as U+FFFD.
    pub(crate) text: &'a str,
    /// Number, from 1.
    pub(crate) number: u64,
    /// First byte in the artifact.
    pub(crate) start: u64,
    /// Behind its last byte (the line's end not counted).
    pub(crate) end: u64,
    /// Whether it was longer than the limit and is cut.
    pub(crate) cut: bool,
    /// Whether some of its bytes were no valid text.
    pub(crate) damaged: bool,
}

impl Line<'_> {
    /// Where it stands.
    pub(crate) fn position(&self) -> Position {
        Position::bytes(self.start, self.end).at_line(self.number)
    }

    /// What is wrong with it, if anything.
    fn fault(&self) -> Option<&'static str> {
        if self.cut {
            Some("this line is longer than the limit and was cut")
        } else if self.damaged {
            Some("this line holds bytes that are no valid text; U+FFFD stands for them")
        } else {
            None
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// Reads lines one by one; holds one line and one buffer.
pub(crate) struct Lines<R> {
    from: R,
    buffer: Vec<u8>,
    at: usize,
    offset: u64,
    ended: bool,
    encoding: Option<Encoding>,
    number: u64,
    limit: usize,
    raw: Vec<u8>,
    text: String,
}

const BUFFER: usize = 64 << 10;

impl<R: Read> Lines<R> {
    /// Lines of `from`, each of at most `limit` bytes.
    pub(crate) fn new(from: R, limit: usize) -> Self {
        Self {
            from,
            buffer: Vec::new(),
            at: 0,
            offset: 0,
            ended: false,
            encoding: None,
            number: 0,
            limit,
            raw: Vec::new(),
            text: String::new(),
        }
    }

    /// How many bytes were read so far.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None => self.detect()?,
        };
        let unit = if encoding == Encoding::Utf8 { 1 } else { 2 };
        if self.rest(unit)?.is_empty() {
            return Ok(None);
        }
        let start = self.offset;
        self.raw.clear();
        let mut length = 0_u64;
        loop {
            if self.rest(unit)?.is_empty() {
                break;
            }
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let found = find_end(rest, encoding);
            let whole = if rest.len() < unit { rest.len() } else { rest.len() / unit * unit };
            let taken = found.unwrap_or(whole);
            let room = self.limit.saturating_sub(self.raw.len()).min(taken);
            self.raw.extend_from_slice(rest.get(..room).unwrap_or_default());
            length += taken as u64;
            self.skip(taken);
            if found.is_some() {
                self.skip(unit);
                break;
            }
        }
        self.number += 1;
        let cut = length > self.raw.len() as u64;
        let damaged = decode(&self.raw, encoding, cut, &mut self.text);
        let mut end = start + length;
        if !cut && self.text.ends_with('\r') {
            self.text.pop();
            end -= unit as u64;
        }
        Ok(Some(Line { text: &self.text, number: self.number, start, end, cut, damaged }))
    }

    /// What is buffered; at least `least` bytes unless the end is near.
    fn rest(&mut self, least: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.at < least && !self.ended {
            self.buffer.drain(..self.at);
            self.at = 0;
            let had = self.buffer.len();
            self.buffer.resize(had + BUFFER, 0);
            let read = match self.from.read(self.buffer.get_mut(had..).unwrap_or_default()) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    self.buffer.truncate(had);
                    continue;
                }
                Err(error) => {
                    self.buffer.truncate(had);
                    return Err(error);
                }
            };
            self.buffer.truncate(had + read);
            self.ended = read == 0;
        }
        Ok(self.buffer.get(self.at..).unwrap_or_default())
    }

    fn skip(&mut self, count: usize) {
        let count = count.min(self.buffer.len() - self.at);
        self.at += count;
        self.offset += count as u64;
    }

    /// Tells the encoding by the byte-order mark, or, without one, by a zero byte beside the
    /// first ASCII character.
    fn detect(&mut self) -> io::Result<Encoding> {
        let (encoding, mark) = match self.rest(4)? {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
            [first, 0, second, 0, ..] if *first != 0 && *second != 0 => (Encoding::Utf16Le, 0),
            [0, first, 0, second, ..] if *first != 0 && *second != 0 => (Encoding::Utf16Be, 0),
            _ => (Encoding::Utf8, 0),
        };
        self.skip(mark);
        self.encoding = Some(encoding);
        Ok(encoding)
    }
}

/// Where the line feed stands. In UTF-16 an odd byte left over is not searched.
fn find_end(bytes: &[u8], encoding: Encoding) -> Option<usize> {
    let feed = match encoding {
        Encoding::Utf8 => return memchr::memchr(b'\n', bytes),
        Encoding::Utf16Le => [b'\n', 0],
        Encoding::Utf16Be => [0, b'\n'],
    };
    bytes.chunks_exact(2).position(|unit| unit == feed).map(|units| units * 2)
}

/// Writes `raw` as text; tells whether some of it was no valid text. A character that the
/// limit cut in two does not count.
fn decode(raw: &[u8], encoding: Encoding, cut: bool, text: &mut String) -> bool {
    text.clear();
    let order: fn([u8; 2]) -> u16 = match encoding {
        Encoding::Utf8 => {
            return match std::str::from_utf8(raw) {
                Ok(valid) => {
                    text.push_str(valid);
                    false
                }
                Err(error) if cut && error.error_len().is_none() => {
                    text.push_str(&String::from_utf8_lossy(
                        raw.get(..error.valid_up_to()).unwrap_or_default(),
                    ));
                    false
                }
                Err(_) => {
                    text.push_str(&String::from_utf8_lossy(raw));
                    true
                }
            };
        }
        Encoding::Utf16Le => u16::from_le_bytes,
        Encoding::Utf16Be => u16::from_be_bytes,
    };
    let (pairs, odd) = raw.as_chunks::<2>();
    let mut damaged = !odd.is_empty() && !cut;
    for unit in char::decode_utf16(pairs.iter().map(|pair| order(*pair))) {
        text.push(unit.unwrap_or_else(|_| {
            damaged = true;
            char::REPLACEMENT_CHARACTER
        }));
    }
    damaged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], limit: usize) -> Vec<(String, u64, u64, u64, bool, bool)> {
        let mut lines = Lines::new(bytes, limit);
        let mut seen = Vec::new();
        while let Some(l) = lines.next().unwrap() {
            seen.push((l.text.to_owned(), l.number, l.start, l.end, l.cut, l.damaged));
        }
        seen
    }

    fn line(text: &str, number: u64, start: u64, end: u64) -> (String, u64, u64, u64, bool, bool) {
        (text.into(), number, start, end, false, false)
    }

    #[test]
    fn ends_and_marks_are_not_text() {
        let want = vec![line("ab", 1, 0, 2), line("", 2, 4, 4), line("c", 3, 5, 6)];
        assert_eq!(all(b"ab\r\n\nc", 100), want);
        assert_eq!(all(b"\xEF\xBB\xBFab\n", 100), vec![line("ab", 1, 3, 5)]);
        assert!(all(b"", 100).is_empty());
    }

    #[test]
    fn utf_16_is_read_in_both_orders_with_and_without_a_mark() {
        // U+4E2D is one of those whose bytes hold 0x2D; U+0A00 and U+000A differ by order only.
        for (mark, order) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut bytes = Vec::new();
            let text =
                if mark { "\u{FEFF}ab\r\n\u{4E2D}\u{0A00}" } else { "ab\r\n\u{4E2D}\u{0A00}" };
            for unit in text.encode_utf16() {
                bytes.extend(if order { unit.to_le_bytes() } else { unit.to_be_bytes() });
            }
            let from = if mark { 2 } else { 0 };
            let want = vec![
                line("ab", 1, from, from + 4),
                line("\u{4E2D}\u{0A00}", 2, from + 8, from + 12),
            ];
            assert_eq!(all(&bytes, 100), want, "mark {mark}, little endian {order}");
        }
    }

    #[test]
    fn long_lines_are_cut_and_say_so() {
        let want = vec![("abc".into(), 1, 0, 6, true, false), line("g", 2, 7, 8)];
        assert_eq!(all(b"abcdef\ng\n", 3), want);
    }

    #[test]
    fn what_is_no_text_says_so() {
        assert_eq!(all(b"a\xFFb\n", 9), vec![("a\u{FFFD}b".into(), 1, 0, 3, false, true)]);
    }
}
