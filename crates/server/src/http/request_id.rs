//! Request ids: UUIDv7 whose random part is a start-up draw and a counter (RFC 9562 §6.2, method 1). They need to be
//! unique and to sort by time, not to be unguessable, and so cost no call to the system.

use std::sync::atomic::{AtomicU32, Ordering};

use doorstep_base::{Random, Timestamp, random};

pub struct RequestIds {
    start: [u8; 6],
    counter: AtomicU32,
}

impl RequestIds {
    pub fn new(random: &dyn Random) -> Self {
        Self { start: random::bytes(random), counter: AtomicU32::new(0) }
    }

    pub fn next(&self, now: Timestamp) -> String {
        let mut bytes = [0; 10];
        bytes[..6].copy_from_slice(&self.start);
        bytes[6..].copy_from_slice(&self.counter.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
    }
}
