//! Instructions, decoded one after the other: AOSP's "Dalvik executable instruction formats".

use crate::bytes::{Cursor, u16_at, u32_at};
use crate::opcode::{Format, IndexKind, Opcode};
use crate::payload::Payload;

/// The registers of an instruction that takes many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// Up to five, each named.
    Listed {
        /// The registers; only the first `count` are taken.
        registers: [u8; 5],
        /// How many are stated; more than five is damage.
        count: u8,
    },
    /// `count` registers from `first` on.
    Range {
        /// The first register.
        first: u16,
        /// How many.
        count: u8,
    },
}

/// What an instruction refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What `index` counts in.
    pub kind: IndexKind,
    /// The index.
    pub index: u32,
    /// The prototype of a polymorphic call.
    pub proto: Option<u32>,
}

/// One instruction. Which of its parts are there is told by its opcode's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction<'a> {
    /// Its first code unit (of two bytes), from the start of the method's code.
    pub at: u32,
    /// Its opcode.
    pub op: Opcode,
    /// The first register, `vA`.
    pub a: u16,
    /// The second register, `vB`.
    pub b: u16,
    /// The third register, `vC`.
    pub c: u16,
    /// The constant it holds, sign-extended and shifted to its place.
    pub literal: i64,
    /// The distance it jumps, in code units from itself.
    pub offset: i32,
    /// What it refers to.
    pub reference: Option<Reference>,
    /// The registers of a call or of a filled array.
    pub arguments: Option<Arguments>,
    /// The table of a switch or the data of an array, where this is one.
    pub payload: Option<Payload<'a>>,
}

/// What an instruction is and what it refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glance {
    pub(crate) at: u32,
    pub(crate) op: Opcode,
    /// Whether it is a table or data and no instruction.
    pub(crate) is_payload: bool,
    pub(crate) reference: Option<Reference>,
}

/// Decodes instructions up to the end of the code. What is cut at its end is left out, and
/// [`Instructions::cut_at`] tells where.
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    code: &'a [u8],
    at: usize,
    cut: Option<u32>,
}

impl<'a> Instructions<'a> {
    pub(crate) fn new(code: &'a [u8]) -> Self {
        Self { code, at: 0, cut: None }
    }

    /// The code unit at which an instruction starts that the code does not hold whole.
    #[must_use]
    pub fn cut_at(&self) -> Option<u32> {
        self.cut
    }

    /// The next instruction as far as it can be told without its registers and constants: half the work
    /// of [`Iterator::next`], for a look at every instruction of an app.
    pub(crate) fn glance(&mut self) -> Option<Glance> {
        let Some((one, bytes)) = self.skim() else {
            self.cut = u32::try_from(self.at / 2).ok().filter(|_| self.at < self.code.len());
            self.at = self.code.len();
            return None;
        };
        self.at += bytes;
        Some(one)
    }

    fn skim(&self) -> Option<(Glance, usize)> {
        let rest = self.code.get(self.at..)?;
        let [low, high] = *rest.first_chunk::<2>()?;
        let op = Opcode(low);
        let at = u32::try_from(self.at / 2).ok()?;
        if low == 0 && high != 0 {
            let (_, bytes) = Payload::read(self.code, self.at)?;
            return Some((Glance { at, op, is_payload: true, reference: None }, bytes));
        }
        let format = op.format();
        let bytes = format.units() * 2;
        let whole = rest.get(..bytes)?;
        let half = |at: usize| u16_at(whole, at).map(u32::from);
        let reference = match op.index_kind() {
            IndexKind::None => None,
            kind => Some(Reference {
                kind,
                index: if format == Format::F31c { u32_at(whole, 2)? } else { half(2)? },
                proto: half(6).filter(|_| matches!(format, Format::F45cc | Format::F4rcc)),
            }),
        };
        Some((Glance { at, op, is_payload: false, reference }, bytes))
    }

