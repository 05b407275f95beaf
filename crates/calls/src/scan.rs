//! One pass over a method's instructions: what it calls, creates and names.

use crate::marks::{ByName, Marks};
use crate::names::{MethodRef, Names, TypeId};
use dex::{Arguments, Dex, IndexKind, Instruction};

/// Something that a method does, in the order of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A call whose target the class decides: static, direct, super.
    Call(MethodRef),
    /// A call whose target the object decides: virtual, interface.
    Dispatch(MethodRef),
    /// An object is created, or may be: `new-instance`, or a class is named for others to create.
    Create(TypeId),
    /// A field or text of interest.
    Mark(u16),
    /// A method that is asked for by its name counts as called, but no instruction calls it.
    Named(MethodRef),
}

impl Event {
    const SHIFT: u32 = 30;
    const NAMED: u32 = 1 << 29;

    /// In four bytes; numbers of the app stay far below 2²⁹.
    pub(crate) fn pack(self) -> u32 {
        let (kind, value) = match self {
            Event::Call(method) => (0, method.0),
            Event::Dispatch(method) => (1, method.0),
            Event::Create(class) => (2, class.0),
            Event::Mark(mark) => (3, mark.into()),
            Event::Named(method) => (0, method.0 | Self::NAMED),
        };
        kind << Self::SHIFT | value & ((1 << Self::SHIFT) - 1)
    }

    pub(crate) fn unpack(packed: u32) -> Self {
        let value = packed & ((1 << Self::SHIFT) - 1);
        match packed >> Self::SHIFT {
            0 if value & Self::NAMED != 0 => Event::Named(MethodRef(value ^ Self::NAMED)),
            0 => Event::Call(MethodRef(value)),
            1 => Event::Dispatch(MethodRef(value)),
            2 => Event::Create(TypeId(value)),
            _ => Event::Mark(u16::try_from(value).unwrap_or(u16::MAX)),
        }
    }
}

/// A DEX file with the numbers of its names.
pub(crate) struct File<'a> {
    pub(crate) dex: Dex<'a>,
    types: Vec<TypeId>,
    methods: Vec<MethodRef>,
    /// Methods by which a class is named as text: `Class.forName` and its kin.
    by_name: Vec<bool>,
    /// Methods by which a method is asked for by its name; empty where the file calls none.
    asks_for: Vec<bool>,
    /// Marked methods whose names stand in a text: by string, sorted; descriptor of the class, mark.
    asked: Vec<(u32, Box<[u8]>, u16)>,
    /// Marks of fields: by field, sorted.
    fields: Vec<(u32, u16)>,
    /// Marks of texts: by string, sorted.
    texts: Vec<(u32, u16)>,
}

/// Methods that take the name of a class as text and make or start it.
const BY_NAME: &[(&str, &str)] = &[
    ("Ljava/lang/Class;", "forName"),
    ("Ljava/lang/ClassLoader;", "loadClass"),
    ("Ldalvik/system/DexClassLoader;", "loadClass"),
    ("Landroid/content/Intent;", "setClassName"),
    ("Landroid/content/ComponentName;", "<init>"),
];

/// Methods that take the name of a method as text, on the class that it belongs to.
const ASKS_FOR: &[(&str, &str)] =
    &[("Ljava/lang/Class;", "getMethod"), ("Ljava/lang/Class;", "getDeclaredMethod")];

/// Constants in registers that are remembered within a method.
const MOST_CONSTANTS: usize = 16;

