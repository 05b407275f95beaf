//! Binary XML as a stream of events (`ResXMLTree` in AOSP `ResourceTypes.cpp`). No tree is
//! built: a small file can state one of any depth and, by repeating a long name, of any size.

use crate::anomaly::AnomalyKind as Kind;
use crate::attribute;
use crate::le::{Chunk, size_at, u16_at, u32_at};
use crate::remarks::Remarks;
use crate::strings::{Pool, STRING_POOL};
use crate::value::Value;

const XML: u16 = 0x0003;
const FIRST_NODE: u16 = 0x0100;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;
const CDATA: u16 = 0x0104;
const LAST_NODE: u16 = 0x017f;
const RESOURCE_MAP: u16 = 0x0180;
const NONE: u32 = u32::MAX;
/// Characters of a name that are compared.
pub(crate) const NAME_CHARS: usize = 64;
/// Attributes of one element that are compared with each other.
const MOST_COMPARED: usize = 64;

pub(crate) enum Event<'a> {
    Start(Element<'a>),
    /// Text between elements: its index in the pool.
    Text(u32),
    End,
}

pub(crate) struct Document<'a> {
    pub(crate) pool: Pool<'a>,
    ids: &'a [u8],
    bytes: &'a [u8],
    at: usize,
    place: &'a str,
    /// Names of the open elements.
    open: Vec<u32>,
    /// Whether the first node was seen: behind it no pool and no map counts.
    started: bool,
    /// Whether the root element was opened, and closed again.
    root_seen: bool,
    pools: [bool; 2],
}

impl<'a> Document<'a> {
    /// `bytes` are those of the member `place`; `whole` reads beyond the stated end.
    pub(crate) fn new(
        bytes: &'a [u8],
        whole: bool,
        place: &'a str,
        remarks: &mut Remarks,
    ) -> Option<Self> {
        let kind = u16_at(bytes, 0)?;
        let header = usize::from(u16_at(bytes, 2)?);
        let stated = size_at(bytes, 4)?;
        if kind != XML {
            remarks.odd(Kind::XmlRootType, place, 0, format!("{kind:#06x} in place of 0x0003"));
        }
        if header != 8 {
            remarks.odd(Kind::XmlRootHeader, place, 2, format!("{header} bytes"));
        }
        if stated > bytes.len() || whole && stated < bytes.len() {
            let detail = format!("{stated} bytes stated, {} there", bytes.len());
            remarks.odd(Kind::XmlSize, place, 4, detail);
        } else if stated < bytes.len() {
            let detail = format!("{} bytes", bytes.len() - stated);
            remarks.odd(Kind::XmlTrailing, place, stated, detail);
        }
        let bytes = if whole { bytes } else { bytes.get(..stated).unwrap_or(bytes) };
        let at = if header > bytes.len() { 8 } else { header.max(8) };
        Some(Self {
            pool: Pool::default(),
            ids: &[],
            bytes,
            at,
            place,
            open: Vec::new(),
            started: false,
            root_seen: false,
            pools: [false; 2],
        })
    }

