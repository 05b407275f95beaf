//! Making the signed parts of metadata (TUF 1.0.34, section 4). What comes out is canonicalised,
//! signed by whoever holds the keys, and put into an [`Envelope`](crate::metadata::Envelope).

use crate::json::Json;
use crate::key::PublicKey;
use crate::metadata::{Agency, JOINT, Role, SPEC_VERSION, TargetFile};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Version and times of one piece of metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its version, from 1.
    pub version: u64,
    /// When it is made; fractions of a second are dropped.
    pub issued: Timestamp,
    /// When it expires; fractions of a second are dropped.
    pub expires: Timestamp,
}

/// A root: keys and thresholds of `root`, `snapshot`, `targets` and `timestamp`.
#[must_use]
pub fn root(stamp: &Stamp, roles: &BTreeMap<&str, Role>) -> Json {
    let keys = keys(roles.values().flat_map(|role| &role.keys));
    let roles = roles.iter().map(|(name, role)| (*name, Json::map(key_ids(role))));
    let own =
        [("consistent_snapshot", Json::Bool(true)), ("keys", keys), ("roles", Json::map(roles))];
    signed("root", stamp, own)
}

/// The top-level targets: agencies, and those keys and that number which make a joint statement.
#[must_use]
pub fn delegations(stamp: &Stamp, agencies: &[Agency], joint: Option<&Role>) -> Json {
    let all = agencies.iter().flat_map(|agency| &agency.role.keys);
    let keys = keys(all.chain(joint.iter().flat_map(|role| &role.keys)));
    let mut roles: Vec<Json> =
        joint.map(|role| delegation(JOINT, None, role)).into_iter().collect();
    roles.extend(agencies.iter().map(|one| delegation(&one.id, Some(&one.name), &one.role)));
    let delegations = Json::map([("keys", keys), ("roles", Json::List(roles))]);
    let none = Json::map::<&str>([]);
    signed("targets", stamp, [("delegations", delegations), ("targets", none)])
}

/// What one role signs: its files.
#[must_use]
pub fn targets(stamp: &Stamp, files: &[TargetFile]) -> Json {
    let files = files.iter().map(|file| {
        let mut members = vec![("length", integer(file.length)), ("hashes", hashes(&file.sha256))];
        if file.custom.as_map().is_some_and(|custom| !custom.is_empty()) {
            members.push(("custom", file.custom.clone()));
        }
        (file.path.clone(), Json::map(members))
    });
    signed("targets", stamp, [("targets", Json::map(files))])
}

/// A snapshot of targets metadata: for each role its version and file.
#[must_use]
pub fn snapshot(stamp: &Stamp, roles: &BTreeMap<String, (u64, Vec<u8>)>) -> Json {
    let meta = roles
        .iter()
        .map(|(role, (version, file))| (format!("{role}.json"), listed(*version, file)));
    signed("snapshot", stamp, [("meta", Json::map(meta))])
}

/// The timestamp of a snapshot.
#[must_use]
pub fn timestamp(stamp: &Stamp, version: u64, snapshot: &[u8]) -> Json {
    let meta = Json::map([("snapshot.json", listed(version, snapshot))]);
    signed("timestamp", stamp, [("meta", meta)])
}

fn signed<const N: usize>(kind: &str, stamp: &Stamp, own: [(&str, Json); N]) -> Json {
    let ours = Json::map([("issued", Json::Text(date(stamp.issued)))]);
    let all = [
        ("_type", kind.into()),
        ("spec_version", SPEC_VERSION.into()),
        ("version", integer(stamp.version)),
        ("expires", Json::Text(date(stamp.expires))),
        ("x_tamarisk", ours),
    ];
    Json::map(all.into_iter().chain(own))
}

/// A date as TUF writes it.
#[must_use]
pub fn date(at: Timestamp) -> String {
    // A whole second of the years that jiff knows is always one.
    Timestamp::from_second(at.as_second()).map(|at| at.to_string()).unwrap_or_default()
}

fn keys<'k>(keys: impl Iterator<Item = &'k PublicKey>) -> Json {
    Json::map(keys.map(|key| (key.id(), key.to_json().clone())))
}

fn key_ids(role: &Role) -> [(&'static str, Json); 2] {
    let ids = role.keys.iter().map(|key| key.id().into()).collect();
    [("keyids", Json::List(ids)), ("threshold", integer(role.threshold as u64))]
}

fn delegation(id: &str, name: Option<&str>, role: &Role) -> Json {
    let paths = ["*", "*/*", "*/*/*"].map(|depth| Json::Text(format!("{id}/{depth}")));
    let mut members = vec![
        ("name", id.into()),
        ("paths", Json::List(paths.into())),
        ("terminating", Json::Bool(true)),
    ];
    members.extend(key_ids(role));
    members.extend(name.map(|name| ("x_tamarisk", Json::map([("name", name.into())]))));
    Json::map(members)
}

fn listed(version: u64, file: &[u8]) -> Json {
    let digest: [u8; 32] = Sha256::digest(file).into();
    Json::map([
        ("version", integer(version)),
        ("length", integer(file.len() as u64)),
        ("hashes", hashes(&digest)),
    ])
}

fn hashes(sha256: &[u8; 32]) -> Json {
    Json::map([("sha256", Json::Text(const_hex::encode(sha256)))])
}

fn integer(number: u64) -> Json {
    Json::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
