//! The way from a root to a place in the code, step by step.

use crate::hierarchy::Def;
use crate::program::Program;
use crate::reach::{Parent, Reach, Root};
use crate::scan::Event;

/// Steps that a path may have; the shortest ones have fewer than twenty.
const MOST_STEPS: usize = 10_000;

/// A method on the way, and where in it the way goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Descriptor of its class: `Lcom/example/Main;`.
    pub class: String,
    /// Its name.
    pub method: String,
    /// Code unit, from the start of its code, of the call that leads to the next step, of the
    /// creation of the object that the next step belongs to, or of what was looked for.
    pub at: u32,
    /// Byte of its DEX container at which that instruction stands.
    pub byte: usize,
    /// Number of its DEX file, in the order given.
    pub file: u32,
}

/// A way from a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Where it starts.
    pub root: Root,
    /// The methods on it, first to last.
    pub steps: Vec<Step>,
    /// What stands at its end: the class and method called there; `None` where it is a field or
    /// text.
    pub call: Option<(String, String)>,
}

impl<'a> Reach<'_, 'a> {
    /// The way to a method, whose last place is the first event that `is_end` accepts.
    pub(crate) fn path_to(
        &mut self,
        last: Def,
        is_end: &mut dyn FnMut(&Program<'a>, Event) -> bool,
    ) -> Option<Path> {
        let (root, way) = self.way(last)?;
        let mut steps = Vec::with_capacity(way.len());
        let mut call = None;
        for (number, def) in way.iter().enumerate() {
            let found = match way.get(number + 1) {
                Some(next) => self.place(*def, &mut |reach, event| {
                    let mut leads = false;
                    reach.follow.leads(event, &mut |to, _| leads |= to == *next);
                    leads
                }),
                None => self.place(*def, &mut |reach, event| is_end(reach.follow.program, event)),
            };
            let (at, event) = found?;
            if number + 1 == way.len() {
                call = self.called(event);
            }
            steps.push(self.step(*def, at)?);
        }
        Some(Path { root, steps, call })
    }

    /// The root and the methods from it to this one.
    fn way(&self, last: Def) -> Option<(Root, Vec<Def>)> {
        let mut way = vec![last];
        let mut at = last;
        while way.len() < MOST_STEPS {
            match self.parent.get(at.index())? {
                Parent::None => return None,
                Parent::Method(before) => {
                    at = *before;
                    way.push(at);
                }
                Parent::Root(number) => {
                    way.reverse();
                    return Some((self.roots.get(usize::from(*number))?.clone(), way));
                }
            }
        }
        None
    }

    /// The first event of a method that `accepts` takes, and the code unit it stands at.
    fn place(
        &mut self,
        def: Def,
        accepts: &mut dyn FnMut(&mut Self, Event) -> bool,
    ) -> Option<(u32, Event)> {
        let program = self.follow.program;
        let defined = program.hierarchy.defined(def)?;
        let file = program.files.get(defined.file as usize)?;
        let mut found = None;
        file.events(defined.code_at, &program.names, &mut |at, event| {
            if found.is_none() && accepts(self, event) {
                found = Some((at, event));
            }
        });
        found
    }

    fn called(&self, event: Event) -> Option<(String, String)> {
        let (Event::Call(method) | Event::Dispatch(method) | Event::Named(method)) = event else {
            return None;
        };
        let names = &self.follow.program.names;
        let (class, selector) = names.methods.value(method.0)?;
        Some((text(names.type_name(class)), text(names.word(selector))))
    }

    fn step(&self, def: Def, at: u32) -> Option<Step> {
        let program = self.follow.program;
        let defined = program.hierarchy.defined(def)?;
        let code = program.files.get(defined.file as usize)?.dex.code(defined.code_at)?;
        Some(Step {
            class: text(program.names.type_name(defined.class)),
            method: text(program.names.word(defined.selector)),
            at,
            byte: code.instructions_at + at as usize * 2,
            file: defined.file,
        })
    }
}

fn text(bytes: &[u8]) -> String {
    dex::Mutf8::new(bytes).text().into_owned()
}
