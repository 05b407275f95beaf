//! Root metadata (section 4.3): which keys speak for which role.

use super::envelope::{Common, Envelope};
use super::fields::{count, map, member, texts};
use crate::json::Json;
use crate::key::PublicKey;
use crate::refusal::{Code, Refusal};
use std::collections::BTreeMap;

/// Keys of one role, and how many of them must sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The keys, each of them once.
    pub keys: Vec<PublicKey>,
    /// How many must sign.
    pub threshold: usize,
}

/// The four roles of a root.
const ROLES: [&str; 4] = ["root", "snapshot", "targets", "timestamp"];

/// Keys of one role.
const MAX_KEYS: usize = 128;

/// What a root says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Version and times.
    pub common: Common,
    /// Whether names of files bear versions and hashes.
    pub consistent_snapshot: bool,
    roles: BTreeMap<&'static str, Role>,
    /// The SHA-256 of the signed bytes.
    pub digest: [u8; 32],
}

impl Root {
    /// Reads a root; its signatures are not held against anything.
    ///
    /// # Errors
    /// When it is none, or a key is listed twice.
    pub fn read(envelope: &Envelope) -> Result<Self, Refusal> {
        let signed = envelope.signed();
        let keys = keys(signed, "root")?;
        let stated = map(signed, "roles", "root")?;
        let mut roles = BTreeMap::new();
        for name in ROLES {
            let role = stated.get(name).ok_or_else(|| {
                Refusal::malformed("root", format!("it names no keys for `{name}`"))
            })?;
            roles.insert(name, self::role(role, &keys, name)?);
        }
        let consistent = signed.member("consistent_snapshot").and_then(Json::as_bool);
        Ok(Self {
            common: envelope.common().clone(),
            consistent_snapshot: consistent.unwrap_or(false),
            roles,
            digest: envelope.digest(),
        })
    }

    /// The keys of `root`, `snapshot`, `targets` or `timestamp`.
    ///
    /// # Errors
    /// When it is another name.
    pub fn role(&self, name: &str) -> Result<&Role, Refusal> {
        let role = self.roles.get(name);
        role.ok_or_else(|| Refusal::new(Code::WrongRole, name, "a root gives no keys to this role"))
    }

    /// The signed bytes' SHA-256 as words to read out.
    #[must_use]
    pub fn words(&self) -> String {
        crate::words::words(&self.digest)
    }
}

/// The member `keys`: id to key, each id the hash of its key.
pub(super) fn keys(signed: &Json, role: &str) -> Result<BTreeMap<String, PublicKey>, Refusal> {
    let mut keys = BTreeMap::new();
    for (id, json) in map(signed, "keys", role)? {
        let key = PublicKey::parse(json)
            .map_err(|error| Refusal::new(error.code, role, format!("key {id}: {error}")))?;
        if key.id() != id {
            let detail = format!("the key listed as {id} is {}", key.id());
            return Err(Refusal::new(Code::KeyIdMismatch, role, detail));
        }
        keys.insert(id.clone(), key);
    }
    Ok(keys)
}

/// `keyids` and `threshold` of a role, its keys each there once, whatever they are called.
pub(super) fn role(
    json: &Json,
    keys: &BTreeMap<String, PublicKey>,
    name: &str,
) -> Result<Role, Refusal> {
    let mut listed: Vec<PublicKey> = Vec::new();
    member(json, "keyids", name)?;
    for id in texts(json, "keyids", name)? {
        let key = keys.get(&id).ok_or_else(|| {
            Refusal::malformed(name, format!("the key {id} is named and not given"))
        })?;
        if listed.iter().any(|one| one.material() == key.material()) {
            let detail = format!("the key {id} is listed more than once, or under two ids");
            return Err(Refusal::new(Code::SameKeyTwice, name, detail));
        }
        if listed.len() == MAX_KEYS {
            return Err(Refusal::new(Code::Oversized, name, format!("more than {MAX_KEYS} keys")));
        }
        listed.push(key.clone());
    }
    let threshold = count(json, "threshold", MAX_KEYS as u64, name)?;
    let threshold = usize::try_from(threshold).unwrap_or(usize::MAX);
    Ok(Role { keys: listed, threshold })
}
