//! The nouns of Tamarisk (GLOSSARY.md fixes them). Two of them matter most:
//! an [`Observation`] is a [`Fact`] with the place it was read and the time it
//! happened; a [`Finding`] is a judgement that cannot exist without one.
//!
//! ```
//! use model::{fact::AppUpdated, Fact, Observation, Position};
//! let seen = Observation {
//!     fact: Fact::AppUpdated(AppUpdated { package: "org.example".into(), ..Default::default() }),
//!     artifact: "bugreport.txt".into(),
//!     position: Position::bytes(10, 52),
//!     time: None,
//!     parser: "dumpstate".into(),
//! };
//! assert_eq!(seen.fact.kind(), "app_updated");
//! ```
//!
//! Invariant: nothing here reads, prints, looks at the clock or at the environment.

mod artifact;
mod atom;
mod calendar;
pub mod fact;
mod finding;
mod gap;
mod knowledge;
mod member;
pub mod normal;
mod observation;
mod position;
mod sketch;
mod source;
mod subject;
mod time;

pub use artifact::{Artifact, Status};
pub use atom::{Atom, AtomKind};
pub use calendar::{Clock, civil_milliseconds, civil_text, in_utc, phone_zone};
pub use fact::{Fact, Value};
pub use finding::{Because, BecauseKind, Evidence, Finding, FindingSubject, Outcome, Strength};
pub use gap::Gap;
pub use knowledge::{Attribution, Knowledge, KnowledgeStatus, Opinion, Signed};
pub use member::{Member, Recognised};
pub use observation::{Item, Observation};
pub use position::Position;
pub use sketch::{Share, Sketch};
pub use source::{Device, Source, SourceId, SourceKind};
pub use subject::{AppKey, Subject};
pub use time::{Precision, Time, Zone};
