//! Only what was verified is told as signed.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

use intel::Builder;
use model::KnowledgeStatus;

const BUNDLE: &[u8] = br#"{"type":"bundle","id":"bundle--1","objects":[{"type":"indicator",
    "id":"indicator--1","pattern":"[domain-name:value = 'evil.example']"}]}"#;

#[test]
fn a_bundle_that_is_said_to_be_signed_is_not() {
    for said in [KnowledgeStatus::Verified, KnowledgeStatus::Expired] {
        let mut builder = Builder::new();
        builder.add_bundle("mine", said, BUNDLE).unwrap();
        let intel = builder.build();
        let told = &intel.knowledge()[0];
        assert_eq!(told.status, KnowledgeStatus::Unsigned);
        assert!(told.signed_by.is_empty() && told.signed.is_none());
    }
}

#[test]
fn nor_is_an_index_that_says_so() {
    let mut builder = Builder::new();
    builder.add_bundle("mine", KnowledgeStatus::BuiltInUnsigned, BUNDLE).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    builder.write_prepared(&mut file).unwrap();
    let mut builder = Builder::new();
    builder.add_prepared(file, true).unwrap();
    let intel = builder.build();
    assert_eq!(intel.knowledge()[0].status, KnowledgeStatus::Unsigned);
}
