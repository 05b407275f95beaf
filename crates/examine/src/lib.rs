//! The straight line: bytes → observations and gaps → findings → report.
//!
//! [`examine`] is that line; whoever reads it knows the program. [`Survey::plan`] finds out
//! what the PATHs given are; [`read`] reads them, in one order whatever the number of threads.
//!
//! Invariant: this crate opens files and walks folders for the reading function, and does
//! nothing else with them; it prints nothing and knows no clock.

mod budget;
mod collect;
mod encoded;
mod group;
mod listed;
mod ordered;
mod plan;
mod progress;
mod reader;
mod repeats;
mod survey;
mod walk;
mod years;

pub use encoded::Encoded;
pub use plan::{Plan, Refused, Unlock};
pub use progress::Progress;
pub use reader::{Direct, Reader, Scanning};
pub use survey::Survey;
pub use walk::{Files, files};

use budget::Budget;
use collect::Collected;
use detect::{Judge, Knowledge};
use evidence::{Job, Limits, Parser, Role};
use jiff::Timestamp;
use listed::Listed;
use model::{Artifact, Gap, Item, Observation, Source, SourceId, SourceKind, Status};
use parsers::android::Dumpstate;
use plan::{Beside, Reading};
use repeats::Repeats;
use report::Report;
use years::Years;

/// How to read and judge.
pub struct Options<'a> {
    /// How many threads read; the result does not depend on it.
    pub threads: usize,
    /// How much one artifact may cost.
    pub limits: Limits,
    /// The time to hold validity and ages against.
    pub now: Timestamp,
    /// Who reads.
    pub reader: &'a dyn Reader,
    /// Counts what was read.
    pub progress: &'a Progress,
}

/// What reading tells, in order.
#[allow(clippy::large_enum_variant)] // Nearly all events are observations.
#[derive(Debug)]
pub enum Event {
    /// The reading of a source begins.
    Began(Source),
    /// Something was seen.
    Observation(SourceId, Observation),
    /// An artifact is done.
    Artifact(SourceId, Artifact),
    /// Something could not be read.
    Gap(Option<SourceId>, Gap),
    /// A source is done.
    Ended(SourceId),
}

/// Reads all that is planned, judges it, and reports. `watch` sees every observation.
pub fn examine(
    plan: Plan,
    knowledge: &Knowledge<'_>,
    options: &Options<'_>,
    watch: &mut dyn FnMut(SourceId, &Observation),
) -> Report {
    let mut judge = Judge::new(knowledge, options.now);
    let mut collected = Collected::default();
    read(plan, options, &mut |event| match event {
        Event::Began(source) => collected.source(source),
        Event::Observation(source, seen) => {
            collected.observation(source, &seen);
            watch(source, &seen);
            judge.observe(source, seen);
        }
        Event::Artifact(source, artifact) => collected.artifact(source, artifact),
        Event::Gap(source, gap) => collected.gap(source, gap),
        Event::Ended(source) => judge.end_source(source),
    });
    collected.report(judge.finish(), knowledge, options)
}

/// Reads all that is planned and tells it in order: by source, by path, as read.
pub fn read(plan: Plan, options: &Options<'_>, tell: &mut dyn FnMut(Event)) {
    for (source, gap) in plan.gaps {
        tell(Event::Gap(source, gap));
    }
    let mut pieces = Vec::new();
    let mut sources = Vec::with_capacity(plan.sources.len());
    let mut total = 0_u64;
    for planned in plan.sources {
        let before = pieces.len();
        total = total.saturating_add(group::grouped(planned.readings, &mut pieces));
        sources.push((planned.source, pieces.len() - before, planned.missing));
    }
    options.progress.plan(total);
    let budget = Budget::new(options);

    let telling = std::cell::RefCell::new(Telling {
        sources: sources.into_iter(),
        open: None,
        repeats: Repeats::default(),
        listed: Listed::default(),
        years: Years::default(),
        budget: &budget,
        unread: 0,
        tell,
    });
    telling.borrow_mut().advance();
    crate::ordered::run(
        options.threads,
        pieces.into_iter(),
        |piece: Vec<Reading>, give| {
            if budget.is_spent() {
                give(Item::Gap(budget.gap()));
            } else {
                group::carry_out(piece, options, give);
            }
        },
        weight,
        |item| telling.borrow_mut().item(item),
        || telling.borrow_mut().piece_done(),
    );
}

/// About how many bytes an item takes: what was read is hardly longer than where it stands.
fn weight(item: &Item) -> u64 {
    match item {
        Item::Observation(Observation { position, .. }) => {
            position.byte.map_or(0, |(start, end)| end.saturating_sub(start))
        }
        Item::Artifact(_) | Item::Gap(_) | Item::Recognised(_) => 0,
    }
}