impl<'a> File<'a> {
    /// Numbers the names of a file.
    pub(crate) fn new(
        dex: Dex<'a>,
        names: &mut Names<'a>,
        marks: &Marks,
        by_name_of_method: &ByName<'_>,
    ) -> Self {
        let bytes = |name: Option<dex::Mutf8<'a>>| name.unwrap_or_default().as_bytes();
        let types: Vec<TypeId> =
            (0..dex.type_count()).map(|index| names.kind(bytes(dex.type_name(index)))).collect();
        let nowhere = names.kind(b"");
        let kind = |index: u32| types.get(index as usize).copied().unwrap_or(nowhere);
        let mut protos = Vec::new();
        let mut parts = Vec::new();
        for index in 0.. {
            let Some(proto) = dex.proto(index) else { break };
            parts.clear();
            parts.push(kind(proto.returns));
            parts.extend(dex.parameters(proto).map(kind));
            protos.push(names.proto(&parts));
        }
        let mut methods = Vec::new();
        let (mut by_name, mut asks_for) = (Vec::new(), Vec::new());
        for index in 0..dex.method_count() {
            let Some(id) = dex.method(index) else { break };
            let name = bytes(dex.string(id.name));
            let proto = protos.get(id.proto as usize).copied().unwrap_or(u32::MAX);
            let class = kind(id.class);
            let named = |(of, called): &(&str, &str)| {
                name == called.as_bytes() && names.type_name(class) == of.as_bytes()
            };
            by_name.push(BY_NAME.iter().any(named));
            asks_for.push(ASKS_FOR.iter().any(named));
            let selector = names.selector(name, proto);
            methods.push(names.method(class, selector));
        }
        let mut fields = Vec::new();
        for index in 0..dex.field_count() {
            let Some(id) = dex.field(index) else { break };
            let class = names.type_name(kind(id.class));
            let found = marks.of_field(class, bytes(dex.string(id.name)));
            fields.extend(found.iter().map(|mark| (index, *mark)));
        }
        if !asks_for.contains(&true) {
            asks_for = Vec::new();
        }
        let mut asked = Vec::new();
        for index in (0..dex.string_count()).filter(|_| !asks_for.is_empty()) {
            let found = by_name_of_method.get(bytes(dex.string(index))).into_iter().flatten();
            asked.extend(found.map(|(class, mark)| (index, class.as_bytes().into(), *mark)));
        }
        let texts = (0..dex.string_count())
            .flat_map(|index| {
                let found = marks.of_text(bytes(dex.string(index)));
                found.into_iter().map(move |mark| (index, mark))
            })
            .collect();
        Self { dex, types, methods, by_name, asks_for, asked, fields, texts }
    }

    /// Whether it asks for any method by its name.
    pub(crate) fn asks_for_methods(&self) -> bool {
        !self.asks_for.is_empty()
    }

    pub(crate) fn kind(&self, index: u32) -> Option<TypeId> {
        self.types.get(index as usize).copied()
    }

    pub(crate) fn method(&self, index: u32) -> Option<MethodRef> {
        self.methods.get(index as usize).copied()
    }

    /// Calls `visit` with the events of the code at `code_at`, each with the code unit it stands
    /// at; yields how many code units there were.
    pub(crate) fn events(
        &self,
        code_at: usize,
        names: &Names<'a>,
        visit: &mut dyn FnMut(u32, Event),
    ) -> usize {
        let Some(code) = self.dex.code(code_at) else { return 0 };
        let mut constants = Constants::default();
        // The class named last, for methods that are asked for on it.
        let mut last: Option<Box<[u8]>> = None;
        let is_asking = self.asks_for_methods();
        for one in code.instructions() {
            let Some(to) = one.reference else { continue };
            match to.kind {
                IndexKind::Method | IndexKind::MethodAndProto => {
                    let Some(method) = self.method(to.index) else { continue };
                    visit(one.at, call(&one, method));
                    if self.by_name.get(to.index as usize) == Some(&true)
                        && let Some(name) = self.named(&one, &constants, names)
                    {
                        if let Some(class) = names.find_type(&name) {
                            visit(one.at, Event::Create(class));
                        }
                        last = Some(name.into());
                    }
                    if is_asking
                        && self.asks_for.get(to.index as usize) == Some(&true)
                        && let Some(class) = &last
                    {
                        self.asked_for(&one, &constants, class, names, visit);
                    }
                }
                IndexKind::Type => {
                    const CONST_CLASS: u8 = 0x1c;
                    const NEW_INSTANCE: u8 = 0x22;
                    if matches!(one.op.0, CONST_CLASS | NEW_INSTANCE)
                        && let Some(class) = self.kind(to.index)
                    {
                        visit(one.at, Event::Create(class));
                        if is_asking && one.op.0 == CONST_CLASS {
                            last = Some(names.type_name(class).into());
                        }
                    }
                }
                IndexKind::Field => marked(&self.fields, to.index, one.at, visit),
                IndexKind::String => {
                    constants.set(one.a, to.index);
                    marked(&self.texts, to.index, one.at, visit);
                }
                _ => {}
            }
        }
        code.bytes().len() / 2
    }

