//! Classes of the app, what they lie below, and the methods that they define.

use crate::names::{Map, MethodRef, Selector, TypeId};

/// A method that the app defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Def(pub(crate) u32);

impl Def {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is known of a method that the app defines.
#[derive(Clone, Debug)]
pub(crate) struct Defined {
    pub(crate) class: TypeId,
    pub(crate) selector: Selector,
    /// Number of its DEX file.
    pub(crate) file: u32,
    /// Offset of its code; 0 where it has none.
    pub(crate) code_at: usize,
    pub(crate) is_direct: bool,
    /// Its code lies in a library.
    pub(crate) is_native: bool,
    /// Its part of all events.
    pub(crate) events: std::ops::Range<usize>,
}

/// A class that the app defines.
#[derive(Clone, Debug, Default)]
struct Class {
    is_defined: bool,
    superclass: Option<TypeId>,
    interfaces: Vec<TypeId>,
    defs: Vec<Def>,
}

/// How far up a hierarchy is gone; a deeper one goes in circles or was made to stall.
const MOST_ABOVE: usize = 1_000;

/// Interfaces that all classes of an app together name; the largest apps have some 300,000. Many
/// classes may share one endless list of them.
const MOST_NAMED: usize = 4_000_000;
/// Implementations of one interface that are looked through for inherited methods.
const MOST_IMPLEMENTERS: usize = 1_000;

/// The classes of an app. The first definition of a name counts, as in Android.
#[derive(Default)]
pub(crate) struct Hierarchy {
    classes: Vec<Class>,
    pub(crate) defs: Vec<Defined>,
    by_name: Map<(TypeId, Selector), Def>,
    by_selector: Vec<Vec<Def>>,
    /// For each interface, the classes and interfaces that name it.
    named_by: Map<TypeId, Vec<TypeId>>,
    /// Interfaces that all classes together name, as far as they are kept.
    names: usize,
}

impl Hierarchy {
    /// Defines a class; `false` where one of its name is there already.
    pub(crate) fn define(
        &mut self,
        class: TypeId,
        superclass: Option<TypeId>,
        interfaces: impl Iterator<Item = TypeId>,
    ) -> bool {
        if self.classes.len() <= class.index() {
            self.classes.resize_with(class.index() + 1, Class::default);
        }
        match self.classes.get_mut(class.index()) {
            Some(known) if !known.is_defined => {
                let left = MOST_NAMED.saturating_sub(self.names);
                let interfaces: Vec<TypeId> = interfaces.take(left).collect();
                self.names += interfaces.len();
                for one in &interfaces {
                    self.named_by.entry(*one).or_default().push(class);
                }
                *known = Class { is_defined: true, superclass, interfaces, defs: Vec::new() };
                true
            }
            _ => false,
        }
    }

    pub(crate) fn add(&mut self, defined: Defined) {
        let def = Def(u32::try_from(self.defs.len()).unwrap_or(u32::MAX));
        let (class, selector) = (defined.class, defined.selector);
        if self.by_name.contains_key(&(class, selector)) {
            return;
        }
        self.by_name.insert((class, selector), def);
        if let Some(owner) = self.classes.get_mut(class.index()) {
            owner.defs.push(def);
        }
        if !defined.is_direct {
            if self.by_selector.len() <= selector.index() {
                self.by_selector.resize_with(selector.index() + 1, Vec::new);
            }
            if let Some(list) = self.by_selector.get_mut(selector.index()) {
                list.push(def);
            }
        }
        self.defs.push(defined);
    }

    pub(crate) fn defined(&self, def: Def) -> Option<&Defined> {
        self.defs.get(def.index())
    }

    pub(crate) fn is_defined(&self, class: TypeId) -> bool {
        self.classes.get(class.index()).is_some_and(|class| class.is_defined)
    }

    pub(crate) fn class_count(&self) -> usize {
        self.classes.iter().filter(|class| class.is_defined).count()
    }

    /// The methods that a class defines itself.
    pub(crate) fn own(&self, class: TypeId) -> &[Def] {
        self.classes.get(class.index()).map_or(&[], |class| class.defs.as_slice())
    }

