//! One value against one constant (STIX 2.1, sections 9.2 and 9.6.1).

use super::like::Like;
use super::regular::Regular;
use super::walk::{Encoding, Scene};
use crate::network::Network;
use crate::pattern::{Comparison, Literal, PatternCode, PatternError, Test};
use crate::{Instant, Value, binary};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// An operator and its constant.
#[derive(Debug)]
pub(super) struct Check {
    operator: Operator,
    negated: bool,
}

#[derive(Debug)]
enum Operator {
    Equal(Operand),
    Unequal(Operand),
    Order(fn(Ordering) -> bool, Operand),
    InTexts(HashSet<Box<str>>),
    In(Vec<Operand>),
    Like(Like),
    Matches(Regular),
    IsSubset(Network),
    IsSuperset(Network),
}

/// A constant, ready to be compared.
#[derive(Debug)]
enum Operand {
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// A string, and its bytes if each of its characters is one.
    Text(Box<str>, Option<Vec<u8>>),
    Bytes(Box<[u8]>),
    Time(Instant),
}

/// A value of an object.
enum Seen<'v> {
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Text(&'v str),
    Bytes(Vec<u8>),
    /// null, a list or an object: equal to nothing.
    Other,
}

impl Check {
    /// `None` for EXISTS, which asks for no value.
    pub(super) fn new(
        comparison: &Comparison,
        encoding: Encoding,
    ) -> Result<Option<Self>, PatternError> {
        let offset = comparison.offset;
        let network = |text: &str| {
            let expected = "an IP address or a network";
            Network::parse(text)
                .ok_or_else(|| PatternError::new(PatternCode::BadAddress, offset, expected))
        };
        let operator = match &comparison.test {
            Test::Exists => return Ok(None),
            Test::Equal(value) => Operator::Equal(value.into()),
            Test::Unequal(value) => Operator::Unequal(value.into()),
            Test::Less(value) => Operator::Order(Ordering::is_lt, value.into()),
            Test::LessOrEqual(value) => Operator::Order(Ordering::is_le, value.into()),
            Test::Greater(value) => Operator::Order(Ordering::is_gt, value.into()),
            Test::GreaterOrEqual(value) => Operator::Order(Ordering::is_ge, value.into()),
            Test::In(values) => set(values),
            Test::Like(text) => Operator::Like(Like::new(&normal(text))),
            Test::Matches(text) => {
                let bytes = encoding != Encoding::Plain;
                Operator::Matches(Regular::new(&normal(text), bytes, offset)?)
            }
            Test::IsSubset(text) => Operator::IsSubset(network(text)?),
            Test::IsSuperset(text) => Operator::IsSuperset(network(text)?),
        };
        Ok(Some(Self { operator, negated: comparison.negated }))
    }

    /// Bytes of memory beside its own.
    pub(super) fn memory(&self) -> usize {
        match &self.operator {
            Operator::Equal(one) | Operator::Unequal(one) | Operator::Order(_, one) => one.memory(),
            Operator::InTexts(texts) => {
                let each = size_of::<Box<str>>() + 1;
                texts.capacity() * each + texts.iter().map(|text| text.len()).sum::<usize>()
            }
            Operator::In(all) => all.iter().map(|one| size_of::<Operand>() + one.memory()).sum(),
            Operator::Like(like) => like.memory(),
            Operator::Matches(regular) => regular.memory(),
            Operator::IsSubset(_) | Operator::IsSuperset(_) => 0,
        }
    }

    /// Whether the value satisfies the comparison.
    pub(super) fn passes(
        &self,
        value: &Value<'_>,
        encoding: Encoding,
        scene: &Scene<'_>,
        offset: usize,
    ) -> bool {
        let fail = |code, expected| scene.fail(code, offset, expected);
        let seen = match Seen::new(value, encoding) {
            Some(seen) => seen,
            None => {
                fail(PatternCode::NotBinary, "a value that is encoded as its name says");
                return false;
            }
        };
        match self.operator.holds(&seen) {
            Ok(held) => held != self.negated,
            Err(NoAnswer::NotATime) => {
                fail(PatternCode::NotATimestamp, "a value that is a time");
                false
            }
            Err(NoAnswer::NotAnAddress) => {
                fail(PatternCode::NotAnAddress, "a value that is an IP address or a network");
                false
            }
            // Neither the order nor its opposite holds between values that have none.
            Err(NoAnswer::NoOrder) => false,
        }
    }
}

/// Why a comparison is neither true nor false.
enum NoAnswer {
    NotATime,
    NotAnAddress,
    NoOrder,
}

