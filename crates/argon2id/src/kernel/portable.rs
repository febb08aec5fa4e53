//! The block function in plain Rust: for processors without a kernel of their own, and to compare the others with.

use super::Ahead;
use crate::Block;

const WORDS: usize = size_of::<Block>() / size_of::<u64>();

pub fn compress(before: &Block, reference: &Block, current: &mut Block, xor: bool, ahead: Ahead) {
    let (before, reference, current) =
        (before.as_chunks().0, reference.as_chunks().0, current.as_chunks_mut().0);
    let mut input = [0; WORDS];
    for ((word, a), b) in input.iter_mut().zip(before).zip(reference) {
        *word = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
    }
    let mut mixed = input;
    for row in 0..8 {
        permute(&mut mixed, |word| 16 * row + word);
    }
    for column in 0..8 {
        permute(&mut mixed, |word| 16 * (word / 2) + 2 * column + word % 2);
    }
    for ((old, a), b) in current.iter_mut().zip(input).zip(mixed) {
        let kept = if xor { u64::from_le_bytes(*old) } else { 0 };
        *old = (a ^ b ^ kept).to_le_bytes();
    }
    // There is no portable way to fetch what is needed next, but it has to be known.
    ahead(u64::from_le_bytes(current[0]));
}

/// One round of BLAKE2b, without a message, over the 16 words that `place` names.
fn permute(words: &mut [u64; WORDS], place: impl Fn(usize) -> usize) {
    let mut v: [u64; 16] = std::array::from_fn(|number| words[place(number)]);
    for column in 0..4 {
        quarter(&mut v, [column, 4 + column, 8 + column, 12 + column]);
    }
    for start in 0..4 {
        quarter(&mut v, [start, 4 + (start + 1) % 4, 8 + (start + 2) % 4, 12 + (start + 3) % 4]);
    }
    for (number, word) in v.into_iter().enumerate() {
        words[place(number)] = word;
    }
}

#[inline]
#[expect(clippy::many_single_char_names, reason = "the names that the RFC gives them")]
fn quarter(v: &mut [u64; 16], [a, b, c, d]: [usize; 4]) {
    for [right, left] in [[32, 24], [16, 63]] {
        v[a] = grow(v[a], v[b]);
        v[d] = (v[d] ^ v[a]).rotate_right(right);
        v[c] = grow(v[c], v[d]);
        v[b] = (v[b] ^ v[c]).rotate_right(left);
    }
}

/// BLAKE2b's addition, hardened by a multiplication that a circuit cannot shorten.
#[inline]
fn grow(x: u64, y: u64) -> u64 {
    let product = (x & 0xffff_ffff) * (y & 0xffff_ffff);
    x.wrapping_add(y).wrapping_add(product << 1)
}
