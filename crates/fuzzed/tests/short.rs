//! A short turn on stable Rust: seeds, bent at random from a fixed beginning, so that each run reads
//! the same inputs. libFuzzer goes further (`cargo xtask fuzz`).
#![allow(clippy::unwrap_used, clippy::print_stdout)] // In tests a failed unwrap is a failed test.

use fuzzed::{TARGETS, Target, named};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Numbers that look random (Knuth, MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let start = self.below(len + 1);
        let most = (len - start).min(64);
        start..start + self.below(most + 1)
    }

    /// One to eight changes of one seed, a few with a part of another.
    fn bend(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        const BYTES: [u8; 10] = [0, 1, 0x7f, 0x80, 0xff, b'"', b'{', b'[', b'\n', b'/'];
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            match self.below(8) {
                0 | 1 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                2 if !bytes.is_empty() => bytes[at] = BYTES[self.below(BYTES.len())],
                3 => {
                    let range = self.range(bytes.len());
                    bytes.drain(range);
                }
                4 => {
                    let part = bytes[self.range(bytes.len())].to_vec();
                    bytes.splice(at..at, part);
                }
                5 => {
                    let other = &seeds[self.below(seeds.len())];
                    let part = other[self.range(other.len())].to_vec();
                    let range = self.range(bytes.len());
                    bytes.splice(range, part);
                }
                6 => {
                    let size = [1, 2, 4, 8][self.below(4)];
                    let number =
                        [0, 1, 0x7fff_ffff, u64::MAX, 0xffff, bytes.len() as u64][self.below(6)];
                    let number = &number.to_le_bytes()[..size];
                    if let Some(place) = bytes.get_mut(at..at + size) {
                        place.copy_from_slice(number);
                    }
                }
                7 => bytes.truncate(self.below(bytes.len() * 4).max(1)),
                _ => bytes.push(BYTES[self.below(BYTES.len())]),
            }
        }
        bytes
    }
}

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn turn(name: &str) {
    let Target { name, read, seeds, inputs } = named(name);
    let seeds = seeds();
    assert!(!seeds.is_empty(), "{name} begins from nothing");
    for seed in &seeds {
        read(seed);
    }
    let mut numbers = Numbers(0x7a6d_6172 ^ u64::from(inputs));
    for number in 0..inputs {
        let input = numbers.bend(&seeds);
        INPUT.with_borrow_mut(|kept| kept.clone_from(&input));
        if catch_unwind(AssertUnwindSafe(|| read(&input))).is_err() {
            let file = std::env::temp_dir().join(format!("tamarisk-{name}-{number}"));
            std::fs::write(&file, &input).unwrap();
            panic!("{name}: input {number} of {inputs}: {}", file.display());
        }
    }
    println!("{name}: {} seeds, {inputs} inputs", seeds.len());
}

#[test]
fn there_are_two_hundred_thousand() {
    let all: u32 = TARGETS.iter().map(|target| target.inputs).sum();
    assert!(all >= 200_000, "{all}");
}

#[test]
fn every_target_has_a_test_and_a_file() {
    let own = include_str!("short.rs");
    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/src/bin");
    for Target { name, .. } in TARGETS {
        assert!(own.contains(&format!("    {name}\n")), "{name} has no line below");
        assert!(std::path::Path::new(files).join(format!("{name}.rs")).is_file(), "{name}.rs");
    }
}

macro_rules! turns {
    ($($name:ident)*) => { $(
        #[test]
        fn $name() {
            turn(stringify!($name));
        }
    )* };
}

turns! {
    age
    apk
    apk_cms
    apk_manifest
    apk_resources
    apk_signing_block
    backup
    calls
    custody
    dex
    dex_container
    dumpstate
    intrusion_log
    lists
    packages
    parsers
    processes
    sighting
    sqlite
    stix_bundle
    stix_pattern
    taxii
    taxii_server
    time_stamp
    tombstone
    tuf_metadata
    worker_pipe
    zip
}
