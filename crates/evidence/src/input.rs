//! The bytes of one artifact, as a parser takes them.

use crate::{Blob, Limits, Tree};
use md5::Md5;
use model::Member;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// Hashes of one artifact, lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// SHA-256.
    pub sha256: String,
    /// SHA-1.
    pub sha1: String,
    /// MD5.
    pub md5: String,
}

/// SHA-256 and size of an artifact that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashed {
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
}

/// Where the bytes of an [`Input`] come from.
enum Origin<'a> {
    Blob(Blob),
    Member(&'a dyn Tree, &'a Member),
}

/// One artifact. A parser reads it in sequence ([`Input::stream`]) or at any place
/// ([`Input::blob`]), not both; the hash is taken on the way.
pub struct Input<'a> {
    origin: Origin<'a>,
    blob: Option<Blob>,
    journal: Option<Blob>,
    limits: &'a Limits,
    depth: u32,
    stream: Option<Hashing>,
    digests: Option<Digests>,
}

impl<'a> Input<'a> {
    /// An artifact whose bytes lie ready. `depth` counts the archives it lies in.
    #[must_use]
    pub fn from_blob(blob: Blob, limits: &'a Limits, depth: u32) -> Self {
        let origin = Origin::Blob(blob);
        Self { origin, blob: None, journal: None, limits, depth, stream: None, digests: None }
    }

    /// A member of an archive. `depth` counts the archives it lies in.
    #[must_use]
    pub fn from_member(
        tree: &'a dyn Tree,
        member: &'a Member,
        limits: &'a Limits,
        depth: u32,
    ) -> Self {
        let origin = Origin::Member(tree, member);
        Self { origin, blob: None, journal: None, limits, depth, stream: None, digests: None }
    }

    /// Adds the journal (`-wal`) that lies beside it.
    #[must_use]
    pub fn with_journal(self, journal: Option<Blob>) -> Self {
        Self { journal, ..self }
    }

    /// The journal (`-wal`) that lies beside a database; only its parser asks for it.
    #[must_use]
    pub fn journal(&self) -> Option<&Blob> {
        self.journal.as_ref()
    }

    /// How much it may cost.
    #[must_use]
    pub fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// How many archives it lies in.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// The bytes in sequence; every call goes on where the last one stopped.
    ///
    /// # Errors
    /// When the bytes cannot be opened.
    pub fn stream(&mut self) -> io::Result<&mut (dyn Read + Send)> {
        if self.stream.is_none() {
            let from = self.checked()?;
            self.stream = Some(Hashing { from, sha256: Sha256::new(), size: 0, failed: None });
        }
        match &mut self.stream {
            Some(stream) => Ok(stream),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// The bytes for positional reads; a deflated member is spooled once.
    ///
    /// # Errors
    /// When the bytes cannot be opened or inflated.
    pub fn blob(&mut self) -> io::Result<Blob> {
        if let Some(blob) = &self.blob {
            return Ok(blob.clone());
        }
        let blob = match &self.origin {
            Origin::Blob(blob) => blob.clone(),
            Origin::Member(tree, member) => tree.blob(member, self.limits)?,
        };
        Ok(self.blob.insert(blob).clone())
    }

    /// A reader over the whole artifact that checks it at its end, without inflating anew what
    /// was spooled (and so was checked). A window into an archive was not checked yet.
    fn checked(&self) -> io::Result<Box<dyn Read + Send>> {
        match (&self.origin, &self.blob) {
            (Origin::Member(tree, member), None) => tree.stream(member, self.limits),
            (Origin::Member(tree, member), Some(_)) if member.method == 0 => {
                tree.stream(member, self.limits)
            }
            (Origin::Blob(blob), _) | (_, Some(blob)) => Ok(Box::new(blob.reader())),
        }
    }

    /// SHA-256, SHA-1 and MD5 of the whole artifact, taken in one pass and kept.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    pub fn digests(&mut self) -> io::Result<Digests> {
        if let Some(digests) = &self.digests {
            return Ok(digests.clone());
        }
        self.blob()?;
        let mut reader = self.checked()?;
        let (mut sha256, mut sha1, mut md5) = (Sha256::new(), Sha1::new(), Md5::new());
        let mut buffer = vec![0; 64 << 10];
        loop {
            match reader.read(&mut buffer)? {
                0 => break,
                count => {
                    sha256.update(&buffer[..count]);
                    sha1.update(&buffer[..count]);
                    md5.update(&buffer[..count]);
                }
            }
        }
        let digests = Digests {
            sha256: const_hex::encode(sha256.finalize()),
            sha1: const_hex::encode(sha1.finalize()),
            md5: const_hex::encode(md5.finalize()),
        };
        self.digests = Some(digests.clone());
        Ok(digests)
    }

    /// Reads what is left, and tells hash and size of the whole artifact.
    ///
    /// # Errors
    /// When the rest cannot be read; then the hash is not known.
    pub fn finish(mut self) -> io::Result<Hashed> {
        if let (Some(digests), Some(blob)) = (&self.digests, &self.blob) {
            return Ok(Hashed { sha256: digests.sha256.clone(), size: blob.len() });
        }
        self.stream()?;
        let Some(mut stream) = self.stream else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut buffer = vec![0; 64 << 10];
        while stream.read(&mut buffer)? > 0 {}
        Ok(Hashed { sha256: const_hex::encode(stream.sha256.finalize()), size: stream.size })
    }
}

/// Hashes what passes through.
struct Hashing {
    from: Box<dyn Read + Send>,
    sha256: Sha256,
    size: u64,
    /// What has failed once is not read on, or the hash would skip bytes.
    failed: Option<(io::ErrorKind, String)>,
}

impl Read for Hashing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some((kind, reason)) = &self.failed {
            return Err(io::Error::new(*kind, reason.clone()));
        }
        let count = self.from.read(into).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.failed = Some((error.kind(), error.to_string()));
            }
        })?;
        self.sha256.update(&into[..count]);
        self.size += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of "abc": FIPS 180-2, appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_hash_covers_what_the_parser_left_unread() {
        let limits = Limits::default();
        let mut input = Input::from_blob(Blob::from_bytes(b"abc".to_vec()), &limits, 0);
        let mut first = [0; 1];
        assert_eq!(input.stream().unwrap().read(&mut first).unwrap(), 1);
        assert_eq!(input.finish().unwrap(), Hashed { sha256: ABC.into(), size: 3 });
    }

    #[test]
    fn digests_are_those_of_the_standards() {
        let limits = Limits::default();
        let mut input = Input::from_blob(Blob::from_bytes(b"abc".to_vec()), &limits, 0);
        let digests = input.digests().unwrap();
        assert_eq!(digests.sha256, ABC);
        // FIPS 180-1 appendix A; RFC 1321 A.5.
        assert_eq!(digests.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(digests.md5, "900150983cd24fb0d6963f7d28e17f72");
    }
}
