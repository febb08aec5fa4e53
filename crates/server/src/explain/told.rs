//! What the log was told already: each hint once, and no cause may drown the others.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use doorstep_base::Cause;
use doorstep_web::Hint;
use tokio::time::Instant;

/// So many different hints of one cause are told in an hour. Beyond it somebody is making them up, and must not be able to
/// silence a true one for good.
const MOST_IN_DEV: usize = 100;
const MOST: usize = 30;
const HOUR: Duration = Duration::from_hours(1);
/// What is remembered of one cause; after that it is forgotten, and may be told once more.
const MOST_KEPT: usize = 1000;

pub struct Told {
    most: usize,
    kept: Mutex<Kept>,
}

struct Kept {
    /// When the hour began.
    since: Instant,
    causes: HashMap<Option<Cause>, OfCause>,
}

#[derive(Default)]
struct OfCause {
    hints: HashSet<u64>,
    /// Told in this hour.
    count: usize,
}

impl Told {
    pub fn new(is_dev: bool) -> Self {
        let kept = Kept { since: Instant::now(), causes: HashMap::new() };
        Self { most: if is_dev { MOST_IN_DEV } else { MOST }, kept: Mutex::new(kept) }
    }

    /// Whether nobody was told this yet. Hashes are kept, not texts: a hint may be long.
    pub fn is_first(&self, hint: &Hint) -> bool {
        self.is_first_at(hint, Instant::now())
    }

    fn is_first_at(&self, hint: &Hint, now: Instant) -> bool {
        let mut hasher = DefaultHasher::new();
        hint.text.hash(&mut hasher);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(kept.since) >= HOUR {
            kept.since = now;
            kept.causes.retain(|_, of_cause| of_cause.hints.len() < MOST_KEPT);
            kept.causes.values_mut().for_each(|of_cause| of_cause.count = 0);
        }
        let of_cause = kept.causes.entry(hint.cause).or_default();
        let is_first = of_cause.count < self.most && of_cause.hints.insert(hasher.finish());
        of_cause.count += usize::from(is_first);
        is_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_told_once_and_one_cause_never_silences_another() {
        let told = Told::new(false);
        let hint = |n: usize| Hint::new(Cause::OriginRefused, format!("Origin {n}"));
        assert!(told.is_first(&hint(0)));
        assert!(!told.is_first(&hint(0)));
        assert_eq!((0..1000).filter(|n| told.is_first(&hint(*n))).count(), MOST - 1);
        assert!(told.is_first(&Hint::new(Cause::NotJson, "Origin 0")));
    }

    #[test]
    fn made_up_hints_silence_a_true_one_for_an_hour_at_most() {
        let told = Told::new(false);
        let hint = |n: usize| Hint::new(Cause::OriginRefused, format!("Origin {n}"));
        let begun = Instant::now();
        assert_eq!((0..100).filter(|n| told.is_first_at(&hint(*n), begun)).count(), MOST);
        assert!(!told.is_first_at(&hint(1000), begun));
        let later = begun + HOUR * 2;
        assert!(told.is_first_at(&hint(1000), later));
        assert!(!told.is_first_at(&hint(0), later), "what was told is not told again");
        for hour in 2..200 {
            (0..100).for_each(|n| {
                told.is_first_at(&hint(hour * 100 + n), begun + HOUR * u32::try_from(hour).unwrap());
            });
        }
        let kept = told.kept.lock().unwrap().causes[&Some(Cause::OriginRefused)].hints.len();
        assert!(kept <= MOST_KEPT + MOST, "{kept}");
    }
}
