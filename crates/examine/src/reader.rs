//! Who does the reading: this process, or a worker behind a pipe (crate `isolate`).

use evidence::{Job, Scanner};
use model::{Gap, Item, Knowledge};

/// Carries out jobs. Everything that opens, inflates or parses evidence is behind this.
pub trait Reader: Sync {
    /// Reads what `job` asks for and gives every item in order.
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item));

    /// Reads several small jobs, one behind the other, and gives the items of all in order.
    fn read_all(&self, jobs: &[Job], give: &mut dyn FnMut(Item)) {
        for job in jobs {
            self.read(job, give);
        }
    }

    /// How reading is kept apart from the rest, as the report states it.
    fn isolation(&self) -> String {
        report::NOT_ISOLATED.to_owned()
    }

    /// What it holds bytes against beside reading them, and what of that could not be loaded.
    fn scans_with(&self) -> (Vec<Knowledge>, Vec<Gap>) {
        Default::default()
    }
}

/// Reads in this process.
#[derive(Clone, Copy, Debug)]
pub struct Direct;

impl Reader for Direct {
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item)) {
        parsers::read(job, give);
    }
}

/// Reads in this process, and holds a user's own patterns against the bytes.
#[derive(Clone, Copy)]
pub struct Scanning<'a>(pub &'a dyn Scanner);

impl Reader for Scanning<'_> {
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item)) {
        parsers::read_and_scan(job, self.0, give);
    }

    fn scans_with(&self) -> (Vec<Knowledge>, Vec<Gap>) {
        (self.0.knowledge(), self.0.gaps())
    }
}
