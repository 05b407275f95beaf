//! Classes with their fields and methods: AOSP's "class_def_item" and "class_data_item".

use crate::bytes::{Cursor, size_at, u32_at};
use crate::file::Dex;
use crate::flags::Access;
use crate::mutf8::Mutf8;

/// Stands for "no index" in a table.
const NO_INDEX: u32 = u32::MAX;

/// A class that the file defines.
#[derive(Clone, Copy, Debug)]
pub struct Class<'a> {
    /// Its number in the table of classes.
    pub number: u32,
    /// Index of its type.
    pub kind: u32,
    /// Its access flags.
    pub access: Access,
    /// Index of its superclass's type.
    pub superclass: Option<u32>,
    /// Index of the string that names its source file.
    pub source_file: Option<u32>,
    name: Option<Mutf8<'a>>,
    pub(crate) interfaces_at: usize,
    pub(crate) annotations_at: usize,
    pub(crate) data_at: usize,
    pub(crate) static_values_at: usize,
}

impl<'a> Class<'a> {
    /// Its descriptor: `Lcom/example/Main;`. `None` where its index leads nowhere.
    #[must_use]
    pub fn name(&self) -> Option<Mutf8<'a>> {
        self.name
    }
}

/// A field that a class defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Index of the field.
    pub index: u32,
    /// Its access flags.
    pub access: Access,
}

/// A method that a class defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// Index of the method.
    pub index: u32,
    /// Its access flags.
    pub access: Access,
    /// Whether it is called without a look-up by the object's class (static, private, constructor).
    pub direct: bool,
    /// Offset of its code in the container; 0 where it has none.
    pub code_at: usize,
}

impl<'a> Dex<'a> {
    /// How many classes the file defines.
    #[must_use]
    pub fn class_count(&self) -> u32 {
        u32::try_from(self.header.classes.count).unwrap_or(u32::MAX)
    }

    /// The classes that the file defines, in its order.
    pub fn classes(&self) -> impl Iterator<Item = Class<'a>> {
        (0..self.class_count()).filter_map(|number| self.class(number))
    }

    fn class(&self, number: u32) -> Option<Class<'a>> {
        let item = self.item(self.header.classes, 32, number)?;
        let optional = |at| u32_at(item, at).filter(|index| *index != NO_INDEX);
        let kind = u32_at(item, 0)?;
        Some(Class {
            number,
            kind,
            access: Access(u32_at(item, 4)?),
            superclass: optional(8),
            source_file: optional(16),
            name: self.type_name(kind),
            interfaces_at: size_at(item, 12)?,
            annotations_at: size_at(item, 20)?,
            data_at: size_at(item, 24)?,
            static_values_at: size_at(item, 28)?,
        })
    }

    /// The interfaces that a class names itself, by type.
    pub fn interfaces_of(&self, class: &Class<'_>) -> impl Iterator<Item = u32> + use<'a> {
        self.type_list(class.interfaces_at)
    }

    /// The fields that a class defines: static ones, then the others.
    pub fn fields_of(&self, class: &Class<'_>) -> impl Iterator<Item = Field> + use<'a> {
        let mut members = Members::new(self.container, class.data_at);
        std::iter::from_fn(move || {
            let (index, access) = members.field()?;
            Some(Field { index, access: Access(access) })
        })
    }

    /// The methods that a class defines: direct ones, then virtual ones.
    pub fn methods_of(&self, class: &Class<'_>) -> impl Iterator<Item = Method> + use<'a> {
        let mut members = Members::new(self.container, class.data_at);
        while members.field().is_some() {}
        std::iter::from_fn(move || members.method())
    }
}

/// Goes through the lists of a "class_data_item": static fields, instance fields, direct
/// methods, virtual methods. Each list counts its indices from zero on.
pub(crate) struct Members<'a> {
    cursor: Cursor<'a>,
    left: [u32; 4],
    list: usize,
    index: u32,
}

impl<'a> Members<'a> {
    fn new(container: &'a [u8], at: usize) -> Self {
        let mut cursor = Cursor::new(container, at);
        let mut left = [0; 4];
        if at != 0 {
            for count in &mut left {
                *count = cursor.uleb().unwrap_or(0);
            }
        }
        Self { cursor, left, list: 0, index: 0 }
    }

    fn field(&mut self) -> Option<(u32, u32)> {
        let (index, access) = self.member(2)?;
        Some((index, access))
    }

    fn method(&mut self) -> Option<Method> {
        let (index, access) = self.member(4)?;
        let code = self.cursor.uleb()?;
        Some(Method {
            index,
            access: Access(access),
            direct: self.list == 2,
            code_at: usize::try_from(code).ok()?,
        })
    }

    /// Index and flags of the next member of the lists before `end`.
    fn member(&mut self, end: usize) -> Option<(u32, u32)> {
        while self.list < end && self.left.get(self.list) == Some(&0) {
            self.list += 1;
            self.index = 0;
        }
        let left = self.left.get_mut(self.list).filter(|_| self.list < end)?;
        *left -= 1;
        // Out of bytes: nothing of this list or the next is there.
        let read = self.cursor.uleb().zip(self.cursor.uleb());
        let Some((step, access)) = read else {
            self.left = [0; 4];
            return None;
        };
        self.index = self.index.wrapping_add(step);
        Some((self.index, access))
    }
}
