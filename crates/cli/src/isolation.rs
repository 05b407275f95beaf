//! Who reads: worker processes, or this one; and what this one gives up.

use crate::args::{InputArgs, Isolation};
use crate::confine::{self, Confined};
use crate::failure::Failure;
use crate::stage::Stage;
use evidence::{Job, Limits, Scanner};
use examine::{Direct, Reader, Scanning};
use isolate::Isolated;
use model::{Gap, Item, Knowledge};
use std::path::{Path, PathBuf};

/// What reads, as far as this system has it.
pub(crate) struct Reading {
    by: By,
    /// What this process gave up; nothing where isolation is turned off.
    host: Option<Confined>,
}

enum By {
    /// Worker processes.
    Workers(Box<Isolated>),
    /// This process, and why.
    Direct(String),
    /// This process, which also holds the user's own YARA rules against the bytes.
    Scanning(Box<dyn Scanner>),
}

/// Why a reading with YARA rules is not isolated: what compiles them makes machine code, starts a
/// thread and reserves more memory than a worker is given.
const SCANNING: &str = "YARA rules are held against the bytes in this process";

/// Gives up what is not needed, and starts what reads. From now on, files are opened only below
/// the PATHs and other files that `args` name and `others`, and written only in `stage`.
pub(crate) fn confined(
    args: &InputArgs,
    others: &[&Path],
    limits: &Limits,
    stage: Option<&Stage>,
) -> Result<Reading, Failure> {
    if matches!(args.isolation, Isolation::Off | Isolation::Plain) {
        return start(args, limits);
    }
    args.thread_count();
    let named = args.paths.iter().chain(&args.identity).chain(&args.passphrase_file);
    let read: Vec<&Path> = named.map(PathBuf::as_path).chain(others.iter().copied()).collect();
    let host = confine::reading(&read, stage)?;
    begun(args, limits, Some(host))
}

/// Starts what reads, for a command that goes on with other files afterwards.
pub(crate) fn start(args: &InputArgs, limits: &Limits) -> Result<Reading, Failure> {
    if args.isolation == Isolation::Off {
        return Ok(Reading { by: By::Direct("it was turned off".into()), host: None });
    }
    begun(args, limits, None)
}

fn begun(args: &InputArgs, limits: &Limits, host: Option<Confined>) -> Result<Reading, Failure> {
    let started = match args.isolation {
        Isolation::Plain => Isolated::start_plain(program(), limits),
        Isolation::Auto | Isolation::Require | Isolation::Off => Isolated::start(program(), limits),
    };
    let by = match started {
        Ok(workers) => By::Workers(Box::new(workers)),
        Err(reason) => By::Direct(reason),
    };
    let reading = Reading { by, host };
    match reading.lacks() {
        Some(lacks) if args.isolation == Isolation::Require => {
            let advice = "--isolation auto reads without it, and says so";
            Err(Failure::new(
                "isolation",
                format!("this system lacks isolation: {lacks}; {advice}"),
            ))
        }
        _ => Ok(reading),
    }
}

/// Reads in this process, and scans.
pub(crate) fn scanning(args: &InputArgs, scanner: Box<dyn Scanner>) -> Result<Reading, Failure> {
    if args.isolation == Isolation::Require {
        return Err(Failure::new("isolation", format!("{SCANNING}, which is not isolated")));
    }
    Ok(Reading { by: By::Scanning(scanner), host: None })
}

/// This program: by the link that stays with it, whatever happens to its file, where there is one.
fn program() -> PathBuf {
    let link = PathBuf::from("/proc/self/exe");
    match link.try_exists() {
        Ok(true) => link,
        _ => std::env::current_exe().unwrap_or(link),
    }
}

impl Reading {
    /// The folder for temporary files that ends with this process, where it has one.
    pub(crate) fn temporary(&self) -> Option<PathBuf> {
        self.host.as_ref().map(|host| host.temporary().to_path_buf())
    }

    /// What is missing, in words.
    fn lacks(&self) -> Option<String> {
        let mut lacks = match &self.by {
            By::Workers(workers) => workers.missing().to_vec(),
            By::Direct(reason) => vec![reason.clone()],
            By::Scanning(_) => vec![SCANNING.to_owned()],
        };
        let host = self.host.iter().flat_map(|host| &host.missing);
        lacks.extend(host.map(|missing| format!("for the command itself: {missing}")));
        (!lacks.is_empty()).then(|| lacks.join(", "))
    }
}

impl Reader for Reading {
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item)) {
        match &self.by {
            By::Workers(workers) => workers.read(job, give),
            By::Direct(_) => Direct.read(job, give),
            By::Scanning(scanner) => Scanning(scanner.as_ref()).read(job, give),
        }
    }

    fn read_all(&self, jobs: &[Job], give: &mut dyn FnMut(Item)) {
        match &self.by {
            By::Workers(workers) => workers.read_all(jobs, give),
            By::Direct(_) => Direct.read_all(jobs, give),
            By::Scanning(scanner) => Scanning(scanner.as_ref()).read_all(jobs, give),
        }
    }

    fn isolation(&self) -> String {
        match (&self.by, self.lacks()) {
            (By::Workers(workers), None) => workers.isolation(),
            (By::Workers(_), Some(lacks)) => {
                format!("worker processes; missing on this system: {lacks}")
            }
            (By::Direct(reason), _) => format!("{}: {reason}", report::NOT_ISOLATED),
            (By::Scanning(_), _) => format!("{}: {SCANNING}", report::NOT_ISOLATED),
        }
    }

    fn scans_with(&self) -> (Vec<Knowledge>, Vec<Gap>) {
        match &self.by {
            By::Scanning(scanner) => (scanner.knowledge(), scanner.gaps()),
            By::Workers(_) | By::Direct(_) => Default::default(),
        }
    }
}
