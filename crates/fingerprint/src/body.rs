//! The hash of a method's body. What goes into it, instruction by instruction:
//!
//! | counts | does not count |
//! |---|---|
//! | what an instruction does, in one form for its short, long and two-address encodings | registers, `move`, `nop`, `goto`, debug lines |
//! | constants, but for numbers of the app's resources (`0x7f…`) | where a jump leads to |
//! | constant texts | |
//! | classes, methods and fields of Android and Java, by name | names of all other classes, methods and fields |
//! | of other methods the short form of their prototype, of other fields the kind of their type | |
//!
//! So renaming, moving classes to other packages or DEX files, and rebuilding with the same compiler
//! leave it as it is. Another compiler, inlining, or texts that are covered do change it.

use crate::hash::{Hash, of_bytes};
use dex::{Dex, IndexKind, Instruction};

/// Instructions that a body must have, of those that count: shorter ones are alike by chance.
pub const LEAST: usize = 12;

/// Hashes the bodies of a DEX file; what its instructions refer to is hashed once.
pub struct Bodies<'d, 'a> {
    dex: &'d Dex<'a>,
    strings: Vec<u64>,
    types: Vec<u64>,
    methods: Vec<u64>,
    fields: Vec<u64>,
}

impl<'d, 'a> Bodies<'d, 'a> {
    /// Looks at all that the file's instructions may refer to.
    #[must_use]
    pub fn new(dex: &'d Dex<'a>) -> Self {
        let text = |index| dex.string(index).map_or(&[][..], |text| text.as_bytes());
        let kind = |index| dex.type_name(index).map_or(&[][..], |name| name.as_bytes());
        let strings: Vec<u64> =
            (0..dex.string_count()).map(|index| of_bytes(text(index))).collect();
        let types = (0..dex.type_count()).map(|index| of_type(kind(index))).collect();
        let short = |proto: u32| {
            let shorty = dex.proto(proto).map(|proto| proto.shorty);
            shorty.and_then(|at| strings.get(at as usize).copied()).unwrap_or(0)
        };
        let methods = (0..dex.method_count())
            .map(|index| {
                let Some(id) = dex.method(index) else { return 0 };
                let mut hash = Hash::new();
                hash.add(short(id.proto));
                name_in_system(&mut hash, kind(id.class), text(id.name));
                hash.end()
            })
            .collect();
        let fields = (0..dex.field_count())
            .map(|index| {
                let Some(id) = dex.field(index) else { return 0 };
                let mut hash = Hash::new();
                hash.add(kind(id.kind).first().copied().unwrap_or(0).into());
                name_in_system(&mut hash, kind(id.class), text(id.name));
                hash.end()
            })
            .collect();
        Self { dex, strings, types, methods, fields }
    }

    /// The hash of the code at an offset, and how many code units it has. No hash where there is
    /// none, or too little to tell it from others.
    #[must_use]
    pub fn hash(&self, code_at: usize) -> (Option<u64>, usize) {
        let Some(code) = self.dex.code(code_at) else { return (None, 0) };
        let units = code.bytes().len() / 2;
        if units < LEAST {
            return (None, units);
        }
        let mut hash = Hash::new();
        let mut counted = 0;
        for one in code.instructions() {
            counted += usize::from(self.add(&one, &mut hash));
        }
        ((counted >= LEAST).then(|| hash.end()), units)
    }

    /// Whether the instruction counts.
    fn add(&self, one: &Instruction<'_>, hash: &mut Hash) -> bool {
        if one.payload.is_some() {
            return false;
        }
        let op = match one.op.0 {
            // nop, move of any kind, goto
            0x00..=0x09 | 0x28..=0x2a => return false,
            // const of any length
            0x12..=0x15 => 0x12,
            0x16..=0x19 => 0x16,
            0x1b => 0x1a,
            // a call with a range of registers
            op @ 0x74..=0x78 => op - 6,
            // arithmetic in two registers
            op @ 0xb0..=0xcf => op - 0x20,
            // arithmetic with a constant of eight bits; reverse subtraction included
            op @ 0xd8..=0xdf => op - 8,
            op => op,
        };
        hash.add(op.into());
        match one.reference {
            None => {
                let is_resource = one.literal >> 24 == 0x7f;
                hash.add(if is_resource { 0x7f00_0000 } else { one.literal.cast_unsigned() });
            }
            Some(to) => {
                let table = match to.kind {
                    IndexKind::String => &self.strings,
                    IndexKind::Type => &self.types,
                    IndexKind::Method | IndexKind::MethodAndProto => &self.methods,
                    IndexKind::Field => &self.fields,
                    _ => return true,
                };
                hash.add(table.get(to.index as usize).copied().unwrap_or(0));
            }
        }
        true
    }
}

fn of_type(name: &[u8]) -> u64 {
    let depth = name.iter().take_while(|byte| **byte == b'[').count();
    let element = name.get(depth..).unwrap_or(&[]);
    let mut hash = Hash::new();
    hash.add(depth as u64);
    match is_of_system(element) {
        true => hash.add_bytes(element),
        false => hash.add(element.first().copied().unwrap_or(0).into()),
    }
    hash.end()
}

fn name_in_system(hash: &mut Hash, class: &[u8], name: &[u8]) {
    if is_of_system(class) {
        hash.add_bytes(class);
        hash.add_bytes(name);
    }
}

/// Classes of Android's boot class path: no obfuscator can rename them.
const SYSTEM: [&[u8]; 9] = [
    b"Landroid/",
    b"Ljava/",
    b"Ljavax/",
    b"Ldalvik/",
    b"Lorg/json/",
    b"Lorg/xml/",
    b"Lorg/xmlpull/",
    b"Lorg/w3c/dom/",
    b"Lorg/apache/http/",
];

/// Classes of apps though their names begin so.
const NOT_SYSTEM: [&[u8]; 3] = [b"Landroid/support/", b"Landroid/arch/", b"Ljavax/inject/"];

fn is_of_system(class: &[u8]) -> bool {
    let begins = |list: &[&[u8]]| list.iter().any(|start| class.starts_with(start));
    begins(&SYSTEM) && !begins(&NOT_SYSTEM)
}
