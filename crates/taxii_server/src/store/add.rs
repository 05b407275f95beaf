//! Adding and deleting objects.

use super::audit::{Actor, note};
use super::snapshot::{Account, CollectionView, RootView};
use super::{Store, StoreError, page, seen};
use crate::filter::Filter;
use crate::object::{Incoming, Refused};
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use serde_json::value::RawValue;
use taxii::wire::{Status, StatusDetail, from_micros, stamp};

/// What became of a push.
pub(crate) struct Added {
    /// The status resource, on the disk already.
    pub(crate) status: Status,
    /// How many objects are new; the others were there or were refused.
    pub(crate) new: u64,
}

/// Successes and failures that a status names; the counts hold for all.
const NAMED: usize = 1000;

/// How long a status can be asked for: a week.
const STATUS_LIFE: i64 = 7 * 24 * 3600 * 1_000_000;

/// No other version: above every level.
const NONE: i64 = 9;

/// Versions of one object that a collection keeps. Those of one object are sorted when they are asked
/// for, and looked through when one more comes.
const VERSIONS: i64 = 1000;

impl Store {
    /// Adds what can be added, in one transaction with its status and its line in the audit log:
    /// when this returns, all is on the disk; when the process dies before, nothing is.
    pub(crate) fn add(
        &self,
        root: &RootView,
        collection: &CollectionView,
        account: &Account,
        objects: &[&RawValue],
        actor: Actor<'_>,
    ) -> Result<Added, StoreError> {
        let now = actor.at.as_microsecond();
        self.write(|connection| {
            let mut status = Status {
                id: uuid::Uuid::new_v4().to_string(),
                status: "complete".to_owned(),
                request_timestamp: Some(stamp(actor.at)),
                total_count: objects.len() as u64,
                ..Status::default()
            };
            let mut high: i64 = connection
                .prepare_cached("SELECT value FROM meta WHERE key = 'high'")?
                .query_row([], |row| row.get(0))?;
            let mut new = 0;
            for raw in objects {
                let result = match Incoming::read(raw) {
                    Ok(object) => {
                        let added = now.max(high.saturating_add(1));
                        let kept = keep(connection, collection, &object, added)?;
                        if kept.is_ok_and_new() {
                            high = added;
                            new += 1;
                        }
                        kept.0
                    }
                    Err(refused) => Err(refused),
                };
                match result {
                    Ok(detail) => {
                        status.success_count += 1;
                        if status.successes.len() < NAMED {
                            status.successes.push(detail);
                        }
                    }
                    Err(refused) => {
                        status.failure_count += 1;
                        if status.failures.len() < NAMED {
                            let Refused { id, version, message } = refused;
                            status.failures.push(StatusDetail {
                                id,
                                version,
                                message: Some(message),
                            });
                        }
                    }
                }
            }
            connection
                .prepare_cached("UPDATE meta SET value = ? WHERE key = 'high'")?
                .execute([high])?;
            let mut body = Vec::new();
            harmless::json::write(&mut body, &status)
                .map_err(|error| StoreError::Value(error.to_string()))?;
            let body = String::from_utf8_lossy(&body);
            connection
                .prepare_cached(
                    "INSERT INTO status (id, root, account, at, body) VALUES (?, ?, ?, ?, ?)",
                )?
                .execute((&status.id, root.id, account.id, now, body))?;
            connection
                .prepare_cached("DELETE FROM status WHERE at < ?")?
                .execute([now - STATUS_LIFE])?;
            let detail = format!(
                "status {}: {} objects, {new} new, {} refused",
                status.id, status.total_count, status.failure_count
            );
            note(connection, actor, "push", &collection.uuid, &detail)?;
            Ok(Added { status, new })
        })
    }

    /// The status of a push, as JSON, for the account that made it.
    pub(crate) fn status(
        &self,
        root: &RootView,
        account: &Account,
        id: &str,
    ) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT body FROM status WHERE id = ? AND root = ? AND account = ?",
            )?;
            Ok(statement.query_row((id, root.id, account.id), |row| row.get(0)).optional()?)
        })
    }

    /// Deletes the versions of an object that the filter takes and the account is shown; gives
    /// how many there were.
    pub(crate) fn delete(
        &self,
        collection: &CollectionView,
        account: &Account,
        id: &str,
        filter: &Filter,
        actor: Actor<'_>,
    ) -> Result<usize, StoreError> {
        self.write(|connection| {
            let (condition, mut values) = page::condition(filter, account.ceiling, 3);
            let sql =
                format!("DELETE FROM object WHERE collection = ?1 AND id = ?2 AND {condition}");
            values.insert(0, id.to_owned().into());
            values.insert(0, collection.id.into());
            let count = connection.execute(&sql, rusqlite::params_from_iter(values))?;
            if count > 0 {
                let left = relate(connection, collection.id, id)?;
                if left == 0 {
                    connection.execute(
                        "DELETE FROM member WHERE collection = ? AND report = ?",
                        (collection.id, id),
                    )?;
                }
                note(
                    connection,
                    actor,
                    "delete",
                    id,
                    &format!("{count} versions in {}", collection.uuid),
                )?;
            }
            Ok(count)
        })
    }
}

