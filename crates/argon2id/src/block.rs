/// 1 KiB of Argon2 memory: 8 rows of 16 words.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub struct Block(pub [u64; Block::WORDS]);

impl Block {
    pub const BYTES: usize = 1024;
    pub const WORDS: usize = 128;
    pub const ZERO: Self = Self([0; Self::WORDS]);

    pub fn read(&mut self, bytes: &[u8; Self::BYTES]) {
        let (words, _) = bytes.as_chunks();
        for (word, bytes) in self.0.iter_mut().zip(words) {
            *word = u64::from_le_bytes(*bytes);
        }
    }

    pub fn write(&self, bytes: &mut [u8; Self::BYTES]) {
        let (words, _) = bytes.as_chunks_mut();
        for (bytes, word) in words.iter_mut().zip(self.0) {
            *bytes = word.to_le_bytes();
        }
    }

    /// Views memory as blocks. It must start on a 64-byte border and hold whole blocks.
    #[allow(unsafe_code)]
    pub fn slice_of(bytes: &mut [u8]) -> &mut [Self] {
        // SAFETY: a block is plain words; every pattern of bits is one.
        let (head, blocks, _) = unsafe { bytes.align_to_mut::<Self>() };
        assert!(head.is_empty(), "pages start on page borders");
        blocks
    }
}
