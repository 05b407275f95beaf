//! The call graph of whatever byte code is read, and the paths to every mark in it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("calls").read)(data));
