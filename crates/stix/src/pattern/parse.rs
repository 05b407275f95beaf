//! From the words of a pattern to its tree.

use super::PatternCode::{
    BadAddress, MixedSet, NotInVersion, NotPositive, Syntax, TooDeep, TooLong, TooMany,
    Unterminated,
};
use super::token::{Token, Tokens};
use super::{
    Comparison, ComparisonExpression, Error, Literal, ObjectPath, ObservationExpression,
    PatternError, Qualifier, QualifierKind, Step, Test, Version, literal,
};
use crate::network::Network;
use std::mem::discriminant;

/// Bytes a pattern may have.
pub const MAX_LENGTH: usize = 16 << 20;

/// How deep parentheses may be nested.
pub const MAX_DEPTH: usize = 100;

/// Comparisons a pattern may have.
pub const MAX_COMPARISONS: usize = 100_000;

/// Values that the sets of a pattern may have together.
pub const MAX_VALUES: usize = 1_000_000;

/// Steps an object path may have.
pub const MAX_STEPS: usize = 64;

/// Bytes that the constant of LIKE or MATCHES may have.
const MAX_TEMPLATE: usize = 16 << 10;

/// Words of the grammar, which are no keys unless they stand in quotes.
pub(super) const KEYWORDS: &[&str] = &[
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "EXISTS",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "true",
    "false",
    "WITHIN",
    "REPEATS",
    "TIMES",
];

type Parsed<T> = Result<T, PatternError>;

pub(super) fn pattern(
    text: &str,
    version: Version,
    lenient: bool,
) -> Parsed<ObservationExpression> {
    if text.len() > MAX_LENGTH {
        return Err(PatternError::new(TooLong, MAX_LENGTH, "a pattern of at most 16 MiB"));
    }
    let mut tokens = Tokens::new(text);
    let (offset, token) = tokens.next()?;
    let length = text.len();
    let mut parser = Parser {
        tokens,
        token,
        offset,
        length,
        version,
        lenient,
        depth: 0,
        comparisons: 0,
        values: 0,
    };
    let root = parser.followed_by()?;
    match parser.token {
        Token::End => Ok(root),
        _ => Err(parser.unexpected("`AND`, `OR`, `FOLLOWEDBY`, a qualifier or the end")),
    }
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    /// The next word, and the byte it starts at.
    token: Token<'a>,
    offset: usize,
    length: usize,
    version: Version,
    lenient: bool,
    depth: usize,
    comparisons: usize,
    values: usize,
}

impl From<Error> for PatternError {
    fn from(error: Error) -> Self {
        match error {
            Error::Syntax { offset, expected } if expected.contains("closing") => {
                Self::new(Unterminated, offset, expected)
            }
            Error::Syntax { offset, expected } if expected == "`*/`" => {
                Self::new(Unterminated, offset, expected)
            }
            Error::Syntax { offset, expected } => Self::new(Syntax, offset, expected),
            Error::NotYet { offset, what } => Self::new(Syntax, offset, what),
        }
    }
}

