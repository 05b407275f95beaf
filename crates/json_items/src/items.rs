//! Walks over the input from item to item.

mod value;

use crate::nesting::Nesting;
use crate::window::Window;
use crate::{Bounds, Error, Shape};
use std::io::Read;
use value::Span;

/// One item, as it stands in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its place among its kin, from 0; broken ones count.
    pub index: u64,
    /// Offset of its first byte in the input.
    pub start: u64,
    /// Its bytes, without white space around.
    pub bytes: &'a [u8],
}

/// The items of one input, in order.
pub struct Items<R> {
    window: Window<R>,
    nesting: Nesting,
    shape: Shape,
    bounds: Bounds,
    state: State,
    /// Bytes of the item last handed out; passed over on the next call.
    taken: usize,
    index: u64,
    top_level: Vec<(String, Vec<u8>)>,
    found: bool,
}

/// What is expected next.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    /// An element, or (`first`) the end of an empty array.
    Element {
        first: bool,
    },
    AfterElement,
    /// The next of a sequence of values; `first` if none was there yet.
    Value {
        first: bool,
    },
    /// The next key, or (`first`) the end of an empty object.
    Key {
        first: bool,
    },
    AfterMember,
    /// Nothing but white space.
    End,
    Done,
}

/// How many top-level members are remembered, and how many bytes each of key and value has.
const TOP_LEVEL: usize = 64;
const TOP_LEVEL_BYTES: usize = 256;

impl<R: Read> Items<R> {
    /// The items of `reader`, which lie where `shape` says.
    pub fn new(reader: R, shape: Shape, bounds: Bounds) -> Self {
        Self {
            // One more byte than an item may have, so that its end can be seen.
            window: Window::new(reader, bounds.item_bytes.saturating_add(1)),
            nesting: Nesting::new(bounds.depth, false),
            shape,
            bounds,
            state: State::Start,
            taken: 0,
            index: 0,
            top_level: Vec::new(),
            found: false,
        }
    }

