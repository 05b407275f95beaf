//! What every reader of a block is: lines in, what they state out.

use crate::{Line, Place, Unread};

/// Takes what a reader reads, with the place where it stands.
pub type Tell<'t, R> = dyn for<'a, 'e> FnMut(&'a <R as Reader>::Event<'e>, Place) + 't;

/// Reads the lines of one block (a service of dumpsys, a section of dumpstate).
///
/// A reader holds the state that its format needs and nothing that grows with the number of
/// lines, or grows up to a stated bound. What it should have understood and did not, it counts.
pub trait Reader: 'static {
    /// What it gives.
    type Event<'e>;

    /// Takes a line; tells what it completes.
    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>);

    /// The block is over: what was begun is told.
    fn finish(&mut self, _tell: &mut Tell<'_, Self>) {}

    /// What was not understood.
    fn unread(&self) -> Unread;

    /// What a person should know of the block besides, in words.
    fn note(&self) -> Option<String> {
        None
    }
}
