//! What a genuine app's own code is: the part of it that no library accounts for.

use crate::hash::of_bytes;
use crate::own::{Libraries, Own};
use crate::sketches::{distinct, each_class};
use dex::{Bounds, Dex};
use model::Sketch;

/// Hashes of one kind that a profile keeps.
const MOST: usize = 1_024;

/// The own code of one version of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Starts of the names of its own classes.
    pub own: Vec<String>,
    /// Classes that it defines.
    pub all_classes: u64,
    /// How many of them are its own.
    pub classes: u64,
    /// The sample of their names.
    pub class_sketch: Sketch,
    /// Distinct bodies of methods of its own classes that stand in none of its other classes.
    pub bodies: u64,
    /// The sample of them.
    pub body_sketch: Sketch,
    /// Whether the bounds were reached, and the rest not looked at.
    pub is_cut: bool,
}

impl Profile {
    /// Of the files of a genuine app: classes that `own` takes and that are no library's. A body
    /// that other classes have too is not its own, whatever the class it stands in.
    #[must_use]
    pub fn of(files: &[Dex<'_>], own: &Own, libraries: &Libraries) -> Self {
        let (mut classes, mut bodies) = (Vec::new(), Vec::new());
        let (mut others, mut all) = (Vec::new(), Vec::new());
        let is_cut = each_class(files, Bounds::default(), &mut |name, found| {
            all.push(of_bytes(name));
            if own.holds(name) && !libraries.hold(name) {
                classes.push(of_bytes(name));
                bodies.extend_from_slice(found);
            } else {
                others.extend_from_slice(found);
            }
        });
        distinct(&mut others);
        bodies.retain(|body| others.binary_search(body).is_err());
        Self {
            own: own.names().to_vec(),
            all_classes: distinct(&mut all),
            classes: distinct(&mut classes),
            class_sketch: Sketch::of(classes, MOST),
            bodies: distinct(&mut bodies),
            body_sketch: Sketch::of(bodies, MOST),
            is_cut,
        }
    }
}
