//! Answers of time-stamping authorities (RFC 3161).

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("time_stamp").read)(data));
