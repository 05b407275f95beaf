//! What the bytes of an artifact mean: one file per artifact, one explicit list.
//!
//! Invariant: nothing here knows an indicator, a rule or a severity.

pub mod android;
mod bounded;
mod list;
mod read;
mod recognise;
mod scan;
mod sniff;
mod survey;

pub use android::code;
pub use list::PARSERS;
pub use read::{read, read_and_scan};
pub use recognise::{Found, expected_but_absent, main_dumpstate, recognise};
