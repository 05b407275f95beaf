//! Proof that a report and its evidence belong together and are unchanged: a [`Manifest`] with the
//! hash of every artifact and of every file of results, a [`Signature`] of it by the helpdesk's
//! key, a request for a time stamp ([`time_stamp_request`]), and results that only the holder of a
//! key can read ([`Recipients`]). docs/design/custody.md tells what each proves and what it does not.
//!
//! Invariant: nothing here opens a file by name, prints, or knows the clock.

mod manifest;
mod seal;
mod signature;
mod stamp;

pub use manifest::{
    Artifact, Difference, Evidence, Manifest, NotAManifest, Output, SCHEMA, checksum_line,
};
pub use seal::{Recipients, SealError, Sealing};
pub use signature::{NotASignature, SIGNATURE_SCHEMA, Signature, Trust};
pub use stamp::{Stamp, StampError, stamp, time_stamp_request};

use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// Hash and size of all that `from` yields.
///
/// # Errors
/// When it cannot be read to its end.
pub fn hash(from: &mut dyn Read) -> io::Result<(String, u64)> {
    let mut hashing = Hashing::new(io::sink());
    io::copy(from, &mut hashing)?;
    let (_, sha256, size) = hashing.finish();
    Ok((sha256, size))
}

/// Hashes and counts what is written through it.
pub struct Hashing<W> {
    out: W,
    sha256: Sha256,
    size: u64,
}

impl<W> Hashing<W> {
    /// Around `out`.
    #[must_use]
    pub fn new(out: W) -> Self {
        Self { out, sha256: Sha256::new(), size: 0 }
    }

    /// What is around, the hash in lower-case hex, the number of bytes.
    pub fn finish(self) -> (W, String, u64) {
        (self.out, const_hex::encode(self.sha256.finalize()), self.size)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.sha256.update(bytes.get(..count).unwrap_or_default());
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
