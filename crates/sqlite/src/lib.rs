//! SQLite databases from evidence, contained: `docs/design/databases.md` says how and why.
//!
//! A [`Database`] is a copy in memory. Only the rows of real tables can be asked for; no view,
//! trigger or virtual table of the file runs, no other file is opened, and work is bounded.

mod database;
mod journal;
mod rollback;
mod wal;

pub use database::{Cell, Database, Row, SqliteError};
pub use journal::{JournalError, frames};
pub use rollback::{Rollback, rolled_back};
pub use wal::{Applied, apply};

/// The first bytes of every SQLite database (<https://www.sqlite.org/fileformat2.html>, 1.3.1).
pub const MAGIC: &[u8; 16] = b"SQLite format 3\0";
