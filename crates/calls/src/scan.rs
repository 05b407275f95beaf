//! One pass over a method's instructions: what it calls, creates and names.

use crate::marks::Marks;
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
}

impl Event {
    const SHIFT: u32 = 30;

    /// In four bytes; numbers of the app stay far below 2³⁰.
    pub(crate) fn pack(self) -> u32 {
        let (kind, value) = match self {
            Event::Call(method) => (0, method.0),
            Event::Dispatch(method) => (1, method.0),
            Event::Create(class) => (2, class.0),
            Event::Mark(mark) => (3, mark.into()),
        };
        kind << Self::SHIFT | value & ((1 << Self::SHIFT) - 1)
    }

    pub(crate) fn unpack(packed: u32) -> Self {
        let value = packed & ((1 << Self::SHIFT) - 1);
        match packed >> Self::SHIFT {
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

/// Constants in registers that are remembered within a method.
const MOST_CONSTANTS: usize = 16;

impl<'a> File<'a> {
    /// Numbers the names of a file.
    pub(crate) fn new(dex: Dex<'a>, names: &mut Names<'a>, marks: &Marks) -> Self {
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
        let mut by_name = Vec::new();
        for index in 0..dex.method_count() {
            let Some(id) = dex.method(index) else { break };
            let name = bytes(dex.string(id.name));
            let proto = protos.get(id.proto as usize).copied().unwrap_or(u32::MAX);
            let class = kind(id.class);
            let named = |(of, called): &(&str, &str)| {
                name == called.as_bytes() && names.type_name(class) == of.as_bytes()
            };
            by_name.push(BY_NAME.iter().any(named));
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
        let texts = (0..dex.string_count())
            .flat_map(|index| {
                let found = marks.of_text(bytes(dex.string(index)));
                found.into_iter().map(move |mark| (index, mark))
            })
            .collect();
        Self { dex, types, methods, by_name, fields, texts }
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
        for one in code.instructions() {
            let Some(to) = one.reference else { continue };
            match to.kind {
                IndexKind::Method | IndexKind::MethodAndProto => {
                    let Some(method) = self.method(to.index) else { continue };
                    visit(one.at, call(&one, method));
                    if self.by_name.get(to.index as usize) == Some(&true)
                        && let Some(class) = self.named(&one, &constants, names)
                    {
                        visit(one.at, Event::Create(class));
                    }
                }
                IndexKind::Type => {
                    const CONST_CLASS: u8 = 0x1c;
                    const NEW_INSTANCE: u8 = 0x22;
                    if matches!(one.op.0, CONST_CLASS | NEW_INSTANCE)
                        && let Some(class) = self.kind(to.index)
                    {
                        visit(one.at, Event::Create(class));
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

    /// The class that a call names by a constant text in one of its registers.
    fn named(
        &self,
        call: &Instruction<'_>,
        constants: &Constants,
        names: &Names<'a>,
    ) -> Option<TypeId> {
        let Some(Arguments::Listed { registers, count }) = call.arguments else { return None };
        registers.iter().take(count.into()).find_map(|register| {
            let text = self.dex.string(constants.of((*register).into())?)?;
            let mut name = Vec::with_capacity(text.as_bytes().len() + 2);
            name.push(b'L');
            name.extend(
                text.as_bytes().iter().map(|byte| if *byte == b'.' { b'/' } else { *byte }),
            );
            name.push(b';');
            names.find_type(&name)
        })
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
