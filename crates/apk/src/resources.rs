//! The resource table (`ResTable_*` in AOSP `ResourceTypes.h`), looked up by id; nothing but an
//! index of its chunks is built.

use crate::le::{Chunk, size_at, u8_at, u16_at, u32_at};
use crate::package::{Label, Problems};
use crate::strings::{MOST_CHARS, Pool, STRING_POOL};
use crate::xml::Value;
use std::collections::HashMap;

const PLACE: &str = "resources.arsc";
const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
const SPARSE: u8 = 0x01;
const OFFSET16: u8 = 0x02;
const COMPLEX: u16 = 0x0001;
const COMPACT: u16 = 0x0008;
/// References that are followed one after the other, as AssetManager2 does.
const MOST_STEPS: u32 = 20;
/// Chunks of types that are indexed; large apps have about 20,000.
const MOST_CHUNKS: usize = 200_000;
/// Locales of one label; Android knows about 600.
const MOST_LABELS: usize = 1000;
/// Chunks looked at in all look-ups together.
const MOST_VISITS: usize = 4_000_000;

#[derive(Default)]
pub(crate) struct Resources<'a> {
    pool: Pool<'a>,
    /// Chunks by package and type id.
    types: HashMap<(u8, u8), Vec<Chunk<'a>>>,
    visits: usize,
}

/// A plain value.
pub(crate) enum Plain {
    Text(String),
    Number(u32),
    Boolean(bool),
}

impl<'a> Resources<'a> {
    pub(crate) fn new(table: Option<&'a [u8]>, problems: &mut Problems) -> Self {
        let mut read = Self::default();
        let Some(table) = table else { return read };
        let Some(whole) = Chunk::at(table, 0).filter(|whole| whole.kind == 0x0002) else {
            problems.add(PLACE, "does not begin as a resource table does");
            return read;
        };
        let mut chunks = 0;
        let mut pools = 0;
        for chunk in inner(table, whole.header) {
            match chunk.kind {
                STRING_POOL if pools == 0 => {
                    pools += 1;
                    read.pool = Pool::new(chunk).unwrap_or_default();
                }
                PACKAGE => {
                    let Some(package) = u8_at(chunk.bytes, 8) else { continue };
                    for one in inner(chunk.bytes, chunk.header) {
                        let id = u8_at(one.bytes, 8).filter(|_| one.kind == TYPE);
                        let Some(id) = id.filter(|_| one.header >= 24) else { continue };
                        if chunks == MOST_CHUNKS {
                            problems.add(PLACE, format!("more than {MOST_CHUNKS} chunks of types"));
                            return read;
                        }
                        chunks += 1;
                        read.types.entry((package, id)).or_default().push(one);
                    }
                }
                _ => {}
            }
        }
        if pools == 0 || read.types.is_empty() {
            problems.add(PLACE, "no string pool, or no resources in it");
        }
        read
    }

    /// The value in the default configuration; references are followed.
    pub(crate) fn value(&mut self, id: u32) -> Option<Plain> {
        let mut id = id;
        for _ in 0..MOST_STEPS {
            let (_, value) =
                self.entries(id).into_iter().min_by_key(|(config, _)| config.rank())?;
            match value {
                Value::Reference(next) => id = next,
                Value::Text(index) => return self.pool.get(index, MOST_CHARS).map(Plain::Text),
                Value::Number(number) => return Some(Plain::Number(number)),
                Value::Boolean(yes) => return Some(Plain::Boolean(yes)),
                Value::Other => return None,
            }
        }
        None
    }

    /// A text in every locale; the default locale comes first.
    pub(crate) fn labels(&mut self, id: u32) -> Vec<Label> {
        let mut id = id;
        for _ in 0..MOST_STEPS {
            let mut entries = self.entries(id);
            entries.sort_by(|(a, _), (b, _)| (&a.locale, a.rank()).cmp(&(&b.locale, b.rank())));
            if let [(_, Value::Reference(next)), rest @ ..] = entries.as_slice()
                && rest.iter().all(|(_, value)| *value == Value::Reference(*next))
            {
                id = *next;
                continue;
            }
            let mut labels: Vec<Label> = Vec::new();
            for (config, value) in entries {
                let text = match value {
                    Value::Text(index) => self.pool.get(index, MOST_CHARS),
                    Value::Reference(next) => match self.value(next) {
                        Some(Plain::Text(text)) => Some(text),
                        _ => None,
                    },
                    _ => None,
                };
                let Some(text) = text else { continue };
                let label = Label { locale: config.locale, text };
                if labels.last() != Some(&label) && labels.len() < MOST_LABELS {
                    labels.push(label);
                }
            }
            return labels;
        }
        Vec::new()
    }

