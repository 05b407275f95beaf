//! What a worker says that was taken over: frames and items that no worker sends. The host believes none
//! of it, says so, and reads on with another worker.

use crate::run::{job, limits};
use evidence::{Job, Role};
use examine::Reader;
use isolate::wire::Encoder;
use isolate::{Isolated, LARGEST_FRAME};
use libtest_mimic::{Failed, Trial};
use model::fact::AppUpdated;
use model::{Artifact, Gap, Item, Member, Observation, Position, Recognised, SourceKind, Status};
use std::borrow::Cow;
use std::io::Write;
use std::time::{Duration, Instant};

/// What no item of another artifact may bring into a report.
const FORGED: &str = "forged";

/// Kinds of frames.
const READY: u8 = 1;
const ITEMS: u8 = 2;
const DONE: u8 = 3;

/// Longest that one of these may take; a worker has [`limits`] seconds.
const LONGEST: Duration = Duration::from_secs(60);

/// Something that is said in the place of an answer.
struct Lie {
    name: &'static str,
    say: fn(&Job, &mut dyn FnMut(Item)),
    /// What the gap says, in part.
    told: &'static str,
}

const fn lie(name: &'static str, say: fn(&Job, &mut dyn FnMut(Item)), told: &'static str) -> Lie {
    Lie { name, say, told }
}

