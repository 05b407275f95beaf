//! Tombstones, as protocol buffer and as text.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("tombstone").read)(data));
