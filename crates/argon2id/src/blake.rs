//! BLAKE2b with any output length, and the RFC's `H'`, which stretches it beyond 64 bytes.

use blake2::Blake2bVarCore;
use blake2::digest::Output;
use blake2::digest::block_api::{UpdateCore, VariableOutputCore};
use blake2::digest::block_buffer::LazyBuffer;
use zeroize::{Zeroize, Zeroizing};

const FULL: usize = 64;
const HALF: usize = FULL / 2;

/// BLAKE2b of the parts one after the other; `out` takes 1 to 64 bytes.
pub fn blake2b(parts: &[&[u8]], out: &mut [u8]) {
    let Ok(mut core) = Blake2bVarCore::new(out.len()) else {
        unreachable!("callers ask for 64 bytes at most");
    };
    let mut buffer = LazyBuffer::default();
    for part in parts {
        buffer.digest_blocks(part, |blocks| core.update_blocks(blocks));
    }
    let mut full = Output::<Blake2bVarCore>::default();
    core.finalize_variable_core(&mut buffer, &mut full);
    out.copy_from_slice(&full[..out.len()]);
    full.zeroize();
    buffer.zeroize();
}

/// `H'`: each link of a chain of full hashes gives its first half, the last link all of itself.
pub fn blake2b_long(parts: &[&[u8]], out: &mut [u8]) {
    // Lengths were checked when the seed was made.
    let length = u32::try_from(out.len()).unwrap_or(u32::MAX).to_le_bytes();
    let parts: Vec<&[u8]> = std::iter::once(&length[..]).chain(parts.iter().copied()).collect();
    if out.len() <= FULL {
        return blake2b(&parts, out);
    }
    let mut link = Zeroizing::new([0; FULL]);
    blake2b(&parts, &mut *link);
    let mut rest = out;
    while rest.len() > FULL {
        let (half, after) = rest.split_at_mut(HALF);
        half.copy_from_slice(&link[..HALF]);
        rest = after;
        let before = link.clone();
        blake2b(&[&*before], if rest.len() > FULL { &mut *link } else { &mut *rest });
    }
}
