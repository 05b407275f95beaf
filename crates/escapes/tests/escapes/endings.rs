//! Workers that crash, hang and use too much: what becomes of the artifact, of those before and after it,
//! and how many workers it costs.

use crate::pipe::honest;
use crate::run::{job, limits};
use evidence::{Job, Limits};
use examine::Reader;
use isolate::Isolated;
use libtest_mimic::{Failed, Trial};
use model::fact::AppUpdated;
use model::{Gap, Item, Observation, Position, Status};
use std::borrow::Cow;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Jobs that this process has seen.
static SEEN: AtomicUsize = AtomicUsize::new(0);

/// What a worker does with a job that is named so.
pub(crate) fn act(job: &Job, give: &mut dyn FnMut(Item)) -> bool {
    let seen = SEEN.fetch_add(1, Ordering::Relaxed);
    let Some(how) = job.path.strip_prefix("ends ") else { return false };
    match how.split(' ').next().unwrap_or_default() {
        "abort" => std::process::abort(),
        "exit" => std::process::exit(3),
        "fault" => {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            escapes::Mapping::new(4096, libc::PROT_NONE, flags, -1).unwrap().fill();
        }
        "stack" => drop(deeper(1)),
        "panic" => panic!("as hostile input would make a reader do"),
        "memory" => {
            let mut held: Vec<Vec<u8>> = Vec::new();
            loop {
                held.push(vec![1; 1 << 20]);
            }
        }
        "scratch" => {
            let scratch = scratch_file();
            let _ = escapes::call!(libc::SYS_ftruncate, scratch, 1_u64 << 40);
        }
        "hang" => std::thread::sleep(Duration::from_secs(600)),
        "spin" => loop {
            std::hint::spin_loop();
        },
        "partly" => {
            // More than a frame's worth, so that some is told before the end.
            (0..20_000).for_each(|at| give(observation(job, at)));
            std::process::abort();
        }
        // In a process that has read something else before, it ends.
        "fragile" if seen > 0 => std::process::abort(),
        "fragile" => honest(job, give),
        _ => return false,
    }
    true
}

#[allow(unconditional_recursion)] // That is the point.
fn deeper(depth: u64) -> u64 {
    let much = std::hint::black_box([depth; 512]);
    deeper(depth + 1) + much[7]
}

/// Descriptor of the scratch file: what is open for writing, and is not the evidence.
fn scratch_file() -> i32 {
    let writes = |number: &i32| {
        escapes::call!(libc::SYS_fcntl, *number, libc::F_GETFL).is_ok_and(|flags| flags & 3 == 2)
    };
    (3..64).find(writes).unwrap_or(-1)
}

fn observation(job: &Job, at: u64) -> Item {
    Item::Observation(Observation {
        fact: AppUpdated { package: format!("org.example.a{at}"), ..AppUpdated::default() }.into(),
        artifact: job.path.as_str().into(),
        position: Position::default().at_line(at + 1),
        time: None,
        parser: Cow::Borrowed("sha256"),
    })
}

/// Workers whose beginnings are counted, and evidence.
struct Work {
    folder: TempDir,
    workers: Isolated,
}

/// What was told of one artifact: gaps, and the status of its row.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    gaps: Vec<String>,
    status: Option<Status>,
    observations: Vec<u64>,
}

impl Work {
    /// Runs this program through a script that leaves a line for each start.
    fn new(limits: &Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (script, log) = (folder.path().join("start"), folder.path().join("log"));
        let program = std::env::current_exe().unwrap();
        let text =
            format!("#!/bin/sh\necho >> {}\nexec {} \"$@\"\n", log.display(), program.display());
        fs::write(&script, text).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let workers = Isolated::start(script, limits).unwrap();
        Self { folder, workers }
    }

    /// How many workers were started.
    fn started(&self) -> usize {
        fs::read_to_string(self.folder.path().join("log")).unwrap().lines().count()
    }

