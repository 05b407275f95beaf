//! Small readings that lie beside each other are handed over together: an acquisition may hold
//! 300,000 files of a few lines, and each way to a worker and back costs more than reading one.

use crate::Options;
use crate::plan::Reading;
use evidence::{Job, Role};
use model::Item;

/// What counts as small, in bytes of the input.
const SMALL: u64 = 64 << 10;

/// Bytes and readings of one group.
const GROUP_BYTES: u64 = 512 << 10;
const GROUP: usize = 64;

/// Puts `readings` into groups behind `pieces`, in order. Tells how many bytes they will read.
pub(crate) fn grouped(readings: Vec<Reading>, pieces: &mut Vec<Vec<Reading>>) -> u64 {
    let (mut total, mut weight, mut open) = (0_u64, 0_u64, false);
    for mut reading in readings {
        let bytes = reading.bytes();
        reading.planned = bytes;
        total = total.saturating_add(bytes);
        let small = bytes <= SMALL && is_plain(&reading);
        match pieces.last_mut() {
            Some(group)
                if open && small && group.len() < GROUP && weight + bytes <= GROUP_BYTES =>
            {
                group.push(reading);
                weight += bytes;
            }
            _ => {
                pieces.push(vec![reading]);
                (weight, open) = (bytes, small);
            }
        }
    }
    total
}

/// Whether it is one job, of an artifact that is no larger inside than it may seem.
fn is_plain(reading: &Reading) -> bool {
    let small_inside = match &reading.role {
        Role::File { .. } => true,
        Role::Member { member, .. } => member.size <= SMALL * 8,
        Role::Survey | Role::Container => false,
    };
    small_inside && reading.fallback.is_none() && reading.journal.is_none()
}

/// Reads a group.
pub(crate) fn carry_out(group: Vec<Reading>, options: &Options<'_>, give: &mut dyn FnMut(Item)) {
    if group.len() < 2 {
        group.into_iter().for_each(|reading| reading.carry_out(options, give));
        return;
    }
    let mut jobs: Vec<Job> = Vec::with_capacity(group.len());
    for reading in &group {
        // What cannot be opened is told at its place: after what comes before it.
        let mut told = Vec::new();
        match reading.job(options, &mut |item| told.push(item)) {
            Some(job) => jobs.push(job),
            None => {
                read_all(&jobs, options, give);
                jobs.clear();
                told.into_iter().for_each(&mut *give);
            }
        }
    }
    read_all(&jobs, options, give);
}

/// Hands jobs to the reader; each is done when all are.
fn read_all(jobs: &[Job], options: &Options<'_>, give: &mut dyn FnMut(Item)) {
    options.reader.read_all(jobs, give);
    jobs.iter().for_each(|job| options.progress.end(&job.progress));
}
