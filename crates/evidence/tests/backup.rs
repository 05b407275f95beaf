//! Android backups, opened.

#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

use evidence::{BackupError, BackupTree, Blob, Limits, Passwords, Tree};
use serde_json::json;
use std::io::Read;
use testkit::backup::Backup;
use zeroize::Zeroizing;

const SMS: &str = "apps/com.android.providers.telephony/d_f/000000_sms_backup";

fn backup() -> Backup {
    let long = format!("apps/org.example/f/{}/note.txt", "folder/".repeat(20));
    Backup::new()
        .file("apps/org.example/_manifest", "1\n")
        .file(&long, "far down")
        .file("apps/org.example/db/big.db", vec![7; 100_000])
        .messages("sms", &json!([{"address": "+1", "body": "hello"}]))
}

fn open(bytes: &[u8], passwords: &[&str]) -> Result<(BackupTree, usize), BackupError> {
    let all = passwords.iter().map(|one| Zeroizing::new((*one).to_owned())).collect();
    let blob = Blob::from_bytes(bytes.to_vec());
    let (tree, gaps) = BackupTree::open(&blob, &Passwords::new(all), &Limits::default())?;
    Ok((tree, gaps.len()))
}

fn bytes(tree: &BackupTree, path: &str) -> Vec<u8> {
    let member = tree.members().iter().find(|member| member.path == path).unwrap();
    let mut bytes = Vec::new();
    tree.stream(member, &Limits::default()).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn check(tree: &BackupTree) {
    let paths: Vec<&str> = tree.members().iter().map(|member| member.path.as_str()).collect();
    assert_eq!(paths.len(), 4);
    assert!(paths.is_sorted());
    let long = format!("apps/org.example/f/{}/note.txt", "folder/".repeat(20));
    assert_eq!(bytes(tree, &long), b"far down");
    assert_eq!(bytes(tree, "apps/org.example/db/big.db"), vec![7; 100_000]);
    assert!(bytes(tree, SMS).starts_with(b"\x78"), "a zlib stream");
}

#[test]
fn every_version_opens_in_the_clear_and_with_its_password() {
    for version in 1..=5 {
        let (tree, gaps) = open(&backup().plain(version), &[]).unwrap();
        check(&tree);
        assert_eq!(gaps, 0);
        // Characters beyond ASCII are where UTF-8 and the low byte differ.
        let locked = backup().locked(version, "pässwörd-密");
        let (tree, gaps) = open(&locked, &["other", "pässwörd-密"]).unwrap();
        check(&tree);
        assert_eq!(gaps, 0, "version {version}");
    }
}

#[test]
fn a_backup_that_is_not_compressed() {
    let bytes = [&b"ANDROID BACKUP\n4\n0\nnone\n"[..], &backup().tar()].concat();
    check(&open(&bytes, &[]).unwrap().0);
}

#[test]
fn what_is_asked_of_the_user() {
    let locked = backup().locked(5, "right");
    assert!(matches!(open(&locked, &[]), Err(BackupError::NeedsPassword)));
    assert!(matches!(open(&locked, &["wrong"]), Err(BackupError::WrongPassword)));
}

#[test]
fn headers_that_say_something_else() {
    let head = |text: &str| open(text.as_bytes(), &["x"]).err().unwrap().to_string();
    assert_eq!(head("ANDROID"), "it is no Android backup");
    assert_eq!(
        head("ANDROID BACKUP\n6\n1\nnone\n"),
        "it is an Android backup of version 6, and this version reads 1 to 5"
    );
    assert_eq!(
        head("ANDROID BACKUP\n5\n2\nnone\n"),
        "line 3 of the backup's header (byte 17) should be 0 or 1, whether it is compressed"
    );
    assert_eq!(
        head("ANDROID BACKUP\n5\n1\nAES-256\nzz\n"),
        "line 5 of the backup's header (byte 27) should be the salt of the password, in hex"
    );
    assert!(head("ANDROID BACKUP\n5\n1\nAES-256\naa\nbb\n4000000000\n").contains("4000000000"));
}

/// Cut anywhere, what stands before the cut is read, and the cut is told.
#[test]
fn a_cut_backup_gives_its_beginning() {
    for whole in [backup().plain(5), backup().locked(5, "p")] {
        let mut seen = 0;
        for length in (0..whole.len()).step_by(29) {
            match open(&whole[..length], &["p"]) {
                Ok((tree, gaps)) => {
                    assert!(gaps > 0, "a cut at {length} is told");
                    seen = seen.max(tree.members().len());
                }
                Err(error) => assert!(length < 1500, "{length}: {error}"),
            }
        }
        assert!(seen >= 3, "{seen} members");
    }
}

#[test]
fn flipped_bits_do_no_harm() {
    for whole in
        [backup().plain(5), [&b"ANDROID BACKUP\n4\n0\nnone\n"[..], &backup().tar()].concat()]
    {
        for at in (0..whole.len().min(6000)).step_by(11) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            if let Ok((tree, _)) = open(&bytes, &[]) {
                for member in tree.members() {
                    let limits = Limits::default();
                    if let Ok(mut stream) = tree.stream(member, &limits) {
                        let _ = stream.read_to_end(&mut Vec::new());
                    }
                }
            }
        }
    }
}

/// A backup that inflates beyond what one artifact may gives its beginning.
#[test]
fn a_bomb_is_stopped() {
    let bomb = Backup::new().file("apps/x/f/zeros", vec![0; 3 << 20]).plain(5);
    let limits = Limits { inflated_bytes: 1 << 20, ..Limits::default() };
    let (tree, gaps) =
        BackupTree::open(&Blob::from_bytes(bomb), &Passwords::default(), &limits).unwrap();
    assert!(gaps.iter().any(|gap| gap.reason.contains("more than the limit of 1048576 bytes")));
    let limits = Limits::default();
    let read = tree.stream(&tree.members()[0], &limits).unwrap().read_to_end(&mut Vec::new());
    assert!(read.unwrap_err().to_string().contains("the backup ends after"));
}
