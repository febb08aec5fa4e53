//! Which of many is idle longest, without looking at all of them for everybody who asks: some are found at a time, and
//! where there were none, nobody looks again at once. A crowd that connects again and again costs no more by that.

use std::time::Duration;

use tokio::time::Instant;

/// So many are found at a time.
const MOST: usize = 64;
const PAUSE: Duration = Duration::from_millis(20);
const RECENT: Duration = Duration::from_secs(2);

pub struct Idlest<T> {
    /// The idlest last.
    found: Vec<T>,
    looked: Option<Instant>,
}

impl<T> Default for Idlest<T> {
    fn default() -> Self {
        Self { found: Vec::new(), looked: None }
    }
}

impl<T> Idlest<T> {
    /// The next one, of those that are idle still. `all` has each that is idle now, with what the longest idle has most of.
    pub fn next<K: Ord>(
        &mut self,
        now: Instant,
        is_idle: impl Fn(&T) -> bool,
        all: impl FnOnce() -> Vec<(K, T)>,
    ) -> Option<T> {
        // Whoever was idlest then may have been used since, and others have gone idle.
        if !self.is_recent(now) {
            self.found.clear();
        }
        if let Some(next) = self.pop(&is_idle) {
            return Some(next);
        }
        if self.looked.is_some_and(|at| now.saturating_duration_since(at) < PAUSE) {
            return None;
        }
        self.looked = Some(now);
        let mut all = all();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        let few = all.len().saturating_sub(MOST);
        self.found = all.drain(few..).map(|(_, item)| item).collect();
        self.pop(&is_idle)
    }

    /// Whether it may be of use still.
    pub fn is_recent(&self, now: Instant) -> bool {
        self.looked.is_some_and(|at| now.saturating_duration_since(at) < RECENT)
    }

    fn pop(&mut self, is_idle: impl Fn(&T) -> bool) -> Option<T> {
        while let Some(item) = self.found.pop() {
            if is_idle(&item) {
                return Some(item);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_idlest_come_first_and_nobody_looks_twice_at_once() {
        let (mut idlest, looks) = (Idlest::default(), Cell::new(0));
        let mut next = |now, idle: std::ops::Range<u32>| {
            let all = || {
                looks.set(looks.get() + 1);
                idle.map(|number| (number, number)).collect()
            };
            idlest.next(now, |number| *number != 98, all)
        };
        let now = Instant::now();
        assert_eq!((next(now, 0..100), next(now, 0..0), next(now, 0..0)), (Some(99), Some(97), Some(96)));
        let left = std::iter::from_fn(|| next(now, 0..100)).count();
        assert_eq!((left, looks.get()), (MOST - 4, 1));
        let later = now + PAUSE;
        assert_eq!((next(later, 0..0), next(later, 0..9), looks.get()), (None, None, 2));
        assert_eq!((next(later + PAUSE, 0..9), looks.get()), (Some(8), 3));
        assert_eq!(
            (next(later + PAUSE + RECENT, 20..30), looks.get()),
            (Some(29), 4),
            "those found before are old"
        );
    }
}
