//! Signers of a JAR signature (scheme v1): `META-INF/*.RSA`, `.DSA` and `.EC` with the `.SF` file
//! of the same name; PKCS#7 SignedData (RFC 2315).

use crate::ber::{CONTEXT_0, INTEGER, SEQUENCE, SET, Value};
use crate::certificate::{Certificate, Parts};
use crate::package::{Scheme, Signer};
use crate::remarks::Remarks;
use crate::zip::{Archive, Content};
use std::collections::HashSet;
use std::io::{Read, Seek};

/// Bytes a signature file may inflate to. Real ones have a few thousand.
const FILE_BYTES: u64 = 1 << 20;
/// Certificates, and signers, of one file.
const MOST: usize = 64;

pub(crate) fn signers<R: Read + Seek>(
    archive: &mut Archive<R>,
    remarks: &mut Remarks,
) -> Vec<Signer> {
    let files = archive.signature_files();
    let is_list = |name: &str| name.to_ascii_uppercase().ends_with(".SF");
    let stem = |name: &str| name.rsplit_once('.').map(|(stem, _)| stem.to_ascii_uppercase());
    let lists: HashSet<_> =
        files.iter().filter(|f| is_list(&f.name)).map(|f| stem(&f.name)).collect();
    let mut found: Vec<Signer> = Vec::new();
    for file in files.iter().filter(|file| !is_list(&file.name)) {
        if !lists.contains(&stem(&file.name)) {
            remarks.add(&file.name, "not a signature: there is no .SF file of this name");
            continue;
        }
        let Some(Content { bytes, at }) = archive.content(file, FILE_BYTES, remarks) else {
            continue;
        };
        let Some(certificates) = read(&bytes) else {
            remarks.add(&file.name, "no PKCS#7 SignedData");
            continue;
        };
        if certificates.is_empty() {
            remarks.add(&file.name, "no certificate in it");
        }
        for certificate in certificates {
            let certificate = Certificate::new(certificate);
            if !found.iter().any(|signer| signer.certificate.sha256 == certificate.sha256) {
                found.push(Signer { scheme: Scheme::V1, certificate, at });
            }
        }
    }
    found
}

/// The certificates that the SignerInfos point to; all of them where none is pointed to.
fn read(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let signed_data = Value::first(bytes)?.child(CONTEXT_0)?.child(SEQUENCE)?;
    let certificates: Vec<Value<'_>> = match signed_data.child(CONTEXT_0) {
        Some(set) => set.children().filter(|value| value.tag == SEQUENCE).take(MOST).collect(),
        None => Vec::new(),
    };
    let parts: Vec<Option<Parts<'_>>> =
        certificates.iter().map(|certificate| Parts::read(certificate.whole)).collect();
    let infos = signed_data.children().filter(|value| value.tag == SET).last()?;
    let mut pointed = Vec::new();
    for info in infos.children().take(MOST) {
        let Some(identifier) = info.child(SEQUENCE) else { continue };
        let (issuer, serial) = (identifier.children().next(), identifier.child(INTEGER));
        let (Some(issuer), Some(serial)) = (issuer, serial) else { continue };
        let named = parts.iter().position(|parts| {
            let same = |p: &Parts<'_>| {
                p.issuer.whole == issuer.whole && p.serial.content == serial.content
            };
            parts.as_ref().is_some_and(same)
        });
        pointed.extend(named.and_then(|at| certificates.get(at)).map(|found| found.whole));
    }
    if pointed.is_empty() {
        pointed = certificates.iter().map(|certificate| certificate.whole).collect();
    }
    Some(pointed)
}
