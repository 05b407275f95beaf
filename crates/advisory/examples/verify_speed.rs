//! What it costs to verify an advisory of 100,000 indicators with six signatures, as JSON: `verify_speed FOLDER`.
//! The folder gets the mirror and `root.json`, so that others can be measured on the same.
//! Everything from the bytes of the mirror: root, timestamp, snapshot, delegations, the joint role, and the
//! hash of the bundle. On the clock; nothing is asserted.

use advisory::compose::{self, Stamp};
use advisory::metadata::{Agency, JOINT, Role, TargetFile};
use advisory::{Json, Kind, Limits, Memory, SecretKey, Signer, Trusted, update};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

type Error = Box<dyn std::error::Error>;

const INDICATORS: usize = 100_000;
const AGENCIES: usize = 6;
const RUNS: usize = 21;

fn key(name: &str) -> Result<SecretKey, Error> {
    Ok(SecretKey::from_seed(Kind::Ed25519, &Sha256::digest(name).into())?)
}

fn role(keys: &[&SecretKey], threshold: usize) -> Role {
    Role { keys: keys.iter().map(|key| key.public().clone()).collect(), threshold }
}

fn sealed(signed: &Json, keys: &[&SecretKey]) -> Result<Vec<u8>, Error> {
    let message = advisory::canonical(signed);
    let mut signatures = Vec::new();
    for key in keys {
        let sig = Json::Text(key.sign(&message)?);
        signatures.push(Json::map([("keyid", key.public().id().into()), ("sig", sig)]));
    }
    let all = [("signatures", Json::List(signatures)), ("signed", signed.clone())];
    Ok(Json::map(all).to_file())
}

fn bundle() -> Result<Vec<u8>, Error> {
    let mut text = String::from("{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":[");
    for number in 0..INDICATORS {
        let comma = if number > 0 { "," } else { "" };
        write!(
            text,
            "{comma}\n{{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--{number:08x}-0000-4000-\
             8000-000000000000\",\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00.000Z\",\
             \"pattern\":\"[domain-name:value = 'host{number}.tamarisk.invalid']\",\"pattern_type\":\"stix\",\
             \"valid_from\":\"2026-01-01T00:00:00Z\"}}"
        )?;
    }
    text.push_str("]}");
    Ok(text.into_bytes())
}

fn main() -> Result<(), Error> {
    let at = |text: &str| text.parse();
    let stamp = Stamp {
        version: 1,
        issued: at("2026-11-20T09:00:00Z")?,
        expires: at("2027-11-20T09:00:00Z")?,
    };
    let agencies: Vec<SecretKey> =
        (0..AGENCIES).map(|number| key(&format!("agency {number}"))).collect::<Result<_, _>>()?;
    let all: Vec<&SecretKey> = agencies.iter().collect();
    let publisher = key("publisher")?;
    let roles = BTreeMap::from([
        ("root", role(&all, 4)),
        ("targets", role(&all, 4)),
        ("snapshot", role(&[&publisher], 1)),
        ("timestamp", role(&[&publisher], 1)),
    ]);
    let named: Vec<Agency> = agencies
        .iter()
        .enumerate()
        .map(|(number, key)| Agency {
            id: format!("agency-{number}"),
            name: format!("Agency {number}"),
            role: role(&[key], 1),
        })
        .collect();
    let bundle = bundle()?;
    let sha256: [u8; 32] = Sha256::digest(&bundle).into();
    let path = "joint/1/bundle.json";
    let file = TargetFile {
        path: path.into(),
        length: bundle.len() as u64,
        sha256,
        custom: Json::map::<&str>([]),
    };
    let root = sealed(&compose::root(&stamp, &roles), &all)?;
    let top = sealed(&compose::delegations(&stamp, &named, Some(&role(&all, 6))), &all)?;
    let joint = sealed(&compose::targets(&stamp, &[file]), &all)?;
    let listed = BTreeMap::from([
        ("targets".to_owned(), (1, top.clone())),
        (JOINT.to_owned(), (1, joint.clone())),
    ]);
    let snapshot = sealed(&compose::snapshot(&stamp, &listed), &[&publisher])?;
    let timestamp = sealed(&compose::timestamp(&stamp, 1, &snapshot), &[&publisher])?;
    let mut mirror = Memory::default();
    let length = bundle.len();
    for (path, bytes) in [
        ("metadata/timestamp.json".to_owned(), timestamp),
        ("metadata/1.snapshot.json".to_owned(), snapshot),
        ("metadata/1.targets.json".to_owned(), top),
        ("metadata/1.joint.json".to_owned(), joint),
        (format!("targets/joint/1/{}.bundle.json", const_hex::encode(sha256)), bundle),
    ] {
        mirror.0.insert(path, bytes);
    }
    if let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) {
        for (path, bytes) in mirror.0.iter().map(|(path, bytes)| (format!("mirror/{path}"), bytes))
        {
            let path = folder.join(path);
            path.parent().map(std::fs::create_dir_all).transpose()?;
            std::fs::write(path, bytes)?;
        }
        std::fs::write(folder.join("root.json"), &root)?;
    }
    let (mut metadata, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let began = Instant::now();
        let repository = update(
            &mut Trusted::new(root.clone()),
            &mut mirror,
            &Limits::default(),
            at("2026-11-22T09:00:00Z")?,
        )?;
        metadata.push(began.elapsed().as_secs_f64());
        let entry = repository.bundles().next().ok_or("nothing is signed")?;
        repository.file(entry, &mut mirror, &Limits::default())?;
        whole.push(began.elapsed().as_secs_f64());
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times.get(RUNS / 2).copied().unwrap_or_default()
    };
    let (metadata, whole) = (median(&mut metadata) * 1e3, median(&mut whole) * 1e3);
    writeln!(
        std::io::stdout(),
        "{{\"indicators\":{INDICATORS},\"signatures\":{AGENCIES},\"bytes\":{length},\
         \"metadata_ms\":{metadata:.2},\"whole_ms\":{whole:.2}}}"
    )?;
    Ok(())
}
