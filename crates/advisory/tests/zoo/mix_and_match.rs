//! Parts of different times, each validly signed, put together.

use crate::support::*;
use advisory::metadata::JOINT;
use advisory::{Code, Json};

/// Two states of one repository that differ in what the agencies say together.
fn two() -> (Publication, Publication) {
    let old = Publication::default();
    let mut new = old.clone();
    set(new.roles.get_mut(JOINT).unwrap(), &["novel"], Json::Bool(true));
    (old, new)
}

#[test]
fn an_advisory_of_another_snapshot() {
    let (old, mut new) = two();
    let other = old.mirror().0["metadata/1.joint.json"].clone();
    let mut mirror = new.mirror();
    mirror.0.insert("metadata/1.joint.json".into(), other.clone());
    // It is a few bytes shorter, and no shorter file is the one whose hash is listed.
    let refusal = everything(&mut new.trusted(), &mirror).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::MixAndMatch, JOINT));
    // Where the snapshot states no hash, the version must be the one it states.
    new.next(JOINT);
    let mut mirror = new.mirror();
    let snapshot = Json::parse(&mirror.0["metadata/2.snapshot.json"]).unwrap();
    let mut signed = snapshot.member("signed").unwrap().clone();
    set(&mut signed, &["meta", "joint.json"], Json::map([("version", Json::Integer(2))]));
    let snapshot = sealed(&signed, &owned(&["publisher"]));
    let year = stamp(2, "2027-11-20T09:00:00Z");
    let timestamp = advisory::compose::timestamp(&year, 2, &snapshot);
    mirror.0.insert("metadata/2.snapshot.json".into(), snapshot);
    mirror.0.insert("metadata/timestamp.json".into(), sealed(&timestamp, &owned(&["publisher"])));
    assert!(everything(&mut new.trusted(), &mirror).is_ok());
    mirror.0.insert("metadata/2.joint.json".into(), other);
    let refusal = everything(&mut new.trusted(), &mirror).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::MixAndMatch, JOINT));
}

#[test]
fn a_snapshot_of_another_timestamp() {
    let (old, new) = two();
    let mut mirror = new.mirror();
    mirror.0.insert(
        "metadata/1.snapshot.json".into(),
        old.mirror().0["metadata/1.snapshot.json"].clone(),
    );
    let refusal = everything(&mut new.trusted(), &mirror).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::MixAndMatch, "snapshot"));
}
