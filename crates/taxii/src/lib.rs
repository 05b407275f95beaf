//! TAXII 2.1 (OASIS Standard, 10 June 2021): the words of the protocol, and a client.
//!
//! [`wire`] holds what both sides say; [`Client`] asks a server; [`pull()`] fetches a collection page
//! by page and can be taken up again where it stopped; [`push()`] hands objects over.
//!
//! Invariant: beside `taxii_server` this is the only crate that opens a connection, and it opens
//! one only when it is called. It sees no path, environment or clock: who calls it hands those in.

mod agent;
mod auth;
mod client;
mod error;
mod mirror;
mod pull;
mod push;
mod retry;
mod tls;
pub mod wire;

pub use auth::Credentials;
pub use client::{Client, Limits, Place, Query, Root};
pub use error::ClientError;
pub use mirror::Mirror;
pub use pull::{Progress, Pulled, Sink, pull};
pub use push::{Pushed, push};
pub use retry::{Patience, Pause};
pub use tls::{TlsError, Trust};
