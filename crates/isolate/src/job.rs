//! A job on its way to a worker. Handles travel beside it, and are named by their place there.

use evidence::{FileKey, Job, Journal, Limits, Passwords, Role};
use model::{Member, SourceKind};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Most jobs of one letter.
pub(crate) const MOST_JOBS: usize = 64;

/// The bytes of a letter to a worker, which may be secret, and the handles beside them.
pub(crate) type Letter = (Zeroizing<Vec<u8>>, Vec<File>);

/// What a worker is told first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    /// Bytes of memory that it may use.
    pub(crate) memory: u64,
    /// Bytes that it may write into the scratch file that comes with this.
    pub(crate) scratch: u64,
    /// Seconds of processor time for all its jobs together.
    pub(crate) processor: u64,
}

/// What a worker is told first that cannot be confined.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlainSetup {
    /// The folder for temporary files: it has no environment that names one.
    pub(crate) temporary: String,
}

/// What a worker answers when it has given up its rights.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ready {
    /// What could not be set in force, in words.
    pub(crate) missing: Vec<String>,
}

#[derive(Serialize, Deserialize)]
enum RoleSent<'a> {
    Survey,
    Container,
    File { kind: SourceKind, path: &'a str },
    Member { kind: SourceKind, path: &'a str, member: Member },
}

#[derive(Serialize, Deserialize)]
enum JournalSent {
    None,
    Handle,
    Member(Member),
}

#[derive(Serialize, Deserialize)]
struct JobSent<'a> {
    path: &'a str,
    #[serde(borrow)]
    role: RoleSent<'a>,
    journal: JournalSent,
    key: Option<[u8; 16]>,
    passwords: Vec<&'a str>,
    limits: [u64; 9],
}

/// Writes `jobs` into `buffer`, which is made larger if need be and wiped before it goes.
pub(crate) fn encode<'b>(
    jobs: &[Job],
    buffer: &'b mut Zeroizing<Vec<u8>>,
) -> Result<(&'b [u8], Vec<Arc<File>>), postcard::Error> {
    let mut handles = Vec::with_capacity(jobs.len());
    let mut sent = Vec::with_capacity(jobs.len());
    for job in jobs {
        handles.push(Arc::clone(&job.input));
        let journal = match &job.journal {
            None => JournalSent::None,
            Some(Journal::Member(member)) => JournalSent::Member(member.clone()),
            Some(Journal::File(file)) => {
                handles.push(Arc::clone(file));
                JournalSent::Handle
            }
        };
        let role = match &job.role {
            Role::Survey => RoleSent::Survey,
            Role::Container => RoleSent::Container,
            Role::File { kind, path } => RoleSent::File { kind: *kind, path },
            Role::Member { kind, path, member } => {
                RoleSent::Member { kind: *kind, path, member: member.clone() }
            }
        };
        sent.push(JobSent {
            path: &job.path,
            role,
            journal,
            key: job.key.as_ref().map(|key| *key.0),
            passwords: job.passwords.iter().collect(),
            limits: job.limits.numbers(),
        });
    }
    let length = loop {
        let room = buffer.len();
        match postcard::to_slice(&sent, buffer).map(|written| written.len()) {
            Ok(length) => break length,
            Err(postcard::Error::SerializeBufferFull) if room < LONGEST_LETTER => {
                // Made anew, so that nothing is left behind where the old one lay.
                let room = (room * 4).clamp(16 << 10, LONGEST_LETTER);
                *buffer = Zeroizing::new(vec![0; room]);
            }
            Err(error) => return Err(error),
        }
    };
    for one in &mut sent {
        zeroize::Zeroize::zeroize(&mut one.key);
    }
    Ok((buffer.get(..length).unwrap_or_default(), handles))
}

/// Longest letter to a worker, in bytes.
pub(crate) const LONGEST_LETTER: usize = 64 << 20;

/// Reads jobs, given the handles that came with them.
pub(crate) fn decode(bytes: &[u8], handles: Vec<File>, scratch: &Limits) -> Option<Vec<Job>> {
    let sent: Vec<JobSent<'_>> = postcard::from_bytes(bytes).ok()?;
    let mut handles = handles.into_iter().map(Arc::new);
    let jobs = sent.into_iter().map(|mut sent| {
        let input = handles.next()?;
        let journal = match sent.journal {
            JournalSent::None => None,
            JournalSent::Member(member) => Some(Journal::Member(member)),
            JournalSent::Handle => Some(Journal::File(handles.next()?)),
        };
        let key = sent.key.map(|key| FileKey(Zeroizing::new(key)));
        zeroize::Zeroize::zeroize(&mut sent.key);
        let passwords = sent.passwords.into_iter().map(|one| Zeroizing::new(one.to_owned()));
        Some(Job {
            input,
            path: sent.path.to_owned(),
            role: match sent.role {
                RoleSent::Survey => Role::Survey,
                RoleSent::Container => Role::Container,
                RoleSent::File { kind, path } => Role::File { kind, path: path.to_owned() },
                RoleSent::Member { kind, path, member } => {
                    Role::Member { kind, path: path.to_owned(), member }
                }
            },
            journal,
            key,
            passwords: Passwords::new(passwords.collect()),
            limits: scratch.with_numbers(sent.limits),
            progress: Arc::default(),
        })
    });
    jobs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_arrives_as_it_was_sent() {
        let file = || Arc::new(tempfile::tempfile().unwrap());
        let job = |role, journal| Job {
            input: file(),
            path: "a.zip".into(),
            role,
            journal,
            key: Some(FileKey(Zeroizing::new([7; 16]))),
            passwords: Passwords::new(vec![Zeroizing::new("secret".into())]),
            limits: Limits { ratio: 77, ..Limits::default() },
            progress: Arc::default(),
        };
        let member = Member { path: "m".into(), size: 9, ..Member::default() };
        let role = Role::Member { kind: SourceKind::Apk, path: "m".into(), member };
        let jobs = [job(Role::Survey, None), job(role, Some(Journal::File(file())))];
        let mut buffer = Zeroizing::new(Vec::new());
        let (bytes, handles) = encode(&jobs, &mut buffer).unwrap();
        assert_eq!(handles.len(), 3);
        let handles = handles.iter().map(|file| file.try_clone().unwrap()).collect();
        let arrived = decode(bytes, handles, &Limits::default()).unwrap();
        assert!(matches!(arrived[0].role, Role::Survey));
        let Role::Member { member, .. } = &arrived[1].role else { panic!("another role") };
        assert_eq!((member.path.as_str(), member.size), ("m", 9));
        assert!(matches!(arrived[1].journal, Some(Journal::File(_))));
        assert_eq!(arrived[1].limits.ratio, 77);
        assert_eq!(arrived[1].passwords.iter().collect::<Vec<_>>(), ["secret"]);
        assert_eq!(*arrived[0].key.as_ref().unwrap().0, [7; 16]);
        assert!(decode(bytes, Vec::new(), &Limits::default()).is_none());
    }
}
