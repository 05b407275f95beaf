//! The simple part of the STIX pattern language: equalities joined by OR.
//! Grammar: STIX 2.1, section 9, and OASIS' `STIXPattern.g4`.

use super::token::{Token, Tokens};
use std::borrow::Cow;

/// Bytes a pattern may have.
pub const MAX_BYTES: usize = 64 << 10;

/// Alternatives a pattern may have.
pub const MAX_ALTERNATIVES: usize = 1000;

/// Keys an object path may have; each alternative of a set holds them anew.
pub const MAX_KEYS: usize = 32;

/// One comparison: the property at `path` of an object of type `object` equals `value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equality<'a> {
    /// Type of the object: `domain-name`, `file`, `app` …
    pub object: &'a str,
    /// Keys from the object to the property, quotes taken off: `["hashes", "SHA-256"]`.
    pub path: Vec<Cow<'a, str>>,
    /// The string it equals.
    pub value: Cow<'a, str>,
}

/// Why a pattern could not be taken apart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It may well be right, but uses what is not understood yet.
    #[error("{what} is not understood yet (byte {offset} of the pattern)")]
    NotYet {
        /// Byte in the pattern.
        offset: usize,
        /// The operator or literal.
        what: &'static str,
    },
    /// It is no pattern.
    #[error("expected {expected} at byte {offset} of the pattern")]
    Syntax {
        /// Byte in the pattern.
        offset: usize,
        /// What should stand there.
        expected: &'static str,
    },
}

/// The equalities of a pattern that is nothing but equalities joined by OR: it matches where
/// any of them does.
///
/// # Errors
/// [`Error::NotYet`] where more of the language is used, [`Error::Syntax`] where it is no
/// pattern. What comes behind the first thing not understood is not looked at.
pub fn equalities(pattern: &str) -> Result<Vec<Equality<'_>>, Error> {
    if pattern.len() > MAX_BYTES {
        return Err(Error::NotYet { offset: MAX_BYTES, what: "a pattern above 64 KiB" });
    }
    let mut parser = Parser { tokens: Tokens::new(pattern), found: Vec::new() };
    parser.alternatives::<false>()?;
    Ok(parser.found)
}

/// A token and the byte it starts at.
type Placed<'a> = (usize, Token<'a>);

struct Parser<'a> {
    tokens: Tokens<'a>,
    found: Vec<Equality<'a>>,
}

impl<'a> Parser<'a> {
    /// Comparisons joined by OR, up to the closing bracket (`IN_BRACKETS`), or observation
    /// expressions joined by OR, up to the end. Since OR is all there is, parentheses only have to
    /// balance; they are counted, so that no nesting can exhaust the stack.
    fn alternatives<const IN_BRACKETS: bool>(&mut self) -> Result<(), Error> {
        let mut open = 0_u32;
        loop {
            match self.tokens.next()? {
                (_, Token::ParenOpen) => {
                    open += 1;
                    continue;
                }
                (offset, Token::Word(object)) if IN_BRACKETS => self.comparison(offset, object)?,
                (_, Token::BracketOpen) if !IN_BRACKETS => self.alternatives::<true>()?,
                (offset, _) => {
                    let expected = if IN_BRACKETS { "an object path" } else { "`[` or `(`" };
                    return Err(Error::Syntax { offset, expected });
                }
            }
            loop {
                match self.tokens.next()? {
                    (_, Token::ParenClose) if open > 0 => open -= 1,
                    (_, Token::BracketClose) if open == 0 && IN_BRACKETS => return Ok(()),
                    (_, Token::End) if open == 0 && !IN_BRACKETS => return Ok(()),
                    (_, Token::Word("OR")) => break,
                    (offset, Token::Word(word)) if joining::<IN_BRACKETS>(word).is_some() => {
                        let what = joining::<IN_BRACKETS>(word).unwrap_or_default();
                        return Err(Error::NotYet { offset, what });
                    }
                    (offset, _) => {
                        let expected = match (open > 0, IN_BRACKETS) {
                            (true, _) => "`OR` or `)`",
                            (false, true) => "`OR` or `]`",
                            (false, false) => "`OR` or the end",
                        };
                        return Err(Error::Syntax { offset, expected });
                    }
                }
            }
        }
    }

