//! Logs that SQLite itself wrote, whole and damaged.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use rusqlite::Connection;
use sqlite::{Applied, Database, apply};

const LIMIT: u64 = 1 << 30;

/// The main file and the log as they lie on disk while `after` is only in the log.
fn made(before: &str, after: &str) -> (Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    connection.execute_batch(before).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap();
    connection.execute_batch(after).unwrap();
    (std::fs::read(&path).unwrap(), std::fs::read(folder.path().join("t.db-wal")).unwrap())
}

fn rows(bytes: &[u8]) -> Vec<i64> {
    let database = Database::open(bytes, bytes.len() as u64, LIMIT).unwrap();
    let mut seen = Vec::new();
    database.rows("t", &["a"], |row| seen.extend(row.cell(0).integer())).unwrap();
    seen
}

const BEFORE: &str =
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y');";

/// Two transactions; the second one is a single frame at the end of the log.
const AFTER: &str = "INSERT INTO t VALUES (3, hex(zeroblob(6000))); BEGIN; DELETE FROM t WHERE a = 1; INSERT INTO t VALUES (4, 'z'); COMMIT;";

#[test]
fn committed_frames_are_applied() {
    let (mut database, log) = made(BEFORE, AFTER);
    assert_eq!(rows(&database), [1, 2]);
    let applied = apply(&mut database, &log, LIMIT);
    assert_eq!(applied.fault, None);
    assert!(applied.pages >= 2, "a row of 12,000 bytes takes more than one page: {applied:?}");
    assert_eq!(rows(&database), [2, 3, 4]);
}

/// The bytes of the log begin anew at each round; what stands behind has other salts.
#[test]
fn frames_of_an_earlier_round_are_not_applied() {
    let many = format!(
        "{BEFORE} INSERT INTO t VALUES (9, hex(zeroblob(90000))); DELETE FROM t WHERE a = 9;"
    );
    let (mut database, log) = made(&many, "INSERT INTO t VALUES (3, 'w');");
    assert!(log.len() > 32 + 10 * (24 + 4096), "frames of the first round still stand there");
    let applied = apply(&mut database, &log, LIMIT);
    assert_eq!((applied.pages, applied.fault), (1, None));
    assert_eq!(rows(&database), [1, 2, 3]);
}

#[test]
fn a_database_that_is_only_in_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch(BEFORE).unwrap();
    let log = std::fs::read(folder.path().join("t.db-wal")).unwrap();
    let mut database = Vec::new();
    let applied = apply(&mut database, &log, LIMIT);
    // Page 1 was written to the main file when the mode was set, and again with the table.
    assert_eq!(applied.fault, None);
    assert_eq!(rows(&database), [1, 2]);
}

/// A bit of the second transaction: the first is applied, and the fault names the frame.
#[test]
fn what_does_not_check_is_named_and_not_applied() {
    let (main, log) = made(BEFORE, AFTER);
    let frame = 24 + 4096;
    let last = log.len() - frame;
    let mut bent = log.clone();
    bent[last + 24 + 100] ^= 1;
    let mut database = main.clone();
    let applied = apply(&mut database, &bent, LIMIT);
    let checksum = "the checksum of the frame does not check";
    assert_eq!(applied.fault, Some((last as u64, checksum)));
    assert_eq!(rows(&database), [1, 2, 3], "the transaction that has no end is left out");

    let mut database = main.clone();
    let cut = apply(&mut database, &log[..log.len() - 7], LIMIT);
    assert_eq!(cut.fault, Some((last as u64, "the frame is cut")));
    assert_eq!(rows(&database), [1, 2, 3]);

    let mut bent = log.clone();
    bent[20] ^= 1;
    let header = Some((0, "the checksum of its header does not check"));
    let mut database = main.clone();
    assert_eq!(apply(&mut database, &bent, LIMIT), Applied { pages: 0, fault: header });
    assert_eq!(database, main);
    for none in [&b"abc"[..], &[0; 4096]] {
        assert_eq!(apply(&mut database, none, LIMIT).fault.map(|(at, _)| at), Some(0));
        assert_eq!(database, main);
    }
    let limit = main.len() as u64 - 1;
    let large = apply(&mut database, &log, limit);
    assert_eq!(large.fault, Some((0, "with it the database is larger than the limit")));
    assert_eq!(apply(&mut database, &[], LIMIT), Applied::default());
}

/// Cut or bent anywhere: never a page that the log does not commit.
#[test]
fn damage_does_no_harm() {
    let (main, log) = made(BEFORE, AFTER);
    for at in (0..log.len()).step_by(61) {
        let mut bent = log.clone();
        bent[at] ^= 1 << (at % 8);
        for bytes in [&bent[..], &log[..at]] {
            let mut database = main.clone();
            apply(&mut database, bytes, LIMIT);
            let rows = rows(&database);
            assert!([&[1, 2][..], &[1, 2, 3]].contains(&rows.as_slice()), "byte {at}: {rows:?}");
        }
    }
}
