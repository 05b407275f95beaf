//! STIX 2.0 and 2.1 objects from a bundle of any size, and the simple part of the pattern
//! language; usable alone.
//!
//! [`read()`] gives the objects of a file one by one; [`pattern::equalities`] takes a pattern
//! apart.
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

mod error;
mod object;
pub mod pattern;
mod read;

pub use error::{FileError, ObjectError};
pub use json_items::Bounds;
pub use object::{Common, Indicator, Named, NamedKind, Object, Reference, Relationship, Text};
pub use read::{Summary, read};
