//! Constants that code covers by XOR with a constant key, where it shows how: a method with an
//! exclusive or in a loop (the *decoder*), and a constant array or text that stands in it or is
//! handed to it. The key is a constant of the decoder, or one that is handed over with the data; a
//! text as key is repeated.
//!
//! Nothing is run. So what is found is a reading of the constants, not a proof that the app reads
//! them so; those who ask keep only what is an address or the like, which chance does not make.
//! Not seen: keys that are worked out, kept in fields or changed from place to place.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dex::{Arguments, Code, Dex, IndexKind, Instruction, Payload};
use std::collections::{BTreeSet, HashMap};

/// Decoders of one app, and constants that are tried with each key.
const MOST_DECODERS: usize = 2_000;
const MOST_TRIED: usize = 50_000;
/// Keys of one decoder or call.
const MOST_KEYS: usize = 8;
/// Constants that are remembered within a method.
const MOST_KEPT: usize = 16;
/// Bytes of a constant: an address has no fewer and no more.
const LENGTHS: std::ops::RangeInclusive<usize> = 7..=1_024;
/// A longer text is no key.
const LONGEST_KEY: usize = 64;

/// A method as calls name it in any file: class, name, prototype.
type Name<'a> = (&'a [u8], &'a [u8], String);

/// A method that takes the cover off.
#[derive(Clone, Debug, Default)]
struct Decoder {
    /// Keys that stand in it.
    keys: Vec<Vec<u16>>,
    /// Whether it also takes an exclusive or of two registers, so that a key may be handed over.
    takes_key: bool,
}

/// Calls `visit` with each printable text that a constant key uncovers in these files, once, and the
/// number of the file.
pub fn uncovered(files: &[Dex<'_>], visit: &mut dyn FnMut(usize, &str)) {
    let mut told = BTreeSet::new();
    let mut tried = 0;
    let mut decoders: HashMap<Name<'_>, Decoder> = HashMap::new();
    let mut give = |file: usize, data: &[u16], keys: &[Vec<u16>], tried: &mut usize| {
        for form in forms(data) {
            for key in keys.iter().take(MOST_KEYS) {
                *tried += 1;
                let Some(text) = decode(&form, key).filter(|_| *tried < MOST_TRIED) else {
                    continue;
                };
                if told.insert(text.clone()) {
                    visit(file, &text);
                }
            }
        }
    };
    for (number, dex) in files.iter().enumerate() {
        each_code(dex, &mut |index, code| {
            let Some((decoder, inside)) = decoder(dex, &code) else { return };
            for data in inside {
                give(number, &data, &decoder.keys, &mut tried);
            }
            if decoders.len() < MOST_DECODERS
                && let Some(name) = name(dex, index)
            {
                decoders.insert(name, decoder);
            }
        });
    }
    if decoders.is_empty() {
        return;
    }
    for (number, dex) in files.iter().enumerate() {
        let of = |index| name(dex, index).and_then(|name| decoders.get(&name));
        let called: Vec<Option<&Decoder>> = (0..dex.method_count()).map(of).collect();
        if called.iter().all(Option::is_none) {
            continue;
        }
        each_code(dex, &mut |_, code| {
            if tried < MOST_TRIED {
                for (decoder, data, handed) in calls(dex, &code, &called) {
                    let mut keys = decoder.keys.clone();
                    keys.extend(handed.into_iter().filter(|_| decoder.takes_key));
                    give(number, &data, &keys, &mut tried);
                }
            }
        });
    }
}

/// Calls `visit` with the code of each method, and the method's index.
fn each_code<'a>(dex: &Dex<'a>, visit: &mut dyn FnMut(u32, Code<'a>)) {
    // Files may name the same code many times over.
    let mut units = 250_000_000_usize;
    for class in dex.classes() {
        for method in dex.methods_of(&class) {
            let Some(code) = dex.code(method.code_at) else { continue };
            let Some(left) = units.checked_sub(code.bytes().len() / 2) else { return };
            units = left;
            visit(method.index, code);
        }
    }
}

fn name<'a>(dex: &Dex<'a>, index: u32) -> Option<Name<'a>> {
    let id = dex.method(index)?;
    let class = dex.type_name(id.class)?.as_bytes();
    Some((class, dex.string(id.name)?.as_bytes(), dex.descriptor(id.proto)?))
}

