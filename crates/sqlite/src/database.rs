//! Opening a database and reading the rows of its tables.

use crate::MAGIC;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Longest text or blob that is handed out, in bytes; a row with a longer one is an error.
const LONGEST: i32 = 16 << 20;

/// Steps of SQLite's machine between two looks at the budget.
const STEP: i32 = 10_000;

/// How many times [`STEP`] one database may take: about a minute.
const STEPS: u32 = 400_000;

/// Tables that are listed; a phone's largest database has a few hundred.
const MOST_TABLES: u32 = 5_000;

/// Why a database, or a part of it, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SqliteError {
    /// It does not begin like one.
    #[error("it is no SQLite database, or it is encrypted (byte 0 should be `SQLite format 3`)")]
    NotSqlite,
    /// It is larger than the limit.
    #[error("it has {0} bytes, more than the limit of {1}")]
    TooLarge(u64, u64),
    /// It cost more than it may.
    #[error("it takes too long to read")]
    TooLong,
    /// SQLite says so.
    #[error("SQLite: {0}")]
    Sqlite(String),
    /// Its bytes cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => SqliteError::TooLong,
            Some(ErrorCode::NotADatabase) => SqliteError::NotSqlite,
            _ => SqliteError::Sqlite(error.to_string()),
        }
    }
}

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'r> {
    /// None, or a column that the table does not have.
    Null,
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// Text, which need not be UTF-8.
    Text(&'r [u8]),
    /// Bytes.
    Blob(&'r [u8]),
}

impl<'r> Cell<'r> {
    /// The whole number, also where it is written as text.
    #[must_use]
    pub fn integer(self) -> Option<i64> {
        match self {
            Cell::Integer(number) => Some(number),
            Cell::Text(text) => std::str::from_utf8(text).ok()?.trim().parse().ok(),
            Cell::Null | Cell::Real(_) | Cell::Blob(_) => None,
        }
    }

    /// The text, what is not UTF-8 as U+FFFD; `None` where there is none or an empty one.
    #[must_use]
    pub fn text(self) -> Option<String> {
        self.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The bytes of text or blob; `None` where there are none.
    #[must_use]
    pub fn bytes(self) -> Option<&'r [u8]> {
        match self {
            Cell::Text(bytes) | Cell::Blob(bytes) if !bytes.is_empty() => Some(bytes),
            _ => None,
        }
    }
}

/// One row: the cells that were asked for, in that order.
#[derive(Debug)]
pub struct Row<'r> {
    /// Its number, from 1, in the order read.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<Cell<'r>>,
}

impl<'r> Row<'r> {
    /// A cell by its place among the columns asked for.
    #[must_use]
    pub fn cell(&self, at: usize) -> Cell<'r> {
        self.cells.get(at).copied().unwrap_or(Cell::Null)
    }
}

/// A database in memory.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    /// Its real tables, and the columns of each.
    tables: BTreeMap<String, Vec<String>>,
}

impl Database {
    /// Takes the `size` bytes of `from` into memory, at most `limit`.
    ///
    /// # Errors
    /// When it is none, is too large, is damaged at its beginning, or cannot be read.
    pub fn open(mut from: impl Read, size: u64, limit: u64) -> Result<Self, SqliteError> {
        if size > limit {
            return Err(SqliteError::TooLarge(size, limit));
        }
        let mut head = [0; 100];
        let whole = usize::try_from(size).ok().filter(|size| *size >= head.len());
        let Some(whole) = whole else { return Err(SqliteError::NotSqlite) };
        from.read_exact(&mut head)?;
        if !head.starts_with(MAGIC) {
            return Err(SqliteError::NotSqlite);
        }
        // 2 says that a journal (WAL) belongs to it, which a copy in memory cannot have.
        for version in [18, 19] {
            if head[version] == 2 {
                head[version] = 1;
            }
        }
        let mut connection = Connection::open_in_memory()?;
        connection.deserialize_read_exact("main", head.as_slice().chain(from), whole, true)?;
        contain(&mut connection)?;
        let tables = tables(&connection)?;
        Ok(Self { connection, tables })
    }

    /// Whether it has a real table of this name.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Whether a real table has a column.
    #[must_use]
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.tables.get(table).is_some_and(|all| all.iter().any(|own| own == column))
    }

    /// Calls `take` with every row of a real table; a column that it does not have is null.
    /// Answers how many rows there were; none where there is no such table.
    ///
    /// # Errors
    /// When the database is damaged, or takes too long; the rows before were taken.
    pub fn rows(
        &self,
        table: &str,
        columns: &[&str],
        mut take: impl FnMut(&Row<'_>),
    ) -> Result<u64, SqliteError> {
        if !self.has(table) {
            return Ok(0);
        }
        let wanted: Vec<String> = columns
            .iter()
            .map(|column| match self.has_column(table, column) {
                true => quoted(column),
                false => "NULL".to_owned(),
            })
            .collect();
        let sql = format!("SELECT {} FROM {}", wanted.join(", "), quoted(table));
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut number = 0;
        while let Some(row) = rows.next()? {
            number += 1;
            let cells =
                (0..columns.len()).map(|at| row.get_ref(at).map_or(Cell::Null, cell)).collect();
            take(&Row { number, cells });
        }
        Ok(number)
    }
}

fn cell(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(text),
        ValueRef::Blob(bytes) => Cell::Blob(bytes),
    }
}

/// A name as SQL quotes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Takes from the connection all that a hostile file could make use of.
fn contain(connection: &mut Connection) -> Result<(), SqliteError> {
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
    ] {
        connection.set_db_config(config, on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, LONGEST),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_COLUMN, 2_000),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    connection.pragma_update(None, "cell_size_check", true)?;
    let mut left = STEPS;
    connection.progress_handler(
        STEP,
        Some(move || {
            left = left.saturating_sub(1);
            left == 0
        }),
    )?;
    Ok(())
}

/// Real tables: no views, no virtual tables (whose code would run), no tables of SQLite's own.
fn tables(connection: &Connection) -> Result<BTreeMap<String, Vec<String>>, SqliteError> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT ?1";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([MOST_TABLES], |row| row.get::<_, String>(0))?;
    let names: Vec<String> = names.filter_map(Result::ok).collect();
    let mut tables = BTreeMap::new();
    for name in names {
        // Hidden and generated columns are left out: what makes them is code of the file.
        let mut columns = connection.prepare(&format!("PRAGMA table_xinfo({})", quoted(&name)))?;
        let columns =
            columns.query_map([], |row| Ok((row.get::<_, String>(1)?, row.get::<_, i64>(6)?)))?;
        let stored = columns.filter_map(Result::ok).filter(|(_, hidden)| *hidden == 0);
        tables.insert(name, stored.map(|(column, _)| column).collect());
    }
    Ok(tables)
}
