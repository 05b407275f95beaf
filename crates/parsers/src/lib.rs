//! What the bytes of an artifact mean: one file per artifact, one explicit list.
//!
//! Invariant: nothing here knows an indicator, a rule or a severity.

pub mod android;
mod list;

pub use list::PARSERS;
