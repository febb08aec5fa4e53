use crate::{Block, Error};
use memmap2::MmapMut;

const HUGE_PAGE: usize = 2 << 20;

/// Memory for one hash at a time, kept from hash to hash: a fresh page costs more than filling it.
///
/// It grows to the largest hash it has seen and stays that size until it is released or dropped.
#[derive(Debug, Default)]
pub struct Memory {
    map: Option<MmapMut>,
}

impl Memory {
    /// Takes nothing from the system until the first hash.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives all of it back to the system. The next hash takes it anew.
    pub fn release(&mut self) {
        self.map = None;
    }

    /// The bytes held now.
    pub fn size(&self) -> usize {
        self.map.as_ref().map_or(0, |map| map.len() - HUGE_PAGE)
    }

    pub(crate) fn blocks(&mut self, count: usize) -> Result<&mut [Block], Error> {
        let bytes = count * size_of::<Block>();
        if self.size() < bytes {
            self.release(); // before the larger one is asked for
        }
        let map = match self.map.take() {
            Some(map) => map,
            None => take(bytes).map_err(Error::Memory)?,
        };
        let map = self.map.insert(map);
        let start = map.as_ptr().align_offset(HUGE_PAGE);
        Ok(map[start..][..bytes].as_chunks_mut().0)
    }
}

/// Maps one huge page more than asked, so that the blocks can start where a huge page does: otherwise small pages
/// hold both ends. What is not touched costs nothing.
fn take(bytes: usize) -> std::io::Result<MmapMut> {
    let map = MmapMut::map_anon(bytes.next_multiple_of(HUGE_PAGE) + HUGE_PAGE)?;
    #[cfg(target_os = "linux")]
    {
        // Both are wishes: a kernel without huge pages hashes just as correctly.
        let _ = map.advise(memmap2::Advice::HugePage);
        // What a password leaves behind has no place in a core dump.
        let _ = map.advise(memmap2::Advice::DontDump);
    }
    Ok(map)
}
