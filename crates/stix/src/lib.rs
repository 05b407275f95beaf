//! STIX 2.0 and 2.1 objects from a bundle of any size, and the pattern language; usable alone.
//!
//! [`read()`] gives the objects of a file one by one; [`pattern::equalities`] takes a simple
//! pattern apart, [`pattern::Pattern`] reads any; a [`Matcher`] holds it against [`Observation`]s.
//!
//! ```
//! let bundle = br#"{"type":"bundle","id":"bundle--1","objects":[{"type":"indicator",
//!   "id":"indicator--1","pattern":"[domain-name:value = 'evil.example']","pattern_type":"stix"}]}"#;
//! let mut values = Vec::new();
//! stix::read(&bundle[..], stix::Bounds::default(), &mut |object| {
//!     if let Ok(stix::Object::Indicator(indicator)) = object {
//!         for one in stix::pattern::equalities(&indicator.pattern).unwrap() {
//!             values.push((one.object.to_owned(), one.value.into_owned()));
//!         }
//!     }
//! }).unwrap();
//! assert_eq!(values, [("domain-name".to_owned(), "evil.example".to_owned())]);
//! ```
//!
//! Invariant: nothing here knows what a value means, or any noun of Tamarisk.

mod binary;
pub mod collection;
mod deterministic;
mod error;
mod instant;
mod json;
pub mod marking;
mod matching;
mod network;
mod object;
mod observation;
mod observed;
pub mod pattern;
mod place;
mod read;
mod validate;
mod value;

pub use collection::Collection;
pub use deterministic::deterministic_id;
pub use error::{FileError, ObjectError};
pub use instant::Instant;
pub use json_items::Bounds;
pub use matching::{MAX_CANDIDATES, Matcher, Run, Verdict};
pub use object::{Common, Indicator, Named, NamedKind, Object, Reference, Relationship, Text};
pub use observation::{Observation, Span};
pub use observed::{ObservedData, ObservedError};
pub use read::{Summary, read};
pub use validate::{
    Code, Diagnostic, MAX_DIAGNOSTICS, Validation, WHOLE_BYTES, validate, validate_file,
};
pub use value::Value;
