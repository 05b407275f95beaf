//! The publisher's side: staged, signed by several hands on any medium, joined, published.
#![allow(clippy::unwrap_used)] // In tests a failed unwrap is a failed test.

mod support;

use advisory::metadata::{Agency, JOINT};
use advisory::workshop::{Answer, Request, Spans, Workshop};
use advisory::{Code, Limits, Memory, Refusal, Trusted, update};
use jiff::{SignedDuration, Timestamp};
use sha2::Digest as _;
use support::*;

const SPANS: Spans = Spans {
    snapshot: SignedDuration::from_hours(24 * 30),
    timestamp: SignedDuration::from_hours(24 * 30),
};

fn expiry() -> Timestamp {
    at("2027-11-20T09:00:00Z")
}

fn agencies() -> Vec<Agency> {
    AGENCIES.iter().map(|id| agency(id)).collect()
}

/// A workshop with root, delegations and one joint advisory staged.
fn staged() -> Workshop {
    let mut workshop = Workshop::default();
    workshop.stage_root(&root_roles(), at(ISSUED), expiry()).unwrap();
    let joint = role(&AGENCIES, 3);
    workshop.stage_delegations(&agencies(), Some(&joint), at(ISSUED), expiry()).unwrap();
    workshop.stage_files(JOINT, &[file(BUNDLE, b"{}")], at(ISSUED), expiry()).unwrap();
    workshop
}

fn all() -> Vec<String> {
    owned(&["root", "targets", JOINT])
}

fn request(workshop: &Workshop, roles: &[String]) -> Vec<u8> {
    Request::new(workshop, roles, &mut |_, _| Ok(b"{}".to_vec())).unwrap().to_file().unwrap()
}

/// An agency's answer, from the bytes of the request alone, as bytes again.
fn answer(request: &[u8], name: &str, roles: &[&str]) -> Answer {
    let request = Request::check(request).unwrap();
    let answer = request.sign(&key(name), &owned(roles)).unwrap();
    Answer::parse(&answer.to_file()).unwrap()
}

fn publish(workshop: &mut Workshop, mirror: &mut Memory) -> Result<(), Refusal> {
    let files = workshop.publish(&key("publisher"), at(NOW), &SPANS)?;
    assert_eq!(files.last().unwrap().0, "metadata/timestamp.json");
    mirror.0.extend(files);
    Ok(())
}

#[test]
fn three_of_five_sign_in_any_order_and_a_client_takes_it() {
    let mut workshop = staged();
    let request = request(&workshop, &all());
    let status = workshop.status(JOINT).unwrap();
    assert_eq!(status.waiting.len(), 5);
    assert_eq!(status.lacks, ["3 more of the agencies"]);
    for name in ["elm", "birch"] {
        let roles: &[&str] = if name == "elm" { &[JOINT] } else { &[] };
        workshop.assemble(&answer(&request, name, roles)).unwrap();
    }
    let refusal = publish(&mut workshop.clone(), &mut Memory::default()).unwrap_err();
    assert_eq!(refusal.code, Code::ThresholdNotMet);
    workshop.assemble(&answer(&request, "alder", &[])).unwrap();
    let status = workshop.status(JOINT).unwrap();
    assert_eq!(status.signed, ["Agency alder", "Agency birch", "Agency elm"]);
    assert_eq!(status.waiting, ["Agency cedar", "Agency dogwood"]);
    assert!(status.lacks.is_empty());
    let mut mirror = Memory::default();
    publish(&mut workshop, &mut mirror).unwrap();
    assert!(workshop.staged.is_empty());
    let mut trusted = Trusted::new(mirror.0["metadata/1.root.json"].clone());
    let repository =
        update(&mut trusted, &mut mirror.clone(), &Limits::default(), at(NOW)).unwrap();
    assert_eq!(repository.bundles().next().unwrap().path, BUNDLE);

    // Without anything staged, publishing renews the timestamp.
    publish(&mut workshop, &mut mirror).unwrap();
    update(&mut trusted, &mut mirror, &Limits::default(), at(NOW)).unwrap();
    assert_eq!(workshop.published["timestamp"].common().version, 2);
}

#[test]
fn signatures_that_do_not_belong_are_not_taken() {
    let mut workshop = staged();
    let request = request(&workshop, &all());
    let before = workshop.clone();
    // A stranger; the publisher; an agency that has no say in the root.
    for name in ["eve", "publisher", "elm"] {
        let refusal = workshop.assemble(&answer(&request, name, &[])).unwrap_err();
        assert_eq!(refusal.code, Code::WrongRole, "{name}");
    }
    let mut forged = answer(&request, "alder", &[JOINT]);
    forged.signatures[0].signature.replace_range(0..2, "00");
    assert_eq!(workshop.assemble(&forged).unwrap_err().code, Code::ThresholdNotMet);
    let mut shouted = answer(&request, "alder", &[JOINT]);
    shouted.signatures[0].signature = shouted.signatures[0].signature.to_uppercase();
    assert_eq!(workshop.assemble(&shouted).unwrap_err().code, Code::MalleableEncoding);
    assert_eq!(workshop, before);
    // For a draft that was changed in between.
    let answer = answer(&request, "alder", &[JOINT]);
    workshop.stage_files(JOINT, &[file(BUNDLE, b"[]")], at(ISSUED), expiry()).unwrap();
    assert_eq!(workshop.assemble(&answer).unwrap_err().code, Code::MixAndMatch);
}

