//! The block function in 512-bit vectors. A block is 16 of them, two for each row, and all stay in registers.
//!
//! Steps are written for several independent vectors at a time, because each waits for the one before it: the
//! processor looks only some dozens of instructions ahead for other work.

use super::{Ahead, load512 as load, prefetch, store512 as store};
use crate::Block;
use core::arch::x86_64::{
    __m512i, _mm_cvtsi128_si64, _mm512_add_epi64, _mm512_alignr_epi8, _mm512_castsi512_si128,
    _mm512_mul_epu32, _mm512_permutex_epi64, _mm512_ror_epi64, _mm512_shuffle_i64x2, _mm512_xor_si512,
};

type Vector = __m512i;
/// `N` times the four vectors a, b, c and d of a round; lanes are independent rounds.
type Rounds<const N: usize> = [[Vector; N]; 4];

const ROTATE_1: i32 = 0b00_11_10_01;
const ROTATE_2: i32 = 0b01_00_11_10;
const ROTATE_3: i32 = 0b10_01_00_11;
const LOW_HALVES: i32 = 0b01_00_01_00;
const HIGH_HALVES: i32 = 0b11_10_11_10;

#[target_feature(enable = "avx512f,avx512bw")]
pub fn compress(before: &Block, reference: &Block, current: &mut Block, xor: bool, ahead: Ahead) {
    let input: [Vector; 16] =
        core::array::from_fn(|number| _mm512_xor_si512(load(before, number), load(reference, number)));
    for (number, &vector) in input.iter().enumerate() {
        let kept = if xor { _mm512_xor_si512(vector, load(current, number)) } else { vector };
        store(current, number, kept);
    }
    let state = rows(&input);
    let word = columns::<0>(&state, current);
    prefetch(ahead(word));
    columns::<1>(&state, current);
}

/// One round over each of the eight rows: pairs of rows share four vectors.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn rows(input: &[Vector; 16]) -> [Vector; 16] {
    let low = |from: usize| -> [Vector; 4] {
        core::array::from_fn(|pair| {
            _mm512_shuffle_i64x2::<LOW_HALVES>(input[4 * pair + from], input[4 * pair + from + 2])
        })
    };
    let high = |from: usize| -> [Vector; 4] {
        core::array::from_fn(|pair| {
            _mm512_shuffle_i64x2::<HIGH_HALVES>(input[4 * pair + from], input[4 * pair + from + 2])
        })
    };
    let [a, b, c, d] = mix([low(0), high(0), low(1), high(1)]);
    // Turning a, c and d moves the diagonals into columns as turning b, c and d would, but b is ready last.
    let a = a.map(|a| _mm512_permutex_epi64::<ROTATE_3>(a));
    let d = d.map(|d| _mm512_permutex_epi64::<ROTATE_2>(d));
    let c = c.map(|c| _mm512_permutex_epi64::<ROTATE_1>(c));
    let [a, b, c, d] = mix([a, b, c, d]);
    let a = a.map(|a| _mm512_permutex_epi64::<ROTATE_1>(a));
    let d = d.map(|d| _mm512_permutex_epi64::<ROTATE_2>(d));
    let c = c.map(|c| _mm512_permutex_epi64::<ROTATE_3>(c));
    core::array::from_fn(|number| {
        let (pair, odd) = (number / 4, number % 2 == 1);
        let (left, right) = if odd { (c[pair], d[pair]) } else { (a[pair], b[pair]) };
        match number % 4 {
            0 | 1 => _mm512_shuffle_i64x2::<LOW_HALVES>(left, right),
            _ => _mm512_shuffle_i64x2::<HIGH_HALVES>(left, right),
        }
    })
}

/// One round over each of four columns, two words wide, in the left (0) or right (1) half of the rows. It needs no
/// shuffle to get there: a lane of 128 bits is two words of a column. Writes the half and returns its first word.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn columns<const HALF: usize>(state: &[Vector; 16], current: &mut Block) -> u64 {
    let pair = |row: usize| [state[2 * row + HALF], state[2 * row + 2 + HALF]];
    let [a, [b0, b1], [c0, c1], [d0, d1]] = mix([pair(0), pair(2), pair(4), pair(6)]);
    let [a, [b0, b1], [c1, c0], [d0, d1]] =
        mix([a, [across(b0, b1), across(b1, b0)], [c1, c0], [across(d1, d0), across(d0, d1)]]);
    let [a0, a1] = a;
    let done = [a0, a1, across(b1, b0), across(b0, b1), c0, c1, across(d0, d1), across(d1, d0)];
    let done: [Vector; 8] =
        core::array::from_fn(|row| _mm512_xor_si512(done[row], load(current, 2 * row + HALF)));
    for (row, vector) in done.into_iter().enumerate() {
        store(current, 2 * row + HALF, vector);
    }
    _mm_cvtsi128_si64(_mm512_castsi512_si128(done[0])).cast_unsigned()
}

/// In every 128 bits: the second word of the first vector, then the first word of the second.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn across(first: Vector, second: Vector) -> Vector {
    _mm512_alignr_epi8::<8>(second, first)
}

/// Half a round: the columns of the 4 x 4 words that a, b, c and d are the rows of.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn mix<const N: usize>([mut a, mut b, mut c, mut d]: Rounds<N>) -> Rounds<N> {
    a = grow(a, b);
    d = core::array::from_fn(|n| _mm512_ror_epi64::<32>(_mm512_xor_si512(d[n], a[n])));
    c = grow(c, d);
    b = core::array::from_fn(|n| _mm512_ror_epi64::<24>(_mm512_xor_si512(b[n], c[n])));
    a = grow(a, b);
    d = core::array::from_fn(|n| _mm512_ror_epi64::<16>(_mm512_xor_si512(d[n], a[n])));
    c = grow(c, d);
    b = core::array::from_fn(|n| _mm512_ror_epi64::<63>(_mm512_xor_si512(b[n], c[n])));
    [a, b, c, d]
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn grow<const N: usize>(x: [Vector; N], y: [Vector; N]) -> [Vector; N] {
    core::array::from_fn(|n| {
        let product = _mm512_mul_epu32(x[n], y[n]);
        _mm512_add_epi64(_mm512_add_epi64(x[n], y[n]), _mm512_add_epi64(product, product))
    })
}
