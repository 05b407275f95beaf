//! The host: starts workers, hands them jobs, and makes gaps of what goes wrong.

use crate::check::Checker;
use crate::job::{self, MOST_JOBS, Ready, Setup};
use crate::os::{Process, Silence};
use crate::quarantine::Quarantine;
use crate::trouble::Trouble;
use crate::wire::Decoder;
use crate::worker::frame;
use crate::{LARGEST_FRAME, WORKER};
use evidence::{Job, Limits};
use examine::Reader;
use model::{Artifact, Gap, Item, Status};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// Jobs that one worker does before another takes its place.
const JOBS: usize = 2_000;

/// Items of a job that are neither observations nor about members.
const OTHER_ITEMS: u64 = 10_000;

/// How long a worker may take to begin.
const BEGINNING: Duration = Duration::from_secs(30);

/// Reads in worker processes. As many are started as are asked for at a time, and kept.
pub struct Isolated {
    program: PathBuf,
    limits: Limits,
    idle: Mutex<Vec<Worker>>,
    /// Artifacts that have ended two workers.
    quarantine: Quarantine,
    missing: Vec<String>,
}

impl Isolated {
    /// Starts the first worker. `program` is run with [`WORKER`] as its only argument, and then has
    /// to call [`crate::serve`].
    ///
    /// # Errors
    /// When no worker can be started, in words.
    pub fn start(program: PathBuf, limits: &Limits) -> Result<Self, String> {
        let (idle, quarantine) = (Mutex::default(), Quarantine::default());
        let mut all =
            Self { program, limits: limits.clone(), idle, quarantine, missing: Vec::new() };
        let (first, missing) = all.begin()?;
        all.missing = missing;
        all.give_back(first);
        Ok(all)
    }

    /// What this system cannot set in force, in words; empty where all is.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    fn begin(&self) -> Result<(Worker, Vec<String>), String> {
        let failed = |error: io::Error| format!("no worker process could be started: {error}");
        let setup = Setup {
            memory: self.limits.memory,
            scratch: self.limits.inflated_bytes.saturating_mul(2),
            // For a worker whose host has gone, which nobody else would end.
            processor: self.limits.seconds.saturating_mul(10).max(3600),
        };
        let setup = postcard::to_stdvec(&setup).map_err(|error| failed(io::Error::other(error)))?;
        // Made here, since a worker can make no file. It has no name.
        let scratch = tempfile::tempfile().map_err(failed)?;
        let mut process = Process::start(&self.program, WORKER).map_err(failed)?;
        process.send(&setup, &[&scratch]).map_err(failed)?;
        let mut frame = Vec::new();
        let kind = process.receive(&mut frame, 64 << 10, &mut BEGINNING.clone());
        let ready: Option<Ready> = match kind {
            Ok(frame::READY) => postcard::from_bytes(&frame).ok(),
            _ => None,
        };
        let Some(ready) = ready else {
            let how = process.end();
            return Err(format!("no worker process could be started: it did not begin ({how:?})"));
        };
        let letter = Zeroizing::new(Vec::new());
        Ok((Worker { process, letter, frame, jobs: 0 }, ready.missing))
    }

    fn take(&self) -> Option<Worker> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn give_back(&self, worker: Worker) {
        if worker.jobs < JOBS {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
    }

    /// Reads the first of `jobs`, or as many of them as go well; tells how many are done.
    fn some(&self, jobs: &[Job], first: &mut First, give: &mut dyn FnMut(Item)) -> usize {
        let Some(job) = jobs.first() else { return 0 };
        if self.quarantine.holds(job) {
            let reason = "it has ended two processes that read it, and is not tried again";
            give_up(job, first, reason.to_owned(), give);
            return 1;
        }
        // A second try is by itself, and in a worker that has seen nothing else.
        let kept = if first.tried { None } else { self.take() };
        let begun = kept.map_or_else(|| self.begin().map(|(worker, _)| worker), Ok);
        let mut worker = match begun {
            Ok(worker) => worker,
            Err(reason) => {
                give_up(job, first, reason, give);
                return 1;
            }
        };
        let most = if first.tried { 1 } else { MOST_JOBS };
        let batch = jobs.iter().take(most);
        let batch = batch.take_while(|one| std::ptr::eq(*one, job) || !self.quarantine.holds(one));
        let batch = jobs.get(..batch.count()).unwrap_or_default();
        let (done, trouble) = worker.read(batch, first, give);
        let Some(trouble) = trouble else {
            self.give_back(worker);
            return done;
        };
        drop(worker);
        if done > 0 {
            // What went wrong is about the next one; `first` tells how far that came.
            first.tried = true;
            if trouble.may_pass() {
                return done;
            }
        } else if trouble.may_pass() && !first.tried {
            first.tried = true;
            return 0;
        }
        let Some(job) = jobs.get(done) else { return done };
        let mut reason = trouble.words(&self.limits);
        if trouble.may_pass() {
            reason.push_str("; it was tried twice, and is not tried again");
            self.quarantine.add(job);
        }
        give_up(job, first, reason, give);
        done + 1
    }
}

