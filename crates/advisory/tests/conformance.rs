//! What theupdateframework's conformance suite (tuf-conformance, read in November 2026) expects of a client,
//! held against ours. The suite drives a client over HTTP with repositories of other roles than ours has;
//! here are its expectations, on repositories of ours. `docs/design/trust.md` has the list, and where we differ.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use advisory::compose;
use advisory::metadata::JOINT;
use advisory::{Code, Note};
use support::*;

/// A root of a chain: which of the keys `0` to `9`, how many must sign, and who did.
type Rotated = (&'static str, usize, &'static str);

fn names(digits: &str) -> Vec<String> {
    digits.chars().map(|digit| format!("key {digit}")).collect()
}

/// A repository whose roots are these.
fn chain(roots: &[Rotated]) -> Publication {
    let mut publication =
        Publication { roots: Vec::new(), root_signers: Vec::new(), ..Publication::default() };
    for (number, (keys, threshold, signers)) in (1..).zip(roots) {
        let mut roles = root_roles();
        let keys = names(keys);
        let keys: Vec<&str> = keys.iter().map(|name| &**name).collect();
        roles.insert("root", role(&keys, *threshold));
        publication.roots.push(compose::root(&stamp(number, "2027-11-20T09:00:00Z"), &roles));
        publication.root_signers.push(names(signers));
    }
    publication
}

/// `test_root_rotation`: sequences of roots, and whether the last is taken.
#[test]
fn roots_are_followed_when_old_and_new_keys_agree() {
    let cases: &[(&[Rotated], bool)] = &[
        (&[("1", 1, "1"), ("2", 1, "21"), ("2", 1, "2")], true),
        (&[("1", 1, "314"), ("2", 1, "3214"), ("2", 1, "324")], true),
        (
            &[("01234", 3, "024"), ("01234", 3, "041"), ("01234", 3, "013"), ("01234", 3, "013")],
            true,
        ),
        (&[("01234", 3, "024"), ("01345", 3, "041")], true),
        (&[("01234", 3, "024"), ("01345", 3, "0245"), ("01345", 3, "045")], true),
        (&[("01234", 3, "024"), ("56789", 3, "024567"), ("56789", 3, "567")], true),
        (&[("123", 1, "1"), ("123", 2, "12")], true),
        (&[("123", 2, "12"), ("123", 1, "12"), ("123", 1, "1")], true),
        (&[("1", 1, "1"), ("12", 2, "12")], true),
        (&[("1", 1, "1"), ("2", 1, "234")], false),
        (&[("1", 1, "1"), ("2", 1, "134")], false),
        (&[("01234", 3, "024"), ("01345", 3, "024")], false),
        (&[("01234", 3, "024"), ("01345", 3, "045")], false),
        (&[("123", 1, "1"), ("123", 2, "2")], false),
        (&[("123", 2, "12"), ("123", 1, "1")], false),
    ];
    for (roots, taken) in cases {
        let publication = chain(roots);
        let mut trusted = publication.trusted();
        let result = update(&mut trusted, &publication.mirror());
        // The last root that was rightly signed is kept, whatever comes of the rest.
        let kept = if *taken { roots.len() } else { roots.len() - 1 };
        let expected = sealed(&publication.roots[kept - 1], &publication.root_signers[kept - 1]);
        assert!(trusted.root == expected, "{roots:?}");
        match result {
            Ok(_) => assert!(*taken, "{roots:?}"),
            Err(refusal) => {
                assert!(!taken, "{roots:?}: {refusal}");
                assert_eq!(refusal.code, Code::RootRotation, "{roots:?}");
            }
        }
    }
}

