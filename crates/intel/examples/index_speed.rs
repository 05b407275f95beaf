//! `cargo run --release -p intel --example index_speed`: what the index costs at one million
//! indicators, as JSON on standard output; `cargo xtask bench` runs it and holds the figures
//! against the project's targets.
#![allow(clippy::unwrap_used)] // A measurement has no one to tell.

use intel::{Builder, Intel};
use model::{Atom, AtomKind, KnowledgeStatus, normal};
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;

const INDICATORS: u64 = 1_000_000;
const LOOKUPS: usize = 2_000_000;
/// Values that are looked up together: about the atoms of what `detect` judges at once.
const TOGETHER: usize = 256;

/// A splitmix64 step: numbers that look random and are the same every time.
fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn digest(n: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (at, part) in bytes.chunks_exact_mut(8).enumerate() {
        part.copy_from_slice(&mixed(n * 4 + at as u64).to_le_bytes());
    }
    bytes
}

fn host(n: u64) -> String {
    let m = mixed(n);
    format!("{:x}.{:x}.example", m & 0xf_ffff, m >> 40)
}

/// The bundle: half hashes, half host names.
fn bundle() -> Vec<u8> {
    let mut out = br#"{"type":"bundle","id":"bundle--1","objects":["#.to_vec();
    for n in 0..INDICATORS {
        let pattern = match n % 2 {
            0 => format!("[file:hashes.'SHA-256' = '{}']", const_hex::encode(digest(n))),
            _ => format!("[domain-name:value = '{}']", host(n)),
        };
        let id = const_hex::encode(&digest(n)[..16]);
        let (a, b, c, d, e) = (&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
        write!(
            out,
            r#"{}{{"type":"indicator","spec_version":"2.1","id":"indicator--{a}-{b}-{c}-{d}-{e}","pattern":"{pattern}","pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z"}}"#,
            if n == 0 { "" } else { "," }
        )
        .unwrap();
    }
    out.extend_from_slice(b"]}");
    out
}

/// Peak resident memory of this process in kB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Seconds that this process was on a processor so far: what else the machine does counts not.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|field| field.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

/// Half hits, in random order.
fn numbers() -> Vec<u64> {
    let known = |k: u64| mixed(k ^ 0x5555) % INDICATORS;
    (0..LOOKUPS as u64).map(|k| if k % 2 == 0 { known(k) } else { INDICATORS + known(k) }).collect()
}

fn rate(name: &str, count: usize, hits: u64, start: f64) -> String {
    let seconds = cpu() - start;
    format!("\"{name}\": {:.2}, \"{name}_hits\": {hits}", count as f64 / seconds / 1e6)
}

fn rates(intel: &Intel, place: &str) -> Vec<String> {
    let numbers = numbers();
    let digests: Vec<[u8; 32]> = numbers.iter().map(|n| digest(n & !1)).collect();
    let hex: Vec<String> = digests.iter().map(const_hex::encode).collect();
    let hosts: Vec<String> =
        numbers.iter().map(|n| format!("a.b.{}", host(n | 1)).to_uppercase()).collect();
    let mut out = Vec::new();
    let digests: Vec<&[u8]> = digests.iter().map(|digest| &digest[..]).collect();
    // Once before, so that a prepared index has read its pages.
    for warm in [true, false] {
        let (mut hits, start) = (0, cpu());
        for some in digests.chunks(TOGETHER) {
            intel.lookup_digests(AtomKind::Sha256, some, &mut |_, found| {
                black_box(found);
                hits += 1;
            });
        }
        let binary = rate(&format!("{place}_binary"), digests.len(), hits, start);
        let mut atoms = Vec::with_capacity(TOGETHER);
        let (mut hits, start) = (0, cpu());
        for some in hex.chunks(TOGETHER) {
            atoms.clear();
            let values = some.iter().filter_map(|one| normal::hex(one, 64));
            atoms.extend(values.map(|value| Atom { kind: AtomKind::Sha256, value }));
            intel.lookup_all(&atoms, &mut |_, found| {
                black_box(found);
                hits += 1;
            });
        }
        let from_hex = rate(&format!("{place}_hex"), hex.len(), hits, start);
        let mut atoms = Vec::with_capacity(TOGETHER);
        let (mut hits, start) = (0, cpu());
        for some in hosts.chunks(TOGETHER) {
            atoms.clear();
            atoms.extend(some.iter().filter_map(|one| normal::host(one)));
            intel.lookup_all(&atoms, &mut |_, found| {
                black_box(found);
                hits += 1;
            });
        }
        let names = rate(&format!("{place}_hosts"), hosts.len(), hits, start);
        if !warm {
            out = vec![binary, from_hex, names];
        }
    }
    out
}

/// The same look-ups in a plain hash map, as a measure of the machine at this moment.
fn plain() -> String {
    let state = foldhash::fast::RandomState::default();
    let mut map = hashbrown::HashMap::with_hasher(state);
    map.extend((0..INDICATORS).step_by(2).map(|n| (digest(n), n as u32)));
    let digests: Vec<[u8; 32]> = numbers().iter().map(|n| digest(n & !1)).collect();
    let (mut hits, start) = (0, cpu());
    for digest in &digests {
        hits += u64::from(black_box(map.get(digest)).is_some());
    }
    rate("plain_map_binary", digests.len(), hits, start)
}

fn main() -> std::io::Result<()> {
    // Reading and building are told apart: what stix alone takes is measured first.
    let text = bundle();
    let before = cpu();
    let mut objects = 0_u64;
    stix::read(&text[..], stix::Bounds::default(), &mut |object| {
        objects += u64::from(object.is_ok());
    })
    .unwrap();
    let read = cpu() - before;
    let resident = peak();
    let before = cpu();
    let mut builder = Builder::new();
    builder.add_bundle("bench", KnowledgeStatus::Unsigned, &text[..]).unwrap();
    let intel = builder.build();
    let whole = cpu() - before;
    let grown = peak().saturating_sub(resident);
    let bytes = text.len();
    drop(text);
    assert_eq!(intel.total(), INDICATORS);
    let mut told = vec![
        format!("\"indicators\": {objects}, \"bundle_bytes\": {bytes}"),
        format!("\"read_cpu\": {read:.2}, \"read_and_build_cpu\": {whole:.2}"),
        format!("\"build_cpu\": {:.2}, \"build_kb\": {grown}", whole - read),
    ];
    told.extend(rates(&intel, "memory"));
    drop(intel);

    let path = std::env::temp_dir().join(format!("tamarisk-index-{}", std::process::id()));
    let mut builder = Builder::new();
    builder.add_bundle("bench", KnowledgeStatus::Unsigned, &bundle()[..]).unwrap();
    builder.write_prepared(&mut File::create(&path).unwrap()).unwrap();
    for (name, verify) in [("open_ms", false), ("open_verified_ms", true)] {
        let mut best = f64::MAX;
        for _ in 0..5 {
            let start = cpu();
            let mut builder = Builder::new();
            builder.add_prepared(File::open(&path).unwrap(), verify).unwrap();
            black_box(builder.build().total());
            best = best.min((cpu() - start) * 1e3);
        }
        told.push(format!("\"{name}\": {best:.1}"));
    }
    let mut builder = Builder::new();
    builder.add_prepared(File::open(&path).unwrap(), false).unwrap();
    let intel = builder.build();
    told.extend(rates(&intel, "file"));
    let size = fs::metadata(&path).unwrap().len();
    fs::remove_file(&path).unwrap();
    told.push(plain());
    told.push(format!("\"file_bytes\": {size}"));
    writeln!(std::io::stdout(), "{{{}}}", told.join(", "))
}
