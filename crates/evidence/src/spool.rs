//! Bytes that must be read at any place, but come as a stream: kept in memory, or, when they
//! are many, in a temporary file that has no name and that nobody can read without a key held
//! only in this process's memory.

use crate::blob::ReadAt;
use crate::scratch::Part;
use crate::{Blob, Limits};
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use std::io::{self, Read};
use std::sync::Arc;
use zeroize::Zeroizing;

const BUFFER: usize = 256 << 10;

/// Reads `from` to its end: up to [`Limits::spool_memory`] bytes in memory, all above that in
/// an encrypted, unlinked temporary file.
pub(crate) fn spool(from: &mut dyn Read, limits: &Limits) -> io::Result<Blob> {
    let mut memory = Vec::new();
    from.take(limits.spool_memory.saturating_add(1)).read_to_end(&mut memory)?;
    if memory.len() as u64 <= limits.spool_memory {
        return Ok(Blob::from_bytes(memory));
    }
    let memory = Zeroizing::new(memory);
    let mut file = Sealed::create(limits)?;
    file.append(&memory)?;
    drop(memory);
    let mut buffer = Zeroizing::new(vec![0; BUFFER]);
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => file.append(buffer.get(..count).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if file.len > limits.inflated_bytes {
            let what = format!("it inflates to more than {} bytes", limits.inflated_bytes);
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
    }
    let len = file.len;
    Ok(Blob::from_reader(Arc::new(file), len))
}

/// A temporary file without a name, encrypted with ChaCha20 (RFC 8439) under a random key. It
/// is secret, not authenticated: who can alter this process's open files can alter the process.
struct Sealed {
    file: Part,
    key: Zeroizing<[u8; 32]>,
    len: u64,
}

impl Sealed {
    fn create(limits: &Limits) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut()).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self { file: limits.scratch.part()?, key, len: 0 })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut sealed = vec![0; BUFFER.min(bytes.len())];
        for plain in bytes.chunks(BUFFER) {
            let Some(sealed) = sealed.get_mut(..plain.len()) else { continue };
            sealed.copy_from_slice(plain);
            self.apply(self.len, sealed)?;
            self.file.append(sealed)?;
            self.len += plain.len() as u64;
        }
        Ok(())
    }

    /// Encrypts or decrypts `bytes`, which stand at `offset`.
    fn apply(&self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        // The key is used for this one file and each of its bytes is written once, so that a
        // constant nonce repeats nothing.
        let mut cipher = ChaCha20::new((&*self.key).into(), (&[0; 12]).into());
        let too_long = |_| io::Error::other("more than 256 GiB cannot be spooled");
        cipher.try_seek(offset).map_err(too_long)?;
        cipher.try_apply_keystream(bytes).map_err(too_long)
    }
}

impl ReadAt for Sealed {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(offset, into)?;
        self.apply(offset, into.get_mut(..count).unwrap_or_default())?;
        Ok(count)
    }
}