/// Says bytes to the host; ends where nobody hears them.
fn raw(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    if out.write_all(bytes).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

fn frame(kind: u8, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    raw(&[&[kind], &length[..], bytes].concat());
}

/// A frame of items, as bytes behind the progress.
fn items(bytes: &[u8]) {
    frame(ITEMS, &[&[0; 8], bytes].concat());
}

fn encoded(item: &Item) -> Vec<u8> {
    let mut encoder = Encoder::default();
    encoder.push(item);
    encoder.bytes().to_vec()
}

fn gap(artifact: &str, position: Option<Position>) -> Item {
    Item::Gap(Gap { artifact: Some(artifact.into()), position, reason: FORGED.into() })
}

fn row(artifact: &str) -> Artifact {
    Artifact { note: Some(FORGED.into()), ..Artifact::bare(artifact, Status::Read) }
}

fn seen(artifact: &str, position: Position, parser: &'static str) -> Item {
    Item::Observation(Observation {
        fact: AppUpdated { package: FORGED.into(), ..AppUpdated::default() }.into(),
        artifact: artifact.into(),
        position,
        time: None,
        parser: Cow::Borrowed(parser),
    })
}

fn survey(members: Vec<Member>, root: &str) -> Item {
    Item::Recognised(Recognised { kind: SourceKind::Folder, root: root.into(), members })
}

fn hash(text: &str) -> Option<String> {
    Some(text.to_owned())
}

const OTHERS: &str = "an artifact that is not the job's";
const NO_ITEM: &str = "something that is no item";
const NO_HASH: &str = "something else than a SHA-256";
const OUTSIDE: &str = "a position outside of the artifact";

const LIES: &[Lie] = &[
    lie(
        "longer_than_any_frame",
        |_, _| raw(&[ITEMS, 0xff, 0xff, 0xff, 0xff]),
        "a frame that is too long",
    ),
    lie(
        "a_byte_longer_than_any_frame",
        |_, _| {
            let length = u32::try_from(LARGEST_FRAME + 1).unwrap().to_le_bytes();
            raw(&[&[ITEMS], &length[..]].concat());
        },
        "a frame that is too long",
    ),
    lie(
        "a_length_without_the_bytes",
        |_, _| {
            let length = u32::try_from(LARGEST_FRAME).unwrap().to_le_bytes();
            raw(&[&[ITEMS], &length[..], b"some"].concat());
            std::process::exit(0);
        },
        "ended before it was done",
    ),
    lie(
        "half_a_head",
        |_, _| {
            raw(&[ITEMS, 1]);
            std::process::exit(0);
        },
        "ended before it was done",
    ),
    lie("a_kind_that_is_none", |_, _| frame(9, &[0; 16]), "a frame of no known kind"),
    lie("ready_once_more", |_, _| frame(READY, &[0; 16]), "a frame of no known kind"),
    lie("without_progress", |_, _| frame(ITEMS, &[0; 7]), "a frame that is too short"),
    lie("done_without_progress", |_, _| frame(DONE, &[]), "a frame that is too short"),
    lie("a_frame_of_nothing", |_, _| items(&[]), "a frame with nothing in it"),
    lie("noise", |_, _| items(&[0xff; 64]), NO_ITEM),
    lie("zeros", |_, _| items(&[0; 1 << 20]), NO_ITEM),
    lie(
        "names_without_end",
        |_, _| loop {
            items(&[0, 1, b'x']);
        },
        NO_ITEM,
    ),
    lie(
        "half_an_item",
        |job, _| {
            let bytes = encoded(&gap(&job.path, None));
            items(&bytes[..bytes.len() - 1]);
        },
        NO_ITEM,
    ),
    lie(
        "what_is_not_utf8",
        |job, _| {
            let mut bytes = encoded(&gap(&job.path, None));
            *bytes.last_mut().unwrap() = 0xff;
            items(&bytes);
        },
        NO_ITEM,
    ),
    lie(
        // Recognised, a kind, no root, then 2^62 members.
        "a_count_that_is_huge",
        |_, _| items(&[4, 2, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f]),
        NO_ITEM,
    ),
    lie(
        // A gap about an artifact whose name is 2^62 bytes long.
        "a_name_that_is_huge",
        |_, _| items(&[2, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f]),
        NO_ITEM,
    ),
    lie(
        "an_observation_before_its_artifact",
        |job, _| {
            let bytes = encoded(&seen(&job.path, Position::default(), "sha256"));
            items(&bytes[1 + 1 + job.path.len()..]);
        },
        NO_ITEM,
    ),
    lie(
        "a_parser_that_is_none",
        |job, give| give(seen(&job.path, Position::default(), "intruder")),
        NO_ITEM,
    ),
    lie("a_gap_of_another", |_, give| give(gap("another", None)), OTHERS),
    lie("a_gap_above", |job, give| give(gap(&format!("../{}", job.path), None)), OTHERS),
    lie("a_gap_of_the_system", |_, give| give(gap("/etc/passwd", None)), OTHERS),
    lie("a_gap_beside", |job, give| give(gap(&format!("{}x", job.path), None)), OTHERS),
    lie(
        "a_gap_of_nothing",
        |_, give| give(Item::Gap(Gap { artifact: None, position: None, reason: FORGED.into() })),
        "a gap that is about nothing",
    ),
    lie(
        "a_gap_without_words",
        |job, give| {
            let artifact = Some(job.path.clone());
            give(Item::Gap(Gap { artifact, position: None, reason: String::new() }));
        },
        "a reason that is too long, or none",
    ),
    lie(
        "a_gap_of_too_many_words",
        |job, give| {
            let (artifact, reason) = (Some(job.path.clone()), FORGED.repeat(100_000));
            give(Item::Gap(Gap { artifact, position: None, reason }));
        },
        "a reason that is too long, or none",
    ),
    lie(
        "a_path_that_is_too_long",
        |job, give| {
            give(gap(&format!("{}!/{}", job.path, "x".repeat(2 << 20)), None));
        },
        "a path that is too long",
    ),
    lie("the_row_of_another", |_, give| give(Item::Artifact(row("another"))), OTHERS),
    lie(
        "an_observation_of_another",
        |_, give| {
            give(seen("another", Position::default(), "sha256"));
        },
        OTHERS,
    ),
    lie(
        "two_rows",
        |job, give| {
            give(Item::Artifact(Artifact::bare(job.path.clone(), Status::Read)));
            give(Item::Artifact(row(&job.path)));
        },
        "a second word on the artifact itself",
    ),
    lie(
        "a_size_it_has_not",
        |job, give| {
            give(Item::Artifact(Artifact { size: Some(1), ..row(&job.path) }));
        },
        "another size than the artifact has",
    ),
    lie(
        "a_size_beyond_the_limit",
        |job, give| {
            let inner = format!("{}!/x", job.path);
            give(Item::Artifact(Artifact { size: Some(u64::MAX), ..row(&inner) }));
        },
        "a size beyond the limit",
    ),
    lie(
        "a_hash_that_is_short",
        |job, give| {
            give(Item::Artifact(Artifact { sha256: hash("0f"), ..row(&job.path) }));
        },
        NO_HASH,
    ),
    lie(
        "a_hash_in_capitals",
        |job, give| {
            give(Item::Artifact(Artifact { sha256: hash(&"0F".repeat(32)), ..row(&job.path) }));
        },
        NO_HASH,
    ),
    lie(
        "a_hash_of_other_signs",
        |job, give| {
            give(Item::Artifact(Artifact {
                sha256: hash(&"\u{1b}[".repeat(32)),
                ..row(&job.path)
            }));
        },
        NO_HASH,
    ),
    lie(
        "a_reader_that_is_none",
        |job, give| {
            give(Item::Artifact(Artifact { read_by: Some("intruder".into()), ..row(&job.path) }));
        },
        "a reader that is not known",
    ),
    lie(
        "a_note_of_too_many_words",
        |job, give| {
            let note = Some(FORGED.repeat(100_000));
            give(Item::Artifact(Artifact { note, ..row(&job.path) }));
        },
        "a note that is too long",
    ),
    lie(
        "a_place_behind_the_end",
        |job, give| {
            give(gap(&job.path, Some(Position::bytes(0, u64::MAX))));
        },
        OUTSIDE,
    ),
    lie(
        "a_place_that_ends_before_it_begins",
        |job, give| {
            give(seen(&job.path, Position::bytes(9, 3), "sha256"));
        },
        OUTSIDE,
    ),
    lie(
        "a_pointer_that_is_too_long",
        |job, give| {
            give(gap(&job.path, Some(Position::default().at_pointer("x".repeat(2 << 20)))));
        },
        "a pointer that is too long",
    ),
    lie(
        "an_answer_that_was_not_asked_for",
        |_, give| give(survey(Vec::new(), "")),
        "an answer to a question that was not asked",
    ),
    lie(
        "survey_observes",
        |job, give| give(seen(&job.path, Position::default(), "sha256")),
        "an observation where none was asked for",
    ),
    lie(
        "survey_answers_twice",
        |_, give| {
            give(survey(Vec::new(), ""));
            give(survey(Vec::new(), ""));
        },
        "an answer to a question that was not asked",
    ),
    lie(
        "survey_finds_too_much",
        |_, give| give(survey(vec![Member::default(); 200], "")),
        "more members than the limit",
    ),
    lie(
        "survey_finds_outside",
        |_, give| {
            give(survey(vec![Member { offset: 1 << 40, ..Member::default() }], ""));
        },
        "a member outside of its archive",
    ),
    lie(
        "survey_roots_elsewhere",
        |_, give| give(survey(vec![Member::default()], "/etc/")),
        "a root that holds no member",
    ),
    lie("nothing", |_, _| {}, "no word on the artifact itself"),
    lie(
        "without_end",
        |job, give| loop {
            give(Item::Artifact(Artifact::bare(format!("{}!/x", job.path), Status::Read)));
        },
        "more than all that it may",
    ),
    lie("silence", |_, _| std::thread::sleep(Duration::from_secs(600)), "the limit of 3 seconds"),
    lie(
        "a_byte_now_and_then",
        |_, _| loop {
            raw(&[ITEMS, 0xff, 0xff]);
            std::thread::sleep(Duration::from_millis(100));
            raw(&[0, 0]);
            std::thread::sleep(Duration::from_secs(1));
            raw(&[0; 0xffff]);
        },
        // 65,535 zeros are no item.
        NO_ITEM,
    ),
    lie(
        "a_frame_that_does_not_end",
        |_, _| {
            raw(&[ITEMS, 0xff, 0xff, 0, 0]);
            loop {
                raw(&[0]);
                std::thread::sleep(Duration::from_millis(50));
            }
        },
        "the limit of 3 seconds",
    ),
    lie(
        "output_is_closed",
        |_, _| {
            let _ = escapes::call!(libc::SYS_close, 1);
            std::thread::sleep(Duration::from_secs(600));
        },
        "crashed (signal 9)",
    ),
];

/// What is said in the place of an answer, where a job is named so.
pub(crate) fn say(job: &Job, give: &mut dyn FnMut(Item)) -> bool {
    let named = |lie: &&Lie| job.path.strip_prefix("pipe::") == Some(lie.name);
    match LIES.iter().find(named) {
        Some(lie) => (lie.say)(job, give),
        None if job.path == "pipe::complaints" => {
            // More than the host holds ready for them.
            for _ in 0..1000 {
                let _ = std::io::stderr().write_all(&[b'x'; 4096]);
            }
            honest(job, give);
        }
        None if job.path.starts_with("honest") => honest(job, give),
        None => return false,
    }
    true
}

pub(crate) fn honest(job: &Job, give: &mut dyn FnMut(Item)) {
    give(Item::Artifact(Artifact::bare(job.path.clone(), Status::Read)));
}

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    let lies = LIES.iter().map(|lie| {
        Trial::test(format!("pipe::{}", lie.name), move || told(lie).map_err(Failed::from))
    });
    lies.chain([Trial::test("pipe::complaints", || complaints().map_err(Failed::from))])
}

