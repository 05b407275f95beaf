//! What can be reached from where: first which classes reached code can create, then the
//! shortest way to each method.

use crate::entry::{is_called_by_system, is_called_on_component};
use crate::hierarchy::{Def, Resolved, Targets};
use crate::names::{Map, TypeId};
use crate::path::Path;
use crate::program::{Program, WIDE};
use crate::scan::Event;
use std::collections::{HashSet, VecDeque};

/// A class that Android creates by itself: a component of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its descriptor.
    pub class: String,
    /// A number of the caller's, told with each path.
    pub group: u16,
}

/// The descriptor of a class (`Lorg/example/Main;`) by the name that Java and manifests write
/// (`org.example.Main`).
#[must_use]
pub fn descriptor(class: &str) -> String {
    format!("L{};", class.replace('.', "/"))
}

/// Methods of every object; following calls of them would join everything with everything.
const OF_EVERY_OBJECT: [&[u8]; 4] = [b"toString", b"equals", b"hashCode", b"finalize"];

/// What is known of how calls lead on, worked out as it is asked for.
pub(crate) struct Follow<'p, 'a> {
    pub(crate) program: &'p Program<'a>,
    targets: Targets,
    callbacks: Map<TypeId, Box<[Def]>>,
    /// Classes of which reached code can create an object, and those above them.
    live: Vec<bool>,
}

impl<'p, 'a> Follow<'p, 'a> {
    fn new(program: &'p Program<'a>) -> Self {
        let live = vec![false; program.names.types.len()];
        Self { program, targets: Targets::default(), callbacks: Map::default(), live }
    }

    fn is_live(&self, class: TypeId) -> bool {
        self.live.get(class.index()) == Some(&true)
    }

    /// Marks a class and those above it; yields the ones that are new.
    fn enliven(&mut self, class: TypeId) -> Vec<TypeId> {
        if self.is_live(class) {
            return Vec::new();
        }
        let mut fresh = Vec::new();
        for one in self.program.hierarchy.above(class) {
            if let Some(live) = self.live.get_mut(one.index()).filter(|live| !**live) {
                *live = true;
                fresh.push(one);
            }
        }
        fresh
    }

    /// Calls `visit` with every method that an event leads to, live or not.
    pub(crate) fn leads(&mut self, event: Event, visit: &mut dyn FnMut(Def, Lead)) {
        let hierarchy = &self.program.hierarchy;
        match event {
            Event::Mark(_) => {}
            Event::Create(class) => {
                for def in self.called_on(class) {
                    visit(*def, Lead::Always);
                }
            }
            Event::Call(method) | Event::Dispatch(method) | Event::Named(method) => {
                let Some((class, selector)) = self.program.names.methods.value(method.0) else {
                    return;
                };
                if let Resolved::Own(def) = hierarchy.resolve(class, selector) {
                    if let Some(owner) = hierarchy.defined(def).map(|defined| defined.class) {
                        self.class_start(owner, visit);
                    }
                    visit(def, Lead::Always);
                }
                let wide = hierarchy.with_selector(selector).len() > WIDE;
                if wide || !matches!(event, Event::Dispatch(_)) {
                    return;
                }
                if OF_EVERY_OBJECT.contains(&self.program.names.word(selector)) {
                    return;
                }
                for at in self.targets.of(hierarchy, method, class, selector) {
                    if let Some(def) = self.targets.def(at) {
                        visit(def, Lead::IfLive);
                    }
                }
            }
        }
    }

    /// The initialiser of a class.
    fn class_start(&self, class: TypeId, visit: &mut dyn FnMut(Def, Lead)) {
        let hierarchy = &self.program.hierarchy;
        for def in hierarchy.own(class) {
            let name =
                hierarchy.defined(*def).map(|defined| self.program.names.word(defined.selector));
            if name == Some(b"<clinit>") {
                visit(*def, Lead::Always);
            }
        }
    }

    /// What is called on an object by the mere fact that it exists.
    fn called_on(&mut self, class: TypeId) -> &[Def] {
        let program = self.program;
        self.callbacks.entry(class).or_insert_with(|| callbacks(program, class))
    }
}

/// Whether a method is led to in any case, or only while an object of its class can exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lead {
    Always,
    IfLive,
}

