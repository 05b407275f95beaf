//! Databases of apps, where the evidence holds them: messages, histories of browsers, downloads.
//! Opened by crate `sqlite` (`docs/design/databases.md`); only real tables are asked for, by name.
//!
//! Of messages only links are told, as `messages` says.

mod browsers;
mod chats;
mod downloads;
mod journal;
mod logged;

pub use journal::Journal;

use super::records::failed;
use evidence::{Emitter, Input, Parser, Reads};
use model::{Position, SourceKind, Status};
use sqlite::{Database, SqliteError};

/// Reads databases that it knows by their names.
pub struct Databases;

/// A database that is known: its file's name, the app, and what reads it.
struct Known {
    name: &'static str,
    /// Package, where the path does not tell.
    package: &'static str,
    read: fn(&Database, &mut Told<'_, '_>) -> Result<(), SqliteError>,
}

/// By file name.
const KNOWN: &[Known] = &[
    Known { name: "mmssms.db", package: "com.android.providers.telephony", read: chats::telephony },
    Known { name: "msgstore.db", package: "com.whatsapp", read: chats::whatsapp },
    Known { name: "cache4.db", package: "org.telegram.messenger", read: chats::telegram },
    Known { name: "History", package: "com.android.chrome", read: browsers::chrome },
    Known { name: "places.sqlite", package: "org.mozilla.firefox", read: browsers::firefox },
    Known {
        name: "downloads.db",
        package: "com.android.providers.downloads",
        read: downloads::provider,
    },
    Known { name: "external.db", package: "com.android.providers.media", read: downloads::media },
    Known { name: "signal.db", package: "org.thoughtcrime.securesms", read: |_, _| Ok(()) },
];

impl Known {
    fn of(path: &str) -> Option<&'static Known> {
        let name = path.rsplit('/').next().unwrap_or(path);
        KNOWN.iter().find(|known| known.name == name)
    }
}

/// Whether a file of this name is a database that is known.
pub(crate) fn is_known(path: &str) -> bool {
    Known::of(path).is_some()
}

/// Where the sources of apps' files are.
const SOURCES: &[SourceKind] =
    &[SourceKind::AndroidBackup, SourceKind::Androidqf, SourceKind::Messages, SourceKind::Folder];

impl Parser for Databases {
    fn id(&self) -> &'static str {
        "databases"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: SOURCES,
            artifacts: "mmssms.db; msgstore.db (WhatsApp); cache4.db (Telegram); History (Chrome and its \
                        kin); places.sqlite (Firefox); downloads.db; external.db",
            takes: "links in messages, pages visited, files downloaded and where from; signal.db is \
                    encrypted and named only",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        SOURCES.contains(&source) && is_known(path)
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let path = out.artifact().to_string();
        let Some(known) = Known::of(&path) else {
            return failed(out, "this database is not known");
        };
        let limit = input.limits().whole_bytes;
        let package = package_in(&path).unwrap_or(known.package).to_owned();
        let blob = match input.blob() {
            Ok(blob) => blob,
            Err(error) => return failed(out, format!("this database cannot be read: {error}")),
        };
        let rows = match input.journal().filter(|journal| !journal.is_empty()) {
            None => {
                let opened = Database::open(blob.reader(), blob.len(), limit);
                read(known, opened, Told { out, package, rows: 0 })
            }
            Some(journal) => logged::read_both(known, &blob, journal, limit, &package, out),
        };
        match (out.gaps(), rows) {
            (0, _) => Status::Read,
            (_, 0) => Status::Failed,
            _ => Status::Partly,
        }
    }
}

/// Reads what is known of a database; how many rows there were.
fn read(known: &Known, opened: Result<Database, SqliteError>, mut told: Told<'_, '_>) -> u64 {
    match opened {
        Ok(database) => {
            if let Err(error) = (known.read)(&database, &mut told) {
                told.out.gap(None, format!("this database cannot be read further: {error}"));
            }
        }
        Err(error) => told.out.gap(None, format!("this database cannot be read: {error}")),
    }
    told.rows
}

/// The app whose folder a database lies in: `apps/PACKAGE/db/…` of a backup, `data/data/PACKAGE/…`
/// of a phone's files, `browser_history/PACKAGE/…` of AndroidQF.
fn package_in(path: &str) -> Option<&str> {
    let mut parts = path.rsplit(['/', '!']).skip(1);
    parts.find(|part| {
        part.contains('.')
            && model::normal::package(part) == Some(part)
            && !part.ends_with(".ab")
            && !part.ends_with(".zip")
    })
}

/// Where what is read goes.
struct Told<'o, 'e> {
    out: &'o mut Emitter<'e>,
    /// The app.
    package: String,
    /// Rows that were read.
    rows: u64,
}

impl Told<'_, '_> {
    /// The place of a row.
    fn at(table: &str, number: u64) -> Position {
        Position::default().at_row(number).at_pointer(format!("/{table}"))
    }
}
