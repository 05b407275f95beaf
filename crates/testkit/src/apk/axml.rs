//! Binary XML (`ResXMLTree_*` in AOSP `ResourceTypes.h`).

use super::chunk::{Put, chunk};
use super::strings::{self, Encoding};

const XML: u16 = 0x0003;
const START_NAMESPACE: u16 = 0x0100;
const END_NAMESPACE: u16 = 0x0101;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;
const RESOURCE_MAP: u16 = 0x0180;
const NONE: u32 = u32::MAX;
const ANDROID: &str = "http://schemas.android.com/apk/res/android";

/// An element with its attributes and children.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) attributes: Vec<Attribute>,
    pub(super) children: Vec<Element>,
}

/// An attribute: name, its resource id (0: none, and no namespace), value.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    name: &'static str,
    id: u32,
    value: Value,
}

/// A typed value (`Res_value` in AOSP `ResourceTypes.h`).
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Reference(u32),
    Number(u32),
    Boolean(bool),
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), children: Vec::new() }
    }

    /// With an attribute of Android's namespace, `id` as in AOSP `public-final.xml`.
    pub(super) fn with(mut self, name: &'static str, id: u32, value: Value) -> Self {
        self.attributes.push(Attribute { name, id, value });
        self
    }

    /// With an attribute without a namespace.
    pub(super) fn plain(self, name: &'static str, text: &str) -> Self {
        self.with(name, 0, Value::Text(text.to_owned()))
    }
}

/// The document with this root.
pub(super) fn document(root: &Element) -> Vec<u8> {
    let mut writer = Writer { ids: Vec::new(), texts: Vec::new(), body: Vec::new() };
    writer.collect_ids(root);
    writer.ids.sort_unstable();
    writer.ids.dedup();
    let ids = std::mem::take(&mut writer.ids);
    writer.texts = ids.iter().map(|(_, name)| (*name).to_owned()).collect();
    writer.ids = ids;
    writer.namespace(START_NAMESPACE);
    writer.element(root);
    writer.namespace(END_NAMESPACE);

    let mut map = Vec::new();
    for (id, _) in &writer.ids {
        map.u32(*id);
    }
    let mut body = strings::pool(&writer.texts, Encoding::Utf16);
    body.extend(chunk(RESOURCE_MAP, &[], &map));
    body.extend_from_slice(&writer.body);
    chunk(XML, &[], &body)
}

struct Writer {
    /// Attribute ids with their names; these names come first in the pool, in this order.
    ids: Vec<(u32, &'static str)>,
    texts: Vec<String>,
    body: Vec<u8>,
}

impl Writer {
    fn collect_ids(&mut self, element: &Element) {
        let named = element.attributes.iter().filter(|attribute| attribute.id != 0);
        self.ids.extend(named.map(|attribute| (attribute.id, attribute.name)));
        element.children.iter().for_each(|child| self.collect_ids(child));
    }

    fn text(&mut self, text: &str) -> u32 {
        // The first texts stand for attribute ids and are not shared with others.
        let mapped = self.ids.len();
        let known = self.texts.iter().skip(mapped).position(|known| known == text);
        let at = known.map_or(self.texts.len(), |at| at + mapped);
        if known.is_none() {
            self.texts.push(text.to_owned());
        }
        u32::try_from(at).unwrap_or(NONE)
    }

    fn attribute_name(&mut self, attribute: &Attribute) -> u32 {
        let mapped = self.ids.iter().position(|(id, _)| *id == attribute.id);
        match mapped {
            Some(at) => u32::try_from(at).unwrap_or(NONE),
            None => self.text(attribute.name),
        }
    }

    fn node(&mut self, kind: u16, body: &[u8]) {
        let mut fields = Vec::new();
        fields.u32(1); // line
        fields.u32(NONE); // comment
        self.body.extend(chunk(kind, &fields, body));
    }

    fn namespace(&mut self, kind: u16) {
        let mut body = Vec::new();
        body.u32(self.text("android"));
        body.u32(self.text(ANDROID));
        self.node(kind, &body);
    }

    fn element(&mut self, element: &Element) {
        let name = self.text(element.name);
        let mut attributes: Vec<_> = element.attributes.iter().collect();
        // Android looks attributes up by ascending id; those without an id come last.
        attributes.sort_by_key(|attribute| attribute.id.wrapping_sub(1));
        let mut body = Vec::new();
        body.u32(NONE);
        body.u32(name);
        body.u16(20); // where attributes start, from here
        body.u16(20); // size of one
        body.u16(u16::try_from(attributes.len()).unwrap_or(u16::MAX));
        body.extend_from_slice(&[0; 6]); // no id, class or style attribute
        for attribute in attributes {
            let namespace = if attribute.id == 0 { NONE } else { self.text(ANDROID) };
            body.u32(namespace);
            body.u32(self.attribute_name(attribute));
            let (raw, kind, data) = match &attribute.value {
                Value::Text(text) => {
                    let at = self.text(text);
                    (at, 0x03, at)
                }
                Value::Reference(id) => (NONE, 0x01, *id),
                Value::Number(number) => (NONE, 0x10, *number),
                Value::Boolean(yes) => (NONE, 0x12, if *yes { NONE } else { 0 }),
            };
            body.u32(raw);
            body.u16(8);
            body.u8(0);
            body.u8(kind);
            body.u32(data);
        }
        self.node(START_ELEMENT, &body);
        element.children.iter().for_each(|child| self.element(child));
        let mut end = Vec::new();
        end.u32(NONE);
        end.u32(name);
        self.node(END_ELEMENT, &end);
    }
}