    /// `object:path = 'value'` or `object:path IN ('a', 'b')`.
    fn comparison(&mut self, offset: usize, object: &'a str) -> Result<(), Error> {
        if let Some(what) = ["EXISTS", "NOT"].into_iter().find(|known| *known == object) {
            return Err(Error::NotYet { offset, what });
        }
        self.expect(&Token::Colon, "`:`")?;
        let (path, operator) = self.path()?;
        match operator {
            (_, Token::Equal) => {
                let value = self.literal()?;
                self.add(Equality { object, path, value })
            }
            (_, Token::Word("IN")) => self.set(object, &path),
            (offset, Token::Compare(what)) => Err(Error::NotYet { offset, what }),
            (offset, Token::Word(word)) => {
                Err(Error::NotYet { offset, what: comparing(word, offset)? })
            }
            (offset, _) => Err(Error::Syntax { offset, expected: "a comparison operator" }),
        }
    }

    /// The keys of an object path, and the token behind it.
    fn path(&mut self) -> Result<(Vec<Cow<'a, str>>, Placed<'a>), Error> {
        let mut path = Vec::new();
        loop {
            if path.len() == MAX_KEYS {
                let offset = self.tokens.offset();
                return Err(Error::NotYet { offset, what: "a path of more than 32 keys" });
            }
            match self.tokens.next()? {
                (offset, Token::Word(key)) => {
                    // Feeds write `hashes.SHA-256` without its quotes; a first key has none.
                    if path.is_empty() && key.contains('-') {
                        let expected = "quotes around a key with a hyphen";
                        return Err(Error::Syntax { offset, expected });
                    }
                    path.push(Cow::Borrowed(key));
                }
                (_, Token::Key(key) | Token::DoubleQuoted(key)) => path.push(key),
                (offset, _) => return Err(Error::Syntax { offset, expected: "a property name" }),
            }
            match self.tokens.next()? {
                (_, Token::Dot) => {}
                (offset, Token::BracketOpen) => {
                    return Err(Error::NotYet { offset, what: "a list index" });
                }
                operator => return Ok((path, operator)),
            }
        }
    }

    fn literal(&mut self) -> Result<Cow<'a, str>, Error> {
        match self.tokens.next()? {
            (_, Token::Quoted(value)) => Ok(value),
            (offset, Token::Hex(_)) => {
                Err(Error::NotYet { offset, what: "a value in hexadecimal" })
            }
            (offset, Token::Base64(_)) => Err(Error::NotYet { offset, what: "a value in base64" }),
            (offset, Token::Time(_)) => Err(Error::NotYet { offset, what: "a time as a value" }),
            (offset, Token::Integer(_) | Token::Float(_)) => {
                Err(Error::NotYet { offset, what: "a number as a value" })
            }
            (offset, Token::Word("true" | "false")) => {
                Err(Error::NotYet { offset, what: "a truth value" })
            }
            (offset, _) => Err(Error::Syntax { offset, expected: "a value in single quotes" }),
        }
    }

    fn set(&mut self, object: &'a str, path: &[Cow<'a, str>]) -> Result<(), Error> {
        self.expect(&Token::ParenOpen, "`(`")?;
        loop {
            let value = self.literal()?;
            self.add(Equality { object, path: path.to_vec(), value })?;
            match self.tokens.next()? {
                (_, Token::Comma) => {}
                (_, Token::ParenClose) => return Ok(()),
                (offset, _) => return Err(Error::Syntax { offset, expected: "`,` or `)`" }),
            }
        }
    }

    fn expect(&mut self, wanted: &Token<'_>, expected: &'static str) -> Result<(), Error> {
        match self.tokens.next()? {
            (_, token) if token == *wanted => Ok(()),
            (offset, _) => Err(Error::Syntax { offset, expected }),
        }
    }

    fn add(&mut self, equality: Equality<'a>) -> Result<(), Error> {
        if self.found.len() >= MAX_ALTERNATIVES {
            let offset = self.tokens.offset();
            return Err(Error::NotYet {
                offset,
                what: "a pattern of more than 1,000 alternatives",
            });
        }
        self.found.push(equality);
        Ok(())
    }
}

/// A word other than OR that joins comparisons, or joins or qualifies observation expressions.
fn joining<const IN_BRACKETS: bool>(word: &str) -> Option<&'static str> {
    let known: &[&'static str] = match IN_BRACKETS {
        true => &["AND"],
        false => &["AND", "FOLLOWEDBY", "START", "WITHIN", "REPEATS"],
    };
    known.iter().copied().find(|known| *known == word)
}

/// A word that compares.
fn comparing(word: &str, offset: usize) -> Result<&'static str, Error> {
    ["NOT", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"]
        .into_iter()
        .find(|known| *known == word)
        .ok_or(Error::Syntax { offset, expected: "a comparison operator" })
}
