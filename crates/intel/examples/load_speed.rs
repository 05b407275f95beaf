//! `load_speed FILE`: loads a STIX bundle and looks host names up in it, half of them below a domain
//! that it names; prints what that cost as JSON.
#![allow(clippy::unwrap_used)] // A measurement has no one to tell.

use intel::Builder;
use model::{Atom, AtomKind, KnowledgeStatus};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::time::Instant;

/// How long to look host names up.
const SECONDS: f64 = 1.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let began = Instant::now();
    let mut builder = Builder::new();
    builder.add_bundle("speed", KnowledgeStatus::Unsigned, File::open(&path)?)?;
    let intel = builder.build();
    let seconds = began.elapsed().as_secs_f64();
    let hosts = hosts(&path)?;
    let began = Instant::now();
    let (mut looked, mut hits) = (0_u64, 0_u64);
    while !hosts.is_empty() && began.elapsed().as_secs_f64() < SECONDS {
        for host in &hosts {
            let atom = model::normal::domain(host).map(|name| Atom::new(AtomKind::Domain, name));
            intel.lookup(&atom.unwrap(), &mut |_| hits += 1);
        }
        looked += hosts.len() as u64;
    }
    let rate = looked as f64 / began.elapsed().as_secs_f64();
    let told = json!({"indicators": intel.total(), "gaps": intel.gaps().len(), "seconds": seconds,
        "hosts_a_second": rate, "hits": hits, "looked": looked});
    Ok(writeln!(std::io::stdout(), "{told}")?)
}

/// For each domain that the bundle names, a host below it and one that is not.
fn hosts(path: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut hosts = Vec::new();
    stix::read(File::open(path)?, stix::Bounds::default(), &mut |object| {
        if let Ok(stix::Object::Indicator(one)) = object {
            for equality in stix::pattern::equalities(&one.pattern).into_iter().flatten() {
                if equality.object == "domain-name" {
                    hosts.extend([
                        format!("c2.{}", equality.value),
                        format!("c2-{}", equality.value),
                    ]);
                }
            }
        }
    })?;
    Ok(hosts)
}
