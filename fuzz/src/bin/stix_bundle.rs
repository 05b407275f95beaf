//! STIX files: objects one by one, the patterns of indicators, collections, and the validator.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("stix_bundle").read)(data));
