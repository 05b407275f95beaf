//! APK signature scheme v4: an `.idsig` file beside the APK, with the root of the hash tree over
//! all of the APK and a signature (source.android.com, "APK Signature Scheme v4"; apksig
//! `V4Signature`, `V4SchemeVerifier`).

use super::algorithm::{Algorithm, ContentDigest};
use super::block::{Records, V31};
use super::key::{self, Key, Outcome};
use super::log::Log;
use super::source::{Fault, Source};
use super::verity::Tree;
use super::x509::X509;
use crate::package::Scheme::V4;

/// As many bytes as an `.idsig` file has at most: the tree over an APK of 4 GiB has 34 MB.
pub const MOST_IDSIG_BYTES: u64 = 48 << 20;
/// The version of the format.
const VERSION: u32 = 2;
/// Signers beside the first one.
const MOST_MORE: usize = 10;
/// SHA-256, and the logarithm of the size of a page.
const SHA256: u32 = 1;
const LOG_PAGE: u8 = 12;

/// The content digest that v4 signs for, of several: the first of these that is there (apksig
/// `pickBestDigestForV4`).
pub(super) const PREFERRED: [ContentDigest; 3] =
    [ContentDigest::Sha512, ContentDigest::Verity, ContentDigest::Sha256];

/// A signer of v4, verified.
pub(super) struct Signer<'a> {
    pub(super) certificate: X509<'a>,
    /// The content digest of v2 or v3 that it signs for.
    pub(super) apk_digest: &'a [u8],
}

/// What came out.
#[derive(Default)]
pub(super) struct Signers<'a> {
    pub(super) main: Option<Signer<'a>>,
    /// The one for v3.1, where there is one.
    pub(super) rotated: Option<Signer<'a>>,
    /// How many there are.
    pub(super) count: usize,
}

struct Hashing<'a> {
    algorithm: u32,
    log_page: u8,
    salt: &'a [u8],
    root: &'a [u8],
}

struct Signing<'a> {
    apk_digest: &'a [u8],
    certificate: &'a [u8],
    additional: &'a [u8],
    key: &'a [u8],
    algorithm: u32,
    signature: &'a [u8],
}

/// Verifies the signatures in the file, and that its root is that of the APK.
pub(super) fn verify<'a>(
    file: &'a [u8],
    source: &mut Source<'_>,
    log: &mut Log,
) -> Result<Signers<'a>, Fault> {
    let mut signers = Signers::default();
    let mut records = Records::new(file);
    let mut head = || Some((records.u32()?, records.sized()?, records.list()?));
    let Some((version, hashing, mut signings)) = head() else {
        log.error(V4, "V4_SIG_NO_SIGNATURES", "the file holds no signature of v4");
        return Ok(signers);
    };
    let tree = records.sized().filter(|tree| !tree.is_empty());
    if version != VERSION {
        let what = format!("the file is of version {version}; {VERSION} is known");
        log.warning(V4, "V4_SIG_VERSION_NOT_CURRENT", what);
    }
    let read = Hashing::read(hashing).zip(Signing::read(&mut signings));
    let Some((hashing, main)) = read else {
        log.error(V4, "V4_SIG_MALFORMED_SIGNERS", "the file's records are cut");
        return Ok(signers);
    };
    signers.count = 1;
    signers.main = main.verify(source.len, &hashing, log);
    while !signings.is_empty() && signers.count < MOST_MORE {
        let mut read = || {
            let id = signings.u32()?;
            Some((id, Signing::read(&mut signings.list()?)?))
        };
        let more = read();
        let Some((id, more)) = more else {
            log.error(V4, "V4_SIG_MALFORMED_SIGNERS", "a further signer in the file is cut");
            return Ok(signers);
        };
        signers.count += 1;
        let verified = more.verify(source.len, &hashing, log);
        if id == V31 {
            signers.rotated = verified;
        }
    }
    if log.has_errors() {
        return Ok(signers);
    }
    root(&hashing, tree, source, log)?;
    Ok(signers)
}

