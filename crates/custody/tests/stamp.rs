//! The request and the answer as OpenSSL makes and reads them.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // In tests a failed unwrap is a failed test.

use custody::{StampError, stamp, time_stamp_request};
use std::fs;
use std::path::Path;
use std::process::Command;

fn openssl(folder: &Path, args: &[&str]) -> Option<String> {
    let run = Command::new("openssl").current_dir(folder).args(args).output().ok()?;
    assert!(run.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&run.stderr));
    Some(String::from_utf8_lossy(&run.stdout).into_owned())
}

#[test]
fn openssl_reads_the_request_stamps_it_and_its_answer_is_understood() {
    let work = tempfile::tempdir().unwrap();
    let at = work.path();
    let sha256: [u8; 32] = std::array::from_fn(|n| n as u8 * 7);
    fs::write(at.join("custody.tsq"), time_stamp_request(&sha256)).unwrap();
    let Some(text) = openssl(at, &["ts", "-query", "-in", "custody.tsq", "-text"]) else {
        println!("skipped: openssl is not installed");
        return;
    };
    assert!(text.contains("Version: 1") && text.contains("Hash Algorithm: sha256"), "{text}");
    assert!(
        text.contains("Certificate required: yes") && text.contains("Nonce: unspecified"),
        "{text}"
    );
    assert!(text.contains("00 07 0e 15 1c 23 2a 31-38 3f 46 4d 54 5b 62 69"), "{text}");
    // OpenSSL asks for the same bytes where it is asked without a nonce.
    let digest = const_hex::encode(sha256);
    let args =
        ["ts", "-query", "-digest", &digest, "-sha256", "-no_nonce", "-cert", "-out", "theirs.tsq"];
    openssl(at, &args);
    assert_eq!(fs::read(at.join("theirs.tsq")).unwrap(), time_stamp_request(&sha256));

    // An authority of one's own, as `man openssl-ts` sets one up.
    fs::write(at.join("ca.cnf"), "[req]\ndistinguished_name=dn\nx509_extensions=tsa\nprompt=no\n[dn]\nCN=Test\n[tsa]\n\
        extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n[tsa_config]\nserial=serial\n\
        signer_cert=tsa.pem\nsigner_key=tsa.key\ncerts=tsa.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\n").unwrap();
    fs::write(at.join("serial"), "01\n").unwrap();
    let req = [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem",
        "-config", "ca.cnf", "-days", "10",
    ];
    openssl(at, &req);
    let reply = [
        "ts",
        "-reply",
        "-queryfile",
        "custody.tsq",
        "-config",
        "ca.cnf",
        "-section",
        "tsa_config",
        "-out",
        "custody.tsr",
    ];
    openssl(at, &reply);
    let answer = fs::read(at.join("custody.tsr")).unwrap();
    let read = stamp(&answer).unwrap();
    assert_eq!(read.sha256, sha256);
    let text = openssl(at, &["ts", "-reply", "-in", "custody.tsr", "-text"]).unwrap();
    assert!(read.time.ends_with('Z') && text.contains(&read.time[0..4]), "{} {text}", read.time);
    openssl(
        at,
        &["ts", "-verify", "-in", "custody.tsr", "-queryfile", "custody.tsq", "-CAfile", "tsa.pem"],
    );
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
