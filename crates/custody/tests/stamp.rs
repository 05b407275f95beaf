//! The request and the answer as OpenSSL makes and reads them.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // In tests a failed unwrap is a failed test.

use custody::{StampError, stamp, time_stamp_request};
use std::fs;
use testkit::authority::Authority;

#[test]
fn openssl_reads_the_request_stamps_it_and_its_answer_is_understood() {
    let Some(authority) = Authority::new() else {
        println!("skipped: openssl is not installed");
        return;
    };
    let sha256: [u8; 32] = std::array::from_fn(|n| n as u8 * 7);
    let request = time_stamp_request(&sha256);
    fs::write(authority.at("custody.tsq"), &request).unwrap();
    let text = authority.openssl("ts -query -in custody.tsq -text");
    assert!(text.contains("Version: 1") && text.contains("Hash Algorithm: sha256"), "{text}");
    assert!(
        text.contains("Certificate required: yes") && text.contains("Nonce: unspecified"),
        "{text}"
    );
    assert!(text.contains("00 07 0e 15 1c 23 2a 31-38 3f 46 4d 54 5b 62 69"), "{text}");
    // OpenSSL asks for the same bytes where it is asked without a nonce.
    let digest = const_hex::encode(sha256);
    let asked = format!("ts -query -digest {digest} -sha256 -cert -out theirs.tsq");
    authority.openssl(&format!("{asked} -no_nonce"));
    assert_eq!(fs::read(authority.at("theirs.tsq")).unwrap(), request);

    let answer = authority.answer(&request);
    let read = stamp(&answer).unwrap();
    assert_eq!((read.sha256, read.has_nonce), (sha256, false));
    fs::write(authority.at("custody.tsr"), &answer).unwrap();
    let text = authority.openssl("ts -reply -in custody.tsr -text");
    assert!(read.time.ends_with('Z') && text.contains(&read.time[0..4]), "{} {text}", read.time);
    assert!(authority.has_given(&answer, &request));
    // What it is asked with a nonce, it answers with one.
    authority.openssl(&asked);
    let theirs = fs::read(authority.at("theirs.tsq")).unwrap();
    let read = stamp(&authority.answer(&theirs)).unwrap();
    assert_eq!((read.sha256, read.has_nonce), (sha256, true));
    // Cut anywhere and bent anywhere, it is an error or about something, and never a panic.
    for end in 0..answer.len().min(400) {
        assert!(stamp(&answer[..end]).is_err(), "{end}");
    }
    for byte in 0..answer.len() {
        let mut bent = answer.clone();
        bent[byte] ^= 0xff;
        let _ = stamp(&bent);
    }
    // A refusal as RFC 3161 writes it: status 2.
    assert_eq!(stamp(&[0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02]), Err(StampError::Refused(2)));
}
