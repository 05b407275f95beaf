//! The digests that Android's signatures use.

use md5::Md5;
use sha1::Sha1;
use sha2::digest::DynDigest;
use sha2::{Sha224, Sha256, Sha384, Sha512};

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn start(self) -> Box<dyn DynDigest> {
        match self {
            Hash::Md5 => Box::new(Md5::default()),
            Hash::Sha1 => Box::new(Sha1::default()),
            Hash::Sha224 => Box::new(Sha224::default()),
            Hash::Sha256 => Box::new(Sha256::default()),
            Hash::Sha384 => Box::new(Sha384::default()),
            Hash::Sha512 => Box::new(Sha512::default()),
        }
    }

    /// The digest of these bytes, one part after the other.
    pub(super) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut digest = self.start();
        parts.iter().for_each(|part| digest.update(part));
        digest.finalize().into_vec()
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Hash::Md5 => "MD5",
            Hash::Sha1 => "SHA-1",
            Hash::Sha224 => "SHA-224",
            Hash::Sha256 => "SHA-256",
            Hash::Sha384 => "SHA-384",
            Hash::Sha512 => "SHA-512",
        }
    }
}
