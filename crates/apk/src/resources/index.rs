//! The index of a resource table's chunks, and what is odd about them.

use super::{PLACE, Resources, entry};
use crate::anomaly::AnomalyKind as Kind;
use crate::le::{Chunk, size_at, u8_at, u16_at, u32_at};
use crate::remarks::Remarks;
use crate::strings::{Pool, STRING_POOL};
use std::collections::HashSet;

const TABLE: u16 = 0x0002;
const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
/// Kinds of chunks that AOSP knows inside a package: specifications of types, libraries,
/// overlayables, staged aliases, and what a feature flag switches (0x0207, since Android 16).
const KNOWN: std::ops::RangeInclusive<u16> = 0x0201..=0x0207;
/// Names of the feature flags, beside the packages (since Android 16).
const FLAGS: u16 = 0x0208;
/// Header of a package: 288 bytes, 284 before Android 5.
const PACKAGE_HEADERS: [usize; 2] = [284, 288];
/// Chunks of types that are indexed; large apps have about 20,000.
const MOST_CHUNKS: usize = 200_000;

pub(super) fn read<'a>(table: &'a [u8], remarks: &mut Remarks) -> Resources<'a> {
    let mut read = Resources::default();
    let (kind, stated) = (u16_at(table, 0), size_at(table, 4).unwrap_or_default());
    let Some(whole) = Chunk::at(table, 0).filter(|whole| whole.kind == TABLE) else {
        let detail = format!("kind {:#06x}, {stated} bytes stated", kind.unwrap_or_default());
        remarks.odd(Kind::ResourcesRoot, PLACE, 0, detail);
        remarks.add(PLACE, "does not begin as a resource table does");
        return read;
    };
    if stated > table.len() || whole.header != 12 {
        let detail = format!(
            "header of {} bytes, {stated} bytes stated, {} there",
            whole.header,
            table.len()
        );
        remarks.odd(Kind::ResourcesRoot, PLACE, 0, detail);
    } else if stated < table.len() {
        let detail = format!("{} bytes", table.len() - stated);
        remarks.odd(Kind::ResourcesTrailing, PLACE, stated, detail);
    }
    let mut index =
        Index { read: &mut read, chunks: 0, full: false, seen: HashSet::new(), remarks };
    index.table(whole, table);
    if index.full {
        remarks.add(PLACE, format!("more than {MOST_CHUNKS} chunks of types"));
    }
    read
}

struct Index<'r, 'a> {
    read: &'r mut Resources<'a>,
    chunks: usize,
    full: bool,
    /// Package, type and configuration of each chunk of values.
    seen: HashSet<(u8, u8, &'a [u8])>,
    remarks: &'r mut Remarks,
}

impl<'a> Index<'_, 'a> {
    fn table(&mut self, whole: Chunk<'a>, table: &'a [u8]) {
        let stated = u32_at(table, 8).unwrap_or_default();
        let (mut pools, mut packages) = (0, Vec::new());
        self.walk(whole.bytes, whole.header, 0, |index, chunk, at| match chunk.kind {
            STRING_POOL if pools == 0 => {
                pools += 1;
                Pool::check(chunk, PLACE, at, index.remarks);
                index.read.pool = Pool::new(chunk).unwrap_or_default();
            }
            STRING_POOL => index.remarks.odd(Kind::ResourcesSeveralPools, PLACE, at, ""),
            PACKAGE => {
                let Some(id) = u8_at(chunk.bytes, 8) else { return };
                // Android takes the first package of a number.
                if packages.contains(&id) {
                    let detail = format!("package {id:#04x}");
                    index.remarks.odd(Kind::ResourcesDuplicatePackage, PLACE, at, detail);
                } else {
                    index.package(id, chunk, at);
                }
                packages.push(id);
            }
            FLAGS => {}
            kind => {
                let detail = format!("{kind:#06x}");
                index.remarks.odd(Kind::ResourcesUnknownChunk, PLACE, at, detail);
            }
        });
        if u32::try_from(packages.len()) != Ok(stated) {
            let detail = format!("{stated} stated, {} there", packages.len());
            self.remarks.odd(Kind::ResourcesPackages, PLACE, 8, detail);
        }
        if pools == 0 {
            self.remarks.add(PLACE, "no string pool in it");
        }
    }

    fn package(&mut self, id: u8, package: Chunk<'a>, at: usize) {
        if !PACKAGE_HEADERS.contains(&package.header) {
            let detail = format!("{} bytes", package.header);
            self.remarks.odd(Kind::ResourcesPackageHeader, PLACE, at, detail);
        }
        self.walk(package.bytes, package.header, at, |index, chunk, at| match chunk.kind {
            TYPE => index.values(id, chunk, at),
            STRING_POOL => Pool::check(chunk, PLACE, at, index.remarks),
            kind if KNOWN.contains(&kind) => {}
            kind => {
                let detail = format!("{kind:#06x}");
                index.remarks.odd(Kind::ResourcesUnknownChunk, PLACE, at, detail);
            }
        });
    }

    /// The values of one type in one configuration.
    fn values(&mut self, package: u8, chunk: Chunk<'a>, at: usize) {
        let Some(id) = u8_at(chunk.bytes, 8).filter(|_| chunk.header >= 24) else {
            return self.remarks.odd(Kind::ResourcesChunkSize, PLACE, at, "header of a type");
        };
        if self.chunks == MOST_CHUNKS {
            self.full = true;
            return;
        }
        self.chunks += 1;
        if let Some(detail) = entry::misfit(&chunk) {
            self.remarks.odd(Kind::ResourcesEntries, PLACE, at, detail);
        }
        let size = size_at(chunk.bytes, 20).unwrap_or_default();
        let config = chunk.bytes.get(20..chunk.header).unwrap_or_default();
        let config = config.get(..size).unwrap_or(config);
        if !self.seen.insert((package, id, config)) {
            let detail = format!("type {id:#04x} of package {package:#04x}");
            self.remarks.odd(Kind::ResourcesDuplicateType, PLACE, at, detail);
        }
        self.read.types.entry((package, id)).or_default().push((at, chunk));
    }

    /// Calls `visit` with each chunk that lies in `bytes` from `from` on, and its place in the
    /// table; `bytes` themselves lie at `base`.
    fn walk(
        &mut self,
        bytes: &'a [u8],
        from: usize,
        base: usize,
        mut visit: impl FnMut(&mut Self, Chunk<'a>, usize),
    ) {
        let mut at = from;
        while at < bytes.len() {
            let Some(chunk) = Chunk::at(bytes, at) else {
                let detail = format!("{} bytes left", bytes.len() - at);
                self.remarks.odd(Kind::ResourcesChunkSize, PLACE, base + at, detail);
                return self.remarks.add(PLACE, format!("no chunk at byte {}", base + at));
            };
            let stated = size_at(bytes, at + 4).unwrap_or_default();
            if stated > chunk.bytes.len() {
                let detail = format!("{stated} bytes stated, {} left", chunk.bytes.len());
                self.remarks.odd(Kind::ResourcesChunkSize, PLACE, base + at, detail);
                self.remarks.add(PLACE, format!("the chunk at byte {} is cut", base + at));
            }
            visit(self, chunk, base + at);
            at += chunk.bytes.len();
        }
    }
}
