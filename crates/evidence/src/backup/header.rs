//! The lines before the tar.

use super::BackupError;
use super::key::{Lock, MAX_ROUNDS};
use crate::Blob;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

const MAGIC: &[u8] = b"ANDROID BACKUP\n";

/// Longer than any header; salts have 64 bytes, the key blob 96.
const LONGEST: u64 = 8 << 10;

/// Whether these are the first bytes of an Android backup.
#[must_use]
pub fn is_backup_prefix(start: &[u8]) -> bool {
    start.starts_with(MAGIC)
}

/// Whether an open file is an Android backup that a password opens.
#[must_use]
pub fn is_backup_lock(file: &Arc<File>) -> bool {
    let header = Blob::from_file(Arc::clone(file), Arc::default())
        .map_err(BackupError::from)
        .and_then(|blob| Header::read(&blob));
    matches!(header, Ok((Header { lock: Some(_), .. }, _)))
}

/// What a header states.
pub(super) struct Header {
    pub(super) version: u32,
    pub(super) compressed: bool,
    pub(super) lock: Option<Lock>,
}

impl Header {
    /// Reads it, and tells where what follows begins.
    pub(super) fn read(blob: &Blob) -> Result<(Self, u64), BackupError> {
        let mut start = Vec::new();
        blob.reader().take(LONGEST).read_to_end(&mut start)?;
        if !is_backup_prefix(&start) {
            return Err(BackupError::NotBackup);
        }
        let mut lines = Lines { bytes: &start, at: MAGIC.len(), number: 1 };
        let version = lines.number("the version of the format")?;
        if !(1..=5).contains(&version) {
            return Err(BackupError::Version(version));
        }
        let compressed = match lines.number("0 or 1, whether it is compressed")? {
            0 => false,
            1 => true,
            _ => return Err(lines.wrong("0 or 1, whether it is compressed")),
        };
        let lock = match lines.text("the name of the encryption, or `none`")? {
            "none" => None,
            "AES-256" => Some(lock(&mut lines)?),
            _ => return Err(BackupError::Encryption),
        };
        Ok((Self { version, compressed, lock }, lines.at as u64))
    }
}

fn lock(lines: &mut Lines<'_>) -> Result<Lock, BackupError> {
    let user_salt = lines.hex("the salt of the password, in hex")?;
    let checksum_salt = lines.hex("the salt of the key's checksum, in hex")?;
    let rounds = lines.number("the rounds of PBKDF2")?;
    if rounds == 0 || rounds > MAX_ROUNDS {
        return Err(BackupError::TooManyRounds(rounds));
    }
    let user_iv = lines.hex("the 16 bytes of the key's vector, in hex")?;
    let user_iv = user_iv.try_into().map_err(|_| lines.wrong("16 bytes in hex"))?;
    let sealed = lines.hex("the encrypted key, in hex")?;
    Ok(Lock { user_salt, checksum_salt, rounds, user_iv, sealed })
}

struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The line that was read last.
    number: usize,
}

impl<'b> Lines<'b> {
    fn text(&mut self, expected: &'static str) -> Result<&'b str, BackupError> {
        self.number += 1;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let wrong = BackupError::Header { line: self.number, offset: self.at, expected };
        let Some(end) = memchr::memchr(b'\n', rest) else { return Err(wrong) };
        let line = rest.get(..end).and_then(|line| std::str::from_utf8(line).ok());
        let Some(line) = line else { return Err(wrong) };
        self.at += end + 1;
        Ok(line)
    }

    fn number(&mut self, expected: &'static str) -> Result<u32, BackupError> {
        let text = self.text(expected)?;
        text.parse().map_err(|_| self.wrong(expected))
    }

    fn hex(&mut self, expected: &'static str) -> Result<Vec<u8>, BackupError> {
        let text = self.text(expected)?;
        const_hex::decode(text).map_err(|_| self.wrong(expected))
    }

    /// The line read last is something else.
    fn wrong(&self, expected: &'static str) -> BackupError {
        let line = self.bytes.get(..self.at.saturating_sub(1)).unwrap_or_default();
        let offset = memchr::memrchr(b'\n', line).map_or(0, |at| at + 1);
        BackupError::Header { line: self.number, offset, expected }
    }
}
