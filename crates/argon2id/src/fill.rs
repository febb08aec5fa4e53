//! Which block is made from which: the RFC's section 3.4 for one lane.

use crate::Block;
use crate::kernel::Compress;

pub const SLICES: usize = 4;
const ARGON2ID: u64 = 2;

pub fn fill(compress: Compress, blocks: &mut [Block], passes: u32) {
    for pass in 0..passes {
        for slice in 0..SLICES {
            fill_slice(compress, blocks, passes, pass, slice);
        }
    }
}

fn fill_slice(compress: Compress, blocks: &mut [Block], passes: u32, pass: u32, slice: usize) {
    let length = blocks.len() / SLICES;
    let first = if pass == 0 && slice == 0 { 2 } else { 0 };
    let window = Window::new(blocks.len(), pass, slice);
    let mut addresses =
        (pass == 0 && slice < SLICES / 2).then(|| Addresses::new(blocks.len(), passes, slice));
    let mut pick = |index, word| {
        let random = addresses.as_mut().map_or(word, |addresses| addresses.get(compress, index));
        window.pick(index, random)
    };
    let before = |current: usize| current.checked_sub(1).unwrap_or(blocks.len() - 1);

    let start = blocks.as_ptr();
    let mut reference = pick(first, first_word(&blocks[before(slice * length + first)]));
    for index in first..length {
        let current = slice * length + index;
        let before = current.checked_sub(1).unwrap_or(blocks.len() - 1);
        let Ok([before, old, current]) = blocks.get_disjoint_mut([before, reference, current]) else {
            unreachable!("the window holds neither the current block nor the one before it");
        };
        compress(before, old, current, pass > 0, &mut |word| {
            reference = pick(index + 1, word);
            start.wrapping_add(reference)
        });
    }
}

fn first_word(block: &Block) -> u64 {
    word(block, 0)
}

fn word(block: &Block, number: usize) -> u64 {
    u64::from_le_bytes(block.as_chunks().0[number])
}

/// The blocks that a block may refer to.
#[derive(Clone, Copy)]
struct Window {
    start: usize,
    /// Blocks in finished slices; the current slice adds those before the current block but one.
    finished: usize,
    all: usize,
}

impl Window {
    fn new(all: usize, pass: u32, slice: usize) -> Self {
        let length = all / SLICES;
        let (start, finished) = match pass {
            0 => (0, slice * length),
            _ => ((slice + 1) % SLICES * length, all - length),
        };
        Self { start, finished, all }
    }

    /// Prefers recent blocks: the distance back grows with the square of the random word's low half.
    #[expect(clippy::cast_possible_truncation, reason = "the product is smaller than the number of blocks")]
    fn pick(self, index: usize, random: u64) -> usize {
        let area = (self.finished + index - 1) as u64;
        let low = random & 0xffff_ffff;
        let back = (area * ((low * low) >> 32)) >> 32;
        let place = self.start + (area - 1 - back) as usize;
        if place < self.all { place } else { place - self.all }
    }
}

/// The first half of the first pass takes its random words from a counter, so that what it reads does not
/// depend on the password.
struct Addresses {
    input: Block,
    words: Block,
    counter: usize,
}

impl Addresses {
    const COUNT: usize = size_of::<Block>() / size_of::<u64>();

    fn new(all: usize, passes: u32, slice: usize) -> Self {
        let lane = 0;
        let mut addresses = Self { input: [0; _], words: [0; _], counter: 0 };
        let pass = 0;
        for (number, value) in
            [pass, lane, slice as u64, all as u64, u64::from(passes), ARGON2ID].into_iter().enumerate()
        {
            addresses.set(number, value);
        }
        addresses
    }

    fn set(&mut self, number: usize, value: u64) {
        self.input.as_chunks_mut().0[number] = value.to_le_bytes();
    }

    fn get(&mut self, compress: Compress, index: usize) -> u64 {
        let counter = index / Self::COUNT + 1;
        if self.counter != counter {
            self.counter = counter;
            self.set(6, counter as u64);
            let (zero, mut once) = ([0; _], [0; _]);
            compress(&zero, &self.input, &mut once, false, &mut |_| &raw const zero);
            compress(&zero, &once, &mut self.words, false, &mut |_| &raw const zero);
        }
        word(&self.words, index % Self::COUNT)
    }
}
