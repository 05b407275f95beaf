//! An Android package: its container, manifest, resources, code files and signatures.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("apk").read)(data));
