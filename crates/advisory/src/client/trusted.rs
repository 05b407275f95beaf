//! What was accepted before.

use super::fetch::Memory;
use crate::metadata::Envelope;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The bytes of the metadata that were accepted last. Whoever keeps them (`tamarisk` does in
/// `--trust DIR`) can see when an older state is offered again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted {
    /// The root. Trust begins with it; it must come from a safe place.
    pub root: Vec<u8>,
    /// The timestamp, once there was one.
    pub timestamp: Option<Vec<u8>>,
    /// The snapshot, once there was one.
    pub snapshot: Option<Vec<u8>>,
    /// Targets metadata by role: `targets`, `joint`, agencies.
    pub roles: BTreeMap<String, Vec<u8>>,
    /// The newest date of signing that was ever accepted.
    pub newest: Option<Timestamp>,
}

impl Trusted {
    /// Trust that begins with this root.
    #[must_use]
    pub fn new(root: Vec<u8>) -> Self {
        Self { root, ..Self::default() }
    }

    /// Whether anything was accepted but the root.
    #[must_use]
    pub fn has_accepted(&self) -> bool {
        self.timestamp.is_some()
    }

    /// The kept files as a mirror that holds nothing newer. The root of it is given, not fetched.
    pub(super) fn as_mirror(&self) -> Memory {
        let mut files = BTreeMap::new();
        let mut put = |name: String, bytes: &Vec<u8>| {
            files.insert(format!("metadata/{name}"), bytes.clone());
        };
        if let Some(timestamp) = &self.timestamp {
            put("timestamp.json".into(), timestamp);
        }
        let version = |bytes: &[u8], role: &str, kind: &str| {
            Envelope::parse(bytes, role, kind).ok().map(|envelope| envelope.common().version)
        };
        // Both names, so that it does not matter whether names bear versions.
        if let Some(snapshot) = &self.snapshot {
            if let Some(number) = version(snapshot, "snapshot", "snapshot") {
                put(format!("{number}.snapshot.json"), snapshot);
            }
            put("snapshot.json".into(), snapshot);
        }
        for (role, bytes) in &self.roles {
            if let Some(number) = version(bytes, role, "targets") {
                put(format!("{number}.{role}.json"), bytes);
            }
            put(format!("{role}.json"), bytes);
        }
        Memory(files)
    }
}
