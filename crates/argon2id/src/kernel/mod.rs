//! The block function, once for each kind of processor.

mod portable;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86;

use crate::Block;

/// Makes the current block from the block before it and from the one it refers to. `xor` mixes in what it held.
pub type Compress = fn(before: &Block, reference: &Block, current: &mut Block, xor: bool, ahead: Ahead);

/// The first word of a new block decides which block is read next. A kernel calls this with the word as soon as
/// it knows it and fetches what lies at the answer while it computes the rest.
pub type Ahead<'a> = &'a mut dyn FnMut(u64) -> *const Block;

/// The fastest that this processor can run.
pub fn best() -> Compress {
    #[cfg(target_arch = "x86_64")]
    if let Some(compress) = x86::avx512().or_else(x86::avx2) {
        return compress;
    }
    portable::compress
}

/// All that this processor can run.
#[cfg(test)]
pub fn available() -> Vec<(&'static str, Compress)> {
    let portable = Some(portable::compress as Compress);
    #[cfg(target_arch = "x86_64")]
    let all = [("AVX-512", x86::avx512()), ("AVX2", x86::avx2()), ("portable", portable)];
    #[cfg(not(target_arch = "x86_64"))]
    let all = [("portable", portable)];
    all.into_iter().filter_map(|(name, compress)| Some((name, compress?))).collect()
}
