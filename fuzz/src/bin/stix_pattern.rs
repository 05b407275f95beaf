//! The pattern language: what is read prints as the same pattern, whose own form it is, and both
//! come to the same on a small observation.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("stix_pattern").read)(data));
