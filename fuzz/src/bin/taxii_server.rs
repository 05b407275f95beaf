//! What clients send to our TAXII server.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("taxii_server").read)(data));
