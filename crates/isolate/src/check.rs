//! What a worker says is believed only within bounds: each item is held against the job it was
//! given.

use evidence::{Job, Role};
use model::{Artifact, Gap, Item, Member, Observation, Position, Recognised};

/// Longest path of an artifact: names of 64 KiB, escaped, a few archives deep.
const LONGEST_PATH: usize = 1 << 20;

/// Longest reason of a gap, and longest note, in bytes.
const LONGEST_REASON: usize = 256 << 10;

/// Who may be said to have read an artifact, beside the parsers.
const OTHER_READERS: [&str; 3] = ["zip", "age", "android_backup"];

/// Holds the items of one job against what that job can yield.
pub struct Checker<'j> {
    job: &'j Job,
    /// The path of the artifact that the job is about.
    own: String,
    /// Bytes of the input.
    length: u64,
    own_told: bool,
    recognised: bool,
}

impl<'j> Checker<'j> {
    /// For the items of `job`.
    #[must_use]
    pub fn new(job: &'j Job) -> Self {
        let own = match &job.role {
            Role::Member { member, .. } => format!("{}!/{}", job.path, member.path),
            Role::Survey | Role::Container | Role::File { .. } => job.path.clone(),
        };
        let length = job.input.metadata().map_or(0, |about| about.len());
        Self { job, own, length, own_told: false, recognised: false }
    }

    /// The path of the artifact that the job is about.
    #[must_use]
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Whether the row of the artifact that the job is about was told.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.own_told
    }

    /// Holds the next item.
    ///
    /// # Errors
    /// When it can be no answer to the job; says why.
    pub fn item(&mut self, item: &Item) -> Result<(), &'static str> {
        match item {
            Item::Recognised(recognised) => self.recognised(recognised),
            Item::Observation(seen) => self.observation(seen),
            Item::Gap(gap) => self.gap(gap),
            Item::Artifact(artifact) => self.artifact(artifact),
        }
    }

    /// Holds the end of the job.
    ///
    /// # Errors
    /// When something is missing that every such job yields.
    pub fn end(&self) -> Result<(), &'static str> {
        match (&self.job.role, self.own_told) {
            (Role::Survey, _) | (_, true) => Ok(()),
            (_, false) => Err("no word on the artifact itself"),
        }
    }

    fn recognised(&mut self, recognised: &Recognised) -> Result<(), &'static str> {
        if !matches!(self.job.role, Role::Survey) || self.recognised {
            return Err("an answer to a question that was not asked");
        }
        self.recognised = true;
        let Recognised { root, members, .. } = recognised;
        if members.len() as u64 > self.job.limits.members {
            return Err("more members than the limit");
        }
        if !members.is_empty() && !members.iter().any(|one| one.path.starts_with(root.as_str())) {
            return Err("a root that holds no member");
        }
        members.iter().try_for_each(|member| self.member(member))
    }

    fn member(&self, member: &Member) -> Result<(), &'static str> {
        path(&member.path)?;
        if member.offset > self.length || member.compressed > self.length {
            return Err("a member outside of its archive");
        }
        Ok(())
    }

    fn observation(&self, seen: &Observation) -> Result<(), &'static str> {
        if matches!(self.job.role, Role::Survey) {
            return Err("an observation where none was asked for");
        }
        self.within(&seen.artifact)?;
        self.position(&seen.position)
    }

    fn gap(&self, gap: &Gap) -> Result<(), &'static str> {
        match &gap.artifact {
            Some(artifact) => self.about(artifact)?,
            None => return Err("a gap that is about nothing"),
        }
        if gap.reason.is_empty() || gap.reason.len() > LONGEST_REASON {
            return Err("a reason that is too long, or none");
        }
        gap.position.as_ref().map_or(Ok(()), |position| self.position(position))
    }

    fn artifact(&mut self, artifact: &Artifact) -> Result<(), &'static str> {
        let Artifact { path, sha256, size, read_by, status: _, note } = artifact;
        self.within(path)?;
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if sha256.as_ref().is_some_and(|hash| hash.len() != 64 || !hash.bytes().all(hex)) {
            return Err("something else than a SHA-256");
        }
        if note.as_ref().is_some_and(|note| note.len() > LONGEST_REASON) {
            return Err("a note that is too long");
        }
        if let Some(reader) = read_by
            && !OTHER_READERS.contains(&reader.as_str())
            && !parsers::PARSERS.iter().any(|parser| parser.id() == reader)
        {
            return Err("a reader that is not known");
        }
        if *path == self.own {
            if self.own_told {
                return Err("a second word on the artifact itself");
            }
            let known = match &self.job.role {
                Role::Member { member, .. } => Some(member.size),
                Role::File { .. } if self.job.key.is_some() => None,
                Role::Survey | Role::Container | Role::File { .. } => Some(self.length),
            };
            if let (Some(known), Some(told)) = (known, size)
                && known != *told
            {
                return Err("another size than the artifact has");
            }
        }
        if size.is_some_and(|size| size > self.most()) {
            return Err("a size beyond the limit");
        }
        self.own_told |= *path == self.own;
        Ok(())
    }

    /// Whether `artifact` is what the job is about, or lies in it.
    fn within(&self, artifact: &str) -> Result<(), &'static str> {
        path(artifact)?;
        let inside = artifact.strip_prefix(self.own.as_str());
        if inside.is_some_and(|rest| rest.is_empty() || rest.starts_with("!/")) {
            Ok(())
        } else {
            Err("an artifact that is not the job's")
        }
    }

    /// Whether a gap can be about `artifact`: where all of an input fails, it is the input that is named.
    fn about(&self, artifact: &str) -> Result<(), &'static str> {
        if artifact == self.job.path { Ok(()) } else { self.within(artifact) }
    }

    fn position(&self, position: &Position) -> Result<(), &'static str> {
        let Position { byte, pointer, .. } = position;
        if byte.is_some_and(|(start, end)| start > end || end > self.most()) {
            return Err("a position outside of the artifact");
        }
        if pointer.as_ref().is_some_and(|pointer| pointer.len() > LONGEST_PATH) {
            return Err("a pointer that is too long");
        }
        Ok(())
    }

    /// The most bytes that an artifact of this job can have.
    fn most(&self) -> u64 {
        self.length.max(self.job.limits.inflated_bytes)
    }
}

