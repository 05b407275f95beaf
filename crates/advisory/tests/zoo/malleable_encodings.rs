//! One signature, key or hash written in several ways.

use crate::support::*;
use advisory::metadata::JOINT;
use advisory::{Code, Json, Kind, SecretKey, Signer};

/// The joint metadata with its first signature rewritten.
fn rewritten(change: impl Fn(&str) -> String) -> Publication {
    let mut publication = Publication::default();
    let signed = publication.roles[JOINT].clone();
    let message = advisory::canonical(&signed);
    let mut signatures: Vec<Json> =
        ["alder", "birch", "cedar"].iter().map(|name| signature(name, &message)).collect();
    let hex = change(signatures[0].member("sig").unwrap().as_text().unwrap());
    set(&mut signatures[0], &["sig"], Json::Text(hex));
    publication.instead.insert("metadata/1.joint.json".into(), written(&signed, signatures));
    publication
}

#[test]
fn hex_in_capitals_with_a_prefix_with_space_or_in_base64() {
    refused(&rewritten(str::to_uppercase), Code::MalleableEncoding);
    refused(&rewritten(|hex| format!("0x{hex}")), Code::MalleableEncoding);
    refused(&rewritten(|hex| format!("{hex} ")), Code::MalleableEncoding);
    refused(&rewritten(|hex| hex[1..].to_owned()), Code::MalleableEncoding);
    refused(&rewritten(|_| "c2lnbmF0dXJl".into()), Code::MalleableEncoding);
}

#[test]
fn the_number_of_a_signature_beyond_the_order() {
    // RFC 8032, 5.1: L = 2^252 + 27742317777372353535851937790883648493.
    let order =
        const_hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let order = order.unwrap();
    let publication = rewritten(|hex| {
        let mut bytes = const_hex::decode(hex).unwrap();
        let mut carry = 0;
        for (byte, add) in bytes[32..].iter_mut().zip(&order) {
            let sum = u16::from(*byte) + u16::from(*add) + carry;
            (*byte, carry) = ((sum & 0xff) as u8, sum >> 8);
        }
        const_hex::encode(bytes)
    });
    refused(&publication, Code::MalleableEncoding);
}

#[test]
fn a_hash_in_capitals() {
    let mut publication = Publication::default();
    let joint = publication.roles.get_mut(JOINT).unwrap();
    let hash = joint.member("targets").unwrap().member(BUNDLE).unwrap().member("hashes").unwrap();
    let hash = hash.member("sha256").unwrap().as_text().unwrap().to_uppercase();
    set(joint, &["targets", BUNDLE, "hashes", "sha256"], Json::Text(hash));
    refused(&publication, Code::MalleableEncoding);
}

#[test]
fn a_p256_key_in_another_pem_and_a_signature_that_is_no_der() {
    let key = SecretKey::from_seed(Kind::P256, &[7; 32]).unwrap();
    let mut json = key.public().to_json().clone();
    let pem =
        json.member("keyval").unwrap().member("public").unwrap().as_text().unwrap().to_owned();
    set(&mut json, &["keyval", "public"], Json::Text(pem.replace('\n', "\r\n")));
    assert_eq!(advisory::PublicKey::parse(&json).unwrap_err().code, Code::MalleableEncoding);
    let der = key.sign(b"x").unwrap();
    assert_eq!(key.public().verify(b"x", &der), advisory::Verdict::Valid);
    // Bytes after the end, and the two numbers without DER around them.
    assert_ne!(key.public().verify(b"x", &format!("{der}00")), advisory::Verdict::Valid);
    let raw = "11".repeat(64);
    assert!(matches!(key.public().verify(b"x", &raw), advisory::Verdict::Malleable(_)));
}

#[test]
fn escapes_change_no_meaning_and_no_signature() {
    // Other bytes of the same document: the signature is over its canonical form, and the snapshot
    // pins the bytes.
    let mut publication = Publication::default();
    let text = String::from_utf8(publication.mirror().0["metadata/1.joint.json"].clone()).unwrap();
    let escaped = text.replace("Synthetic", "\\u0053ynthetic");
    publication.instead.insert("metadata/1.joint.json".into(), escaped.clone().into());
    assert!(everything(&mut publication.trusted(), &publication.mirror()).is_ok());
    let honest = Publication::default();
    let mut mirror = honest.mirror();
    mirror.0.insert("metadata/1.joint.json".into(), escaped.into());
    let refusal = everything(&mut honest.trusted(), &mirror).unwrap_err();
    assert!(matches!(refusal.code, Code::MixAndMatch | Code::Oversized), "{refusal}");
}
