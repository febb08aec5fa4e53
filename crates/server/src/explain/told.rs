//! What the log was told already: each hint once, and no cause may drown the others.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use doorstep_account::http::Hint;
use doorstep_base::Cause;

/// So many different hints of one cause are told. Beyond it somebody is making them up.
const MOST_IN_DEV: usize = 100;
const MOST: usize = 30;

pub struct Told {
    most: usize,
    hints: Mutex<HashMap<Option<Cause>, HashSet<u64>>>,
}

impl Told {
    pub fn new(is_dev: bool) -> Self {
        Self { most: if is_dev { MOST_IN_DEV } else { MOST }, hints: Mutex::default() }
    }

    /// Whether nobody was told this yet. Hashes are kept, not texts: a hint may be long.
    pub fn is_first(&self, hint: &Hint) -> bool {
        let mut hasher = DefaultHasher::new();
        hint.text.hash(&mut hasher);
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        let of_cause = hints.entry(hint.cause).or_default();
        of_cause.len() < self.most && of_cause.insert(hasher.finish())
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
}
