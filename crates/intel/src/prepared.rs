//! Prepared indexes: a file that is ready for look-ups as it lies.
//!
//! A page of 64 KiB with magic, version, seed, checksums and the table of sections; then the
//! sections, each beginning on a page. Numbers are little-endian. What is small (advisories,
//! gaps, families, patterns) is a section of JSON that is read when the file is opened; all else
//! is read page by page when a look-up comes there.

use crate::engine::Patterns;
use crate::entries::Entries;
use crate::gap::KnowledgeGap;
use crate::hash::Checksum;
use crate::index::Index;
use crate::indicator::Family;
use crate::limits::Limits;
use crate::lists::Lists;
use crate::lookup::Part;
use crate::pages::{Bytes, PAGE, Source};
use crate::texts::{Span, Texts};
use model::Knowledge;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// The first bytes of a prepared index.
pub const MAGIC: [u8; 8] = *b"TMRSKIDX";

/// The layout. A file of another is made anew from its sources.
const VERSION: u32 = 4;

const SECTIONS: usize = 6;

/// Bytes of the section of JSON.
const MAX_META: u64 = 256 << 20;

/// Why a prepared index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// It could not be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It does not begin as one.
    #[error("it is no prepared index")]
    NotAnIndex,
    /// Another version of the program made it.
    #[error("it has layout {found}, and this version reads {VERSION}: make it anew")]
    Version {
        /// Its layout.
        found: u32,
    },
    /// It was to be made of others of its kind.
    #[error("a prepared index is made of lists, and not of prepared indexes")]
    Nested,
    /// It was cut or changed.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
}

/// Place and length of a text.
type Pair = (u32, u32);

#[derive(Serialize, Deserialize)]
struct Meta {
    entries: u64,
    networks: [Vec<u8>; 2],
    families: Vec<(u32, u32, Vec<Pair>)>,
    patterns: Vec<(u32, String)>,
    knowledge: Vec<Knowledge>,
    gaps: Vec<KnowledgeGap>,
}

/// Writes a part as a prepared index.
pub(crate) fn write(part: &Part, out: &mut dyn Write) -> Result<(), IndexError> {
    let span = |span: &Span| (span.start, span.len);
    let meta = Meta {
        entries: part.entries.len() as u64,
        networks: part.networks.clone(),
        families: part
            .families
            .iter()
            .map(|one| (one.name.start, one.name.len, one.attack.iter().map(span).collect()))
            .collect(),
        patterns: part.patterns.texts().map(|(number, text)| (number, text.to_owned())).collect(),
        knowledge: part.knowledge.clone(),
        gaps: part.gaps.clone(),
    };
    let meta = serde_json::to_vec(&meta).map_err(io::Error::from)?;
    let entries = part.entries.encode();
    let sections: [&[u8]; SECTIONS] = [
        &meta,
        part.index.table.memory(),
        part.index.records.memory(),
        &entries,
        part.texts.all.memory(),
        part.lists.words.memory(),
    ];
    let mut checksum = Checksum::new();
    let mut header = Vec::with_capacity(PAGE);
    header.extend_from_slice(&MAGIC);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&(PAGE as u32).to_le_bytes());
    header.extend_from_slice(&part.index.seed.to_le_bytes());
    let mut at = PAGE as u64;
    for section in sections {
        header.extend_from_slice(&at.to_le_bytes());
        header.extend_from_slice(&(section.len() as u64).to_le_bytes());
        at += section.len().next_multiple_of(PAGE) as u64;
        each_page(section, &mut |page| checksum.add(page));
    }
    header.extend_from_slice(&checksum.value().to_le_bytes());
    let mut own = Checksum::new();
    own.add(&header);
    header.extend_from_slice(&own.value().to_le_bytes());
    header.resize(PAGE, 0);
    out.write_all(&header)?;
    for section in sections {
        let mut written = Ok(());
        each_page(section, &mut |page| {
            if written.is_ok() {
                written = out.write_all(page);
            }
        });
        written?;
    }
    Ok(())
}

/// The bytes of a section by pages, the last filled up with zeros.
fn each_page(section: &[u8], give: &mut dyn FnMut(&[u8])) {
    let mut pages = section.chunks_exact(PAGE);
    pages.by_ref().for_each(&mut *give);
    let rest = pages.remainder();
    if !rest.is_empty() {
        let mut page = rest.to_vec();
        page.resize(PAGE, 0);
        give(&page);
    }
}

