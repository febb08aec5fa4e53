//! The memory that bodies may take while they arrive, all together. Whoever sends most of a body and then nothing
//! holds what was sent until the time for bodies is over: a few thousand of them would hold all there is.

use crate::{NoneLeft, Share, Shares};

/// Every body has this much without asking, so that those who take all that is shared keep no form from being sent:
/// a sign-up, a login or an address is shorter.
pub const OWN: usize = 4 * 1024;

/// A body as far as it has arrived. It grows with that and not by what its head promised.
pub struct Arriving {
    bytes: Vec<u8>,
    /// Of the shared memory.
    taken: Share,
}

/// The memory that large bodies share. One network has a quarter of it at most, those around it more.
pub fn shared(bytes: usize) -> Shares {
    Shares::new(bytes, bytes / 4)
}

impl Arriving {
    pub const fn new(taken: Share) -> Self {
        Self { bytes: Vec::new(), taken }
    }

    /// Copies a piece. Kept as it came, a piece of one byte would hold the whole buffer that it was read into.
    pub fn add(&mut self, piece: &[u8]) -> Result<(), NoneLeft> {
        let length = self.bytes.len() + piece.len();
        if length > self.bytes.capacity() {
            let capacity = length.next_power_of_two();
            let more = capacity.saturating_sub(OWN).saturating_sub(self.taken.amount());
            self.taken.grow(more)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_large_bodies_hold_is_bounded_and_given_back() {
        let memory = Shares::new(12 * 1024, usize::MAX);
        let arriving = || Arriving::new(memory.share_of(Some("192.0.2.1")));
        let mut first = arriving();
        // 16 KiB, of which 4 are its own.
        first.add(&[b'x'; 16 * 1024]).unwrap();
        let mut second = arriving();
        assert_eq!(second.add(&[b'x'; OWN]), Ok(()), "an ordinary form is always taken");
        assert_eq!(second.add(b"x"), Err(NoneLeft));
        drop(first);
        assert_eq!(second.add(b"x"), Ok(()));
        assert_eq!(second.as_bytes().len(), second.len());
        drop(second);
        assert_eq!(memory.share_of(None).grow(12 * 1024), Ok(()));
    }

    #[test]
    fn bodies_of_one_network_leave_room_for_those_of_others() {
        let memory = shared(64 * 1024);
        let arriving = |network| Arriving::new(memory.share_of(Some(network)));
        let mut hostile: Vec<_> = (0..10).map(|_| arriving("203.0.113.1")).collect();
        let taken = hostile.iter_mut().filter_map(|body| body.add(&[b'x'; 2 * OWN]).ok()).count();
        assert_eq!(taken, 4);
        assert_eq!(arriving("198.51.100.1").add(&[b'x'; 2 * OWN]), Ok(()));
    }

    #[test]
    fn pieces_of_one_byte_cost_what_they_are() {
        let mut body = Arriving::new(Shares::new(0, 0).share_of(None));
        for _ in 0..1000 {
            body.add(b"x").unwrap();
        }
        assert!(body.bytes.capacity() <= 1024, "{}", body.bytes.capacity());
    }
}
