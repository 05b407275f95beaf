//! One key made to count as several.

use crate::support::*;
use advisory::metadata::JOINT;
use advisory::{Code, Json, PublicKey};
use std::collections::BTreeMap;

#[test]
fn one_signature_three_times() {
    let mut publication = Publication::default();
    publication.signers.insert(JOINT.into(), owned(&["alder", "alder", "alder"]));
    assert_eq!(refused(&publication, Code::SameKeyTwice).role, JOINT);
}

#[test]
fn a_key_listed_twice() {
    let mut roles = root_roles();
    roles.insert("timestamp", role(&["publisher", "publisher"], 2));
    let roots = vec![advisory::compose::root(&stamp(1, "2027-11-20T09:00:00Z"), &roles)];
    let publication = Publication { roots, ..Publication::default() };
    assert_eq!(refused(&publication, Code::SameKeyTwice).role, "timestamp");
}

/// The same key with a member more has another id, and counts for both in TUF's own words.
pub(crate) fn disguised(name: &str) -> PublicKey {
    let mut json = public(name).to_json().clone();
    set(&mut json, &["note"], "another id".into());
    PublicKey::parse(&json).unwrap()
}

#[test]
fn a_key_listed_under_two_ids() {
    let mut roles: BTreeMap<_, _> = root_roles();
    let two = advisory::metadata::Role {
        keys: vec![public("publisher"), disguised("publisher")],
        threshold: 2,
    };
    roles.insert("timestamp", two);
    let roots = vec![advisory::compose::root(&stamp(1, "2027-11-20T09:00:00Z"), &roles)];
    let publication = Publication { roots, ..Publication::default() };
    assert_eq!(refused(&publication, Code::SameKeyTwice).role, "timestamp");
}

#[test]
fn a_key_under_the_id_of_another() {
    let mut publication = Publication::default();
    let id = public("publisher").id().to_owned();
    set(&mut publication.roots[0], &["keys", &id], public("eve").to_json().clone());
    refused(&publication, Code::KeyIdMismatch);
    let mut publication = Publication::default();
    set(&mut publication.roots[0], &["keys", &id, "keyval", "public"], Json::text("00"));
    refused(&publication, Code::Malformed);
}
