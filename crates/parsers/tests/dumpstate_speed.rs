//! How fast a large bug report is read: inflate, hash, parse. Ignored; run with
//! `TAMARISK_BUGREPORT=big.zip cargo test --release -p parsers --test dumpstate_speed -- --ignored --nocapture`.

#![allow(clippy::unwrap_used)] // A test stops where something is not as expected.

use evidence::{Blob, Emitter, Input, Limits, Parser, Tree, ZipTree};
use model::Item;
use std::collections::BTreeMap;
use std::sync::Arc;

#[test]
#[ignore = "needs a large bug report"]
fn large_bug_report() {
    let Ok(path) = std::env::var("TAMARISK_BUGREPORT") else {
        eprintln!("skipped: TAMARISK_BUGREPORT is not set");
        return;
    };
    let file = Arc::new(std::fs::File::open(path).unwrap());
    let limits = Limits::default();
    let blob = Blob::from_file(file, Arc::default()).unwrap();
    let (tree, _) = ZipTree::open(blob, &limits).unwrap();
    let member = tree.members().iter().find(|m| m.path.starts_with("bugreport")).unwrap();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut sink = |item| {
        let key = match &item {
            Item::Observation(seen) => seen.fact.kind().to_owned(),
            Item::Artifact(part) => format!("{} {:?} {:?}", part.path, part.status, part.size),
            Item::Gap(gap) => gap.reason.clone(),
            Item::Recognised(_) => "recognised".into(),
        };
        *counts.entry(key).or_default() += 1;
    };
    let started = std::time::Instant::now();
    let mut input = Input::from_member(&tree, member, &limits, 1);
    let mut out = Emitter::new("b".into(), "dumpstate", &mut sink);
    let status = parsers::android::Dumpstate.parse(&mut input, &mut out);
    let hashed = input.finish().unwrap();
    println!("{status:?} {hashed:?} {:?}", started.elapsed());
    println!("{counts:#?}");
    let memory = std::fs::read_to_string("/proc/self/status").unwrap();
    for line in memory.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("{line}");
    }
    let cpu = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = cpu.split(' ').collect();
    println!("user ticks {} system ticks {}", fields[13], fields[14]);
}