/// `test_non_root_rotations`: keys of another role in a new root, and who signs it.
#[test]
fn other_roles_are_held_against_the_keys_of_the_newest_root() {
    let cases: &[(Rotated, bool)] = &[
        (("2", 1, "2"), true),
        (("1", 1, "314"), true),
        (("2", 1, "134"), false),
        (("01345", 3, "024"), false),
        (("01345", 3, "04"), false),
        (("01234", 3, "024"), true),
        (("01234", 3, "041"), true),
        (("01234", 3, "013"), true),
        (("01234", 3, "123"), true),
        (("01234", 3, "234"), true),
    ];
    for ((keys, threshold, signers), taken) in cases {
        for name in ["timestamp", "snapshot", "targets"] {
            let first = Publication::default();
            let mut trusted = first.trusted();
            update(&mut trusted, &first.mirror()).unwrap();
            let mut rotated = first.clone();
            let keys = names(keys);
            let keys: Vec<&str> = keys.iter().map(|name| &**name).collect();
            let mut roles = root_roles();
            roles.insert(name, role(&keys, *threshold));
            rotated.rotate(&roles, &["alder", "birch"]);
            rotated.signers.insert(name.into(), names(signers));
            if name == "targets" {
                rotated.next("targets");
            }
            let result = update(&mut trusted, &rotated.mirror());
            match result {
                Ok(_) => assert!(*taken, "{name} {keys:?} {signers}"),
                Err(refusal) => {
                    assert!(!taken, "{name} {keys:?} {signers}: {refusal}");
                    assert_eq!((refusal.code, &*refusal.role), (Code::ThresholdNotMet, name));
                }
            }
        }
    }
}

/// `test_timestamp_content_changes`, `test_timestamp_eq_versions_check`.
#[test]
fn a_timestamp_of_the_same_version_replaces_nothing() {
    let first = Publication::default();
    let mut trusted = first.trusted();
    update(&mut trusted, &first.mirror()).unwrap();
    let kept = trusted.timestamp.clone();
    let mut other = first.clone();
    other.versions.insert("snapshot", 100);
    let repository = update(&mut trusted, &other.mirror()).unwrap();
    assert_eq!(trusted.timestamp, kept);
    assert_eq!(repository.notes, [Note::TwoTimestamps { version: 1 }]);
}

/// `test_invalid_initial_root`, `test_unsigned_initial_root`: nothing is fetched.
#[test]
fn with_a_broken_first_root_nothing_is_asked_for() {
    struct Nobody;
    impl advisory::Fetch for Nobody {
        fn open<'s>(
            &'s mut self,
            path: &str,
        ) -> std::io::Result<Option<Box<dyn std::io::Read + 's>>> {
            panic!("{path} was asked for")
        }
    }
    let publication = Publication::default();
    let unsigned = sealed(&publication.roots[0], &[]);
    let text = String::from_utf8(publication.root()).unwrap();
    let without = text.replacen("\"version\":1,", "", 1).replacen(",\"version\":1", "", 1);
    assert_ne!(text, without);
    for root in [unsigned, without.into_bytes()] {
        let mut trusted = advisory::Trusted::new(root);
        let limits = advisory::Limits::default();
        assert!(advisory::update(&mut trusted, &mut Nobody, &limits, at(NOW)).is_err());
    }
}

/// `test_custom_fields`, `test_wrong_hashing_algorithm`: members that TUF does not know.
#[test]
fn members_that_are_not_known_are_signed_and_left_alone() {
    let mut publication = Publication::default();
    publication.rotate(&root_roles(), &["alder", "birch"]);
    let root = &mut publication.roots[1];
    set(root, &["custom-field"], "value".into());
    set(root, &["roles", "root", "another-field"], "value".into());
    assert_eq!(
        update(&mut publication.trusted(), &publication.mirror()).unwrap().root.common.version,
        2
    );
}

