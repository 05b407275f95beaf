//! UTF-8 text as it is, UTF-16 text (what PowerShell's `>` writes) transcoded on the way.

use encoding_rs::CoderResult;
use std::io::{self, Read};

/// How the text is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8, or bytes that are nearly it.
    #[default]
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

impl TextEncoding {
    /// The encoding that the first bytes show, and how many of them are a byte-order mark.
    pub(crate) fn of(start: &[u8]) -> (Self, usize) {
        match start {
            [0xef, 0xbb, 0xbf, ..] => (Self::Utf8, 3),
            [0xff, 0xfe, ..] => (Self::Utf16Le, 2),
            [0xfe, 0xff, ..] => (Self::Utf16Be, 2),
            // Without a mark: dumps start in ASCII, whose other byte is zero.
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Self::Utf16Le, 0),
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Self::Utf16Be, 0),
            _ => (Self::Utf8, 0),
        }
    }
}

/// Takes UTF-16 from `from`, gives UTF-8.
pub(crate) struct Transcoding<R> {
    from: R,
    decoder: encoding_rs::Decoder,
    /// Bytes read and not yet decoded: `raw[at..filled]`.
    raw: Vec<u8>,
    at: usize,
    filled: usize,
    /// `from` has given all that it holds.
    ended: bool,
    /// The decoder has given all that it holds; it must not be asked again.
    finished: bool,
}

impl<R: Read> Transcoding<R> {
    /// `start` holds what was read from `from` already, without the mark.
    pub(crate) fn new(from: R, big_endian: bool, start: &[u8]) -> Self {
        let encoding = if big_endian { encoding_rs::UTF_16BE } else { encoding_rs::UTF_16LE };
        let mut raw = start.to_vec();
        let filled = raw.len();
        raw.resize(filled.max(64 << 10), 0);
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { from, decoder, raw, at: 0, filled, ended: false, finished: false }
    }
}

impl<R: Read> Read for Transcoding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // encoding_rs needs room for one whole character.
        if into.len() < 4 || self.finished {
            return Ok(0);
        }
        loop {
            if self.at >= self.filled && !self.ended {
                self.at = 0;
                self.filled = 0;
                let count = self.from.read(&mut self.raw)?;
                self.filled = count;
                self.ended = count == 0;
            }
            let raw = self.raw.get(self.at..self.filled).unwrap_or_default();
            let at_end = self.ended;
            let (result, read, written, _) = self.decoder.decode_to_utf8(raw, into, at_end);
            self.at += read;
            self.finished = at_end && result == CoderResult::InputEmpty;
            if written > 0 || at_end {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Transcoding;
    use std::io::Read;

    /// The last character is cut in the middle of its unit, and of its pair.
    #[test]
    fn text_that_ends_within_a_character_ends_once() {
        for (bytes, expected) in [
            (&b"a\0b"[..], "a\u{fffd}"),
            (b"a\0\x3d\xd8", "a\u{fffd}"),
            (b"a\0\x3d\xd8\x00\xde", "a\u{1f600}"),
            (b"", ""),
        ] {
            for start in [0, bytes.len()] {
                let (start, rest) = bytes.split_at(start);
                let mut text = Transcoding::new(rest, false, start);
                let mut all = Vec::new();
                text.read_to_end(&mut all).unwrap();
                assert_eq!(String::from_utf8(all).unwrap(), expected);
                // A reader may ask again after the end.
                assert_eq!(text.read(&mut [0; 64]).unwrap(), 0);
            }
        }
    }
}