    /// The values of one id in each configuration that has it, in the order of the table.
    fn entries(&mut self, id: u32) -> Vec<(Config, Value)> {
        let [entry_low, entry_high, type_id, package] = id.to_le_bytes();
        let entry = u16::from_le_bytes([entry_low, entry_high]);
        let Some(chunks) = self.types.get(&(package, type_id)) else { return Vec::new() };
        let left = MOST_VISITS.saturating_sub(self.visits);
        self.visits = self.visits.saturating_add(chunks.len());
        chunks
            .iter()
            .take(left)
            .filter_map(|chunk| Some((Config::read(chunk)?, lookup(chunk, entry)?)))
            .collect()
    }
}

/// The chunks that lie one after the other from `at` on.
fn inner(bytes: &[u8], mut at: usize) -> impl Iterator<Item = Chunk<'_>> {
    std::iter::from_fn(move || {
        let chunk = Chunk::at(bytes, at)?;
        at += chunk.bytes.len();
        Some(chunk)
    })
}

/// A configuration, as far as labels need it.
struct Config {
    locale: String,
    /// Whether it asks for nothing but perhaps a locale.
    plain: bool,
}

impl Config {
    /// `ResTable_config`, which follows the 20 bytes of a type chunk's own fields.
    fn read(chunk: &Chunk<'_>) -> Option<Self> {
        let size = size_at(chunk.bytes, 20)?;
        let config = chunk.bytes.get(20..chunk.header)?;
        let config = config.get(..size).unwrap_or(config);
        let part = |from: usize, to: usize| config.get(from..to).unwrap_or_default();
        let nothing = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
        let mut locale = code(part(8, 10), b'a');
        for (part, ok) in [(part(36, 40), 4), (part(10, 12), 2)] {
            let text = if ok == 2 { code(part, b'0') } else { plain_text(part) };
            if !locale.is_empty() && !text.is_empty() {
                locale = format!("{locale}-{text}");
            }
        }
        let plain = nothing(part(4, 8))
            && nothing(part(12, 36))
            && nothing(config.get(48..).unwrap_or_default());
        Some(Self { locale, plain })
    }

    /// How far from the default configuration.
    fn rank(&self) -> u8 {
        match (self.locale.as_str(), self.plain) {
            ("", true) => 0,
            ("", false) => 1,
            ("en", _) => 2,
            _ => 3,
        }
    }
}

/// A language or region: two letters, or three packed in 15 bits.
fn code(bytes: &[u8], base: u8) -> String {
    let [first, second] = bytes else { return String::new() };
    if first & 0x80 == 0 {
        return plain_text(bytes);
    }
    let letters = [second & 0x1f, (second & 0xe0) >> 5 | (first & 0x03) << 3, (first & 0x7c) >> 2];
    letters.iter().map(|letter| char::from(letter + base)).collect()
}

fn plain_text(bytes: &[u8]) -> String {
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    letters.map(|byte| char::from(*byte)).collect()
}

/// The value of one entry in one chunk of a type.
fn lookup(chunk: &Chunk<'_>, entry: u16) -> Option<Value> {
    let bytes = chunk.bytes;
    let flags = u8_at(bytes, 9)?;
    let count = size_at(bytes, 12)?;
    let index = bytes.get(chunk.header..)?;
    let offset = if flags & SPARSE != 0 {
        let index = index.get(..count.checked_mul(4)?).unwrap_or(index);
        let pairs: &[u8] = index;
        let found = binary_search(pairs, entry)?;
        usize::from(u16_at(pairs, found * 4 + 2)?) * 4
    } else {
        let at = usize::from(entry);
        (at < count).then_some(())?;
        if flags & OFFSET16 != 0 {
            let offset = u16_at(index, at * 2).filter(|offset| *offset != u16::MAX)?;
            usize::from(offset) * 4
        } else {
            usize::try_from(u32_at(index, at * 4).filter(|offset| *offset != u32::MAX)?).ok()?
        }
    };
    let at = size_at(bytes, 16)?.checked_add(offset)?;
    let (size, flags) = (u16_at(bytes, at)?, u16_at(bytes, at + 2)?);
    if flags & COMPACT != 0 {
        return Some(Value::new((flags >> 8) as u8, u32_at(bytes, at + 4)?));
    }
    if flags & COMPLEX != 0 {
        return None;
    }
    let value = at + usize::from(size);
    Some(Value::new(u8_at(bytes, value + 3)?, u32_at(bytes, value + 4)?))
}

/// Place of an entry among (entry u16, offset u16) pairs sorted by entry.
fn binary_search(pairs: &[u8], entry: u16) -> Option<usize> {
    let (mut low, mut high) = (0, pairs.len() / 4);
    while low < high {
        let middle = low + (high - low) / 2;
        if u16_at(pairs, middle * 4)? < entry {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (u16_at(pairs, low * 4)? == entry).then_some(low)
}
