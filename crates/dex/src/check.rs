//! A look at all of an app's byte code for what is odd about it: every table, every offset, every
//! instruction, the hierarchy of all classes.

use crate::bounds::Bounds;
use crate::bytes::{u16_at, u32_at};
use crate::class::Class;
use crate::file::Dex;
use crate::header::{HEADER_BYTES, Table};
use crate::oddity::{Oddity, OddityKind};
use crate::opcode::{Format, IndexKind};
use std::collections::HashMap;

/// Oddities of one kind that are told of one file.
const MOST_OF_A_KIND: usize = 20;

/// Superclasses and interfaces that are followed.
const MOST_ABOVE: usize = 8_000_000;

/// What is odd about these files, which are one app: number of the file in the order given, and the
/// oddity; by file and place. [`Dex::problems`] are among them. No more is gone through than
/// [`Bounds`] allows over all files: many classes may name one list of methods.
#[must_use]
pub fn oddities(files: &[Dex<'_>]) -> Vec<(usize, Oddity)> {
    let mut left = Bounds::default();
    let mut found = Vec::new();
    for (number, dex) in files.iter().enumerate() {
        let mut told = Told::default();
        dex.problems().iter().for_each(|odd| told.add(odd.kind, odd.at, || odd.what.clone()));
        if dex.behind > 0 {
            let (at, bytes) = (dex.container.len(), dex.behind);
            told.add(OddityKind::Trailing, at, || format!("{bytes} bytes"));
        }
        checksum(dex, &mut told);
        tables(dex, &mut told);
        pools(dex, &mut told);
        code(dex, classes(dex, &mut left, &mut told), &mut left, &mut told);
        found.extend(told.0.into_iter().map(|odd| (number, odd)));
    }
    hierarchy(files, &mut found);
    found.sort_by(|(one, a), (other, b)| (one, a.at, a.kind).cmp(&(other, b.at, b.kind)));
    found
}

/// The oddities of a file, a few of each kind.
#[derive(Default)]
struct Told(Vec<Oddity>);

impl Told {
    fn add(&mut self, kind: OddityKind, at: usize, what: impl FnOnce() -> String) {
        if self.0.iter().filter(|one| one.kind == kind).count() < MOST_OF_A_KIND {
            self.0.push(Oddity { kind, at, what: what() });
        }
    }
}

/// Adler-32 over all behind it. From version 41 on it covers the container in parts; it is left out.
fn checksum(dex: &Dex<'_>, told: &mut Told) {
    let header = dex.header();
    let whole = dex.offset() == 0 && dex.container.len() == header.file_size;
    if header.is_shared() || !whole {
        return;
    }
    let Some(bytes) = dex.container.get(12..) else { return };
    let found = adler2::adler32_slice(bytes);
    if found != header.checksum {
        let stated = header.checksum;
        told.add(OddityKind::Checksum, 8, || format!("{stated:08x} is stated, it is {found:08x}"));
    }
}

/// Tables that share bytes.
fn tables(dex: &Dex<'_>, told: &mut Told) {
    let header = dex.header();
    let size = |table: Table, item: usize| (table.at, table.count.saturating_mul(item));
    let mut all = vec![("the header", (dex.offset(), HEADER_BYTES))];
    all.extend([
        ("the strings", size(header.strings, 4)),
        ("the types", size(header.types, 4)),
        ("the prototypes", size(header.protos, 12)),
        ("the fields", size(header.fields, 8)),
        ("the methods", size(header.methods, 8)),
        ("the classes", size(header.classes, 32)),
    ]);
    all.retain(|(_, (_, bytes))| *bytes > 0);
    all.sort_by_key(|(_, (at, _))| *at);
    for pair in all.windows(2) {
        let [(before, (at, bytes)), (after, (next, _))] = pair else { continue };
        if at.saturating_add(*bytes) > *next {
            told.add(OddityKind::Overlap, *next, || format!("{after} begin within {before}"));
        }
    }
}

/// Of an item of a table, an index that leads out of the table that it counts in, and how many that one has.
type Held<'h> = &'h dyn Fn(&[u8]) -> Option<(u32, u32)>;

/// What strings, types, prototypes, fields and methods refer to.
fn pools(dex: &Dex<'_>, told: &mut Told) {
    let header = dex.header();
    let (strings, types) = (dex.string_count(), dex.type_count());
    let protos = u32::try_from(header.protos.count).unwrap_or(u32::MAX);
    let len = dex.container.len();
    for index in 0..strings {
        let Some(at) = dex.item(header.strings, 4, index).and_then(|item| u32_at(item, 0)) else {
            break;
        };
        if at as usize >= len {
            let place = header.strings.at + index as usize * 4;
            told.add(OddityKind::Offset, place, || format!("string {index} at byte {at}"));
        }
    }
    let mut index = |table: Table, size: usize, held: Held<'_>| {
        for number in 0..u32::try_from(table.count).unwrap_or(u32::MAX) {
            let Some(item) = dex.item(table, size, number) else { break };
            if let Some((index, most)) = held(item) {
                let place = table.at + number as usize * size;
                told.add(OddityKind::Index, place, || format!("index {index} of {most}"));
            }
        }
    };
    let beyond = |index: Option<u32>, most: u32| {
        index.filter(|index| *index >= most).map(|index| (index, most))
    };
    let half = |item: &[u8], at: usize| u16_at(item, at).map(u32::from);
    index(header.types, 4, &|item| beyond(u32_at(item, 0), strings));
    index(header.protos, 12, &|item| {
        beyond(u32_at(item, 0), strings).or_else(|| beyond(u32_at(item, 4), types))
    });
    index(header.fields, 8, &|item| {
        let kinds = beyond(half(item, 0), types).or_else(|| beyond(half(item, 2), types));
        kinds.or_else(|| beyond(u32_at(item, 4), strings))
    });
    index(header.methods, 8, &|item| {
        let kinds = beyond(half(item, 0), types).or_else(|| beyond(half(item, 2), protos));
        kinds.or_else(|| beyond(u32_at(item, 4), strings))
    });
}

