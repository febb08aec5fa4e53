//! The block function in 256-bit vectors. A block is 32 of them, four for each row; eight are worked on at a time.

use super::{Ahead, load256 as load, prefetch, store256 as store};
use crate::Block;
use core::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_alignr_epi8, _mm256_extract_epi64, _mm256_mul_epu32, _mm256_or_si256,
    _mm256_permute4x64_epi64, _mm256_slli_epi64, _mm256_srli_epi64, _mm256_xor_si256,
};

type Vector = __m256i;
/// Twice the four vectors a, b, c and d of a round; lanes are independent rounds.
type Rounds = [[Vector; 2]; 4];

const ROTATE_1: i32 = 0b00_11_10_01;
const ROTATE_2: i32 = 0b01_00_11_10;
const ROTATE_3: i32 = 0b10_01_00_11;

#[target_feature(enable = "avx2")]
pub fn compress(before: &Block, reference: &Block, current: &mut Block, xor: bool, ahead: Ahead) {
    let mut state: [Vector; 32] =
        core::array::from_fn(|number| _mm256_xor_si256(load(before, number), load(reference, number)));
    for (number, &vector) in state.iter().enumerate() {
        let kept = if xor { _mm256_xor_si256(vector, load(current, number)) } else { vector };
        store(current, number, kept);
    }
    for pair in state.as_chunks_mut().0 {
        rows(pair);
    }
    let word = columns(&state, 0, current);
    prefetch(ahead(word));
    for place in 1..4 {
        columns(&state, place, current);
    }
}

/// One round over each of two rows.
#[inline]
#[target_feature(enable = "avx2")]
fn rows(state: &mut [Vector; 8]) {
    let [a0, b0, c0, d0, a1, b1, c1, d1] = *state;
    let [a, b, c, d] = mix([[a0, a1], [b0, b1], [c0, c1], [d0, d1]]);
    // Turning a, c and d moves the diagonals into columns as turning b, c and d would, but b is ready last.
    let a = a.map(|a| _mm256_permute4x64_epi64::<ROTATE_3>(a));
    let d = d.map(|d| _mm256_permute4x64_epi64::<ROTATE_2>(d));
    let c = c.map(|c| _mm256_permute4x64_epi64::<ROTATE_1>(c));
    let [a, [b0, b1], c, d] = mix([a, b, c, d]);
    let [a0, a1] = a.map(|a| _mm256_permute4x64_epi64::<ROTATE_1>(a));
    let [d0, d1] = d.map(|d| _mm256_permute4x64_epi64::<ROTATE_2>(d));
    let [c0, c1] = c.map(|c| _mm256_permute4x64_epi64::<ROTATE_3>(c));
    *state = [a0, b0, c0, d0, a1, b1, c1, d1];
}

/// One round over each of two columns, two words wide, in one quarter of the rows. It needs no shuffle to get
/// there: a lane of 128 bits is two words of a column. Writes the quarter and returns its first word.
#[inline]
#[target_feature(enable = "avx2")]
fn columns(state: &[Vector; 32], quarter: usize, current: &mut Block) -> u64 {
    let pair = |row: usize| [state[4 * row + quarter], state[4 * row + 4 + quarter]];
    let [a, [b0, b1], [c0, c1], [d0, d1]] = mix([pair(0), pair(2), pair(4), pair(6)]);
    let [a, [b0, b1], [c1, c0], [d0, d1]] =
        mix([a, [across(b0, b1), across(b1, b0)], [c1, c0], [across(d1, d0), across(d0, d1)]]);
    let [a0, a1] = a;
    let done = [a0, a1, across(b1, b0), across(b0, b1), c0, c1, across(d0, d1), across(d1, d0)];
    let done: [Vector; 8] =
        core::array::from_fn(|row| _mm256_xor_si256(done[row], load(current, 4 * row + quarter)));
    for (row, vector) in done.into_iter().enumerate() {
        store(current, 4 * row + quarter, vector);
    }
    _mm256_extract_epi64::<0>(done[0]).cast_unsigned()
}

/// In every 128 bits: the second word of the first vector, then the first word of the second.
#[inline]
#[target_feature(enable = "avx2")]
fn across(first: Vector, second: Vector) -> Vector {
    _mm256_alignr_epi8::<8>(second, first)
}

/// Half a round: the columns of the 4 x 4 words that a, b, c and d are the rows of.
#[inline]
#[target_feature(enable = "avx2")]
fn mix([mut a, mut b, mut c, mut d]: Rounds) -> Rounds {
    a = grow(a, b);
    d = turn::<32, 32>(d, a);
    c = grow(c, d);
    b = turn::<24, 40>(b, c);
    a = grow(a, b);
    d = turn::<16, 48>(d, a);
    c = grow(c, d);
    b = turn::<63, 1>(b, c);
    [a, b, c, d]
}

#[inline]
#[target_feature(enable = "avx2")]
fn grow(x: [Vector; 2], y: [Vector; 2]) -> [Vector; 2] {
    core::array::from_fn(|n| {
        let product = _mm256_mul_epu32(x[n], y[n]);
        _mm256_add_epi64(_mm256_add_epi64(x[n], y[n]), _mm256_add_epi64(product, product))
    })
}

#[inline]
#[target_feature(enable = "avx2")]
fn turn<const RIGHT: i32, const LEFT: i32>(x: [Vector; 2], y: [Vector; 2]) -> [Vector; 2] {
    core::array::from_fn(|n| {
        let x = _mm256_xor_si256(x[n], y[n]);
        _mm256_or_si256(_mm256_srli_epi64::<RIGHT>(x), _mm256_slli_epi64::<LEFT>(x))
    })
}
