//! Android backups (`.ab`, what `adb backup` writes) as a tree of members.
//!
//! Format: AOSP `services/backup/java/com/android/server/backup`, `fullbackup/
//! PerformAdbBackupTask.java` (writing), `restore/PerformAdbRestoreTask.java` (reading) and
//! `utils/PasswordUtils.java`, versions 1 to 5: a header of text lines, then a tar, deflated
//! (zlib) unless line 3 is `0`, and encrypted (AES-256-CBC) if line 4 says so.

mod header;
mod key;
mod tar;

pub use header::{is_backup_lock, is_backup_prefix};
pub use key::Passwords;

use crate::spool::spool;
use crate::zip::RATIO_FLOOR;
use crate::{Blob, Limits, ListingGap, Tree};
use flate2::bufread::ZlibDecoder;
use header::Header;
use key::Decrypting;
use model::Member;
use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why nothing of a backup can be read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It does not start like one.
    #[error("it is no Android backup")]
    NotBackup,
    /// A line of the header is not what the format says.
    #[error("line {line} of the backup's header (byte {offset}) should be {expected}")]
    Header {
        /// The line, from 1.
        line: usize,
        /// Its first byte.
        offset: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A newer format.
    #[error("it is an Android backup of version {0}, and this version reads 1 to 5")]
    Version(u32),
    /// Encrypted in some other way.
    #[error("it is encrypted in a way that this version does not know")]
    Encryption,
    /// Stretching the password would take too long.
    #[error("its header asks for {0} rounds of PBKDF2, more than {max}", max = key::MAX_ROUNDS)]
    TooManyRounds(u32),
    /// Encrypted, and no password was given.
    #[error("the backup is encrypted; give its password with --passphrase-file")]
    NeedsPassword,
    /// No password given opens it.
    #[error("none of the passwords given opens the backup")]
    WrongPassword,
    /// The bytes cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A backup whose tar was unpacked and listed.
pub struct BackupTree {
    tar: Blob,
    members: Vec<Member>,
}

impl BackupTree {
    /// Decrypts (with the first of `passwords` that fits) and inflates the backup that `blob` is,
    /// into memory or an encrypted temporary file, and lists its files; folders are left out.
    /// What could not be read beside them is told: a backup that was cut still gives its
    /// beginning.
    ///
    /// # Errors
    /// When nothing of it can be read; see [`BackupError`].
    pub fn open(
        blob: &Blob,
        passwords: &Passwords,
        limits: &Limits,
    ) -> Result<(Self, Vec<ListingGap>), BackupError> {
        let (header, start) = Header::read(blob)?;
        let body = blob.window(start..blob.len());
        let taken = Arc::<AtomicU64>::default();
        let counted = Taken { from: body.reader(), taken: Arc::clone(&taken) };
        let plain: Box<dyn Read + Send> = match &header.lock {
            None => Box::new(counted),
            Some(lock) => {
                let key = lock.open(header.version, passwords)?;
                Box::new(Decrypting::new(counted, &key))
            }
        };
        let from: Box<dyn Read + Send> = match header.compressed {
            true => Box::new(ZlibDecoder::new(BufReader::with_capacity(128 << 10, plain))),
            false => plain,
        };
        let mut lenient = Lenient { from, read: 0, taken, limits, stopped: None };
        let tar = spool(&mut lenient, limits)?;
        let stopped = lenient.stopped.map(|reason| ListingGap {
            member: None,
            offset: None,
            reason: format!(
                "the backup cannot be read behind its first {} bytes: {reason}",
                tar.len()
            ),
        });
        let (members, mut gaps) = tar::list(&tar, stopped.is_some(), limits)?;
        gaps.extend(stopped);
        Ok((Self { tar, members }, gaps))
    }
}

impl Tree for BackupTree {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn stream(&self, member: &Member, limits: &Limits) -> io::Result<Box<dyn Read + Send>> {
        refuse(member, limits)?;
        let data = self.window(member);
        Ok(Box::new(Whole { left: member.size, size: member.size, from: data.reader() }))
    }

    fn blob(&self, member: &Member, limits: &Limits) -> io::Result<Blob> {
        refuse(member, limits)?;
        let data = self.window(member);
        if data.len() < member.size { Err(cut(data.len(), member.size)) } else { Ok(data) }
    }
}

impl BackupTree {
    fn window(&self, member: &Member) -> Blob {
        self.tar.window(member.offset..member.offset.saturating_add(member.size))
    }
}

fn refuse(member: &Member, limits: &Limits) -> io::Result<()> {
    if member.size <= limits.inflated_bytes {
        return Ok(());
    }
    let what =
        format!("it has {} bytes, more than the limit of {}", member.size, limits.inflated_bytes);
    Err(io::Error::new(io::ErrorKind::InvalidData, what))
}

fn cut(there: u64, size: u64) -> io::Error {
    let what = format!("the backup ends after {there} of its {size} bytes");
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Ends where its source fails or becomes too large, and keeps the reason.
struct Lenient<'l> {
    from: Box<dyn Read + Send>,
    read: u64,
    /// Bytes of the backup that were taken so far: a bomb is told by what it inflates to at its beginning.
    taken: Arc<AtomicU64>,
    limits: &'l Limits,
    stopped: Option<String>,
}

impl Read for Lenient<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.stopped.is_some() {
            return Ok(0);
        }
        let count = match self.from.read(into) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                self.stopped = Some(match error.kind() {
                    io::ErrorKind::UnexpectedEof => "it was cut off there".to_owned(),
                    _ => error.to_string(),
                });
                return Ok(0);
            }
        };
        let total = self.read + count as u64;
        let ratio = self.limits.ratio.max(1);
        if total > self.limits.inflated_bytes {
            let limit = self.limits.inflated_bytes;
            self.stopped = Some(format!("it inflates to more than the limit of {limit} bytes"));
        } else if total > RATIO_FLOOR && total / ratio > self.taken.load(Ordering::Relaxed) {
            self.stopped = Some(format!("it inflates to more than {ratio} times its size"));
        }
        if self.stopped.is_some() {
            return Ok(0);
        }
        self.read = total;
        Ok(count)
    }
}

/// Counts the bytes that are taken.
struct Taken<R> {
    from: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Taken<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Fails at the end of a member that was cut.
struct Whole<R> {
    left: u64,
    size: u64,
    from: R,
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        if count == 0 && !into.is_empty() && self.left > 0 {
            return Err(cut(self.size - self.left, self.size));
        }
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}