    /// The next start or end of an element; `None` at the end, and where nothing more can be
    /// read.
    pub(crate) fn next(&mut self, remarks: &mut Remarks) -> Option<Event<'a>> {
        loop {
            if self.at >= self.bytes.len() {
                self.end(remarks);
                return None;
            }
            let at = self.at;
            let left = self.bytes.len() - at;
            let Some(chunk) = Chunk::at(self.bytes, at) else {
                if self.root_seen && self.open.is_empty() {
                    remarks.odd(Kind::XmlTrailing, self.place, at, format!("{left} bytes"));
                } else {
                    remarks.odd(Kind::XmlChunkSize, self.place, at, "");
                    remarks.add(self.place, format!("no chunk of binary XML at byte {at}"));
                    self.end(remarks);
                }
                self.at = self.bytes.len();
                return None;
            };
            self.check_size(&chunk, at, remarks);
            self.at += chunk.bytes.len();
            let odd = |remarks: &mut Remarks| {
                remarks.odd(Kind::XmlUnknownChunk, self.place, at, format!("{:#06x}", chunk.kind));
            };
            match chunk.kind {
                STRING_POOL if !self.started => {
                    self.repeated(0, at, remarks);
                    Pool::check(chunk, self.place, at, remarks);
                    self.pool = Pool::new(chunk).unwrap_or_default();
                }
                RESOURCE_MAP if !self.started => {
                    self.repeated(1, at, remarks);
                    self.ids = chunk.bytes.get(chunk.header..).unwrap_or_default();
                }
                FIRST_NODE..=LAST_NODE => {
                    self.started = true;
                    if chunk.header != 16 {
                        let detail = format!("{} bytes", chunk.header);
                        remarks.odd(Kind::XmlNodeHeader, self.place, at, detail);
                        if chunk.header < 16 {
                            continue;
                        }
                    }
                    match chunk.kind {
                        START_ELEMENT => {
                            if let Some(event) = self.start(chunk, at, remarks) {
                                return Some(event);
                            }
                        }
                        END_ELEMENT if self.close(chunk, at, remarks) => return Some(Event::End),
                        CDATA => {
                            if let Some(text) = u32_at(chunk.bytes, chunk.header) {
                                return Some(Event::Text(text));
                            }
                        }
                        FIRST_NODE..=CDATA => {}
                        _ => odd(remarks),
                    }
                }
                _ => odd(remarks),
            }
        }
    }

    fn start(&mut self, chunk: Chunk<'a>, at: usize, remarks: &mut Remarks) -> Option<Event<'a>> {
        if self.root_seen && self.open.is_empty() {
            remarks.odd(Kind::XmlSecondRoot, self.place, at, "");
        }
        let Some(element) = Element::new(chunk, at, self.pool, self.ids) else {
            remarks.odd(Kind::XmlAttributesCut, self.place, at, "");
            remarks.add(self.place, format!("the element at byte {at} is cut"));
            return None;
        };
        element.check(self.place, remarks);
        self.root_seen = true;
        self.open.push(element.name);
        Some(Event::Start(element))
    }

    /// Whether an element was open.
    fn close(&mut self, chunk: Chunk<'_>, at: usize, remarks: &mut Remarks) -> bool {
        let Some(opened) = self.open.pop() else {
            remarks.odd(Kind::XmlUnclosed, self.place, at, "an end where nothing is open");
            return false;
        };
        let name = u32_at(chunk.bytes, chunk.header + 4).unwrap_or(NONE);
        if name != opened && self.pool.get(name, NAME_CHARS) != self.pool.get(opened, NAME_CHARS) {
            remarks.odd(Kind::XmlUnclosed, self.place, at, "closed under another name");
        }
        true
    }

    fn end(&self, remarks: &mut Remarks) {
        if !self.open.is_empty() {
            let detail = format!("{} open at the end", self.open.len());
            remarks.odd(Kind::XmlUnclosed, self.place, self.bytes.len(), detail);
        }
    }

    fn check_size(&self, chunk: &Chunk<'_>, at: usize, remarks: &mut Remarks) {
        let stated = size_at(self.bytes, at + 4).unwrap_or_default();
        let left = self.bytes.len() - at;
        if stated > left {
            let detail = format!("{stated} bytes stated, {left} left");
            remarks.odd(Kind::XmlChunkSize, self.place, at, detail);
            remarks.add(self.place, format!("the chunk at byte {at} is cut"));
        } else if (stated | chunk.header) & 3 != 0 {
            let detail = format!("{stated} bytes, header {}", chunk.header);
            remarks.odd(Kind::XmlChunkSize, self.place, at, detail);
        }
    }

    fn repeated(&mut self, which: usize, at: usize, remarks: &mut Remarks) {
        if let Some(seen) = self.pools.get_mut(which)
            && std::mem::replace(seen, true)
        {
            remarks.odd(Kind::XmlSeveralPools, self.place, at, "");
        }
    }
}

/// The start of an element.
pub(crate) struct Element<'a> {
    /// Where it begins in the document.
    pub(crate) at: usize,
    pub(crate) pool: Pool<'a>,
    ids: &'a [u8],
    name: u32,
    attributes: std::slice::ChunksExact<'a, u8>,
    /// Start, size and number of its attributes, and the bytes there are for them.
    layout: [usize; 4],
}

impl<'a> Element<'a> {
    fn new(chunk: Chunk<'a>, at: usize, pool: Pool<'a>, ids: &'a [u8]) -> Option<Self> {
        let body = chunk.bytes.get(chunk.header..)?;
        let field = |at| u16_at(body, at).map(usize::from);
        let (start, size, count) = (field(8)?, field(10)?, field(12)?);
        let bytes = body.get(start..)?;
        let bytes = bytes.get(..size * count).unwrap_or(bytes);
        // Each attribute has bytes of its own, so that all work is linear.
        let attributes = if size >= 20 { bytes } else { &[] }.chunks_exact(size.max(20));
        (count == 0 || size >= 20).then_some(())?;
        let layout = [start, size, count, body.len()];
        Some(Self { at, pool, ids, name: u32_at(body, 4)?, attributes, layout })
    }

