//! Too few of those who must have signed.

use crate::support::*;
use advisory::metadata::{Envelope, JOINT};
use advisory::{Code, Json};

#[test]
fn two_of_the_three_that_are_needed() {
    let mut publication = Publication::default();
    publication.signers.insert(JOINT.into(), owned(&["alder", "elm"]));
    let refusal = refused(&publication, Code::ThresholdNotMet);
    assert_eq!(refusal.role, JOINT);
    assert!(refusal.detail.contains("2 valid signatures, and 3 are needed"), "{refusal}");
}

#[test]
fn nobody_and_strangers() {
    for names in [&[][..], &["eve", "mallory", "publisher"]] {
        let mut publication = Publication::default();
        publication.signers.insert(JOINT.into(), owned(names));
        refused(&publication, Code::ThresholdNotMet);
    }
}

#[test]
fn a_signature_of_other_words() {
    let mut publication = Publication::default();
    let signed = publication.roles[JOINT].clone();
    let message = advisory::canonical(&signed);
    let mut signatures: Vec<Json> =
        ["alder", "birch"].iter().map(|name| signature(name, &message)).collect();
    signatures.push(signature("cedar", b"something else"));
    publication.instead.insert("metadata/1.joint.json".into(), written(&signed, signatures));
    let refusal = refused(&publication, Code::ThresholdNotMet);
    assert!(refusal.detail.contains(public("cedar").id()), "{refusal}");
}

#[test]
fn every_other_role_too() {
    for name in ["targets", "snapshot", "timestamp"] {
        let mut publication = Publication::default();
        publication.signers.insert(name.into(), owned(&["alder", "eve"]));
        assert_eq!(refused(&publication, Code::ThresholdNotMet).role, name);
    }
    let mut publication = Publication::default();
    publication.root_signers[0] = owned(&["alder"]);
    assert_eq!(refused(&publication, Code::ThresholdNotMet).role, "root");
}

#[test]
fn an_altered_word_after_signing() {
    let mut publication = Publication::default();
    let path = "metadata/1.joint.json";
    let text = String::from_utf8(publication.mirror().0[path].clone()).unwrap();
    publication.instead.insert(path.into(), text.replace("Synthetic", "Synthetik").into());
    refused(&publication, Code::ThresholdNotMet);
}

#[test]
fn a_threshold_that_nobody_could_reach_or_anybody() {
    for (threshold, code) in
        [(0, Code::Malformed), (-1, Code::Malformed), (6, Code::UnclearDelegation)]
    {
        let mut publication = Publication::default();
        let top = publication.roles.get_mut("targets").unwrap();
        let mut roles =
            top.member("delegations").unwrap().member("roles").unwrap().as_list().unwrap().to_vec();
        set(&mut roles[0], &["threshold"], Json::Integer(threshold));
        set(top, &["delegations", "roles"], Json::List(roles));
        refused(&publication, code);
    }
}

#[test]
fn an_empty_signature_is_one_to_come() {
    let publication = Publication::default();
    let signed = publication.roles[JOINT].clone();
    let message = advisory::canonical(&signed);
    let mut signatures: Vec<Json> =
        ["alder", "birch", "cedar"].iter().map(|name| signature(name, &message)).collect();
    signatures.push(Json::map([("keyid", public("elm").id().into()), ("sig", "".into())]));
    let file = written(&signed, signatures);
    assert!(Envelope::parse(&file, JOINT, "targets").is_ok());
    let mut publication = publication;
    publication.instead.insert("metadata/1.joint.json".into(), file);
    assert!(everything(&mut publication.trusted(), &publication.mirror()).is_ok());
}
