//! What instructions refer to by index: strings, types, prototypes, fields, methods.

use crate::bytes::{Cursor, size_at, slice, u16_at, u32_at};
use crate::file::Dex;
use crate::mutf8::Mutf8;

/// Registers that one call can take (AOSP's format 3rc); `this` is one of them.
const MOST_PARAMETERS: usize = 255;

/// A prototype (AOSP's "proto_id_item").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtoId {
    /// Index of the short form's string.
    pub shorty: u32,
    /// Index of the return type.
    pub returns: u32,
    /// Offset of the list of parameter types; 0 where there are none.
    pub(crate) parameters_at: usize,
}

/// A field as it is referred to (AOSP's "field_id_item").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldId {
    /// Index of the class's type.
    pub class: u32,
    /// Index of its type.
    pub kind: u32,
    /// Index of its name's string.
    pub name: u32,
}

/// A method as it is referred to (AOSP's "method_id_item").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodId {
    /// Index of the class's type.
    pub class: u32,
    /// Index of its prototype.
    pub proto: u32,
    /// Index of its name's string.
    pub name: u32,
}

impl<'a> Dex<'a> {
    /// How many strings there are.
    #[must_use]
    pub fn string_count(&self) -> u32 {
        count(self.header.strings.count)
    }

    /// How many types there are.
    #[must_use]
    pub fn type_count(&self) -> u32 {
        count(self.header.types.count)
    }

    /// How many methods are referred to.
    #[must_use]
    pub fn method_count(&self) -> u32 {
        count(self.header.methods.count)
    }

    /// How many fields are referred to.
    #[must_use]
    pub fn field_count(&self) -> u32 {
        count(self.header.fields.count)
    }

    /// The string with this index.
    #[must_use]
    pub fn string(&self, index: u32) -> Option<Mutf8<'a>> {
        let (text, _) = self.string_at(index)?;
        Some(text)
    }

    /// The string with this index, and the byte of the container at which its text starts.
    #[must_use]
    pub fn string_at(&self, index: u32) -> Option<(Mutf8<'a>, usize)> {
        let item = self.item(self.header.strings, 4, index)?;
        let mut cursor = Cursor::new(self.container, size_at(item, 0)?);
        let _units = cursor.uleb()?;
        let rest = self.container.get(cursor.at()..)?;
        // A string without its zero byte ends with the file.
        let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
        Some((Mutf8::new(rest.get(..end)?), cursor.at()))
    }

    /// The descriptor of the type with this index: `Landroid/app/Activity;`, `[I`.
    #[must_use]
    pub fn type_name(&self, index: u32) -> Option<Mutf8<'a>> {
        self.string(u32_at(self.item(self.header.types, 4, index)?, 0)?)
    }

    /// The prototype with this index.
    #[must_use]
    pub fn proto(&self, index: u32) -> Option<ProtoId> {
        let item = self.item(self.header.protos, 12, index)?;
        Some(ProtoId {
            shorty: u32_at(item, 0)?,
            returns: u32_at(item, 4)?,
            parameters_at: size_at(item, 8)?,
        })
    }

    /// The types of a prototype's parameters, by index; no more than a call can hand over.
    pub fn parameters(&self, proto: ProtoId) -> impl Iterator<Item = u32> + use<'a> {
        self.type_list(proto.parameters_at).take(MOST_PARAMETERS)
    }

    /// A prototype as a descriptor: `(ILjava/lang/String;)V`.
    #[must_use]
    pub fn descriptor(&self, proto: u32) -> Option<String> {
        let proto = self.proto(proto)?;
        let mut text = String::from("(");
        for kind in self.parameters(proto) {
            text.push_str(&self.type_name(kind)?.text());
        }
        text.push(')');
        text.push_str(&self.type_name(proto.returns)?.text());
        Some(text)
    }

    /// The field with this index.
    #[must_use]
    pub fn field(&self, index: u32) -> Option<FieldId> {
        let item = self.item(self.header.fields, 8, index)?;
        Some(FieldId {
            class: u16_at(item, 0)?.into(),
            kind: u16_at(item, 2)?.into(),
            name: u32_at(item, 4)?,
        })
    }

    /// The method with this index.
    #[must_use]
    pub fn method(&self, index: u32) -> Option<MethodId> {
        let item = self.item(self.header.methods, 8, index)?;
        Some(MethodId {
            class: u16_at(item, 0)?.into(),
            proto: u16_at(item, 2)?.into(),
            name: u32_at(item, 4)?,
        })
    }

    /// A list of types (AOSP's "type_list"), as far as it lies within the file.
    pub(crate) fn type_list(&self, at: usize) -> impl Iterator<Item = u32> + use<'a> {
        let container = self.container;
        let listed = (at != 0).then(|| size_at(container, at)).flatten().unwrap_or(0);
        let there = container.len().saturating_sub(at.saturating_add(4)) / 2;
        let list = slice(container, at.saturating_add(4), listed.min(there) * 2).unwrap_or(&[]);
        list.chunks_exact(2).filter_map(|item| Some(u16_at(item, 0)?.into()))
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
