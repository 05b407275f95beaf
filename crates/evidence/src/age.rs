//! Files encrypted with age (<https://c2sp.org/age>), as AndroidQF writes them (`.zip.age`).
//!
//! Unlocking and decrypting are two steps: the host, which holds the user's secrets, unlocks
//! the 16-byte file key once; the reading function gets that key and nothing else.

use crate::blob::ReadAt;
use crate::{Blob, BlobReader, FileKey};
use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, Identity};
use age_core::format::{FileKey as CoreKey, Stanza};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::{Zeroize, Zeroizing};

/// First line of an age file.
const MAGIC: &[u8] = b"age-encryption.org/v1";
/// First line of an age file in its ASCII form.
const ARMOUR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// Longest header taken: over a hundred recipients. age's parser starts anew with every line,
/// so that a header without end must not reach it.
const MAX_HEADER: u64 = 16 << 10;

/// The greatest scrypt work factor taken (log2 of N). At 22 it takes 4 GiB of memory.
const MAX_WORK_FACTOR: u8 = 22;

/// Why an age file cannot be unlocked.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    /// It does not start like an age file.
    #[error("it is not encrypted with age")]
    NotAge,
    /// The ASCII form.
    #[error("it is an age file in ASCII armour; turn it into the binary form first")]
    Armoured,
    /// The header does not follow the format.
    #[error("its age header is damaged, or longer than {MAX_HEADER} bytes")]
    Header,
    /// Encrypted to a passphrase, and none was given.
    #[error("it is encrypted with a passphrase, and none was given")]
    NeedsPassphrase,
    /// Encrypted to keys, and no identity was given.
    #[error("it is encrypted to a key, and no identity was given")]
    NeedsIdentity,
    /// No identity or passphrase given opens it.
    #[error("none of the identities or passphrases given opens it")]
    WrongKey,
    /// scrypt would take too much time and memory.
    #[error("its passphrase asks for a scrypt work factor of {0}, more than {MAX_WORK_FACTOR}")]
    TooMuchWork(u8),
    /// The text given holds no identity.
    #[error("line {0} of the identity file is no age identity (AGE-SECRET-KEY-1…)")]
    Identity(usize),
    /// The text given holds nothing but comments and empty lines.
    #[error("the identity file holds no age identity (AGE-SECRET-KEY-1…)")]
    NoIdentity,
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// What opens an age file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeLock {
    /// A passphrase.
    Passphrase,
    /// An identity (a secret key).
    Identity,
}

/// Identities and passphrases of the user.
#[derive(Default)]
pub struct Secrets {
    identities: Vec<age::x25519::Identity>,
    passphrases: Vec<SecretString>,
}

impl Secrets {
    /// Adds every identity of an identity file: one `AGE-SECRET-KEY-1…` a line, comments (`#`)
    /// and empty lines between them.
    ///
    /// # Errors
    /// When a line is something else, or there is none; the error names the line, not its text.
    pub fn add_identities(&mut self, text: &str) -> Result<(), AgeError> {
        let before = self.identities.len();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            self.identities.push(line.parse().map_err(|_| AgeError::Identity(index + 1))?);
        }
        if self.identities.len() == before { Err(AgeError::NoIdentity) } else { Ok(()) }
    }

    /// Adds a passphrase.
    pub fn add_passphrase(&mut self, passphrase: impl Into<String>) {
        self.passphrases.push(SecretString::from(passphrase.into()));
    }

    /// Whether there is nothing to try.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.identities.is_empty() && self.passphrases.is_empty()
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secrets(hidden)")
    }
}

/// Whether an open file starts like an age file, binary or in ASCII armour.
#[must_use]
pub fn is_age(file: &Arc<File>) -> bool {
    let mut start = [0; ARMOUR.len()];
    let read = whole(file).and_then(|blob| blob.read_at(0, &mut start));
    read.is_ok_and(|count| is_age_prefix(start.get(..count).unwrap_or_default()))
}

/// Whether these are the first bytes of an age file, binary or in ASCII armour.
#[must_use]
pub fn is_age_prefix(start: &[u8]) -> bool {
    start.starts_with(MAGIC) || start.starts_with(ARMOUR)
}

/// What opens this age file.
///
/// # Errors
/// When it is none, or its header is damaged.
pub fn age_lock(file: &Arc<File>) -> Result<AgeLock, AgeError> {
    let decryptor = decryptor(&whole(file)?)?;
    Ok(if decryptor.is_scrypt() { AgeLock::Passphrase } else { AgeLock::Identity })
}

/// Unlocks the file key with the first of `secrets` that fits. The key's authenticity is
/// checked against the header; the contents are checked as they are read.
///
/// # Errors
/// When nothing fits, or it is no age file; see [`AgeError`].
pub fn unlock(file: &Arc<File>, secrets: &Secrets) -> Result<FileKey, AgeError> {
    let blob = whole(file)?;
    let scrypt = decryptor(&blob)?.is_scrypt();
    if scrypt && secrets.passphrases.is_empty() {
        return Err(AgeError::NeedsPassphrase);
    }
    if !scrypt && secrets.identities.is_empty() {
        return Err(AgeError::NeedsIdentity);
    }
    if !scrypt {
        let captures: Vec<_> = secrets.identities.iter().map(|i| Capture::of(i)).collect();
        return open(&blob, &captures);
    }
    let mut last = AgeError::WrongKey;
    for passphrase in &secrets.passphrases {
        let mut identity = age::scrypt::Identity::new(passphrase.clone());
        identity.set_max_work_factor(MAX_WORK_FACTOR);
        match open(&blob, &[Capture::of(&identity)]) {
            Err(AgeError::WrongKey) => last = AgeError::WrongKey,
            done => return done,
        }
    }
    Err(last)
}

