//! The block function in plain Rust: for processors without a kernel of their own, and to compare the others with.

#![expect(clippy::inline_always, reason = "left alone, the compiler calls the small steps: half the speed")]

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
        round(&mut mixed, |word| 16 * row + word);
    }
    for column in 0..8 {
        round(&mut mixed, |word| 16 * (word / 2) + 2 * column + word % 2);
    }
    for ((old, a), b) in current.iter_mut().zip(input).zip(mixed) {
        let kept = if xor { u64::from_le_bytes(*old) } else { 0 };
        *old = (a ^ b ^ kept).to_le_bytes();
    }
    // There is no portable way to fetch what is needed next, but it has to be known.
    ahead(u64::from_le_bytes(current[0]));
}

/// One round of BLAKE2b, without a message, over the 16 words that `place` names.
#[inline(always)]
fn round(words: &mut [u64; WORDS], place: impl Fn(usize) -> usize) {
    let row = |row: usize| std::array::from_fn(|column| words[place(4 * row + column)]);
    let [a, b, c, d] = mix([row(0), row(1), row(2), row(3)]);
    let [a, b, c, d] = mix([a, turn::<1>(b), turn::<2>(c), turn::<3>(d)]);
    for (row, values) in [a, turn::<3>(b), turn::<2>(c), turn::<1>(d)].into_iter().enumerate() {
        for (column, value) in values.into_iter().enumerate() {
            words[place(4 * row + column)] = value;
        }
    }
}

type Row = [u64; 4];

#[inline(always)]
fn turn<const BY: usize>(row: Row) -> Row {
    std::array::from_fn(|column| row[(column + BY) % 4])
}

/// Half a round: the four columns side by side, so that a compiler finds what it can do at once.
#[inline(always)]
fn mix([mut a, mut b, mut c, mut d]: [Row; 4]) -> [Row; 4] {
    a = grow(a, b);
    d = turned_xor::<32>(d, a);
    c = grow(c, d);
    b = turned_xor::<24>(b, c);
    a = grow(a, b);
    d = turned_xor::<16>(d, a);
    c = grow(c, d);
    b = turned_xor::<63>(b, c);
    [a, b, c, d]
}

/// BLAKE2b's addition, hardened by a multiplication that a circuit cannot shorten.
#[inline(always)]
fn grow(x: Row, y: Row) -> Row {
    std::array::from_fn(|column| {
        let (x, y) = (x[column], y[column]);
        let product = (x & 0xffff_ffff) * (y & 0xffff_ffff);
        x.wrapping_add(y).wrapping_add(product << 1)
    })
}

#[inline(always)]
fn turned_xor<const RIGHT: u32>(x: Row, y: Row) -> Row {
    std::array::from_fn(|column| (x[column] ^ y[column]).rotate_right(RIGHT))
}
