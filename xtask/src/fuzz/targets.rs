//! What is fuzzed, and what it begins with.

use super::seeds::Seeds::{self, Files, JsonLines, Lines, Made, Named, Own, Shared};

/// A target: `fuzz/src/bin/NAME.rs`.
pub(super) struct Target {
    pub(super) name: &'static str,
    /// The longest input, in bytes. Short inputs are quick; what only long ones reach is the
    /// matter of the tests.
    pub(super) max_len: usize,
    pub(super) seeds: &'static [Seeds],
}

/// Every target, in the order they run. With its file, a line here is all that a new one needs;
/// a dictionary is `fuzz/dictionaries/NAME.dict`.
pub(super) const TARGETS: &[Target] = &[
    Target {
        name: "stix_pattern",
        max_len: 512,
        seeds: &[
            Lines { below: "crates/stix/fixtures/patterns", from: '[' },
            JsonLines { file: "cases/stix/patterns.jsonl", key: "pattern" },
        ],
    },
    Target {
        name: "stix_bundle",
        max_len: 4096,
        seeds: &[
            Lines { below: "crates/stix/fixtures/objects", from: '{' },
            Files { below: "crates/lists/fixtures/stix2-broken" },
            JsonLines { file: "cases/stix/objects.jsonl", key: "instance" },
        ],
    },
    Target { name: "apk", max_len: 16 << 10, seeds: &[Made("apk"), Shared("cases/apk")] },
    Target { name: "dex", max_len: 8 << 10, seeds: &[Made("dex"), Own("dex")] },
    Target { name: "calls", max_len: 8 << 10, seeds: &[Made("dex"), Own("dex")] },
    Target {
        name: "dumpstate",
        max_len: 12 << 10,
        seeds: &[
            Files { below: "crates/parsers/fixtures/dumpstate" },
            Files { below: "crates/dumpsys/fixtures" },
        ],
    },
    Target {
        name: "tuf_metadata",
        max_len: 8 << 10,
        seeds: &[Files { below: "crates/advisory/fixtures" }],
    },
    Target { name: "lists", max_len: 4096, seeds: &[Named { below: "crates/lists/fixtures" }] },
    Target { name: "age", max_len: 80 << 10, seeds: &[Own("age")] },
    Target { name: "apk_cms", max_len: 8 << 10, seeds: &[Own("apk_cms")] },
    Target { name: "apk_manifest", max_len: 16 << 10, seeds: &[Own("apk_manifest")] },
    Target { name: "apk_resources", max_len: 16 << 10, seeds: &[Own("apk_resources")] },
    Target { name: "apk_signing_block", max_len: 16 << 10, seeds: &[Own("apk_signing_block")] },
    Target { name: "backup", max_len: 16 << 10, seeds: &[Own("backup")] },
    Target { name: "custody", max_len: 4 << 10, seeds: &[Own("custody")] },
    Target { name: "dex_container", max_len: 8 << 10, seeds: &[Own("dex_container")] },
    Target { name: "intrusion_log", max_len: 8 << 10, seeds: &[Own("intrusion_log")] },
    Target { name: "packages", max_len: 12 << 10, seeds: &[Own("packages")] },
    Target { name: "parsers", max_len: 12 << 10, seeds: &[Own("parsers")] },
    Target { name: "processes", max_len: 8 << 10, seeds: &[Own("processes")] },
    Target { name: "sighting", max_len: 2 << 10, seeds: &[Own("sighting")] },
    Target { name: "sqlite", max_len: 16 << 10, seeds: &[Own("sqlite")] },
    Target { name: "taxii", max_len: 4 << 10, seeds: &[Own("taxii")] },
    Target { name: "taxii_server", max_len: 2 << 10, seeds: &[Own("taxii_server")] },
    Target { name: "time_stamp", max_len: 2 << 10, seeds: &[Own("time_stamp")] },
    Target { name: "tombstone", max_len: 4 << 10, seeds: &[Own("tombstone")] },
    Target { name: "worker_pipe", max_len: 4 << 10, seeds: &[Own("worker_pipe")] },
    Target { name: "zip", max_len: 16 << 10, seeds: &[Own("zip")] },
];
