//! VDEX, ODEX and OAT: the byte code that lies in them.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("dex_container").read)(data));