fn path(path: &str) -> Result<(), &'static str> {
    if path.len() > LONGEST_PATH { Err("a path that is too long") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{SourceKind, Status};
    use std::sync::Arc;

    fn job(role: Role) -> Job {
        let file = tempfile::tempfile().unwrap();
        file.set_len(100).unwrap();
        Job {
            input: Arc::new(file),
            path: "a.zip".into(),
            role,
            journal: None,
            key: None,
            passwords: evidence::Passwords::default(),
            limits: evidence::Limits { inflated_bytes: 1000, members: 2, ..Default::default() },
            progress: Arc::default(),
        }
    }

    fn gap(artifact: &str, end: u64) -> Item {
        let position = Some(Position::bytes(1, end));
        Item::Gap(Gap { artifact: Some(artifact.into()), position, reason: "x".into() })
    }

    fn survey(members: &[(&str, u64)], root: &str) -> Item {
        let members = members
            .iter()
            .map(|(path, offset)| Member {
                path: (*path).into(),
                offset: *offset,
                ..Member::default()
            })
            .collect();
        Item::Recognised(Recognised { kind: SourceKind::Apk, root: root.into(), members })
    }

    #[test]
    fn a_job_speaks_of_its_own_artifact_alone() {
        let member = Member { path: "in/b".into(), size: 5, ..Member::default() };
        let job = job(Role::Member { kind: SourceKind::Apk, path: "b".into(), member });
        let mut checker = Checker::new(&job);
        for good in ["a.zip!/in/b", "a.zip!/in/b!/c", "a.zip"] {
            assert_eq!(checker.item(&gap(good, 4)), Ok(()), "{good}");
        }
        for bad in ["a.zip!/in", "a.zip!/in/bc", "b", "", "/etc/passwd"] {
            assert!(checker.item(&gap(bad, 4)).is_err(), "{bad}");
        }
        assert!(checker.item(&gap("a.zip!/in/b", 1001)).is_err());
        assert!(checker.item(&gap("a.zip!/in/b", 0)).is_err());
        assert!(checker.item(&survey(&[], "")).is_err());
    }

    #[test]
    fn sizes_and_hashes_are_held_against_what_is_known() {
        let job = job(Role::File { kind: SourceKind::Apk, path: "a.zip".into() });
        let mut checker = Checker::new(&job);
        assert!(checker.end().is_err());
        let row = |size, hash: &str, reader: &str| {
            Item::Artifact(Artifact {
                size: Some(size),
                sha256: Some(hash.into()),
                read_by: Some(reader.into()),
                ..Artifact::bare("a.zip", Status::Read)
            })
        };
        let hash = "0f".repeat(32);
        assert!(checker.item(&row(99, &hash, "zip")).is_err());
        assert!(checker.item(&row(100, &hash, "me")).is_err());
        assert!(checker.item(&row(100, &hash.to_uppercase(), "zip")).is_err());
        assert!(checker.item(&row(100, "0f", "zip")).is_err());
        assert_eq!(checker.item(&row(100, &hash, "zip")), Ok(()));
        assert_eq!(checker.end(), Ok(()));
        assert!(checker.item(&row(100, &hash, "zip")).is_err());
    }

    #[test]
    fn a_member_says_nothing_of_its_archive_but_what_failed() {
        let member = Member { path: "b".into(), size: 5, ..Member::default() };
        let job = job(Role::Member { kind: SourceKind::Apk, path: "b".into(), member });
        let row = |path: &str| Item::Artifact(Artifact::bare(path, Status::Read));
        assert_eq!(Checker::new(&job).item(&gap("a.zip", 4)), Ok(()));
        assert!(Checker::new(&job).item(&row("a.zip")).is_err());
        assert_eq!(Checker::new(&job).item(&row("a.zip!/b!/c")), Ok(()));
    }

    #[test]
    fn a_survey_answers_once_and_within_the_archive() {
        let job = job(Role::Survey);
        let answer = |item| Checker::new(&job).item(&item);
        assert_eq!(answer(survey(&[("r/x", 99)], "r/")), Ok(()));
        assert!(answer(survey(&[("r/x", 101)], "r/")).is_err());
        assert!(answer(survey(&[("r/x", 99)], "s/")).is_err());
        assert!(answer(survey(&[("x", 0), ("y", 0), ("z", 0)], "")).is_err());
        let mut checker = Checker::new(&job);
        assert_eq!(checker.item(&survey(&[], "")), Ok(()));
        assert!(checker.item(&survey(&[], "")).is_err());
    }
}
