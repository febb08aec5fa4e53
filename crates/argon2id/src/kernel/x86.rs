//! The block function in 256-bit vectors: with AVX2, and with AVX-512, which adds rotations and registers.
//!
//! Two 512-bit registers would hold the same as four of these, but cost shuffles that these do not need.

use crate::Block;
use crate::fill::Compress;
use core::arch::x86_64::{
    __m256i, _MM_HINT_T0, _mm_prefetch, _mm256_add_epi64, _mm256_alignr_epi8, _mm256_extract_epi64,
    _mm256_loadu_si256, _mm256_mul_epu32, _mm256_or_si256, _mm256_permute4x64_epi64, _mm256_setzero_si256,
    _mm256_slli_epi64, _mm256_srli_epi64, _mm256_storeu_si256, _mm256_xor_si256,
};

type Vector = __m256i;
const VECTORS: usize = size_of::<Block>() / size_of::<Vector>();

#[derive(Clone, Copy)]
pub struct Avx2(());

impl Avx2 {
    pub fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

#[derive(Clone, Copy)]
pub struct Avx512(());

impl Avx512 {
    pub fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl")).then_some(Self(()))
    }
}

impl Compress for Avx2 {
    #[inline]
    fn compress(
        self,
        before: &Block,
        reference: &Block,
        current: &mut Block,
        xor: bool,
        ahead: impl FnOnce(u64) -> *const Block,
    ) {
        #[target_feature(enable = "avx2")]
        fn with_avx2(
            b: &Block,
            r: &Block,
            c: &mut Block,
            xor: bool,
            ahead: impl FnOnce(u64) -> *const Block,
        ) {
            compress(b, r, c, xor, ahead);
        }
        // SAFETY: `detect` is the only way to get this value.
        unsafe { with_avx2(before, reference, current, xor, ahead) }
    }
}

impl Compress for Avx512 {
    #[inline]
    fn compress(
        self,
        before: &Block,
        reference: &Block,
        current: &mut Block,
        xor: bool,
        ahead: impl FnOnce(u64) -> *const Block,
    ) {
        #[target_feature(enable = "avx2,avx512f,avx512vl")]
        fn with_avx512(
            b: &Block,
            r: &Block,
            c: &mut Block,
            xor: bool,
            ahead: impl FnOnce(u64) -> *const Block,
        ) {
            compress(b, r, c, xor, ahead);
        }
        // SAFETY: `detect` is the only way to get this value.
        unsafe { with_avx512(before, reference, current, xor, ahead) }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(block: &Block, number: usize) -> Vector {
    let (vectors, _) = block.as_chunks::<32>();
    // SAFETY: a chunk has the 32 bytes that are read.
    unsafe { _mm256_loadu_si256(vectors[number].as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(block: &mut Block, number: usize, vector: Vector) {
    let (vectors, _) = block.as_chunks_mut::<32>();
    // SAFETY: a chunk has the 32 bytes that are written.
    unsafe { _mm256_storeu_si256(vectors[number].as_mut_ptr().cast(), vector) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn compress(
    before: &Block,
    reference: &Block,
    current: &mut Block,
    xor: bool,
    ahead: impl FnOnce(u64) -> *const Block,
) {
    let mut state = [_mm256_setzero_si256(); VECTORS];
    for (number, vector) in state.iter_mut().enumerate() {
        *vector = _mm256_xor_si256(load(before, number), load(reference, number));
        let kept = if xor { _mm256_xor_si256(*vector, load(current, number)) } else { *vector };
        store(current, number, kept);
    }
    for row in 0..8 {
        let s = &mut state[4 * row..][..4];
        [s[0], s[1], s[2], s[3]] = row_round([s[0], s[1], s[2], s[3]]);
    }
    let mut ahead = Some(ahead);
    for columns in 0..4 {
        let mut s: [Vector; 8] = core::array::from_fn(|row| state[4 * row + columns]);
        s = column_round(s);
        for row in 0..8 {
            let number = 4 * row + columns;
            let vector = _mm256_xor_si256(s[row], load(current, number));
            store(current, number, vector);
            if number == 0 {
                if let Some(ahead) = ahead.take() {
                    prefetch(ahead(_mm256_extract_epi64::<0>(vector).cast_unsigned()));
                }
            }
        }
    }
}

/// One round over the 16 words of a row.
#[inline]
#[target_feature(enable = "avx2")]
fn row_round(v: [Vector; 4]) -> [Vector; 4] {
    let [a, b, c, d] = mix(v);
    let v = [
        a,
        _mm256_permute4x64_epi64::<0b00_11_10_01>(b),
        _mm256_permute4x64_epi64::<0b01_00_11_10>(c),
        _mm256_permute4x64_epi64::<0b10_01_00_11>(d),
    ];
    let [a, b, c, d] = mix(v);
    [
        a,
        _mm256_permute4x64_epi64::<0b10_01_00_11>(b),
        _mm256_permute4x64_epi64::<0b01_00_11_10>(c),
        _mm256_permute4x64_epi64::<0b00_11_10_01>(d),
    ]
}

/// One round over two columns: each vector holds a pair of words of the one and a pair of the other.
#[inline]
#[target_feature(enable = "avx2")]
fn column_round([a0, a1, b0, b1, c0, c1, d0, d1]: [Vector; 8]) -> [Vector; 8] {
    let [a0, b0, c0, d0] = mix([a0, b0, c0, d0]);
    let [a1, b1, c1, d1] = mix([a1, b1, c1, d1]);
    let (x0, x1) = (_mm256_alignr_epi8::<8>(b1, b0), _mm256_alignr_epi8::<8>(b0, b1));
    let (y0, y1) = (_mm256_alignr_epi8::<8>(d0, d1), _mm256_alignr_epi8::<8>(d1, d0));
    let [a0, b0, c1, d0] = mix([a0, x0, c1, y0]);
    let [a1, b1, c0, d1] = mix([a1, x1, c0, y1]);
    let (x0, x1) = (_mm256_alignr_epi8::<8>(b0, b1), _mm256_alignr_epi8::<8>(b1, b0));
    let (y0, y1) = (_mm256_alignr_epi8::<8>(d1, d0), _mm256_alignr_epi8::<8>(d0, d1));
    [a0, a1, x0, x1, c0, c1, y0, y1]
}

#[inline]
#[target_feature(enable = "avx2")]
fn mix([a, b, c, d]: [Vector; 4]) -> [Vector; 4] {
    let a = grow(a, b);
    let d = rotate::<32, 32>(_mm256_xor_si256(d, a));
    let c = grow(c, d);
    let b = rotate::<24, 40>(_mm256_xor_si256(b, c));
    let a = grow(a, b);
    let d = rotate::<16, 48>(_mm256_xor_si256(d, a));
    let c = grow(c, d);
    let b = rotate::<63, 1>(_mm256_xor_si256(b, c));
    [a, b, c, d]
}

#[inline]
#[target_feature(enable = "avx2")]
fn grow(x: Vector, y: Vector) -> Vector {
    let product = _mm256_mul_epu32(x, y);
    _mm256_add_epi64(_mm256_add_epi64(x, y), _mm256_add_epi64(product, product))
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate<const RIGHT: i32, const LEFT: i32>(x: Vector) -> Vector {
    _mm256_or_si256(_mm256_srli_epi64::<RIGHT>(x), _mm256_slli_epi64::<LEFT>(x))
}

#[inline]
fn prefetch(block: *const Block) {
    for line in 0..size_of::<Block>() / 64 {
        // SAFETY: a prefetch never faults, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(block.cast::<i8>().wrapping_add(64 * line)) }
    }
}
