//! Items of the pipe from a worker, as the host decodes and checks them.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| (fuzzed::named("worker_pipe").read)(data));
