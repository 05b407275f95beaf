//! Rollback journals that SQLite itself wrote, whole and damaged.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use rusqlite::Connection;
use sqlite::{JournalError, Rollback, rolled_back};

/// The database before a transaction, and the journal: while the transaction is open, or behind it.
fn made(mode: &str, open: bool) -> (Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "page_size", 4096).unwrap();
    connection.pragma_update(None, "journal_mode", mode).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'before');",
        )
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    // A cache of one page, so that pages go to the file before the transaction ends.
    connection.execute_batch("PRAGMA cache_size = 1; BEGIN; UPDATE t SET b = 'after';").unwrap();
    let mut insert = connection.prepare("INSERT INTO t(b) VALUES (hex(zeroblob(900)))").unwrap();
    for _ in 0..40 {
        insert.execute([]).unwrap();
    }
    drop(insert);
    if !open {
        connection.execute_batch("COMMIT").unwrap();
    }
    (before, std::fs::read(folder.path().join("t.db-journal")).unwrap())
}

fn pages(journal: &[u8]) -> (Result<Rollback, JournalError>, Vec<Vec<u8>>) {
    let mut pages = Vec::new();
    let state = rolled_back(journal, |offset, page| {
        let start = usize::try_from(offset).unwrap();
        assert_eq!(journal[start..start + page.len()], *page, "the offset is that of the page");
        pages.push(page.to_vec());
    });
    (state, pages)
}

#[test]
fn an_open_transaction_gives_the_pages_of_before() {
    let (before, journal) = made("DELETE", true);
    let (state, pages) = pages(&journal);
    assert_eq!(state.unwrap(), Rollback::Open);
    assert!(!pages.is_empty());
    for page in &pages {
        assert!(before.chunks(4096).any(|one| one == page), "a page of the database before");
    }
}

#[test]
fn what_has_ended_is_given_in_pieces() {
    let (before, journal) = made("PERSIST", false);
    let (state, pages) = pages(&journal);
    assert_eq!(state.unwrap(), Rollback::Ended);
    // Behind a record's number of four bytes stands its page.
    assert!(pages.iter().any(|piece| before.chunks(4096).any(|page| piece[4..].starts_with(page))));
}

#[test]
fn nothing_and_something_else_are_told_apart() {
    assert_eq!(pages(b"").0.unwrap(), Rollback::Empty);
    for bytes in [&b"SQLite format 3\0 and more than a header"[..], &[0xff; 4096], &[0; 27]] {
        assert!(matches!(pages(bytes).0, Err(JournalError::NotRollback)));
    }
}

#[test]
fn cut_and_bent_journals_do_no_harm() {
    let (_, journal) = made("DELETE", true);
    for end in 0..journal.len() {
        let (state, pages) = pages(&journal[..end]);
        let whole = pages.len() * 4104 + 512;
        match state {
            Ok(Rollback::Empty) => assert_eq!(end, 0),
            Ok(Rollback::Open) => assert!(end <= 512 || end >= whole, "{end}"),
            Ok(Rollback::Ended) => panic!("its header is not blank"),
            Err(JournalError::Cut(at)) => assert!(at < end as u64 && pages.len() * 4104 < end),
            Err(JournalError::NotRollback) => assert!(end < 28),
            Err(error) => panic!("{error}"),
        }
    }
    let mut bent = journal.clone();
    for at in (0..journal.len()).step_by(3) {
        bent[at] ^= 1 << (at % 8);
        let _ = rolled_back(bent.as_slice(), |_, _| {});
        bent[at] = journal[at];
    }
}
