//! Advisories that several agencies sign, and that nobody can forge, roll back or hold back unseen.
//!
//! The format is that of The Update Framework, TUF 1.0
//! (<https://theupdateframework.github.io/specification/v1.0.34/>): a root that says whose keys
//! count, targets that delegate to agencies and to what they say together, a snapshot and a timestamp.
//! [`update`] verifies a mirror by what was [`Trusted`] before; only what comes out of it is
//! [`Verified`].
//!
//! ```
//! use advisory::{Code, Limits, Memory, Trusted, update};
//! let nothing = update(
//!     &mut Trusted::default(),
//!     &mut Memory::default(),
//!     &Limits::default(),
//!     "2026-11-22T09:00:00Z".parse().unwrap(),
//! );
//! assert_eq!(nothing.unwrap_err().code, Code::NoRoot);
//! ```
//!
//! Invariants: nothing here opens a file, a connection or a clock; no key counts twice, whatever it is
//! called; who may sign alone and who only together is told apart by role; the type
//! [`Verified`] has no other maker. Nothing here knows a noun of Tamarisk.

mod canonical;
pub mod client;
pub mod compose;
pub mod contents;
mod json;
mod key;
pub mod metadata;
mod refusal;
mod secret;
mod verified;
mod words;
pub mod workshop;

pub use canonical::canonical;
pub use client::{Entry, Fetch, Limits, Memory, Note, Repository, Trusted, reopen, update};
pub use json::{Json, JsonError};
pub use key::{KeyError, PublicKey, Verdict};
pub use refusal::{Code, Refusal};
pub use secret::{Kind, SecretError, SecretKey, Signer, WORK_FACTOR};
pub use verified::{Bundle, Verified};
pub use words::{WordsError, digest as digest_of_words, words};
