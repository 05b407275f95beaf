//! A database beside which its write-ahead log lies: in a folder and in a zip.

#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use evidence::{Blob, Job, Journal, Limits, Passwords, Role, Tree, ZipTree};
use model::{Fact, Gap, Item, Member, Observation, SourceKind, Status};
use rusqlite::Connection;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// AOSP `MmsSmsDatabaseHelper.java`: as much of table `sms` as is read.
const TABLE: &str =
    "CREATE TABLE sms(_id INTEGER PRIMARY KEY, body TEXT, date INTEGER, type INTEGER);
    INSERT INTO sms VALUES (1, 'see https://one.example/a', 1000, 1);
    INSERT INTO sms VALUES (2, 'see https://two.example/b', 2000, 1);";
const LATER: &str = "DELETE FROM sms WHERE _id = 1;
    INSERT INTO sms VALUES (3, 'see https://three.example/c', 3000, 1);";

struct Made {
    main: PathBuf,
    log: PathBuf,
    /// The log goes when its database is closed.
    open: Connection,
    _folder: tempfile::TempDir,
}

fn made() -> Made {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("mmssms.db");
    let open = Connection::open(&main).unwrap();
    open.pragma_update(None, "journal_mode", "WAL").unwrap();
    open.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    open.execute_batch(TABLE).unwrap();
    open.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap();
    open.execute_batch(LATER).unwrap();
    Made { log: folder.path().join("mmssms.db-wal"), main, open, _folder: folder }
}

fn read(input: File, path: &str, role: Role, journal: Option<Journal>) -> Vec<Item> {
    let job = Job {
        input: Arc::new(input),
        path: path.into(),
        role,
        journal,
        key: None,
        passwords: Passwords::default(),
        limits: Limits::default(),
        progress: Arc::default(),
    };
    let mut items = Vec::new();
    parsers::read(&job, &mut |item| items.push(item));
    items
}

/// URL, place and pointer of each link.
fn links(items: &[Item]) -> Vec<(&str, &str, &str)> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Observation(Observation { fact: Fact::LinkSeen(link), position, .. }) => {
                Some((link.url.as_deref()?, link.place.as_str(), position.pointer.as_deref()?))
            }
            _ => None,
        })
        .collect()
}

fn status(items: &[Item]) -> Status {
    items
        .iter()
        .find_map(|item| match item {
            Item::Artifact(artifact) => Some(artifact.status),
            _ => None,
        })
        .unwrap()
}

fn gaps(items: &[Item]) -> Vec<&Gap> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Gap(gap) => Some(gap),
            _ => None,
        })
        .collect()
}

const ONE: (&str, &str, &str) = ("https://one.example/a", "SMS", "/sms");
const TWO: (&str, &str, &str) = ("https://two.example/b", "SMS", "/sms");
const THREE: (&str, &str, &str) = (
    "https://three.example/c",
    "SMS (only in the write-ahead log)",
    "/sms (only in the write-ahead log)",
);

fn role() -> Role {
    Role::File { kind: SourceKind::Androidqf, path: "databases/mmssms.db".into() }
}

#[test]
fn rows_only_in_the_log_are_told_and_marked() {
    let made = made();
    let before = std::fs::read(&made.main).unwrap();
    let path = "q/databases/mmssms.db";
    let without = read(File::open(&made.main).unwrap(), path, role(), None);
    assert_eq!(links(&without), [ONE, TWO]);
    let log = Journal::File(Arc::new(File::open(&made.log).unwrap()));
    let with = read(File::open(&made.main).unwrap(), path, role(), Some(log));
    // What the log deletes stood in the main file, and is told as before.
    assert_eq!(links(&with), [ONE, TWO, THREE]);
    assert_eq!((status(&with), gaps(&with).len()), (Status::Read, 0));
    assert_eq!(std::fs::read(&made.main).unwrap(), before, "no file of the evidence is written");
}

#[test]
fn a_log_that_does_not_check_is_a_gap_with_its_byte() {
    let made = made();
    let mut log = std::fs::read(&made.log).unwrap();
    // A byte of the first frame's page.
    log[32 + 24 + 9] ^= 1;
    let mut bent = tempfile::tempfile().unwrap();
    bent.write_all(&log).unwrap();
    let bent = Journal::File(Arc::new(bent));
    let items = read(File::open(&made.main).unwrap(), "q/mmssms.db", role(), Some(bent));
    assert_eq!(links(&items), [ONE, TWO]);
    assert_eq!(status(&items), Status::Partly);
    let reasons: Vec<&str> = gaps(&items).iter().map(|gap| gap.reason.as_str()).collect();
    assert!(
        matches!(reasons[..], [one] if one.contains("up to byte 32 of the log")),
        "{reasons:?}"
    );
}

/// The main file may be empty until the first checkpoint.
#[test]
fn a_database_that_is_only_in_its_log() {
    let made = made();
    made.open.execute_batch("VACUUM").unwrap();
    let log = Journal::File(Arc::new(File::open(&made.log).unwrap()));
    let items = read(tempfile::tempfile().unwrap(), "q/mmssms.db", role(), Some(log));
    let two = ("https://two.example/b", THREE.1, THREE.2);
    assert_eq!(links(&items), [two, THREE]);
    assert_eq!(gaps(&items).len(), 0);
}

#[test]
fn a_log_in_the_same_archive() {
    let made = made();
    let (main, log) = (std::fs::read(&made.main).unwrap(), std::fs::read(&made.log).unwrap());
    let zip = testkit::archive::zip([("u/mmssms.db", &main[..]), ("u/mmssms.db-wal", &log[..])]);
    let tree = ZipTree::open(Blob::from_bytes(zip.clone()), &Limits::default()).unwrap().0;
    let members: Vec<Member> = tree.members().to_vec();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&zip).unwrap();
    let [main, log] = members.as_slice() else { panic!("two members") };
    let role = Role::Member {
        kind: SourceKind::Androidqf,
        path: "mmssms.db".into(),
        member: main.clone(),
    };
    let items = read(file, "q.zip", role, Some(Journal::Member(log.clone())));
    assert_eq!(links(&items), [ONE, TWO, THREE]);
    assert_eq!(gaps(&items).len(), 0);
}

#[test]
fn a_log_in_the_same_backup() {
    let made = made();
    let folder = "apps/com.android.providers.telephony/db";
    let backup = testkit::backup::Backup::new()
        .file(&format!("{folder}/mmssms.db"), std::fs::read(&made.main).unwrap())
        .file(&format!("{folder}/mmssms.db-wal"), std::fs::read(&made.log).unwrap())
        .plain(5);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&backup).unwrap();
    let role = Role::File { kind: SourceKind::AndroidBackup, path: "backup.ab".into() };
    let items = read(file, "backup.ab", role, None);
    // The log itself is an artifact too, of which every URL is told in a place of its own.
    let of_rows: Vec<_> =
        links(&items).into_iter().filter(|link| link.2.starts_with("/sms")).collect();
    assert_eq!(of_rows, [ONE, TWO, THREE]);
}
