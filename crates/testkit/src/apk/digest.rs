//! Content digests of an APK, and the hash tree of fs-verity (source.android.com, "APK Signature
//! Scheme v2", "v4"; kernel.org, "fs-verity").

use super::chunk::Put;
use super::zip::Archive;
use sha2::{Digest, Sha256, Sha512};

const PAGE: usize = 4096;

/// How the contents are digested, and so with which algorithm the signing block is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digesting {
    /// SHA-256 over chunks of 1 MiB.
    #[default]
    Sha256,
    /// SHA-512 over chunks of 1 MiB.
    Sha512,
    /// The root of a hash tree over pages; asks for Android 9.
    Verity,
}

impl Digesting {
    /// ECDSA with SHA-256, with SHA-512, and with SHA-256 over a verity digest.
    pub(super) fn algorithm(self) -> u32 {
        match self {
            Digesting::Sha256 => 0x0201,
            Digesting::Sha512 => 0x0202,
            Digesting::Verity => 0x0423,
        }
    }

    /// As a source stamp counts kinds of content digest.
    pub(super) fn content_id(self) -> u32 {
        match self {
            Digesting::Sha256 => 1,
            Digesting::Sha512 => 2,
            Digesting::Verity => 3,
        }
    }

    /// The digest over contents, central directory and end record, the end record as if the
    /// central directory began where the signing block does.
    pub(super) fn of(self, archive: &Archive) -> Vec<u8> {
        let end = archive.end(archive.contents.len());
        let sections = [&archive.contents, &archive.directory, &end];
        match self {
            Digesting::Sha256 => chunked::<Sha256>(&sections),
            Digesting::Sha512 => chunked::<Sha512>(&sections),
            Digesting::Verity => {
                let whole = sections.map(Vec::as_slice).concat();
                let root = tree(&whole, &[0; 8]).0;
                [root, (whole.len() as u64).to_le_bytes().to_vec()].concat()
            }
        }
    }
}

fn chunked<D: Digest>(sections: &[&Vec<u8>]) -> Vec<u8> {
    let (mut count, mut digests) = (0, Vec::new());
    for section in sections {
        for chunk in section.chunks(1 << 20) {
            let mut framed = vec![0xa5];
            framed.sized(chunk);
            digests.extend(D::digest(&framed));
            count += 1;
        }
    }
    let mut top = vec![0x5a];
    top.u32(count);
    top.extend(digests);
    D::digest(&top).to_vec()
}

/// Root and levels, topmost first, of the hash tree over pages.
pub(super) fn tree(bytes: &[u8], salt: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let hash = |page: &[u8]| {
        let mut page = page.to_vec();
        page.resize(PAGE, 0);
        Sha256::new().chain_update(salt).chain_update(page).finalize().to_vec()
    };
    let mut levels: Vec<Vec<u8>> = Vec::new();
    let mut below = bytes.to_vec();
    loop {
        let mut level: Vec<u8> = below.chunks(PAGE).flat_map(hash).collect();
        level.resize(level.len().next_multiple_of(PAGE), 0);
        levels.push(level.clone());
        if level.len() <= PAGE {
            return (hash(&level), levels.into_iter().rev().flatten().collect());
        }
        below = level;
    }
}
