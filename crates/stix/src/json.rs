//! JSON as a tree that knows where each value stands.

use crate::Value;
use std::borrow::Cow;

/// How deep values may be nested.
const MAX_DEPTH: usize = 100;

/// A value and the byte it starts at.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) offset: usize,
    pub(crate) data: Data<'a>,
}

#[derive(Debug)]
pub(crate) enum Data<'a> {
    Null,
    Bool(bool),
    /// A number; whole if it has neither point nor exponent.
    Number {
        value: f64,
        whole: bool,
        /// If it is whole and fits.
        integer: Option<i64>,
    },
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Dict(Vec<Member<'a>>),
}

/// A key, the byte it starts at, and its value.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) offset: usize,
    pub(crate) value: Node<'a>,
}

impl<'a> Node<'a> {
    /// A property; of a key that occurs twice, the last.
    pub(crate) fn property(&self, key: &str) -> Option<&Node<'a>> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The members of an object; none of anything else.
    pub(crate) fn members(&self) -> &[Member<'a>] {
        match &self.data {
            Data::Dict(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Node<'a>] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.property(key)?.text()
    }

    /// What it is, in words.
    pub(crate) fn noun(&self) -> &'static str {
        match self.data {
            Data::Null => "null",
            Data::Bool(_) => "a boolean",
            Data::Number { .. } => "a number",
            Data::Text(_) => "a string",
            Data::List(_) => "a list",
            Data::Dict(_) => "an object",
        }
    }
}

/// Recursion is bounded by [`MAX_DEPTH`].
impl<'a> From<Node<'a>> for Value<'a> {
    fn from(node: Node<'a>) -> Self {
        match node.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(value),
            Data::Number { integer: Some(number), .. } => Value::Integer(number),
            Data::Number { value, .. } => Value::Float(value),
            Data::Text(text) => Value::Text(text),
            Data::List(items) => Value::List(items.into_iter().map(Into::into).collect()),
            Data::Dict(members) => Value::Dict(
                members.into_iter().map(|member| (member.key, member.value.into())).collect(),
            ),
        }
    }
}

/// It is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotJson {
    pub(crate) offset: usize,
    pub(crate) expected: &'static str,
}

/// Reads values from a text.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self { text, at }
    }

    /// The next byte behind blanks, which is not taken.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or(&[]);
        self.at += rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Takes a sign, if it stands here.
    pub(crate) fn takes(&mut self, sign: u8) -> bool {
        let there = self.peek() == Some(sign);
        self.at += usize::from(there);
        there
    }

    pub(crate) fn wrong<T>(&self, expected: &'static str) -> Result<T, NotJson> {
        Err(NotJson { offset: self.at, expected })
    }

    /// A value. Recursion goes no deeper than [`MAX_DEPTH`].
    pub(crate) fn value(&mut self, depth: usize) -> Result<Node<'a>, NotJson> {
        if depth > MAX_DEPTH {
            return self.wrong("values nested at most 100 deep");
        }
        let first = self.peek();
        let offset = self.at;
        let data = match first {
            Some(b'{') => {
                self.at += 1;
                Data::Dict(self.members(depth)?)
            }
            Some(b'[') => {
                self.at += 1;
                Data::List(self.list(depth)?)
            }
            Some(b'"') => Data::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Data::Bool(true))?,
            Some(b'f') => self.word("false", Data::Bool(false))?,
            Some(b'n') => self.word("null", Data::Null)?,
            _ => return self.wrong("a value"),
        };
        Ok(Node { offset, data })
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member<'a>>, NotJson> {
        let mut members = Vec::new();
        if self.takes(b'}') {
            return Ok(members);
        }
        loop {
            let (key, offset) = self.key()?;
            let value = self.value(depth + 1)?;
            members.push(Member { key, offset, value });
            if self.takes(b'}') {
                return Ok(members);
            }
            if !self.takes(b',') {
                return self.wrong("`,` or `}`");
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node<'a>>, NotJson> {
        let mut items = Vec::new();
        if self.takes(b']') {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.takes(b']') {
                return Ok(items);
            }
            if !self.takes(b',') {
                return self.wrong("`,` or `]`");
            }
        }
    }

    /// A key and the colon behind it.
    pub(crate) fn key(&mut self) -> Result<(Cow<'a, str>, usize), NotJson> {
        if self.peek() != Some(b'"') {
            return self.wrong("a key in double quotes");
        }
        let offset = self.at;
        let key = self.string()?;
        match self.takes(b':') {
            true => Ok((key, offset)),
            false => self.wrong("`:`"),
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, NotJson> {
        let start = self.at;
        let body = self.text.as_bytes().get(start + 1..).unwrap_or(&[]);
        let mut escapes = false;
        let mut escaped = false;
        for (at, byte) in body.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => (escaped, escapes) = (true, true),
                b'"' => {
                    self.at = start + at + 2;
                    let whole = self.text.get(start..self.at).unwrap_or("");
                    if !escapes {
                        return Ok(Cow::Borrowed(whole.trim_matches('"')));
                    }
                    return match serde_json::from_str::<String>(whole) {
                        Ok(text) => Ok(Cow::Owned(text)),
                        Err(_) => {
                            self.at = start;
                            self.wrong("a string with escapes that exist")
                        }
                    };
                }
                0..0x20 => {
                    self.at = start + 1 + at;
                    return self.wrong("no control character in a string");
                }
                _ => {}
            }
        }
        self.at = self.text.len();
        self.wrong("the closing quote")
    }

    fn number(&mut self) -> Result<Data<'a>, NotJson> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or(&[]);
        let sign = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.iter().take_while(|b| sign(b)).count();
        let text = self.text.get(self.at..self.at + length).unwrap_or("");
        // serde_json knows the grammar; the standard library reads to the last bit.
        let fits = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        match text.parse() {
            Ok(value) if fits => {
                self.at += length;
                let whole = !text.contains(['.', 'e', 'E']);
                Ok(Data::Number { value, whole, integer: text.parse().ok() })
            }
            _ => self.wrong("a number"),
        }
    }

    fn word(&mut self, word: &'static str, data: Data<'a>) -> Result<Data<'a>, NotJson> {
        match self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            true => {
                self.at += word.len();
                Ok(data)
            }
            false => self.wrong("a value"),
        }
    }
}
