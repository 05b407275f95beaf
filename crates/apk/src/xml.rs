//! Binary XML as a stream of events (`ResXMLTree_*` in AOSP `ResourceTypes.h`). No tree is
//! built: a small file can state one of any depth and, by repeating a long name, of any size.

use crate::le::{Chunk, u16_at, u32_at};
use crate::package::Problems;
use crate::strings::{Pool, STRING_POOL};

const XML: u16 = 0x0003;
const FIRST_NODE: u16 = 0x0100;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;
const LAST_NODE: u16 = 0x017f;
const RESOURCE_MAP: u16 = 0x0180;
const NONE: u32 = u32::MAX;
/// Characters of a name that are compared.
const NAME_CHARS: usize = 64;

/// A typed value (`Res_value` in AOSP `ResourceTypes.h`), its text not looked up yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Index into the string pool of the chunk it stands in.
    Text(u32),
    Reference(u32),
    Number(u32),
    Boolean(bool),
    Other,
}

impl Value {
    pub(crate) fn new(kind: u8, data: u32) -> Self {
        match kind {
            0x01 | 0x07 => Value::Reference(data),
            0x03 => Value::Text(data),
            0x12 => Value::Boolean(data != 0),
            0x10 | 0x11 => Value::Number(data),
            _ => Value::Other,
        }
    }
}

pub(crate) enum Event<'a> {
    Start(Element<'a>),
    End,
}

pub(crate) struct Document<'a> {
    pub(crate) pool: Pool<'a>,
    ids: &'a [u8],
    bytes: &'a [u8],
    at: usize,
    place: &'static str,
}

impl<'a> Document<'a> {
    /// `bytes` are those of the member `place`; `whole` reads beyond the stated end.
    pub(crate) fn new(
        bytes: &'a [u8],
        whole: bool,
        place: &'static str,
        problems: &mut Problems,
    ) -> Option<Self> {
        let header = usize::from(u16_at(bytes, 2)?);
        let stated = usize::try_from(u32_at(bytes, 4)?).ok()?;
        if u16_at(bytes, 0)? != XML {
            problems.add(place, "does not begin as binary XML does");
        }
        if stated != bytes.len() {
            problems.add(place, format!("states {stated} bytes, has {}", bytes.len()));
        }
        let bytes = if whole { bytes } else { bytes.get(..stated).unwrap_or(bytes) };
        Some(Self { pool: Pool::default(), ids: &[], bytes, at: header.max(8), place })
    }

    /// The next start or end of an element; `None` at the end, and where nothing more can be
    /// read.
    pub(crate) fn next(&mut self, problems: &mut Problems) -> Option<Event<'a>> {
        loop {
            if self.at >= self.bytes.len() {
                return None;
            }
            let at = self.at;
            let Some(chunk) = Chunk::at(self.bytes, at) else {
                problems.add(self.place, format!("no chunk at byte {at}"));
                return None;
            };
            self.at += chunk.bytes.len();
            match chunk.kind {
                STRING_POOL => self.pool = Pool::new(chunk).unwrap_or_default(),
                RESOURCE_MAP => self.ids = chunk.bytes.get(chunk.header..).unwrap_or_default(),
                FIRST_NODE..=LAST_NODE if chunk.header < 16 => {
                    problems.add(self.place, format!("the header of a node at byte {at} is short"));
                }
                START_ELEMENT => match Element::new(chunk, self.pool, self.ids) {
                    Some(element) => return Some(Event::Start(element)),
                    None => problems.add(self.place, format!("the element at byte {at} is cut")),
                },
                END_ELEMENT => return Some(Event::End),
                FIRST_NODE..=LAST_NODE => {}
                kind => problems.add(self.place, format!("chunk of unknown kind {kind:#06x}")),
            }
        }
    }
}

/// The start of an element.
pub(crate) struct Element<'a> {
    pub(crate) pool: Pool<'a>,
    ids: &'a [u8],
    name: u32,
    attributes: std::slice::ChunksExact<'a, u8>,
}

impl<'a> Element<'a> {
    fn new(chunk: Chunk<'a>, pool: Pool<'a>, ids: &'a [u8]) -> Option<Self> {
        let body = chunk.bytes.get(chunk.header..)?;
        let field = |at| u16_at(body, at).map(usize::from);
        let (start, size, count) = (field(8)?, field(10)?, field(12)?);
        let bytes = body.get(start..)?;
        let bytes = bytes.get(..size * count).unwrap_or(bytes);
        // Each attribute has bytes of its own, so that all work is linear.
        let attributes = if size >= 20 { bytes } else { &[] }.chunks_exact(size.max(20));
        (count == 0 || size >= 20).then_some(())?;
        Some(Self { pool, ids, name: u32_at(body, 4)?, attributes })
    }

    pub(crate) fn name(&self) -> Option<String> {
        self.pool.get(self.name, NAME_CHARS)
    }

    /// The attribute with this resource id. Android looks by id alone; an attribute that is
    /// merely named alike is a decoy.
    pub(crate) fn attribute(&self, id: u32) -> Option<Value> {
        self.attributes
            .clone()
            .find(|attribute| {
                let index = u32_at(attribute, 4).and_then(|index| usize::try_from(index).ok());
                let mapped = index.and_then(|index| u32_at(self.ids, index.checked_mul(4)?));
                mapped == Some(id)
            })
            .map(value)
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
}

fn value(attribute: &[u8]) -> Value {
    match (attribute.get(15), u32_at(attribute, 16)) {
        (Some(kind), Some(data)) => Value::new(*kind, data),
        _ => Value::Other,
    }
}