    fn evidence(&self, bytes: &str) -> PathBuf {
        let path = self.folder.path().join(format!("evidence-{bytes}"));
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Reads artifacts, each of other bytes, in one go; what was told of each.
    fn read(&self, names: &[&str]) -> Vec<Told> {
        let jobs: Vec<Job> = names.iter().map(|name| job(name, &self.evidence(name))).collect();
        self.jobs(&jobs)
    }

    fn jobs(&self, jobs: &[Job]) -> Vec<Told> {
        let mut told: Vec<(String, Told)> =
            jobs.iter().map(|job| (job.path.clone(), Told::default())).collect();
        let mut of = |path: &str, add: &mut dyn FnMut(&mut Told)| {
            let (_, one) = told.iter_mut().find(|(known, _)| known == path).unwrap();
            add(one);
        };
        self.workers.read_all(jobs, &mut |item| match item {
            Item::Gap(Gap { artifact, reason, .. }) => {
                of(&artifact.unwrap(), &mut |one| one.gaps.push(reason.clone()));
            }
            Item::Artifact(row) => of(&row.path, &mut |one| {
                assert_eq!(one.status.replace(row.status), None, "two rows");
            }),
            Item::Observation(seen) => {
                let line = seen.position.line.unwrap();
                of(&seen.artifact, &mut |one| one.observations.push(line));
            }
            Item::Recognised(_) => panic!("nobody asked"),
        });
        told.into_iter().map(|(_, one)| one).collect()
    }
}

fn read() -> Told {
    Told { status: Some(Status::Read), ..Told::default() }
}

/// One artifact that ends its workers: the gap says how, others are read, it is tried `tries` times.
fn ends(how: &'static str, told: &'static str, tries: usize) {
    let work = Work::new(&Limits { seconds: 2, ..limits() });
    let name = format!("ends {how}");
    let all = work.read(&["honest before", &name, "honest after"]);
    println!("{name}: {all:?}");
    assert_eq!((&all[0], &all[2]), (&read(), &read()));
    assert_eq!(all[1].status, Some(Status::Failed));
    let [gap] = all[1].gaps.as_slice() else { panic!("{:?}", all[1].gaps) };
    assert!(gap.contains(told), "{gap}");
    // One for each try, and one for what comes behind.
    assert_eq!(work.started(), tries + 1);
    assert_eq!(gap.contains("tried twice"), tries == 2, "{gap}");
}

/// A crash that comes of what the same worker read before: alone, it is read.
fn fragile() {
    let work = Work::new(&limits());
    let all = work.read(&["honest before", "ends fragile", "honest after"]);
    assert_eq!(all, [read(), read(), read()]);
    assert_eq!(work.started(), 2);
}

/// What was told before the end stays, and is told once.
fn partly() {
    let work = Work::new(&limits());
    let all = work.read(&["ends partly"]);
    assert_eq!((all[0].status, all[0].gaps.len()), (Some(Status::Partly), 1));
    let lines = &all[0].observations;
    assert!(lines.len() > 1000, "{} observations", lines.len());
    let counted: Vec<u64> = (1..=lines.len() as u64).collect();
    assert_eq!(*lines, counted);
    assert_eq!(work.started(), 2);
}

/// The same bytes are not tried again, in whatever place; others are.
fn quarantine() {
    let work = Work::new(&limits());
    let bad = work.evidence("bad bytes");
    let copy = work.folder.path().join("copy");
    fs::copy(&bad, &copy).unwrap();
    let first = work.jobs(&[job("ends abort", &bad)]);
    assert!(first[0].gaps[0].contains("tried twice"), "{first:?}");
    assert_eq!(work.started(), 2);
    let again = work.jobs(&[job("ends abort", &bad), job("ends abort, a copy", &copy)]);
    for told in &again {
        assert!(told.gaps[0].contains("is not tried again"), "{told:?}");
        assert_eq!(told.status, Some(Status::Failed));
    }
    assert_eq!(work.started(), 2);
    // Nor among others, whose worker it would end.
    let others = [job("honest", &copy), job("ends abort", &bad), job("honest too", &copy)];
    let mut other_bytes = others;
    for (job, bytes) in
        other_bytes.iter_mut().zip(["one", "", "two"]).filter(|(_, b)| !b.is_empty())
    {
        job.input = std::sync::Arc::new(fs::File::open(work.evidence(bytes)).unwrap());
    }
    let among = work.jobs(&other_bytes);
    assert_eq!((&among[0], among[1].status, &among[2]), (&read(), Some(Status::Failed), &read()));
    assert_eq!(work.started(), 3);
    // Of the same length, under the name of the bad one, and read.
    let good = work.evidence("good byte");
    assert_eq!(work.jobs(&[job("honest", &good)]), [read()]);
    assert_eq!(work.started(), 3);
}

/// A worker is replaced after 2,000 jobs.
fn recycled() {
    let work = Work::new(&limits());
    let evidence = work.evidence("x");
    let names: Vec<String> = (0..2_100).map(|at| format!("honest {at}")).collect();
    let first = job(&names[0], &evidence);
    let jobs: Vec<Job> =
        names.iter().map(|name| Job { path: name.clone(), ..first.clone() }).collect();
    assert!(work.jobs(&jobs).iter().all(|told| *told == read()));
    assert_eq!(work.started(), 2);
}

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    let ways = [
        ("abort", "crashed (signal 6)", 2),
        ("fault", "crashed (signal 11)", 2),
        ("stack", "crashed (signal ", 2),
        ("exit", "ended before it was done (code 3)", 2),
        ("panic", "ended before it was done (code 101)", 2),
        ("memory", "takes more memory than the limit of 536870912 bytes", 2),
        ("scratch", "writes more to temporary files than it may", 2),
        ("hang", "took more than the limit of 2 seconds", 1),
        ("spin", "took more than the limit of 2 seconds", 1),
    ];
    let ways = ways.into_iter().map(|(how, told, tries)| {
        let test = move || {
            ends(how, told, tries);
            Ok::<(), Failed>(())
        };
        Trial::test(format!("endings::{how}"), test)
    });
    let others: [(&str, fn()); 4] = [
        ("fragile", fragile),
        ("partly", partly),
        ("quarantine", quarantine),
        ("recycled", recycled),
    ];
    ways.chain(others.into_iter().map(|(name, test)| {
        Trial::test(format!("endings::{name}"), move || {
            test();
            Ok(())
        })
    }))
}
