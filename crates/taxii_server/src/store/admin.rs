//! What operators do: accounts, API roots, collections, rights. Each change is audited and raises
//! the generation, by which a running server notices at its next request.

use super::audit::{Actor, note};
use super::{Store, StoreError};
use crate::password;
use crate::tlp::Tlp;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

/// A collection to be made.
#[derive(Clone, Debug)]
pub struct NewCollection {
    /// Name of its API root; the root is made where there is none.
    pub root: String,
    /// Its name, for people.
    pub title: String,
    /// What it holds.
    pub description: Option<String>,
    /// A readable name for addresses.
    pub alias: Option<String>,
    /// What an object without a marking of TLP counts as.
    pub unmarked: Tlp,
}

/// An account, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountRow {
    /// Its name.
    pub name: String,
    /// The most restricted level that it is shown.
    pub ceiling: String,
    /// Collections, by id, with `read`, `write` or both.
    pub rights: Vec<(String, String)>,
}

/// A collection, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CollectionRow {
    /// Its API root.
    pub root: String,
    /// Its UUID.
    pub id: String,
    /// Its readable name.
    pub alias: Option<String>,
    /// Its name, for people.
    pub title: String,
    /// What an object without a marking counts as.
    pub unmarked: String,
}

/// The longest body of a request to a root, in bytes, unless it is told otherwise.
const MAX_CONTENT_LENGTH: i64 = 10 << 20;

impl Store {
    /// Makes an API root.
    ///
    /// # Errors
    /// When there is one of that name, or the name cannot stand in an address.
    pub fn add_root(
        &self,
        name: &str,
        title: &str,
        max_content_length: Option<u32>,
        by: Actor<'_>,
    ) -> Result<(), StoreError> {
        if !is_plain(name) || name == "taxii2" {
            return Err(StoreError::Value(format!(
                "“{name}” cannot name an API root: small letters, digits and hyphens can, but not “taxii2”"
            )));
        }
        self.write(|connection| {
            if root_id(connection, name)?.is_some() {
                return Err(StoreError::There("API root", name.to_owned()));
            }
            let length = max_content_length.map_or(MAX_CONTENT_LENGTH, i64::from);
            connection.execute(
                "INSERT INTO root (name, title, max_content_length) VALUES (?, ?, ?)",
                (name, title, length),
            )?;
            changed(connection, by, "root add", name, "")
        })
    }

    /// Makes a collection, and gives its id.
    ///
    /// # Errors
    /// When the alias is taken or cannot stand in an address.
    pub fn add_collection(&self, new: &NewCollection, by: Actor<'_>) -> Result<String, StoreError> {
        if let Some(alias) = new.alias.as_deref().filter(|alias| !is_plain(alias)) {
            return Err(StoreError::Value(format!(
                "“{alias}” cannot be an alias: small letters, digits and hyphens can"
            )));
        }
        self.write(|connection| {
            let root = root_id(connection, &new.root)?
                .ok_or_else(|| StoreError::Missing("API root", new.root.clone()))?;
            let uuid = uuid::Uuid::new_v4().to_string();
            let row = (root, &uuid, &new.title, &new.description, &new.alias, new.unmarked);
            let sql = "INSERT INTO collection (root, uuid, title, description, alias, unmarked) VALUES (?, ?, ?, ?, ?, ?)";
            connection.execute(sql, row).map_err(|error| match (&new.alias, unique(&error)) {
                (Some(alias), true) => StoreError::There("collection", alias.clone()),
                _ => error.into(),
            })?;
            changed(connection, by, "collection add", &uuid, &new.title)?;
            Ok(uuid)
        })
    }

    /// Removes a collection and every object in it.
    ///
    /// # Errors
    /// When there is none.
    pub fn remove_collection(&self, name: &str, by: Actor<'_>) -> Result<(), StoreError> {
        self.write(|connection| {
            let id = collection_id(connection, name)?;
            connection.execute("DELETE FROM object WHERE collection = ?", [id])?;
            connection.execute("DELETE FROM member WHERE collection = ?", [id])?;
            connection.execute("DELETE FROM collection WHERE id = ?", [id])?;
            touch_all(connection)?;
            changed(connection, by, "collection remove", name, "")
        })
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When there is one of that name, the name holds a colon (HTTP Basic cannot carry it), or the
    /// password is empty.
    pub fn add_account(
        &self,
        name: &str,
        password: &str,
        ceiling: Tlp,
        by: Actor<'_>,
    ) -> Result<(), StoreError> {
        let ill = name.is_empty()
            || name.len() > 64
            || name.contains(':')
            || name.chars().any(char::is_control);
        if ill || name == "operator" {
            return Err(StoreError::Value(format!("“{name}” cannot name an account")));
        }
        let hash = password::hash(password)?;
        self.write(|connection| {
            let sql = "INSERT INTO account (name, hash, ceiling, changed) VALUES (?, ?, ?, 0)";
            connection.execute(sql, (name, hash, ceiling)).map_err(|error| {
                match unique(&error) {
                    true => StoreError::There("account", name.to_owned()),
                    false => error.into(),
                }
            })?;
            touch(connection, name)?;
            changed(connection, by, "account add", name, &ceiling.to_string())
        })
    }

    /// Gives an account another password; the old one ends at once.
    ///
    /// # Errors
    /// When there is no such account, or the password is empty.
    pub fn set_password(
        &self,
        name: &str,
        password: &str,
        by: Actor<'_>,
    ) -> Result<(), StoreError> {
        let hash = password::hash(password)?;
        self.write(|connection| {
            connection.execute("UPDATE account SET hash = ? WHERE name = ?", (hash, name))?;
            touch(connection, name)?;
            changed(connection, by, "account password", name, "")
        })
    }

    /// Gives an account another ceiling.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn set_ceiling(&self, name: &str, ceiling: Tlp, by: Actor<'_>) -> Result<(), StoreError> {
        self.write(|connection| {
            connection.execute("UPDATE account SET ceiling = ? WHERE name = ?", (ceiling, name))?;
            touch(connection, name)?;
            changed(connection, by, "account ceiling", name, &ceiling.to_string())
        })
    }

