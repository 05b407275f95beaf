//! Annotations and encoded values: AOSP's "annotations_directory_item", "encoded_value",
//! "encoded_array" and "encoded_annotation".

use crate::bytes::{Cursor, size_at, u32_at};
use crate::class::Class;
use crate::file::Dex;

/// How deep values may lie in each other; compilers write two or three.
const MOST_DEPTH: u32 = 16;
/// Annotations that one class and its members may have.
const MOST_ANNOTATIONS: u32 = 65_536;
/// Values that one annotation or list of static values may hold, nested ones counted.
const MOST_VALUES: u32 = 65_536;

/// A value. What is an index is kept as one.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A byte, short, int or long.
    Number(i64),
    /// A char.
    Char(u16),
    /// A float.
    Float(f32),
    /// A double.
    Double(f64),
    /// Index of a prototype.
    MethodType(u32),
    /// Index of a method handle.
    MethodHandle(u32),
    /// Index of a string.
    String(u32),
    /// Index of a type.
    Type(u32),
    /// Index of a field.
    Field(u32),
    /// Index of a method.
    Method(u32),
    /// Index of the field that is a constant of an enum.
    Enum(u32),
    /// A list.
    Array(Vec<Value>),
    /// An annotation.
    Annotation(Encoded),
    /// `null`
    Null,
    /// A boolean.
    Boolean(bool),
}

/// An annotation's type and values.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// Index of its type.
    pub kind: u32,
    /// Index of the name's string, and the value, of each element.
    pub elements: Vec<(u32, Value)>,
}

/// An annotation with its visibility.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// 0 build, 1 runtime, 2 system (`Ldalvik/annotation/…`).
    pub visibility: u8,
    /// What it says.
    pub value: Encoded,
}

/// What annotations stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The class.
    Class,
    /// The field with this index.
    Field(u32),
    /// The method with this index.
    Method(u32),
    /// A parameter (its number) of the method with this index.
    Parameter(u32, u32),
}

impl Dex<'_> {
    /// Calls `visit` with each annotation of a class and its members, as far as they can be read.
    pub fn annotations(&self, class: &Class<'_>, visit: &mut dyn FnMut(Target, Annotation)) {
        // Sets may be shared: without a bound, few bytes could name a great many annotations.
        let mut left = MOST_ANNOTATIONS;
        if class.annotations_at != 0 {
            let _ = self.directory(class.annotations_at, &mut left, visit);
        }
    }

    fn directory(
        &self,
        at: usize,
        left: &mut u32,
        visit: &mut dyn FnMut(Target, Annotation),
    ) -> Option<()> {
        let bytes = self.container;
        self.set(size_at(bytes, at)?, Target::Class, left, visit)?;
        let [fields, methods, parameters] =
            [u32_at(bytes, at + 4)?, u32_at(bytes, at + 8)?, u32_at(bytes, at + 12)?];
        let mut rows = Cursor::new(bytes, at + 16);
        for _ in 0..fields {
            let target = Target::Field(rows.u32()?);
            self.set(usize::try_from(rows.u32()?).ok()?, target, left, visit)?;
        }
        for _ in 0..methods {
            let target = Target::Method(rows.u32()?);
            self.set(usize::try_from(rows.u32()?).ok()?, target, left, visit)?;
        }
        for _ in 0..parameters {
            let method = rows.u32()?;
            let mut list = Cursor::new(bytes, usize::try_from(rows.u32()?).ok()?);
            for number in 0..list.u32()? {
                let set = usize::try_from(list.u32()?).ok()?;
                self.set(set, Target::Parameter(method, number), left, visit)?;
            }
        }
        Some(())
    }

    /// The annotations of one target; `None` once there were too many.
    fn set(
        &self,
        at: usize,
        target: Target,
        left: &mut u32,
        visit: &mut dyn FnMut(Target, Annotation),
    ) -> Option<()> {
        let mut items = Cursor::new(self.container, at);
        let stated = if at == 0 { 0 } else { items.u32().unwrap_or(0) };
        for _ in 0..stated {
            *left = left.checked_sub(1)?;
            let Some(item) = items.u32().and_then(|at| usize::try_from(at).ok()) else { break };
            let mut reader = Values::new(self.container, item);
            if let Some(visibility) = reader.cursor.u8()
                && let Some(value) = reader.annotation(0)
            {
                visit(target, Annotation { visibility, value });
            }
        }
        Some(())
    }

    /// The first values of a class's static fields, in the order of those fields; fields without
    /// one start with zero or null.
    #[must_use]
    pub fn static_values(&self, class: &Class<'_>) -> Vec<Value> {
        if class.static_values_at == 0 {
            return Vec::new();
        }
        Values::new(self.container, class.static_values_at).array(0).unwrap_or_default()
    }
}

/// Reads encoded values, within a depth and a number.
struct Values<'a> {
    cursor: Cursor<'a>,
    left: u32,
}

impl<'a> Values<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { cursor: Cursor::new(bytes, at), left: MOST_VALUES }
    }

    fn annotation(&mut self, depth: u32) -> Option<Encoded> {
        let kind = self.cursor.uleb()?;
        let mut elements = Vec::new();
        for _ in 0..self.cursor.uleb()? {
            elements.push((self.cursor.uleb()?, self.value(depth)?));
        }
        Some(Encoded { kind, elements })
    }

    fn array(&mut self, depth: u32) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        for _ in 0..self.cursor.uleb()? {
            values.push(self.value(depth)?);
        }
        Some(values)
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth >= MOST_DEPTH {
            return None;
        }
        let head = self.cursor.u8()?;
        let (kind, argument) = (head & 0x1f, head >> 5);
        let len = usize::from(argument) + 1;
        Some(match kind {
            0x00 | 0x02 | 0x04 | 0x06 => Value::Number(self.signed(len)?),
            0x03 => Value::Char(u16::try_from(self.cursor.unsigned(len)?).ok()?),
            // Zeros are left out to the right.
            0x10 => {
                let bits = self.cursor.unsigned(len)? << (32_usize.saturating_sub(8 * len));
                Value::Float(f32::from_bits(u32::try_from(bits).ok()?))
            }
            0x11 => Value::Double(f64::from_bits(self.cursor.unsigned(len)? << (64 - 8 * len))),
            0x15 => Value::MethodType(self.index(len)?),
            0x16 => Value::MethodHandle(self.index(len)?),
            0x17 => Value::String(self.index(len)?),
            0x18 => Value::Type(self.index(len)?),
            0x19 => Value::Field(self.index(len)?),
            0x1a => Value::Method(self.index(len)?),
            0x1b => Value::Enum(self.index(len)?),
            0x1c => Value::Array(self.array(depth + 1)?),
            0x1d => Value::Annotation(self.annotation(depth + 1)?),
            0x1e => Value::Null,
            0x1f => Value::Boolean(argument != 0),
            _ => return None,
        })
    }

    fn index(&mut self, len: usize) -> Option<u32> {
        u32::try_from(self.cursor.unsigned(len)?).ok()
    }

    fn signed(&mut self, len: usize) -> Option<i64> {
        let unused = 64 - 8 * len;
        Some((self.cursor.unsigned(len)? << unused).cast_signed() >> unused)
    }
}