/// Opens a prepared index; `verify` reads it once to hold it against its checksum.
pub(crate) fn open(mut file: File, verify: bool) -> Result<Part, IndexError> {
    file.seek(SeekFrom::Start(0))?;
    let mut header = Vec::new();
    (&file).take(PAGE as u64).read_to_end(&mut header)?;
    let rest = header.strip_prefix(&MAGIC).ok_or(IndexError::NotAnIndex)?;
    let mut words = rest.chunks_exact(4).filter_map(|word| word.first_chunk::<4>());
    let mut small = || words.next().map(|word| u32::from_le_bytes(*word));
    let cut = IndexError::Damaged("its header is cut");
    let (Some(found), Some(_)) = (small(), small()) else { return Err(cut) };
    if found != VERSION {
        return Err(IndexError::Version { found });
    }
    let mut large = || Some(u64::from(small()?) | u64::from(small()?) << 32);
    let Some(seed) = large() else { return Err(cut) };
    let mut sections = [(0, 0); SECTIONS];
    for section in &mut sections {
        let (Some(start), Some(length)) = (large(), large()) else { return Err(cut) };
        *section = (start, length);
    }
    let (Some(stated), Some(own)) = (large(), large()) else { return Err(cut) };
    let size = MAGIC.len() + 8 + 8 + SECTIONS * 16 + 8;
    let mut known = Checksum::new();
    known.add(header.get(..size).unwrap_or(&[]));
    if known.value() != own {
        return Err(IndexError::Damaged("its header does not fit its checksum"));
    }
    let end = file.metadata()?.len();
    let fits = |(start, length): &(u64, u64)| {
        start % PAGE as u64 == 0 && start.checked_add(*length).is_some_and(|to| to <= end)
    };
    if !sections.iter().all(fits) {
        return Err(IndexError::Damaged("it is cut"));
    }
    if verify && checksum(&file)? != stated {
        return Err(IndexError::Damaged("its content does not fit its checksum"));
    }
    let [meta, table, records, entries, texts, lists] = sections;
    if meta.1 > MAX_META {
        return Err(IndexError::Damaged("its list of advisories is too long"));
    }
    file.seek(SeekFrom::Start(meta.0))?;
    let mut text = Vec::new();
    (&file).take(meta.1).read_to_end(&mut text)?;
    let meta: Meta = serde_json::from_slice(&text)
        .map_err(|_| IndexError::Damaged("its list of advisories cannot be read"))?;
    let source = Source::new(file);
    let bytes = |(start, length): (u64, u64)| Bytes::section(&source, start, length as usize);
    if !Index::is_table(table.1) {
        return Err(IndexError::Damaged("its table has no size that a table has"));
    }
    let mut patterns = Patterns::default();
    for (indicator, text) in &meta.patterns {
        let added = patterns.add(text, *indicator, Limits::default().pattern_bytes);
        added.map_err(|_| IndexError::Damaged("a pattern in it cannot be compiled"))?;
    }
    let of = |(start, len): (u32, u32)| Span { start, len };
    let families = meta.families.into_iter().map(|(start, len, attack)| Family {
        name: Span { start, len },
        attack: attack.into_iter().map(of).collect(),
    });
    Ok(Part {
        number: 0,
        texts: Texts::prepared(bytes(texts)),
        index: Index::prepared(bytes(records), bytes(table), seed),
        entries: Entries::File { bytes: bytes(entries), count: meta.entries as usize },
        lists: Lists::prepared(bytes(lists)),
        families: families.collect(),
        networks: meta.networks,
        patterns,
        knowledge: meta.knowledge.into_iter().map(unsigned).collect(),
        gaps: meta.gaps,
        source: Some(source),
    })
}

/// What a file says of itself proves nobody's signature: anybody can write an index.
fn unsigned(said: Knowledge) -> Knowledge {
    let status = model::KnowledgeStatus::Unsigned;
    Knowledge { status, signed_by: Vec::new(), signed: None, ..said }
}

/// The checksum of all behind the header.
fn checksum(file: &File) -> Result<u64, IndexError> {
    let mut reader = file;
    reader.seek(SeekFrom::Start(PAGE as u64))?;
    let mut checksum = Checksum::new();
    let mut pages = vec![0; PAGE * 4];
    loop {
        let mut held = 0;
        while held < pages.len() {
            match reader.read(pages.get_mut(held..).unwrap_or(&mut []))? {
                0 => break,
                count => held += count,
            }
        }
        checksum.add(pages.get(..held).unwrap_or(&[]));
        if held < pages.len() {
            return Ok(checksum.value());
        }
    }
}
