//! The APK signing block with schemes v2, v3 and v3.1 (source.android.com, "APK Signature
//! Scheme v2/v3/v3.1").

use super::chunk::Put;
use super::der;
use super::digest::Digesting;
use super::zip::Archive;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey;
use sha2::{Digest, Sha256, Sha512};

const V2: u32 = 0x7109_871a;
const V3: u32 = 0xf053_68c0;
const V31: u32 = 0x1b93_ad61;
/// Source stamp (apksig `SourceStampConstants.V2_SOURCE_STAMP_BLOCK_ID`).
const STAMP: u32 = 0x6dff_800d;
/// A pair that fills the block up to whole pages (apksig `VERITY_PADDING_BLOCK_ID`).
const PADDING: u32 = 0x4272_6577;
/// v2 attribute: a later scheme that was used too.
const STRIPPING_PROTECTION: u32 = 0xbeef_f00d;
/// v3 attribute: the certificates before this one.
const PROOF_OF_ROTATION: u32 = 0x3ba0_6f8c;
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
        self.key().map(|key| -> Signature { key.sign(message) }).map(der_of).unwrap_or_default()
    }

    /// ECDSA (DER) over SHA-512 of the message.
    fn signature_sha512(self, message: &[u8]) -> Vec<u8> {
        let digest = Sha512::digest(message);
        let signed = self.key().and_then(|key| key.sign_prehash(&digest).ok());
        signed.map(der_of).unwrap_or_default()
    }

    fn key(self) -> Option<SigningKey> {
        let key: &[u8] = match self {
            Signer::A => include_bytes!("../../keys/a.pk8"),
            Signer::B => include_bytes!("../../keys/b.pk8"),
            Signer::C => include_bytes!("../../keys/c.pk8"),
        };
        SigningKey::from_pkcs8_der(key).ok()
    }

    /// SubjectPublicKeyInfo, DER: the seventh part of the certificate's body (RFC 5280).
    pub(super) fn public_key(self) -> &'static [u8] {
        let body = der::children(self.certificate()).first().copied().unwrap_or_default();
        der::children(body).get(6).copied().unwrap_or_default()
    }
}

fn der_of(signature: Signature) -> Vec<u8> {
    signature.to_der().as_bytes().to_vec()
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
    /// APK signature scheme v3.1: the last signer, from Android 13 on.
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

/// All that decides how the block looks.
pub(super) struct Signing<'a> {
    pub(super) signers: &'a [Signer],
    pub(super) schemes: &'a [Scheme],
    pub(super) min_sdk: u32,
    pub(super) digesting: Digesting,
    /// Certificates of a proof of rotation, oldest first; empty for none.
    pub(super) lineage: &'a [Signer],
    /// Whether v2 says that v3 was used too.
    pub(super) protected: bool,
    pub(super) stamp: Option<Signer>,
    /// The JAR manifest, where the APK is signed by v1.
    pub(super) jar_manifest: Option<&'a [u8]>,
}

