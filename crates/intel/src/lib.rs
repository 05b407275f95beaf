//! One index from atom to indicator.
//!
//! [`Builder`] takes STIX bundles; [`Intel`] says which indicators a value equals, and what is
//! known of each. Patterns that ask for more than a value run over a source's observations
//! ([`Intel::run_patterns`]).
//!
//! ```
//! use model::{Atom, AtomKind, KnowledgeStatus};
//! let bundle = br#"{"type":"bundle","id":"bundle--1","objects":[{"type":"indicator",
//!   "id":"indicator--1","pattern":"[domain-name:value = 'evil.example']","confidence":80}]}"#;
//! let mut builder = intel::Builder::new();
//! builder.add_bundle("mine", KnowledgeStatus::Unsigned, &bundle[..]).unwrap();
//! let intel = builder.build();
//! let mut seen = Vec::new();
//! intel.lookup(&Atom::new(AtomKind::Domain, "c2.evil.example"), &mut |found| {
//!     seen.push((found.value.to_string(), intel.indicator(found.indicator).confidence()));
//! });
//! assert_eq!(seen, [("evil.example".to_owned(), Some(80))]);
//! ```
//!
//! Invariants: values and observations take one normal form ([`model::normal`]); what cannot be
//! compiled is a gap, never silence; a revoked indicator is counted and never found.

mod aside;
mod batch;
mod builder;
mod bundle;
mod compile;
mod engine;
mod entries;
mod extension;
mod gap;
mod hash;
mod index;
mod indicator;
mod knowledge;
mod limits;
mod lists;
mod lookup;
mod normalise;
mod object_key;
mod pages;
mod payload;
mod prepared;
mod relations;
mod texts;
mod verified;

pub use builder::{Builder, LoadError};
pub use engine::{Decision, PatternMatch, PatternRuns};
pub use extension::{EXTENSION_ID, Extension, Scope};
pub use gap::KnowledgeGap;
pub use indicator::{Indicator, IndicatorId, Reference, Window};
pub use knowledge::Intel;
pub use limits::Limits;
pub use lookup::Match;
pub use payload::Value;
pub use prepared::{IndexError, MAGIC};
