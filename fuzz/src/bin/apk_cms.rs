//! The PKCS #7 block of a v1 signature, in an app around it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("apk_cms").read)(data));
