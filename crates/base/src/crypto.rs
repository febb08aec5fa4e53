//! The few primitives that Doorstep uses, under the names it uses them by. All from aws-lc-rs.

use aws_lc_rs::{digest, hmac};

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// SHA-1, only because lists of breached passwords are made of it.
pub fn sha1_for_breach_lists(bytes: &[u8]) -> [u8; 20] {
    let mut out = [0; 20];
    out.copy_from_slice(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
    out
}

/// The same in upper-case hex, as the range format has it.
pub fn sha1_for_breach_ranges(bytes: &[u8]) -> String {
    sha1_for_breach_lists(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02X}"))
}

/// HMAC-SHA-256 over the parts, each preceded by its length, so that no two lists of parts collide.
pub fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

/// Whether two byte strings are equal, in time that depends on their length only.
pub fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}
