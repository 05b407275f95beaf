//! `cargo run --release -p intel --example pattern_speed FOLDER`: 10,000 patterns held against
//! 1,000 observations, nine tenths of them equalities, and the other thousand alone. Figures as
//! JSON on standard output; the patterns and the observations (as STIX 2.1 bundles) go into the
//! folder, so that another matcher can be held against the same.
#![allow(clippy::unwrap_used)] // A measurement has no one to tell.

use intel::{Builder, Intel};
use model::fact::{AppInstalled, Fact, FileSeen, LinkSeen, Property};
use model::{KnowledgeStatus, Observation, Position};
use serde_json::{Value, json};
use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::PathBuf;

const PATTERNS: usize = 10_000;
const OBSERVATIONS: usize = 1_000;

fn pattern(n: usize) -> String {
    match n % 30 {
        0 => format!("[app:id LIKE 'org.example.n{n}%' AND app:installer = 'com.market']"),
        10 => format!("[file:name MATCHES '^f{n}[.]apk$' AND file:size > {n}]"),
        20 => format!("[url:value LIKE '%/p{n}/%']"),
        k if k % 3 == 0 => format!("[domain-name:value = 'h{n}.example']"),
        k if k % 3 == 1 => format!("[app:id = 'org.example.n{n}']"),
        _ => format!("[file:name = 'f{n}.apk']"),
    }
}

fn fact(n: usize) -> Fact {
    match n % 3 {
        0 => LinkSeen {
            url: Some(format!("http://h{n}.example/p{}/x", n * 10)),
            host: format!("h{n}.example"),
            place: "message".into(),
            ..Default::default()
        }
        .into(),
        1 => AppInstalled {
            package: format!("org.example.n{}", n * 10),
            installer: Some("com.market".into()),
            ..Default::default()
        }
        .into(),
        _ => FileSeen {
            path: format!("/sdcard/Download/f{n}.apk"),
            size: Some(100_000),
            ..Default::default()
        }
        .into(),
    }
}

/// The observation as a STIX 2.1 bundle.
fn bundle(n: usize, fact: &Fact) -> Value {
    let id = |kind: &str, k: usize| format!("{kind}--00000000-0000-4000-8000-{:012}", n * 10 + k);
    let objects = fact.objects();
    let name = |k: usize| objects.get(k).map_or_else(String::new, |one| id(one.kind, k));
    let mut all: Vec<Value> = Vec::new();
    for (k, one) in objects.iter().enumerate() {
        let mut object = json!({"type": one.kind, "spec_version": "2.1", "id": name(k)});
        for (key, property) in &one.properties {
            object[*key] = match property {
                Property::Text(text) => text.as_ref().into(),
                Property::Integer(number) => (*number).into(),
                Property::Bool(flag) => (*flag).into(),
                Property::Reference(place) => name(*place).into(),
                Property::List(list) => json!(list),
                Property::Dict(pairs) => {
                    pairs.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect()
                }
            };
        }
        all.push(object);
    }
    let refers: Vec<String> = (0..objects.len()).map(name).collect();
    let time = "2026-01-01T00:00:00Z";
    all.push(json!({"type": "observed-data", "spec_version": "2.1", "id": id("observed-data", 9),
        "created": time, "modified": time, "first_observed": time, "last_observed": time,
        "number_observed": 1, "object_refs": refers}));
    json!({"type": "bundle", "id": id("bundle", 8), "objects": all})
}

fn intel(patterns: &[String]) -> Intel {
    let objects: Vec<Value> = patterns
        .iter()
        .enumerate()
        .map(|(n, pattern)| {
            let id = format!("indicator--00000000-0000-4000-8000-{n:012}");
            json!({"type": "indicator", "id": id, "pattern": pattern, "pattern_type": "stix"})
        })
        .collect();
    let text = json!({"type": "bundle", "id": "bundle--1", "objects": objects}).to_string();
    let mut builder = Builder::new();
    builder.add_bundle("bench", KnowledgeStatus::Unsigned, text.as_bytes()).unwrap();
    let intel = builder.build();
    assert!(intel.gaps().is_empty());
    intel
}

/// Seconds that this process was on a processor so far.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|field| field.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

/// Pairs of pattern and observation a second, and how many of them hold.
fn pairs(patterns: &[String], observations: &[Observation]) -> (f64, u64) {
    let intel = intel(patterns);
    let (mut matches, mut rounds, start) = (0, 0, cpu());
    while rounds == 0 || cpu() - start < 1.0 {
        matches = 0;
        let mut runs = intel.run_patterns();
        for (number, seen) in (0..).zip(observations) {
            seen.fact.atoms(&mut |atom| {
                intel.lookup(&atom, &mut |found| {
                    black_box(found);
                    matches += 1;
                });
            });
            runs.observe(number, seen, &mut |found| {
                black_box(found);
                matches += 1;
            });
        }
        black_box(runs.finish());
        rounds += 1;
    }
    let done = patterns.len() * observations.len() * rounds;
    (done as f64 / (cpu() - start), matches)
}

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    let patterns: Vec<String> = (0..PATTERNS).map(pattern).collect();
    let facts: Vec<Fact> = (0..OBSERVATIONS).map(fact).collect();
    let bundles: Vec<Value> = facts.iter().enumerate().map(|(n, fact)| bundle(n, fact)).collect();
    fs::write(folder.join("patterns.json"), json!(patterns).to_string())?;
    fs::write(folder.join("observed.json"), json!(bundles).to_string())?;
    let observations: Vec<Observation> = facts
        .into_iter()
        .map(|fact| Observation {
            fact,
            artifact: "bench".into(),
            position: Position::default().at_row(1),
            time: None,
            parser: "bench".into(),
        })
        .collect();
    let engine: Vec<String> = patterns.iter().step_by(10).cloned().collect();
    let (all, matches) = pairs(&patterns, &observations);
    let (alone, of_engine) = pairs(&engine, &observations);
    let told =
        json!({"all": all, "matches": matches, "engine": alone, "engine_matches": of_engine});
    writeln!(std::io::stdout(), "{told}")
}
