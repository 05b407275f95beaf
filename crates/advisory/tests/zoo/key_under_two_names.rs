//! One agency made to count as two.

use crate::same_key_twice::disguised;
use crate::support::*;
use advisory::Code;
use advisory::compose::delegations;
use advisory::metadata::{Agency, JOINT, Role};

fn with(agencies: &[Agency], joint: &Role) -> Publication {
    let mut publication = Publication::default();
    let top = delegations(&stamp(1, "2027-11-20T09:00:00Z"), agencies, Some(joint));
    publication.roles.insert("targets".into(), top);
    publication
}

#[test]
fn a_key_that_two_agencies_have() {
    let mut second = agency("birch");
    second.role = role(&["alder"], 1);
    let agencies = [agency("alder"), second, agency("cedar")];
    let refusal = refused(&with(&agencies, &role(&["alder", "cedar"], 2)), Code::KeyUnderTwoNames);
    assert_eq!(refusal.role, "birch");
    // The same in disguise.
    let mut second = agency("birch");
    second.role.keys = vec![disguised("alder")];
    refused(&with(&[agency("alder"), second], &role(&["alder"], 1)), Code::KeyUnderTwoNames);
}

#[test]
fn two_keys_of_one_agency_count_once() {
    let mut first = agency("alder");
    first.role = role(&["alder", "alder two"], 1);
    let agencies = [first, agency("birch"), agency("cedar"), agency("dogwood"), agency("elm")];
    let joint = role(&["alder", "alder two", "birch", "cedar", "dogwood", "elm"], 3);
    let mut publication = with(&agencies, &joint);
    publication.signers.insert(JOINT.into(), owned(&["alder", "alder two", "birch"]));
    let refusal = refused(&publication, Code::ThresholdNotMet);
    assert!(refusal.detail.contains("2 valid signatures"), "{refusal}");
    publication.signers.insert(JOINT.into(), owned(&["alder two", "birch", "cedar"]));
    assert!(everything(&mut publication.trusted(), &publication.mirror()).is_ok());
}

#[test]
fn two_agencies_of_one_name() {
    let mut second = agency("birch");
    second.name = "AGENCY ALDER".into();
    refused(&with(&[agency("alder"), second], &role(&["alder"], 1)), Code::UnclearDelegation);
    let twice = [agency("alder"), agency("alder")];
    refused(&with(&twice, &role(&["alder"], 1)), Code::UnclearDelegation);
}
