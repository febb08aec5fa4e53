use crate::{Block, Error};
use memmap2::MmapMut;

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
        self.map.as_ref().map_or(0, |map| map.len())
    }

    pub(crate) fn blocks(&mut self, count: usize) -> Result<&mut [Block], Error> {
        let bytes = count * size_of::<Block>();
        let map = match self.map.take() {
            Some(map) if map.len() >= bytes => map,
            small => {
                drop(small); // before the larger one is asked for
                take(bytes).map_err(Error::Memory)?
            }
        };
        Ok(&mut self.map.insert(map).as_chunks_mut().0[..count])
    }
}

fn take(bytes: usize) -> std::io::Result<MmapMut> {
    let map = MmapMut::map_anon(bytes)?;
    #[cfg(target_os = "linux")]
    {
        // Both are wishes: a kernel without huge pages hashes just as correctly.
        let _ = map.advise(memmap2::Advice::HugePage);
        // What a password leaves behind has no place in a core dump.
        let _ = map.advise(memmap2::Advice::DontDump);
    }
    Ok(map)
}