/// A constant in a register.
#[derive(Clone, Copy, Debug)]
enum Constant {
    Number(i64),
    Text(u32),
    /// An array that the table at this code unit fills.
    Array(u32),
}

/// The last constants that were put into registers. Jumps are not followed.
#[derive(Default)]
struct Kept {
    last: [Option<(u16, Constant)>; MOST_KEPT],
    next: usize,
}

impl Kept {
    /// Takes in an instruction that puts a constant somewhere.
    fn note(&mut self, one: &Instruction<'_>) {
        let constant = match one.op.0 {
            0x12..=0x15 => Constant::Number(one.literal),
            0x1a | 0x1b => match one.reference {
                Some(to) => Constant::Text(to.index),
                None => return,
            },
            0x26 => Constant::Array(one.at.wrapping_add_signed(one.offset)),
            _ => return,
        };
        if let Some(place) = self.last.get_mut(self.next % MOST_KEPT) {
            *place = Some((one.a, constant));
        }
        self.next = self.next.wrapping_add(1);
    }

    fn of(&self, register: u16) -> Option<Constant> {
        let latest_first = (1..=MOST_KEPT).map(|back| self.next.wrapping_sub(back));
        latest_first
            .filter_map(|at| self.last.get(at % MOST_KEPT).copied().flatten())
            .find_map(|(one, constant)| (one == register).then_some(constant))
    }
}

/// The decoder that a method is, with the constants that stand in it; `None` for any other method.
fn decoder(dex: &Dex<'_>, code: &Code<'_>) -> Option<(Decoder, Vec<Vec<u16>>)> {
    let (mut found, mut kept) = (Decoder::default(), Kept::default());
    let (mut has_xor, mut has_loop) = (false, false);
    let mut constants = Vec::new();
    let mut texts = Vec::new();
    for one in code.instructions() {
        kept.note(&one);
        has_loop |= one.offset < 0 && one.op.0 != 0x26;
        match one.op.0 {
            // xor-int/lit16, xor-int/lit8
            0xd7 | 0xdf => {
                has_xor = true;
                found.keys.extend(number(one.literal));
            }
            // xor-int of registers
            0x97 | 0xb7 => {
                (has_xor, found.takes_key) = (true, true);
                let registers = if one.op.0 == 0x97 { [one.b, one.c] } else { [one.a, one.b] };
                for register in registers {
                    if let Some(Constant::Number(value)) = kept.of(register) {
                        found.keys.extend(number(value));
                    }
                }
            }
            0x1a | 0x1b => texts.extend(one.reference.and_then(|to| text(dex, to.index))),
            0x26 => constants.push(one.at.wrapping_add_signed(one.offset)),
            _ => {}
        }
        if found.keys.len() > 4 * MOST_KEYS || texts.len() > 64 || constants.len() > 64 {
            return None;
        }
    }
    if !has_xor || !has_loop {
        return None;
    }
    let mut inside: Vec<Vec<u16>> = constants.iter().filter_map(|at| array(code, *at)).collect();
    if found.takes_key {
        // A text of its own may be the key of what is handed over.
        found
            .keys
            .extend(texts.iter().chain(&inside).filter(|key| key.len() <= LONGEST_KEY).cloned());
    }
    inside.extend(texts);
    found.keys.sort();
    found.keys.dedup();
    found.keys.truncate(MOST_KEYS);
    Some((found, inside))
}

/// A decoder, a constant handed to it, and what may be the key.
type Handed<'d> = (&'d Decoder, Vec<u16>, Vec<Vec<u16>>);

