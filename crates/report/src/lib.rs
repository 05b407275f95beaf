//! The report document `tamarisk.report/1` and its renderings.
//!
//! [`Report::new`] puts what was read and judged into one document; [`json`], [`text`],
//! [`html`] and [`manifest`] write it; [`Timeline`] sorts what happened, whatever its number,
//! in bounded memory, for `timeline.csv` and for the chart in the HTML.
//!
//! Text in a report comes from the evidence and is hostile; each rendering shows it through
//! [`harmless`] and escapes it for its own format. No rendering ever says that a phone is
//! free of anything.
//!
//! Invariant: nothing here opens a file by name, prints, or knows the clock. The one thing
//! kept outside memory is the timeline's unlinked temporary file.

mod document;
pub mod html;
pub mod json;
pub mod manifest;
mod place;
mod schema;
mod sentence;
mod sort;
pub mod text;
mod timeline;
mod words;

pub use document::{
    Coverage, CoveredArtifact, CoveredGap, NOT_ISOLATED, Parts, Provenance, Report, SCHEMA,
};
pub use record::harmless;
pub use schema::schema;
pub use timeline::{Bin, Bins, Step, Summary, Timeline};
