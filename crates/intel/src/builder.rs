//! Takes advisories, gives an index.

use crate::bundle::Bundle;
use crate::entries::flag;
use crate::index::Use;
use crate::knowledge::Intel;
use crate::limits::Limits;
use crate::lookup::Part;
use crate::prepared::{self, IndexError};
use crate::{aside, gap::KnowledgeGap};
use model::{Knowledge, KnowledgeStatus};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};

/// Why an advisory could not be loaded at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It cannot be read, is not JSON, or is no STIX.
    #[error(transparent)]
    File(#[from] stix::FileError),
    /// The values kept beside it are not what this version writes.
    #[error("the values kept aside: {0}")]
    Aside(#[from] serde_json::Error),
    /// There are more advisories than can be told apart.
    #[error("more than 65,535 advisories")]
    TooMany,
}

/// Bytes of one STIX object: a report may list 300,000 others.
const OBJECT_BYTES: usize = 16 << 20;

/// Nesting of one STIX object.
const OBJECT_DEPTH: usize = 64;

/// Collects advisories. Versions and relationships are resolved within each advisory, so that
/// none can revoke what another one says.
#[derive(Default)]
pub struct Builder {
    limits: Limits,
    intel: Part,
    /// Prepared indexes that were added.
    prepared: Vec<Part>,
    /// Of all advisories, for the seed of the index.
    digests: Sha256,
}

impl Builder {
    /// A builder without any advisory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder with other bounds than [`Limits::default`].
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Adds a STIX bundle (or a list of objects, or one object). What of it cannot be used
    /// becomes a gap; its version is the start of its SHA-256. That agencies signed it is not to be said
    /// here: `Verified` and `Expired` count as `Unsigned`. [`Builder::add_verified`] says it.
    ///
    /// # Errors
    /// When it cannot be read to its end, is not JSON, or is no STIX; then nothing of it is
    /// in use.
    pub fn add_bundle(
        &mut self,
        name: &str,
        status: KnowledgeStatus,
        reader: impl Read,
    ) -> Result<(), LoadError> {
        let knowledge = u16::try_from(self.intel.knowledge.len());
        let knowledge = knowledge.map_err(|_| LoadError::TooMany)?;
        let bounds = stix::Bounds { item_bytes: OBJECT_BYTES, depth: OBJECT_DEPTH };
        let mut hashing = Hashing { reader, sha256: Sha256::new() };
        let mut bundle = Bundle::new(&mut self.intel, knowledge, name, self.limits);
        let read = stix::read(&mut hashing, bounds, &mut |object| match object {
            Ok(object) => bundle.object(&object),
            Err(error) => bundle.malformed(error),
        });
        if let Err(error) = read {
            bundle.forget();
            return Err(error.into());
        }
        let counts = bundle.finish();
        let digest = hashing.sha256.finalize();
        self.digests.update(digest);
        let digest = const_hex::encode(digest);
        self.intel.knowledge.push(Knowledge {
            name: name.to_owned(),
            version: digest.get(..12).unwrap_or("").to_owned(),
            status: match status {
                KnowledgeStatus::Verified | KnowledgeStatus::Expired => KnowledgeStatus::Unsigned,
                said => said,
            },
            signed_by: Vec::new(),
            signed: None,
            indicators: counts.in_use,
            patterns: counts.patterns,
            revoked: counts.revoked,
            not_compiled: counts.not_compiled,
            kept_aside: Vec::new(),
        });
        Ok(())
    }

    /// The advisory added last.
    pub(crate) fn last(&mut self) -> Option<&mut Knowledge> {
        self.intel.knowledge.last_mut()
    }

    /// Notes a gap that counts for no indicator.
    pub(crate) fn told(&mut self, gap: KnowledgeGap) {
        self.intel.gaps.push(gap);
    }

    /// Notes how many values are kept as data beside the advisory added last, by type. The
    /// file holds `{"rows":[{"type": …}, …]}`.
    ///
    /// # Errors
    /// When it has another shape.
    pub fn add_aside(&mut self, reader: impl Read) -> Result<(), LoadError> {
        let counts = aside::count(reader)?;
        if let Some(last) = self.intel.knowledge.last_mut() {
            last.kept_aside = counts;
        }
        Ok(())
    }

    /// Notes something of the advisory `name` that is not in use, `count` values of it: what a
    /// list held beside that which became STIX. It counts for the advisory added last.
    pub fn not_understood(&mut self, name: &str, reason: String, count: u64) {
        let knowledge = name.to_owned();
        self.intel.gaps.push(KnowledgeGap { knowledge, object: None, offset: None, reason });
        if let Some(last) = self.intel.knowledge.last_mut() {
            last.not_compiled += count;
        }
    }

    /// Adds a prepared index as it lies; look-ups read of it what they need. `verify` reads it
    /// once to hold it against its checksum.
    ///
    /// # Errors
    /// When it is none, of another version, or damaged.
    pub fn add_prepared(&mut self, file: File, verify: bool) -> Result<(), IndexError> {
        let part = prepared::open(file, verify)?;
        self.prepared.push(part);
        Ok(())
    }

    /// Writes all bundles that were added as a prepared index.
    ///
    /// # Errors
    /// When it cannot be written, or prepared indexes were added.
    pub fn write_prepared(self, out: &mut dyn Write) -> Result<(), IndexError> {
        if !self.prepared.is_empty() {
            return Err(IndexError::Nested);
        }
        let intel = self.build();
        intel.parts.first().map_or(Ok(()), |part| prepared::write(part, out))
    }

    /// The index over all that was added.
    #[must_use]
    pub fn build(self) -> Intel {
        let Self { mut intel, prepared, digests, limits: _ } = self;
        intel.texts.seal();
        intel.lists.seal();
        let digest = digests.finalize();
        let seed = digest.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        intel.networks.iter_mut().for_each(|lengths| lengths.sort_unstable_by(|a, b| b.cmp(a)));
        let entries = &intel.entries;
        intel.index.seal(seed, |number| match entries.get(number as usize) {
            Some(entry) if entry.is(flag::DEAD) => Use::None,
            Some(entry) if entry.is(flag::EXACT_HOST) => Use::ExactHost,
            Some(_) => Use::Whole,
            None => Use::None,
        });
        intel.entries.shrink();
        let mut parts = vec![intel];
        parts.extend(prepared);
        let (mut knowledge, mut gaps) = (Vec::new(), Vec::new());
        for (number, part) in (0..).zip(&mut parts) {
            part.number = number;
            knowledge.extend(part.knowledge.iter().cloned());
            gaps.extend(part.gaps.iter().cloned());
        }
        Intel { parts, knowledge, gaps }
    }
}

/// Hashes what passes through.
struct Hashing<R> {
    reader: R,
    sha256: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(into)?;
        self.sha256.update(into.get(..count).unwrap_or(&[]));
        Ok(count)
    }
}
