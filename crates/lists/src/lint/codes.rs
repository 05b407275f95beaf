//! The codes. A new one is a row here, a line in [`CODES`], and a section in docs/lint-codes.md.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The indicator does not do what it says.
    Error,
    /// It does, and should be looked at.
    Warning,
}

/// A code and what it stands for.
#[derive(Debug)]
pub struct Code {
    /// `L001` …; never used again for anything else.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it stands for, in a few words.
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal $severity:ident $title:literal;)*) => {
        $(pub(crate) static $name: Code =
            Code { code: $code, severity: Severity::$severity, title: $title };)*

        /// Every code, in order.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    MALFORMED = "L001" Error "An object cannot be read";
    DUPLICATE = "L002" Warning "A value is named twice";
    DEFANGED = "L003" Error "A value is defanged";
    HASH = "L004" Error "A hash has the wrong length or other digits";
    PORT = "L005" Error "A host name carries a port, a scheme or a path";
    BROAD = "L006" Error "A value would match half the world";
    WARNING_LIST = "L007" Warning "A value stands on a warning list";
    GENUINE = "L008" Error "A value belongs to a genuine app";
    EXPIRED = "L009" Warning "An indicator is expired";
    UNSOURCED = "L010" Warning "A value has no source";
    PATTERN = "L011" Error "A pattern cannot be parsed";
    NEVER = "L012" Error "A pattern can never match";
    NOT_LOOKED_UP = "L013" Warning "A pattern compares what no evidence is looked up by";
    SPELLING = "L014" Warning "A hash algorithm is spelled in another way than STIX does";
    VERSIONS = "L015" Error "Two objects claim to be the same version";
    NOT_UNDERSTOOD = "L016" Warning "A part of a list is not understood";
}
