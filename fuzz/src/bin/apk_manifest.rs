//! Binary XML, as the manifest of an app.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("apk_manifest").read)(data));
