//! Cookie headers of any bytes: a few session values or none; never a value that spans two cookies.
#![no_main]

use axum::http::{HeaderMap, HeaderValue, header};
use doorstep_web::CookieName;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        let Ok(value) = HeaderValue::from_bytes(line) else { return };
        headers.append(header::COOKIE, value);
    }
    for name in [CookieName::OfPort(5000), CookieName::HostBound] {
        for value in name.read(&headers) {
            assert!(name.is_in(&headers));
            assert!(!value.contains(';'));
            let set = name.set(value, 60).expect("what came in one header goes out in one");
            assert!(!set.as_bytes().contains(&b'\n'));
        }
    }
});
