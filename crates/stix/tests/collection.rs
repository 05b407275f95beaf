//! Objects with all their properties, versions, relationships and markings, by STIX 2.1.
#![allow(clippy::unwrap_used)] // A test that fails here has failed.

use stix::collection::{Collection, Family, Field};
use stix::pattern::Version;
use stix::{Instant, Value};

const BUNDLE: &str = r#"{"type": "bundle", "id": "bundle--1", "objects": [
  {"type": "malware", "spec_version": "2.1", "id": "malware--1", "name": "old", "is_family": true,
   "created": "2020-01-01T00:00:00.000Z", "modified": "2020-01-01T00:00:00.000Z"},
  {"type": "malware", "spec_version": "2.1", "id": "malware--1", "name": "new", "is_family": true,
   "created": "2020-01-01T00:00:00.000Z", "modified": "2020-03-01T00:00:00.000Z",
   "x_own": {"deep": [1]}, "description": "text",
   "object_marking_refs": ["marking-definition--1"],
   "granular_markings": [{"marking_ref": "marking-definition--2", "selectors": ["external_references.[0]"]}],
   "extensions": {"extension-definition--1": {"extension_type": "property-extension", "rank": 5}}},
  {"type": "malware", "spec_version": "2.1", "id": "malware--1", "name": "between", "is_family": true,
   "created": "2020-01-01T00:00:00.000Z", "modified": "2020-02-01T00:00:00.000Z"},
  {"type": "indicator", "spec_version": "2.1", "id": "indicator--1", "pattern": "[a:b = 1]",
   "pattern_type": "stix", "valid_from": "2020-01-01T00:00:00Z"},
  {"type": "relationship", "spec_version": "2.1", "id": "relationship--1", "relationship_type": "indicates",
   "source_ref": "indicator--1", "target_ref": "malware--1", "modified": "2020-01-01T00:00:00.000Z"},
  {"type": "relationship", "spec_version": "2.1", "id": "relationship--2", "relationship_type": "uses",
   "source_ref": "malware--1", "target_ref": "tool--1", "modified": "2020-01-01T00:00:00.000Z"},
  {"type": "relationship", "spec_version": "2.1", "id": "relationship--2", "relationship_type": "uses",
   "source_ref": "malware--1", "target_ref": "tool--1", "modified": "2020-01-02T00:00:00.000Z", "revoked": true},
  {"type": "sighting", "spec_version": "2.1", "id": "sighting--1", "sighting_of_ref": "malware--1",
   "where_sighted_refs": ["identity--1", "identity--2"]},
  {"type": "file", "id": "file--1", "magic_number_hex": "504b", "size": 3, "parent_directory_ref": "directory--1",
   "mtime": "2020-01-01T00:00:00Z", "ctime": "yesterday"},
  {"type": "identity", "id": "identity--1", "name": "without spec_version"},
  {"type": "x-own", "spec_version": "2.1", "id": "x-own--1", "anything": 1},
  7]}"#;

#[test]
fn versions_and_relationships_are_resolved() {
    let all = Collection::read(BUNDLE).unwrap();
    assert_eq!((all.records().count(), all.misplaced()), (11, 1));
    let newest = all.newest("malware--1").unwrap();
    assert_eq!(newest.value().property("name").unwrap().as_text(), Some("new"));
    let names: Vec<_> = all
        .versions("malware--1")
        .map(|one| one.value().property("name").unwrap().as_text().unwrap())
        .collect();
    assert_eq!(names, ["old", "between", "new"]);
    let ids = |found: Vec<&stix::collection::Record<'_>>| -> Vec<String> {
        found.into_iter().map(|one| one.id().unwrap().to_owned()).collect()
    };
    // What is revoked in its newest version no longer relates.
    assert_eq!(ids(all.relationships_from("malware--1").collect()), [""; 0]);
    assert_eq!(ids(all.relationships_from("indicator--1").collect()), ["relationship--1"]);
    let to = ids(all.relationships_to("malware--1").collect());
    assert_eq!(to, ["relationship--1", "sighting--1"]);
    assert_eq!(ids(all.relationships_from("identity--2").collect()), ["sighting--1"]);
    assert!(all.newest("relationship--2").unwrap().is_revoked());
    assert!(all.newest("nothing--1").is_none());
}

#[test]
fn properties_are_what_the_specification_says() {
    let all = Collection::read(BUNDLE).unwrap();
    let file = all.newest("file--1").unwrap();
    assert_eq!((file.family(), file.version()), (Family::Sco, Version::V21));
    assert_eq!(file.field("magic_number_hex"), Some(Field::Bytes(vec![0x50, 0x4b])));
    assert_eq!(file.field("parent_directory_ref"), Some(Field::Reference("directory--1")));
    let time = Instant::parse("2020-01-01T00:00:00Z").unwrap();
    assert_eq!(file.field("mtime"), Some(Field::Time(time)));
    // A value that is not what it should be is handed on as it stands.
    assert_eq!(file.field("ctime"), Some(Field::Plain(&Value::text("yesterday"))));
    assert_eq!(file.field("size"), Some(Field::Plain(&Value::Integer(3))));
    assert_eq!(file.field("name"), None);
    let sighting = all.newest("sighting--1").unwrap();
    let refs = vec![Field::Reference("identity--1"), Field::Reference("identity--2")];
    assert_eq!(sighting.field("where_sighted_refs"), Some(Field::List(refs)));
    let malware = all.newest("malware--1").unwrap();
    assert_eq!(malware.custom().map(|(name, _)| name).collect::<Vec<_>>(), ["x_own"]);
    assert_eq!(
        malware.extensions().map(|(name, _)| name).collect::<Vec<_>>(),
        ["extension-definition--1"]
    );
    assert_eq!(all.newest("identity--1").unwrap().version(), Version::V20);
    let own = all.newest("x-own--1").unwrap();
    assert!(own.is_custom() && !malware.is_custom());
    assert_eq!(own.custom().count(), 1);
}

#[test]
fn markings_apply_to_what_they_select() {
    let all = Collection::read(BUNDLE).unwrap();
    let malware = all.newest("malware--1").unwrap();
    let of = |selector: &str| all.markings(malware, selector).join(" ");
    assert_eq!(of(""), "marking-definition--1");
    assert_eq!(of("description"), "marking-definition--1");
    let both = "marking-definition--1 marking-definition--2";
    assert_eq!(of("external_references.[0]"), both);
    assert_eq!(of("external_references.[0].url"), both);
    assert_eq!(of("external_references.[01]"), "marking-definition--1");
}

/// STIX 2.1, section 7.2.1.4, and OASIS' extension for TLP 2.0.
#[test]
fn tlp_is_known_by_its_ids() {
    let red = stix::marking::tlp("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed");
    assert_eq!(red.unwrap().name, "TLP:RED");
    let strict = stix::marking::tlp("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003");
    assert_eq!(strict.unwrap().level, "amber+strict");
    assert_eq!(stix::marking::tlp("marking-definition--1"), None);
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    assert_eq!(Collection::read("{\"type\": \"a\"} x").unwrap_err().offset, 14);
    assert!(Collection::read(&"[".repeat(100_000)).is_err());
    assert_eq!(Collection::read("").unwrap().records().count(), 0);
    for cut in (0..BUNDLE.len()).filter(|cut| BUNDLE.is_char_boundary(*cut)) {
        let _ = Collection::read(&BUNDLE[..cut]);
    }
}
