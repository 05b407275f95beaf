//! The hash tree of fs-verity: SHA-256 over pages of 4096 bytes, level by level (kernel.org,
//! "fs-verity"; apksig `VerityTreeBuilder`).

use sha2::{Digest, Sha256};

const PAGE: usize = 4096;
const DIGEST: usize = 32;

/// A tree under construction. Only the digests are kept, 1/128 of what they are over.
pub(super) struct Tree {
    salt: Vec<u8>,
    page: Vec<u8>,
    leaves: Vec<u8>,
}

/// What came out.
pub(super) struct Root {
    pub(super) root: [u8; DIGEST],
    /// The levels, topmost first, each filled up to whole pages.
    pub(super) tree: Vec<u8>,
}

impl Tree {
    pub(super) fn salted(salt: Vec<u8>) -> Self {
        Self { salt, page: Vec::with_capacity(PAGE), leaves: Vec::new() }
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at((PAGE - self.page.len()).min(bytes.len()));
            if self.page.is_empty() && now.len() == PAGE {
                let digest = self.hash(now);
                self.leaves.extend_from_slice(&digest);
            } else {
                self.page.extend_from_slice(now);
                if self.page.len() == PAGE {
                    self.flush();
                }
            }
            bytes = rest;
        }
    }

    pub(super) fn finish(mut self) -> Root {
        if !self.page.is_empty() {
            self.flush();
        }
        let mut levels = vec![padded(std::mem::take(&mut self.leaves))];
        while let Some(last) = levels.last().filter(|last| last.len() > PAGE) {
            let next = last.chunks(PAGE).flat_map(|page| self.hash(page)).collect();
            levels.push(padded(next));
        }
        let tree: Vec<u8> = levels.into_iter().rev().flatten().collect();
        let root = self.hash(tree.get(..PAGE).unwrap_or(&tree));
        Root { root, tree }
    }

    fn flush(&mut self) {
        self.page.resize(PAGE, 0);
        let digest = self.hash(&self.page);
        self.leaves.extend_from_slice(&digest);
        self.page.clear();
    }

    fn hash(&self, page: &[u8]) -> [u8; DIGEST] {
        Sha256::new().chain_update(&self.salt).chain_update(page).finalize().into()
    }
}

fn padded(mut level: Vec<u8>) -> Vec<u8> {
    level.resize(level.len().div_ceil(PAGE).max(1) * PAGE, 0);
    level
}
