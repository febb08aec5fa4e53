//! Gives memory back to the system. What a storm of requests took is free afterwards, but the allocator keeps it: a page
//! with one living byte in it stops it from shrinking.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

const PERIOD: Duration = Duration::from_secs(30);
/// Above the least that was ever in use; below that there is nothing worth looking for.
const WORTH_IT: usize = 32 * 1024 * 1024;

/// Looks now and then whether the process holds much more than it did at its smallest.
pub async fn keep_small() {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut least = usize::MAX;
    loop {
        ticks.tick().await;
        let Some(resident) = resident() else { return };
        least = least.min(resident);
        if resident > least + WORTH_IT {
            // Some milliseconds, on a thread that answers nobody.
            let _ = tokio::task::spawn_blocking(give_back).await;
        }
    }
}

/// What the process has in memory, in bytes, where the system tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "glibc's allocator has no other way to be asked")]
fn give_back() {
    // SAFETY: takes no pointer, may be called from any thread at any time, and changes nothing that is in use.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators give back by themselves, or have no such call.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back() {}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn what_was_freed_between_things_that_live_is_given_back() {
        // Below the size from which glibc maps each piece by itself.
        let mut pieces: Vec<Vec<u8>> = (0..4096).map(|_| vec![1; 32 * 1024]).collect();
        let full = resident().unwrap();
        let mut number = 0;
        pieces.retain(|_| {
            number += 1;
            number % 64 == 0
        });
        give_back();
        let left = resident().unwrap();
        assert!(left + 64 * 1024 * 1024 < full, "{full} became {left}");
    }
}
