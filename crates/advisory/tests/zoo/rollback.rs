//! A mirror offers an older state, all of it validly signed.

use crate::support::*;
use advisory::metadata::JOINT;
use advisory::{Code, Memory};

#[track_caller]
fn after(first: &Publication, then: &Memory, role: &str) {
    let mut trusted = first.trusted();
    update(&mut trusted, &first.mirror()).unwrap();
    let before = trusted.clone();
    let refusal = update(&mut trusted, then).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::Rollback, role), "{refusal}");
    // What was known stays known.
    assert_eq!(trusted.snapshot, before.snapshot);
    assert_eq!(trusted.roles, before.roles);
}

#[test]
fn the_whole_mirror_as_it_was() {
    let old = Publication::default();
    let mut new = old.clone();
    new.next(JOINT);
    after(&new, &old.mirror(), "timestamp");
}

#[test]
fn an_older_snapshot_under_a_new_timestamp() {
    let mut new = Publication::default();
    new.next(JOINT);
    let mut old = Publication::default();
    old.versions.insert("timestamp", 9);
    after(&new, &old.mirror(), "snapshot");
}

#[test]
fn an_older_advisory_under_a_new_snapshot() {
    let mut new = Publication::default();
    new.next(JOINT);
    let mut old = Publication::default();
    old.versions.values_mut().for_each(|number| *number = 9);
    after(&new, &old.mirror(), JOINT);
}

#[test]
fn a_role_that_is_gone_from_the_snapshot() {
    let new = Publication::default();
    let mut old = new.clone();
    old.roles.remove(JOINT);
    old.tick();
    after(&new, &old.mirror(), "snapshot");
}

#[test]
fn without_a_memory_it_cannot_be_seen() {
    // The report says so then; this is what it must not claim to know.
    let old = Publication::default();
    assert!(update(&mut old.trusted(), &old.mirror()).is_ok());
}
