//! A DEX as lines that can be held beside those of `dexdump -d`: each method with its
//! instructions, its handlers and its source lines.

use dex::{Arguments, Code, Dex, Format, IndexKind, Instruction, Payload, Reference};

/// The lines of all DEX files in `bytes`.
pub(crate) fn lines(bytes: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    for dex in Dex::all(bytes).unwrap() {
        assert_eq!(dex.problems(), []);
        for class in dex.classes() {
            for method in dex.methods_of(&class) {
                if let Some(code) = dex.code(method.code_at) {
                    out.push(format!("method {}", name(&dex, method.index)));
                    body(&dex, &code, &mut out);
                }
            }
        }
    }
    out
}

fn body(dex: &Dex<'_>, code: &Code<'_>, out: &mut Vec<String>) {
    let mut instructions = code.instructions();
    for one in &mut instructions {
        // dexdump prints a string's line breaks as they are, and the next lines look like none of its.
        let listed = format!("{:04x}: {}", one.at, text(dex, &one));
        out.push(listed.split('\n').next().unwrap_or("").trim_end().to_owned());
    }
    assert_eq!(instructions.cut_at(), None);
    for range in code.tries() {
        out.push(format!("0x{:04x} - 0x{:04x}", range.start, range.start + u32::from(range.count)));
        for catch in range.catches {
            let kind = catch.kind.map_or("<any>".to_owned(), |kind| descriptor(dex, kind));
            out.push(format!("{kind} -> 0x{:04x}", catch.target));
        }
    }
    out.extend(dex.lines(code).iter().map(|row| format!("0x{:04x} line={}", row.at, row.line)));
}

/// What a line of dexdump says in the form of [`lines`]; `None` where it says something else.
pub(crate) fn of_dexdump(line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    let trimmed = text.trim();
    if let Some((_, listed)) = text.split_once('|').filter(|(left, _)| is_listing(left)) {
        return Some(match listed.strip_prefix('[') {
            Some(method) => format!("method {}", method.split_once("] ")?.1),
            // The text of a float differs from language to language; its bits stand behind it.
            None => match listed.split_once("#float ").or_else(|| listed.split_once("#double ")) {
                Some((before, after)) if !before.contains('"') => {
                    format!("{before}{}", after.split_once(" // ")?.1)
                }
                _ => listed.trim_end().to_owned(),
            },
        });
    }
    let is_place = trimmed.starts_with("0x") && (trimmed.contains(" line=") || is_range(trimmed));
    let is_catch = text.starts_with("          ") && trimmed.contains(" -> 0x");
    (is_place || is_catch).then(|| trimmed.to_owned())
}