/// The root, and the tree where the file holds it, must be those of the APK.
fn root(
    hashing: &Hashing<'_>,
    stated: Option<&[u8]>,
    source: &mut Source<'_>,
    log: &mut Log,
) -> Result<(), Fault> {
    if hashing.algorithm != SHA256 || hashing.log_page != LOG_PAGE {
        let what = format!(
            "hash algorithm {} over pages of 2^{} bytes is not known",
            hashing.algorithm, hashing.log_page
        );
        log.error(V4, "V4_SIG_APK_ROOT_DID_NOT_VERIFY", what);
        return Ok(());
    }
    let mut tree = Tree::salted(hashing.salt.to_vec());
    let len = source.len;
    source.feed(0, len, |bytes| {
        tree.update(bytes);
        true
    })?;
    let actual = tree.finish();
    if actual.root != *hashing.root {
        log.error(V4, "V4_SIG_APK_ROOT_DID_NOT_VERIFY", "the root is not that of this APK");
    } else if stated.is_some_and(|stated| stated != actual.tree) {
        log.error(V4, "V4_SIG_APK_TREE_DID_NOT_VERIFY", "the tree is not that of this APK");
    }
    Ok(())
}

impl<'a> Hashing<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut records = Records::new(bytes);
        let algorithm = records.u32()?;
        let (log_page, rest) = records.rest.split_first()?;
        let mut records = Records::new(rest);
        let (salt, root) = (records.sized()?, records.sized()?);
        Some(Self { algorithm, log_page: *log_page, salt, root })
    }
}

impl<'a> Signing<'a> {
    fn read(records: &mut Records<'a>) -> Option<Self> {
        Some(Self {
            apk_digest: records.sized()?,
            certificate: records.sized()?,
            additional: records.sized()?,
            key: records.sized()?,
            algorithm: records.u32()?,
            signature: records.sized()?,
        })
    }

    /// What is signed: size of the APK, how it is hashed, and by whom.
    fn message(&self, apk_size: u64, hashing: &Hashing<'_>) -> Vec<u8> {
        let mut rest = Vec::new();
        rest.extend_from_slice(&apk_size.to_le_bytes());
        rest.extend_from_slice(&hashing.algorithm.to_le_bytes());
        rest.push(hashing.log_page);
        for field in
            [hashing.salt, hashing.root, self.apk_digest, self.certificate, self.additional]
        {
            rest.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_le_bytes());
            rest.extend_from_slice(field);
        }
        let size = u32::try_from(rest.len() + 4).unwrap_or(u32::MAX);
        [&size.to_le_bytes()[..], &rest].concat()
    }

    fn verify(&self, apk_size: u64, hashing: &Hashing<'_>, log: &mut Log) -> Option<Signer<'a>> {
        let Some(algorithm) = Algorithm::find(self.algorithm) else {
            let what = format!("a signature of the unknown kind {:#06x}", self.algorithm);
            log.error(V4, "V4_SIG_UNKNOWN_SIG_ALGORITHM", what);
            return None;
        };
        let key = match Key::parse(self.key) {
            Ok(key) if key.is_for(algorithm.method) => key,
            Ok(_) => {
                let what = "the key is of another kind than the signature";
                log.error(V4, "V4_SIG_MALFORMED_PUBLIC_KEY", what);
                return None;
            }
            Err(why) => {
                log.error(V4, "V4_SIG_MALFORMED_PUBLIC_KEY", why);
                return None;
            }
        };
        let message = self.message(apk_size, hashing);
        match key.verify(algorithm.method, algorithm.hash, &[&message], self.signature) {
            Outcome::Valid => {}
            Outcome::Invalid => {
                let what = format!("its signature {} is over something else", algorithm.name);
                log.error(V4, "V4_SIG_DID_NOT_VERIFY", what);
                return None;
            }
            Outcome::Unusable(why) => {
                log.error(V4, "V4_SIG_VERIFY_EXCEPTION", why);
                return None;
            }
        }
        if self.certificate.is_empty() {
            log.error(V4, "V4_SIG_NO_CERTIFICATE", "no certificate in the file");
            return None;
        }
        let Some(certificate) = X509::parse(self.certificate) else {
            log.error(V4, "V4_SIG_MALFORMED_CERTIFICATE", "its certificate cannot be read");
            return None;
        };
        if !key::same(certificate.key_info, self.key) {
            let issue = "V4_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD";
            log.error(V4, issue, "the key of its certificate is not the one that signed");
            return None;
        }
        Some(Signer { certificate, apk_digest: self.apk_digest })
    }
}