/// `test_root_expired`, and the rest of `test_expiration`: what arrives expired is not taken, and a kept
/// state that has expired leads on to a newer one that has not.
#[test]
fn what_has_expired_is_no_end() {
    let first = Publication::default();
    let mut trusted = first.trusted();
    update(&mut trusted, &first.mirror()).unwrap();
    let mut late = first.clone();
    late.rotate(&root_roles(), &["alder", "birch"]);
    set(&mut late.roots[1], &["expires"], "2026-11-22T08:59:59Z".into());
    let before = trusted.clone();
    let refusal = update(&mut trusted, &late.mirror()).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::Expired, "root"));
    // The root itself is followed, as 5.3.10 has it; no other metadata.
    assert!(trusted.root == sealed(&late.roots[1], &late.root_signers[1]));
    assert_eq!((&trusted.timestamp, &trusted.snapshot), (&before.timestamp, &before.snapshot));
    // Kept until December, asked again in January.
    let mut newer = first.clone();
    newer.next(JOINT);
    newer.expires.values_mut().for_each(|until| *until = "2027-02-01T00:00:00Z".into());
    let mut trusted = before;
    let repository = update_at(&mut trusted, &newer.mirror(), "2027-01-08T09:00:00Z").unwrap();
    assert!(repository.expired.is_none());
}

/// `test_simple_snapshot_rollback`, `test_new_snapshot_version_mismatch`.
#[test]
fn a_snapshot_is_the_one_that_the_timestamp_names() {
    let mut second = Publication::default();
    second.tick();
    let mut trusted = second.trusted();
    update(&mut trusted, &second.mirror()).unwrap();
    // The timestamp is the same: nothing else is looked at.
    let mut mirror = second.mirror();
    let old = Publication::default().mirror().0["metadata/1.snapshot.json"].clone();
    mirror.0.insert("metadata/2.snapshot.json".into(), old.clone());
    assert!(update(&mut trusted, &mirror).is_ok());
    // Whoever comes new is not shown it.
    let refusal = update(&mut second.trusted(), &mirror).unwrap_err();
    assert!(matches!(refusal.code, Code::MixAndMatch | Code::Oversized), "{refusal}");
}

/// `test_new_*_fast_forward_recovery`: versions begin anew where the key of the role was replaced.
#[test]
fn versions_begin_anew_with_a_new_key() {
    for replaced in [&["timestamp"][..], &["timestamp", "snapshot"], &["snapshot"]] {
        let honest = Publication::default();
        let mut caught = honest.clone();
        caught.versions.insert("timestamp", 100);
        if replaced.len() > 1 {
            caught.versions.insert("snapshot", 99_999);
        }
        // With a new key of the snapshot alone, the versions of what it lists may fall.
        if replaced == ["snapshot"] {
            let targets = caught.roles.get_mut("targets").unwrap();
            set(targets, &["version"], advisory::Json::Integer(100));
        }
        let mut trusted = honest.trusted();
        update(&mut trusted, &caught.mirror()).unwrap();
        let mut rotated = honest.clone();
        let mut roles = root_roles();
        for name in replaced {
            roles.insert(name, role(&["publisher two"], 1));
            rotated.signers.insert((*name).into(), owned(&["publisher two"]));
        }
        rotated.rotate(&roles, &["alder", "birch"]);
        rotated.versions.values_mut().for_each(|version| *version = 1);
        if replaced == ["snapshot"] {
            assert_eq!(
                update(&mut trusted.clone(), &honest.mirror()).unwrap_err().code,
                Code::Rollback
            );
        }
        assert!(update(&mut trusted, &rotated.mirror()).is_ok(), "{replaced:?}");
    }
}

/// `test_duplicate_keys_root`, `test_snapshot_threshold`, `test_root_has_keys_but_not_snapshot`.
#[test]
fn a_threshold_is_reached_by_keys_that_signed() {
    for (keys, threshold, signers) in
        [("01234", 6, "01234"), ("0123", 4, "012"), ("01234", 5, "0123")]
    {
        let mut publication = Publication::default();
        let keys = names(keys);
        let keys: Vec<&str> = keys.iter().map(|name| &**name).collect();
        let mut roles = root_roles();
        roles.insert("snapshot", role(&keys, threshold));
        publication.roots = vec![compose::root(&stamp(1, "2027-11-20T09:00:00Z"), &roles)];
        publication.signers.insert("snapshot".into(), names(signers));
        assert!(update(&mut publication.trusted(), &publication.mirror()).is_err());
    }
}
