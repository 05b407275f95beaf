//! Everything that instructions refer to by index, in the order that the format demands.

use super::{Dex, Op};
use std::collections::{BTreeMap, BTreeSet};

/// Return type and parameters.
type Proto = (String, Vec<String>);

pub(super) struct Pool {
    pub(super) strings: Vec<String>,
    pub(super) types: Vec<String>,
    /// Sorted by return type, then by parameters.
    pub(super) protos: Vec<Proto>,
    /// Class, name, type; sorted in this order.
    pub(super) fields: Vec<(u32, u32, u32)>,
    /// Class, name, prototype; sorted in this order.
    pub(super) methods: Vec<(u32, u32, u32)>,
    string_index: BTreeMap<String, u32>,
    type_index: BTreeMap<String, u32>,
}

impl Pool {
    pub(super) fn of(dex: &Dex) -> Self {
        let mut strings = BTreeSet::new();
        let mut types = BTreeSet::new();
        let mut called = BTreeSet::new();
        let mut read = BTreeSet::new();
        for class in &dex.classes {
            types.extend([class.name.clone(), class.superclass.clone()]);
            types.extend(class.interfaces.iter().cloned());
            for method in &class.methods {
                called.insert((class.name.clone(), method.name.clone(), method.descriptor.clone()));
                for op in method.code.iter().flatten() {
                    match op {
                        Op::ConstString(_, text) => drop(strings.insert(text.clone())),
                        Op::ConstClass(_, name) | Op::New(_, name) => {
                            types.insert(name.clone());
                        }
                        Op::Call(_, class, name, descriptor, _) => {
                            called.insert((class.clone(), name.clone(), descriptor.clone()));
                        }
                        Op::ReadField(_, class, name, kind) => {
                            types.extend([class.clone(), kind.clone()]);
                            strings.insert(name.clone());
                            read.insert((class.clone(), name.clone(), kind.clone()));
                        }
                        Op::Result(_) | Op::Raw(_) => {}
                    }
                }
            }
        }
        let mut protos = BTreeSet::new();
        for (class, name, descriptor) in &called {
            types.insert(class.clone());
            strings.insert(name.clone());
            let proto = proto(descriptor);
            strings.insert(shorty(&proto));
            types.insert(proto.0.clone());
            types.extend(proto.1.iter().cloned());
            protos.insert(proto);
        }
        strings.extend(types.iter().cloned());
        let number = |set: &BTreeSet<String>| -> (Vec<String>, BTreeMap<String, u32>) {
            let mut list: Vec<String> = set.iter().cloned().collect();
            // The order is that of UTF-16 code units.
            list.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            let index = list.iter().cloned().zip(0..).collect();
            (list, index)
        };
        let (strings, string_index) = number(&strings);
        let (types, type_index) = number(&types);
        let mut protos: Vec<Proto> = protos.into_iter().collect();
        protos.sort_by_key(|(returns, parameters)| {
            (
                type_index[returns],
                parameters.iter().map(|kind| type_index[kind]).collect::<Vec<_>>(),
            )
        });
        let (fields, methods) = (Vec::new(), Vec::new());
        let mut pool = Self { strings, types, protos, fields, methods, string_index, type_index };
        pool.fields = read
            .iter()
            .map(|(class, name, kind)| (pool.kind(class), pool.string(name), pool.kind(kind)))
            .collect();
        pool.fields.sort_unstable();
        pool.methods = called
            .iter()
            .map(|(class, name, d)| (pool.kind(class), pool.string(name), pool.proto(&proto(d))))
            .collect();
        pool.methods.sort_unstable();
        pool
    }

    pub(super) fn string(&self, text: &str) -> u32 {
        self.string_index[text]
    }

    pub(super) fn kind(&self, name: &str) -> u32 {
        self.type_index[name]
    }

    fn proto(&self, proto: &Proto) -> u32 {
        position(self.protos.iter().position(|one| one == proto))
    }

    pub(super) fn field(&self, class: &str, name: &str, kind: &str) -> u32 {
        let wanted = (self.kind(class), self.string(name), self.kind(kind));
        position(self.fields.iter().position(|one| *one == wanted))
    }

    pub(super) fn method(&self, class: &str, name: &str, descriptor: &str) -> u32 {
        let wanted = (self.kind(class), self.string(name), self.proto(&proto(descriptor)));
        position(self.methods.iter().position(|one| *one == wanted))
    }
}

fn position(found: Option<usize>) -> u32 {
    u32::try_from(found.expect("collected before")).expect("a small file")
}

fn proto(descriptor: &str) -> Proto {
    let (_, returns) = descriptor.rsplit_once(')').expect("a descriptor");
    (returns.to_owned(), parameters(descriptor))
}

/// The parameters' types of a descriptor.
pub(super) fn parameters(descriptor: &str) -> Vec<String> {
    let (inside, _) =
        descriptor.strip_prefix('(').and_then(|d| d.split_once(')')).expect("a descriptor");
    let mut found = Vec::new();
    let mut rest = inside;
    while !rest.is_empty() {
        let arrays = rest.len() - rest.trim_start_matches('[').len();
        let end = match rest[arrays..].starts_with('L') {
            true => rest.find(';').expect("a descriptor") + 1,
            false => arrays + 1,
        };
        found.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    found
}

/// A prototype's short form: return type first, every object as `L`.
pub(super) fn shorty((returns, parameters): &Proto) -> String {
    let short = |kind: &String| match kind.as_bytes()[0] {
        b'[' | b'L' => 'L',
        other => char::from(other),
    };
    std::iter::once(returns).chain(parameters).map(short).collect()
}
