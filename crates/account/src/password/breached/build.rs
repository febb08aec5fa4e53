//! Makes a file of breached passwords, of any number of hashes in any order: in about 60 MB of memory, and with 8 bytes on the disk
//! for each hash until it is done.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::format::{MOST_BITS, checksum_of, head, head_length, key_of, shard, shard_of};

/// Keys are sorted into so many files by their first byte, and then in memory.
const PARTS: usize = 256;
const BUFFER: usize = 64 * 1024;
/// A look-up reads a whole shard: of 8,192 to 16,384 passwords, in files of more than that.
const FULL_SHARD: u64 = 16_384;

#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("{} cannot be written: {error}", path.display())]
    Io { path: PathBuf, error: io::Error },
    #[error("there is no password to put into {}", path.display())]
    Empty { path: PathBuf },
    #[error("no filter could be made of these passwords: {0}")]
    Filter(&'static str),
}

pub struct Builder {
    output: PathBuf,
    folder: PathBuf,
    parts: Vec<BufWriter<File>>,
    taken: u64,
    pub(super) full_shard: u64,
}

/// What was made.
#[derive(Debug)]
pub struct Built {
    /// Different passwords.
    pub passwords: u64,
    pub bytes: u64,
}

impl Builder {
    /// Nothing of `output` is touched before all of it is on the disk. A build that is killed leaves one temporary file at most.
    pub fn new(output: &Path) -> Result<Self, BuildError> {
        let folder = match output.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let part = |_| Ok(BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(&folder)?));
        let parts = (0..PARTS).map(part).collect::<io::Result<_>>();
        let parts = parts.map_err(|error| BuildError::Io { path: output.to_owned(), error })?;
        Ok(Self { output: output.to_owned(), folder, parts, taken: 0, full_shard: FULL_SHARD })
    }

    pub fn add(&mut self, sha1: &[u8; 20]) -> Result<(), BuildError> {
        self.taken += 1;
        let written = self.parts[usize::from(sha1[0])].write_all(&key_of(sha1).to_le_bytes());
        written.map_err(|error| self.failed(error))
    }

    /// Writes the file, and tells `progress` how many hundredths are done.
    pub fn finish(mut self, progress: impl FnMut(usize)) -> Result<Built, BuildError> {
        if self.taken == 0 {
            return Err(BuildError::Empty { path: self.output });
        }
        let bits = (0..MOST_BITS).find(|bits| self.taken >> bits <= self.full_shard).unwrap_or(MOST_BITS);
        let parts = std::mem::take(&mut self.parts);
        let file = tempfile::Builder::new()
            .prefix(".doorstep-breached-")
            .permissions(readable())
            .tempfile_in(&self.folder);
        let file = file.map_err(|error| self.failed(error))?;
        let (file, built) = self.write(parts, bits, file, progress)?;
        self.keep(file).map_err(|error| self.failed(error))?;
        Ok(built)
    }

    fn write(
        &self,
        parts: Vec<BufWriter<File>>,
        bits: u32,
        file: NamedTempFile,
        mut progress: impl FnMut(usize),
    ) -> Result<(NamedTempFile, Built), BuildError> {
        let failed = |error| self.failed(error);
        let mut out = BufWriter::with_capacity(BUFFER, file);
        let mut offset = head_length(bits) as u64;
        out.seek(io::SeekFrom::Start(offset)).map_err(failed)?;
        let (mut index, mut passwords) = (Vec::with_capacity(1 << bits), 0);
        // A small list has shards of several parts, a large one parts of several shards.
        let together = (PARTS >> bits).max(1);
        let mut parts = parts.into_iter();
        for group in 0..PARTS / together {
            let mut keys = Vec::new();
            for part in parts.by_ref().take(together) {
                read_keys(part, &mut keys).map_err(failed)?;
            }
            keys.sort_unstable();
            keys.dedup();
            passwords += keys.len() as u64;
            let mut rest = keys.as_slice();
            let shards = (1 << bits) / (PARTS / together);
            for number in group * shards..(group + 1) * shards {
                let (own, others) = rest.split_at(rest.partition_point(|key| shard_of(*key, bits) <= number));
                rest = others;
                let bytes = shard(own).map_err(BuildError::Filter)?;
                index.push((offset, checksum_of(&bytes)));
                out.write_all(&bytes).map_err(failed)?;
                offset += bytes.len() as u64;
            }
            progress((group + 1) * together * 100 / PARTS);
        }
        out.rewind().map_err(failed)?;
        out.write_all(&head(bits, passwords, offset, &index)).map_err(failed)?;
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        Ok((file, Built { passwords, bytes: offset }))
    }

    /// On the disk first, and only then under its name.
    fn keep(&self, file: NamedTempFile) -> io::Result<()> {
        file.as_file().sync_all()?;
        file.persist(&self.output)?;
        File::open(&self.folder)?.sync_all()
    }

    fn failed(&self, error: io::Error) -> BuildError {
        BuildError::Io { path: self.output.clone(), error }
    }
}

fn read_keys(part: BufWriter<File>, keys: &mut Vec<u64>) -> io::Result<()> {
    let mut file = part.into_inner().map_err(io::IntoInnerError::into_error)?;
    let length = file.stream_position()?;
    file.rewind()?;
    keys.reserve(usize::try_from(length / 8).unwrap_or(0));
    let mut chunk = vec![0; BUFFER];
    let mut left = usize::try_from(length).unwrap_or(usize::MAX);
    while left > 0 {
        let some = &mut chunk[..left.min(BUFFER)];
        file.read_exact(some)?;
        keys.extend(some.as_chunks::<8>().0.iter().map(|key| u64::from_le_bytes(*key)));
        left -= some.len();
    }
    Ok(())
}

/// It holds no secret, and the server often runs as another user than whoever made it.
fn readable() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}
