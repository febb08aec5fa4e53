//! The memory that bodies may take while they arrive, all together. Whoever sends most of a body and then nothing
//! holds what was sent until the time for bodies is over: a few thousand of them would hold all there is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Every body has this much without asking, so that those who take all that is shared keep no form from being sent:
/// a sign-up, a login or an address is shorter.
pub const OWN: usize = 4 * 1024;

/// What is left of the memory that large bodies share. Clones are handles on the same.
#[derive(Clone, Debug)]
pub struct BodyMemory(Arc<AtomicUsize>);

impl BodyMemory {
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(bytes)))
    }

    fn take(&self, bytes: usize) -> bool {
        let less = |left: usize| left.checked_sub(bytes);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// A body as far as it has arrived. It grows with that and not by what its head promised.
pub struct Arriving {
    bytes: Vec<u8>,
    /// Of the shared memory.
    taken: usize,
    memory: BodyMemory,
}

/// Others have all the memory that is shared.
#[derive(Debug, PartialEq, Eq)]
pub struct NoRoom;

impl Arriving {
    pub fn new(memory: BodyMemory) -> Self {
        Self { bytes: Vec::new(), taken: 0, memory }
    }

    /// Copies a piece. Kept as it came, a piece of one byte would hold the whole buffer that it was read into.
    pub fn add(&mut self, piece: &[u8]) -> Result<(), NoRoom> {
        let length = self.bytes.len() + piece.len();
        if length > self.bytes.capacity() {
            let capacity = length.next_power_of_two();
            let more = capacity.saturating_sub(OWN).saturating_sub(self.taken);
            if !self.memory.take(more) {
                return Err(NoRoom);
            }
            self.taken += more;
            self.bytes.reserve_exact(capacity - self.bytes.len());
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.memory.give_back(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_large_bodies_hold_is_bounded_and_given_back() {
        let memory = BodyMemory::new(12 * 1024);
        let mut first = Arriving::new(memory.clone());
        // 16 KiB, of which 4 are its own.
        first.add(&[b'x'; 16 * 1024]).unwrap();
        let mut second = Arriving::new(memory.clone());
        assert_eq!(second.add(&[b'x'; OWN]), Ok(()), "an ordinary form is always taken");
        assert_eq!(second.add(b"x"), Err(NoRoom));
        drop(first);
        assert_eq!(second.add(b"x"), Ok(()));
        assert_eq!(second.as_bytes().len(), second.len());
        drop(second);
        assert_eq!(memory.0.load(Ordering::Relaxed), 12 * 1024);
    }

    #[test]
    fn pieces_of_one_byte_cost_what_they_are() {
        let mut body = Arriving::new(BodyMemory::new(0));
        for _ in 0..1000 {
            body.add(b"x").unwrap();
        }
        assert!(body.bytes.capacity() <= 1024, "{}", body.bytes.capacity());
    }
}
