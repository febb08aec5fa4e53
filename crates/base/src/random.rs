//! Chance as an argument.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Secret, crypto};

/// A source of random bytes that nobody can predict. The server passes the operating system's generator.
pub trait Random: Send + Sync + 'static {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` fresh random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// A line of its own, for what works in the background: what it draws, and when, does not change what requests draw.
pub struct Forked {
    key: Secret,
    drawn: AtomicU64,
}

impl Forked {
    pub fn of(random: &dyn Random) -> Self {
        Self { key: Secret::random(random), drawn: AtomicU64::new(0) }
    }
}

impl Random for Forked {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(32) {
            let number = self.drawn.fetch_add(1, Ordering::Relaxed);
            let drawn = crypto::mac(self.key.expose(), &[b"drawn", &number.to_be_bytes()]);
            piece.copy_from_slice(&drawn[..piece.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros;
    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn a_line_of_its_own_never_repeats_itself() {
        let forked = Forked::of(&Zeros);
        let drawn: std::collections::HashSet<[u8; 80]> = (0..100).map(|_| bytes(&forked)).collect();
        assert_eq!(drawn.len(), 100);
        let [one] = [drawn.iter().next().unwrap()];
        assert_ne!(one[..32], one[32..64]);
    }
}
