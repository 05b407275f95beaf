//! Values of attributes: texts, numbers, names of classes, references followed.

use super::{NAME, Reader, TEXT_BYTES};
use crate::label::Label;
use crate::resources::Plain;
use crate::strings::{MOST_CHARS, Pool};
use crate::value::Value;
use crate::xml::Element;

/// Package of the system's own resources, which are not here.
const SYSTEM: u32 = 0x01;

impl Reader<'_, '_> {
    /// A text; `None` where it is empty.
    pub(super) fn text(&mut self, element: &Element<'_>, value: Option<Value>) -> Option<String> {
        let text = match value? {
            Value::Text(index) => element.pool.get(index, MOST_CHARS)?,
            Value::Number(number) => number.cast_signed().to_string(),
            Value::Boolean(yes) => yes.to_string(),
            Value::Float(number) | Value::Dimension(number) => number.to_string(),
            Value::Colour(colour) => format!("#{colour:08x}"),
            Value::Reference(id) => match self.resources.value(id)? {
                Plain::Text(text) => text,
                Plain::Number(number) => number.to_string(),
                Plain::Boolean(yes) => yes.to_string(),
                Plain::Float(number) => number.to_string(),
                Plain::Colour(colour) => format!("#{colour:08x}"),
            },
            Value::Attribute(_) | Value::Other => return None,
        };
        self.within_bound(text).filter(|text| !text.is_empty())
    }

    /// A list with commas.
    pub(super) fn list(&mut self, element: &Element<'_>, id: u32) -> Vec<String> {
        let text = self.text(element, element.attribute(id)).unwrap_or_default();
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.take(100).map(str::to_owned).collect()
    }

    /// Full name of a class.
    pub(super) fn class(&mut self, element: &Element<'_>, id: u32) -> Option<String> {
        let name = self.text(element, element.attribute(id))?;
        let name = self.class_name(name);
        self.within_bound(name)
    }

    /// Full class name, as Android's package parser makes it.
    pub(super) fn class_name(&self, name: String) -> String {
        let package = self.apk.package.as_deref().unwrap_or_default();
        match name.find('.') {
            Some(0) => format!("{package}{name}"),
            Some(_) => name,
            None => format!("{package}.{name}"),
        }
    }

    /// A label in every locale; `pool` has the texts of the manifest itself.
    pub(super) fn labels(&mut self, value: Option<Value>, pool: Pool<'_>) -> Vec<Label> {
        let text = match value {
            Some(Value::Reference(id)) if id >> 24 != SYSTEM => {
                let labels = self.resources.labels(id);
                if labels.is_empty() {
                    self.remarks.add(NAME, format!("the label {id:#010x} is in no resource table"));
                }
                return labels;
            }
            Some(Value::Text(index)) => pool.get(index, MOST_CHARS),
            Some(Value::Number(number)) => Some(number.cast_signed().to_string()),
            Some(Value::Boolean(yes)) => Some(yes.to_string()),
            _ => None,
        };
        text.map(|text| Label { locale: String::new(), text }).into_iter().collect()
    }

    /// The text, while all that was taken stays within [`TEXT_BYTES`].
    pub(super) fn within_bound(&mut self, text: String) -> Option<String> {
        let Some(left) = self.text_left.checked_sub(text.len()) else {
            self.remarks.add(NAME, format!("more than {TEXT_BYTES} bytes of text"));
            return None;
        };
        self.text_left = left;
        Some(text)
    }

    pub(super) fn number(&mut self, value: Option<Value>) -> Option<u32> {
        match value? {
            Value::Number(number) => Some(number),
            Value::Reference(id) => match self.resources.value(id)? {
                Plain::Number(number) => Some(number),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn boolean(&mut self, value: Option<Value>) -> Option<bool> {
        match value? {
            Value::Boolean(yes) => Some(yes),
            Value::Number(number) => Some(number != 0),
            Value::Reference(id) => match self.resources.value(id)? {
                Plain::Boolean(yes) => Some(yes),
                Plain::Number(number) => Some(number != 0),
                _ => None,
            },
            _ => None,
        }
    }
}
