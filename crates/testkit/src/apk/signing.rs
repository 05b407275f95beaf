//! The APK signing block with schemes v2, v3 and v3.1 (source.android.com, "APK Signature
//! Scheme v2/v3/v3.1").

use super::chunk::Put;
use super::der;
use super::manifest::Manifest;
use super::zip::Archive;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey;
use sha2::{Digest, Sha256};

const V2: u32 = 0x7109_871a;
const V3: u32 = 0xf053_68c0;
const V31: u32 = 0x1b93_ad61;
/// ECDSA with SHA-256, digests over 1 MiB chunks.
const ECDSA_SHA256: u32 = 0x0201;
/// v3 attribute: the least SDK version that uses the v3.1 block.
const ROTATION_MIN_SDK: u32 = 0x559f_8b02;
/// First SDK version that reads a v3.1 block.
const V31_SDK: u32 = 33;

/// One of three test keys with a self-signed certificate (`crates/testkit/keys`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// `CN=Test signer A,O=Tamarisk tests,C=XX`
    A,
    /// `CN=Test signer B,O=Tamarisk tests,C=XX`
    B,
    /// `CN=Test signer C,O=Tamarisk tests,C=XX`
    C,
}

impl Signer {
    /// The certificate, DER.
    #[must_use]
    pub fn certificate(self) -> &'static [u8] {
        match self {
            Signer::A => include_bytes!("../../keys/a.der"),
            Signer::B => include_bytes!("../../keys/b.der"),
            Signer::C => include_bytes!("../../keys/c.der"),
        }
    }

    /// SHA-256 of the certificate, lower-case hex.
    #[must_use]
    pub fn certificate_sha256(self) -> String {
        const_hex::encode(Sha256::digest(self.certificate()))
    }

    /// ECDSA (DER) over SHA-256 of the message.
    pub(super) fn signature(self, message: &[u8]) -> Vec<u8> {
        let key: &[u8] = match self {
            Signer::A => include_bytes!("../../keys/a.pk8"),
            Signer::B => include_bytes!("../../keys/b.pk8"),
            Signer::C => include_bytes!("../../keys/c.pk8"),
        };
        let Ok(key) = SigningKey::from_pkcs8_der(key) else { return Vec::new() };
        let signature: Signature = key.sign(message);
        signature.to_der().as_bytes().to_vec()
    }

    /// SubjectPublicKeyInfo, DER: the seventh part of the certificate's body (RFC 5280).
    fn public_key(self) -> &'static [u8] {
        let body = der::children(self.certificate()).first().copied().unwrap_or_default();
        der::children(body).get(6).copied().unwrap_or_default()
    }
}

/// How an APK is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// JAR signature.
    V1,
    /// APK signature scheme v2.
    V2,
    /// APK signature scheme v3.
    V3,
    /// APK signature scheme v3.1: the last signer, from Android 13 on (no proof of rotation).
    V31,
}

impl Scheme {
    /// As `X-Android-APK-Signed` counts them.
    pub(super) fn number(self) -> Option<&'static str> {
        match self {
            Scheme::V1 => None,
            Scheme::V2 => Some("2"),
            Scheme::V3 => Some("3"),
            Scheme::V31 => Some("31"),
        }
    }
}

/// The signing block for these schemes; empty where there are none but v1.
pub(super) fn block(
    archive: &Archive,
    signers: &[Signer],
    schemes: &[Scheme],
    manifest: &Manifest,
) -> Vec<u8> {
    let digest = digest(archive);
    let mut pairs = Vec::new();
    let mut pair = |id: u32, signers: &[u8]| {
        pairs.u64(8 + signers.len() as u64);
        pairs.u32(id);
        pairs.sized(signers);
    };
    let (first, last) = (signers.first().copied(), signers.last().copied());
    let rotated = schemes.contains(&Scheme::V31);
    if schemes.contains(&Scheme::V2) {
        let mut all = Vec::new();
        signers.iter().for_each(|one| all.sized(&signer(*one, &digest, None, &[])));
        pair(V2, &all);
    }
    if let Some(first) = first.filter(|_| schemes.contains(&Scheme::V3)) {
        let mut attributes = Vec::new();
        if rotated {
            attributes.u32(8);
            attributes.u32(ROTATION_MIN_SDK);
            attributes.u32(V31_SDK);
        }
        let until = if rotated { V31_SDK - 1 } else { i32::MAX as u32 };
        let sdks = Some((manifest.min_sdk, until));
        let mut one = Vec::new();
        one.sized(&signer(first, &digest, sdks, &attributes));
        pair(V3, &one);
    }
    if let Some(last) = last.filter(|_| rotated) {
        let mut one = Vec::new();
        one.sized(&signer(last, &digest, Some((V31_SDK, i32::MAX as u32)), &[]));
        pair(V31, &one);
    }
    if pairs.is_empty() {
        return pairs;
    }
    let size = pairs.len() as u64 + 8 + 16;
    let mut block = Vec::new();
    block.u64(size);
    block.extend_from_slice(&pairs);
    block.u64(size);
    block.extend_from_slice(b"APK Sig Block 42");
    block
}

/// One signer; `sdks` (least, most) are there in v3 and not in v2.
fn signer(who: Signer, digest: &[u8], sdks: Option<(u32, u32)>, attributes: &[u8]) -> Vec<u8> {
    let one = |bytes: &[u8]| {
        let mut list = Vec::new();
        list.sized(bytes);
        list
    };
    let algorithm = |bytes: &[u8]| {
        let mut pair = Vec::new();
        pair.u32(ECDSA_SHA256);
        pair.sized(bytes);
        one(&pair)
    };
    let mut signed = Vec::new();
    signed.sized(&algorithm(digest));
    signed.sized(&one(who.certificate()));
    if let Some((least, most)) = sdks {
        signed.u32(least);
        signed.u32(most);
    }
    signed.sized(attributes);
    let mut out = Vec::new();
    out.sized(&signed);
    if let Some((least, most)) = sdks {
        out.u32(least);
        out.u32(most);
    }
    out.sized(&algorithm(&who.signature(&signed)));
    out.sized(who.public_key());
    out
}

/// The content digest: contents, central directory and end record in chunks of 1 MiB, the end
/// record as if the central directory began where the signing block does.
fn digest(archive: &Archive) -> Vec<u8> {
    let end = archive.end(archive.contents.len());
    let (mut count, mut digests) = (0, Vec::new());
    for section in [&archive.contents, &archive.directory, &end] {
        for chunk in section.chunks(1 << 20) {
            let mut framed = vec![0xa5];
            framed.sized(chunk);
            digests.extend(Sha256::digest(&framed));
            count += 1;
        }
    }
    let mut top = vec![0x5a];
    top.u32(count);
    top.extend(digests);
    Sha256::digest(&top).to_vec()
}
