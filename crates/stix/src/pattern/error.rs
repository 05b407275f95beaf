//! What can be wrong with a pattern, or with holding it against observations.

use std::borrow::Cow;
use std::fmt;

/// What is wrong, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {offset} of the pattern ({code})")]
pub struct PatternError {
    /// A stable name.
    pub code: PatternCode,
    /// Byte in the pattern.
    pub offset: usize,
    /// What should stand there.
    pub expected: Cow<'static, str>,
}

impl PatternError {
    pub(crate) fn new(
        code: PatternCode,
        offset: usize,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { code, offset, expected: expected.into() }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// The names of what can be wrong with a pattern; `docs/design/stix-patterns.md` explains
        /// each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum PatternCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl PatternCode {
            /// Every code, in the order of the page.
            pub const ALL: &'static [PatternCode] = &[$(PatternCode::$name,)+];

            /// The name as it is printed.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(PatternCode::$name => $text,)+
                }
            }
        }
    };
}

codes! {
    /// Something else should stand here by the grammar.
    Syntax = "syntax",
    /// A string, a comment or a literal does not end.
    Unterminated = "unterminated",
    /// A hexadecimal or base64 literal has other characters or another length.
    BadLiteral = "bad-literal",
    /// A time is written otherwise, or does not exist.
    BadTimestamp = "bad-timestamp",
    /// A number is too large to be held.
    BadNumber = "bad-number",
    /// The values of a set are of several types.
    MixedSet = "mixed-set",
    /// ISSUBSET or ISSUPERSET with something that is no address and no network.
    BadAddress = "bad-address",
    /// MATCHES with something that is no regular expression, or one with what is not offered.
    BadRegex = "bad-regex",
    /// WITHIN or REPEATS with zero.
    NotPositive = "not-positive",
    /// What only the later version of STIX has.
    NotInVersion = "not-in-version",
    /// The pattern, or a literal of LIKE or MATCHES, is longer than what is read.
    TooLong = "too-long",
    /// Parentheses are nested deeper than what is read.
    TooDeep = "too-deep",
    /// More comparisons, values, steps or alternatives than what is read.
    TooMany = "too-many",
    /// Two qualifiers of one type on one observation expression.
    DuplicateQualifier = "duplicate-qualifier",
    /// START is not before STOP.
    StartNotBeforeStop = "start-not-before-stop",
    /// A hash that the algorithm cannot yield.
    BadHash = "bad-hash",
    /// A value of an observation that is compared with a time is none.
    NotATimestamp = "not-a-timestamp",
    /// A value of an observation that is compared with a network is no address.
    NotAnAddress = "not-an-address",
    /// A value whose property ends in `_hex` or `_bin` is not so encoded.
    NotBinary = "not-binary",
    /// Following references through an observation took more steps than are taken.
    TooMuchWork = "too-much-work",
}

impl fmt::Display for PatternCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
