//! JSON that two readers would read differently.

use crate::support::*;
use advisory::Code;
use advisory::metadata::JOINT;

#[test]
fn an_object_with_a_key_twice_in_each_file() {
    for path in [
        "metadata/timestamp.json",
        "metadata/1.snapshot.json",
        "metadata/1.targets.json",
        "metadata/1.joint.json",
    ] {
        let publication = Publication::default();
        let mut mirror = publication.mirror();
        let text = String::from_utf8(mirror.0[path].clone()).unwrap();
        let doubled = text.replacen("\"version\":1", "\"version\":9,\"version\":1", 1);
        assert_ne!(text, doubled);
        mirror.0.insert(path.into(), doubled.clone().into());
        let refusal = update(&mut publication.trusted(), &mirror).unwrap_err();
        // Where a hash or length is listed, that comes first.
        let codes = [Code::DuplicateKey, Code::MixAndMatch, Code::Oversized];
        assert!(codes.contains(&refusal.code), "{path}: {refusal}");
        if path.ends_with("joint.json") {
            let mut publication = publication;
            publication.instead.insert(path.into(), doubled.into());
            assert_eq!(refused(&publication, Code::DuplicateKey).role, JOINT);
        }
    }
}

#[test]
fn a_root_with_a_key_twice() {
    let publication = Publication::default();
    let text = String::from_utf8(publication.root()).unwrap();
    let doubled = text.replacen("\"threshold\":2", "\"threshold\":2,\"threshold\":1", 1);
    let mut trusted = advisory::Trusted::new(doubled.into());
    assert_eq!(update(&mut trusted, &publication.mirror()).unwrap_err().code, Code::DuplicateKey);
}

#[test]
fn what_is_no_json_of_whole_numbers() {
    for text in ["", "{", "[]", "{\"signatures\":[],\"signed\":1.5}", "\u{feff}{}", "{}{}"] {
        let mut publication = Publication::default();
        publication.instead.insert("metadata/timestamp.json".into(), text.into());
        refused(&publication, Code::Malformed);
    }
}
