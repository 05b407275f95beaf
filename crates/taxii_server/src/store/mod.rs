//! The embedded store: one SQLite file, in write-ahead mode, each commit on the disk before it is
//! answered (`synchronous = FULL`).

mod add;
mod admin;
mod audit;
mod page;
mod seen;
mod snapshot;

pub use admin::{AccountRow, CollectionRow, NewCollection};
pub use audit::{Actor, AuditRow};
pub(crate) use page::{Entry, Page};
pub use seen::SeenRow;
pub(crate) use snapshot::{Account, CollectionView, RootView, Snapshot};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The layout that this version writes; in `user_version`.
const LAYOUT: i64 = 1;

/// Connections kept for reading, at most. More requests than these wait in turn; each takes well below
/// a millisecond.
const READERS: usize = 8;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite's own complaint: the disk, rights, a damaged file.
    #[error("the store: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file is of another program, or of a later version.
    #[error("{0} is no store of this version (layout {1}, expected {LAYOUT})")]
    Layout(PathBuf, i64),
    /// Something that is named is not there.
    #[error("there is no {0} called “{1}”")]
    Missing(&'static str, String),
    /// Something that is to be added is there already.
    #[error("there is a {0} called “{1}” already")]
    There(&'static str, String),
    /// A value that cannot be taken.
    #[error("{0}")]
    Value(String),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// An open store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    writer: Mutex<Connection>,
    /// Connections that are not in use.
    readers: Mutex<Vec<Connection>>,
    /// Only asked whether anything changed.
    watcher: Mutex<Watcher>,
}

struct Watcher {
    connection: Connection,
    snapshot: Arc<Snapshot>,
}

impl Store {
    /// Opens the store in this file, and makes it where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened, or is no store of this version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut writer =
            connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "journal_size_limit", 64 << 20)?;
        prepare(&mut writer, path)?;
        let watcher = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let snapshot = Arc::new(Snapshot::load(&watcher)?);
        Ok(Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                writer: Mutex::new(writer),
                readers: Mutex::default(),
                watcher: Mutex::new(Watcher { connection: watcher, snapshot }),
            }),
        })
    }

    /// How many reads at once are worth while: as many as there are cores, and two at least, so that one
    /// that waits for the disk does not hold all others up.
    pub(crate) fn readers(&self) -> usize {
        std::thread::available_parallelism().map_or(2, usize::from).clamp(2, READERS)
    }

    /// Accounts, roots and collections as they are now, whoever changed them last.
    pub(crate) fn snapshot(&self) -> Result<Arc<Snapshot>, StoreError> {
        let mut watcher = locked(&self.inner.watcher);
        // One row; `PRAGMA data_version` would cost more, since a pragma is parsed anew each time.
        if Snapshot::generation(&watcher.connection)? != watcher.snapshot.generation {
            watcher.snapshot = Arc::new(Snapshot::load(&watcher.connection)?);
        }
        Ok(Arc::clone(&watcher.snapshot))
    }

    /// Reads over a connection of its own.
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let kept = locked(&self.inner.readers).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => connect(&self.inner.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        let result = read(&connection);
        let mut readers = locked(&self.inner.readers);
        if readers.len() < READERS {
            readers.push(connection);
        }
        result
    }

    /// Writes: all of it or nothing, on the disk when this returns.
    fn write<T>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut writer = locked(&self.inner.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = write(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Folds the write-ahead log into the file, as before the program ends.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        let writer = locked(&self.inner.writer);
        writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Bytes of the file, without the write-ahead log.
    pub(crate) fn bytes(&self) -> Result<i64, StoreError> {
        self.read(|connection| {
            let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
            Ok(connection.query_row(sql, [], |row| row.get(0))?)
        })
    }
}

/// A panic in another thread left no half-done work behind: transactions undo themselves.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(15))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // 4 MiB each, whatever the size of the store.
    connection.pragma_update(None, "cache_size", -4096)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Writes the tables into a new file, and refuses one of another layout.
fn prepare(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let layout: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (layout, tables) {
        (LAYOUT, _) => {}
        (0, 0) => {
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.execute("INSERT INTO meta VALUES ('generation', 0), ('high', 0)", [])?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        (other, _) => return Err(StoreError::Layout(path.to_owned(), other)),
    }
    transaction.commit()?;
    Ok(())
}
