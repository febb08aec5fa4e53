//! Access tokens, raw and as well-formed envelopes around any header and claims; refresh tokens, which have one spelling.
#![no_main]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_account::tokens::{RefreshToken, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        look_into(text);
        if let Some(token) = RefreshToken::from_text(text) {
            assert_eq!(token.to_text(), text);
        }
    }
    // Base64 would keep the fuzzer from ever reaching the JSON inside.
    let parts: Vec<String> =
        data.splitn(3, |byte| *byte == b'\n').map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
    look_into(&parts.join("."));
});

fn look_into(token: &str) {
    if let Some(parsed) = parse(token) {
        assert!(token.starts_with(parsed.signed));
        assert_eq!(token.matches('.').count(), 2);
    }
}