/// The decrypted bytes of the age file `sealed`, for positional reads. The length is that of
/// the last chunk, which is authenticated here; every other chunk is when it is read.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] when the file was cut off, or altered in its header or end,
/// or the key does not fit.
pub fn decrypted(sealed: Blob, key: &FileKey) -> io::Result<Blob> {
    let mut stream = chunks(&sealed, key)?;
    let len = stream.seek(SeekFrom::End(0))?;
    stream.seek(SeekFrom::Start(0))?;
    let open = Mutex::new(Some(At { stream, offset: 0 }));
    Ok(Blob::from_reader(Arc::new(Decrypted { sealed, key: key.clone(), open }), len))
}

fn whole(file: &Arc<File>) -> io::Result<Blob> {
    Blob::from_file(Arc::clone(file), Arc::default())
}

type Sealed = BufReader<BlobReader>;
type Chunks = age::stream::StreamReader<Sealed>;

/// An age file read through age's seekable reader.
struct Decrypted {
    sealed: Blob,
    key: FileKey,
    /// `None` after an error: age's reader is not to be used on after one.
    open: Mutex<Option<At>>,
}

struct At {
    stream: Chunks,
    offset: u64,
}

impl ReadAt for Decrypted {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = match open.take() {
            Some(at) => at,
            None => At { stream: chunks(&self.sealed, &self.key)?, offset: 0 },
        };
        if at.offset != offset {
            at.stream.seek(SeekFrom::Start(offset)).map_err(|e| altered(&e, offset))?;
        }
        let count = at.stream.read(into).map_err(|e| altered(&e, offset))?;
        at.offset = offset + count as u64;
        *open = Some(at);
        Ok(count)
    }
}

fn altered(error: &io::Error, offset: u64) -> io::Error {
    let what = format!("the age file was altered or cut off near byte {offset}: {error}");
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn chunks(sealed: &Blob, key: &FileKey) -> io::Result<Chunks> {
    let invalid = |error: AgeError| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let known = Known(key);
    let identities = std::iter::once(&known as &dyn Identity);
    decryptor(sealed).map_err(invalid)?.decrypt(identities).map_err(|e| invalid(refused(e)))
}

/// Reads the header, once its end is known to be near.
fn decryptor(sealed: &Blob) -> Result<Decryptor<Sealed>, AgeError> {
    let mut header = Vec::new();
    sealed.reader().take(MAX_HEADER).read_to_end(&mut header)?;
    if header.starts_with(ARMOUR) {
        return Err(AgeError::Armoured);
    }
    if !header.starts_with(MAGIC) {
        return Err(AgeError::NotAge);
    }
    memchr::memmem::find(&header, b"\n--- ").ok_or(AgeError::Header)?;
    Decryptor::new_buffered(BufReader::new(sealed.reader())).map_err(refused)
}

/// Decrypts nothing but the file key.
fn open(sealed: &Blob, captures: &[Capture<'_>]) -> Result<FileKey, AgeError> {
    let identities = captures.iter().map(|capture| capture as &dyn Identity);
    decryptor(sealed)?.decrypt(identities).map_err(refused)?;
    captures.iter().find_map(|capture| capture.key.take()).ok_or(AgeError::WrongKey)
}

fn refused(error: DecryptError) -> AgeError {
    match error {
        DecryptError::ExcessiveWork { required, .. } => AgeError::TooMuchWork(required),
        DecryptError::InvalidHeader | DecryptError::InvalidMac | DecryptError::UnknownFormat => {
            AgeError::Header
        }
        DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => AgeError::Header,
        DecryptError::Io(error) => AgeError::Io(error),
        DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed
        | DecryptError::NoMatchingKeys => AgeError::WrongKey,
        // The enum is open; what a later age adds has to do with the header.
        _ => AgeError::Header,
    }
}

/// Keeps the file key that another identity unwraps.
struct Capture<'a> {
    identity: &'a dyn Identity,
    key: RefCell<Option<FileKey>>,
}

impl<'a> Capture<'a> {
    fn of(identity: &'a dyn Identity) -> Self {
        Self { identity, key: RefCell::new(None) }
    }
}

impl Identity for Capture<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<CoreKey, DecryptError>> {
        let unwrapped = self.identity.unwrap_stanza(stanza);
        if let Some(Ok(key)) = &unwrapped {
            *self.key.borrow_mut() = Some(FileKey(Zeroizing::new(*key.expose_secret())));
        }
        unwrapped
    }
}

/// An identity that knows the file key already.
struct Known<'a>(&'a FileKey);

impl Identity for Known<'_> {
    fn unwrap_stanza(&self, _: &Stanza) -> Option<Result<CoreKey, DecryptError>> {
        let mut bytes = *self.0.0;
        let key = CoreKey::init_with_mut(|key| key.copy_from_slice(&bytes));
        bytes.zeroize();
        Some(Ok(key))
    }
}
