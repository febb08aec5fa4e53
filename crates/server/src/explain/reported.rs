//! What the log already says: each hint once, and no cause may drown the others.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use doorstep_base::Cause;
use doorstep_web::Hint;
use tokio::time::Instant;

/// So many different hints of one cause are reported in an hour. Beyond it somebody is making them up, and must not be able to
/// silence a true one for good.
const MOST_IN_DEV: usize = 100;
const MOST: usize = 30;
const HOUR: Duration = Duration::from_hours(1);
/// What is remembered of one cause; after that it is forgotten, and may be reported once more.
const MOST_KEPT: usize = 1000;

pub struct ReportedHints {
    most: usize,
    kept: Mutex<Kept>,
}

struct Kept {
    /// When the hour began.
    since: Instant,
    causes: HashMap<Option<Cause>, PerCause>,
}

#[derive(Default)]
struct PerCause {
    hints: HashSet<u64>,
    /// Reported in this hour.
    count: usize,
}

impl ReportedHints {
    pub fn new(is_dev: bool) -> Self {
        let kept = Kept { since: Instant::now(), causes: HashMap::new() };
        Self { most: if is_dev { MOST_IN_DEV } else { MOST }, kept: Mutex::new(kept) }
    }

    /// Whether this was not reported yet. Hashes are kept, not texts: a hint may be long.
    pub fn is_first(&self, hint: &Hint) -> bool {
        self.is_first_at(hint, Instant::now())
    }

    fn is_first_at(&self, hint: &Hint, now: Instant) -> bool {
        let mut hasher = DefaultHasher::new();
        hint.text.hash(&mut hasher);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(kept.since) >= HOUR {
            kept.since = now;
            kept.causes.retain(|_, per_cause| per_cause.hints.len() < MOST_KEPT);
            kept.causes.values_mut().for_each(|per_cause| per_cause.count = 0);
        }
        let per_cause = kept.causes.entry(hint.cause).or_default();
        let is_first = per_cause.count < self.most && per_cause.hints.insert(hasher.finish());
        per_cause.count += usize::from(is_first);
        is_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_told_once_and_one_cause_never_silences_another() {
        let reported = ReportedHints::new(false);
        let hint = |n: usize| Hint::new(Cause::OriginRefused, format!("Origin {n}"));
        assert!(reported.is_first(&hint(0)));
        assert!(!reported.is_first(&hint(0)));
        assert_eq!((0..1000).filter(|n| reported.is_first(&hint(*n))).count(), MOST - 1);
        assert!(reported.is_first(&Hint::new(Cause::NotJson, "Origin 0")));
    }

    #[test]
    fn made_up_hints_silence_a_true_one_for_an_hour_at_most() {
        let reported = ReportedHints::new(false);
        let hint = |n: usize| Hint::new(Cause::OriginRefused, format!("Origin {n}"));
        let begun = Instant::now();
        assert_eq!((0..100).filter(|n| reported.is_first_at(&hint(*n), begun)).count(), MOST);
        assert!(!reported.is_first_at(&hint(1000), begun));
        let later = begun + HOUR * 2;
        assert!(reported.is_first_at(&hint(1000), later));
        assert!(!reported.is_first_at(&hint(0), later), "what was reported is not reported again");
        for hour in 2..200 {
            (0..100).for_each(|n| {
                reported.is_first_at(&hint(hour * 100 + n), begun + HOUR * u32::try_from(hour).unwrap());
            });
        }
        let kept = reported.kept.lock().unwrap().causes[&Some(Cause::OriginRefused)].hints.len();
        assert!(kept <= MOST_KEPT + MOST, "{kept}");
    }
}
