//! From an object to the values at an object path.

use crate::pattern::{PatternCode, PatternError, Step};
use crate::{Observation, Value};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

/// Values that are looked at in one observation; references can lead in circles.
const MAX_VISITS: u32 = 2_000_000;

/// Objects that are searched one by one for a reference; above, by an index.
const FEW: usize = 8;

/// An observation while comparisons look at it.
pub(super) struct Scene<'o> {
    pub(super) objects: &'o [(Cow<'o, str>, Value<'o>)],
    index: OnceCell<HashMap<&'o str, &'o Value<'o>>>,
    visits: Cell<u32>,
    /// The first comparison that had no answer.
    pub(super) error: RefCell<Option<PatternError>>,
}

impl<'o> Scene<'o> {
    pub(super) fn new(observation: &'o Observation<'o>) -> Self {
        Self {
            objects: &observation.objects,
            index: OnceCell::new(),
            visits: Cell::new(0),
            error: RefCell::new(None),
        }
    }

    /// Takes note of a comparison that had no answer.
    pub(super) fn fail(&self, code: PatternCode, offset: usize, expected: &'static str) {
        let mut error = self.error.borrow_mut();
        if error.is_none() {
            *error = Some(PatternError::new(code, offset, expected));
        }
    }

    /// The object that a reference names.
    fn referred(&self, name: &str) -> Option<&'o Value<'o>> {
        if self.objects.len() <= FEW {
            return self.objects.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        }
        let index = self.index.get_or_init(|| {
            self.objects.iter().map(|(key, value)| (key.as_ref(), value)).collect()
        });
        index.get(name).copied()
    }
}

/// An object path, with what its steps do made out.
#[derive(Debug)]
pub(super) struct Path {
    steps: Vec<Compiled>,
    /// How the value of the last key is written.
    pub(super) encoding: Encoding,
}

/// How a property writes its value (STIX 2.1, section 3.1: the suffix of its name).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Hex,
    Base64,
}

#[derive(Debug)]
struct Compiled {
    step: Step,
    /// Whether what is found is a reference, which is followed before the next step.
    follows: bool,
}

impl Path {
    pub(super) fn new(steps: &[Step]) -> Self {
        let mut compiled = Vec::with_capacity(steps.len());
        let mut in_references = false;
        for (number, step) in steps.iter().enumerate() {
            let last = number + 1 == steps.len();
            let follows = match step {
                Step::Key(key) => {
                    in_references = key.ends_with("_refs");
                    !last && key.ends_with("_ref")
                }
                Step::Index(_) | Step::Any => !last && std::mem::take(&mut in_references),
            };
            compiled.push(Compiled { step: step.clone(), follows });
        }
        let encoding = match steps.last() {
            Some(Step::Key(key)) if key.ends_with("_hex") => Encoding::Hex,
            Some(Step::Key(key)) if key.ends_with("_bin") => Encoding::Base64,
            _ => Encoding::Plain,
        };
        Self { steps: compiled, encoding }
    }

    /// Bytes of memory beside its own.
    pub(super) fn memory(&self) -> usize {
        let keys = self.steps.iter().map(|one| match &one.step {
            Step::Key(key) => key.len(),
            Step::Index(_) | Step::Any => 0,
        });
        self.steps.capacity() * size_of::<Compiled>() + keys.sum::<usize>()
    }

    /// Whether any value at the path, from this object, passes the test. `offset` is where the
    /// comparison stands in the pattern.
    pub(super) fn any<'o>(
        &self,
        scene: &Scene<'o>,
        object: &'o Value<'o>,
        offset: usize,
        test: &mut dyn FnMut(&'o Value<'o>) -> bool,
    ) -> bool {
        any(scene, object, &self.steps, offset, test)
    }
}

/// Recursion goes as deep as the path has steps (`pattern::MAX_STEPS`).
fn any<'o>(
    scene: &Scene<'o>,
    value: &'o Value<'o>,
    steps: &[Compiled],
    offset: usize,
    test: &mut dyn FnMut(&'o Value<'o>) -> bool,
) -> bool {
    scene.visits.set(scene.visits.get() + 1);
    if scene.visits.get() > MAX_VISITS {
        scene.fail(PatternCode::TooMuchWork, offset, "a path with fewer values behind it");
        return false;
    }
    let Some((Compiled { step, follows }, rest)) = steps.split_first() else {
        return test(value);
    };
    let go_on = |found: &'o Value<'o>| match (follows, found) {
        (true, Value::Text(name)) => {
            scene.referred(name).is_some_and(|object| any(scene, object, rest, offset, test))
        }
        _ => any(scene, found, rest, offset, test),
    };
    match (step, value) {
        (Step::Key(key), _) => value.property(key).is_some_and(go_on),
        (Step::Index(index), Value::List(items)) => {
            usize::try_from(*index).ok().and_then(|at| items.get(at)).is_some_and(go_on)
        }
        (Step::Any, Value::List(items)) => items.iter().any(go_on),
        _ => false,
    }
}
