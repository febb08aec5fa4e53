//! Cookie headers of any bytes: one session value, none, or a refusal; never a value that spans two cookies.
#![no_main]

use axum::http::{HeaderMap, HeaderValue, header};
use doorstep_web::{CookieJar, CookieName};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        let Ok(value) = HeaderValue::from_bytes(line) else { return };
        headers.append(header::COOKIE, value);
    }
    for name in [CookieName::Plain, CookieName::HostBound] {
        if let CookieJar::Present(value) = name.read(&headers) {
            assert!(!value.contains(';'));
            let set = name.set(value, 60).expect("what came in one header goes out in one");
            assert!(!set.as_bytes().contains(&b'\n'));
        }
    }
});
