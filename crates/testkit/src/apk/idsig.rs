//! The file of APK signature scheme v4 (apksig `V4Signature`).

use super::chunk::Put;
use super::digest::tree;
use super::signing::Signer;

/// The `.idsig` file of an APK whose v2 or v3 signature states this content digest.
pub(super) fn idsig(apk: &[u8], content_digest: &[u8], by: Signer) -> Vec<u8> {
    let (root, tree) = tree(apk, &[]);
    let mut hashing = Vec::new();
    hashing.u32(1); // SHA-256
    hashing.push(12); // pages of 4096 bytes
    hashing.sized(&[]); // no salt
    hashing.sized(&root);

    let mut message = Vec::new();
    message.u64(apk.len() as u64);
    message.extend_from_slice(&hashing);
    message.sized(content_digest);
    message.sized(by.certificate());
    message.sized(&[]);
    let mut framed = Vec::new();
    framed.u32(message.len() as u32 + 4);
    framed.extend_from_slice(&message);

    let mut signing = Vec::new();
    signing.sized(content_digest);
    signing.sized(by.certificate());
    signing.sized(&[]);
    signing.sized(by.public_key());
    signing.u32(0x0201);
    signing.sized(&by.signature(&framed));

    let mut out = Vec::new();
    out.u32(2);
    out.sized(&hashing);
    out.sized(&signing);
    out.sized(&tree);
    out
}
