//! The signing block, in an app around it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("apk_signing_block").read)(data));
