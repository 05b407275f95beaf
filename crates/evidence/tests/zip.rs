//! Zips that are well made, cut, altered, hostile.

#![allow(clippy::unwrap_used)] // A test fails by panicking.

mod forge;

use evidence::{Blob, Input, Limits, ListingGap, Tree, ZipError, ZipTree};
use forge::{Entry, deflated, noise, stored, zip, zip_around};
use std::io::{self, Read};
use std::time::{Duration, Instant};

fn open(bytes: Vec<u8>) -> (ZipTree, Vec<ListingGap>) {
    ZipTree::open(Blob::from_bytes(bytes), &Limits::default()).unwrap()
}

fn content(tree: &ZipTree, index: usize, limits: &Limits) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    tree.stream(&tree.members()[index], limits)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The error that reading the only member ends with.
fn failure(entry: Entry, limits: &Limits) -> String {
    let (tree, _) = open(zip(&[entry]));
    // Not unwrap_err: it would print the content.
    content(&tree, 0, limits).err().map(|error| error.to_string()).unwrap_or_default()
}

fn names(tree: &ZipTree) -> Vec<&str> {
    tree.members().iter().map(|member| member.path.as_str()).collect()
}

#[test]
fn members_come_in_path_order_with_their_bytes() {
    let long = noise(300_000);
    let entries = [deflated("b/long", &long), stored("a", b"short"), stored("b/", b"")];
    for bytes in [zip(&entries), zip_around(b"MZ stub", &entries, b"a comment")] {
        let (tree, gaps) = open(bytes);
        assert_eq!(gaps, []);
        assert_eq!(names(&tree), ["a", "b/long"], "the folder's own entry is no member");
        assert_eq!(content(&tree, 0, &Limits::default()).unwrap(), b"short");
        assert_eq!(content(&tree, 1, &Limits::default()).unwrap(), long);
        let blob = tree.blob(&tree.members()[0], &Limits::default()).unwrap();
        assert_eq!(blob.to_vec(5).unwrap(), b"short");
    }
}

#[test]
fn a_zip_cut_anywhere_is_an_error_that_says_so() {
    let whole = zip(&[stored("a", b"short"), deflated("b", &noise(2_000))]);
    for cut in 0..whole.len() {
        let error = ZipTree::open(Blob::from_bytes(whole[..cut].to_vec()), &Limits::default())
            .err()
            .unwrap_or_else(|| panic!("{cut} of {} bytes were read as a zip", whole.len()));
        match error {
            ZipError::Empty => assert_eq!(cut, 0),
            error => assert!(error.to_string().contains("cut off"), "{cut}: {error}"),
        }
    }
}

#[test]
fn no_altered_byte_changes_contents_unnoticed() {
    let (a, b) = (noise(40), noise(400));
    let whole = zip(&[stored("a", &a), deflated("b", &b)]);
    for at in 0..whole.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let Ok((tree, gaps)) = ZipTree::open(Blob::from_bytes(bytes), &Limits::default())
            else {
                continue;
            };
            let mut unnoticed = gaps.is_empty();
            for index in 0..tree.members().len() {
                match content(&tree, index, &Limits::default()) {
                    Ok(bytes) => assert!(bytes == a || bytes == b, "byte {at}"),
                    Err(_) => unnoticed = false,
                }
            }
            assert!(!unnoticed || tree.members().len() == 2, "byte {at} lost a member silently");
        }
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_inflated() {
    // 4 MB that state 4 GB: refused by what the directory states.
    let stated = Entry { size: u32::MAX - 1, ..deflated("bomb", &noise(4 << 20)) };
    let started = Instant::now();
    assert!(failure(stated, &Limits::default()).contains("more than 200 times"));
    // Zeros that state little: refused at the first byte too many.
    let lying = Entry { size: 1_000, ..deflated("bomb", &vec![0; 70 << 20]) };
    assert!(failure(lying, &Limits::default()).contains("more than the 1000 bytes"));
    let honest = deflated("bomb", &vec![0; 70 << 20]);
    assert!(failure(honest, &Limits::default()).contains("zip bomb"));
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn the_size_limit_is_kept() {
    let limits = Limits { inflated_bytes: 99, ..Limits::default() };
    assert!(failure(deflated("a", &[7; 100]), &limits).contains("the limit of 99"));
}

#[test]
fn an_archive_inflates_to_no_more_than_its_budget_in_all() {
    // Three members state 600 MB each, in an archive of a few hundred bytes.
    let one = |name| Entry { size: 600_000_000, ..deflated(name, b"x") };
    let (tree, gaps) = open(zip(&[one("a"), one("b"), one("c")]));
    assert_eq!(names(&tree), ["a"]);
    let gaps: Vec<_> = gaps.iter().map(|gap| gap.member.as_deref()).collect();
    assert_eq!(gaps, [Some("b"), Some("c")]);
}

#[test]
fn members_that_share_their_bytes_are_read_once() {
    let mut twin = stored("b", b"x");
    twin.same_bytes_as = Some(0);
    let (tree, gaps) = open(zip(&[stored("a", b"x"), twin]));
    assert_eq!(names(&tree), ["a"]);
    assert!(gaps[0].reason.contains("also those of another member"), "{gaps:?}");
}

#[test]
fn names_that_lead_elsewhere_are_named_and_read() {
    let hostile: [&[u8]; 6] =
        [b"../up", b"/etc/passwd", b"C:\\evil", b"", b"a/../../b", b"caf\xe9"];
    let entries: Vec<Entry> = hostile.iter().map(|name| stored(name, name)).collect();
    let (tree, gaps) = open(zip(&entries));
    assert_eq!(gaps.len(), 5, "all but the one that is only not UTF-8: {gaps:?}");
    assert_eq!(names(&tree), ["", "../up", "/etc/passwd", "C:/evil", "a/../../b", "caf%E9"]);
    for index in 0..6 {
        let bytes = content(&tree, index, &Limits::default()).unwrap();
        assert!(hostile.contains(&bytes.as_slice()));
    }
}

#[test]
fn members_of_one_name_are_named_and_each_is_read() {
    let (tree, gaps) = open(zip(&[stored("a", b"first"), stored("a", b"second")]));
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].reason.contains("same name"), "{gaps:?}");
    assert_eq!(content(&tree, 0, &Limits::default()).unwrap(), b"first");
    assert_eq!(content(&tree, 1, &Limits::default()).unwrap(), b"second");
}

