//! Journals beside databases that are known. A write-ahead log (`-wal`) holds what may be in no database
//! yet, or no more; `logged` applies the pages that count. A rollback journal (`-journal`) holds what was
//! there before the last transaction. URLs in all pages of both are told, as what they are.

use super::{SOURCES, is_known};
use crate::android::links::{Link, links_in};
use crate::android::records::failed;
use crate::android::shorteners::is_shortener;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::LinkSeen;
use model::{Position, SourceKind, Status};
use sqlite::Rollback;
use std::collections::HashSet;

/// Reads write-ahead logs and rollback journals.
pub struct Journal;

/// Where the links stand.
const LOG: &str = "journal of a database";
const ROLLBACK: &str = "rollback journal of a database: what was there before";

/// URLs remembered: a log holds the same page many times.
const MOST_SEEN: usize = 1 << 16;

impl Parser for Journal {
    fn id(&self) -> &'static str {
        "database_journal"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: SOURCES,
            artifacts: "the journals (-wal, -journal) of those databases",
            takes: "URLs in their pages, which no database need hold; whether a transaction was left open",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        let database = path.strip_suffix("-wal").or_else(|| path.strip_suffix("-journal"));
        SOURCES.contains(&source) && database.is_some_and(is_known)
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let stream = match input.stream() {
            Ok(stream) => stream,
            Err(error) => return failed(out, format!("this file cannot be opened: {error}")),
        };
        let mut seen: HashSet<String> = HashSet::new();
        let mut pages = 0_u64;
        let is_rollback = out.artifact().ends_with("-journal");
        let place = if is_rollback { ROLLBACK } else { LOG };
        let mut page_of = |offset: u64, page: &[u8]| {
            pages += 1;
            let text = String::from_utf8_lossy(page);
            links_in(&text, |Link { url, host, port }| {
                let key = url.clone().unwrap_or_default();
                if seen.contains(&key) || seen.len() >= MOST_SEEN {
                    return;
                }
                seen.insert(key);
                let fact = LinkSeen {
                    shortener: Some(is_shortener(&host)),
                    url,
                    host,
                    port,
                    place: place.into(),
                    ..LinkSeen::default()
                };
                out.fact(fact, Position::bytes(offset, offset + page.len() as u64), None);
            });
        };
        let read = match is_rollback {
            true => sqlite::rolled_back(stream, &mut page_of).map(|state| state == Rollback::Open),
            false => sqlite::frames(stream, &mut page_of).map(|_| false),
        };
        match read {
            Ok(false) => Status::Read,
            Ok(true) => {
                let reason = "the transaction of this journal had not ended: its database is read as it lies there, \
                              in the middle of it, and SQLite would put these pages back";
                out.gap(None, reason);
                Status::Partly
            }
            Err(error) => {
                out.gap(None, format!("this journal cannot be read further: {error}"));
                if pages > 0 { Status::Partly } else { Status::Failed }
            }
        }
    }
}