fn callbacks(program: &Program<'_>, class: TypeId) -> Box<[Def]> {
    let hierarchy = &program.hierarchy;
    if !hierarchy.is_defined(class) {
        return Box::default();
    }
    let object = |one: &TypeId| program.names.type_name(*one) == b"Ljava/lang/Object;";
    let above = hierarchy.above(class);
    let of_system = above.iter().any(|one| !hierarchy.is_defined(*one) && !object(one));
    let mut found = Vec::new();
    for def in above.iter().flat_map(|one| hierarchy.own(*one)) {
        let Some(defined) = hierarchy.defined(*def) else { continue };
        let word = program.names.word(defined.selector);
        let name = std::str::from_utf8(word).unwrap_or_default();
        let wide = || {
            hierarchy.with_selector(defined.selector).len() > WIDE
                && !OF_EVERY_OBJECT.contains(&word)
        };
        let is_start = name == "<clinit>" && defined.class == class;
        if is_start || !defined.is_direct && (of_system && is_called_by_system(name) || wide()) {
            found.push(*def);
        }
    }
    found.into()
}

/// What the roots lead to.
pub struct Reach<'p, 'a> {
    pub(crate) follow: Follow<'p, 'a>,
    pub(crate) parent: Vec<Parent>,
    pub(crate) roots: Vec<Root>,
    /// For each mark, the method nearest to a root that has it.
    pub(crate) nearest: Vec<Option<Def>>,
    reached: usize,
    missing: Vec<Root>,
}

/// How a method was reached first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parent {
    None,
    Root(u16),
    Method(Def),
}

impl<'a> Program<'a> {
    /// Goes from these roots as far as calls lead. Objects of their classes, and of those that
    /// reached code creates, are taken to exist.
    #[must_use]
    pub fn reach(&self, roots: &[Root]) -> Reach<'_, 'a> {
        let mut follow = Follow::new(self);
        let (starts, missing) = self.starts(roots);
        enliven_all(&mut follow, &starts);
        self.shortest(follow, roots, starts, missing)
    }

    /// Goes from the methods of this name in one class, or in those above it, whoever calls them.
    #[must_use]
    pub fn reach_from(&self, root: &Root, method: &str) -> Reach<'_, 'a> {
        let mut follow = Follow::new(self);
        let class = self.names.find_type(root.class.as_bytes());
        let above = class.map(|class| self.hierarchy.above(class)).unwrap_or_default();
        let own = above.iter().flat_map(|one| self.hierarchy.own(*one));
        let named = own.filter(|def| {
            let defined = self.hierarchy.defined(**def);
            defined.is_some_and(|one| self.names.word(one.selector) == method.as_bytes())
        });
        let starts: Vec<(Def, u16)> = named.map(|def| (*def, 0)).collect();
        let missing = if starts.is_empty() { vec![root.clone()] } else { Vec::new() };
        enliven_all(&mut follow, &starts);
        self.shortest(follow, std::slice::from_ref(root), starts, missing)
    }

