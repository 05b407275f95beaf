//! One line of the text, and where it stands.

use std::borrow::Cow;

/// Where something stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line, counted from 1.
    pub line: u64,
    /// Byte range `[start, end)` in the text as given, without the line's end; absent in
    /// UTF-16 text, which is read after transcoding.
    pub bytes: Option<(u64, u64)>,
}

impl Place {
    /// From the start of this place to the end of `last`; the line is this one's.
    #[must_use]
    pub fn through(self, last: Place) -> Place {
        let bytes = match (self.bytes, last.bytes) {
            (Some((start, _)), Some((_, end))) => Some((start, end.max(start))),
            _ => None,
        };
        Place { line: self.line, bytes }
    }
}

/// One line, without its end (LF, CRLF, or the CR CR LF that redirecting on Windows makes).
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Where it stands.
    pub place: Place,
    /// Whether it was longer than [`crate::MAX_LINE`] and is cut there.
    pub cut: bool,
}

impl<'a> Line<'a> {
    /// The line as text; what is not UTF-8 becomes U+FFFD.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes)
    }
}

/// Lines that a reader wanted and could not understand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Option<Place>,
}

impl Unread {
    /// Counts one more.
    pub(crate) fn add(&mut self, place: Place) {
        self.count += 1;
        self.first.get_or_insert(place);
    }
}
