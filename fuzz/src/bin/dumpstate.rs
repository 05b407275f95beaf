//! The dumpstate text of a bug report: its blocks, every reader of them, and the facts.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("dumpstate").read)(data));