    /// Goes anew from some of the roots, with the objects that all of them let exist.
    #[must_use]
    pub fn reach_some<'p>(&'p self, all: Reach<'p, 'a>, groups: &[u16]) -> Reach<'p, 'a> {
        let Reach { follow, roots, .. } = all;
        let some: Vec<Root> =
            roots.into_iter().filter(|root| groups.contains(&root.group)).collect();
        let (starts, missing) = self.starts(&some);
        self.shortest(follow, &some, starts, missing)
    }

    /// The methods by which each root begins, and the roots whose class is not there.
    fn starts(&self, roots: &[Root]) -> (Vec<(Def, u16)>, Vec<Root>) {
        let (mut starts, mut missing) = (Vec::new(), Vec::new());
        for (number, root) in roots.iter().enumerate().take(usize::from(u16::MAX)) {
            let class = self.names.find_type(root.class.as_bytes());
            let Some(class) = class.filter(|class| self.hierarchy.is_defined(*class)) else {
                missing.push(root.clone());
                continue;
            };
            for def in self.hierarchy.above(class).iter().flat_map(|one| self.hierarchy.own(*one)) {
                let Some(defined) = self.hierarchy.defined(*def) else { continue };
                let name =
                    std::str::from_utf8(self.names.word(defined.selector)).unwrap_or_default();
                let special = name.starts_with('<');
                if is_called_on_component(name) && (special || !defined.is_direct) {
                    starts.push((*def, u16::try_from(number).unwrap_or(u16::MAX)));
                }
            }
        }
        (starts, missing)
    }

    fn shortest<'p>(
        &'p self,
        mut follow: Follow<'p, 'a>,
        roots: &[Root],
        starts: Vec<(Def, u16)>,
        missing: Vec<Root>,
    ) -> Reach<'p, 'a> {
        let mut parent = vec![Parent::None; self.methods()];
        let begins = self.begins(roots);
        let mut nearest = vec![None; usize::from(self.mark_count)];
        // Each method with the root that the way to it begins at.
        let mut queue = VecDeque::new();
        let mut reached = 0;
        for (def, root) in starts {
            if let Some(place) = parent.get_mut(def.index()).filter(|p| **p == Parent::None) {
                *place = Parent::Root(root);
                queue.push_back((def, root));
            }
        }
        while let Some((def, root)) = queue.pop_front() {
            reached += 1;
            for event in self.events_of(def) {
                self.marks_of(event, &mut |mark| {
                    let counts = begins.get(&mark).is_none_or(|ones| ones.contains(&root));
                    if let Some(place) = nearest.get_mut(usize::from(mark)).filter(|_| counts) {
                        place.get_or_insert(def);
                    }
                });
                let mut next = Vec::new();
                follow.leads(event, &mut |to, lead| next.push((to, lead)));
                for (to, lead) in next {
                    let class = self.hierarchy.defined(to).map(|defined| defined.class);
                    if lead == Lead::IfLive && !class.is_some_and(|class| follow.is_live(class)) {
                        continue;
                    }
                    if let Some(place) = parent.get_mut(to.index()).filter(|p| **p == Parent::None)
                    {
                        *place = Parent::Method(def);
                        queue.push_back((to, root));
                    }
                }
            }
        }
        Reach { follow, parent, roots: roots.to_vec(), nearest, reached, missing }
    }

    /// For each mark that counts on some ways only, the roots at which these begin.
    fn begins(&self, roots: &[Root]) -> Map<u16, HashSet<u16>> {
        let is_below = |root: &Root, class: Option<TypeId>| {
            let own = self.names.find_type(root.class.as_bytes());
            let (Some(own), Some(class)) = (own, class) else { return false };
            self.hierarchy.above(own).contains(&class)
        };
        let begin = |class: Option<TypeId>| {
            let below = (0..).zip(roots).filter(|(_, root)| is_below(root, class));
            below.map(|(number, _)| number).collect()
        };
        self.from.iter().map(|(mark, class)| (*mark, begin(*class))).collect()
    }

    /// The marks that an event has.
    pub(crate) fn marks_of(&self, event: Event, visit: &mut dyn FnMut(u16)) {
        match event {
            Event::Mark(mark) => visit(mark),
            Event::Call(method) | Event::Dispatch(method) | Event::Named(method) => {
                for mark in self.marked.get(&method).into_iter().flatten() {
                    visit(*mark);
                }
            }
            Event::Create(_) => {}
        }
    }
}

/// Finds every class of which reached code can create an object.
fn enliven_all(follow: &mut Follow<'_, '_>, starts: &[(Def, u16)]) {
    let program = follow.program;
    let mut is_reached = vec![false; program.methods()];
    let mut waiting: Map<TypeId, Vec<Def>> = Map::default();
    let mut queue: Vec<Def> = Vec::new();
    let mut reach = |def: Def, queue: &mut Vec<Def>| {
        if let Some(place) = is_reached.get_mut(def.index()).filter(|reached| !**reached) {
            *place = true;
            queue.push(def);
        }
    };
    for (def, _) in starts {
        let class = program.hierarchy.defined(*def).map(|defined| defined.class);
        class.map(|class| follow.enliven(class));
        reach(*def, &mut queue);
    }
    while let Some(def) = queue.pop() {
        for event in program.events_of(def) {
            if let Event::Create(class) = event {
                for fresh in follow.enliven(class) {
                    for def in waiting.remove(&fresh).into_iter().flatten() {
                        reach(def, &mut queue);
                    }
                }
            }
            let mut next = Vec::new();
            follow.leads(event, &mut |to, lead| next.push((to, lead)));
            for (to, lead) in next {
                let class = program.hierarchy.defined(to).map(|defined| defined.class);
                match class.filter(|class| lead == Lead::IfLive && !follow.is_live(*class)) {
                    Some(class) => waiting.entry(class).or_default().push(to),
                    None => reach(to, &mut queue),
                }
            }
        }
    }
}

impl Reach<'_, '_> {
    /// How many methods were reached.
    #[must_use]
    pub fn methods(&self) -> usize {
        self.reached
    }

    /// The roots whose class the code does not define.
    #[must_use]
    pub fn missing(&self) -> &[Root] {
        &self.missing
    }

    /// The shortest path from a root to this mark; `None` where none leads there.
    pub fn path(&mut self, mark: u16) -> Option<Path> {
        let last = self.nearest.get(usize::from(mark)).copied().flatten()?;
        self.path_to(last, &mut |program, event| {
            let mut has = false;
            program.marks_of(event, &mut |one| has |= one == mark);
            has
        })
    }
}