/// What classes refer to; yields where their methods' code stands, in order.
fn classes(dex: &Dex<'_>, left: &mut Bounds, told: &mut Told) -> Vec<usize> {
    let (len, types, methods) = (dex.container.len(), dex.type_count(), dex.method_count());
    let mut code = Vec::new();
    for class in dex.classes() {
        let at = dex.header().classes.at + class.number as usize * 32;
        let mut out_of_table = |index: u32, most: u32| {
            if index >= most {
                told.add(OddityKind::Index, at, || format!("index {index} of {most}"));
            }
        };
        out_of_table(class.kind, types);
        class.superclass.into_iter().for_each(|above| out_of_table(above, types));
        for (what, offset) in class.offsets() {
            if offset >= len {
                let number = class.number;
                let what = || format!("{what} of class {number} at byte {offset}");
                told.add(OddityKind::Offset, at, what);
            }
        }
        for method in dex.methods_of(&class) {
            if left.methods == 0 {
                break;
            }
            left.methods -= 1;
            if method.index >= methods {
                let index = method.index;
                told.add(OddityKind::Index, at, || format!("method {index} of {methods}"));
            }
            if method.code_at == 0 {
                continue;
            }
            if dex.code(method.code_at).is_none() {
                let (to, index) = (method.code_at, method.index);
                told.add(OddityKind::Offset, at, || format!("code of method {index} at byte {to}"));
                continue;
            }
            code.push(method.code_at);
        }
    }
    code.sort_unstable();
    code.dedup();
    code
}

/// Each method's code once. What begins within other code is not gone through, so that no byte is
/// looked at twice.
fn code(dex: &Dex<'_>, places: Vec<usize>, left: &mut Bounds, told: &mut Told) {
    let counts = Counts {
        strings: dex.string_count(),
        types: dex.type_count(),
        fields: dex.field_count(),
        methods: dex.method_count(),
        protos: u32::try_from(dex.header().protos.count).unwrap_or(u32::MAX),
    };
    let mut end = 0;
    for at in places {
        let Some(code) = dex.code(at) else { continue };
        if at < end {
            told.add(OddityKind::Overlap, at, || "code that begins within other code".to_owned());
            continue;
        }
        let bytes = code.bytes().len();
        end = code.instructions_at + bytes;
        let Some(rest) = left.units.checked_sub(bytes / 2) else { return };
        left.units = rest;
        if code.is_cut {
            told.add(OddityKind::CodeCut, at, || {
                format!("more instructions are stated than the {bytes} bytes that are there")
            });
        }
        if code.debug_at >= dex.container.len() {
            let to = code.debug_at;
            told.add(OddityKind::Offset, at, || format!("lines of code at byte {to}"));
        }
        let mut instructions = code.instructions();
        while let Some(one) = instructions.glance() {
            let place = || code.instructions_at + one.at as usize * 2;
            if one.op.format() == Format::Unused && !one.is_payload {
                told.add(OddityKind::Opcode, place(), || format!("opcode {:02x}", one.op.0));
            }
            let Some(to) = one.reference else { continue };
            let most = counts.of(to.kind);
            if to.index >= most {
                told.add(OddityKind::Index, place(), || format!("index {} of {most}", to.index));
            } else if to.proto.is_some_and(|proto| proto >= counts.protos) {
                told.add(OddityKind::Index, place(), || "a prototype that is not there".to_owned());
            }
        }
        if let Some(unit) = instructions.cut_at().filter(|_| !code.is_cut) {
            let place = code.instructions_at + unit as usize * 2;
            told.add(OddityKind::CodeCut, place, || "the last instruction is not whole".to_owned());
        }
    }
}

