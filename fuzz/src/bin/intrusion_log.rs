//! Android's intrusion logs.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("intrusion_log").read)(data));