    pub(crate) fn name(&self) -> Option<String> {
        self.pool.get(self.name, NAME_CHARS)
    }

    /// The attribute with this resource id. Android looks by id alone; an attribute that is
    /// merely named alike is a decoy.
    pub(crate) fn attribute(&self, id: u32) -> Option<Value> {
        self.attributes.clone().find(|one| self.id(one) == Some(id)).map(value)
    }

    /// The attribute of this name that has no namespace.
    pub(crate) fn plain(&self, name: &str) -> Option<Value> {
        self.attributes
            .clone()
            .find(|attribute| {
                let index = u32_at(attribute, 4).unwrap_or(NONE);
                u32_at(attribute, 0) == Some(NONE)
                    && self.pool.get(index, NAME_CHARS).as_deref() == Some(name)
            })
            .map(value)
    }

    /// The resource id that the map gives to an attribute's name.
    fn id(&self, attribute: &[u8]) -> Option<u32> {
        let index = usize::try_from(u32_at(attribute, 4)?).ok()?;
        u32_at(self.ids, index.checked_mul(4)?).filter(|id| *id != 0)
    }

    fn check(&self, place: &str, remarks: &mut Remarks) {
        let at = self.at;
        let [start, size, count, room] = self.layout;
        let end = size.saturating_mul(count).saturating_add(start);
        if start != 20 || count > 0 && size != 20 {
            let detail = format!("from byte {start}, {size} bytes each");
            remarks.odd(Kind::XmlAttributeLayout, place, at, detail);
        }
        if end > room {
            let detail = format!("{count} attributes of {size} bytes, {room} bytes there");
            remarks.odd(Kind::XmlAttributesCut, place, at, detail);
        } else if end < room {
            let detail = format!("{} bytes", room - end);
            remarks.odd(Kind::XmlElementTrailing, place, at, detail);
        }
        if !self.name().is_some_and(|name| is_name(&name)) {
            let name = self.name().unwrap_or_default();
            remarks.odd(Kind::XmlInvalidName, place, at, format!("element {name:?}"));
        }
        self.check_attributes(place, at, remarks);
    }

    fn check_attributes(&self, place: &str, at: usize, remarks: &mut Remarks) {
        let ids = || self.attributes.clone().filter_map(|one| self.id(one));
        if ids().zip(ids().skip(1)).any(|(one, next)| one > next) {
            remarks.odd(Kind::XmlUnorderedAttributes, place, at, "");
        }
        let mut seen: Vec<u32> = Vec::new();
        for one in self.attributes.clone().take(MOST_COMPARED) {
            let id = self.id(one);
            let index = u32_at(one, 4).unwrap_or(NONE);
            let name = self.pool.get(index, NAME_CHARS).unwrap_or_default();
            if let Some(id) = id {
                if seen.contains(&id) {
                    remarks.odd(Kind::XmlRepeatedAttribute, place, at, format!("{name:?}"));
                }
                seen.push(id);
            }
            // A name is never asked for where there is a number; build tools that shorten
            // manifests leave it out.
            if !(is_name(&name) || name.is_empty() && id.is_some()) {
                remarks.odd(Kind::XmlInvalidName, place, at, format!("attribute {name:?}"));
            }
            let bare = name.rsplit(':').next().unwrap_or_default();
            let Some(real) = attribute::id_of(bare) else { continue };
            let decoy = match id {
                // A number of another attribute under this name.
                Some(id) => id != real && attribute::name_of(id).is_some_and(|name| name != bare),
                // Named with the prefix in the name itself, or beside the real one. A sloppy
                // manifest that merely leaves out the prefix is none.
                None => bare != name || ids().take(MOST_COMPARED).any(|id| id == real),
            };
            if decoy {
                remarks.odd(Kind::XmlDecoyAttribute, place, at, format!("{name:?}"));
            }
        }
    }
}

/// Whether XML allows this as a local name (Namespaces in XML 1.0, NCName; letters outside of
/// ASCII are taken as Unicode counts them).
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}'))
}

fn value(attribute: &[u8]) -> Value {
    match (attribute.get(15), u32_at(attribute, 16)) {
        (Some(kind), Some(data)) => Value::new(*kind, data),
        _ => Value::Other,
    }
}
