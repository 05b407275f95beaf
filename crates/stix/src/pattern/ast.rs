//! A pattern as a tree; the names are those of STIX 2.1, section 9.

use crate::Instant;

/// Observation expressions and how they are joined (sections 9.4 and 9.5.2).
#[derive(Clone, Debug, PartialEq)]
pub enum ObservationExpression {
    /// `[…]`: one observation for which this holds.
    One(ComparisonExpression),
    /// All of them, each by another observation.
    And(Vec<ObservationExpression>),
    /// Any of them.
    Or(Vec<ObservationExpression>),
    /// All of them, by observations in this order of time.
    FollowedBy(Vec<ObservationExpression>),
    /// An expression with its qualifiers, in the order they are written.
    Qualified {
        /// What is qualified.
        of: Box<ObservationExpression>,
        /// The qualifiers and the byte each starts at.
        by: Vec<Qualifier>,
    },
}

/// What an observation expression must satisfy beside (section 9.5.1).
#[derive(Clone, Debug)]
pub struct Qualifier {
    /// What is demanded.
    pub kind: QualifierKind,
    /// Byte in the pattern.
    pub offset: usize,
}

/// Where it stood in the text makes no difference.
impl PartialEq for Qualifier {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// The qualifiers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum QualifierKind {
    /// `WITHIN x SECONDS`: all within this many seconds; finite and above 0.
    Within(f64),
    /// `REPEATS x TIMES`: this often, by other observations each time; above 0.
    Repeats(u64),
    /// `START … STOP …`: all in the time from the first up to the second.
    StartStop(Instant, Instant),
}

/// Comparisons and how they are joined (section 9.6).
#[derive(Clone, Debug, PartialEq)]
pub enum ComparisonExpression {
    /// One comparison.
    One(Comparison),
    /// All of them, on the same object.
    And(Vec<ComparisonExpression>),
    /// Any of them.
    Or(Vec<ComparisonExpression>),
}

/// One comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The property.
    pub path: ObjectPath,
    /// `NOT` stands before the operator.
    pub negated: bool,
    /// Operator and constant.
    pub test: Test,
    /// Byte in the pattern.
    pub offset: usize,
}

/// Where it stood in the text makes no difference.
impl PartialEq for Comparison {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.negated, &self.test) == (&other.path, other.negated, &other.test)
    }
}

/// Which property of which objects (section 9.7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectPath {
    /// Type of the objects: `domain-name`, `file`, `app` …
    pub object: Box<str>,
    /// From the object to the property; the first is a key.
    pub steps: Vec<Step>,
}

/// One step of an object path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// `.key` or `.'key'`.
    Key(Box<str>),
    /// `[3]`: this item of a list, from 0.
    Index(i64),
    /// `[*]`: any item of a list.
    Any,
}

/// An operator and its constant (section 9.6.1).
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// `=`
    Equal(Literal),
    /// `!=`
    Unequal(Literal),
    /// `<`
    Less(Literal),
    /// `<=`
    LessOrEqual(Literal),
    /// `>`
    Greater(Literal),
    /// `>=`
    GreaterOrEqual(Literal),
    /// `IN (…)`
    In(Vec<Literal>),
    /// `LIKE`, with `%` for any run of characters and `_` for any one.
    Like(Box<str>),
    /// `MATCHES`, with a regular expression.
    Matches(Box<str>),
    /// `ISSUBSET`, with an address or a network.
    IsSubset(Box<str>),
    /// `ISSUPERSET`, with an address or a network.
    IsSuperset(Box<str>),
    /// `EXISTS`
    Exists,
}

/// A constant (section 9.2).
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A whole number.
    Integer(i64),
    /// A number with a point.
    Float(f64),
    /// `'…'`, escapes resolved.
    Text(Box<str>),
    /// `true` or `false`.
    Boolean(bool),
    /// `b'…'`, decoded.
    Binary(Box<[u8]>),
    /// `h'…'`, decoded.
    Hex(Box<[u8]>),
    /// `t'…'`
    Timestamp(Instant),
}
