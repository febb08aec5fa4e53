//! Who was told lately that there is no place. Whoever goes on asking is answered more slowly: answers without end would take the
//! processor from the checks.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::origin::Origin;

/// What `Retry-After` says to them.
const AWAY: Duration = Duration::from_secs(2);
/// What comes so soon after the first was sent when the first was: they are all told at once.
const MOMENT: Duration = Duration::from_millis(100);
/// So many blocks are remembered. Beyond that nobody is, until those have been away.
const MOST: usize = 4096;

/// By block.
#[derive(Default)]
pub struct SentAway(HashMap<u64, Told>);

struct Told {
    first: Instant,
    last: Instant,
}

impl Told {
    fn is_over(&self, now: Instant) -> bool {
        now.duration_since(self.last) >= AWAY
    }
}

impl SentAway {
    /// Notes that somebody from there is sent away. Whether they go on asking.
    pub fn note(&mut self, origin: Origin) -> bool {
        self.note_at(origin.block(), Instant::now())
    }

    fn note_at(&mut self, block: u64, now: Instant) -> bool {
        if self.0.len() >= MOST {
            self.0.retain(|_, told| !told.is_over(now));
        }
        match self.0.get_mut(&block).filter(|told| !told.is_over(now)) {
            Some(told) => {
                told.last = now;
                now.duration_since(told.first) >= MOMENT
            }
            None => {
                if self.0.len() < MOST || self.0.contains_key(&block) {
                    self.0.insert(block, Told { first: now, last: now });
                }
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_told_at_once_and_whoever_goes_on_is_not() {
        let (mut away, start) = (SentAway::default(), Instant::now());
        let mut note = |block, millis| away.note_at(block, start + Duration::from_millis(millis));
        assert!(!note(1, 0) && !note(1, 99), "sent in one moment");
        assert!(note(1, 100) && note(1, 2000) && note(1, 3900));
        assert!(!note(2, 3900), "another block");
        assert!(!note(1, 5900), "it stayed away as long as it was asked to");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (mut away, start) = (SentAway::default(), Instant::now());
        for block in 0..2 * MOST as u64 {
            away.note_at(block, start);
        }
        assert_eq!(away.0.len(), MOST);
        away.note_at(u64::MAX, start + AWAY);
        assert_eq!(away.0.len(), 1);
    }
}
