//! Accounts, roots and collections in memory, as each request needs them.

use super::StoreError;
use crate::tlp::Tlp;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::Arc;

/// All of them, at one moment.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// Counts the changes.
    pub(crate) generation: i64,
    pub(crate) roots: Vec<RootView>,
    accounts: HashMap<String, Arc<Account>>,
}

/// Someone who may log in.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// A PHC string of argon2.
    pub(crate) hash: String,
    pub(crate) ceiling: Tlp,
    /// The generation in which it last changed.
    pub(crate) changed: i64,
    /// By collection: may read, may write.
    rights: HashMap<i64, (bool, bool)>,
}

/// An API root.
#[derive(Debug)]
pub(crate) struct RootView {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) max_content_length: usize,
    pub(crate) collections: Vec<CollectionView>,
}

/// A collection.
#[derive(Debug)]
pub(crate) struct CollectionView {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) alias: Option<String>,
    /// What an object without a marking of TLP counts as.
    pub(crate) unmarked: Tlp,
}

impl Snapshot {
    pub(super) fn generation(connection: &Connection) -> Result<i64, StoreError> {
        let mut statement =
            connection.prepare_cached("SELECT value FROM meta WHERE key = 'generation'")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    pub(super) fn load(connection: &Connection) -> Result<Self, StoreError> {
        // One read transaction, so that the parts fit one another.
        let transaction = connection.unchecked_transaction()?;
        let generation = Self::generation(&transaction)?;
        let mut roots = Vec::new();
        let mut statement = transaction.prepare(
            "SELECT id, name, title, description, max_content_length FROM root ORDER BY name",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(RootView {
                id: row.get(0)?,
                name: row.get(1)?,
                title: row.get(2)?,
                description: row.get(3)?,
                max_content_length: usize::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
                collections: Vec::new(),
            })
        })?;
        for root in rows {
            let mut root = root?;
            let mut statement = transaction.prepare_cached(
                "SELECT id, uuid, title, description, alias, unmarked FROM collection WHERE root = ? ORDER BY id",
            )?;
            let rows = statement.query_map([root.id], |row| {
                Ok(CollectionView {
                    id: row.get(0)?,
                    uuid: row.get(1)?,
                    title: row.get(2)?,
                    description: row.get(3)?,
                    alias: row.get(4)?,
                    unmarked: row.get(5)?,
                })
            })?;
            root.collections = rows.collect::<Result<_, _>>()?;
            roots.push(root);
        }
        let mut accounts = HashMap::new();
        let mut statement =
            transaction.prepare("SELECT id, name, hash, ceiling, changed FROM account")?;
        let rows = statement.query_map([], |row| {
            Ok(Account {
                id: row.get(0)?,
                name: row.get(1)?,
                hash: row.get(2)?,
                ceiling: row.get(3)?,
                changed: row.get(4)?,
                rights: HashMap::new(),
            })
        })?;
        for account in rows {
            let mut account = account?;
            let mut statement = transaction.prepare_cached(
                "SELECT collection, can_read, can_write FROM may WHERE account = ?",
            )?;
            let rights = statement
                .query_map([account.id], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
            account.rights = rights.collect::<Result<_, _>>()?;
            accounts.insert(account.name.clone(), Arc::new(account));
        }
        Ok(Self { generation, roots, accounts })
    }

    pub(crate) fn account(&self, name: &str) -> Option<&Arc<Account>> {
        self.accounts.get(name)
    }

    pub(crate) fn root(&self, name: &str) -> Option<&RootView> {
        self.roots.iter().find(|root| root.name == name)
    }
}

impl RootView {
    /// The collection with this id or alias.
    pub(crate) fn collection(&self, name: &str) -> Option<&CollectionView> {
        let named = |one: &&CollectionView| one.uuid == name || one.alias.as_deref() == Some(name);
        self.collections.iter().find(named)
    }
}

impl Account {
    /// Whether it may read and write; neither means that the collection is hidden from it.
    pub(crate) fn rights(&self, collection: &CollectionView) -> (bool, bool) {
        self.rights.get(&collection.id).copied().unwrap_or((false, false))
    }
}
