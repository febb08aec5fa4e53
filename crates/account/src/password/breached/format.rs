//! The file of breached passwords: many small binary fuse filters (shards), found by the first bits of a password's SHA-1.
//! A look-up reads one shard, some 35 KB; only the index stays in memory. The list inside the binary has the same format.
//! Why so: docs/decisions/breached-passwords.md. Numbers are little-endian:
//!
//! ```text
//! magic 8 | version u32 | bits u32 | passwords u64 | length of the file u64
//! index: for each of 2^bits shards  offset u64 | first 8 bytes of the shard's SHA-256
//! SHA-256 of all the above
//! shards: seed u64 | segment length u32 | length of all but two segments u32 | fingerprints u16 …
//! ```

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use doorstep_base::crypto::{sha1_for_breach_lists, sha256};
use xorf::{BinaryFuse16, Descriptor, Filter as _};

const MAGIC: [u8; 8] = *b"DSBREACH";
const VERSION: u32 = 1;
pub(super) const HEADER: usize = 32;
const ENTRY: usize = 16;
const CHECKSUM: usize = 32;
const DESCRIPTOR: usize = 16;
/// An index of 16 MB, for seventeen thousand million passwords: a file that says more is none of ours.
pub(super) const MOST_BITS: u32 = 20;

/// What a password is found by: the beginning of its SHA-1. Of two thousand million different passwords two may share one.
pub fn key_of(sha1: &[u8; 20]) -> u64 {
    u64::from_be_bytes(first_8(sha1))
}

/// The shard that a key belongs to.
pub(super) fn shard_of(key: u64, bits: u32) -> usize {
    // A shift by all 64 bits would be none.
    usize::try_from(key.checked_shr(64 - bits).unwrap_or(0)).unwrap_or(usize::MAX)
}

pub(super) fn head_length(bits: u32) -> usize {
    HEADER + (ENTRY << bits) + CHECKSUM
}

/// Header, index and checksum. `shards` has where each begins, and its checksum.
pub(super) fn head(bits: u32, passwords: u64, length: u64, shards: &[(u64, [u8; 8])]) -> Vec<u8> {
    let mut head = Vec::with_capacity(head_length(bits));
    head.extend(MAGIC);
    head.extend(VERSION.to_le_bytes());
    head.extend(bits.to_le_bytes());
    head.extend(passwords.to_le_bytes());
    head.extend(length.to_le_bytes());
    for (offset, checksum) in shards {
        head.extend(offset.to_le_bytes());
        head.extend(checksum);
    }
    let checksum = sha256(&head);
    head.extend(checksum);
    head
}

pub(super) fn checksum_of(shard: &[u8]) -> [u8; 8] {
    first_8(&sha256(shard))
}

/// A shard of sorted, different keys. One without any has no bytes.
pub(super) fn shard(keys: &[u64]) -> Result<Vec<u8>, &'static str> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let BinaryFuse16 { descriptor, fingerprints } = BinaryFuse16::try_from(keys)?;
    let mut bytes = Vec::with_capacity(DESCRIPTOR + 2 * fingerprints.len());
    bytes.extend(descriptor.seed.to_le_bytes());
    bytes.extend(descriptor.segment_length.to_le_bytes());
    bytes.extend(descriptor.segment_count_length.to_le_bytes());
    bytes.extend(fingerprints.iter().flat_map(|fingerprint| fingerprint.to_le_bytes()));
    Ok(bytes)
}

/// What shards are read from.
pub trait Source {
    fn length(&self) -> io::Result<u64>;
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()>;
}

impl Source for File {
    fn length(&self) -> io::Result<u64> {
        let about = self.metadata()?;
        if about.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { Ok(about.len()) }
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        self.read_exact_at(bytes, offset)
    }
}

