//! Argon2id version 1.3 (RFC 9106) with one lane, for services that hash many passwords on few cores.
//!
//! Two things make it faster than hashing with memory that is allocated for each password: the caller keeps a
//! [`Memory`] and passes it to every call, and the block function uses the widest vectors that the processor
//! offers, decided at run time. The result is the same on every processor.
//!
//! More lanes, associated data and encoded hash strings are left out on purpose: nobody here needs them.

mod blake;
mod fill;
mod kernel;
mod memory;
#[cfg(test)]
mod tests;

pub use memory::Memory;

use blake::{blake2b, blake2b_long};
use kernel::Compress;
use zeroize::Zeroizing;

/// 1 KiB of Argon2 memory: 8 rows of 16 words, least significant byte first on every processor.
type Block = [u8; 1024];

const VERSION: u32 = 0x13;
const ARGON2ID: u32 = 2;
const LANES: u32 = 1;

/// What a hash costs. The numbers belong next to the hash: it can only be repeated with the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    memory_kib: u32,
    passes: u32,
}

impl Params {
    /// At least 8 KiB and at least one pass, as the RFC demands. An upper limit is for the caller to set: the
    /// parameters of an imported hash are input from outside.
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, Error> {
        if memory_kib < 8 {
            return Err(Error::TooLittleMemory);
        }
        if passes == 0 {
            return Err(Error::NoPass);
        }
        Ok(Self { memory_kib, passes })
    }

    pub fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    pub fn passes(&self) -> u32 {
        self.passes
    }

    /// The RFC rounds the memory down to four equal slices, but hashes the number as it was asked for.
    fn blocks(self) -> usize {
        self.memory_kib as usize / fill::SLICES * fill::SLICES
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("Argon2id needs at least 8 KiB of memory")]
    TooLittleMemory,
    #[error("Argon2id needs at least one pass")]
    NoPass,
    #[error("the salt must have at least 8 bytes")]
    ShortSalt,
    #[error("the hash must have at least 4 bytes")]
    ShortOutput,
    #[error("password, salt, secret and hash must each be shorter than 4 GiB")]
    TooLong,
    #[error("the system gave no memory for hashing")]
    Memory(#[source] std::io::Error),
}

/// Fills `out` with the Argon2id hash of `password`. `secret` is the pepper, the RFC's `K`.
///
/// The memory holds data derived from the password afterwards; the next hash overwrites it and
/// [`Memory::release`] hands it back to the system, which clears it.
pub fn hash(
    params: Params,
    password: &[u8],
    salt: &[u8],
    secret: Option<&[u8]>,
    memory: &mut Memory,
    out: &mut [u8],
) -> Result<(), Error> {
    hash_on(kernel::best(), params, password, salt, secret, memory, out)
}

fn hash_on(
    compress: Compress,
    params: Params,
    password: &[u8],
    salt: &[u8],
    secret: Option<&[u8]>,
    memory: &mut Memory,
    out: &mut [u8],
) -> Result<(), Error> {
    if salt.len() < 8 {
        return Err(Error::ShortSalt);
    }
    if out.len() < 4 {
        return Err(Error::ShortOutput);
    }
    let seed = seed(params, password, salt, secret.unwrap_or_default(), out.len())?;
    let blocks = memory.blocks(params.blocks())?;
    for (number, block) in (0u32..).zip(&mut blocks[..2]) {
        blake2b_long(&[&*seed, &number.to_le_bytes(), &0u32.to_le_bytes()], block);
    }
    fill::fill(compress, blocks, params.passes);
    blake2b_long(&[&blocks[blocks.len() - 1]], out);
    Ok(())
}

/// The RFC's `H_0`: everything that goes into a hash, each part preceded by its length.
fn seed(
    params: Params,
    password: &[u8],
    salt: &[u8],
    secret: &[u8],
    length: usize,
) -> Result<Zeroizing<[u8; 64]>, Error> {
    let size = |length: usize| u32::try_from(length).map(u32::to_le_bytes).map_err(|_| Error::TooLong);
    let mut seed = Zeroizing::new([0; 64]);
    blake2b(
        &[
            &LANES.to_le_bytes(),
            &size(length)?,
            &params.memory_kib.to_le_bytes(),
            &params.passes.to_le_bytes(),
            &VERSION.to_le_bytes(),
            &ARGON2ID.to_le_bytes(),
            &size(password.len())?,
            password,
            &size(salt.len())?,
            salt,
            &size(secret.len())?,
            secret,
            &size(0)?,
        ],
        &mut *seed,
    );
    Ok(seed)
}
