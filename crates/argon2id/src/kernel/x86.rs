//! All that a processor's vectors need of unsafe code: finding out that they exist, loads, stores and prefetches.

mod avx2;
mod avx512;

use super::{Ahead, Compress};
use crate::Block;
use core::arch::x86_64::{
    __m256i, __m512i, _MM_HINT_T0, _mm_prefetch, _mm256_loadu_si256, _mm256_storeu_si256, _mm512_loadu_si512,
    _mm512_storeu_si512,
};

pub fn avx512() -> Option<Compress> {
    fn compress(before: &Block, reference: &Block, current: &mut Block, xor: bool, ahead: Ahead) {
        // SAFETY: nobody gets this function who has not asked for both features below.
        unsafe { avx512::compress(before, reference, current, xor, ahead) }
    }
    let present = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw");
    present.then_some(compress)
}

pub fn avx2() -> Option<Compress> {
    fn compress(before: &Block, reference: &Block, current: &mut Block, xor: bool, ahead: Ahead) {
        // SAFETY: nobody gets this function who has not asked for the feature below.
        unsafe { avx2::compress(before, reference, current, xor, ahead) }
    }
    is_x86_feature_detected!("avx2").then_some(compress)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load512(block: &Block, number: usize) -> __m512i {
    let (vectors, _) = block.as_chunks::<64>();
    // SAFETY: a chunk has the 64 bytes that are read.
    unsafe { _mm512_loadu_si512(vectors[number].as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store512(block: &mut Block, number: usize, vector: __m512i) {
    let (vectors, _) = block.as_chunks_mut::<64>();
    // SAFETY: a chunk has the 64 bytes that are written.
    unsafe { _mm512_storeu_si512(vectors[number].as_mut_ptr().cast(), vector) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load256(block: &Block, number: usize) -> __m256i {
    let (vectors, _) = block.as_chunks::<32>();
    // SAFETY: a chunk has the 32 bytes that are read.
    unsafe { _mm256_loadu_si256(vectors[number].as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store256(block: &mut Block, number: usize, vector: __m256i) {
    let (vectors, _) = block.as_chunks_mut::<32>();
    // SAFETY: a chunk has the 32 bytes that are written.
    unsafe { _mm256_storeu_si256(vectors[number].as_mut_ptr().cast(), vector) }
}

#[inline]
fn prefetch(block: *const Block) {
    for line in 0..size_of::<Block>() / 64 {
        // SAFETY: a prefetch is a hint; it does not fault whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(block.cast::<i8>().wrapping_add(64 * line)) }
    }
}
