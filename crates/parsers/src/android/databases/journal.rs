//! Write-ahead logs (`-wal`) beside databases that are known: what stands in them may be in no
//! database yet, or no more. URLs in all their pages are told, as what they are; `logged` applies
//! those that count.

use super::{SOURCES, is_known};
use crate::android::links::{Link, links_in};
use crate::android::records::failed;
use crate::android::shorteners::is_shortener;
use evidence::{Emitter, Input, Parser, Reads};
use model::fact::LinkSeen;
use model::{Position, SourceKind, Status};
use std::collections::HashSet;

/// Reads write-ahead logs.
pub struct Journal;

/// URLs remembered: a log holds the same page many times.
const MOST_SEEN: usize = 1 << 16;

impl Parser for Journal {
    fn id(&self) -> &'static str {
        "database_journal"
    }

    fn reads(&self) -> Reads {
        Reads {
            sources: SOURCES,
            artifacts: "the journals (-wal) of those databases",
            takes: "URLs in their pages, which no database need hold",
        }
    }

    fn claims(&self, source: SourceKind, path: &str) -> bool {
        SOURCES.contains(&source) && path.strip_suffix("-wal").is_some_and(is_known)
    }

    fn parse(&self, input: &mut Input<'_>, out: &mut Emitter<'_>) -> Status {
        let stream = match input.stream() {
            Ok(stream) => stream,
            Err(error) => return failed(out, format!("this file cannot be opened: {error}")),
        };
        let mut seen: HashSet<String> = HashSet::new();
        let mut pages = 0_u64;
        let read = sqlite::frames(stream, |offset, page| {
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
                    place: "journal of a database".into(),
                    ..LinkSeen::default()
                };
                out.fact(fact, Position::bytes(offset, offset + page.len() as u64), None);
            });
        });
        match read {
            Ok(_) => Status::Read,
            Err(error) => {
                out.gap(None, format!("this journal cannot be read further: {error}"));
                if pages > 0 { Status::Partly } else { Status::Failed }
            }
        }
    }
}
