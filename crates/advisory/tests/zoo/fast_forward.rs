//! Whoever holds the publisher's key for a day sets a version that nothing honest can follow.

use crate::support::*;
use advisory::Code;
use advisory::metadata::JOINT;

#[test]
fn a_leap_is_refused() {
    let mut publication = Publication::default();
    let mut trusted = publication.trusted();
    update(&mut trusted, &publication.mirror()).unwrap();
    publication.versions.insert("timestamp", 2_147_483_647);
    let refusal = update(&mut trusted, &publication.mirror()).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::FastForward, "timestamp"));
    publication.versions.insert("timestamp", 2);
    publication.versions.insert("snapshot", 2_000_000);
    let refusal = update(&mut trusted, &publication.mirror()).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::FastForward, "snapshot"));
}

#[test]
fn a_version_beyond_all_is_none() {
    let mut publication = Publication::default();
    publication.versions.insert("timestamp", 2_147_483_648);
    refused(&publication, Code::Malformed);
}

#[test]
fn who_was_caught_recovers_once_the_key_is_rotated() {
    let honest = Publication::default();
    let mut caught = honest.clone();
    caught.versions.insert("timestamp", 999_999);
    caught.versions.insert("snapshot", 999_999);
    let mut trusted = honest.trusted();
    update(&mut trusted, &honest.mirror()).unwrap();
    update(&mut trusted, &caught.mirror()).unwrap();
    let mut rotated = honest.clone();
    rotated.next(JOINT);
    assert_eq!(update(&mut trusted, &rotated.mirror()).unwrap_err().code, Code::Rollback);
    let mut roles = root_roles();
    for name in ["snapshot", "timestamp"] {
        roles.insert(name, role(&["publisher two"], 1));
        rotated.signers.insert(name.into(), owned(&["publisher two"]));
    }
    rotated.rotate(&roles, &["alder", "birch"]);
    let repository = update(&mut trusted, &rotated.mirror()).unwrap();
    assert_eq!(repository.bundles().next().unwrap().role_version, 2);
}
