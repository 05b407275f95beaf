//! Judging: [`Judge`] holds observations against three bodies of knowledge and yields findings; what a
//! user's own YARA rules matched while reading, it weighs.
//!
//! - `indicators`: published values ([`intel::Intel`]) that an atom of a fact equals;
//! - `rules`: pages of `rules/` ([`RuleSet`]), a condition over the facts of one subject;
//! - `impersonation`: genuine apps of `brands/` ([`Brands`]) and what imitates them.
//!
//! Invariant: nothing here reads a file, prints, or looks at the clock; the same observations
//! in the same order give the same findings. See `docs/design/rules.md` and
//! `docs/design/impersonation.md`.

mod apps;
mod evidence;
mod finding;
mod impersonation;
mod indicators;
mod judge;
mod moment;
mod patterns;
mod rules;
mod source;
mod yara;

pub use impersonation::{Brand, Brands, GenuineFile, GenuineVersion};
pub use judge::{Judge, Judgement, Knowledge, Limits};
pub use pages::Diagnostic;
pub use rules::{Rule, RuleSet, Sample, Scope};
