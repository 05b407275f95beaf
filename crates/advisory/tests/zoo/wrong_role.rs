//! A key, a role or a file used for something that it was not made for.

use crate::support::*;
use advisory::compose::{delegations, targets};
use advisory::metadata::JOINT;
use advisory::{Code, Json};

#[test]
fn the_publisher_signs_as_an_agency() {
    let mut publication = Publication::default();
    publication.signers.insert(JOINT.into(), owned(&["publisher", "alder", "birch"]));
    refused(&publication, Code::ThresholdNotMet);
    // Nor is it made one by being listed.
    let agencies: Vec<_> = AGENCIES.iter().map(|id| agency(id)).collect();
    let joint = role(&["publisher", "alder", "birch"], 3);
    let top = delegations(&stamp(1, "2027-11-20T09:00:00Z"), &agencies, Some(&joint));
    publication.roles.insert("targets".into(), top);
    assert_eq!(refused(&publication, Code::WrongRole).role, JOINT);
}

#[test]
fn a_timestamp_in_the_place_of_a_snapshot() {
    let publication = Publication::default();
    let mut mirror = publication.mirror();
    let snapshot = mirror.0["metadata/1.snapshot.json"].clone();
    mirror.0.insert("metadata/timestamp.json".into(), snapshot);
    let refusal = update(&mut publication.trusted(), &mirror).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::WrongRole, "timestamp"));
}

#[test]
fn an_agency_speaks_for_all() {
    let mut publication = Publication::default();
    let joint = targets(&stamp(1, "2027-11-20T09:00:00Z"), &[file("joint/1/bundle.json", b"{}")]);
    publication.roles.insert("birch".into(), joint);
    publication.signers.insert("birch".into(), owned(&["birch"]));
    assert_eq!(refused(&publication, Code::WrongRole).role, "birch");
}

#[test]
fn an_agency_is_given_the_folder_of_all() {
    let mut publication = Publication::default();
    let top = publication.roles.get_mut("targets").unwrap();
    let mut roles =
        top.member("delegations").unwrap().member("roles").unwrap().as_list().unwrap().to_vec();
    set(&mut roles[2], &["paths"], Json::List(vec!["joint/*".into()]));
    set(top, &["delegations", "roles"], Json::List(roles));
    assert_eq!(refused(&publication, Code::WrongRole).role, "birch");
}

#[test]
fn the_top_level_speaks_itself() {
    let mut publication = Publication::default();
    let listed = publication.roles[JOINT].member("targets").unwrap().clone();
    set(publication.roles.get_mut("targets").unwrap(), &["targets"], listed);
    assert_eq!(refused(&publication, Code::WrongRole).role, "targets");
}

#[test]
fn an_agency_delegates_further() {
    let mut publication = Publication::default();
    let delegations = publication.roles["targets"].member("delegations").unwrap().clone();
    set(publication.roles.get_mut(JOINT).unwrap(), &["delegations"], delegations);
    assert_eq!(refused(&publication, Code::UnclearDelegation).role, JOINT);
}

#[test]
fn a_role_named_like_one_of_tufs_own() {
    for name in ["snapshot", "Birch", "a/b", "..", ""] {
        let mut publication = Publication::default();
        let top = publication.roles.get_mut("targets").unwrap();
        let mut roles =
            top.member("delegations").unwrap().member("roles").unwrap().as_list().unwrap().to_vec();
        set(&mut roles[2], &["name"], name.into());
        set(top, &["delegations", "roles"], Json::List(roles));
        assert_eq!(refused(&publication, Code::UnclearDelegation).role, "targets");
    }
}
