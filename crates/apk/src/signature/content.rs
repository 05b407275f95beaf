//! Digests over the contents of an APK: all but the signing block (source.android.com, "APK
//! Signature Scheme v2", "Integrity-protected contents"; apksig `computeContentDigests`).

use super::algorithm::ContentDigest;
use super::source::Source;
use super::verity::Tree;
use super::zip::Sections;
use sha2::{Digest, Sha256, Sha512};
use std::io;

/// Bytes of a chunk.
const CHUNK: u64 = 1 << 20;
/// Where the end record states the offset of the central directory.
const OFFSET_FIELD: std::ops::Range<usize> = 16..20;
/// The page that fs-verity and the signing block are aligned to.
const PAGE: u64 = 4096;

/// The contents, and the digests computed so far: each scheme may need the same one.
pub(super) struct Contents {
    /// `(start, length)` of what lies before the signing block, and of the central directory.
    before: (u64, u64),
    directory: (u64, u64),
    /// The end record, as if the central directory began where the signing block does.
    end: Vec<u8>,
    known: Vec<(ContentDigest, Vec<u8>)>,
}

impl Contents {
    pub(super) fn new(sections: &Sections, block_at: u64) -> Self {
        let mut end = sections.end.clone();
        if let (Some(field), Ok(at)) = (end.get_mut(OFFSET_FIELD), u32::try_from(block_at)) {
            field.copy_from_slice(&at.to_le_bytes());
        }
        Self {
            before: (0, block_at),
            directory: (sections.directory_at, sections.directory_size),
            end,
            known: Vec::new(),
        }
    }

    /// What keeps this digest from being computed at all.
    pub(super) fn unfit(&self, which: ContentDigest) -> Option<&'static str> {
        let block = self.directory.0 - self.before.1;
        let aligned = self.before.1.is_multiple_of(PAGE) && block.is_multiple_of(PAGE);
        (which == ContentDigest::Verity && !aligned)
            .then_some("the signing block does not begin and end at a page of 4096 bytes")
    }

    /// The digests of these kinds; what is not known yet is computed in one pass.
    pub(super) fn digests(
        &mut self,
        source: &mut Source<'_>,
        wanted: &[ContentDigest],
    ) -> io::Result<&[(ContentDigest, Vec<u8>)]> {
        let is_new =
            |which| wanted.contains(&which) && self.known.iter().all(|(known, _)| *known != which);
        let mut running = Running {
            sha256: is_new(ContentDigest::Sha256).then(Chunks::new),
            sha512: is_new(ContentDigest::Sha512).then(Chunks::new),
            verity: is_new(ContentDigest::Verity).then(|| Tree::salted(vec![0; 8])),
            ..Running::default()
        };
        if running.is_needed() {
            for (at, size) in [self.before, self.directory] {
                running.section(size);
                source.feed(at, size, |bytes| {
                    running.update(bytes);
                    true
                })?;
            }
            running.section(self.end.len() as u64);
            running.update(&self.end);
            self.known.extend(running.finish());
        }
        Ok(&self.known)
    }
}

/// One pass over the sections; chunks end where sections do.
#[derive(Default)]
struct Running {
    sha256: Option<Chunks<Sha256>>,
    sha512: Option<Chunks<Sha512>>,
    verity: Option<Tree>,
    length: u64,
    /// Bytes left of the section, and of the chunk.
    left: u64,
    room: u64,
}

impl Running {
    fn is_needed(&self) -> bool {
        self.sha256.is_some() || self.sha512.is_some() || self.verity.is_some()
    }

    fn section(&mut self, size: u64) {
        self.length += size;
        (self.left, self.room) = (size, 0);
    }

    fn update(&mut self, mut bytes: &[u8]) {
        if let Some(verity) = &mut self.verity {
            verity.update(bytes);
        }
        while !bytes.is_empty() {
            if self.room == 0 {
                self.room = self.left.min(CHUNK);
                self.sha256.iter_mut().for_each(|chunks| chunks.begin(self.room));
                self.sha512.iter_mut().for_each(|chunks| chunks.begin(self.room));
            }
            let step = usize::try_from(self.room).unwrap_or(usize::MAX).min(bytes.len());
            let (now, rest) = bytes.split_at(step);
            self.sha256.iter_mut().for_each(|chunks| chunks.digest.update(now));
            self.sha512.iter_mut().for_each(|chunks| chunks.digest.update(now));
            self.room -= step as u64;
            self.left -= step as u64;
            bytes = rest;
            if self.room == 0 {
                self.sha256.iter_mut().for_each(Chunks::finish);
                self.sha512.iter_mut().for_each(Chunks::finish);
            }
        }
    }

    fn finish(self) -> impl Iterator<Item = (ContentDigest, Vec<u8>)> {
        let length = self.length;
        let verity = self.verity.map(|tree| {
            let root = tree.finish().root;
            (ContentDigest::Verity, [&root[..], &length.to_le_bytes()].concat())
        });
        let sha256 = self.sha256.map(|chunks| (ContentDigest::Sha256, chunks.top()));
        let sha512 = self.sha512.map(|chunks| (ContentDigest::Sha512, chunks.top()));
        [sha256, sha512, verity].into_iter().flatten()
    }
}

/// Digests of chunks, and the digest over them.
struct Chunks<D> {
    digest: D,
    count: u32,
    all: Vec<u8>,
}

impl<D: Digest> Chunks<D> {
    fn new() -> Self {
        Self { digest: D::new(), count: 0, all: Vec::new() }
    }

    fn begin(&mut self, size: u64) {
        self.digest = D::new();
        self.digest.update([0xa5]);
        self.digest.update(u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn finish(&mut self) {
        let chunk = std::mem::replace(&mut self.digest, D::new());
        self.all.extend_from_slice(&chunk.finalize());
        self.count = self.count.saturating_add(1);
    }

    fn top(self) -> Vec<u8> {
        let mut digest = D::new();
        digest.update([0x5a]);
        digest.update(self.count.to_le_bytes());
        digest.update(&self.all);
        digest.finalize().to_vec()
    }
}
