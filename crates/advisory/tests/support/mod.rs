//! A repository of five agencies, three of which must sign together; made anew in each test and
//! bent as the test says.
#![allow(dead_code, unreachable_pub)] // Each test binary uses a part of it.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, missing_docs)] // In tests a failed unwrap is a failed test.

pub mod attacks;

use advisory::compose::{self, Stamp};
use advisory::metadata::{Agency, JOINT, Role, TargetFile};
use advisory::{
    Code, Json, Kind, Limits, Memory, PublicKey, Refusal, Repository, SecretKey, Signer, Trusted,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub const NOW: &str = "2026-11-22T09:00:00Z";
pub const ISSUED: &str = "2026-11-20T09:00:00Z";
pub const BUNDLE: &str = "joint/2026-001/bundle.json";
pub const AGENCIES: [&str; 5] = ["alder", "birch", "cedar", "dogwood", "elm"];

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The secret key of a name: its seed is the name's hash.
pub fn key(name: &str) -> SecretKey {
    SecretKey::from_seed(Kind::Ed25519, &Sha256::digest(name).into()).unwrap()
}

pub fn public(name: &str) -> PublicKey {
    key(name).public().clone()
}

pub fn role(names: &[&str], threshold: usize) -> Role {
    Role { keys: names.iter().map(|name| public(name)).collect(), threshold }
}

/// What is published: signed parts by role, and who signs each. Tests bend either.
#[derive(Clone)]
pub struct Publication {
    pub roots: Vec<Json>,
    pub root_signers: Vec<Vec<String>>,
    pub roles: BTreeMap<String, Json>,
    pub signers: BTreeMap<String, Vec<String>>,
    pub versions: BTreeMap<&'static str, u64>,
    pub expires: BTreeMap<&'static str, String>,
    pub contents: BTreeMap<String, Vec<u8>>,
    /// Files that replace what is made, by path.
    pub instead: BTreeMap<String, Vec<u8>>,
}

pub fn stamp(version: u64, expires: &str) -> Stamp {
    Stamp { version, issued: at(ISSUED), expires: at(expires) }
}

pub fn root_roles() -> BTreeMap<&'static str, Role> {
    BTreeMap::from([
        ("root", role(&["alder", "birch", "cedar"], 2)),
        ("targets", role(&["alder", "birch", "cedar"], 2)),
        ("snapshot", role(&["publisher"], 1)),
        ("timestamp", role(&["publisher"], 1)),
    ])
}

pub fn agency(id: &str) -> Agency {
    Agency { id: id.into(), name: format!("Agency {id}"), role: role(&[id], 1) }
}

pub fn file(path: &str, contents: &[u8]) -> TargetFile {
    TargetFile {
        path: path.into(),
        length: contents.len() as u64,
        sha256: Sha256::digest(contents).into(),
        custom: Json::map([("title", "Synthetic"), ("kind", "bundle")].map(|(k, v)| (k, v.into()))),
    }
}

pub fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl Default for Publication {
    fn default() -> Self {
        let bundle = br#"{"type":"bundle","id":"bundle--1","objects":[]}"#.to_vec();
        let agencies: Vec<Agency> = AGENCIES.iter().map(|id| agency(id)).collect();
        let year = stamp(1, "2027-11-20T09:00:00Z");
        let top = compose::delegations(&year, &agencies, Some(&role(&AGENCIES, 3)));
        let joint = compose::targets(&year, &[file(BUNDLE, &bundle)]);
        Self {
            roots: vec![compose::root(&year, &root_roles())],
            root_signers: vec![owned(&["alder", "birch"])],
            roles: BTreeMap::from([("targets".into(), top), (JOINT.into(), joint)]),
            signers: BTreeMap::from([
                ("targets".into(), owned(&["alder", "birch"])),
                (JOINT.into(), owned(&["alder", "cedar", "elm"])),
                ("snapshot".into(), owned(&["publisher"])),
                ("timestamp".into(), owned(&["publisher"])),
            ]),
            versions: BTreeMap::from([("snapshot", 1), ("timestamp", 1)]),
            expires: BTreeMap::from([
                ("snapshot", "2026-12-20T09:00:00Z".into()),
                ("timestamp", "2026-12-20T09:00:00Z".into()),
            ]),
            contents: BTreeMap::from([(BUNDLE.into(), bundle)]),
            instead: BTreeMap::new(),
        }
    }
}

/// Signs a signed part by these names.
pub fn sealed(signed: &Json, names: &[String]) -> Vec<u8> {
    let message = advisory::canonical(signed);
    let signatures = names.iter().map(|name| signature(name, &message)).collect();
    written(signed, signatures)
}

