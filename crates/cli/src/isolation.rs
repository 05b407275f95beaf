//! Who reads: worker processes, or this one.

use crate::args::{InputArgs, Isolation};
use crate::failure::Failure;
use evidence::{Job, Limits, Scanner};
use examine::{Direct, Reader, Scanning};
use isolate::Isolated;
use model::{Gap, Item, Knowledge};
use std::path::PathBuf;

/// The reader that the arguments ask for, as far as this system has it.
pub(crate) enum Reading {
    /// Worker processes.
    Isolated(Isolated),
    /// This process, and why.
    Direct(String),
    /// This process, which also holds the user's own YARA rules against the bytes.
    Scanning(Box<dyn Scanner>),
}

/// Why a reading with YARA rules is not isolated: what compiles them makes machine code, starts a
/// thread and reserves more memory than a worker is given.
const SCANNING: &str = "YARA rules are held against the bytes in this process";

/// Starts what reads.
pub(crate) fn start(args: &InputArgs, limits: &Limits) -> Result<Reading, Failure> {
    if args.isolation == Isolation::Off {
        return Ok(Reading::Direct("it was turned off".into()));
    }
    let refused = |why: &str| {
        let advice = "; --isolation auto reads without what is missing, and says so";
        Failure::new("isolation", format!("{why}{advice}"))
    };
    match Isolated::start(program(), limits) {
        Ok(isolated) => match (args.isolation, isolated.missing()) {
            (Isolation::Require, [_, ..]) => {
                let missing = isolated.missing().join(", ");
                Err(refused(&format!("this system lacks what isolates reading: {missing}")))
            }
            _ => Ok(Reading::Isolated(isolated)),
        },
        Err(reason) if args.isolation == Isolation::Require => Err(refused(&reason)),
        Err(reason) => Ok(Reading::Direct(reason)),
    }
}

/// Reads in this process, and scans.
pub(crate) fn scanning(args: &InputArgs, scanner: Box<dyn Scanner>) -> Result<Reading, Failure> {
    if args.isolation == Isolation::Require {
        return Err(Failure::new("isolation", format!("{SCANNING}, which is not isolated")));
    }
    Ok(Reading::Scanning(scanner))
}

/// This program: by the link that stays with it, whatever happens to its file, where there is one.
fn program() -> PathBuf {
    let link = PathBuf::from("/proc/self/exe");
    match link.try_exists() {
        Ok(true) => link,
        _ => std::env::current_exe().unwrap_or(link),
    }
}

impl Reader for Reading {
    fn read(&self, job: &Job, give: &mut dyn FnMut(Item)) {
        match self {
            Reading::Isolated(workers) => workers.read(job, give),
            Reading::Direct(_) => Direct.read(job, give),
            Reading::Scanning(scanner) => Scanning(scanner.as_ref()).read(job, give),
        }
    }

    fn read_all(&self, jobs: &[Job], give: &mut dyn FnMut(Item)) {
        match self {
            Reading::Isolated(workers) => workers.read_all(jobs, give),
            Reading::Direct(_) => Direct.read_all(jobs, give),
            Reading::Scanning(scanner) => Scanning(scanner.as_ref()).read_all(jobs, give),
        }
    }

    fn isolation(&self) -> String {
        match self {
            Reading::Isolated(workers) => workers.isolation(),
            Reading::Direct(reason) => format!("{}: {reason}", report::NOT_ISOLATED),
            Reading::Scanning(_) => format!("{}: {SCANNING}", report::NOT_ISOLATED),
        }
    }

    fn scans_with(&self) -> (Vec<Knowledge>, Vec<Gap>) {
        match self {
            Reading::Scanning(scanner) => (scanner.knowledge(), scanner.gaps()),
            Reading::Isolated(_) | Reading::Direct(_) => Default::default(),
        }
    }
}
