//! Reading pages: the objects of a collection behind a place, in the order in which they were added.

use super::snapshot::{Account, CollectionView};
use super::{Store, StoreError};
use crate::filter::{Filter, Which};
use crate::tlp::Tlp;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

/// One object of a page.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Microseconds since 1970.
    pub(crate) added: i64,
    pub(crate) id: String,
    pub(crate) stamp: String,
    pub(crate) spec: i64,
    /// The object as it was written; empty where only the manifest was asked for.
    pub(crate) body: Vec<u8>,
}

/// What a request is answered with.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// Whether there is more behind it.
    pub(crate) more: bool,
}

/// Bytes of the objects of a page; a page holds one object at least.
const PAGE_BYTES: usize = 8 << 20;

impl Store {
    /// One page. `bodies` is whether the objects themselves are wanted.
    pub(crate) fn page(
        &self,
        collection: &CollectionView,
        account: &Account,
        filter: &Filter,
        limit: usize,
        bodies: bool,
    ) -> Result<Page, StoreError> {
        self.read(|connection| {
            let (condition, values) = condition(filter, account.ceiling);
            let query = Query {
                connection,
                collection: collection.id,
                after: filter.after,
                condition,
                values,
                limit,
                bodies,
            };
            let mut entries = match (&filter.ids, &filter.types) {
                (Some(ids), types) => {
                    let wanted = ids.iter().filter(|id| {
                        types.as_ref().is_none_or(|types| {
                            id.split_once("--").is_some_and(|(kind, _)| types.contains(kind))
                        })
                    });
                    query.merged("id", wanted)?
                }
                (None, Some(types)) => query.merged("type", types.iter())?,
                (None, None) => query.run(None)?,
            };
            let mut more = entries.len() > limit;
            entries.truncate(limit);
            let mut bytes = 0;
            let fitting = entries.iter().take_while(|entry| {
                let first = bytes == 0;
                bytes += entry.body.len();
                first || bytes <= PAGE_BYTES
            });
            let fitting = fitting.count();
            more |= fitting < entries.len();
            entries.truncate(fitting);
            Ok(Page { entries, more })
        })
    }

    /// Whether the account is shown any version of this object.
    pub(crate) fn shows(
        &self,
        collection: &CollectionView,
        account: &Account,
        id: &str,
    ) -> Result<bool, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM object WHERE collection = ? AND id = ? AND tlp <= ?)",
            )?;
            Ok(statement.query_row((collection.id, id, account.ceiling), |row| row.get(0))?)
        })
    }
}

struct Query<'a> {
    connection: &'a Connection,
    collection: i64,
    after: i64,
    condition: String,
    values: Vec<Value>,
    limit: usize,
    bodies: bool,
}

impl Query<'_> {
    /// The first objects of each value, merged: every stream is read off its own index, so that a
    /// page costs what it holds and not what the collection holds.
    fn merged<'v>(
        &self,
        column: &str,
        values: impl Iterator<Item = &'v String>,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut entries: Vec<Entry> = Vec::new();
        for value in values {
            entries.extend(self.run(Some((column, value)))?);
            entries.sort_unstable_by_key(|entry| entry.added);
            entries.truncate(self.limit + 1);
        }
        Ok(entries)
    }

    /// One object more than the limit, which tells whether there is more; but no more bytes than
    /// a page may hold, and one object.
    fn run(&self, only: Option<(&str, &String)>) -> Result<Vec<Entry>, StoreError> {
        let body = if self.bodies { "body" } else { "x''" };
        let and = only.map_or(String::new(), |(column, _)| format!("AND {column} = ? "));
        let by = |index| {
            format!(
                "FROM object INDEXED BY {index} WHERE collection = ? {and}AND added > ? AND {} ORDER BY added LIMIT ?",
                self.condition
            )
        };
        let columns = format!("SELECT added, id, stamp, spec, {body}");
        let sql = match only {
            None => format!("{columns} {}", by("object_page")),
            // The versions of one id have to be sorted: without what they hold.
            Some(("id", _)) => {
                let of_id = by("object_identity");
                format!(
                    "{columns} FROM object WHERE added IN (SELECT added {of_id}) ORDER BY added"
                )
            }
            Some(_) => format!("{columns} {}", by("object_type")),
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut values: Vec<Value> = vec![self.collection.into()];
        values.extend(only.map(|(_, value)| Value::from(value.clone())));
        values.push(self.after.into());
        values.extend(self.values.iter().cloned());
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX).saturating_add(1);
        values.push(limit.into());
        let mut rows = statement.query(params_from_iter(values))?;
        let mut entries = Vec::new();
        let mut bytes = 0;
        while bytes <= PAGE_BYTES {
            let Some(row) = rows.next()? else { break };
            let entry = entry(row)?;
            bytes += entry.body.len();
            entries.push(entry);
        }
        Ok(entries)
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        added: row.get(0)?,
        id: row.get(1)?,
        stamp: row.get(2)?,
        spec: row.get(3)?,
        body: row.get(4)?,
    })
}

/// What the filter asks of a version beside its place, id and type, and what the ceiling hides.
pub(super) fn condition(filter: &Filter, ceiling: Tlp) -> (String, Vec<Value>) {
    let rank = Value::from(ceiling.rank());
    let mut values = vec![rank.clone()];
    let mut any = Vec::new();
    let default = [Which::Last].into();
    let versions = if filter.versions.is_empty() { &default } else { &filter.versions };
    for version in versions {
        match version {
            Which::All => any.push("1"),
            Which::Last => {
                any.push("newer > ?");
                values.push(rank.clone());
            }
            Which::First => {
                any.push("older > ?");
                values.push(rank.clone());
            }
            Which::At(time) => {
                any.push("version = ?");
                values.push((*time).into());
            }
        }
    }
    let mut text = format!("tlp <= ? AND ({})", any.join(" OR "));
    if !filter.specs.is_empty() {
        let marks = vec!["?"; filter.specs.len()].join(", ");
        text.push_str(&format!(" AND spec IN ({marks})"));
        values.extend(filter.specs.iter().map(|spec| Value::from(*spec)));
    }
    (text, values)
}
