//! Who does the reading: this process, or (later) a worker behind a pipe.

use evidence::Job;
use model::Item;

/// Carries out a job. Everything that opens, inflates or parses evidence is behind this.
pub trait Reader: Sync {
    /// Reads what `job` asks for and gives every item in order.
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item));
}

/// Reads in this process.
#[derive(Clone, Copy, Debug)]
pub struct Direct;

impl Reader for Direct {
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item)) {
        parsers::read(job, give);
    }
}
