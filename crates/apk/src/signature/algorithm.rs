//! Signature algorithms of the APK signing block (apksig `SignatureAlgorithm`), and which of
//! several signatures an Android version looks at (`getSignaturesToVerify`).

use super::hash::Hash;
use super::key::Method;

/// How the contents of an APK are digested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ContentDigest {
    /// SHA-256 over chunks of 1 MiB.
    Sha256,
    /// SHA-512 over chunks of 1 MiB.
    Sha512,
    /// The root of a fs-verity tree, and the length.
    Verity,
}

impl ContentDigest {
    /// apksig `ContentDigestAlgorithm.getId()`; part of what a source stamp signs.
    pub(super) fn id(self) -> u32 {
        match self {
            ContentDigest::Sha256 => 1,
            ContentDigest::Sha512 => 2,
            ContentDigest::Verity => 3,
        }
    }

    /// Which one is preferred: the greater.
    fn rank(self) -> u8 {
        match self {
            ContentDigest::Sha256 => 0,
            ContentDigest::Verity => 1,
            ContentDigest::Sha512 => 2,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            ContentDigest::Sha256 => "CHUNKED_SHA256",
            ContentDigest::Sha512 => "CHUNKED_SHA512",
            ContentDigest::Verity => "VERITY_CHUNKED_SHA256",
        }
    }
}

/// A signature algorithm.
#[derive(Debug)]
pub(super) struct Algorithm {
    pub(super) id: u32,
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) hash: Hash,
    pub(super) content: ContentDigest,
    /// The first SDK version that reads it in a signing block.
    min_sdk: u32,
    /// The first SDK version that can compute it at all.
    provider_min_sdk: u32,
}

/// Which first SDK version of an algorithm counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// Reading it in a signing block.
    Block,
    /// Computing it: source stamps.
    Provider,
}

impl Algorithm {
    pub(super) fn find(id: u32) -> Option<&'static Self> {
        ALGORITHMS.iter().find(|algorithm| algorithm.id == id)
    }

    fn since(&self, support: Support) -> u32 {
        match support {
            Support::Block => self.min_sdk,
            Support::Provider => self.provider_min_sdk,
        }
    }
}

/// Of several signatures those that some version of the range looks at: for each first SDK
/// version of an algorithm, the one with the strongest digest. `Err` where the least version
/// supports none.
pub(super) fn to_verify<'a, S>(
    signatures: impl Iterator<Item = (&'static Algorithm, S)>,
    (min_sdk, max_sdk): (u32, u32),
    support: Support,
) -> Result<Vec<(&'static Algorithm, S)>, String>
where
    S: Copy + 'a,
{
    let mut best: Vec<(&'static Algorithm, S)> = Vec::new();
    for (algorithm, signature) in signatures {
        let since = algorithm.since(support);
        if since > max_sdk {
            continue;
        }
        match best.iter_mut().find(|(other, _)| other.since(support) == since) {
            None => best.push((algorithm, signature)),
            Some(other) if algorithm.content.rank() > other.0.content.rank() => {
                *other = (algorithm, signature);
            }
            Some(_) => {}
        }
    }
    match best.iter().map(|(algorithm, _)| algorithm.since(support)).min() {
        None => Err("none of its signatures is of a kind that is supported".to_owned()),
        Some(least) if min_sdk < least => {
            Err(format!("its signatures are supported from SDK {least} on, and {min_sdk} is asked"))
        }
        Some(_) => {
            best.sort_by_key(|(algorithm, _)| algorithm.id);
            Ok(best)
        }
    }
}

/// Every algorithm that is verified. ML-DSA (0x0501) is not: to this verifier, as to Android up
/// to version 16, it is unknown.
const ALGORITHMS: &[Algorithm] = &[
    Algorithm {
        id: 0x0101,
        name: "RSA_PSS_WITH_SHA256",
        method: Method::RsaPss,
        hash: Hash::Sha256,
        content: ContentDigest::Sha256,
        min_sdk: 24,
        provider_min_sdk: 23,
    },
    Algorithm {
        id: 0x0102,
        name: "RSA_PSS_WITH_SHA512",
        method: Method::RsaPss,
        hash: Hash::Sha512,
        content: ContentDigest::Sha512,
        min_sdk: 24,
        provider_min_sdk: 23,
    },
    Algorithm {
        id: 0x0103,
        name: "RSA_PKCS1_V1_5_WITH_SHA256",
        method: Method::Rsa,
        hash: Hash::Sha256,
        content: ContentDigest::Sha256,
        min_sdk: 24,
        provider_min_sdk: 1,
    },
    Algorithm {
        id: 0x0104,
        name: "RSA_PKCS1_V1_5_WITH_SHA512",
        method: Method::Rsa,
        hash: Hash::Sha512,
        content: ContentDigest::Sha512,
        min_sdk: 24,
        provider_min_sdk: 1,
    },
    Algorithm {
        id: 0x0201,
        name: "ECDSA_WITH_SHA256",
        method: Method::Ecdsa,
        hash: Hash::Sha256,
        content: ContentDigest::Sha256,
        min_sdk: 24,
        provider_min_sdk: 11,
    },
    Algorithm {
        id: 0x0202,
        name: "ECDSA_WITH_SHA512",
        method: Method::Ecdsa,
        hash: Hash::Sha512,
        content: ContentDigest::Sha512,
        min_sdk: 24,
        provider_min_sdk: 11,
    },
    Algorithm {
        id: 0x0301,
        name: "DSA_WITH_SHA256",
        method: Method::Dsa,
        hash: Hash::Sha256,
        content: ContentDigest::Sha256,
        min_sdk: 24,
        provider_min_sdk: 1,
    },
    Algorithm {
        id: 0x0421,
        name: "VERITY_RSA_PKCS1_V1_5_WITH_SHA256",
        method: Method::Rsa,
        hash: Hash::Sha256,
        content: ContentDigest::Verity,
        min_sdk: 28,
        provider_min_sdk: 1,
    },
    Algorithm {
        id: 0x0423,
        name: "VERITY_ECDSA_WITH_SHA256",
        method: Method::Ecdsa,
        hash: Hash::Sha256,
        content: ContentDigest::Verity,
        min_sdk: 28,
        provider_min_sdk: 11,
    },
    Algorithm {
        id: 0x0425,
        name: "VERITY_DSA_WITH_SHA256",
        method: Method::Dsa,
        hash: Hash::Sha256,
        content: ContentDigest::Verity,
        min_sdk: 28,
        provider_min_sdk: 1,
    },
];
