//! The sample of all of an app's code.

use crate::body::Bodies;
use crate::hash::of_bytes;
use dex::{Bounds, Dex};
use model::Sketch;

/// Hashes of one kind that the sample of an app keeps.
const MOST: usize = 4_096;

/// What an app's code holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketches {
    /// Distinct names of classes.
    pub classes: u64,
    /// The sample of them.
    pub class_sketch: Sketch,
    /// Distinct bodies of methods that are long enough.
    pub bodies: u64,
    /// The sample of them.
    pub body_sketch: Sketch,
    /// Whether the bounds were reached, and the rest not looked at.
    pub is_cut: bool,
}

/// Samples all classes and method bodies of these files.
#[must_use]
pub fn sketches(files: &[Dex<'_>], bounds: Bounds) -> Sketches {
    let (mut classes, mut bodies) = (Vec::new(), Vec::new());
    let is_cut = each_class(files, bounds, &mut |name, found| {
        classes.push(of_bytes(name));
        bodies.extend_from_slice(found);
    });
    Sketches {
        classes: distinct(&mut classes),
        class_sketch: Sketch::of(classes, MOST),
        bodies: distinct(&mut bodies),
        body_sketch: Sketch::of(bodies, MOST),
        is_cut,
    }
}

pub(crate) fn distinct(hashes: &mut Vec<u64>) -> u64 {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.len() as u64
}

/// Calls `visit` with the name of each class and the hashes of its bodies; `true` where the bounds
/// were reached.
pub(crate) fn each_class(
    files: &[Dex<'_>],
    bounds: Bounds,
    visit: &mut dyn FnMut(&[u8], &[u64]),
) -> bool {
    let (mut methods, mut units) = (0, 0);
    let mut found = Vec::new();
    for dex in files {
        let bodies = Bodies::new(dex);
        for class in dex.classes() {
            let Some(name) = class.name() else { continue };
            found.clear();
            for method in dex.methods_of(&class) {
                if methods >= bounds.methods || units >= bounds.units {
                    return true;
                }
                methods += 1;
                let (hash, len) = bodies.hash(method.code_at);
                units += len;
                found.extend(hash);
            }
            visit(name.as_bytes(), &found);
        }
    }
    false
}
