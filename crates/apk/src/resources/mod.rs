//! The resource table (`ResTable_*` in AOSP `ResourceTypes.h`; `LoadedArsc.cpp`), looked up by id;
//! nothing but an index of its chunks is built.

mod config;
mod entry;
mod index;

pub(crate) use config::Config;

use crate::anomaly::AnomalyKind as Kind;
use crate::label::Label;
use crate::le::Chunk;
use crate::remarks::Remarks;
use crate::strings::{MOST_CHARS, Pool};
use crate::value::Value;
use std::collections::HashMap;

pub(crate) const PLACE: &str = "resources.arsc";
/// References that are followed one after the other, as AssetManager2 does.
const MOST_STEPS: u32 = 20;
/// Locales of one label; Android knows about 600.
const MOST_LABELS: usize = 1000;
/// Chunks looked at in all look-ups together.
const MOST_VISITS: usize = 4_000_000;
/// Anomalies of entries that are kept.
const MOST_ODD: usize = 20;

#[derive(Default)]
pub(crate) struct Resources<'a> {
    pool: Pool<'a>,
    /// Chunks by package and type id, each with its place in the table.
    types: HashMap<(u8, u8), Vec<(usize, Chunk<'a>)>>,
    visits: usize,
    odd: Vec<(Kind, usize, String)>,
}

/// A plain value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Plain {
    Text(String),
    Number(u32),
    Boolean(bool),
    Float(f32),
    Colour(u32),
}

impl<'a> Resources<'a> {
    pub(crate) fn new(table: Option<&'a [u8]>, remarks: &mut Remarks) -> Self {
        table.map_or_else(Self::default, |table| index::read(table, remarks))
    }

    /// The value in the default configuration; references are followed.
    pub(crate) fn value(&mut self, id: u32) -> Option<Plain> {
        let mut id = id;
        for _ in 0..MOST_STEPS {
            let (_, value) =
                self.entries(id).into_iter().min_by_key(|(config, _)| config.rank())?;
            match value {
                Value::Reference(next) => id = next,
                Value::Text(index) => return self.text(index).map(Plain::Text),
                Value::Number(number) => return Some(Plain::Number(number)),
                Value::Boolean(yes) => return Some(Plain::Boolean(yes)),
                Value::Float(number) | Value::Dimension(number) => {
                    return Some(Plain::Float(number));
                }
                Value::Colour(colour) => return Some(Plain::Colour(colour)),
                Value::Attribute(_) | Value::Other => return None,
            }
        }
        self.cycle(id);
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
                    Value::Text(index) => self.text(index),
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
        self.cycle(id);
        Vec::new()
    }

    /// The files or colours that a resource stands for, in each configuration; references are
    /// followed.
    pub(crate) fn variants(&mut self, id: u32) -> Vec<(Config, Plain)> {
        let mut found = Vec::new();
        for (config, value) in self.entries(id).into_iter().take(MOST_LABELS) {
            let plain = match value {
                Value::Text(index) => self.text(index).map(Plain::Text),
                Value::Reference(next) => self.value(next),
                Value::Colour(colour) => Some(Plain::Colour(colour)),
                _ => None,
            };
            found.extend(plain.map(|plain| (config, plain)));
        }
        found
    }

    /// Hands over what was odd about the entries that were looked up.
    pub(crate) fn tell(&mut self, remarks: &mut Remarks) {
        for (kind, at, detail) in self.odd.drain(..) {
            remarks.odd(kind, PLACE, at, detail);
        }
    }

    fn text(&self, index: u32) -> Option<String> {
        self.pool.get(index, MOST_CHARS)
    }

    fn cycle(&mut self, id: u32) {
        self.note(Kind::ResourcesCycle, 0, format!("resource {id:#010x}"));
    }

    fn note(&mut self, kind: Kind, at: usize, detail: String) {
        if self.odd.len() < MOST_ODD {
            self.odd.push((kind, at, detail));
        }
    }

    /// The values of one id in each configuration that has it, in the order of the table.
    fn entries(&mut self, id: u32) -> Vec<(Config, Value)> {
        let [entry_low, entry_high, type_id, package] = id.to_le_bytes();
        let entry = u16::from_le_bytes([entry_low, entry_high]);
        let Some(chunks) = self.types.get(&(package, type_id)) else { return Vec::new() };
        let left = MOST_VISITS.saturating_sub(self.visits);
        self.visits = self.visits.saturating_add(chunks.len());
        let (mut found, mut outside) = (Vec::new(), None);
        for (at, chunk) in chunks.iter().take(left) {
            match entry::lookup(chunk, entry) {
                Ok(Some(value)) => found.extend(Config::read(chunk).map(|config| (config, value))),
                Ok(None) => {}
                Err(entry::Outside) => outside = Some(*at),
            }
        }
        if let Some(at) = outside {
            self.note(Kind::ResourcesEntry, at, format!("resource {id:#010x}"));
        }
        found
    }
}