#[test]
fn a_request_that_was_tampered_with_is_noticed_by_who_signs() {
    let workshop = staged();
    let text = String::from_utf8(request(&workshop, &all())).unwrap();
    let check = |text: String| Request::check(text.as_bytes()).unwrap_err().code;
    let path = format!("\"{BUNDLE}\": \"{{}}\"");
    assert!(text.contains(&path));
    assert_eq!(
        check(text.replace(&path, &format!("\"{BUNDLE}\": \"[]\""))),
        Code::ArbitrarySoftware
    );
    assert_eq!(check(text.replace(&path, "")), Code::Missing);
    let more = format!("{path}, \"joint/x.json\": \"\"");
    assert_eq!(check(text.replace(&path, &more)), Code::MixAndMatch);
    assert_eq!(check(text.replace("signature_request/1", "signature_request/2")), Code::Malformed);
    // Two readings of one document.
    let doubled = text.replacen("\\\"version\\\":1", "\\\"version\\\":1,\\\"version\\\":2", 1);
    assert_eq!(check(doubled), Code::DuplicateKey);
}

#[test]
fn a_lost_key_is_rotated_and_its_signatures_count_no_more() {
    let mut workshop = staged();
    let file = request(&workshop, &all());
    for name in ["alder", "birch", "cedar"] {
        workshop.assemble(&answer(&file, name, &[])).unwrap();
    }
    let mut mirror = Memory::default();
    publish(&mut workshop, &mut mirror).unwrap();
    let mut trusted = Trusted::new(mirror.0["metadata/1.root.json"].clone());
    update(&mut trusted, &mut mirror.clone(), &Limits::default(), at(NOW)).unwrap();

    // Cedar loses its key: a new one stands in the delegations and the root.
    let mut agencies = agencies();
    agencies[2].role = role(&["cedar two"], 1);
    let joint = role(&["alder", "birch", "cedar two", "dogwood", "elm"], 3);
    let mut roles = root_roles();
    for name in ["root", "targets"] {
        roles.insert(name, role(&["alder", "birch", "cedar two"], 2));
    }
    workshop.stage_root(&roles, at(ISSUED), expiry()).unwrap();
    workshop.stage_delegations(&agencies, Some(&joint), at(ISSUED), expiry()).unwrap();
    let file = request(&workshop, &owned(&["root", "targets"]));
    // The lost key has a say as an old root key, and none in what follows.
    let refusal = workshop.clone().assemble(&answer(&file, "cedar", &["targets"])).unwrap_err();
    assert_eq!(refusal.code, Code::WrongRole);
    workshop.assemble(&answer(&file, "alder", &[])).unwrap();
    workshop.assemble(&answer(&file, "birch", &[])).unwrap();
    let refusal = publish(&mut workshop.clone(), &mut mirror.clone()).unwrap_err();
    assert_eq!((refusal.code, &*refusal.role), (Code::ThresholdNotMet, JOINT), "{refusal}");

    // What three had signed has two valid signatures now, so that the agencies sign it anew.
    let files = workshop.files(JOINT).unwrap();
    workshop.stage_files(JOINT, &files, at(ISSUED), expiry()).unwrap();
    let file = request(&workshop, &owned(&[JOINT]));
    for name in ["alder", "cedar two", "elm"] {
        workshop.assemble(&answer(&file, name, &[])).unwrap();
    }
    publish(&mut workshop, &mut mirror).unwrap();
    let repository = update(&mut trusted, &mut mirror, &Limits::default(), at(NOW)).unwrap();
    let entry = repository.bundles().next().unwrap();
    assert_eq!(entry.signatories.signed, ["Agency alder", "Agency cedar", "Agency elm"]);
    assert_eq!(repository.root.common.version, 2);
}

#[test]
fn only_the_publisher_publishes() {
    let mut workshop = staged();
    let file = request(&workshop, &all());
    for name in ["alder", "birch", "cedar"] {
        workshop.assemble(&answer(&file, name, &[])).unwrap();
    }
    let refusal = workshop.publish(&key("alder"), at(NOW), &SPANS).unwrap_err();
    assert_eq!(refusal.code, Code::WrongRole);
    let digest: [u8; 32] = sha2::Sha256::digest(workshop.staged["root"].message()).into();
    assert_eq!(workshop.root().unwrap().words(), advisory::words(&digest));
}