impl Signing<'_> {
    /// The signing block for these schemes; empty where there are none but v1.
    pub(super) fn block(&self, archive: &Archive) -> Vec<u8> {
        let digest = self.digesting.of(archive);
        let mut pairs = Vec::new();
        let mut pair = |id: u32, value: &[u8]| {
            pairs.u64(4 + value.len() as u64);
            pairs.u32(id);
            pairs.extend_from_slice(value);
        };
        let list = |signers: Vec<Vec<u8>>| {
            let mut all = Vec::new();
            signers.iter().for_each(|one| all.sized(one));
            let mut value = Vec::new();
            value.sized(&all);
            value
        };
        let (first, last) = (self.signers.first().copied(), self.signers.last().copied());
        let has = |scheme| self.schemes.contains(&scheme);
        let rotated = has(Scheme::V31);
        let open = i32::MAX as u32;
        if has(Scheme::V2) {
            let mut attributes = Vec::new();
            if self.protected {
                attribute(&mut attributes, STRIPPING_PROTECTION, &3u32.to_le_bytes());
            }
            let signers = self.signers.iter();
            pair(
                V2,
                &list(signers.map(|one| self.signer(*one, &digest, None, &attributes)).collect()),
            );
        }
        if let Some(first) = first.filter(|_| has(Scheme::V3)) {
            let mut attributes = Vec::new();
            if rotated {
                attribute(&mut attributes, ROTATION_MIN_SDK, &V31_SDK.to_le_bytes());
            } else if !self.lineage.is_empty() {
                attribute(&mut attributes, PROOF_OF_ROTATION, &lineage(self.lineage));
            }
            let by = if rotated { first } else { self.lineage.last().copied().unwrap_or(first) };
            // No version before 7 reads a signing block.
            let sdks = Some((self.min_sdk.max(24), if rotated { V31_SDK - 1 } else { open }));
            pair(V3, &list(vec![self.signer(by, &digest, sdks, &attributes)]));
        }
        if let Some(last) = last.filter(|_| rotated) {
            let mut attributes = Vec::new();
            if !self.lineage.is_empty() {
                attribute(&mut attributes, PROOF_OF_ROTATION, &lineage(self.lineage));
            }
            let sdks = Some((V31_SDK, open));
            pair(V31, &list(vec![self.signer(last, &digest, sdks, &attributes)]));
        }
        if let Some(by) = self.stamp {
            pair(STAMP, &self.stamp(by, &digest));
        }
        if pairs.is_empty() {
            return pairs;
        }
        if self.digesting == Digesting::Verity {
            // With both sizes and the magic, the block must fill whole pages.
            let length = pairs.len() + 8 + 8 + 16 + 12;
            let filler = length.next_multiple_of(4096) - length;
            pairs.u64(4 + filler as u64);
            pairs.u32(PADDING);
            pairs.resize(pairs.len() + filler, 0);
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
    fn signer(
        &self,
        who: Signer,
        digest: &[u8],
        sdks: Option<(u32, u32)>,
        attributes: &[u8],
    ) -> Vec<u8> {
        let mut signed = Vec::new();
        signed.sized(&one(&self.with_algorithm(digest)));
        signed.sized(&one(who.certificate()));
        if let Some((least, most)) = sdks {
            signed.u32(least);
            signed.u32(most);
        }
        signed.sized(attributes);
        let signature = match self.digesting {
            Digesting::Sha512 => who.signature_sha512(&signed),
            Digesting::Sha256 | Digesting::Verity => who.signature(&signed),
        };
        let mut out = Vec::new();
        out.sized(&signed);
        if let Some((least, most)) = sdks {
            out.u32(least);
            out.u32(most);
        }
        out.sized(&one(&self.with_algorithm(&signature)));
        out.sized(who.public_key());
        out
    }

    fn with_algorithm(&self, bytes: &[u8]) -> Vec<u8> {
        algorithm(self.digesting.algorithm(), bytes)
    }

    /// A source stamp over the digests of every scheme there is.
    fn stamp(&self, by: Signer, digest: &[u8]) -> Vec<u8> {
        let content = algorithm(self.digesting.content_id(), digest);
        let jar = self.jar_manifest.map(|bytes| algorithm(4, &Sha256::digest(bytes)));
        let mut schemes = Vec::new();
        let mut sign = |number: u32, digests: &[u8]| {
            let signatures = one(&algorithm(0x0201, &by.signature(digests)));
            schemes.sized(&algorithm(number, &signatures));
        };
        // Without a JAR signature, the digests of v1 are none.
        sign(1, &jar.map(|jar| one(&jar)).unwrap_or_default());
        for (scheme, number) in [(Scheme::V2, 2), (Scheme::V3, 3)] {
            if self.schemes.contains(&scheme) {
                sign(number, &one(&content));
            }
        }
        let mut data = Vec::new();
        data.sized(by.certificate());
        data.sized(&schemes);
        one(&data)
    }
}

/// Each certificate, signed for by the one before (apksig `V3SigningCertificateLineage`).
fn lineage(signers: &[Signer]) -> Vec<u8> {
    let mut out = Vec::new();
    out.u32(1);
    for (index, signer) in signers.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| signers.get(before));
        let is_last = index + 1 == signers.len();
        let mut signed = Vec::new();
        signed.sized(signer.certificate());
        signed.u32(if before.is_some() { 0x0201 } else { 0 });
        let mut node = Vec::new();
        node.sized(&signed);
        // Installed data, shared user id, permissions and authentication; no rollback.
        node.u32(1 | 2 | 4 | 16);
        node.u32(if is_last { 0 } else { 0x0201 });
        node.sized(&before.map(|before| before.signature(&signed)).unwrap_or_default());
        out.sized(&node);
    }
    out
}

/// A record behind its length.
fn one(bytes: &[u8]) -> Vec<u8> {
    let mut list = Vec::new();
    list.sized(bytes);
    list
}

/// An id, and bytes behind their length.
fn algorithm(id: u32, bytes: &[u8]) -> Vec<u8> {
    let mut pair = Vec::new();
    pair.u32(id);
    pair.sized(bytes);
    pair
}

fn attribute(list: &mut Vec<u8>, id: u32, value: &[u8]) {
    list.sized(&[&id.to_le_bytes(), value].concat());
}