    /// The descriptor of the class that a call names by a constant text in one of its registers: of
    /// several texts the one that names a class of the app, else the last.
    fn named(
        &self,
        call: &Instruction<'_>,
        constants: &Constants,
        names: &Names<'a>,
    ) -> Option<Vec<u8>> {
        let descriptor = |text: u32| {
            let text = self.dex.string(text)?.as_bytes();
            let mut name = Vec::with_capacity(text.len() + 2);
            name.push(b'L');
            name.extend(text.iter().map(|byte| if *byte == b'.' { b'/' } else { *byte }));
            name.push(b';');
            Some(name)
        };
        let mut texts = self.texts_of(call, constants).filter_map(descriptor);
        let first = texts.next()?;
        if names.find_type(&first).is_some() {
            return Some(first);
        }
        let mut last = first;
        for name in texts {
            if names.find_type(&name).is_some() {
                return Some(name);
            }
            last = name;
        }
        Some(last)
    }

    /// The constant texts in the registers of a call, in order.
    fn texts_of(&self, call: &Instruction<'_>, constants: &Constants) -> impl Iterator<Item = u32> {
        let registers: &[u8] = match &call.arguments {
            Some(Arguments::Listed { registers, count }) => {
                registers.get(..usize::from(*count)).unwrap_or(registers)
            }
            _ => &[],
        };
        let found = registers.iter().filter_map(|register| constants.of((*register).into()));
        found.collect::<Vec<_>>().into_iter()
    }

    /// A method that is asked for by its name counts as called.
    fn asked_for(
        &self,
        call: &Instruction<'_>,
        constants: &Constants,
        class: &[u8],
        names: &Names<'a>,
        visit: &mut dyn FnMut(u32, Event),
    ) {
        // The first register holds the class, and maybe still the text by which it was named.
        let Some(Arguments::Listed { registers: [_, register, ..], .. }) = call.arguments else {
            return;
        };
        let Some(name) = constants.of(register.into()) else { return };
        let start = self.asked.partition_point(|(one, ..)| *one < name);
        let of_name = self.asked.get(start..).unwrap_or(&[]).iter();
        for (_, _, mark) in
            of_name.take_while(|(one, ..)| *one == name).filter(|(_, of, _)| **of == *class)
        {
            visit(call.at, Event::Mark(*mark));
        }
        let Some(word) = self.dex.string(name) else { return };
        for method in names.named(class, word.as_bytes()) {
            visit(call.at, Event::Named(*method));
        }
    }
}

fn call(one: &Instruction<'_>, method: MethodRef) -> Event {
    const VIRTUAL: u8 = 0x6e;
    const INTERFACE: u8 = 0x72;
    // The forms with a range of registers stand six further.
    match one.op.0 {
        VIRTUAL | INTERFACE | 0x74 | 0x78 => Event::Dispatch(method),
        _ => Event::Call(method),
    }
}

fn marked(list: &[(u32, u16)], index: u32, at: u32, visit: &mut dyn FnMut(u32, Event)) {
    let start = list.partition_point(|(one, _)| *one < index);
    for (_, mark) in list.get(start..).unwrap_or(&[]).iter().take_while(|(one, _)| *one == index) {
        visit(at, Event::Mark(*mark));
    }
}

/// The last texts that were put into registers. Jumps are not followed: a text that another path
/// put there is taken too, and one that was put there long before is forgotten.
#[derive(Default)]
struct Constants {
    last: [Option<(u16, u32)>; MOST_CONSTANTS],
    next: usize,
}

impl Constants {
    fn set(&mut self, register: u16, text: u32) {
        if let Some(place) = self.last.get_mut(self.next % MOST_CONSTANTS) {
            *place = Some((register, text));
        }
        self.next = self.next.wrapping_add(1);
    }

    fn of(&self, register: u16) -> Option<u32> {
        let latest_first = (1..=MOST_CONSTANTS).map(|back| self.next.wrapping_sub(back));
        latest_first
            .filter_map(|at| self.last.get(at % MOST_CONSTANTS).copied().flatten())
            .find_map(|(one, text)| (one == register).then_some(text))
    }
}
