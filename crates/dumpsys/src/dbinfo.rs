//! The service `dbinfo`: which databases each process has open, and what it last did with them.
//!
//! Sources: AOSP `services/core/java/com/android/server/am/ActivityManagerService.java` (`dumpDbInfo`),
//! `core/java/android/database/sqlite/SQLiteConnectionPool.java` (`dump`) and
//! `SQLiteConnection.java` (`OperationLog.dump`, `Operation.describe`), Android 7 to 16. Before
//! Android 15 an operation's time has a year, since then none (`[06-10 09:21:34.320]`).

use crate::field::is_name;
use crate::{Line, Place, Reader, Tell, Unread};

/// A database that a process has open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Database {
    /// Name of the process as written.
    pub process: String,
    /// Its process id.
    pub pid: Option<u32>,
    /// Path of the database, or `:memory:`.
    pub path: String,
    /// How many operations are listed.
    pub operations: u64,
    /// The oldest of them, as written.
    pub first: Option<String>,
    /// The newest of them, as written.
    pub last: Option<String>,
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct DbinfoReader {
    process: String,
    pid: Option<u32>,
    pool: Option<(Database, Place)>,
    unread: Unread,
}

impl Reader for DbinfoReader {
    type Event<'e> = Database;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        let text = line.text();
        let words = text.trim();
        if let Some(rest) = words.strip_prefix("** Database info for pid ") {
            self.pool(tell);
            let (pid, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            self.pid = pid.parse().ok();
            let name = rest.trim_start_matches('[').trim_end_matches("**").trim_end();
            self.process = name.trim_end_matches(']').chars().take(512).collect();
            if self.pid.is_none() || self.process.is_empty() {
                self.unread.add(line.place);
            }
        } else if let Some(path) = words.strip_prefix("Connection pool for ") {
            self.pool(tell);
            let path = path.strip_suffix(':').unwrap_or(path).into();
            let (process, pid) = (self.process.clone(), self.pid);
            let pool = Database { process, pid, path, ..Database::default() };
            self.pool = Some((pool, line.place));
        } else if let Some((pool, place)) = &mut self.pool
            && let Some(at) = operation(words)
        {
            // Newest first.
            pool.operations += 1;
            pool.first = Some(at.into());
            pool.last.get_or_insert_with(|| at.into());
            *place = place.through(line.place);
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.pool(tell);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl DbinfoReader {
    fn pool(&mut self, tell: &mut Tell<'_, Self>) {
        if let Some((pool, place)) = self.pool.take() {
            tell(&pool, place);
        }
    }
}

/// When an operation was done: `3: [2026-09-30 09:00:00.123] [Pid:(1)]prepare took 0ms - …`.
fn operation(words: &str) -> Option<&str> {
    let (number, rest) = words.split_once(": [")?;
    let listed = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let (at, _) = rest.split_once(']').filter(|_| listed)?;
    (at.len() <= 64 && at.contains(':')).then_some(at)
}

impl Database {
    /// The package whose directory it lies in, and that directory's user: `/data/user/10/PKG/…`,
    /// `/data/data/PKG/…`; `/data/user_de/0/PKG/…`.
    #[must_use]
    pub fn package(&self) -> Option<(&str, u32)> {
        let rest = self.path.strip_prefix("/data/")?;
        let (user, rest) = match rest.strip_prefix("data/") {
            Some(rest) => (0, rest),
            None => {
                let rest = rest.strip_prefix("user/").or_else(|| rest.strip_prefix("user_de/"))?;
                let (user, rest) = rest.split_once('/')?;
                (user.parse().ok()?, rest)
            }
        };
        let package = rest.split('/').next()?;
        is_name(package).then_some((package, user))
    }
}
