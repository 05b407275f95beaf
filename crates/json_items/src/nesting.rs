//! Finds the end of one string, object or array, slice by slice.

use memchr::{memchr2, memchr3};

/// State of the search; starts at the first byte of the value.
pub(crate) struct Nesting {
    /// Closing brackets that are due, innermost last.
    due: Vec<u8>,
    /// Levels beyond the allowed depth; only counted.
    beyond: u64,
    in_string: bool,
    escaped: bool,
    depth: usize,
    /// Whether values stand on lines of their own, so that a line break can end a broken one.
    lines: bool,
    /// Last byte outside strings that is no white space, and whether a line break followed.
    last: (u8, bool),
    /// Whether it nests too deeply.
    pub(crate) too_deep: bool,
    /// The first place that does not fit: bytes from the start of the value, and what should
    /// stand there.
    pub(crate) broken: Option<(u64, &'static str)>,
    /// Bytes of the value before the slice in hand.
    seen: u64,
}

/// How far [`Nesting::feed`] came.
pub(crate) enum Fed {
    /// All bytes belong to the value; it goes on.
    All,
    /// The value ends after this many bytes.
    End(usize),
}

impl Nesting {
    pub(crate) fn new(depth: usize, lines: bool) -> Self {
        Self {
            due: Vec::new(),
            beyond: 0,
            in_string: false,
            escaped: false,
            depth,
            lines,
            last: (b',', false),
            too_deep: false,
            broken: None,
            seen: 0,
        }
    }

    /// Makes ready for the next value; keeps the allocation.
    pub(crate) fn reset(&mut self, lines: bool) {
        let mut due = std::mem::take(&mut self.due);
        due.clear();
        *self = Self { due, ..Self::new(self.depth, lines) };
    }

    /// Looks at the next bytes of the value.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Fed {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let step = if self.in_string { self.string(rest) } else { self.structure(rest) };
            match step {
                Step::On(count) => {
                    at += count;
                    self.seen += count as u64;
                }
                Step::End(count) => return Fed::End(at + count),
            }
        }
        Fed::All
    }

    fn string(&mut self, bytes: &[u8]) -> Step {
        if self.escaped {
            self.escaped = false;
            return Step::On(1);
        }
        let found = if self.lines {
            memchr3(b'"', b'\\', b'\n', bytes)
        } else {
            memchr2(b'"', b'\\', bytes)
        };
        let Some(at) = found else { return Step::On(bytes.len()) };
        match bytes.get(at) {
            Some(b'"') => {
                self.in_string = false;
                if self.due.is_empty() {
                    return Step::End(at + 1);
                }
            }
            Some(b'\\') => self.escaped = true,
            _ => {
                self.note(at, "a closing quote before the end of the line");
                return Step::End(at);
            }
        }
        Step::On(at + 1)
    }

    fn structure(&mut self, bytes: &[u8]) -> Step {
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' => {
                    self.in_string = true;
                    if self.lines {
                        self.last = (b'"', false);
                    }
                    return Step::On(at + 1);
                }
                b'{' | b'[' => {
                    if self.lines && self.starts_anew(bytes.get(..at).unwrap_or(&[])) {
                        self.note(at, "a comma or a closing bracket");
                        return Step::End(at);
                    }
                    self.open(*byte);
                }
                b'}' | b']' => {
                    self.close(*byte, at);
                    if self.due.is_empty() && self.beyond == 0 {
                        return Step::End(at + 1);
                    }
                }
                _ => {}
            }
        }
        if self.lines {
            self.last = self.last_before(bytes);
        }
        Step::On(bytes.len())
    }

    fn open(&mut self, bracket: u8) {
        if self.due.len() < self.depth {
            self.due.push(if bracket == b'{' { b'}' } else { b']' });
        } else {
            self.too_deep = true;
            self.beyond += 1;
        }
    }

    /// A bracket of the wrong kind closes the nearest one of its kind, so that an item with a
    /// bracket missing does not take all that follow with it.
    fn close(&mut self, bracket: u8, at: usize) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if self.due.last() == Some(&bracket) {
            self.due.pop();
        } else {
            let expected = if bracket == b'}' { "`]`" } else { "`}`" };
            self.note(at, expected);
            if let Some(level) = self.due.iter().rposition(|due| *due == bracket) {
                self.due.truncate(level);
            }
        }
    }

    fn note(&mut self, at: usize, expected: &'static str) {
        self.broken.get_or_insert((self.seen + at as u64, expected));
    }

    /// Whether a bracket on a new line cannot belong to the value before it.
    fn starts_anew(&self, before: &[u8]) -> bool {
        let (last, line_break) = self.last_before(before);
        line_break && !matches!(last, b',' | b':' | b'[')
    }

    /// As `last`, after these bytes too.
    fn last_before(&self, bytes: &[u8]) -> (u8, bool) {
        let space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
        let significant = bytes.iter().rposition(|b| !space(b));
        let tail = significant.map_or(bytes, |at| bytes.get(at + 1..).unwrap_or(&[]));
        let line_break = tail.contains(&b'\n');
        match significant.and_then(|at| bytes.get(at)) {
            Some(last) => (*last, line_break),
            None => (self.last.0, self.last.1 || line_break),
        }
    }
}

enum Step {
    On(usize),
    End(usize),
}
