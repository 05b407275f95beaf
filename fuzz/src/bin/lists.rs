//! Lists of indicators in any of their formats, and the STIX bundle that is written of them.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("lists").read)(data));
