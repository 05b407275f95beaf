//! A temporary file without a name, encrypted with ChaCha20 (RFC 8439) under a random key that
//! only this process's memory holds: evidence leaves nothing readable on the disk.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use zeroize::Zeroizing;

/// Each file has a key of its own, so that one nonce does for all.
const NONCE: [u8; 12] = [0; 12];

/// Written once from its beginning, then read once from its beginning. Secret, not authenticated:
/// who can alter this process's open files can alter the process.
pub(super) struct Sealed {
    file: File,
    key: Zeroizing<[u8; 32]>,
    cipher: ChaCha20,
    buffer: Vec<u8>,
}

impl Sealed {
    pub(super) fn create() -> io::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut()).map_err(|error| io::Error::other(error.to_string()))?;
        let cipher = ChaCha20::new(&(*key).into(), &NONCE.into());
        Ok(Self { file: tempfile::tempfile()?, key, cipher, buffer: Vec::new() })
    }

    /// Turns from writing to reading.
    pub(super) fn begin_again(mut self) -> io::Result<Self> {
        self.file.rewind()?;
        self.cipher = ChaCha20::new(&(*self.key).into(), &NONCE.into());
        self.buffer = Vec::new();
        Ok(self)
    }
}

impl Write for Sealed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.clear();
        self.buffer.extend_from_slice(bytes);
        self.cipher
            .try_apply_keystream(&mut self.buffer)
            .map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.file.write_all(&self.buffer)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for Sealed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        let read = into.get_mut(..count).unwrap_or_default();
        self.cipher.try_apply_keystream(read).map_err(|_| io::ErrorKind::FileTooLarge)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_comes_back_and_is_not_on_the_disk() {
        let text = b"org.example.secret ".repeat(5_000);
        let mut sealed = Sealed::create().unwrap();
        for piece in text.chunks(977) {
            sealed.write_all(piece).unwrap();
        }
        let mut on_disk = Vec::new();
        sealed.file.rewind().unwrap();
        sealed.file.read_to_end(&mut on_disk).unwrap();
        assert_eq!(on_disk.len(), text.len());
        assert!(!on_disk.windows(11).any(|window| window == b"org.example"));
        let mut back = Vec::new();
        sealed.begin_again().unwrap().read_to_end(&mut back).unwrap();
        assert_eq!(back, text);
    }
}
