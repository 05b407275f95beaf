//! A TAXII 2.1 server (OASIS Standard, 10 June 2021) over an embedded SQLite store.
//!
//! [`Store`] is what is kept, and what operators change; [`run`] serves it until it is told to
//! stop. `docs/design/taxii.md` tells why it is as it is.
//!
//! Invariants: an answer of 202 means that the objects are on the disk; a page costs what it holds,
//! not what the collection holds; what an account must not see, no answer tells of.

mod answer;
mod clock;
mod filter;
mod listen;
mod log;
mod login;
mod media;
mod metrics;
mod object;
mod operators;
mod os;
mod password;
mod patient;
mod routes;
#[cfg(feature = "fuzzed")]
pub mod sent;
mod store;
mod throttle;
mod tlp;

pub use clock::Clock;
pub use listen::{Identity, ServeError, Settings, Stop, run};
pub use log::Log;
pub use store::{
    AccountRow, Actor, AuditRow, CollectionRow, NewCollection, SeenRow, Store, StoreError,
};
pub use tlp::Tlp;