/// What became of one object, and whether it is new.
struct Kept(Result<StatusDetail, Refused>, bool);

impl Kept {
    fn is_ok_and_new(&self) -> bool {
        self.1
    }
}

fn keep(
    connection: &Connection,
    collection: &CollectionView,
    object: &Incoming<'_>,
    added: i64,
) -> Result<Kept, StoreError> {
    let (version, text) = match &object.version {
        Some((version, text)) => (*version, text.to_string()),
        None => (added.saturating_mul(1000), stamp(from_micros(added))),
    };
    let detail = |message: Option<&str>, version: &str| StatusDetail {
        id: object.id.to_string(),
        version: version.to_owned(),
        message: message.map(str::to_owned),
    };
    // Without a version of its own, the last one that is here is what it is held against.
    let there: Option<(Vec<u8>, String)> = if object.version.is_some() {
        connection
            .prepare_cached(
                "SELECT body, stamp FROM object WHERE collection = ? AND id = ? AND version = ?",
            )?
            .query_row((collection.id, &object.id, version), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?
    } else {
        connection
            .prepare_cached(
                "SELECT body, stamp FROM object WHERE collection = ? AND id = ? ORDER BY version DESC LIMIT 1",
            )?
            .query_row((collection.id, &object.id), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?
    };
    if let Some((body, stamped)) = there {
        if is_same(&body, object.body.as_bytes()) {
            return Ok(Kept(Ok(detail(Some("it was here already"), &stamped)), false));
        }
        if object.version.is_some() {
            let message = "another object with this id and version is here already".to_owned();
            let refused = Refused { id: object.id.to_string(), version: text, message };
            return Ok(Kept(Err(refused), false));
        }
    }
    let others: i64 = connection
        .prepare_cached("SELECT count(*) FROM object WHERE collection = ? AND id = ?")?
        .query_row((collection.id, &object.id), |row| row.get(0))?;
    if others >= VERSIONS {
        let message = format!("{VERSIONS} versions of this object are here; no more are kept");
        let refused = Refused { id: object.id.to_string(), version: text, message };
        return Ok(Kept(Err(refused), false));
    }
    if let Err(error) = seen::count(connection, object)? {
        let refused = Refused { id: object.id.to_string(), version: text, message: error };
        return Ok(Kept(Err(refused), false));
    }
    let tlp = object.tlp.unwrap_or(collection.unmarked);
    connection
        .prepare_cached(
            "INSERT INTO object (added, collection, id, type, spec, version, stamp, tlp, newer, older, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute((
            added,
            collection.id,
            &object.id,
            &object.kind,
            object.spec,
            version,
            &text,
            tlp,
            NONE,
            NONE,
            object.body.as_bytes(),
        ))?;
    if others > 0 {
        relate(connection, collection.id, &object.id)?;
    }
    for indicator in &object.members {
        connection.prepare_cached("INSERT OR IGNORE INTO member VALUES (?, ?, ?)")?.execute((
            collection.id,
            &object.id,
            indicator,
        ))?;
    }
    Ok(Kept(Ok(detail(None, &text)), true))
}

/// Says anew, of each version of an object, the lowest TLP among those that are newer and among those
/// that are older; gives how many versions there are.
fn relate(connection: &Connection, collection: i64, id: &str) -> Result<usize, StoreError> {
    struct Version {
        added: i64,
        tlp: i64,
        stated: (i64, i64),
        newer: i64,
        older: i64,
    }
    let mut statement = connection.prepare_cached(
        "SELECT added, tlp, newer, older FROM object WHERE collection = ? AND id = ? ORDER BY version",
    )?;
    let rows = statement.query_map((collection, id), |row| {
        let stated = (row.get(2)?, row.get(3)?);
        Ok(Version { added: row.get(0)?, tlp: row.get(1)?, stated, newer: NONE, older: NONE })
    })?;
    let mut versions = rows.collect::<Result<Vec<_>, _>>()?;
    let mut lowest = NONE;
    for one in &mut versions {
        one.older = lowest;
        lowest = lowest.min(one.tlp);
    }
    lowest = NONE;
    for one in versions.iter_mut().rev() {
        one.newer = lowest;
        lowest = lowest.min(one.tlp);
    }
    let mut update =
        connection.prepare_cached("UPDATE object SET newer = ?, older = ? WHERE added = ?")?;
    for one in versions.iter().filter(|one| one.stated != (one.newer, one.older)) {
        update.execute((one.newer, one.older, one.added))?;
    }
    Ok(versions.len())
}

/// Whether two texts say the same, however they are spaced and ordered.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other
        || match (serde_json::from_slice::<Value>(one), serde_json::from_slice::<Value>(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        }
}
