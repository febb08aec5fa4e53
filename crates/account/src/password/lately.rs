//! From where checks were served lately, and how many.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::origin::{Key, Origin};

/// So long a check is remembered. Whoever stays away as long counts as new.
const LATELY: Duration = Duration::from_secs(120);
/// So many checks are remembered; beyond that the oldest is forgotten.
const MOST: usize = 16_384;

#[derive(Default)]
pub struct Lately {
    checks: VecDeque<(Instant, Origin)>,
    served: HashMap<Key, u32>,
}

impl Lately {
    pub fn served(&self, key: Key) -> u32 {
        self.served.get(&key).copied().unwrap_or(0)
    }

    pub fn note(&mut self, origin: Origin, now: Instant) {
        if self.checks.len() == MOST {
            self.forget_oldest();
        }
        self.checks.push_back((now, origin));
        for key in origin.path() {
            *self.served.entry(key).or_default() += 1;
        }
    }

    pub fn forget_before(&mut self, now: Instant) {
        while self.checks.front().is_some_and(|(served, _)| now.duration_since(*served) >= LATELY) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((_, origin)) = self.checks.pop_front() else { return };
        for key in origin.path() {
            if let Some(served) = self.served.get_mut(&key) {
                *served -= 1;
                if *served == 0 {
                    self.served.remove(&key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_ends_by_time_and_by_number() {
        let (mut lately, start) = (Lately::default(), Instant::now());
        let first = Origin::of("192.0.2.1", None);
        let [block, _, lane] = first.path();
        lately.note(first, start);
        lately.note(Origin::of("192.0.2.2", None), start + LATELY / 2);
        assert_eq!((lately.served(block), lately.served(lane)), (2, 1));
        lately.forget_before(start + LATELY);
        assert_eq!((lately.served(block), lately.served(lane)), (1, 0));
        for _ in 0..2 * MOST {
            lately.note(first, start + LATELY);
        }
        assert_eq!(lately.served(block) as usize, MOST);
        lately.forget_before(start + 2 * LATELY);
        assert!(lately.checks.is_empty() && lately.served.is_empty(), "nothing is kept");
    }
}
