//! Whether objects are as the specification demands. What it demands lies in tables
//! (`tables/README.md`); what it takes more than a table to say is in the modules here.
//!
//! MUST is an error, SHOULD a warning. Objects are judged by the edition they state; without
//! `spec_version`, by STIX 2.0, but cyber-observable objects that stand by themselves by STIX 2.1
//! (section 3.2).
//!
//! ```
//! let report = stix::validate(r#"{"type": "campaign", "id": "campaign--1", "spec_version": "2.1"}"#);
//! assert!(!report.is_valid());
//! let wrong = report.errors.iter().find(|one| one.code == stix::Code::BadIdentifier).unwrap();
//! assert_eq!((wrong.path.as_str(), wrong.line), ("id", 1));
//! ```

mod bundle;
mod codes;
mod extension;
mod findings;
mod form;
mod identifier;
mod kind;
mod marking;
mod object;
mod reading;
mod rule;
mod stream;
mod table;
mod versions;

pub use bundle::validate;
pub use codes::Code;
pub use findings::{Diagnostic, MAX_DIAGNOSTICS, Validation};
pub(crate) use reading::{Reading, classify, contributing, reading};
pub use stream::{WHOLE_BYTES, validate_file};
pub use table::Family;
