//! A mirror serves a file that was not signed.

use crate::support::*;
use advisory::Code;

fn with(contents: &[u8]) -> Publication {
    let mut publication = Publication::default();
    let place =
        publication.mirror().0.into_keys().find(|path| path.starts_with("targets/")).unwrap();
    publication.instead.insert(place, contents.to_vec());
    publication
}

#[test]
fn another_bundle_in_the_place_of_the_signed_one() {
    let mut forged = Publication::default().contents[BUNDLE].clone();
    forged[20] ^= 1;
    refused(&with(&forged), Code::ArbitrarySoftware);
}

#[test]
fn a_bundle_that_was_cut() {
    let whole = Publication::default().contents[BUNDLE].clone();
    refused(&with(&whole[..whole.len() - 1]), Code::ArbitrarySoftware);
}

#[test]
fn a_bundle_that_is_withheld() {
    let publication = Publication::default();
    let mut mirror = publication.mirror();
    mirror.0.retain(|path, _| !path.starts_with("targets/"));
    let refusal = everything(&mut publication.trusted(), &mirror).unwrap_err();
    assert_eq!(refusal.code, Code::Missing);
}
