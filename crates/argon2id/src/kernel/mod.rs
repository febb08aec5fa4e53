//! The block function, once for each kind of processor.

mod portable;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86;

use crate::Block;
use crate::fill::fill;
use portable::Portable;

#[derive(Clone, Copy)]
pub enum Kernel {
    #[cfg(target_arch = "x86_64")]
    Avx512(x86::Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(x86::Avx2),
    Portable,
}

impl Kernel {
    /// Those that this processor can run, fastest first.
    pub fn available() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let vectors = [x86::Avx512::detect().map(Self::Avx512), x86::Avx2::detect().map(Self::Avx2)];
        #[cfg(not(target_arch = "x86_64"))]
        let vectors = [];
        vectors.into_iter().flatten().chain([Self::Portable])
    }

    pub fn best() -> Self {
        Self::available().next().unwrap_or(Self::Portable)
    }

    pub fn fill(self, blocks: &mut [Block], passes: u32) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(kernel) => fill(kernel, blocks, passes),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(kernel) => fill(kernel, blocks, passes),
            Self::Portable => fill(Portable, blocks, passes),
        }
    }

    #[cfg(test)]
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "AVX2",
            Self::Portable => "portable",
        }
    }
}
