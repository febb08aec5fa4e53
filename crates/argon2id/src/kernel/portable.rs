//! The block function in plain Rust: for processors without a kernel of their own, and to compare the others with.

use crate::block::Block;
use crate::fill::Compress;

#[derive(Clone, Copy)]
pub struct Portable;

impl Compress for Portable {
    fn compress(self, before: &Block, reference: &Block, current: &mut Block, xor: bool) {
        let mut mixed = Block::ZERO;
        for ((word, a), b) in mixed.0.iter_mut().zip(&before.0).zip(&reference.0) {
            *word = a ^ b;
        }
        let input = mixed;
        for row in 0..8 {
            permute(&mut mixed.0, |word| 16 * row + word);
        }
        for column in 0..8 {
            permute(&mut mixed.0, |word| 16 * (word / 2) + 2 * column + word % 2);
        }
        for ((word, a), b) in current.0.iter_mut().zip(&input.0).zip(&mixed.0) {
            *word = a ^ b ^ if xor { *word } else { 0 };
        }
    }
}

/// One round of BLAKE2b, without a message, over the 16 words that `place` names.
fn permute(words: &mut [u64; Block::WORDS], place: impl Fn(usize) -> usize) {
    let mut v = [0; 16];
    for (number, word) in v.iter_mut().enumerate() {
        *word = words[place(number)];
    }
    for column in 0..4 {
        quarter(&mut v, column, 4 + column, 8 + column, 12 + column);
    }
    for d in 0..4 {
        quarter(&mut v, d, 4 + (d + 1) % 4, 8 + (d + 2) % 4, 12 + (d + 3) % 4);
    }
    for (number, word) in v.iter().enumerate() {
        words[place(number)] = *word;
    }
}

#[inline(always)]
fn quarter(v: &mut [u64; 16], a: usize, b: usize, c: usize, d: usize) {
    v[a] = grow(v[a], v[b]);
    v[d] = (v[d] ^ v[a]).rotate_right(32);
    v[c] = grow(v[c], v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(24);
    v[a] = grow(v[a], v[b]);
    v[d] = (v[d] ^ v[a]).rotate_right(16);
    v[c] = grow(v[c], v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(63);
}

/// BLAKE2b's addition, hardened by a multiplication that a circuit cannot shorten.
#[inline(always)]
fn grow(x: u64, y: u64) -> u64 {
    let product = (x & 0xffff_ffff) * (y & 0xffff_ffff);
    x.wrapping_add(y).wrapping_add(product << 1)
}