/// The calls of decoders with a constant: the decoder, the constant, and what may be its key.
fn calls<'d>(dex: &Dex<'_>, code: &Code<'_>, called: &[Option<&'d Decoder>]) -> Vec<Handed<'d>> {
    let mut kept = Kept::default();
    let mut found = Vec::new();
    for one in code.instructions() {
        kept.note(&one);
        let Some(to) = one.reference.filter(|to| to.kind == IndexKind::Method) else { continue };
        let Some(decoder) = called.get(to.index as usize).copied().flatten() else { continue };
        let registers: Vec<u16> = match one.arguments {
            Some(Arguments::Listed { registers, count }) => {
                registers.iter().take(count.into()).map(|register| (*register).into()).collect()
            }
            Some(Arguments::Range { first, count }) => {
                (0..u16::from(count)).map(|step| first.wrapping_add(step)).collect()
            }
            None => continue,
        };
        let (mut data, mut keys) = (Vec::new(), Vec::new());
        for constant in registers.iter().filter_map(|register| kept.of(*register)) {
            match constant {
                Constant::Number(value) => keys.extend(number(value)),
                Constant::Text(index) => data.extend(text(dex, index)),
                Constant::Array(at) => data.extend(array(code, at)),
            }
        }
        // Of two texts each may be the key of the other.
        keys.extend(data.iter().filter(|one| one.len() <= LONGEST_KEY).cloned());
        found.extend(data.into_iter().map(|data| (decoder, data, keys.clone())));
        if found.len() > 4_096 {
            break;
        }
    }
    found
}

/// A number as a key: of a byte or of a character. Zero covers nothing.
fn number(value: i64) -> Option<Vec<u16>> {
    let byte = u16::try_from(value)
        .ok()
        .or_else(|| i8::try_from(value).ok().map(|byte| u16::from(byte.cast_unsigned())))?;
    (byte != 0).then(|| vec![byte])
}

fn text(dex: &Dex<'_>, index: u32) -> Option<Vec<u16>> {
    let text = dex.string(index)?;
    let fits = text.as_bytes().len() <= 3 * LENGTHS.end();
    fits.then(|| text.text().encode_utf16().collect()).filter(|units: &Vec<u16>| !units.is_empty())
}

/// The elements of the table at a code unit.
fn array(code: &Code<'_>, at: u32) -> Option<Vec<u16>> {
    let found = code.instructions().find(|one| one.at == at)?;
    let Some(Payload::ArrayData { width, data }) = found.payload else { return None };
    let width = usize::from(width);
    if !matches!(width, 1 | 2 | 4) || data.len() / width > *LENGTHS.end() || data.is_empty() {
        return None;
    }
    let element = |bytes: &[u8]| {
        let [low, high] = [bytes.first().copied()?, bytes.get(1).copied().unwrap_or(0)];
        Some(u16::from_le_bytes([low, high]))
    };
    data.chunks_exact(width).map(element).collect()
}

/// A constant as it stands, and the bytes behind hexadecimal and base64.
fn forms(data: &[u16]) -> Vec<Vec<u16>> {
    let mut forms = vec![data.to_vec()];
    let ascii: Option<Vec<u8>> =
        data.iter().map(|unit| u8::try_from(*unit).ok().filter(u8::is_ascii)).collect();
    if let Some(text) = ascii {
        let wide = |bytes: Vec<u8>| bytes.into_iter().map(u16::from).collect::<Vec<u16>>();
        forms.extend(const_hex::decode(&text).ok().map(wide));
        forms.extend(STANDARD.decode(&text).ok().map(wide));
    }
    forms.retain(|form| LENGTHS.contains(&form.len()));
    forms
}

/// The printable text behind a key.
fn decode(data: &[u16], key: &[u16]) -> Option<String> {
    let is_same = key.len() == data.len() && key == data;
    let mut text = String::with_capacity(data.len());
    for (unit, key) in data.iter().zip(key.iter().cycle()).take_while(|_| !is_same) {
        // Bytes and characters alike: what the key leaves above a byte was a sign bit.
        let plain = u8::try_from((unit ^ key) & 0x00ff).ok()?;
        let wide = (unit ^ key) & 0xff00;
        if !(0x20..0x7f).contains(&plain) || !matches!(wide, 0 | 0xff00) {
            return None;
        }
        text.push(plain.into());
    }
    (text.len() == data.len()).then_some(text)
}
