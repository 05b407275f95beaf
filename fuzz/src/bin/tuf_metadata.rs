//! Metadata of signed advisories, of every role, and keys.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("tuf_metadata").read)(data));
