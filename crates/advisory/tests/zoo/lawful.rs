//! What is no attack: a first visit, a second one, a new version, a rotation.

use crate::support::*;
use advisory::metadata::JOINT;
use advisory::{Code, Json, Limits, Note, reopen};

#[test]
fn a_repository_of_three_of_five_is_verified_and_says_who_has_not_signed() {
    let publication = Publication::default();
    let mut trusted = publication.trusted();
    let repository = update(&mut trusted, &publication.mirror()).unwrap();
    let entry = repository.bundles().next().unwrap();
    assert_eq!(entry.path, BUNDLE);
    assert_eq!(entry.signatories.signed, ["Agency alder", "Agency cedar", "Agency elm"]);
    assert_eq!(entry.signatories.unsigned, ["Agency birch", "Agency dogwood"]);
    assert_eq!(entry.signatories.threshold, 3);
    assert_eq!(entry.issued, Some(at(ISSUED)));
    assert_eq!(repository.expires, at("2026-12-20T09:00:00Z"));
    assert!(repository.expired.is_none() && repository.notes.is_empty());
    let mut mirror = publication.mirror();
    let bundle = repository.file(entry, &mut mirror, &Limits::default()).unwrap();
    assert_eq!(bundle.value().bytes(), publication.contents[BUNDLE]);
    // Again, and from what was kept alone.
    assert_eq!(update(&mut trusted, &publication.mirror()).unwrap(), repository);
    assert_eq!(reopen(&trusted, at(NOW)).unwrap(), repository);
}

#[test]
fn an_agency_speaks_alone_in_its_own_folder() {
    let mut publication = Publication::default();
    let alone = advisory::compose::targets(
        &stamp(1, "2027-11-20T09:00:00Z"),
        &[file("birch/7/bundle.json", b"{}")],
    );
    publication.roles.insert("birch".into(), alone);
    publication.signers.insert("birch".into(), owned(&["birch"]));
    let repository = update(&mut publication.trusted(), &publication.mirror()).unwrap();
    let entry = repository.entries.iter().find(|entry| entry.role == "birch").unwrap();
    assert_eq!(entry.signatories.signed, ["Agency birch"]);
    assert!(entry.signatories.unsigned.is_empty());
}

#[test]
fn what_was_accepted_and_expires_is_used_and_told() {
    let publication = Publication::default();
    let mut trusted = publication.trusted();
    update(&mut trusted, &publication.mirror()).unwrap();
    let late = "2027-01-01T00:00:00Z";
    for repository in [
        update_at(&mut trusted.clone(), &publication.mirror(), late).unwrap(),
        reopen(&trusted, at(late)).unwrap(),
    ] {
        let expired = repository.expired.unwrap();
        assert_eq!((&*expired.role, expired.at), ("timestamp", at("2026-12-20T09:00:00Z")));
    }
}

#[test]
fn a_clock_before_the_last_signing_is_told() {
    let publication = Publication::default();
    let mut trusted = publication.trusted();
    update(&mut trusted, &publication.mirror()).unwrap();
    let repository =
        update_at(&mut trusted, &publication.mirror(), "2026-11-19T00:00:00Z").unwrap();
    assert_eq!(repository.notes, [Note::ClockBehind { newest: at(ISSUED) }]);
}

#[test]
fn keys_are_rotated_by_those_who_may() {
    let mut publication = Publication::default();
    let mut trusted = publication.trusted();
    update(&mut trusted, &publication.mirror()).unwrap();
    let mut roles = root_roles();
    roles.insert("root", role(&["alder", "birch", "cedar two"], 2));
    roles.insert("timestamp", role(&["publisher two"], 1));
    publication.rotate(&roles, &["alder", "birch"]);
    publication.signers.insert("timestamp".into(), owned(&["publisher two"]));
    let repository = update(&mut trusted, &publication.mirror()).unwrap();
    assert_eq!(repository.root.common.version, 2);
    // The next root is for the new keys to sign.
    publication.rotate(&roles, &["birch", "cedar two"]);
    assert_eq!(update(&mut trusted, &publication.mirror()).unwrap().root.common.version, 3);
}

#[test]
fn every_code_is_explained_in_the_documentation() {
    let page = include_str!("../../../../docs/design/trust.md");
    let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    for name in &names {
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
    names.dedup();
    assert_eq!(names.len(), Code::ALL.len());
}

#[test]
fn members_that_are_not_known_are_signed_and_passed_over() {
    let mut publication = Publication::default();
    set(publication.roles.get_mut(JOINT).unwrap(), &["novel"], Json::List(vec![Json::Null]));
    assert!(everything(&mut publication.trusted(), &publication.mirror()).is_ok());
}
