//! The host: starts workers, hands them jobs, and makes gaps of what goes wrong.

use crate::check::Checker;
use crate::job::{self, MOST_JOBS, PlainSetup, Ready, Setup};
use crate::os::{self, Confined, Process, Silence, plain};
use crate::quarantine::Quarantine;
use crate::trouble::Trouble;
use crate::wire::Decoder;
use crate::worker::frame;
use crate::{LARGEST_FRAME, PLAIN_WORKER, WORKER};
use evidence::{Job, Journal, Limits};
use examine::{Direct, Reader};
use model::{Artifact, Gap, Item, Status};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// Jobs that one worker does before another takes its place.
const JOBS: usize = 2_000;

/// Items of a job that are neither observations nor about members.
const OTHER_ITEMS: u64 = 10_000;

/// How long a worker may take to begin.
const BEGINNING: Duration = Duration::from_secs(30);

/// Workers that wait for more jobs of the one input that each was started with, where they are not confined.
const PLAIN: usize = 4;

/// Reads in worker processes. As many are started as are asked for at a time, and kept.
pub struct Isolated {
    program: PathBuf,
    limits: Limits,
    idle: Mutex<Vec<Worker>>,
    /// Artifacts that have ended two workers.
    quarantine: Quarantine,
    missing: Vec<String>,
    /// Workers are not confined.
    plain: bool,
}

impl Isolated {
    /// Starts the first worker. `program` is run with [`WORKER`] as its only argument, and then has
    /// to call [`crate::serve`]. Where this system confines none, as [`Self::start_plain`].
    ///
    /// # Errors
    /// When no worker can be started, in words.
    pub fn start(program: PathBuf, limits: &Limits) -> Result<Self, String> {
        Self::started(program, limits, !os::CONFINES)
    }

    /// The same with workers that are not confined, on any system: each is a process of its own, and ended
    /// after its time. What is missing is told.
    ///
    /// # Errors
    /// When no worker can be started, in words.
    pub fn start_plain(program: PathBuf, limits: &Limits) -> Result<Self, String> {
        Self::started(program, limits, true)
    }

    fn started(program: PathBuf, limits: &Limits, plain: bool) -> Result<Self, String> {
        let (idle, quarantine) = (Mutex::default(), Quarantine::default());
        let missing = Vec::new();
        let mut all = Self { program, limits: limits.clone(), idle, quarantine, missing, plain };
        let (first, missing) = all.begin(None)?;
        all.missing = missing;
        all.give_back(first);
        Ok(all)
    }

    /// What this system cannot set in force, in words; empty where all is.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Starts a worker, for `job` where it is not confined.
    fn begin(&self, job: Option<&Job>) -> Result<(Worker, Vec<String>), String> {
        let failed = |error: io::Error| format!("no worker process could be started: {error}");
        let input = job.map(|job| Arc::clone(&job.input)).filter(|_| self.plain);
        let begun =
            if self.plain { self.begin_plain(input.as_deref()) } else { self.begin_confined() };
        let mut process = begun.map_err(failed)?;
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
        Ok((Worker { process, letter, frame, jobs: 0, input }, ready.missing))
    }

    fn begin_plain(&self, input: Option<&File>) -> io::Result<Process> {
        let temporary = plain::temporary();
        let setup = postcard::to_stdvec(&PlainSetup { temporary }).map_err(io::Error::other)?;
        let mut process = plain::Process::start(&self.program, PLAIN_WORKER, input)?;
        process.send(&setup, 0)?;
        Ok(Process::Plain(process))
    }

    fn begin_confined(&self) -> io::Result<Process> {
        let setup = Setup {
            memory: self.limits.memory,
            scratch: self.limits.inflated_bytes.saturating_mul(2),
            // For a worker whose host has gone, which nobody else would end.
            processor: self.limits.seconds.saturating_mul(10).max(3600),
        };
        let setup = postcard::to_stdvec(&setup).map_err(io::Error::other)?;
        // Made here, since a worker can make no file. It has no name.
        let scratch = tempfile::tempfile()?;
        let process = Confined::start(&self.program, WORKER)?;
        process.send(&setup, &[&scratch])?;
        Ok(Process::Confined(process))
    }

    fn take(&self, job: &Job) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = idle.iter().position(|worker| !self.plain || worker.may_read(job))?;
        Some(idle.swap_remove(fits))
    }

    fn give_back(&self, worker: Worker) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if self.plain && idle.len() >= PLAIN {
            idle.remove(0);
        }
        if worker.jobs < JOBS {
            idle.push(worker);
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
        if self.plain && matches!(job.journal, Some(Journal::File(_))) {
            // There is no way to hand over a second file; the report says so.
            Direct.read(job, give);
            return 1;
        }
        // A second try is by itself, and in a worker that has seen nothing else.
        let kept = if first.tried { None } else { self.take(job) };
        let begun = kept.map_or_else(|| self.begin(Some(job)).map(|(worker, _)| worker), Ok);
        let mut worker = match begun {
            Ok(worker) => worker,
            Err(reason) => {
                give_up(job, first, reason, give);
                return 1;
            }
        };
        let most = if first.tried { 1 } else { MOST_JOBS };
        let batch = jobs.iter().take(most);
        let batch = batch.take_while(|one| !self.plain || worker.may_read(one));
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
    /// The one input that it can read, where it is not confined.
    input: Option<Arc<File>>,
}

impl Worker {
    /// Whether a worker that is not confined was handed all that a job needs.
    fn may_read(&self, job: &Job) -> bool {
        let own = self.input.as_ref().is_some_and(|input| Arc::ptr_eq(input, &job.input));
        own && !matches!(job.journal, Some(Journal::File(_)))
    }

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