impl Operator {
    fn holds(&self, seen: &Seen<'_>) -> Result<bool, NoAnswer> {
        Ok(match self {
            Operator::Equal(operand) => operand.equals(seen)?,
            Operator::Unequal(operand) => !operand.equals(seen)?,
            Operator::Order(accepts, operand) => match operand.order(seen)? {
                Some(ordering) => accepts(ordering),
                None => false,
            },
            Operator::InTexts(texts) => match seen {
                Seen::Text(text) => texts.contains(*text),
                Seen::Bytes(bytes) => texts.contains(latin(bytes).as_str()),
                _ => false,
            },
            Operator::In(operands) => {
                for operand in operands {
                    if operand.equals(seen)? {
                        return Ok(true);
                    }
                }
                false
            }
            Operator::Like(like) => match seen {
                Seen::Text(text) => like.fits(&normal(text)),
                Seen::Bytes(bytes) => like.fits(&latin(bytes)),
                _ => false,
            },
            Operator::Matches(regular) => match seen {
                Seen::Text(text) => regular.matches(normal(text).as_bytes()),
                Seen::Bytes(bytes) => regular.matches(bytes),
                _ => false,
            },
            Operator::IsSubset(network) => match seen {
                Seen::Text(text) => address(text)?.is_within(*network),
                _ => false,
            },
            Operator::IsSuperset(network) => match seen {
                Seen::Text(text) => network.is_within(address(text)?),
                _ => false,
            },
        })
    }
}

fn address(text: &str) -> Result<Network, NoAnswer> {
    Network::parse(text).ok_or(NoAnswer::NotAnAddress)
}

fn set(values: &[Literal]) -> Operator {
    let texts = values.iter().map(|value| match value {
        Literal::Text(text) => Some(text.clone()),
        _ => None,
    });
    match texts.collect::<Option<HashSet<_>>>() {
        Some(texts) => Operator::InTexts(texts),
        None => Operator::In(values.iter().map(Into::into).collect()),
    }
}

impl<'v> Seen<'v> {
    /// `None` where the value is not encoded as the property's name says.
    fn new(value: &'v Value<'_>, encoding: Encoding) -> Option<Self> {
        Some(match value {
            Value::Integer(number) => Seen::Integer(*number),
            Value::Float(number) => Seen::Float(*number),
            Value::Bool(value) => Seen::Boolean(*value),
            Value::Text(text) => match encoding {
                Encoding::Plain => Seen::Text(text),
                Encoding::Hex => Seen::Bytes(binary::from_hex(text)?),
                Encoding::Base64 => Seen::Bytes(binary::from_base64(text)?),
            },
            Value::Null | Value::List(_) | Value::Dict(_) => Seen::Other,
        })
    }
}

impl From<&Literal> for Operand {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::Integer(number) => Operand::Integer(*number),
            Literal::Float(number) => Operand::Float(*number),
            Literal::Boolean(value) => Operand::Boolean(*value),
            Literal::Text(text) => {
                let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
                Operand::Text(text.clone(), bytes)
            }
            Literal::Binary(bytes) | Literal::Hex(bytes) => Operand::Bytes(bytes.clone()),
            Literal::Timestamp(at) => Operand::Time(*at),
        }
    }
}

impl Operand {
    fn memory(&self) -> usize {
        match self {
            Operand::Text(text, bytes) => text.len() + bytes.as_ref().map_or(0, Vec::capacity),
            Operand::Bytes(bytes) => bytes.len(),
            _ => 0,
        }
    }

    fn equals(&self, seen: &Seen<'_>) -> Result<bool, NoAnswer> {
        Ok(match (self, seen) {
            (Operand::Boolean(wanted), Seen::Boolean(value)) => wanted == value,
            (Operand::Text(wanted, _), Seen::Text(text)) => **wanted == **text,
            _ => match self.order(seen) {
                Ok(ordering) => ordering == Some(Ordering::Equal),
                Err(NoAnswer::NoOrder) => false,
                Err(error) => return Err(error),
            },
        })
    }

    /// How the value compares with the constant. `Ok(None)` where a string has characters that
    /// are no bytes, and so no order to bytes.
    fn order(&self, seen: &Seen<'_>) -> Result<Option<Ordering>, NoAnswer> {
        Ok(match (self, seen) {
            (Operand::Integer(wanted), Seen::Integer(value)) => Some(value.cmp(wanted)),
            (Operand::Integer(wanted), Seen::Float(value)) => value.partial_cmp(&(*wanted as f64)),
            (Operand::Float(wanted), Seen::Integer(value)) => (*value as f64).partial_cmp(wanted),
            (Operand::Float(wanted), Seen::Float(value)) => value.partial_cmp(wanted),
            (Operand::Text(wanted, _), Seen::Text(text)) => {
                // UTF-8 has the order of code points.
                Some((*text).cmp(&**wanted))
            }
            (Operand::Text(_, wanted), Seen::Bytes(bytes)) => {
                wanted.as_ref().map(|wanted| bytes.cmp(wanted))
            }
            (Operand::Bytes(wanted), Seen::Bytes(bytes)) => Some(bytes.as_slice().cmp(wanted)),
            (Operand::Bytes(wanted), Seen::Text(text)) => {
                let bytes: Option<Vec<u8>> =
                    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
                bytes.map(|bytes| bytes.as_slice().cmp(wanted))
            }
            (Operand::Time(wanted), Seen::Text(text)) => {
                Some(Instant::parse(text).ok_or(NoAnswer::NotATime)?.cmp(wanted))
            }
            _ => return Err(NoAnswer::NoOrder),
        })
    }
}

/// In Normalization Form C, as LIKE and MATCHES compare (section 9.6.1).
fn normal(text: &str) -> Cow<'_, str> {
    match text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfc().collect()),
    }
}

/// Bytes as the characters of these numbers.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
