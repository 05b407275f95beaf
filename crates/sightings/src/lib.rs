//! Sightings: how often a published indicator was seen, told to those who published it, without
//! anything of the person whose phone it was. Usable alone.
//!
//! A [`Sighting`] is a STIX 2.1 `sighting` object (section 5.2) that holds the indicator's id, a
//! count, the month, and the helpdesk's Ed25519 signature over just these; [`Sighting::to_json`]
//! writes no other property, and [`Sighting::read`] accepts none.
//!
//! ```
//! use sightings::{Month, Secret, Sighting, Signer};
//! let secret = Secret::from_seed(&[7; 32]);
//! let month: Month = "2026-11".parse().unwrap();
//! let sighting = Sighting::make(
//!     &secret, "indicator--11111111-1111-4111-8111-111111111111", 2, month, b"the report's hash",
//! ).unwrap();
//! let text = sighting.to_json();
//! let read = Sighting::read(&text).unwrap();
//! assert_eq!((read.count, read.key), (2, secret.public()));
//! assert!(Sighting::read(&text.replace("\"count\":2", "\"count\":3")).is_err());
//! ```

mod key;
mod month;
mod sighting;

pub use key::{KeyError, PublicKey, Secret, Signer};
pub use month::Month;
pub use sighting::{EXTENSION, Sighting, SightingError};
