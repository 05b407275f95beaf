//! The audit log: who changed what, and who was refused. Written in the transaction of what it
//! tells of, so that neither is there without the other.

use super::{Store, StoreError};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// When; microseconds, UTC.
    pub at: String,
    /// By whom: an account, or `operator` for the command line.
    pub account: String,
    /// From where: an address, or empty.
    pub address: String,
    /// `push`, `delete`, `login refused`, `account add` …
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// What there is to say of it.
    pub detail: String,
}

/// Who does something, from where and when.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// An account, or `operator`.
    pub account: &'a str,
    /// An address, or empty.
    pub address: &'a str,
    /// The time.
    pub at: Timestamp,
}

impl<'a> Actor<'a> {
    /// Who runs the command line on the server's own machine.
    #[must_use]
    pub fn operator(at: Timestamp) -> Self {
        Self { account: "operator", address: "", at }
    }
}

pub(super) fn note(
    connection: &Connection,
    actor: Actor<'_>,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO audit (at, account, address, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute((actor.at.as_microsecond(), actor.account, actor.address, action, subject, detail))?;
    Ok(())
}

impl Store {
    /// Writes down that someone was refused.
    pub(crate) fn note_refusal(
        &self,
        actor: Actor<'_>,
        action: &str,
        subject: &str,
    ) -> Result<(), StoreError> {
        self.write(|connection| note(connection, actor, action, subject, ""))
    }

    /// Walks the audit log, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audit(&self, each: &mut dyn FnMut(AuditRow)) -> Result<(), StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare(
                "SELECT at, account, address, action, subject, detail FROM audit ORDER BY id",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                each(AuditRow {
                    at: taxii::wire::stamp(taxii::wire::from_micros(row.get(0)?)),
                    account: row.get(1)?,
                    address: row.get(2)?,
                    action: row.get(3)?,
                    subject: row.get(4)?,
                    detail: row.get(5)?,
                });
            }
            Ok(())
        })
    }
}
