//! DEX files inside the containers that Android's compilers keep: VDEX (dex2oat, Android 8 and
//! later), ODEX (dexopt, up to Android 4.4) and OAT (dex2oat, up to Android 7).
//!
//! VDEX: AOSP `art/runtime/vdex_file.h` of the branches oreo (006), oreo-m2 (010), pie (019),
//! android10 and android11 (021), android12 and later (027). ODEX: `dalvik/libdex/DexFile.h`,
//! `DexOptHeader`. OAT before Android 8 holds whole DEX files in its read-only data; they are found
//! by their own headers.

use crate::bytes::{size_at, slice, u32_at};
use crate::header::is_dex;

/// Files of one container that are looked for.
const MOST_FILES: usize = 1_000;

/// What a file of code is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// A DEX file, or several as of version 41.
    Dex,
    /// VDEX.
    Vdex,
    /// ODEX of Dalvik.
    Odex,
    /// An ELF file, which is an OAT file if it holds the mark of one.
    Oat,
}

impl Container {
    /// By the first bytes; an ELF file only where it bears the mark of OAT (`oat\n`).
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'd', b'e', b'x', b'\n', ..] => Some(Self::Dex),
            [b'v', b'd', b'e', b'x', ..] => Some(Self::Vdex),
            [b'd', b'e', b'y', b'\n', ..] => Some(Self::Odex),
            [0x7f, b'E', b'L', b'F', ..] => aligned(bytes, b"oat\n").next().map(|_| Self::Oat),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dex => "dex",
            Self::Vdex => "vdex",
            Self::Odex => "odex",
            Self::Oat => "oat",
        }
    }
}

/// Something in a container that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Byte in the container.
    pub at: usize,
    /// What was found, with what was expected.
    pub what: String,
}

/// What a container holds.
#[derive(Clone, Debug, Default)]
pub struct Inside<'a> {
    /// The bytes of each DEX file, from its header on.
    pub files: Vec<&'a [u8]>,
    /// What could not be read, and why. Also that there is no code in it, where there is none.
    pub problems: Vec<Problem>,
    /// Whether the compiler may have replaced instructions by quicker forms, which name fields and
    /// methods by their place in memory: such calls cannot be told.
    pub is_quickened: bool,
}

/// The DEX files in a container of any kind; a DEX file holds itself.
#[must_use]
pub fn inside(bytes: &[u8]) -> Inside<'_> {
    match Container::of(bytes) {
        Some(Container::Dex) => Inside { files: vec![bytes], ..Inside::default() },
        Some(Container::Vdex) => vdex(bytes),
        Some(Container::Odex) => odex(bytes),
        Some(Container::Oat) => oat(bytes),
        None => none(0, "no container of code"),
    }
}

fn none(at: usize, what: &str) -> Inside<'static> {
    let problems = vec![Problem { at, what: what.to_owned() }];
    Inside { problems, ..Inside::default() }
}

/// Where a VDEX keeps its DEX files: from where to where, how many, and whether each has four bytes
/// in front that lead to what was quickened.
struct Section {
    from: usize,
    to: usize,
    count: usize,
    has_offsets: bool,
    is_quickened: bool,
}

fn vdex(bytes: &[u8]) -> Inside<'_> {
    let version = bytes.get(4..8).unwrap_or_default();
    let section = match version {
        b"006\0" | b"010\0" => early(bytes),
        b"019\0" => later(bytes, 20),
        b"021\0" => later(bytes, 28),
        b"027\0" => sections(bytes),
        _ => {
            let shown = String::from_utf8_lossy(version);
            let shown = shown.trim_end_matches('\0');
            return none(
                4,
                &format!("VDEX of version {shown:?} is not known; its code is not read"),
            );
        }
    };
    match section {
        None => none(8, "VDEX whose header leads out of the file"),
        Some(section) if section.from == section.to => {
            none(8, "VDEX without code: the DEX files are in the APK it was made of")
        }
        Some(section) => files(bytes, &section),
    }
}

/// 006 and 010: counts and sizes, checksums, then the DEX files.
fn early(bytes: &[u8]) -> Option<Section> {
    const HEADER: usize = 24;
    let count = size_at(bytes, 8)?;
    let from = HEADER.checked_add(count.checked_mul(4)?)?;
    let to = from.checked_add(size_at(bytes, 12)?)?;
    let is_quickened = u32_at(bytes, 20)? != 0;
    Some(Section { from, to, count, has_offsets: false, is_quickened })
}

