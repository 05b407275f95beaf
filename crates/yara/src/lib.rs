//! A user's own YARA rules, held against the bytes of what is read.
//!
//! The engine is YARA-X. [`Rules::compile`] takes what was read of files of rules; as an
//! [`evidence::Scanner`] it sees each artifact's facts and bytes and tells
//! [`YaraMatched`](model::fact::YaraMatched). What a match weighs is for `detect` to say. What rules
//! may ask for beside YARA-X's own modules is in [`view`]; see `docs/design/yara.md`.
//!
//! Invariant: nothing here opens a file, prints, or knows an indicator.

mod matched;
mod modules;
mod rules;
mod scan;
pub mod view;

pub use modules::{LEFT_OUT, OFFERED};
pub use rules::{Bounds, RuleFile, RuleSet, Rules, is_compiled};
