//! JAR signature (scheme v1): `MANIFEST.MF`, and per signer `CERT*.SF` and `CERT*.EC`.

use super::der::{self, CONTEXT_0, INTEGER, OCTETS, OID, SEQUENCE, SET};
use super::signing::Signer;
use super::zip::Member;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// 1.2.840.113549.1.7.1
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 2.16.840.1.101.3.4.2.1
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// 1.2.840.10045.4.3.2
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

/// The members that sign the others; `also` are the numbers of the schemes beside v1.
pub(super) fn members(others: &[Member], signers: &[Signer], also: &[&str]) -> Vec<Member> {
    let main = "Manifest-Version: 1.0\r\nCreated-By: testkit\r\n\r\n";
    let mut manifest = main.to_owned();
    let mut sections = String::new();
    for member in others {
        let section = section(&member.path, &Sha256::digest(&member.bytes));
        sections.push_str(&self::section(&member.path, &Sha256::digest(section.as_bytes())));
        manifest.push_str(&section);
    }
    let mut head = String::from("Signature-Version: 1.0\r\nCreated-By: testkit\r\n");
    let whole = base64(&Sha256::digest(manifest.as_bytes()));
    let _ = write!(head, "SHA-256-Digest-Manifest: {whole}\r\n");
    if !also.is_empty() {
        let _ = write!(head, "X-Android-APK-Signed: {}\r\n", also.join(", "));
    }
    let signature_file = format!("{head}\r\n{sections}").into_bytes();

    let mut signed = vec![Member::deflated("META-INF/MANIFEST.MF", manifest.into_bytes())];
    for (index, signer) in signers.iter().enumerate() {
        let name = if index == 0 { "CERT".to_owned() } else { format!("CERT{index}") };
        let block = pkcs7(*signer, &signature_file);
        signed.push(Member::deflated(&format!("META-INF/{name}.SF"), signature_file.clone()));
        signed.push(Member::deflated(&format!("META-INF/{name}.EC"), block));
    }
    signed
}

/// A section of a JAR manifest; lines are folded at 72 bytes.
fn section(path: &str, digest: &[u8]) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in format!("Name: {path}").chars() {
        if column + c.len_utf8() > 70 {
            out.push_str("\r\n ");
            column = 1;
        }
        out.push(c);
        column += c.len_utf8();
    }
    let _ = write!(out, "\r\nSHA-256-Digest: {}\r\n\r\n", base64(digest));
    out
}

/// PKCS#7 SignedData (RFC 2315) over `content`, which is not part of it.
fn pkcs7(signer: Signer, content: &[u8]) -> Vec<u8> {
    let sequence = |parts: &[&[u8]]| der::value(SEQUENCE, parts);
    let oid = |id: &[u8]| der::value(OID, &[id]);
    let one = der::value(INTEGER, &[&[1]]);
    let sha256 = sequence(&[&oid(SHA256)]);
    let certificate = signer.certificate();
    // Certificate { tbs { [0] version, serial, algorithm, issuer … } … } (RFC 5280).
    let to_be_signed = der::children(certificate).first().copied().unwrap_or_default();
    let parts = der::children(to_be_signed);
    let part = |at: usize| parts.get(at).copied().unwrap_or_default();
    let signer_info = sequence(&[
        &one,
        &sequence(&[part(3), part(1)]),
        &sha256,
        &sequence(&[&oid(ECDSA_SHA256)]),
        &der::value(OCTETS, &[&signer.signature(content)]),
    ]);
    let signed = sequence(&[
        &one,
        &der::value(SET, &[&sha256]),
        &sequence(&[&oid(DATA)]),
        &der::value(CONTEXT_0, &[certificate]),
        &der::value(SET, &[&signer_info]),
    ]);
    sequence(&[&oid(SIGNED_DATA), &der::value(CONTEXT_0, &[&signed])])
}

/// Base64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().chain([&0; 3]).take(3).fold(0u32, |w, b| w << 8 | u32::from(*b));
        for place in 0..4 {
            let letter = LETTERS.get((word >> (18 - 6 * place) & 63) as usize);
            let letter = letter.filter(|_| place <= three.len());
            out.push(letter.map_or('=', |letter| char::from(*letter)));
        }
    }
    out
}
