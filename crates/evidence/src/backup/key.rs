//! From a password to the bytes of an encrypted backup.
//!
//! AOSP `utils/PasswordUtils.java` and `restore/PerformAdbRestoreTask.java`: PBKDF2 with
//! HMAC-SHA1 makes a key from the password; that opens (AES-256-CBC, PKCS #7) a blob that holds
//! vector and key of the data, and a checksum, which is PBKDF2 again, of the key.

use super::BackupError;
use aes::Aes256;
use cbc::Decryptor;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use sha1::Sha1;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Android asks for 10,000; a million takes about a second.
pub(super) const MAX_ROUNDS: u32 = 1_000_000;

const BLOCK: usize = 16;

/// Passwords of the user; wiped when dropped.
#[derive(Clone, Default)]
pub struct Passwords(Arc<Vec<Zeroizing<String>>>);

impl Passwords {
    /// Holds these.
    #[must_use]
    pub fn new(all: Vec<Zeroizing<String>>) -> Self {
        Self(Arc::new(all))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, to be handed to the process that reads.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|one| one.as_str())
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Passwords(hidden)")
    }
}

/// What a header states of the encryption.
pub(super) struct Lock {
    pub(super) user_salt: Vec<u8>,
    pub(super) checksum_salt: Vec<u8>,
    pub(super) rounds: u32,
    pub(super) user_iv: [u8; BLOCK],
    pub(super) sealed: Vec<u8>,
}

/// Key and vector of the data.
pub(super) struct MasterKey {
    key: Zeroizing<[u8; 32]>,
    iv: [u8; BLOCK],
}

impl Lock {
    /// Opens the key of the data with the first password that fits.
    pub(super) fn open(&self, version: u32, all: &Passwords) -> Result<MasterKey, BackupError> {
        if all.is_empty() {
            return Err(BackupError::NeedsPassword);
        }
        // Version 1 was written with the low byte of each character, later ones with UTF-8;
        // Android tries both for version 1.
        let narrow: &[bool] = if version == 1 { &[false, true] } else { &[false] };
        let found = all
            .0
            .iter()
            .find_map(|password| narrow.iter().find_map(|narrow| self.attempt(password, *narrow)));
        found.ok_or(BackupError::WrongPassword)
    }

    fn attempt(&self, password: &str, narrow: bool) -> Option<MasterKey> {
        let units: Zeroizing<Vec<u16>> = Zeroizing::new(password.encode_utf16().collect());
        let user = self.stretch(&units, narrow, &self.user_salt);
        let mut sealed = Zeroizing::new(self.sealed.clone());
        let mut cipher = Decryptor::<Aes256>::new((&*user).into(), (&self.user_iv).into());
        let (blocks, odd) = sealed.as_chunks_mut::<BLOCK>();
        if blocks.is_empty() || !odd.is_empty() {
            return None;
        }
        for block in blocks {
            cipher.decrypt_block(block.into());
        }
        let opened = sealed.get(..sealed.len() - padding(&sealed)?)?;
        let (iv, rest) = counted(opened)?;
        let (key, rest) = counted(rest)?;
        let (checksum, _) = counted(rest)?;
        // Java turns each byte into a character by extending its sign: 0x80 becomes U+FF80.
        let units: Zeroizing<Vec<u16>> = Zeroizing::new(
            key.iter().map(|byte| i16::from(byte.cast_signed()).cast_unsigned()).collect(),
        );
        let expected = self.stretch(&units, narrow, &self.checksum_salt);
        if checksum != expected.as_slice() {
            return None;
        }
        let key = Zeroizing::new(<[u8; 32]>::try_from(key).ok()?);
        Some(MasterKey { key, iv: iv.try_into().ok()? })
    }

    /// PBKDF2 of Java's characters, as UTF-8 or, `narrow`, by their low byte.
    fn stretch(&self, units: &[u16], narrow: bool, salt: &[u8]) -> Zeroizing<[u8; 32]> {
        let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(match narrow {
            true => units.iter().map(|unit| unit.to_le_bytes()[0]).collect(),
            false => String::from_utf16_lossy(units).into_bytes(),
        });
        let mut key = Zeroizing::new([0; 32]);
        pbkdf2::pbkdf2_hmac::<Sha1>(&bytes, salt, self.rounds, key.as_mut());
        key
    }
}

/// Bytes behind their count.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*count))
}

/// How many bytes of padding (PKCS #7) end these; `None` where there are none.
fn padding(bytes: &[u8]) -> Option<usize> {
    let last = *bytes.last()?;
    let count = usize::from(last);
    let right = (1..=BLOCK).contains(&count)
        && bytes.len() >= count
        && bytes.iter().rev().take(count).all(|byte| *byte == last);
    right.then_some(count)
}

/// Decrypts what passes through; the last block is kept back until it is known to be the last,
/// since it holds the padding.
pub(super) struct Decrypting<R> {
    from: R,
    cipher: Decryptor<Aes256>,
    /// Read, and not decrypted yet: less than a block.
    sealed: Vec<u8>,
    /// Decrypted, and not handed out yet.
    plain: Vec<u8>,
    at: usize,
    ended: bool,
}

const WINDOW: usize = 64 << 10;

impl<R: Read> Decrypting<R> {
    pub(super) fn new(from: R, key: &MasterKey) -> Self {
        let cipher = Decryptor::<Aes256>::new((&*key.key).into(), (&key.iv).into());
        Self { from, cipher, sealed: Vec::new(), plain: Vec::new(), at: 0, ended: false }
    }

    /// What may be handed out: all but the last block, until the end.
    fn ready(&self) -> usize {
        let kept = if self.ended { 0 } else { BLOCK };
        self.plain.len().saturating_sub(kept).saturating_sub(self.at)
    }

    fn fill(&mut self) -> io::Result<()> {
        let had = self.sealed.len();
        self.sealed.resize(had + WINDOW, 0);
        let read = self.from.read(self.sealed.get_mut(had..).unwrap_or_default());
        self.sealed.truncate(had + *read.as_ref().unwrap_or(&0));
        if read? == 0 {
            return self.end();
        }
        let whole = self.sealed.len() / BLOCK * BLOCK;
        let (blocks, _) = self.sealed.as_chunks_mut::<BLOCK>();
        for block in blocks {
            self.cipher.decrypt_block(block.into());
        }
        self.plain.drain(..self.at);
        self.at = 0;
        self.plain.extend(self.sealed.drain(..whole));
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.ended = true;
        let damaged = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what.to_owned()));
        if !self.sealed.is_empty() {
            return damaged("the encrypted data end within a block: the backup was cut off");
        }
        match padding(&self.plain) {
            Some(count) => {
                self.plain.truncate(self.plain.len() - count);
                Ok(())
            }
            None => {
                damaged("the encrypted data do not end as they should: they were cut or altered")
            }
        }
    }
}

impl<R: Read> Read for Decrypting<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.ready() == 0 && !self.ended {
            self.fill()?;
        }
        let count = self.ready().min(into.len());
        let from = self.plain.get(self.at..self.at + count).unwrap_or_default();
        into.get_mut(..count).unwrap_or_default().copy_from_slice(from);
        self.at += count;
        Ok(count)
    }
}