    /// Removes an account; it is refused at its next request.
    ///
    /// # Errors
    /// When there is none.
    pub fn remove_account(&self, name: &str, by: Actor<'_>) -> Result<(), StoreError> {
        self.write(|connection| {
            touch(connection, name)?;
            connection.execute("DELETE FROM account WHERE name = ?", [name])?;
            changed(connection, by, "account remove", name, "")
        })
    }

    /// Says what an account may do with a collection (by id or alias); neither hides it.
    ///
    /// # Errors
    /// When there is no such account or collection.
    pub fn grant(
        &self,
        account: &str,
        collection: &str,
        read: bool,
        write: bool,
        by: Actor<'_>,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let to = collection_id(connection, collection)?;
            touch(connection, account)?;
            connection.execute(
                "INSERT OR REPLACE INTO may SELECT id, ?, ?, ? FROM account WHERE name = ?",
                (to, read, write, account),
            )?;
            changed(
                connection,
                by,
                "grant",
                account,
                &format!("{collection}: {}", words(read, write)),
            )
        })
    }

    /// Knows a helpdesk by its public key, so that its sightings count.
    ///
    /// # Errors
    /// When the name or the key is known already, or the key is none.
    pub fn add_helpdesk(&self, name: &str, key: &str, by: Actor<'_>) -> Result<(), StoreError> {
        let key = sightings::PublicKey::parse(key)
            .map_err(|error| StoreError::Value(format!("the key of “{name}”: {error}")))?;
        self.write(|connection| {
            let sql = "INSERT INTO helpdesk VALUES (?, ?)";
            connection.execute(sql, (name, key.to_string())).map_err(|error| {
                match unique(&error) {
                    true => StoreError::There("helpdesk", name.to_owned()),
                    false => error.into(),
                }
            })?;
            note(connection, by, "helpdesk add", name, &key.to_string())
        })
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT id, name, ceiling FROM account ORDER BY name")?;
            let rows = statement.query_map([], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, Tlp>(2)?))
            })?;
            rows.map(|row| {
                let (id, name, ceiling) = row?;
                let mut statement = connection.prepare_cached(
                    "SELECT uuid, can_read, can_write FROM may JOIN collection ON id = collection WHERE account = ? ORDER BY uuid",
                )?;
                let rights = statement
                    .query_map([id], |row| Ok((row.get(0)?, words(row.get(1)?, row.get(2)?).to_owned())))?
                    .collect::<Result<_, _>>()?;
                Ok(AccountRow { name, ceiling: ceiling.to_string(), rights })
            })
            .collect()
        })
    }

    /// Every collection, by API root.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn collections(&self) -> Result<Vec<CollectionRow>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare(
                "SELECT name, uuid, alias, collection.title, unmarked FROM collection JOIN root ON root.id = root ORDER BY name, collection.id",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(CollectionRow {
                    root: row.get(0)?,
                    id: row.get(1)?,
                    alias: row.get(2)?,
                    title: row.get(3)?,
                    unmarked: row.get::<_, Tlp>(4)?.to_string(),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn words(read: bool, write: bool) -> &'static str {
    match (read, write) {
        (true, true) => "read and write",
        (true, false) => "read",
        (false, true) => "write",
        (false, false) => "nothing",
    }
}

fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.len() <= 64 && name.bytes().all(plain)
}

fn root_id(connection: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .query_row("SELECT id FROM root WHERE name = ?", [name], |row| row.get(0))
        .optional()?)
}

/// By UUID, or by an alias that only one collection has.
fn collection_id(connection: &Connection, name: &str) -> Result<i64, StoreError> {
    let mut statement =
        connection.prepare("SELECT id FROM collection WHERE uuid = ?1 OR alias = ?1 LIMIT 2")?;
    let ids: Vec<i64> = statement.query_map([name], |row| row.get(0))?.collect::<Result<_, _>>()?;
    match ids[..] {
        [id] => Ok(id),
        [] => Err(StoreError::Missing("collection", name.to_owned())),
        _ => Err(StoreError::Value(format!(
            "more than one collection is called “{name}”; give its id"
        ))),
    }
}

/// Marks an account as changed in the generation that follows.
fn touch(connection: &Connection, account: &str) -> Result<(), StoreError> {
    let sql = "UPDATE account SET changed = 1 + (SELECT value FROM meta WHERE key = 'generation') WHERE name = ?";
    match connection.execute(sql, [account])? {
        0 => Err(StoreError::Missing("account", account.to_owned())),
        _ => Ok(()),
    }
}

fn touch_all(connection: &Connection) -> Result<(), StoreError> {
    let sql = "UPDATE account SET changed = 1 + (SELECT value FROM meta WHERE key = 'generation')";
    connection.execute(sql, [])?;
    Ok(())
}

fn changed(
    connection: &Connection,
    by: Actor<'_>,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), StoreError> {
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'", [])?;
    note(connection, by, action, subject, detail)
}

fn unique(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}
