//! Chance as an argument.

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
