//! The table of resources, in an app around it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("apk_resources").read)(data));
