//! Names that lead out of the folder they belong to.

use crate::support::*;
use advisory::metadata::{JOINT, is_plain};
use advisory::{Code, Json};

const BAD: [&str; 14] = [
    "joint/../../etc/passwd",
    "../joint/x.json",
    "/etc/passwd",
    "joint//x",
    "joint/./x",
    "joint/x/",
    "joint/..",
    "joint\\..\\x",
    "joint/C:x",
    "joint/x\u{0}y",
    "joint/\u{202e}x",
    "joint/.hidden",
    "joint/x.",
    "",
];

#[test]
fn a_signed_file_with_such_a_name() {
    for path in BAD {
        let mut publication = Publication::default();
        let said =
            publication.roles[JOINT].member("targets").unwrap().member(BUNDLE).unwrap().clone();
        let targets = Json::map([(path, said)]);
        set(publication.roles.get_mut(JOINT).unwrap(), &["targets"], targets);
        assert_eq!(refused(&publication, Code::PathTraversal).role, JOINT, "{path}");
        assert!(!is_plain(path));
    }
    assert!(!is_plain(&format!("joint/{}", "x".repeat(600))));
}

#[test]
fn metadata_with_such_a_name() {
    let publication = Publication::default();
    let mut mirror = publication.mirror();
    let snapshot = Json::parse(&mirror.0["metadata/1.snapshot.json"]).unwrap();
    let mut signed = snapshot.member("signed").unwrap().clone();
    set(&mut signed, &["meta", "../x.json"], Json::map([("version", Json::Integer(1))]));
    let snapshot = sealed(&signed, &owned(&["publisher"]));
    let timestamp = advisory::compose::timestamp(&stamp(1, "2027-11-20T09:00:00Z"), 1, &snapshot);
    mirror.0.insert("metadata/1.snapshot.json".into(), snapshot);
    mirror.0.insert("metadata/timestamp.json".into(), sealed(&timestamp, &owned(&["publisher"])));
    let refusal = update(&mut publication.trusted(), &mirror).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::PathTraversal, "snapshot"));
}
