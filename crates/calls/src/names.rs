//! Numbers for names, equal over all DEX files of an app: types, selectors, methods.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// A map keyed by numbers or bytes of the app. The state is fixed, so that runs are alike; keys
/// are compared in full, so that equal hashes confuse nothing.
pub(crate) type Map<K, V> = HashMap<K, V, FixedState>;

/// A class, interface or array type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub(crate) u32);

/// A method's name with its prototype: what a subclass overrides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Selector(pub(crate) u32);

/// A method as it is named in a call: the class and the selector, wherever its code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MethodRef(pub(crate) u32);

impl TypeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Selector {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Gives each different value the next number.
pub(crate) struct Numbers<K> {
    of: Map<K, u32>,
    all: Vec<K>,
}

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self { of: Map::default(), all: Vec::new() }
    }
}

impl<K: Copy + Eq + std::hash::Hash> Numbers<K> {
    pub(crate) fn of(&mut self, value: K) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        *self.of.entry(value).or_insert_with(|| {
            self.all.push(value);
            next
        })
    }

    pub(crate) fn value(&self, number: u32) -> Option<K> {
        self.all.get(number as usize).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}

/// The names of an app.
#[derive(Default)]
pub(crate) struct Names<'a> {
    pub(crate) types: Numbers<&'a [u8]>,
    words: Numbers<&'a [u8]>,
    /// Return type, then parameters.
    protos: Map<Box<[TypeId]>, u32>,
    selectors: Numbers<(u32, u32)>,
    pub(crate) methods: Numbers<(TypeId, Selector)>,
    /// Methods by class and name, where the app asks for methods by their names.
    named: Map<(TypeId, u32), Vec<MethodRef>>,
}

/// Methods of one class and name that are looked at.
const MOST_NAMED: usize = 16;

impl<'a> Names<'a> {
    pub(crate) fn kind(&mut self, name: &'a [u8]) -> TypeId {
        TypeId(self.types.of(name))
    }

    /// The number of a prototype: return type, then parameters.
    pub(crate) fn proto(&mut self, types: &[TypeId]) -> u32 {
        if let Some(number) = self.protos.get(types) {
            return *number;
        }
        let next = u32::try_from(self.protos.len()).unwrap_or(u32::MAX);
        self.protos.insert(types.into(), next);
        next
    }

    pub(crate) fn selector(&mut self, name: &'a [u8], proto: u32) -> Selector {
        let word = self.words.of(name);
        Selector(self.selectors.of((word, proto)))
    }

    /// The type of this name, where the app names it anywhere.
    pub(crate) fn find_type(&self, name: &[u8]) -> Option<TypeId> {
        self.types.of.get(name).map(|number| TypeId(*number))
    }

    pub(crate) fn method(&mut self, class: TypeId, selector: Selector) -> MethodRef {
        MethodRef(self.methods.of((class, selector)))
    }

    /// Makes methods known by class and name, all of them.
    pub(crate) fn know_names(&mut self) {
        for number in 0..u32::try_from(self.methods.len()).unwrap_or(u32::MAX) {
            let Some((class, selector)) = self.methods.value(number) else { continue };
            let Some((word, _)) = self.selectors.value(selector.0) else { continue };
            let list = self.named.entry((class, word)).or_default();
            if list.len() < MOST_NAMED {
                list.push(MethodRef(number));
            }
        }
    }

    /// The methods of this class and name, once names are known.
    pub(crate) fn named(&self, class: &[u8], name: &[u8]) -> &[MethodRef] {
        let word = self.words.of.get(name).copied();
        let key = self.find_type(class).zip(word);
        key.and_then(|key| self.named.get(&key)).map_or(&[], Vec::as_slice)
    }

    /// The name of a selector.
    pub(crate) fn word(&self, selector: Selector) -> &'a [u8] {
        let word = self.selectors.value(selector.0).map(|(word, _)| word);
        word.and_then(|word| self.words.value(word)).unwrap_or_default()
    }

    pub(crate) fn type_name(&self, kind: TypeId) -> &'a [u8] {
        self.types.value(kind.0).unwrap_or_default()
    }
}