/// 019 and 021: a header, checksums, and where there is a section of DEX files, its header.
fn later(bytes: &[u8], header: usize) -> Option<Section> {
    let count = size_at(bytes, 12)?;
    let at = header.checked_add(count.checked_mul(4)?)?;
    if bytes.get(8..12)? == b"000\0" {
        return Some(Section { from: at, to: at, count, has_offsets: true, is_quickened: false });
    }
    let from = at.checked_add(12)?;
    let to = from.checked_add(size_at(bytes, at)?)?;
    let is_quickened = u32_at(bytes, at + 8)? != 0;
    Some(Section { from, to, count, has_offsets: true, is_quickened })
}

/// 027: a table of sections by kind; 1 is that of the DEX files. Nothing is quickened any more.
fn sections(bytes: &[u8]) -> Option<Section> {
    const DEX_FILES: u32 = 1;
    let count = size_at(bytes, 8)?.min(64);
    for number in 0..count {
        let at = 12 + number * 12;
        if u32_at(bytes, at)? != DEX_FILES {
            continue;
        }
        let (from, size) = (size_at(bytes, at + 4)?, size_at(bytes, at + 8)?);
        let to = from.checked_add(size)?;
        let count = MOST_FILES;
        return Some(Section { from, to, count, has_offsets: false, is_quickened: false });
    }
    Some(Section { from: 0, to: 0, count: 0, has_offsets: false, is_quickened: false })
}

/// The DEX files of a section, one behind the other, each at a multiple of four.
fn files<'a>(bytes: &'a [u8], section: &Section) -> Inside<'a> {
    let mut inside = Inside { is_quickened: section.is_quickened, ..Inside::default() };
    let mut at = section.from;
    let mut problem = |at, what: &str| {
        inside.problems.push(Problem { at, what: what.to_owned() });
    };
    if section.to > bytes.len() {
        problem(section.from, "the DEX files are stated to end behind the file");
    }
    let to = section.to.min(bytes.len());
    for _ in 0..section.count.min(MOST_FILES) {
        at = at.next_multiple_of(4) + if section.has_offsets { 4 } else { 0 };
        if at >= to {
            break;
        }
        let rest = bytes.get(at..to).unwrap_or_default();
        // The sizes of compact DEX (Android 9 to 11) do not cover the data they share.
        if rest.starts_with(b"cdex") {
            problem(at, "compact DEX, which is not read");
            break;
        }
        let size = size_at(rest, 32).filter(|size| is_dex(rest) && *size >= 0x70);
        let Some(size) = size else {
            problem(at, "expected a DEX file");
            break;
        };
        inside.files.push(rest.get(..size).unwrap_or(rest));
        at = at.saturating_add(size);
    }
    if inside.files.is_empty() && inside.problems.is_empty() {
        let what = "VDEX whose section of DEX files is stated to hold none".to_owned();
        inside.problems.push(Problem { at: section.from, what });
    }
    inside
}

fn odex(bytes: &[u8]) -> Inside<'_> {
    let found = || slice(bytes, size_at(bytes, 8)?, size_at(bytes, 12)?);
    match found() {
        Some(file) => Inside { files: vec![file], is_quickened: true, ..Inside::default() },
        None => none(8, "ODEX whose header leads out of the file"),
    }
}

fn oat(bytes: &[u8]) -> Inside<'_> {
    let mut inside = Inside::default();
    let mut end = 0;
    for at in aligned(bytes, b"dex\n") {
        let rest = bytes.get(at..).unwrap_or_default();
        if at < end || !is_dex(rest) || inside.files.len() >= MOST_FILES {
            continue;
        }
        let Some(file) = size_at(rest, 32).and_then(|size| rest.get(..size)) else { continue };
        // A text that reads as the mark has no header behind it.
        if size_at(file, 36) == Some(0x70) {
            end = at + file.len();
            inside.files.push(file);
        }
    }
    if inside.files.is_empty() {
        return none(0, "OAT without code of its own: the DEX files are in a VDEX or an APK");
    }
    inside.is_quickened = true;
    inside
}

/// Where a mark stands at a multiple of four.
fn aligned<'a>(bytes: &'a [u8], mark: &'a [u8; 4]) -> impl Iterator<Item = usize> + 'a {
    let words = bytes.chunks_exact(4).enumerate();
    words.filter(move |(_, word)| *word == mark).map(|(number, _)| number * 4)
}
