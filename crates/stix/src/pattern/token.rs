//! The words of a pattern.

use super::Error;
use std::borrow::Cow;

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An identifier or a keyword, hyphens included.
    Word(&'a str),
    /// A string in single quotes: a value, or a key.
    Quoted(Cow<'a, str>),
    /// A key in quotes, as `Tokens` tells them where a key is due.
    Key(Cow<'a, str>),
    /// A key in double quotes, which the grammar does not know.
    DoubleQuoted(Cow<'a, str>),
    /// What stands between the quotes of `h'…'`.
    Hex(&'a str),
    /// What stands between the quotes of `b'…'`.
    Base64(&'a str),
    /// What stands between the quotes of `t'…'`.
    Time(&'a str),
    /// A number without a point.
    Integer(&'a str),
    /// A number with a point.
    Float(&'a str),
    /// `=` or `==`.
    Equal,
    /// Another comparison sign; which.
    Compare(&'static str),
    Star,
    Colon,
    Dot,
    Comma,
    BracketOpen,
    BracketClose,
    ParenOpen,
    ParenClose,
    End,
}

/// The words of one pattern, in order.
pub(super) struct Tokens<'a> {
    pattern: &'a str,
    at: usize,
    /// Whether the last word was `:` or `.`, so that a key is due.
    key_due: bool,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(pattern: &'a str) -> Self {
        Self { pattern, at: 0, key_due: false }
    }

    /// Byte up to which the pattern was read.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next word and the byte it starts at.
    pub(super) fn next(&mut self) -> Result<(usize, Token<'a>), Error> {
        self.skip_space()?;
        let start = self.at;
        let key_due = std::mem::take(&mut self.key_due);
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok((start, Token::End)) };
        let token = match first {
            '[' => self.sign(1, Token::BracketOpen),
            ']' => self.sign(1, Token::BracketClose),
            '(' => self.sign(1, Token::ParenOpen),
            ')' => self.sign(1, Token::ParenClose),
            ',' => self.sign(1, Token::Comma),
            '.' if !key_due && rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => {
                self.number(rest)?
            }
            ':' | '.' => {
                self.key_due = true;
                self.sign(1, if first == ':' { Token::Colon } else { Token::Dot })
            }
            '=' if rest.starts_with("==") => self.sign(2, Token::Equal),
            '=' => self.sign(1, Token::Equal),
            '!' if rest.starts_with("!=") => self.sign(2, Token::Compare("!=")),
            '<' if rest.starts_with("<>") => self.sign(2, Token::Compare("!=")),
            '<' if rest.starts_with("<=") => self.sign(2, Token::Compare("<=")),
            '>' if rest.starts_with(">=") => self.sign(2, Token::Compare(">=")),
            '<' => self.sign(1, Token::Compare("<")),
            '>' => self.sign(1, Token::Compare(">")),
            '\'' => match self.string('\'')? {
                text if key_due => Token::Key(text),
                text => Token::Quoted(text),
            },
            // Not in the grammar, but written by feeds around keys.
            '"' if key_due => Token::DoubleQuoted(self.string('"')?),
            'h' | 'b' | 't' if rest.get(1..).is_some_and(|r| r.starts_with('\'')) => {
                let body = rest.get(2..).unwrap_or("");
                let Some(length) = body.find('\'') else {
                    return Err(Error::Syntax {
                        offset: self.pattern.len(),
                        expected: "the closing quote",
                    });
                };
                self.at += length + 3;
                let body = body.get(..length).unwrap_or("");
                match first {
                    'h' => Token::Hex(body),
                    'b' => Token::Base64(body),
                    _ => Token::Time(body),
                }
            }
            '*' => self.sign(1, Token::Star),
            '0'..='9' | '-' | '+' => self.number(rest)?,
            'a'..='z' | 'A'..='Z' | '_' => {
                let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
                let length = rest.bytes().take_while(|b| word(*b)).count();
                self.at += length;
                Token::Word(rest.get(..length).unwrap_or(""))
            }
            _ => return Err(Error::Syntax { offset: start, expected: "a word or a sign" }),
        };
        Ok((start, token))
    }

    fn sign(&mut self, length: usize, token: Token<'a>) -> Token<'a> {
        self.at += length;
        token
    }

    /// A number: an optional sign, digits, and perhaps a point with digits behind it. A number
    /// without a point has no zero before its other digits.
    fn number(&mut self, rest: &'a str) -> Result<Token<'a>, Error> {
        let digits_from = |from: usize| {
            let rest = rest.as_bytes().get(from..).unwrap_or(&[]);
            rest.iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let sign = usize::from(rest.starts_with(['-', '+']));
        let whole = digits_from(sign);
        let mut length = sign + whole;
        let point = rest.as_bytes().get(length) == Some(&b'.');
        let fraction = if point { digits_from(length + 1) } else { 0 };
        if fraction > 0 {
            length += 1 + fraction;
            self.at += length;
            return Ok(Token::Float(rest.get(..length).unwrap_or("")));
        }
        let digits = rest.get(sign..length).unwrap_or("");
        if digits.is_empty() {
            return Err(Error::Syntax { offset: self.at + sign, expected: "a digit" });
        }
        if whole > 1 && digits.starts_with('0') {
            let expected = "a number without zeros before it";
            return Err(Error::Syntax { offset: self.at + sign, expected });
        }
        self.at += length;
        Ok(Token::Integer(rest.get(..length).unwrap_or("")))
    }

    fn rest(&self) -> &'a str {
        self.pattern.get(self.at..).unwrap_or("")
    }

    /// Passes over white space and comments.
    fn skip_space(&mut self) -> Result<(), Error> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if let Some(comment) = trimmed.strip_prefix("/*") {
                let Some(end) = comment.find("*/") else {
                    return Err(Error::Syntax { offset: self.at, expected: "`*/`" });
                };
                self.at += end + 4;
            } else if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else {
                return Ok(());
            }
        }
    }

    /// A string; a backslash takes the next quote or backslash as it stands.
    fn string(&mut self, quote: char) -> Result<Cow<'a, str>, Error> {
        let start = self.at + 1;
        let body = self.pattern.get(start..).unwrap_or("");
        let mut escaped = false;
        let mut any = false;
        for (at, c) in body.char_indices() {
            if escaped {
                if c != '\\' && c != quote {
                    let expected = "a quote or a backslash behind the backslash";
                    return Err(Error::Syntax { offset: start + at, expected });
                }
                escaped = false;
            } else if c == '\\' {
                (escaped, any) = (true, true);
            } else if c == quote {
                self.at = start + at + 1;
                let raw = body.get(..at).unwrap_or("");
                return Ok(if any { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) });
            }
        }
        Err(Error::Syntax { offset: self.pattern.len(), expected: "the closing quote" })
    }
}

fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut escaped = false;
    for c in raw.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            out.push(c);
            escaped = false;
        }
    }
    out
}