struct Counts {
    strings: u32,
    types: u32,
    fields: u32,
    methods: u32,
    protos: u32,
}

impl Counts {
    /// How many there are of what an index counts in. Call sites and method handles stand in the map,
    /// and are not looked up.
    fn of(&self, kind: IndexKind) -> u32 {
        match kind {
            IndexKind::String => self.strings,
            IndexKind::Type => self.types,
            IndexKind::Field => self.fields,
            IndexKind::Method | IndexKind::MethodAndProto => self.methods,
            IndexKind::Proto => self.protos,
            IndexKind::None | IndexKind::CallSite | IndexKind::MethodHandle => u32::MAX,
        }
    }
}

impl Class<'_> {
    /// What it refers to by offset, as far as it has it.
    fn offsets(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let all = [
            ("interfaces", self.interfaces_at),
            ("annotations", self.annotations_at),
            ("members", self.data_at),
            ("static values", self.static_values_at),
        ];
        all.into_iter().filter(|(_, at)| *at != 0)
    }
}

/// Classes that are defined again, and those that lie below themselves, over all files.
fn hierarchy(files: &[Dex<'_>], found: &mut Vec<(usize, Oddity)>) {
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    let mut all: Vec<(usize, Class<'_>)> = Vec::new();
    let mut told: Vec<Told> = files.iter().map(|_| Told::default()).collect();
    let place = |file: usize, class: &Class<'_>| {
        files.get(file).map_or(0, |dex| dex.header().classes.at + class.number as usize * 32)
    };
    for (number, dex) in files.iter().enumerate() {
        for class in dex.classes() {
            let Some(name) = class.name() else { continue };
            let next = numbers.len();
            if *numbers.entry(name.as_bytes()).or_insert(next) == next {
                all.push((number, class));
            } else if let Some(told) = told.get_mut(number) {
                told.add(OddityKind::Repeated, place(number, &class), || name.to_string());
            }
        }
    }
    let mut left = MOST_ABOVE;
    let mut above = |number: usize| -> Vec<usize> {
        let Some((file, class)) = all.get(number) else { return Vec::new() };
        let Some(dex) = files.get(*file) else { return Vec::new() };
        let kinds = class.superclass.into_iter().chain(dex.interfaces_of(class)).take(left);
        let kinds: Vec<u32> = kinds.collect();
        left -= kinds.len();
        let known = kinds.into_iter().filter_map(|kind| dex.type_name(kind));
        known.filter_map(|name| numbers.get(name.as_bytes()).copied()).collect()
    };
    // Depth first, without recursion: what is met again while it is open closes a circle.
    let mut state = vec![State::New; all.len()];
    for start in 0..all.len() {
        if state.get(start) != Some(&State::New) {
            continue;
        }
        state[start] = State::Open;
        let mut open = vec![(start, above(start).into_iter())];
        while let Some((at, next)) = open.last_mut() {
            match next.next() {
                Some(to) => match state.get(to) {
                    Some(State::New) => {
                        state[to] = State::Open;
                        open.push((to, above(to).into_iter()));
                    }
                    Some(State::Open) => {
                        if let Some((file, class)) = all.get(to)
                            && let Some(told) = told.get_mut(*file)
                        {
                            let name = || class.name().unwrap_or_default().to_string();
                            told.add(OddityKind::Circle, place(*file, class), name);
                        }
                    }
                    _ => {}
                },
                None => {
                    let at = *at;
                    state[at] = State::Done;
                    open.pop();
                }
            }
        }
    }
    for (number, told) in told.into_iter().enumerate() {
        found.extend(told.0.into_iter().map(|odd| (number, odd)));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}
