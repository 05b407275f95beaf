//! Android backups: header, stretching, tar.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("backup").read)(data));
