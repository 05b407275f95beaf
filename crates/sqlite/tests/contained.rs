//! Databases that are hostile, damaged, or simply there.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use rusqlite::Connection;
use sqlite::{Cell, Database, SqliteError};

fn made(sql: &str) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(sql).unwrap();
    connection.serialize("main").unwrap().to_vec()
}

fn open(bytes: &[u8]) -> Result<Database, SqliteError> {
    Database::open(bytes, bytes.len() as u64, 1 << 30)
}

const PLAIN: &str = "CREATE TABLE t(a INTEGER, b TEXT, c BLOB); INSERT INTO t VALUES (1, 'x', x'00ff'), (2, NULL, '');";

#[test]
fn rows_of_a_table() {
    let database = open(&made(PLAIN)).unwrap();
    let mut seen = Vec::new();
    let count = database.rows("t", &["b", "a", "gone", "c"], |row| {
        seen.push((
            row.number,
            row.cell(0).text(),
            row.cell(1).integer(),
            row.cell(2) == Cell::Null,
            row.cell(3).bytes().map(<[u8]>::to_vec),
        ));
    });
    assert_eq!(count.unwrap(), 2);
    assert_eq!(
        seen,
        [(1, Some("x".into()), Some(1), true, Some(vec![0, 255])), (2, None, Some(2), true, None)]
    );
    assert_eq!(database.rows("nothing", &["a"], |_| ()).unwrap(), 0);
}

#[test]
fn a_database_that_has_a_journal_is_read_without_it() {
    let mut bytes = made(PLAIN);
    (bytes[18], bytes[19]) = (2, 2);
    assert_eq!(open(&bytes).unwrap().rows("t", &["a"], |_| ()).unwrap(), 2);
}

/// A view, a generated column and a virtual table of the name that is looked for do not run.
#[test]
fn nothing_of_the_file_runs() {
    let sql = "CREATE TABLE base(a); INSERT INTO base VALUES (1);
        CREATE VIEW sms AS SELECT a AS body FROM base;
        CREATE TABLE t(a, g AS (a || 'x') STORED); INSERT INTO t(a) VALUES ('y');";
    let database = open(&made(sql)).unwrap();
    assert!(!database.has("sms") && database.has("base"));
    assert!(!database.has_column("t", "g"), "a generated column is none that is stored by hand");
    assert_eq!(database.rows("sms", &["body"], |_| ()).unwrap(), 0);
}

#[test]
fn a_name_cannot_break_out_of_its_quotes() {
    let sql = "CREATE TABLE \"a\"\" UNION SELECT 1 --\"(\"b\"\"c\"); INSERT INTO \"a\"\" UNION SELECT 1 --\" VALUES (7);";
    let database = open(&made(sql)).unwrap();
    let mut seen = Vec::new();
    database
        .rows("a\" UNION SELECT 1 --", &["b\"c"], |row| seen.push(row.cell(0).integer()))
        .unwrap();
    assert_eq!(seen, [Some(7)]);
}

#[test]
fn what_is_none_says_so() {
    for bytes in [&b""[..], b"SQLite format 3", &[0; 4096], &[7; 4096]] {
        assert!(matches!(open(bytes), Err(SqliteError::NotSqlite)));
    }
    assert!(matches!(Database::open(&[][..], 10, 5), Err(SqliteError::TooLarge(10, 5))));
}

/// Cut or bent anywhere: rows or an error, nothing else.
#[test]
fn damage_does_no_harm() {
    let many: String =
        (0..300).map(|n| format!("INSERT INTO t VALUES ({n}, 'text {n}', x'00');")).collect();
    let whole = made(&format!("{PLAIN}{many}"));
    for length in (0..whole.len()).step_by(97) {
        if let Ok(database) = open(&whole[..length]) {
            let _ = database.rows("t", &["a", "b", "c"], |_| ());
        }
    }
    for at in (0..whole.len()).step_by(13) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        if let Ok(database) = open(&bytes) {
            let _ = database.rows("t", &["a", "b", "c"], |_| ());
        }
    }
}