    fn decode(&self) -> Option<(Instruction<'a>, usize)> {
        let first = u16_at(self.code, self.at)?;
        let [low, high] = first.to_le_bytes();
        let op = Opcode(low);
        let mut one = Instruction {
            at: u32::try_from(self.at / 2).ok()?,
            op,
            a: 0,
            b: 0,
            c: 0,
            literal: 0,
            offset: 0,
            reference: None,
            arguments: None,
            payload: None,
        };
        if low == 0 && high != 0 {
            let (payload, bytes) = Payload::read(self.code, self.at)?;
            one.payload = Some(payload);
            return Some((one, bytes));
        }
        let mut rest = Cursor::new(self.code, self.at + 2);
        let nibbles = [u16::from(high & 0xf), u16::from(high >> 4)];
        match op.format() {
            Format::F10x | Format::Unused => {}
            Format::F12x => [one.a, one.b] = nibbles,
            Format::F11n => {
                one.a = nibbles[0];
                one.literal = i64::from(high.cast_signed() >> 4);
            }
            Format::F11x => one.a = high.into(),
            Format::F10t => one.offset = high.cast_signed().into(),
            Format::F20t => one.offset = rest.u16()?.cast_signed().into(),
            Format::F22x => [one.a, one.b] = [high.into(), rest.u16()?],
            Format::F21t => {
                one.a = high.into();
                one.offset = rest.u16()?.cast_signed().into();
            }
            Format::F21s => {
                one.a = high.into();
                one.literal = rest.u16()?.cast_signed().into();
            }
            Format::F21h => {
                one.a = high.into();
                // `const-wide/high16` (0x19) fills the upper 16 of 64 bits, the other of 32.
                let shift = if low == 0x19 { 48 } else { 16 };
                one.literal = i64::from(rest.u16()?.cast_signed()) << shift;
            }
            Format::F21c => {
                one.a = high.into();
                one.reference = refer(op, rest.u16()?.into());
            }
            Format::F23x => {
                let [b, c] = rest.u16()?.to_le_bytes();
                [one.a, one.b, one.c] = [high.into(), b.into(), c.into()];
            }
            Format::F22b => {
                let [b, literal] = rest.u16()?.to_le_bytes();
                [one.a, one.b] = [high.into(), b.into()];
                one.literal = literal.cast_signed().into();
            }
            Format::F22t => {
                [one.a, one.b] = nibbles;
                one.offset = rest.u16()?.cast_signed().into();
            }
            Format::F22s => {
                [one.a, one.b] = nibbles;
                one.literal = rest.u16()?.cast_signed().into();
            }
            Format::F22c => {
                [one.a, one.b] = nibbles;
                one.reference = refer(op, rest.u16()?.into());
            }
            Format::F30t => one.offset = rest.u32()?.cast_signed(),
            Format::F32x => [one.a, one.b] = [rest.u16()?, rest.u16()?],
            Format::F31i => {
                one.a = high.into();
                one.literal = rest.u32()?.cast_signed().into();
            }
            Format::F31t => {
                one.a = high.into();
                one.offset = rest.u32()?.cast_signed();
            }
            Format::F31c => {
                one.a = high.into();
                one.reference = refer(op, rest.u32()?);
            }
            Format::F35c | Format::F45cc => {
                one.reference = refer(op, rest.u16()?.into());
                one.arguments = Some(listed(high, rest.u16()?));
            }
            Format::F3rc | Format::F4rcc => {
                one.reference = refer(op, rest.u16()?.into());
                one.arguments = Some(Arguments::Range { first: rest.u16()?, count: high });
            }
            Format::F51l => {
                one.a = high.into();
                one.literal = rest.unsigned(8)?.cast_signed();
            }
        }
        if let (Format::F45cc | Format::F4rcc, Some(reference)) = (op.format(), &mut one.reference)
        {
            reference.proto = Some(rest.u16()?.into());
        }
        Some((one, op.format().units() * 2))
    }
}

impl<'a> Iterator for Instructions<'a> {
    type Item = Instruction<'a>;

    fn next(&mut self) -> Option<Instruction<'a>> {
        if self.at >= self.code.len() {
            return None;
        }
        match self.decode() {
            Some((instruction, bytes)) => {
                self.at += bytes;
                Some(instruction)
            }
            None => {
                self.cut = u32::try_from(self.at / 2).ok();
                self.at = self.code.len();
                None
            }
        }
    }
}

fn refer(op: Opcode, index: u32) -> Option<Reference> {
    Some(Reference { kind: op.index_kind(), index, proto: None })
}

/// The registers of format 35c: the count and the fifth stand in the first unit's upper byte.
fn listed(high: u8, four: u16) -> Arguments {
    let nibble = |at: u32| u8::try_from(four >> (4 * at) & 0xf).unwrap_or(0);
    Arguments::Listed {
        registers: [nibble(0), nibble(1), nibble(2), nibble(3), high & 0xf],
        count: high >> 4,
    }
}

#[cfg(test)]
mod tests {
    use super::{Glance, Instructions};

    /// A glance tells of every opcode, whole and cut anywhere, what decoding it tells.
    #[test]
    fn a_glance_and_decoding_agree() {
        for low in 0..=u8::MAX {
            for high in [0, 1, 2, 3, 0x45] {
                let code: Vec<u8> = [low, high].into_iter().chain(1..14).chain([0, 0, 0]).collect();
                for len in 0..=code.len() {
                    let code = code.get(..len).unwrap_or_default();
                    let (mut whole, mut glances) =
                        (Instructions::new(code), Instructions::new(code));
                    loop {
                        let decoded = whole.next().map(|one| Glance {
                            at: one.at,
                            op: one.op,
                            is_payload: one.payload.is_some(),
                            reference: one.reference,
                        });
                        let glance = glances.glance();
                        assert_eq!(decoded, glance, "{code:02x?}");
                        if glance.is_none() {
                            break;
                        }
                    }
                    assert_eq!(whole.cut_at(), glances.cut_at(), "{code:02x?}");
                }
            }
        }
    }
}