    /// The next item, or what is wrong in its place. `None` at the end, and after a fatal error.
    /// An input without any value (an empty file) is [`Error::Truncated`].
    pub fn next_item(&mut self) -> Option<Result<Item<'_>, Error>> {
        self.window.advance(std::mem::take(&mut self.taken));
        let span = match self.find_next() {
            Ok(span) => span?,
            Err(error) => {
                if error.is_fatal() {
                    self.state = State::Done;
                }
                return Some(Err(error));
            }
        };
        let index = self.index;
        self.index += 1;
        let length = span.held.unwrap_or(0);
        self.taken = length;
        if let Some(problem) = span.problem {
            return Some(Err(problem));
        }
        let bytes = self.window.held().get(..length).unwrap_or(&[]);
        Some(Ok(Item { index, start: span.start, bytes }))
    }

    /// Top-level members met so far whose value is a string or scalar: key (as written) and
    /// value (as written, at most 256 bytes), in order, at most 64. Only with
    /// [`Shape::Member`]; complete once [`Items::next_item`] gave `None`.
    #[must_use]
    pub fn top_level(&self) -> &[(String, Vec<u8>)] {
        &self.top_level
    }

    /// Whether the array that [`Shape::Member`] names was met.
    #[must_use]
    pub fn member_found(&self) -> bool {
        self.found
    }

    /// Whether items are looked for in a member of the top-level object.
    #[must_use]
    pub fn is_member(&self) -> bool {
        matches!(self.shape, Shape::Member(_))
    }

    /// Offset in the input up to which it was walked.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.window.offset() + self.taken as u64
    }

    /// Number of the item that comes next: also the number of the one an error stood for, plus 1.
    #[must_use]
    pub fn next_index(&self) -> u64 {
        self.index
    }

    fn find_next(&mut self) -> Result<Option<Span>, Error> {
        loop {
            match self.state {
                State::Start => self.begin()?,
                State::Element { first } => match self.significant()? {
                    None => return Err(self.truncated()),
                    Some(b']') => {
                        let error = self.unexpected("a value after the comma");
                        self.window.advance(1);
                        self.end_array();
                        if !first {
                            return Err(error);
                        }
                    }
                    Some(byte) => {
                        self.state = State::AfterElement;
                        return self.value(byte, self.bounds.item_bytes).map(Some);
                    }
                },
                State::AfterElement => match self.significant()? {
                    None => return Err(self.truncated()),
                    Some(b',') => {
                        self.window.advance(1);
                        self.state = State::Element { first: false };
                    }
                    Some(b']') => {
                        self.window.advance(1);
                        self.end_array();
                    }
                    Some(byte) => {
                        let error = self.unexpected("`,` or `]`");
                        if matches!(byte, b'}' | b':') {
                            self.window.advance(1);
                        } else {
                            self.state = State::Element { first: false };
                        }
                        return Err(error);
                    }
                },
                State::Value { first } => match self.significant()? {
                    None if first => return Err(self.truncated()),
                    None => self.state = State::Done,
                    Some(byte) => {
                        self.state = State::Value { first: false };
                        return self.line(byte, first).map(Some);
                    }
                },
                State::Key { first } => self.member(first)?,
                State::AfterMember => match self.significant()? {
                    None => return Err(self.truncated()),
                    Some(b',') => {
                        self.window.advance(1);
                        self.state = State::Key { first: false };
                    }
                    Some(b'}') => {
                        self.window.advance(1);
                        self.state = State::End;
                    }
                    Some(_) => return Err(self.fatal("`,` or `}`")),
                },
                State::End => match self.significant()? {
                    None => self.state = State::Done,
                    Some(_) => return Err(self.fatal("the end of the input")),
                },
                State::Done => return Ok(None),
            }
        }
    }

    /// Looks at the first bytes: byte-order mark, encoding, and what the input is.
    fn begin(&mut self) -> Result<(), Error> {
        while self.window.held().len() < 4 && self.more()? {}
        match self.window.held() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0xff, ..] | [1..=0xff, 0, ..] => {
                return Err(self.fatal("UTF-8 text, but this is UTF-16"));
            }
            [0xef, 0xbb, 0xbf, ..] => self.window.advance(3),
            _ => {}
        }
        self.state = match (self.shape, self.significant()?) {
            (_, None) => return Err(self.truncated()),
            (Shape::Sequence, Some(b'[')) => {
                self.window.advance(1);
                State::Element { first: true }
            }
            (Shape::Sequence, Some(_)) => State::Value { first: true },
            (Shape::Member(_), Some(b'{')) => {
                self.window.advance(1);
                State::Key { first: true }
            }
            (Shape::Member(_), Some(_)) => return Err(self.fatal("a JSON object")),
        };
        Ok(())
    }

    fn end_array(&mut self) {
        self.state = match self.shape {
            Shape::Sequence => State::End,
            Shape::Member(_) => State::AfterMember,
        };
    }

    /// One member of the top-level object, up to the array that is looked for.
    fn member(&mut self, first: bool) -> Result<(), Error> {
        let Shape::Member(wanted) = self.shape else { return Err(self.fatal("an array")) };
        match self.significant()? {
            None => return Err(self.truncated()),
            Some(b'"') => {}
            Some(b'}') if first => {
                self.window.advance(1);
                self.state = State::End;
                return Ok(());
            }
            Some(_) => return Err(self.fatal("a key in quotes")),
        }
        let span = self.value(b'"', TOP_LEVEL_BYTES)?;
        let raw = span.held.and_then(|length| self.window.held().get(1..length.checked_sub(1)?));
        let key = raw.map(|raw| String::from_utf8_lossy(raw).into_owned());
        self.window.advance(span.held.unwrap_or(0));
        if self.significant()? != Some(b':') {
            return Err(self.expected_here("`:`"));
        }
        self.window.advance(1);
        let Some(byte) = self.significant()? else { return Err(self.truncated()) };
        let is_wanted = key.as_deref() == Some(wanted);
        if is_wanted && byte == b'[' {
            self.window.advance(1);
            self.found = true;
            self.state = State::Element { first: true };
            return Ok(());
        }
        self.state = State::AfterMember;
        self.skip_member(key, byte)?;
        if is_wanted {
            let offset = span.start;
            return Err(Error::Syntax {
                offset,
                expected: "an array in this member",
                fatal: false,
            });
        }
        Ok(())
    }

    /// Passes over a member's value; remembers it if it is small.
    fn skip_member(&mut self, key: Option<String>, byte: u8) -> Result<(), Error> {
        let keep = if matches!(byte, b'{' | b'[') { 0 } else { TOP_LEVEL_BYTES };
        let span = self.value(byte, keep)?;
        let length = span.held.unwrap_or(0);
        if let (Some(key), true, None) = (key, length > 0, &span.problem)
            && self.top_level.len() < TOP_LEVEL
        {
            let value = self.window.held().get(..length).unwrap_or(&[]).to_vec();
            self.top_level.push((key, value));
        }
        self.window.advance(length);
        match span.problem {
            // How large a member is that nobody asked for is no problem.
            None | Some(Error::TooLong { .. } | Error::TooDeep { .. }) => Ok(()),
            Some(problem) => Err(problem),
        }
    }
}
