//! In which order password checks are done, and who has to leave when all places are taken.
//!
//! Blocks are served in turns, in a block its networks, and in a network its lanes (see [`Origin`]): three levels with one rule.
//! Whoever was not served lately goes before those who were (as in RFC 8290, FQ-CoDel), and among these whoever was served least
//! and whoever waits longest in turns: whoever floods the queue waits for others, never they for him. Alone, one may have all places; when they are taken, the longest queue gives one to a shorter one,
//! and among equal ones whoever was served more lately gives one to whoever has none.

use std::collections::{HashMap, VecDeque};

use tokio::time::Instant;

use super::lately::Lately;
use super::origin::{Key, Origin};

/// After so many that were not served lately one goes that was: whoever comes as somebody new for every check must not keep those
/// out who were here before.
const MOST_FRESH: usize = 10;

/// Among those with one place each whoever was served so many times more than a newcomer leaves theirs. Somebody who only tries again
/// must not leave it to a row of new ones.
const MARGIN: u32 = 3;

/// What waits, in the order in which it will be served.
pub struct Turns<J> {
    root: Level<J>,
    lately: Lately,
}

/// All that waits from somewhere: under the keys of the next level, or at the last level the checks themselves.
struct Level<J> {
    waiting: usize,
    checks: VecDeque<Check<J>>,
    below: HashMap<Key, Level<J>>,
    /// Each key below stands in one of these two: those that were not served lately when they came,
    fresh: VecDeque<Key>,
    /// and those that were.
    served: VecDeque<Key>,
    /// While others waited who were served lately.
    fresh_in_a_row: usize,
    /// Of those who were served lately it is the turn of whoever waits longest, not of whoever was served least.
    is_turn_of_longest_wait: bool,
}

struct Check<J> {
    id: u64,
    origin: Origin,
    job: J,
}

impl<J> Default for Turns<J> {
    fn default() -> Self {
        Self { root: Level::default(), lately: Lately::default() }
    }
}

impl<J> Default for Level<J> {
    fn default() -> Self {
        let (fresh, served) = (VecDeque::new(), VecDeque::new());
        let (checks, below) = (VecDeque::new(), HashMap::new());
        Self { waiting: 0, checks, below, fresh, served, fresh_in_a_row: 0, is_turn_of_longest_wait: false }
    }
}

impl<J> Turns<J> {
    pub fn waiting(&self) -> usize {
        self.root.waiting
    }

    /// `id` is for [`Self::remove`].
    pub fn push(&mut self, origin: Origin, id: u64, job: J) {
        self.root.push(&origin.path(), Check { id, origin, job }, &self.lately);
    }

    pub fn pop(&mut self, now: Instant) -> Option<J> {
        self.lately.forget_before(now);
        let check = self.root.pop(&self.lately)?;
        self.lately.note(check.origin, now);
        Some(check.job)
    }

    /// Takes out what was not served yet.
    pub fn remove(&mut self, origin: Origin, id: u64) -> Option<J> {
        Some(self.root.remove(&origin.path(), id)?.job)
    }

    /// Whose newest check has to leave for one from `origin`: only that of somebody who keeps more places than `origin` then, or
    /// was served more lately while `origin` has none.
    pub fn victim(&self, origin: Origin) -> Option<Origin> {
        self.root.victim(&origin.path(), &self.lately)
    }

    /// Takes out what came last from there.
    pub fn remove_newest(&mut self, origin: Origin) -> Option<J> {
        let id = self.root.newest(&origin.path())?;
        self.remove(origin, id)
    }
}

impl<J> Level<J> {
    fn push(&mut self, path: &[Key], check: Check<J>, lately: &Lately) {
        self.waiting += 1;
        let Some((key, path)) = path.split_first() else { return self.checks.push_back(check) };
        let order = if lately.served(*key) == 0 { &mut self.fresh } else { &mut self.served };
        let below = self.below.entry(*key).or_insert_with(|| {
            order.push_back(*key);
            Self::default()
        });
        below.push(path, check, lately);
    }

    fn pop(&mut self, lately: &Lately) -> Option<Check<J>> {
        let check = match self.next(lately) {
            Some(key) => {
                let check = self.below.get_mut(&key)?.pop(lately)?;
                if !self.drop_empty(key) {
                    self.served.push_back(key);
                }
                check
            }
            None => self.checks.pop_front()?,
        };
        self.waiting -= 1;
        Some(check)
    }

    /// Takes the next key out of the order.
    fn next(&mut self, lately: &Lately) -> Option<Key> {
        let is_their_turn = self.fresh_in_a_row >= MOST_FRESH && !self.served.is_empty();
        if !is_their_turn && let Some(key) = self.fresh.pop_front() {
            self.fresh_in_a_row = if self.served.is_empty() { 0 } else { self.fresh_in_a_row + 1 };
            return Some(key);
        }
        self.fresh_in_a_row = 0;
        // Both, because whoever comes again under many names was served less than anybody honest, and whoever floods waits longer.
        self.is_turn_of_longest_wait = !self.is_turn_of_longest_wait;
        if !self.is_turn_of_longest_wait {
            return self.served.pop_front();
        }
        let least = self.served.iter().enumerate().min_by_key(|(_, key)| lately.served(**key))?;
        self.served.remove(least.0)
    }

    fn drop_empty(&mut self, key: Key) -> bool {
        let is_empty = self.below.get(&key).is_none_or(|below| below.waiting == 0);
        if is_empty {
            self.below.remove(&key);
        }
        is_empty
    }

    fn remove(&mut self, path: &[Key], id: u64) -> Option<Check<J>> {
        let check = if let Some((key, path)) = path.split_first() {
            let check = self.below.get_mut(key)?.remove(path, id)?;
            if self.drop_empty(*key) {
                self.fresh.retain(|other| other != key);
                self.served.retain(|other| other != key);
            }
            check
        } else {
            let place = self.checks.iter().position(|check| check.id == id)?;
            self.checks.remove(place)?
        };
        self.waiting -= 1;
        Some(check)
    }

    fn newest(&self, path: &[Key]) -> Option<u64> {
        match path.split_first() {
            Some((key, path)) => self.below.get(key)?.newest(path),
            None => self.checks.back().map(|check| check.id),
        }
    }

    fn victim(&self, path: &[Key], lately: &Lately) -> Option<Origin> {
        let (key, path) = path.split_first()?;
        let own = self.below.get(key);
        let own_waiting = own.map_or(0, |own| own.waiting);
        let (longest, below) = self.longest(lately)?;
        let keeps_more = longest != *key && below.waiting > own_waiting + 1;
        // Here all have one place each: `longest` is who was served most.
        let had_more = own_waiting == 0 && lately.served(longest) > lately.served(*key) + MARGIN;
        if keeps_more || had_more {
            return below.crowded(lately);
        }
        own?.victim(path, lately)
    }

    /// Who has most places, and among equal ones whoever was served most.
    fn longest(&self, lately: &Lately) -> Option<(Key, &Self)> {
        let longest =
            self.below.iter().max_by_key(|(key, below)| (below.waiting, lately.served(**key), **key))?;
        Some((*longest.0, longest.1))
    }

    /// The origin with most places among these.
    fn crowded(&self, lately: &Lately) -> Option<Origin> {
        match self.longest(lately) {
            Some((_, below)) => below.crowded(lately),
            None => self.checks.back().map(|check| check.origin),
        }
    }
}

#[cfg(test)]
mod tests;