// Every level of parentheses is one level of recursion; `nested` bounds them.
impl<'a> Parser<'a> {
    fn followed_by(&mut self) -> Parsed<ObservationExpression> {
        let mut all = vec![self.any_observation()?];
        while self.takes_word("FOLLOWEDBY")? {
            all.push(self.any_observation()?);
        }
        Ok(joined(all, ObservationExpression::FollowedBy, |one| match one {
            ObservationExpression::FollowedBy(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn any_observation(&mut self) -> Parsed<ObservationExpression> {
        let mut all = vec![self.all_observations()?];
        while self.takes_word("OR")? {
            all.push(self.all_observations()?);
        }
        Ok(joined(all, ObservationExpression::Or, |one| match one {
            ObservationExpression::Or(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn all_observations(&mut self) -> Parsed<ObservationExpression> {
        let mut all = vec![self.observation()?];
        while self.takes_word("AND")? {
            all.push(self.observation()?);
        }
        Ok(joined(all, ObservationExpression::And, |one| match one {
            ObservationExpression::And(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn observation(&mut self) -> Parsed<ObservationExpression> {
        let inner = match self.token {
            Token::BracketOpen => {
                self.advance()?;
                let inner = self.any_comparison()?;
                self.expect(&Token::BracketClose, "`AND`, `OR` or `]`")?;
                ObservationExpression::One(inner)
            }
            Token::ParenOpen => {
                self.nested()?;
                let inner = self.followed_by()?;
                self.expect(&Token::ParenClose, "`AND`, `OR`, `FOLLOWEDBY`, a qualifier or `)`")?;
                self.depth -= 1;
                inner
            }
            _ => return Err(self.unexpected("`[` or `(`")),
        };
        let mut by = Vec::new();
        while let Some(kind) = self.qualifier()? {
            if by.len() == MAX_STEPS {
                return Err(PatternError::new(TooMany, self.offset, "at most 64 qualifiers"));
            }
            by.push(kind);
        }
        Ok(match by.is_empty() {
            true => inner,
            false => ObservationExpression::Qualified { of: Box::new(inner), by },
        })
    }

    fn qualifier(&mut self) -> Parsed<Option<Qualifier>> {
        let offset = self.offset;
        let kind = match self.token {
            Token::Word("WITHIN") => {
                self.advance()?;
                let (at, number) = (self.offset, self.number("a number of seconds above 0")?);
                if number <= 0.0 {
                    return Err(PatternError::new(NotPositive, at, "a number above 0"));
                }
                self.expect_word("SECONDS")?;
                QualifierKind::Within(number)
            }
            Token::Word("REPEATS") => {
                self.advance()?;
                let at = self.offset;
                let Token::Integer(text) = self.token else {
                    return Err(self.unexpected("a whole number above 0"));
                };
                let Literal::Integer(number) = literal::integer(text, at)? else {
                    return Err(self.unexpected("a whole number above 0"));
                };
                if text.starts_with('-') {
                    return Err(self.unexpected("a whole number above 0"));
                }
                let number = u64::try_from(number).unwrap_or(0);
                if number == 0 {
                    return Err(PatternError::new(NotPositive, at, "a whole number above 0"));
                }
                self.advance()?;
                self.expect_word("TIMES")?;
                QualifierKind::Repeats(number)
            }
            Token::Word("START") => {
                self.advance()?;
                let start = self.bound()?;
                self.expect_word("STOP")?;
                QualifierKind::StartStop(start, self.bound()?)
            }
            _ => return Ok(None),
        };
        Ok(Some(Qualifier { kind, offset }))
    }

    /// A time behind START or STOP.
    fn bound(&mut self) -> Parsed<crate::Instant> {
        let at = match &self.token {
            Token::Time(body) => literal::time(body, self.offset)?,
            Token::Quoted(body) if self.version == Version::V20 => {
                literal::time(body, self.offset)?
            }
            _ => return Err(self.unexpected("a time, as t'YYYY-MM-DDTHH:mm:ssZ'")),
        };
        self.advance()?;
        Ok(at)
    }

    fn number(&mut self, expected: &'static str) -> Parsed<f64> {
        let (Token::Integer(text) | Token::Float(text)) = self.token else {
            return Err(self.unexpected(expected));
        };
        if text.starts_with('-') {
            return Err(self.unexpected(expected));
        }
        let number = literal::float(text, self.offset)?;
        self.advance()?;
        Ok(number)
    }

    fn any_comparison(&mut self) -> Parsed<ComparisonExpression> {
        let mut all = vec![self.all_comparisons()?];
        while self.takes_word("OR")? {
            all.push(self.all_comparisons()?);
        }
        Ok(joined(all, ComparisonExpression::Or, |one| match one {
            ComparisonExpression::Or(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn all_comparisons(&mut self) -> Parsed<ComparisonExpression> {
        let mut all = vec![self.comparison()?];
        while self.takes_word("AND")? {
            all.push(self.comparison()?);
        }
        Ok(joined(all, ComparisonExpression::And, |one| match one {
            ComparisonExpression::And(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn comparison(&mut self) -> Parsed<ComparisonExpression> {
        if self.token == Token::ParenOpen {
            self.nested()?;
            let inner = self.any_comparison()?;
            self.expect(&Token::ParenClose, "`AND`, `OR` or `)`")?;
            self.depth -= 1;
            return Ok(inner);
        }
        if self.comparisons == MAX_COMPARISONS {
            return Err(PatternError::new(TooMany, self.offset, "at most 100,000 comparisons"));
        }
        self.comparisons += 1;
        let offset = self.offset;
        if matches!(self.token, Token::Word("NOT" | "EXISTS")) {
            let negated = self.takes_word("NOT")?;
            if self.version == Version::V20 && self.token == Token::Word("EXISTS") {
                return Err(PatternError::new(NotInVersion, self.offset, "no EXISTS in STIX 2.0"));
            }
            self.expect_word("EXISTS")?;
            let path = self.path()?;
            return Ok(ComparisonExpression::One(Comparison {
                path,
                negated,
                test: Test::Exists,
                offset,
            }));
        }
        let path = self.path()?;
        let negated = self.takes_word("NOT")?;
        let test = self.test()?;
        Ok(ComparisonExpression::One(Comparison { path, negated, test, offset }))
    }

    fn path(&mut self) -> Parsed<ObjectPath> {
        let object = match self.token {
            Token::Word(word) if !KEYWORDS.contains(&word) => word.into(),
            _ => return Err(self.unexpected("an object path")),
        };
        self.advance()?;
        self.expect(&Token::Colon, "`:`")?;
        let mut steps = vec![self.key()?];
        loop {
            if steps.len() > MAX_STEPS {
                return Err(PatternError::new(TooMany, self.offset, "at most 64 steps in a path"));
            }
            match self.token {
                Token::Dot => {
                    self.advance()?;
                    steps.push(self.key()?);
                }
                Token::BracketOpen => {
                    self.advance()?;
                    steps.push(self.index()?);
                }
                _ => return Ok(ObjectPath { object, steps }),
            }
        }
    }

    fn key(&mut self) -> Parsed<Step> {
        let key = match &self.token {
            Token::Word(word) if KEYWORDS.contains(word) => {
                return Err(self.unexpected("quotes around a key that is a word of the language"));
            }
            Token::Word(word) if word.contains('-') && !self.lenient => {
                return Err(self.unexpected("quotes around a key with a hyphen"));
            }
            Token::Word(word) => (*word).into(),
            Token::Key(key) => key.as_ref().into(),
            Token::DoubleQuoted(key) if self.lenient => key.as_ref().into(),
            _ => return Err(self.unexpected("a property name")),
        };
        self.advance()?;
        Ok(Step::Key(key))
    }

    /// What stands behind `[` in a path.
    fn index(&mut self) -> Parsed<Step> {
        let step = match self.token {
            Token::Star => Step::Any,
            Token::Integer(text) => match literal::integer(text, self.offset)? {
                Literal::Integer(index) => Step::Index(index),
                _ => return Err(self.unexpected("a list index or `*`")),
            },
            _ => return Err(self.unexpected("a list index or `*`")),
        };
        self.advance()?;
        self.expect(&Token::BracketClose, "`]`")?;
        Ok(step)
    }

    fn test(&mut self) -> Parsed<Test> {
        const OPERATOR: &str = "a comparison operator";
        let token = self.token.clone();
        Ok(match token {
            Token::Equal => {
                self.advance()?;
                Test::Equal(self.literal()?)
            }
            Token::Compare(sign) => {
                self.advance()?;
                if sign == "!=" {
                    return Ok(Test::Unequal(self.literal()?));
                }
                let at = self.offset;
                let value = self.literal()?;
                if matches!(value, Literal::Boolean(_)) {
                    return Err(PatternError::new(Syntax, at, "a value that has an order"));
                }
                match sign {
                    "<" => Test::Less(value),
                    "<=" => Test::LessOrEqual(value),
                    ">" => Test::Greater(value),
                    _ => Test::GreaterOrEqual(value),
                }
            }
            Token::Word("IN") => {
                self.advance()?;
                Test::In(self.set()?)
            }
            Token::Word("LIKE") => Test::Like(self.template()?),
            Token::Word("MATCHES") => {
                let text = self.template()?;
                Test::Matches(text)
            }
            Token::Word("ISSUBSET") => Test::IsSubset(self.network()?),
            Token::Word("ISSUPERSET") => Test::IsSuperset(self.network()?),
            _ => return Err(self.unexpected(OPERATOR)),
        })
    }

    /// A string behind an operator that is a word.
    fn string(&mut self) -> Parsed<(usize, Box<str>)> {
        self.advance()?;
        let offset = self.offset;
        let Token::Quoted(text) = &self.token else {
            return Err(self.unexpected("a string in single quotes"));
        };
        let text = text.as_ref().into();
        self.advance()?;
        Ok((offset, text))
    }

    fn template(&mut self) -> Parsed<Box<str>> {
        let (offset, text) = self.string()?;
        match text.len() > MAX_TEMPLATE {
            true => Err(PatternError::new(TooLong, offset, "at most 16 KiB")),
            false => Ok(text),
        }
    }

    fn network(&mut self) -> Parsed<Box<str>> {
        let (offset, text) = self.string()?;
        match Network::parse(&text) {
            None => Err(PatternError::new(BadAddress, offset, "an IP address or a network")),
            Some(_) => Ok(text),
        }
    }

    fn set(&mut self) -> Parsed<Vec<Literal>> {
        self.expect(&Token::ParenOpen, "`(`")?;
        let mut values: Vec<Literal> = Vec::new();
        if self.takes(&Token::ParenClose)? {
            return Ok(values);
        }
        loop {
            if self.values == MAX_VALUES {
                let expected = "at most 1,000,000 values in sets";
                return Err(PatternError::new(TooMany, self.offset, expected));
            }
            self.values += 1;
            let (offset, value) = (self.offset, self.literal()?);
            let number = |one: &Literal| matches!(one, Literal::Integer(_) | Literal::Float(_));
            if let Some(first) = values.first()
                && discriminant(first) != discriminant(&value)
                && !(number(first) && number(&value))
            {
                return Err(PatternError::new(MixedSet, offset, "a value of the set's type"));
            }
            values.push(value);
            if self.takes(&Token::ParenClose)? {
                return Ok(values);
            }
            self.expect(&Token::Comma, "`,` or `)`")?;
        }
    }

    fn literal(&mut self) -> Parsed<Literal> {
        let offset = self.offset;
        let value = match &self.token {
            Token::Quoted(text) => Literal::Text(text.as_ref().into()),
            Token::Integer(text) => literal::integer(text, offset)?,
            Token::Float(text) => Literal::Float(literal::float(text, offset)?),
            Token::Word("true") => Literal::Boolean(true),
            Token::Word("false") => Literal::Boolean(false),
            Token::Hex(body) => literal::hex(body, offset)?,
            Token::Base64(body) => literal::base64(body, offset)?,
            Token::Time(body) => Literal::Timestamp(literal::time(body, offset)?),
            _ => return Err(self.unexpected("a value: a string in single quotes, a number …")),
        };
        self.advance()?;
        Ok(value)
    }

    /// Goes into parentheses.
    fn nested(&mut self) -> Parsed<()> {
        if self.depth == MAX_DEPTH {
            let expected = "parentheses nested at most 100 deep";
            return Err(PatternError::new(TooDeep, self.offset, expected));
        }
        self.depth += 1;
        self.advance()
    }

    fn advance(&mut self) -> Parsed<()> {
        (self.offset, self.token) = self.tokens.next()?;
        Ok(())
    }

    fn takes(&mut self, token: &Token<'_>) -> Parsed<bool> {
        let there = self.token == *token;
        if there {
            self.advance()?;
        }
        Ok(there)
    }

    fn takes_word(&mut self, word: &str) -> Parsed<bool> {
        match self.token {
            Token::Word(there) if there == word => self.advance().map(|()| true),
            _ => Ok(false),
        }
    }

    fn expect(&mut self, token: &Token<'_>, expected: &'static str) -> Parsed<()> {
        match self.takes(token)? {
            true => Ok(()),
            false => Err(self.unexpected(expected)),
        }
    }

    fn expect_word(&mut self, word: &'static str) -> Parsed<()> {
        match self.takes_word(word)? {
            true => Ok(()),
            false => Err(PatternError::new(Syntax, self.offset, format!("`{word}`"))),
        }
    }

    fn unexpected(&self, expected: &'static str) -> PatternError {
        PatternError::new(Syntax, self.offset.min(self.length), expected)
    }
}

/// Several expressions joined by an operator that is associative: those among them that are
/// joined by it themselves give their parts.
fn joined<T>(
    mut all: Vec<T>,
    join: impl Fn(Vec<T>) -> T,
    parts: impl Fn(T) -> Result<Vec<T>, T>,
) -> T {
    if all.len() == 1
        && let Some(only) = all.pop()
    {
        return only;
    }
    let mut flat = Vec::with_capacity(all.len());
    for one in all {
        match parts(one) {
            Ok(inner) => flat.extend(inner),
            Err(other) => flat.push(other),
        }
    }
    join(flat)
}
