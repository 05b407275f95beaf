//! An attempt in a worker, and the same without confinement.

use crate::attempt::{self, Attempt, Control};
use crate::ground::Ground;
use crate::watch::{SECRET, Watch};
use crate::{endings, pipe};
use evidence::{Job, Limits, Passwords, Role};
use examine::Reader;
use isolate::Isolated;
use libtest_mimic::{Completion, Failed, Trial};
use model::{Artifact, Gap, Item, SourceKind, Status};
use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

/// Bytes of memory that a worker is given here.
pub(crate) const MEMORY: u64 = 512 << 20;

/// Bytes that it may inflate; its scratch file holds twice as many.
pub(crate) const INFLATED: u64 = 8 << 20;

const ACHIEVED: &str = "achieved: ";

/// What stands in a worker in the place of reading: the attempt, the lie or the end that the job is named
/// after.
pub(crate) fn compromised(job: &Job, give: &mut dyn FnMut(Item)) {
    if endings::act(job, give) || pipe::say(job, give) {
        return;
    }
    let Some((_, attempt)) = attempt::all().find(|(name, _)| *name == job.path) else { return };
    let came_to = Ground::read(&job.input).and_then(|ground| (attempt.run)(&ground));
    let reason = match came_to {
        Ok(what) => format!("{ACHIEVED}{what}"),
        Err(why) => format!("refused: {why}"),
    };
    give(Item::Gap(Gap { artifact: Some(job.path.clone()), position: None, reason }));
    give(Item::Artifact(Artifact::bare(job.path.clone(), Status::Read)));
}

/// The same in a process of its own, with all rights of who runs it.
pub(crate) fn unconfined(name: &str, evidence: &str) -> ExitCode {
    let attempt = attempt::all().find(|(known, _)| known == name).unwrap().1;
    let evidence = File::open(evidence).unwrap();
    match Ground::read(&evidence).and_then(|ground| (attempt.run)(&ground)) {
        Ok(what) => println!("{ACHIEVED}{what}"),
        Err(why) => println!("refused: {why}"),
    }
    ExitCode::SUCCESS
}

/// The test of one attempt.
pub(crate) fn trial((name, attempt): (String, Attempt)) -> Trial {
    Trial::ignorable_test(name.clone(), move || made(&name, attempt))
}

fn made(name: &str, attempt: Attempt) -> Result<Completion, Failed> {
    let told = [("memory", MEMORY.to_string()), ("scratch", (2 * INFLATED).to_string())];
    let mut watch = Watch::begin(&told);
    let workers = Isolated::start(std::env::current_exe()?, &limits())?;
    if !workers.missing().is_empty() {
        let lacks = format!("this system lacks {}", workers.missing().join(", "));
        println!("{name}: {lacks}");
        return Ok(Completion::ignored_with(lacks));
    }
    let words = words(&workers, name, &watch.evidence());
    println!("{name}, in a worker: {words:?}");
    let achieved: Vec<&String> = words.iter().filter(|word| word.starts_with(ACHIEVED)).collect();
    if words.is_empty() || !achieved.is_empty() {
        return Err(format!("in a worker: {words:?}").into());
    }
    if let Some(crash) = words.iter().find(|word| word.contains("crashed")) {
        return Err(format!("the attempt is broken: {crash}").into());
    }
    let changes = watch.changes();
    if !changes.is_empty() {
        return Err(format!("a worker left traces: {changes:?}").into());
    }
    if let Control::Omitted(why) = attempt.control {
        println!("{name}, unconfined: not run: {why}");
        return Ok(Completion::Completed);
    }
    let said = alone(name, &watch.evidence());
    let changes = watch.changes();
    println!("{name}, unconfined: {said:?}, seen: {changes:?}");
    let (word, trace) = (said.contains(ACHIEVED), !changes.is_empty());
    match attempt.control {
        Control::Succeeds if !word => Err(format!("unconfined: {said}").into()),
        Control::Seen if !trace => Err(format!("unconfined, it left no trace: {said}").into()),
        Control::Depends(on) if !word && !trace => {
            println!("{name}: shows little here, since it depends: {on}");
            Ok(Completion::Completed)
        }
        _ => Ok(Completion::Completed),
    }
}

pub(crate) fn limits() -> Limits {
    Limits { memory: MEMORY, inflated_bytes: INFLATED, seconds: 20, ..Limits::default() }
}

/// What the host's gaps say of an attempt by a worker.
fn words(workers: &Isolated, name: &str, evidence: &Path) -> Vec<String> {
    let job = job(name, evidence);
    let mut words = Vec::new();
    workers.read(&job, &mut |item| {
        if let Item::Gap(gap) = item {
            words.push(gap.reason);
        }
    });
    words
}

/// The job of reading a file, as a worker is given it.
pub(crate) fn job(name: &str, evidence: &Path) -> Job {
    Job {
        input: Arc::new(File::open(evidence).unwrap()),
        path: name.to_owned(),
        role: Role::File { kind: SourceKind::Folder, path: name.to_owned() },
        journal: None,
        key: None,
        passwords: Passwords::default(),
        limits: limits(),
        progress: Arc::default(),
    }
}

/// What an attempt without confinement says. Its standard input is such as a worker's.
fn alone(name: &str, evidence: &Path) -> String {
    let (_held, theirs) = UnixStream::pair().unwrap();
    let ran = Command::new(std::env::current_exe().unwrap())
        .args(["--unconfined", name, &evidence.display().to_string()])
        .env(SECRET, "a secret")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .output()
        .unwrap();
    format!("{}{} ({})", text(&ran.stdout), text(&ran.stderr), ran.status)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}
