//! Every other artifact: the first line is its path.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("parsers").read)(data));
