//! Each reader of hostile bytes as a function of bytes. The targets of `fuzz/` call them under
//! libFuzzer; the test of this crate calls them on stable Rust with seeds that are bent at random, the
//! same in each run. A function panics where something that must hold does not.

#![allow(clippy::expect_used, clippy::panic)] // What does not hold has to stop a fuzzer.

mod apk;
mod calls;
mod containers;
mod custody;
mod dex;
mod dumpstate;
mod lists;
mod packages;
mod parsed;
pub mod seeds;
mod stix_bundle;
mod stix_pattern;
mod taxii;
mod tuf_metadata;
mod worker_pipe;

/// A reader of hostile bytes.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, and that of its file in `fuzz/src/bin/`.
    pub name: &'static str,
    /// Reads.
    pub read: fn(&[u8]),
    /// What to begin from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Inputs of the short turn on stable Rust; slow readers have few.
    pub inputs: u32,
}

const fn target(
    name: &'static str,
    read: fn(&[u8]),
    seeds: fn() -> Vec<Vec<u8>>,
    inputs: u32,
) -> Target {
    Target { name, read, seeds, inputs }
}

/// Every reader.
pub const TARGETS: &[Target] = &[
    target("age", containers::age, seeds::age, 4_000),
    target("apk", apk::read, seeds::apk, 1_000),
    target("apk_cms", packages::cms, seeds::cms, 6_000),
    target("apk_manifest", packages::manifest, seeds::manifest, 6_000),
    target("apk_resources", packages::resources, seeds::resources, 4_000),
    target("apk_signing_block", packages::signing_block, seeds::signing_block, 3_000),
    target("backup", containers::backup, seeds::backup, 10_000),
    target("calls", calls::read, seeds::dex, 2_000),
    target("custody", custody::read, seeds::custody, 20_000),
    target("dex", dex::read, seeds::dex, 6_000),
    target("dex_container", dex::container, seeds::dex_container, 10_000),
    target("dumpstate", dumpstate::read, seeds::dumpstate, 2_000),
    target("intrusion_log", parsed::intrusion_log, seeds::intrusion_log, 8_000),
    target("lists", lists::read, seeds::lists, 6_000),
    target("packages", parsed::packages, seeds::packages, 12_000),
    target("parsers", parsed::by_path, seeds::by_path, 20_000),
    target("processes", parsed::processes, seeds::processes, 12_000),
    target("sighting", taxii::sighting, seeds::sighting, 20_000),
    target("sqlite", containers::sqlite, seeds::sqlite, 2_000),
    target("stix_bundle", stix_bundle::read, seeds::stix_bundle, 6_000),
    target("stix_pattern", stix_pattern::read, seeds::stix_pattern, 20_000),
    target("taxii", taxii::answer, seeds::taxii, 20_000),
    target("taxii_server", taxii_server::sent::read, seeds::taxii_server, 20_000),
    target("time_stamp", custody::time_stamp, seeds::time_stamp, 30_000),
    target("tombstone", parsed::tombstone, seeds::tombstone, 15_000),
    target("tuf_metadata", tuf_metadata::read, seeds::tuf_metadata, 6_000),
    target("worker_pipe", worker_pipe::read, seeds::worker_pipe, 30_000),
    target("zip", containers::zip, seeds::zip, 12_000),
];

/// The reader of this name.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn named(name: &str) -> Target {
    *TARGETS.iter().find(|target| target.name == name).expect("a target")
}