/// Turns the items of one piece after the other into events of their sources.
struct Telling<'t, I> {
    sources: I,
    /// The source being told, how many of its pieces are to come, its missing artifacts.
    open: Option<(SourceId, usize, Vec<Artifact>)>,
    repeats: Repeats,
    listed: Listed,
    years: Years,
    budget: &'t Budget<'t>,
    /// Pieces of the open source that were not read, since the budget was spent.
    unread: u64,
    tell: &'t mut dyn FnMut(Event),
}

impl<I: Iterator<Item = (Source, usize, Vec<Artifact>)>> Telling<'_, I> {
    /// Ends the open source if it is done, and begins the next; sources without pieces pass by.
    fn advance(&mut self) {
        loop {
            if let Some((id, left, missing)) = &mut self.open {
                if *left > 0 {
                    return;
                }
                for artifact in missing.drain(..) {
                    (self.tell)(Event::Artifact(*id, artifact));
                }
                let (missing, gaps) = self.listed.differences();
                for gap in gaps {
                    (self.tell)(Event::Gap(Some(*id), gap));
                }
                for artifact in missing {
                    (self.tell)(Event::Artifact(*id, artifact));
                }
                if std::mem::take(&mut self.unread) > 0 {
                    (self.tell)(Event::Gap(Some(*id), self.budget.gap()));
                }
                (self.tell)(Event::Ended(*id));
            }
            let Some((source, pieces, missing)) = self.sources.next() else {
                self.open = None;
                return;
            };
            (self.repeats, self.listed, self.years) = Default::default();
            self.open = Some((source.id, pieces, missing));
            (self.tell)(Event::Began(source));
        }
    }

    fn item(&mut self, item: Item) {
        let Some((id, ..)) = self.open else { return };
        if self.budget.is_over() {
            return; // It was read by the time that the piece before it was told.
        }
        match item {
            Item::Observation(seen) if self.repeats.is_one(&seen) => {}
            Item::Observation(mut seen) => {
                self.years.observation(&mut seen);
                self.listed.observation(&seen);
                (self.tell)(Event::Observation(id, seen));
            }
            Item::Artifact(artifact) => {
                self.budget.count(&artifact);
                self.listed.artifact(&artifact);
                (self.tell)(Event::Artifact(id, artifact));
            }
            Item::Gap(gap) => (self.tell)(Event::Gap(Some(id), gap)),
            Item::Recognised(_) => {}
        }
    }

    fn piece_done(&mut self) {
        if let Some((_, left, _)) = &mut self.open {
            *left -= 1;
        }
        self.unread += u64::from(self.budget.is_over());
        self.budget.piece_done();
        self.advance();
    }
}

impl Reading {
    /// Hands the reading to the reader, and reads the fallback if no dumpstate came out.
    fn carry_out(self, options: &Options<'_>, give: &mut dyn FnMut(Item)) {
        let mut dumpstate_read = false;
        self.hand_over(options, &mut |item| {
            if let Item::Artifact(artifact) = &item {
                let read = matches!(artifact.status, Status::Read | Status::Partly);
                dumpstate_read |= read && artifact.read_by.as_deref() == Some(Dumpstate.id());
            }
            give(item);
        });
        match self.fallback {
            Some(fallback) if dumpstate_read => fallback.hash_only(options, give),
            Some(fallback) => fallback.carry_out(options, give),
            None => {}
        }
    }

    /// Hashes what holds the same again, and says so.
    fn hash_only(mut self, options: &Options<'_>, give: &mut dyn FnMut(Item)) {
        if let Role::File { kind, .. } | Role::Member { kind, .. } = &mut self.role {
            *kind = SourceKind::Folder; // No parser claims a file of a mere folder.
        }
        self.hand_over(options, &mut |item| {
            give(match item {
                Item::Artifact(artifact) if artifact.status == Status::Unknown => {
                    let note = Some("the bug report holds the same services".into());
                    Item::Artifact(Artifact { status: Status::NotSupported, note, ..artifact })
                }
                other => other,
            });
        });
    }

    fn hand_over(&self, options: &Options<'_>, give: &mut dyn FnMut(Item)) {
        let Some(job) = self.job(options, give) else { return };
        options.reader.read(&job, give);
        options.progress.end(&job.progress);
    }

    /// Opens what is to be read; says so where it cannot be opened.
    fn job(&self, options: &Options<'_>, give: &mut dyn FnMut(Item)) -> Option<Job> {
        let input = match self.input.open() {
            Ok(input) => input,
            Err(error) => {
                let reason = format!("it cannot be opened: {error}");
                let path = self.artifact_path();
                give(Item::Gap(Gap { artifact: Some(path.clone()), position: None, reason }));
                give(Item::Artifact(Artifact::bare(path, Status::Failed)));
                options.progress.pass(self.planned);
                return None;
            }
        };
        Some(Job {
            input,
            path: self.path.clone(),
            role: self.role.clone(),
            journal: self.journal.as_ref().and_then(Beside::open),
            key: self.key.clone(),
            passwords: self.passwords.clone(),
            limits: options.limits.clone(),
            progress: options.progress.begin(self.planned),
        })
    }
}
