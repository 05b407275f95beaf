//! Reads in this process, but through the external shape that a worker's pipe will carry.

use crate::reader::{Direct, Reader};
use evidence::Job;
use model::{Item, SourceId};
use record::{Record, write_item};

/// Encodes and decodes every item on its way. The report must not change by a byte: what
/// crosses a pipe later is all that a report rests on. A record that does not survive is lost
/// here as it would be there, and the tests compare.
#[derive(Clone, Copy, Debug)]
pub struct Encoded;

impl Reader for Encoded {
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item)) {
        let mut line = Vec::new();
        Direct.read(job, &mut |item| {
            line.clear();
            if write_item(&mut line, SourceId(0), &item).is_ok()
                && let Ok(received) = Record::from_line(&line)
                && let Some((_, item)) = received.into_item()
            {
                give(item);
            }
        });
    }
}