fn workers() -> Result<Isolated, String> {
    let limits = evidence::Limits { seconds: 3, ..limits() };
    Isolated::start(std::env::current_exe().map_err(|error| error.to_string())?, &limits)
}

/// A job with limits that are soon reached.
fn small(name: &str, evidence: &std::path::Path) -> Job {
    let mut job = job(name, evidence);
    (job.limits.seconds, job.limits.members, job.limits.observations) = (3, 100, 1000);
    job
}

fn told(lie: &Lie) -> Result<(), String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let workers = workers()?;
    let name = format!("pipe::{}", lie.name);
    let mut job = small(&name, file.path());
    if lie.name.starts_with("survey_") {
        job.role = Role::Survey;
    }
    let began = Instant::now();
    let (mut gaps, mut count) = (Vec::new(), 0);
    workers.read(&job, &mut |item| {
        count += 1;
        assert!(count < 100_000, "no end");
        match &item {
            Item::Gap(gap) => gaps.push(gap.clone()),
            Item::Artifact(row) if row.path.starts_with(&name) && row.note.is_none() => {}
            Item::Recognised(found) if found.members.is_empty() => {}
            other => panic!("came through: {other:?}"),
        }
    });
    println!("{name}: {gaps:?}");
    if began.elapsed() > LONGEST {
        return Err("it took too long".to_owned());
    }
    let [only] = gaps.as_slice() else { return Err(format!("not one gap: {gaps:?}")) };
    if only.artifact.as_ref() != Some(&name) || !only.reason.contains(lie.told) {
        return Err(format!("{only:?}"));
    }
    still_reads(&workers)
}

fn still_reads(workers: &Isolated) -> Result<(), String> {
    let other = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(other.path(), "other bytes").unwrap();
    let mut items = Vec::new();
    workers.read(&small("honest", other.path()), &mut |item| items.push(item));
    match items.as_slice() {
        [Item::Artifact(row)] if row.path == "honest" => Ok(()),
        other => Err(format!("the next artifact: {other:?}")),
    }
}

/// Who complains without end is not waited for, and reads.
fn complaints() -> Result<(), String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let workers = workers()?;
    let mut items = Vec::new();
    workers.read(&small("pipe::complaints", file.path()), &mut |item| items.push(item));
    match items.as_slice() {
        [Item::Artifact(_)] => still_reads(&workers),
        other => Err(format!("{other:?}")),
    }
}