impl Reader for Isolated {
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item)) {
        self.read_all(std::slice::from_ref(job), give);
    }

    fn read_all(&self, mut jobs: &[Job], give: &mut dyn FnMut(Item)) {
        let mut first = First::default();
        while !jobs.is_empty() {
            let done = self.some(jobs, &mut first, give);
            jobs = jobs.get(done..).unwrap_or_default();
        }
    }

    fn isolation(&self) -> String {
        match self.missing.as_slice() {
            [] => "worker processes with Landlock, seccomp and resource limits".to_owned(),
            missing => format!("worker processes; missing on this system: {}", missing.join(", ")),
        }
    }
}

/// How far the first job that is not done came.
#[derive(Default)]
struct First {
    /// It has ended a worker, and is tried again.
    tried: bool,
    /// How many of its items were given on.
    given: u64,
    /// The row of its artifact is among them.
    told: bool,
}

/// Says that a job came to no end.
fn give_up(job: &Job, first: &mut First, reason: String, give: &mut dyn FnMut(Item)) {
    let path = Checker::new(job).own().to_owned();
    give(Item::Gap(Gap { artifact: Some(path.clone()), position: None, reason }));
    if !first.told {
        let status = if first.given > 0 { Status::Partly } else { Status::Failed };
        give(Item::Artifact(Artifact::bare(path, status)));
    }
    *first = First::default();
}

/// A process that reads, and what its letters and frames lie in.
struct Worker {
    process: Process,
    letter: Zeroizing<Vec<u8>>,
    frame: Vec<u8>,
    jobs: usize,
}

impl Worker {
    /// Does `jobs`; tells how many are done, and what went wrong with the next.
    fn read(
        &mut self,
        jobs: &[Job],
        first: &mut First,
        give: &mut dyn FnMut(Item),
    ) -> (usize, Option<Trouble>) {
        let sent = job::encode(jobs, &mut self.letter).map_err(io::Error::other).and_then(
            |(bytes, handles)| {
                let handles: Vec<&File> = handles.iter().map(|file| &**file).collect();
                self.process.send(bytes, &handles)
            },
        );
        if sent.is_err() {
            return (0, Some(Trouble::Ended(self.process.end())));
        }
        for (done, job) in jobs.iter().enumerate() {
            self.jobs += 1;
            if let Err(trouble) = self.answer(job, first, give) {
                return (done, Some(trouble));
            }
            *first = First::default();
        }
        (jobs.len(), None)
    }

    /// Takes the frames of one job. The items that a first try has given are not given again.
    fn answer(
        &mut self,
        job: &Job,
        first: &mut First,
        give: &mut dyn FnMut(Item),
    ) -> Result<(), Trouble> {
        let mut checker = Checker::new(job);
        let mut patience = Duration::from_secs(job.limits.seconds);
        // Beside observations, each member of nested archives may have its row and its gaps.
        let most = job.limits.members.saturating_mul(4).saturating_add(OTHER_ITEMS);
        let most = most.saturating_add(job.limits.observations);
        let (mut count, mut read) = (0, 0);
        loop {
            let kind = self.process.receive(&mut self.frame, LARGEST_FRAME, &mut patience);
            let kind = kind.map_err(|silence| match silence {
                Silence::Ended => Trouble::Ended(self.process.end()),
                Silence::TooLong => Trouble::TooLong,
                Silence::TooLarge => Trouble::Rules("a frame that is too long"),
            })?;
            let Some((progress, items)) = self.frame.split_first_chunk::<8>() else {
                return Err(Trouble::Rules("a frame that is too short"));
            };
            let progress = u64::from_le_bytes(*progress);
            job.progress.fetch_add(progress.saturating_sub(read), Ordering::Relaxed);
            read = read.max(progress);
            match kind {
                frame::ITEMS => {
                    let mut decoder = Decoder::new(items);
                    let no_item = |_| Trouble::Rules("something that is no item");
                    if items.is_empty() || count > most {
                        return Err(Trouble::Rules(match items {
                            [] => "a frame with nothing in it",
                            _ => "more than all that it may",
                        }));
                    }
                    while let Some(item) = decoder.next_item().map_err(no_item)? {
                        checker.item(&item).map_err(Trouble::Rules)?;
                        count += 1;
                        if count > first.given {
                            first.given = count;
                            first.told |= checker.is_told();
                            give(item);
                        }
                    }
                }
                frame::DONE => return checker.end().map_err(Trouble::Rules),
                _ => return Err(Trouble::Rules("a frame of no known kind")),
            }
        }
    }
}
