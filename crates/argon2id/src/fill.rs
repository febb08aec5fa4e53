//! Which block is made from which: the RFC's section 3.4 for one lane.

use crate::block::Block;

pub const SLICES: usize = 4;
const ARGON2ID: u64 = 2;

/// Makes `current` from the block before it and from the one it refers to. `xor` keeps what it held.
pub trait Compress: Copy {
    fn compress(self, before: &Block, reference: &Block, current: &mut Block, xor: bool);
}

pub fn fill(kernel: impl Compress, blocks: &mut [Block], passes: u32) {
    for pass in 0..passes as usize {
        for slice in 0..SLICES {
            fill_slice(kernel, blocks, passes, pass, slice);
        }
    }
}

fn fill_slice(kernel: impl Compress, blocks: &mut [Block], passes: u32, pass: usize, slice: usize) {
    let length = blocks.len() / SLICES;
    let first = if pass == 0 && slice == 0 { 2 } else { 0 };
    let independent = pass == 0 && slice < SLICES / 2;
    let window = Window::new(blocks.len(), pass, slice);
    let mut addresses = Addresses::new(blocks.len(), passes, slice);
    for index in first..length {
        let current = slice * length + index;
        let before = current.checked_sub(1).unwrap_or(blocks.len() - 1);
        let random = if independent { addresses.get(kernel, index) } else { blocks[before].0[0] };
        let reference = window.pick(index, random);
        let Ok([before, reference, current]) = blocks.get_disjoint_mut([before, reference, current]) else {
            unreachable!("the window holds neither the current block nor the one before it");
        };
        kernel.compress(before, reference, current, pass > 0);
    }
}

/// The blocks that a block may refer to.
#[derive(Clone, Copy)]
pub struct Window {
    start: usize,
    /// Blocks in finished slices; the current slice adds those before the current block but one.
    finished: usize,
    all: usize,
}

impl Window {
    fn new(all: usize, pass: usize, slice: usize) -> Self {
        let length = all / SLICES;
        let (start, finished) = match pass {
            0 => (0, slice * length),
            _ => ((slice + 1) % SLICES * length, all - length),
        };
        Self { start, finished, all }
    }

    /// Prefers recent blocks: the distance back grows with the square of the random word's low half.
    pub fn pick(&self, index: usize, random: u64) -> usize {
        let area = (self.finished + index - 1) as u64;
        let low = random & 0xffff_ffff;
        let back = (area * (low * low >> 32)) >> 32;
        let place = self.start + (area - 1 - back) as usize;
        if place < self.all { place } else { place - self.all }
    }
}

/// The first half of the first pass takes its random words from a counter, so that what it reads does not
/// depend on the password.
struct Addresses {
    input: Block,
    words: Block,
}

impl Addresses {
    fn new(all: usize, passes: u32, slice: usize) -> Self {
        let mut input = Block::ZERO;
        let lane = 0;
        input.0[..6].copy_from_slice(&[0, lane, slice as u64, all as u64, u64::from(passes), ARGON2ID]);
        Self { input, words: Block::ZERO }
    }

    fn get(&mut self, kernel: impl Compress, index: usize) -> u64 {
        let place = index % Block::WORDS;
        let counter = (index / Block::WORDS + 1) as u64;
        if self.input.0[6] != counter {
            self.input.0[6] = counter;
            let mut once = Block::ZERO;
            kernel.compress(&Block::ZERO, &self.input, &mut once, false);
            kernel.compress(&Block::ZERO, &once, &mut self.words, false);
        }
        self.words.0[place]
    }
}
