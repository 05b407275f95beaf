//! New roots that do not follow from the one before.

use crate::support::*;
use advisory::{Code, Json};

#[test]
fn signed_by_the_new_keys_alone() {
    let mut publication = Publication::default();
    let mut roles = root_roles();
    roles.insert("root", role(&["eve", "mallory"], 2));
    publication.rotate(&roles, &["eve", "mallory"]);
    let refusal = refused(&publication, Code::RootRotation);
    assert!(refusal.detail.contains("old keys"), "{refusal}");
}

#[test]
fn signed_by_the_old_keys_alone() {
    let mut publication = Publication::default();
    let mut roles = root_roles();
    roles.insert("root", role(&["dogwood", "elm"], 2));
    publication.rotate(&roles, &["alder", "birch", "dogwood"]);
    let refusal = refused(&publication, Code::RootRotation);
    assert!(refusal.detail.contains("new keys"), "{refusal}");
}

#[test]
fn another_version_than_the_next() {
    for number in [1, 3, 100] {
        let mut publication = Publication::default();
        publication.rotate(&root_roles(), &["alder", "birch"]);
        let mut signed = publication.roots.pop().unwrap();
        publication.root_signers.pop();
        set(&mut signed, &["version"], Json::Integer(number));
        let file = sealed(&signed, &owned(&["alder", "birch"]));
        publication.instead.insert("metadata/2.root.json".into(), file);
        refused(&publication, Code::RootRotation);
    }
}

#[test]
fn a_lost_key_that_signs_after_it_was_rotated_out() {
    let mut publication = Publication::default();
    let mut roles = root_roles();
    roles.insert("root", role(&["alder", "birch", "dogwood"], 2));
    publication.rotate(&roles, &["alder", "birch"]);
    roles.insert("root", role(&["cedar"], 1));
    publication.rotate(&roles, &["cedar", "alder"]);
    refused(&publication, Code::RootRotation);
}

#[test]
fn what_was_reached_stays_reached_when_the_next_is_refused() {
    let mut publication = Publication::default();
    publication.rotate(&root_roles(), &["alder", "birch"]);
    let second = sealed(&publication.roots[1], &publication.root_signers[1]);
    publication.rotate(&root_roles(), &["alder"]);
    let mut trusted = publication.trusted();
    assert_eq!(update(&mut trusted, &publication.mirror()).unwrap_err().code, Code::RootRotation);
    assert_eq!(trusted.root, second);
}

#[test]
fn no_root_at_all() {
    let refusal = update(&mut advisory::Trusted::default(), &Publication::default().mirror());
    assert_eq!(refusal.unwrap_err().code, Code::NoRoot);
}
