//! The block function, once for each kind of processor.

mod portable;

use crate::block::Block;
use crate::fill::fill;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    Portable,
}

impl Kernel {
    pub fn fill(self, blocks: &mut [Block], passes: u32) {
        match self {
            Self::Portable => fill(portable::Portable, blocks, passes),
        }
    }
}

pub fn best() -> Kernel {
    Kernel::Portable
}

#[cfg(test)]
pub fn available() -> Vec<Kernel> {
    vec![Kernel::Portable]
}
