//! An app's code as a whole.

use crate::hierarchy::{Def, Defined, Hierarchy, Resolved};
use crate::marks::Marks;
use crate::names::{Map, MethodRef, Names, TypeId};
use crate::scan::{Event, File};
use dex::{Access, Bounds, Dex};

/// Implementations of one selector above which a call of it is not followed (see the crate's
/// first page).
pub const WIDE: usize = 64;

/// The code of an app, ready to be asked.
pub struct Program<'a> {
    pub(crate) names: Names<'a>,
    pub(crate) hierarchy: Hierarchy,
    pub(crate) files: Vec<File<'a>>,
    pub(crate) events: Vec<u32>,
    /// Marks of methods of the system, by the method as a call names it.
    pub(crate) marked: Map<MethodRef, Vec<u16>>,
    pub(crate) mark_count: u16,
    /// Marks that count only on ways that begin below a class; none where the app does not name it.
    pub(crate) from: Map<u16, Option<TypeId>>,
    calls: usize,
    capped: usize,
    is_cut: bool,
    repeated: usize,
}

impl<'a> Program<'a> {
    /// Reads all files of an app, in the order in which Android loads them.
    #[must_use]
    pub fn build(files: &[Dex<'a>], marks: &Marks, bounds: Bounds) -> Self {
        let mut names = Names::default();
        let by_name = marks.by_name();
        let new = |dex: &Dex<'a>| File::new(dex.clone(), &mut names, marks, &by_name);
        let files: Vec<File<'a>> = files.iter().map(new).collect();
        if files.iter().any(File::asks_for_methods) {
            names.know_names();
        }
        let mut program = Self {
            names,
            hierarchy: Hierarchy::default(),
            files,
            events: Vec::new(),
            marked: Map::default(),
            mark_count: marks.count(),
            from: Map::default(),
            calls: 0,
            capped: 0,
            is_cut: false,
            repeated: 0,
        };
        let from = marks.from();
        program.from =
            from.map(|(mark, class)| (mark, program.names.find_type(class.as_bytes()))).collect();
        program.define(bounds);
        program.find_marks(marks);
        program
    }

    fn define(&mut self, bounds: Bounds) {
        let mut units = 0;
        for (number, file) in self.files.iter().enumerate() {
            for class in file.dex.classes() {
                let Some(kind) = file.kind(class.kind) else { continue };
                let above = class.superclass.and_then(|above| file.kind(above));
                let interfaces = file.dex.interfaces_of(&class).filter_map(|one| file.kind(one));
                if !self.hierarchy.define(kind, above, interfaces) {
                    self.repeated += 1;
                    continue;
                }
                for method in file.dex.methods_of(&class) {
                    if self.hierarchy.defs.len() >= bounds.methods || units >= bounds.units {
                        self.is_cut = true;
                        return;
                    }
                    let selector =
                        file.method(method.index).and_then(|m| self.names.methods.value(m.0));
                    let Some((_, selector)) = selector else { continue };
                    let start = self.events.len();
                    let (events, calls) = (&mut self.events, &mut self.calls);
                    units += file.events(method.code_at, &self.names, &mut |_, event| {
                        *calls += usize::from(matches!(event, Event::Call(_) | Event::Dispatch(_)));
                        events.push(event.pack());
                    });
                    self.hierarchy.add(Defined {
                        class: kind,
                        selector,
                        file: u32::try_from(number).unwrap_or(u32::MAX),
                        code_at: method.code_at,
                        is_direct: method.direct,
                        is_native: method.access.has(Access::NATIVE),
                        events: start..self.events.len(),
                    });
                }
            }
        }
    }

    /// Finds the marks of methods, once each: those of the class that a call names, and, unless the
    /// app has code of its own for the method, of the classes above it.
    fn find_marks(&mut self, marks: &Marks) {
        for number in 0..u32::try_from(self.names.methods.len()).unwrap_or(u32::MAX) {
            let method = MethodRef(number);
            let Some((class, selector)) = self.names.methods.value(number) else { continue };
            let word = self.names.word(selector);
            // Libraries are bundled: a class of theirs is known by its name, though it is the app's.
            let mut found = marks.of_method(self.names.type_name(class), word);
            if let Resolved::System(_) = self.hierarchy.resolve(class, selector) {
                let above = self.hierarchy.above(class).into_iter().skip(1);
                found
                    .extend(above.flat_map(|one| marks.of_method(self.names.type_name(one), word)));
            }
            if !found.is_empty() {
                found.sort_unstable();
                found.dedup();
                self.marked.insert(method, found);
            }
        }
        self.capped =
            self.events.iter().filter(|event| self.is_wide(Event::unpack(**event))).count();
    }

    fn is_wide(&self, event: Event) -> bool {
        let Event::Dispatch(method) = event else { return false };
        self.names
            .methods
            .value(method.0)
            .is_some_and(|(_, selector)| self.hierarchy.with_selector(selector).len() > WIDE)
    }

    /// How many classes the app defines.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.hierarchy.class_count()
    }

    /// How many methods the app defines.
    #[must_use]
    pub fn methods(&self) -> usize {
        self.hierarchy.defs.len()
    }

    /// How many calls stand in its code.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// How many of them name a selector of more than [`WIDE`] implementations, which are led to
    /// from where their objects are created.
    #[must_use]
    pub fn capped(&self) -> usize {
        self.capped
    }

    /// Whether the bounds were reached, and the rest not looked at.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// How many classes are defined again under a name that was taken; Android takes the first.
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.repeated
    }

    /// Calls `visit` with class and name of each method that calls, and of the one it names, call
    /// by call.
    pub fn each_call(&self, visit: &mut dyn FnMut(Named<'_>, Named<'_>)) {
        for defined in &self.hierarchy.defs {
            let from = self.named(defined.class, defined.selector);
            for packed in self.events.get(defined.events.clone()).unwrap_or(&[]) {
                let (Event::Call(to) | Event::Dispatch(to)) = Event::unpack(*packed) else {
                    continue;
                };
                if let Some((class, selector)) = self.names.methods.value(to.0) {
                    visit(from, self.named(class, selector));
                }
            }
        }
    }

    fn named(&self, class: TypeId, selector: crate::names::Selector) -> Named<'_> {
        (self.names.type_name(class), self.names.word(selector))
    }

    pub(crate) fn events_of(&self, def: Def) -> impl Iterator<Item = Event> {
        let range = self.hierarchy.defined(def).map(|defined| defined.events.clone());
        let events = range.and_then(|range| self.events.get(range)).unwrap_or(&[]);
        events.iter().map(|packed| Event::unpack(*packed))
    }
}

/// Descriptor of a class, and name of a method of it.
pub type Named<'n> = (&'n [u8], &'n [u8]);