impl Source for &[u8] {
    fn length(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let begin = usize::try_from(offset).unwrap_or(usize::MAX);
        let part = self.get(begin..).and_then(|rest| rest.get(..bytes.len()));
        bytes.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Damaged {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("is no file of breached passwords: make one with `doorstep breached build`")]
    Foreign,
    #[error("has version {0} of the format, and this program reads version {VERSION}: build it again")]
    Version(u32),
    #[error("has {found} bytes of {length}: copy it again, or build it again")]
    Cut { found: u64, length: u64 },
    #[error("is damaged, its checksum is another: copy it again, or build it again")]
    Checksum,
}

#[derive(Debug, thiserror::Error)]
#[error("{} {damaged}", path.display())]
pub struct OpenError {
    path: PathBuf,
    pub damaged: Damaged,
}

/// An opened list.
pub struct Filter<S> {
    source: S,
    bits: u32,
    passwords: u64,
    /// Where each shard begins and its checksum; after the last one, the end.
    index: Vec<(u64, [u8; 8])>,
}

impl<S: Source> Filter<S> {
    /// Reads header and index. A file that is cut off or not ours is refused here; each shard is checked when it is read.
    pub fn open(source: S) -> Result<Self, Damaged> {
        let found = source.length()?;
        let mut header = [0; HEADER];
        if found < HEADER as u64 {
            return Err(Damaged::Foreign);
        }
        source.read_at(&mut header, 0)?;
        if header[..8] != MAGIC {
            return Err(Damaged::Foreign);
        }
        let (version, bits) = (u32_at(&header, 8), u32_at(&header, 12));
        let (passwords, length) = (u64_at(&header, 16), u64_at(&header, 24));
        if version != VERSION {
            return Err(Damaged::Version(version));
        }
        if found != length {
            return Err(Damaged::Cut { found, length });
        }
        if bits > MOST_BITS || length < head_length(bits) as u64 {
            return Err(Damaged::Checksum);
        }
        let mut head = vec![0; head_length(bits)];
        source.read_at(&mut head, 0)?;
        let (content, checksum) = head.split_at(head.len() - CHECKSUM);
        if sha256(content) != checksum {
            return Err(Damaged::Checksum);
        }
        let mut index: Vec<_> = content[HEADER..].chunks_exact(ENTRY).map(entry).collect();
        index.push((length, [0; 8]));
        if index.is_sorted_by_key(|(offset, _)| *offset) {
            Ok(Self { source, bits, passwords, index })
        } else {
            Err(Damaged::Checksum)
        }
    }

    /// How many passwords it was made of.
    pub fn passwords(&self) -> u64 {
        self.passwords
    }

    /// Whether the key is listed: always yes for one that is, and once in 65,536 for one that is not.
    pub fn contains(&self, key: u64) -> Result<bool, Damaged> {
        let shard = self.shard(shard_of(key, self.bits))?;
        Ok(shard.is_some_and(|shard| shard.contains(&key)))
    }

    /// All of it, for a list that is asked often and is not large.
    pub fn into_memory(self) -> Result<InMemory, Damaged> {
        let shards = (0..1 << self.bits).map(|number| self.shard(number)).collect::<Result<_, _>>()?;
        Ok(InMemory { bits: self.bits, shards })
    }

    /// `None` for one without keys.
    fn shard(&self, number: usize) -> Result<Option<BinaryFuse16>, Damaged> {
        let [(begin, checksum), (end, _)] = self.index[number..=number + 1] else { return Ok(None) };
        if begin == end {
            return Ok(None);
        }
        let length = usize::try_from(end - begin).map_err(|_| Damaged::Checksum)?;
        let mut bytes = vec![0; length];
        self.source.read_at(&mut bytes, begin)?;
        if checksum_of(&bytes) != checksum {
            return Err(Damaged::Checksum);
        }
        parse(&bytes).map(Some).ok_or(Damaged::Checksum)
    }
}

/// A list whose shards were all read and checked.
pub struct InMemory {
    bits: u32,
    shards: Vec<Option<BinaryFuse16>>,
}

impl InMemory {
    /// As [`Filter::contains`].
    pub fn contains(&self, key: u64) -> bool {
        self.shards[shard_of(key, self.bits)].as_ref().is_some_and(|shard| shard.contains(&key))
    }
}

/// The filter in a shard's bytes. `None` when its numbers do not fit together: the library would read past the end.
fn parse(bytes: &[u8]) -> Option<BinaryFuse16> {
    let (descriptor, fingerprints) = bytes.split_at_checked(DESCRIPTOR)?;
    let (segment_length, segment_count_length) = (u32_at(descriptor, 8), u32_at(descriptor, 12));
    let fits = segment_length.is_power_of_two()
        && segment_count_length > 0
        && segment_count_length.is_multiple_of(segment_length)
        && u64::from(segment_count_length) + 2 * u64::from(segment_length) == fingerprints.len() as u64 / 2;
    fits.then(|| BinaryFuse16 {
        descriptor: Descriptor {
            seed: u64_at(descriptor, 0),
            segment_length,
            segment_length_mask: segment_length - 1,
            segment_count_length,
        },
        fingerprints: fingerprints.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect(),
    })
}

fn entry(bytes: &[u8]) -> (u64, [u8; 8]) {
    (u64_at(bytes, 0), first_8(&bytes[8..]))
}

fn first_8(bytes: &[u8]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    first
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The file that `passwords.breached_file` names.
pub struct BreachedFile(Filter<File>);

impl BreachedFile {
    /// How many passwords it was made of.
    pub fn passwords(&self) -> u64 {
        self.0.passwords()
    }

    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let opened = File::open(path).map_err(Damaged::from).and_then(Filter::open);
        opened.map(Self).map_err(|damaged| OpenError { path: path.to_owned(), damaged })
    }

    /// Whether the password is listed. What cannot be read is no reason to turn customers away: it is logged and the password passes.
    pub fn contains(&self, password: &str) -> bool {
        self.0.contains(key_of(&sha1_for_breach_lists(password.as_bytes()))).unwrap_or_else(|damaged| {
            tracing::warn!("the file passwords.breached_file {damaged}; the password was not looked up");
            false
        })
    }
}
