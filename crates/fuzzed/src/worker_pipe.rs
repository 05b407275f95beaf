//! Items as a worker sends them, decoded and checked as the host does it. The first byte chooses the job
//! that they answer; what follows are the items of one frame.

use evidence::{Job, Limits, Role};
use isolate::Checker;
use isolate::wire::{Decoder, Encoder};
use model::{Item, Member, SourceKind};
use std::fs::File;
use std::sync::{Arc, LazyLock};

/// The path of the input.
const PATH: &str = "a";
/// Its length, in bytes.
pub(crate) const LENGTH: u64 = 5;

/// A job about `input`.
pub(crate) fn job(input: File, role: Role) -> Job {
    Job {
        input: Arc::new(input),
        path: PATH.into(),
        role,
        journal: None,
        key: None,
        passwords: evidence::Passwords::default(),
        limits: Limits { inflated_bytes: 1 << 20, members: 100, ..Limits::default() },
        progress: Arc::default(),
    }
}

/// One job of each role. The file has no name, and only its length is looked at.
static JOBS: LazyLock<[Job; 4]> = LazyLock::new(|| {
    let member = Member { path: "in/b".into(), size: LENGTH, ..Member::default() };
    let kind = SourceKind::Androidqf;
    [
        Role::Survey,
        Role::Container,
        Role::File { kind, path: PATH.into() },
        Role::Member { kind, path: "b".into(), member },
    ]
    .map(|role| {
        let input = tempfile::tempfile().expect("a file without a name");
        input.set_len(LENGTH).expect("a short file");
        job(input, role)
    })
});

pub(crate) fn read(data: &[u8]) {
    let Some((role, frame)) = data.split_first() else { return };
    let Some(job) = JOBS.get(usize::from(*role) % JOBS.len()) else { return };
    let (mut checker, mut decoder) = (Checker::new(job), Decoder::new(frame));
    let mut taken = Vec::new();
    while let Ok(Some(item)) = decoder.next_item() {
        // Whatever is refused ends the worker: nothing that comes behind it is looked at.
        if checker.item(&item).is_err() {
            break;
        }
        if let Some(artifact) = about(&item) {
            let rest = artifact.strip_prefix(PATH).expect("an artifact of this job");
            assert!(rest.is_empty() || rest.starts_with("!/"), "{artifact:?} is another's");
        }
        taken.push(item);
    }
    let _ = checker.end();
    assert!(taken.len() <= frame.len(), "more items than bytes");
    // What was believed can be handed on, and is the same then.
    let mut encoder = Encoder::default();
    taken.iter().for_each(|item| encoder.push(item));
    let mut decoder = Decoder::new(encoder.bytes());
    for item in &taken {
        assert_eq!(decoder.next_item().expect("an item").as_ref(), Some(item));
    }
    assert!(matches!(decoder.next_item(), Ok(None)), "more came out than went in");
}

fn about(item: &Item) -> Option<&str> {
    match item {
        Item::Observation(seen) => Some(&seen.artifact),
        Item::Gap(gap) => gap.artifact.as_deref(),
        Item::Artifact(artifact) => Some(&artifact.path),
        Item::Recognised(_) => None,
    }
}