pub fn signature(name: &str, message: &[u8]) -> Json {
    let key = key(name);
    let hex = key.sign(message).unwrap();
    Json::map([("keyid", key.public().id().into()), ("sig", Json::Text(hex))])
}

pub fn written(signed: &Json, signatures: Vec<Json>) -> Vec<u8> {
    Json::map([("signatures", Json::List(signatures)), ("signed", signed.clone())]).to_file()
}

pub fn version(signed: &Json) -> u64 {
    signed.member("version").and_then(Json::as_integer).unwrap().try_into().unwrap()
}

/// Sets a member of an object, found by its path.
pub fn set(json: &mut Json, path: &[&str], value: Json) {
    let Json::Map(members) = json else { panic!("no object at {path:?}") };
    match path {
        [last] => drop(members.insert((*last).to_owned(), value)),
        [first, rest @ ..] => set(members.get_mut(*first).unwrap(), rest, value),
        [] => panic!("no path"),
    }
}

impl Publication {
    /// The first root: what clients begin with.
    pub fn root(&self) -> Vec<u8> {
        sealed(&self.roots[0], &self.root_signers[0])
    }

    pub fn trusted(&self) -> Trusted {
        Trusted::new(self.root())
    }

    /// The mirror.
    pub fn mirror(&self) -> Memory {
        let mut files = BTreeMap::new();
        for (signed, signers) in self.roots.iter().zip(&self.root_signers) {
            files
                .insert(format!("metadata/{}.root.json", version(signed)), sealed(signed, signers));
        }
        let mut listed = BTreeMap::new();
        for (name, signed) in &self.roles {
            let bytes = sealed(signed, &self.signers[name]);
            let number = version(signed);
            let path = format!("metadata/{number}.{name}.json");
            let bytes = self.instead.get(&path).cloned().unwrap_or(bytes);
            files.insert(path, bytes.clone());
            listed.insert(name.clone(), (number, bytes));
        }
        let number = self.versions["snapshot"];
        let signed = compose::snapshot(&stamp(number, &self.expires["snapshot"]), &listed);
        let snapshot = sealed(&signed, &self.signers["snapshot"]);
        let stamp = stamp(self.versions["timestamp"], &self.expires["timestamp"]);
        let timestamp = compose::timestamp(&stamp, number, &snapshot);
        files.insert(format!("metadata/{number}.snapshot.json"), snapshot);
        files.insert(
            "metadata/timestamp.json".into(),
            sealed(&timestamp, &self.signers["timestamp"]),
        );
        for (path, contents) in &self.contents {
            let (folder, name) = path.rsplit_once('/').unwrap();
            let hash = const_hex::encode(Sha256::digest(contents));
            files.insert(format!("targets/{folder}/{hash}.{name}"), contents.clone());
        }
        files.extend(self.instead.clone());
        Memory(files)
    }

    /// Publishes the next version of a role, of snapshot and timestamp.
    pub fn next(&mut self, name: &str) {
        let signed = self.roles.get_mut(name).unwrap();
        let number = version(signed) + 1;
        set(signed, &["version"], Json::Integer(number.try_into().unwrap()));
        self.tick();
    }

    pub fn tick(&mut self) {
        self.versions.values_mut().for_each(|number| *number += 1);
    }

    /// Adds a root after the last one.
    pub fn rotate(&mut self, roles: &BTreeMap<&'static str, Role>, signers: &[&str]) {
        let stamp = stamp(version(self.roots.last().unwrap()) + 1, "2027-11-20T09:00:00Z");
        self.roots.push(compose::root(&stamp, roles));
        self.root_signers.push(owned(signers));
        self.tick();
    }
}

pub fn update(trusted: &mut Trusted, mirror: &Memory) -> Result<Repository, Refusal> {
    update_at(trusted, mirror, NOW)
}

pub fn update_at(trusted: &mut Trusted, mirror: &Memory, now: &str) -> Result<Repository, Refusal> {
    advisory::update(trusted, &mut mirror.clone(), &Limits::default(), at(now))
}

/// Verifies everything, the joint bundle included.
pub fn everything(trusted: &mut Trusted, mirror: &Memory) -> Result<Vec<u8>, Refusal> {
    let repository = update(trusted, mirror)?;
    let entry = repository.bundles().next().unwrap();
    let bundle = repository.file(entry, &mut mirror.clone(), &Limits::default())?;
    Ok(bundle.value().bytes().to_vec())
}

/// What a fresh client says to a publication.
#[track_caller]
pub fn refused(publication: &Publication, code: Code) -> Refusal {
    let refusal = everything(&mut publication.trusted(), &publication.mirror()).unwrap_err();
    assert_eq!(refusal.code, code, "{refusal}");
    refusal
}
