//! Artifacts that have ended two workers, known by what they hold: a copy of one, in whatever place, is
//! not tried again.

use evidence::{Blob, Input, Job, Role};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// What an artifact is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    /// A whole input: what was asked of it, its length and its hash.
    Input { asked: u8, length: u64, sha256: String },
    /// A member, as its archive describes it. (Whoever makes two that look alike hides the second from
    /// nobody: each is told of.)
    Member { crc32: u32, size: u64, compressed: u64 },
}

/// What is not tried again.
#[derive(Default)]
pub(crate) struct Quarantine(Mutex<BTreeSet<Known>>);

impl Quarantine {
    /// Whether the artifact of `job` is among them.
    pub(crate) fn holds(&self, job: &Job) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let alike = |one: &Known| match one {
            Known::Member { .. } => matches!(job.role, Role::Member { .. }),
            Known::Input { asked, length, .. } => about(job) == Some((*asked, *length)),
        };
        // Only what is as long as one of them is hashed.
        all.iter().any(alike) && known(job).is_some_and(|known| all.contains(&known))
    }

    /// Adds the artifact of `job`.
    pub(crate) fn add(&self, job: &Job) {
        // What cannot be read gives no worker anything to fail on.
        if let Some(known) = known(job) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(known);
        }
    }
}

/// What is asked of an input, and how long that is; nothing for members.
fn about(job: &Job) -> Option<(u8, u64)> {
    let asked = match job.role {
        Role::Survey => 0,
        Role::Container => 1,
        Role::File { .. } => 2,
        Role::Member { .. } => return None,
    };
    Some((asked, job.input.metadata().ok()?.len()))
}

fn known(job: &Job) -> Option<Known> {
    if let Role::Member { member, .. } = &job.role {
        let (crc32, size, compressed) = (member.crc32, member.size, member.compressed);
        return Some(Known::Member { crc32, size, compressed });
    }
    let (asked, length) = about(job)?;
    let bytes = Blob::from_file(Arc::clone(&job.input), Arc::default()).ok()?;
    let sha256 = Input::from_blob(bytes, &job.limits, 0).finish().ok()?.sha256;
    Some(Known::Input { asked, length, sha256 })
}
