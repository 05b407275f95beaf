//! Sightings, and keys and months as their text.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("sighting").read)(data));
