//! Reads every list the field publishes into indicators with provenance.
//!
//! [`Import::read`] takes one file, recognises it by its content ([`FORMATS`]), and adds what it
//! holds: [`Record`]s (a value, where it stands, who published it, how far it is trusted),
//! [`Suppressions`] (warning lists), STIX objects as they are, and what was not understood.
//! [`bundle::write`] makes one STIX 2.1 bundle of it all.
//!
//! ```
//! let mut import = lists::Import::default();
//! let list = b"# Reference: https://lab.example/report\nevil[.]example\n10.0.0.1\n";
//! import.read("trail.txt", &list[..], &lists::Given::default()).unwrap();
//! let [evil, home] = import.records() else { panic!() };
//! assert_eq!((evil.value.text.as_str(), &evil.context), ("evil.example", &None));
//! assert_eq!(home.context.as_deref(), Some("a private address: many networks use it"));
//! ```
//!
//! Invariants: no record without a place in a file; what is not understood is counted and
//! listed; nothing here opens a file, prints, or looks at the clock. Formats and their traps:
//! docs/design/lists.md.

mod broad;
pub mod bundle;
mod decode;
mod defang;
pub mod diff;
pub mod export;
mod flatten;
mod formats;
mod guess;
mod id;
mod import;
mod limits;
pub mod lint;
mod record;
mod source;
mod suppress;
mod tlp;
mod value;

pub use broad::{Genuine, too_broad};
pub use defang::refang;
pub use flatten::{Flat, flatten};
pub use formats::{FORMATS, Format};
pub use import::{Given, Import, ReadError, ReadList, Skipped, StixObject, recognise};
pub use limits::Limits;
pub use record::{Origin, Publication, Record, Trust};
pub use source::Head;
pub use suppress::Suppressions;
pub use tlp::Tlp;
pub use value::{Kind, NoValue, Value, of_equality};
