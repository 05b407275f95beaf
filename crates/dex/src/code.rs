//! A method's code: AOSP's "code_item", "try_item" and "encoded_catch_handler".

use crate::bytes::{Cursor, size_at, slice, u16_at, u32_at};
use crate::file::Dex;
use crate::instruction::Instructions;

/// A method's code.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    /// Offset of the item in the container.
    pub at: usize,
    /// How many registers it uses.
    pub registers: u16,
    /// How many of them its parameters fill, the last ones.
    pub ins: u16,
    /// How many words it needs for the calls it makes.
    pub outs: u16,
    /// Byte of the container at which its first instruction stands.
    pub instructions_at: usize,
    /// Whether fewer instructions are there than it states.
    pub is_cut: bool,
    pub(crate) debug_at: usize,
    tries: u16,
    instructions: &'a [u8],
    container: &'a [u8],
}

/// A range of instructions whose exceptions are caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// First code unit.
    pub start: u32,
    /// How many code units.
    pub count: u16,
    /// Who catches what, in the order asked.
    pub catches: Vec<Catch>,
}

/// A handler of exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Catch {
    /// Index of the type that it catches; `None` for all.
    pub kind: Option<u32>,
    /// Code unit at which it starts.
    pub target: u32,
}

impl<'a> Dex<'a> {
    /// The code at an offset of the container, as [`crate::Method::code_at`] names it. `None`
    /// where a method has none, or its offset leads out of the file.
    #[must_use]
    pub fn code(&self, at: usize) -> Option<Code<'a>> {
        if at == 0 {
            return None;
        }
        let container = self.container;
        let units = size_at(container, at.checked_add(12)?)?;
        let instructions_at = at + 16;
        let stated = units.checked_mul(2);
        let whole = stated.and_then(|bytes| slice(container, instructions_at, bytes));
        Some(Code {
            at,
            registers: u16_at(container, at)?,
            ins: u16_at(container, at + 2)?,
            outs: u16_at(container, at + 4)?,
            tries: u16_at(container, at + 6)?,
            debug_at: size_at(container, at + 8)?,
            instructions_at,
            is_cut: whole.is_none(),
            instructions: whole.or_else(|| container.get(instructions_at..))?,
            container,
        })
    }
}

impl<'a> Code<'a> {
    /// The instructions, in their order. Each is read once; jumps are not followed.
    #[must_use]
    pub fn instructions(&self) -> Instructions<'a> {
        Instructions::new(self.instructions)
    }

    /// The bytes of the instructions.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.instructions
    }

    /// The ranges whose exceptions are caught, as far as they can be read.
    pub fn tries(&self) -> impl Iterator<Item = Try> + use<'a> {
        let Self { container, tries, .. } = *self;
        // Two bytes of padding, where the instructions leave the table off a multiple of four.
        let table = (self.instructions_at + self.instructions.len()).next_multiple_of(4);
        let handlers = table + usize::from(tries) * 8;
        (0..usize::from(tries)).map_while(move |number| {
            let item = slice(container, table + number * 8, 8)?;
            let handler = handlers.checked_add(u16_at(item, 6)?.into())?;
            Some(Try {
                start: u32_at(item, 0)?,
                count: u16_at(item, 4)?,
                catches: catches(container, handler),
            })
        })
    }
}

/// The handlers of one range, as far as they can be read.
fn catches(container: &[u8], at: usize) -> Vec<Catch> {
    let mut cursor = Cursor::new(container, at);
    let mut found = Vec::new();
    let mut read = || {
        let stated = cursor.sleb()?;
        // Zero or less: one for all exceptions comes behind the typed ones.
        for _ in 0..stated.unsigned_abs() {
            let kind = Some(cursor.uleb()?);
            found.push(Catch { kind, target: cursor.uleb()? });
        }
        if stated <= 0 {
            found.push(Catch { kind: None, target: cursor.uleb()? });
        }
        Some(())
    };
    // What is cut ends the list.
    let _ = read();
    found
}