fn is_listing(left: &str) -> bool {
    left.split_once(':').is_some_and(|(address, _)| {
        address.len() >= 6 && address.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// `0x0000 - 0x0005`, and not the range of a local variable, which goes on.
fn is_range(line: &str) -> bool {
    line.split(' ').count() == 3 && line.contains(" - 0x")
}

/// A string as dexdump prints it: its bytes as they are, which is seldom UTF-8 beyond U+FFFF.
fn raw(dex: &Dex<'_>, index: u32) -> String {
    String::from_utf8_lossy(dex.string(index).unwrap().as_bytes()).into_owned()
}

fn descriptor(dex: &Dex<'_>, kind: u32) -> String {
    dex.type_name(kind).unwrap().to_string()
}

/// `com.example.Main.run:(I)V`, as dexdump heads a method.
fn name(dex: &Dex<'_>, method: u32) -> String {
    let id = dex.method(method).unwrap();
    let class = descriptor(dex, id.class);
    let class = class.trim_start_matches('L').trim_end_matches(';').replace('/', ".");
    format!("{class}.{}:{}", dex.string(id.name).unwrap(), dex.descriptor(id.proto).unwrap())
}

fn text(dex: &Dex<'_>, one: &Instruction<'_>) -> String {
    if let Some(payload) = &one.payload {
        return match payload {
            Payload::PackedSwitch { targets, .. } => {
                format!("packed-switch-data ({} units)", targets.len() / 2 + 4)
            }
            Payload::SparseSwitch { keys, .. } => {
                format!("sparse-switch-data ({} units)", keys.len() + 2)
            }
            Payload::ArrayData { data, .. } => {
                format!("array-data ({} units)", data.len().div_ceil(2) + 4)
            }
            Payload::Unknown(_) => "nop // spacer".to_owned(),
        };
    }
    let Instruction { a, b, c, literal, offset, .. } = *one;
    let width = if one.op.format() == Format::F31c { 8 } else { 4 };
    let refers = one.reference.map(|to| refers(dex, to, width)).unwrap_or_default();
    let jump = || {
        let sign = if offset < 0 { '-' } else { '+' };
        let target = i64::from(one.at) + i64::from(offset);
        format!("{target:04x} // {sign}{:04x}", offset.unsigned_abs())
    };
    let rest = match one.op.format() {
        Format::F10x if one.op.name() == "nop" => " // spacer".to_owned(),
        Format::F10x => String::new(),
        Format::Unused => String::new(),
        Format::F12x | Format::F22x | Format::F32x => format!(" v{a}, v{b}"),
        Format::F11n => format!(" v{a}, #int {literal} // #{:x}", literal.cast_unsigned() as u8),
        Format::F11x => format!(" v{a}"),
        Format::F10t | Format::F20t => format!(" {}", jump()),
        Format::F30t => format!(" #{offset:08x}"),
        Format::F21t => format!(" v{a}, {}", jump()),
        Format::F21s => format!(" v{a}, #int {literal} // #{:x}", literal.cast_unsigned() as u16),
        Format::F21h if one.op.name() == "const/high16" => {
            format!(" v{a}, #int {literal} // #{:x}", (literal >> 16).cast_unsigned() as u16)
        }
        Format::F21h => {
            format!(" v{a}, #long {literal} // #{:x}", (literal >> 48).cast_unsigned() as u16)
        }
        Format::F21c | Format::F31c => format!(" v{a}, {refers}"),
        Format::F23x => format!(" v{a}, v{b}, v{c}"),
        Format::F22b => {
            format!(" v{a}, v{b}, #int {literal} // #{:02x}", literal.cast_unsigned() as u8)
        }
        Format::F22s => {
            format!(" v{a}, v{b}, #int {literal} // #{:04x}", literal.cast_unsigned() as u16)
        }
        Format::F22t => format!(" v{a}, v{b}, {}", jump()),
        Format::F22c => format!(" v{a}, v{b}, {refers}"),
        Format::F31i => format!(" v{a}, #{:08x}", literal.cast_unsigned() as u32),
        Format::F31t => {
            format!(" v{a}, {:08x} // +{offset:08x}", i64::from(one.at) + i64::from(offset))
        }
        Format::F51l => format!(" v{a}, #{literal:016x}"),
        Format::F35c | Format::F3rc | Format::F45cc | Format::F4rcc => {
            format!(" {{{}}}, {refers}", registers(one.arguments.unwrap()))
        }
    };
    format!("{}{rest}", one.op.name())
}

fn registers(arguments: Arguments) -> String {
    let all: Vec<u16> = match arguments {
        Arguments::Listed { registers, count } => {
            registers[..usize::from(count)].iter().map(|register| u16::from(*register)).collect()
        }
        Arguments::Range { first, count } => (first..first + u16::from(count)).collect(),
    };
    all.iter().map(|register| format!("v{register}")).collect::<Vec<_>>().join(", ")
}

/// What an instruction refers to, with its index in `width` digits.
fn refers(dex: &Dex<'_>, to: Reference, width: usize) -> String {
    let index = to.index;
    let member = |class, name, kind: String| {
        format!("{}.{}:{kind}", descriptor(dex, class), dex.string(name).unwrap())
    };
    let method = || {
        let id = dex.method(index).unwrap();
        member(id.class, id.name, dex.descriptor(id.proto).unwrap())
    };
    match to.kind {
        IndexKind::None => String::new(),
        IndexKind::String => format!("\"{}\" // string@{index:0width$x}", raw(dex, index)),
        IndexKind::Type => format!("{} // type@{index:04x}", descriptor(dex, index)),
        IndexKind::Field => {
            let id = dex.field(index).unwrap();
            format!("{} // field@{index:04x}", member(id.class, id.name, descriptor(dex, id.kind)))
        }
        IndexKind::Method => format!("{} // method@{index:04x}", method()),
        IndexKind::MethodAndProto => {
            let proto = to.proto.unwrap();
            let described = dex.descriptor(proto).unwrap();
            format!("{}, {described} // method@{index:04x}, proto@{proto:04x}", method())
        }
        IndexKind::CallSite => format!("call_site@{index:04x}"),
        IndexKind::MethodHandle => format!("method_handle@{index:04x}"),
        IndexKind::Proto => format!("{} // proto@{index:04x}", dex.descriptor(index).unwrap()),
    }
}
