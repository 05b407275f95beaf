//! Byte code: everything that a DEX file holds is asked for.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("dex").read)(data));