#[test]
fn what_cannot_be_read_says_why() {
    let limits = Limits::default();
    let locked = Entry { flags: 1, ..stored("a", b"x") };
    assert!(failure(locked, &limits).contains("protected with a password"));
    let zstd = Entry { method: 93, ..stored("a", b"x") };
    assert!(failure(zstd, &limits).contains("Zstandard (method 93)"));
    let crc = Entry { crc: 0, ..stored("a", b"x") };
    assert!(failure(crc, &limits).contains("CRC-32"));
    let short = Entry { size: 9, ..deflated("a", b"x") };
    assert!(failure(short, &limits).contains("ends after 1 of 9 bytes"));
}

#[test]
fn an_empty_zip_has_no_members() {
    let (tree, gaps) = open(zip(&[]));
    assert!(tree.members().is_empty() && gaps.is_empty());
}

#[test]
fn a_comment_that_looks_like_an_end_record_does_not_hide_the_real_one() {
    let mut comment = b"PK\x05\x06".to_vec();
    comment.extend([0, 0, 0, 0, 3, 0, 3, 0, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    let (tree, _) = open(zip_around(b"", &[stored("a", b"x")], &comment));
    assert_eq!(names(&tree), ["a"]);
}

#[test]
fn a_spooled_member_reads_the_same_at_any_place() {
    let long = noise(700_001);
    let (tree, _) = open(zip(&[deflated("a", &long)]));
    let member = &tree.members()[0];
    for spool_memory in [0, 1_000, 700_000, 700_001, 32 << 20] {
        let limits = Limits { spool_memory, ..Limits::default() };
        let blob = tree.blob(member, &limits).unwrap();
        assert_eq!(blob.len(), 700_001);
        for at in [0_usize, 1, 63, 64, 65, 262_143, 262_144, 699_990, 700_000, 700_001, 800_000] {
            let mut bytes = [0; 100];
            let count = blob.read_at(at as u64, &mut bytes).unwrap();
            let expected = long.get(at..).unwrap_or_default();
            assert_eq!(bytes[..count], expected[..expected.len().min(100)], "at {at}");
        }
        assert_eq!(blob.to_vec(700_001).unwrap(), long);
    }
}

#[test]
fn a_stored_member_read_at_any_place_is_checked_when_it_is_finished() {
    let limits = Limits::default();
    let (tree, _) = open(zip(&[Entry { crc: 0, ..stored("a", b"x") }, stored("b", b"abc")]));
    for (member, good) in tree.members().iter().zip([false, true]) {
        let mut input = Input::from_member(&tree, member, &limits, 1);
        input.blob().unwrap();
        assert_eq!(input.finish().is_ok(), good);
        let mut input = Input::from_member(&tree, member, &limits, 1);
        assert_eq!(input.digests().is_ok(), good);
    }
}

#[test]
fn two_hundred_thousand_members_are_listed_in_seconds() {
    let entries: Vec<Entry> =
        (0..200_000).map(|index| stored(format!("d{}/f{index}", index % 999), b"")).collect();
    let bytes = zip(&entries);
    let started = Instant::now();
    let (tree, gaps) = open(bytes.clone());
    assert_eq!((tree.members().len(), gaps.len()), (200_000, 0));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    let limits = Limits { members: 1_000, ..Limits::default() };
    let (tree, gaps) = ZipTree::open(Blob::from_bytes(bytes), &limits).unwrap();
    assert_eq!(tree.members().len(), 1_000);
    assert!(gaps[0].reason.contains("only the first 1000 members"), "{gaps:?}");
}

#[test]
fn malformed_packages_of_the_shared_cases_do_not_panic() {
    let shared = std::env::var("TAMARISK_SHARED")
        .unwrap_or_else(|_| format!("{}/../../../shared", env!("CARGO_MANIFEST_DIR")));
    let mut seen = 0;
    for folder in ["apk-info", "apksig", "apktool", "malformed"] {
        let Ok(files) = std::fs::read_dir(format!("{shared}/cases/apk/{folder}")) else { continue };
        for file in files.flatten() {
            let bytes = std::fs::read(file.path()).unwrap();
            seen += 1;
            let limits = Limits::default();
            let Ok((tree, _)) = ZipTree::open(Blob::from_bytes(bytes), &limits) else { continue };
            for index in 0..tree.members().len() {
                let _ = content(&tree, index, &limits);
            }
        }
    }
    if seen == 0 {
        println!("skipped: no shared cases at {shared}");
    }
}
