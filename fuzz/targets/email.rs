//! Any text is an address or is refused; the key of an address is an address with that very key.
#![no_main]

use doorstep_base::{Email, email::MAX_BYTES};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(email) = Email::parse(text) else { return };
    assert_eq!(email.as_typed(), text.trim());
    assert!(email.as_typed().len() <= MAX_BYTES);
    assert!(
        !email.as_typed().chars().any(|c| c.is_control() || c.is_whitespace() || c == ','),
        "mailed as {email:?}"
    );
    let again = Email::parse(email.key()).expect("a key is an address");
    assert_eq!(again.key(), email.key());
});
