//! JSON bodies: read as a sign-up, and every refusal can be answered.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| doorstep_fuzz::sign_up(data, false));
