//! Constants: from what stands in the pattern to what it says, and back.

use super::PatternCode::{BadLiteral, BadNumber, BadTimestamp};
use super::{Literal, PatternError};
use crate::Instant;
use crate::binary;
use std::fmt::{self, Write};

/// `h'…'`, without its quotes.
pub(super) fn hex(body: &str, offset: usize) -> Result<Literal, PatternError> {
    binary::from_hex(body)
        .map(|bytes| Literal::Hex(bytes.into()))
        .ok_or_else(|| PatternError::new(BadLiteral, offset, "pairs of hexadecimal digits"))
}

/// `b'…'`, without its quotes. The grammar demands at least one byte.
pub(super) fn base64(body: &str, offset: usize) -> Result<Literal, PatternError> {
    binary::from_base64(body)
        .filter(|bytes| !bytes.is_empty())
        .map(|bytes| Literal::Binary(bytes.into()))
        .ok_or_else(|| PatternError::new(BadLiteral, offset, "base64 of at least one byte"))
}

/// A time, without its quotes.
pub(super) fn time(body: &str, offset: usize) -> Result<Instant, PatternError> {
    let expected = "a time that exists, as YYYY-MM-DDTHH:mm:ss[.s+]Z";
    Instant::parse(body).ok_or_else(|| PatternError::new(BadTimestamp, offset, expected))
}

/// A number without a point.
pub(super) fn integer(text: &str, offset: usize) -> Result<Literal, PatternError> {
    let expected = "a whole number of at most 64 bits";
    let number = text.parse().map_err(|_| PatternError::new(BadNumber, offset, expected))?;
    Ok(Literal::Integer(number))
}

/// A number with a point.
pub(super) fn float(text: &str, offset: usize) -> Result<f64, PatternError> {
    let expected = "a number that fits 64 bits of floating point";
    let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| PatternError::new(BadNumber, offset, expected))
}

impl fmt::Display for Literal {
    /// As a pattern writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Integer(number) => write!(f, "{number}"),
            Literal::Float(number) => decimal(*number, f),
            Literal::Text(text) => quoted(text, f),
            Literal::Boolean(value) => write!(f, "{value}"),
            Literal::Binary(bytes) => write!(f, "b'{}'", binary::to_base64(bytes)),
            Literal::Hex(bytes) => write!(f, "h'{}'", binary::to_hex(bytes)),
            Literal::Timestamp(at) => write!(f, "t'{at}'"),
        }
    }
}

/// A number with a point and without an exponent, as the grammar wants it.
pub(super) fn decimal(number: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = String::new();
    write!(text, "{number}")?;
    f.write_str(&text)?;
    if text.contains('.') { Ok(()) } else { f.write_str(".0") }
}

/// A string in single quotes; quotes and backslashes in it behind a backslash.
pub(super) fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('\'')?;
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '\\']) {
        let (before, from) = rest.split_at(at);
        f.write_str(before)?;
        f.write_char('\\')?;
        f.write_str(from.get(..1).unwrap_or(""))?;
        rest = from.get(1..).unwrap_or("");
    }
    f.write_str(rest)?;
    f.write_char('\'')
}