    pub(crate) fn find(&self, class: TypeId, selector: Selector) -> Option<Def> {
        self.by_name.get(&(class, selector)).copied()
    }

    /// All overrides of a selector, in any class.
    pub(crate) fn with_selector(&self, selector: Selector) -> &[Def] {
        self.by_selector.get(selector.index()).map_or(&[], Vec::as_slice)
    }

    /// The class, and those of the app and the first of the system above it, by superclass.
    pub(crate) fn chain(&self, class: TypeId) -> impl Iterator<Item = TypeId> {
        let above = |class: &TypeId| self.classes.get(class.index())?.superclass;
        std::iter::successors(Some(class), above).take(MOST_ABOVE)
    }

    /// Every class and interface above a class, itself first, each once.
    pub(crate) fn above(&self, class: TypeId) -> Vec<TypeId> {
        let mut found = vec![class];
        let mut next = 0;
        while let Some(class) = found.get(next).copied().filter(|_| found.len() < MOST_ABOVE) {
            next += 1;
            let Some(known) = self.classes.get(class.index()) else { continue };
            for above in known.superclass.iter().chain(&known.interfaces) {
                if !found.contains(above) {
                    found.push(*above);
                }
            }
        }
        found
    }

    /// The methods by which classes fulfil an interface though they inherit them from a class that
    /// does not name it.
    fn inherited(&self, interface: TypeId, selector: Selector) -> Vec<Def> {
        let mut found = Vec::new();
        let mut below = vec![interface];
        let mut next = 0;
        while let Some(one) = below.get(next).copied().filter(|_| next < MOST_IMPLEMENTERS) {
            next += 1;
            let named_by = self.named_by.get(&one).into_iter().flatten();
            below.extend(named_by.take(MOST_IMPLEMENTERS));
            // The class itself and what lies below it is found by the selector.
            let above = self.chain(one).skip(1).filter_map(|class| self.find(class, selector));
            found.extend(above.take(1).filter(|_| self.find(one, selector).is_none()));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The code that a method named in a call stands for, or the first class of the system above
    /// the one it names.
    pub(crate) fn resolve(&self, class: TypeId, selector: Selector) -> Resolved {
        let mut last = class;
        for class in self.chain(class) {
            if let Some(def) = self.find(class, selector) {
                return Resolved::Own(def);
            }
            last = class;
        }
        // A default method of an interface.
        let inherited = self.above(class).into_iter().find_map(|class| self.find(class, selector));
        inherited.map_or(Resolved::System(last), Resolved::Own)
    }
}

/// What a method named in a call stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// A method of the app.
    Own(Def),
    /// A method of the system, of this class or one above it.
    System(TypeId),
}

/// The targets of virtual calls, worked out once for each method named.
#[derive(Default)]
pub(crate) struct Targets {
    of: Map<MethodRef, (u32, u32)>,
    all: Vec<Def>,
}

impl Targets {
    /// Every override at or below the class that a call names, and what classes below an interface
    /// inherit to fulfil it.
    pub(crate) fn of(
        &mut self,
        hierarchy: &Hierarchy,
        method: MethodRef,
        class: TypeId,
        selector: Selector,
    ) -> std::ops::Range<usize> {
        let (start, end) = *self.of.entry(method).or_insert_with(|| {
            let start = self.all.len();
            for def in hierarchy.with_selector(selector) {
                let below = hierarchy.defined(*def).is_some_and(|defined| {
                    defined.class == class || hierarchy.above(defined.class).contains(&class)
                });
                if below {
                    self.all.push(*def);
                }
            }
            for def in hierarchy.inherited(class, selector) {
                if !self.all.get(start..).unwrap_or(&[]).contains(&def) {
                    self.all.push(def);
                }
            }
            (u32::try_from(start).unwrap_or(0), u32::try_from(self.all.len()).unwrap_or(0))
        });
        start as usize..end as usize
    }

    pub(crate) fn def(&self, at: usize) -> Option<Def> {
        self.all.get(at).copied()
    }
}
