//! A TAXII server's answers.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("taxii").read)(data));
