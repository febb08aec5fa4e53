//! Reads the lists that people have: hashes in one file, hashes in range files, plain passwords. A line is never quoted: it may be
//! somebody's password.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use doorstep_base::crypto::sha1_for_breach_lists;
use unicode_normalization::UnicodeNormalization as _;

use super::{BuildError, Builder};

/// The longest line: what is longer is no list.
const LONGEST: usize = 4096;
const RANGE_DIGITS: usize = 5;
/// The caller is told after so many lines.
const STEP: u64 = 10_000_000;

#[derive(Clone, Debug)]
pub enum Input {
    /// Lines `<40 hex digits of SHA-1>:<count>`.
    Hashes { file: PathBuf, at_least: u64 },
    /// A folder of files `ABCDE` or `ABCDE.txt` with lines `<35 hex digits>:<count>`.
    Ranges { folder: PathBuf, at_least: u64 },
    /// One password on each line.
    Passwords { file: PathBuf },
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub lines: u64,
    /// Lines whose count is too small, and passwords that no customer can type.
    pub left_out: u64,
    /// Range files.
    pub files: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("{} cannot be read: {error}", path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{}, line {line}: needs {needs}", path.display())]
    Malformed { path: PathBuf, line: u64, needs: &'static str },
    #[error("{}: a folder of ranges has files named by 5 hex digits, like 0A1B2 or 0A1B2.txt, and no other", path.display())]
    NoRange { path: PathBuf },
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl Input {
    /// Adds everything to the builder, and tells `progress` the number of lines now and then.
    pub fn read(&self, builder: &mut Builder, progress: &mut dyn FnMut(u64)) -> Result<Taken, InputError> {
        let mut taken = Taken::default();
        let mut reader = Reader { builder, progress, taken: &mut taken };
        match self {
            Self::Hashes { file, at_least } => reader.hashes(file, "", *at_least)?,
            Self::Ranges { folder, at_least } => reader.ranges(folder, *at_least)?,
            Self::Passwords { file } => reader.passwords(file)?,
        }
        Ok(taken)
    }
}

struct Reader<'a> {
    builder: &'a mut Builder,
    progress: &'a mut dyn FnMut(u64),
    taken: &'a mut Taken,
}

impl Reader<'_> {
    fn ranges(&mut self, folder: &Path, at_least: u64) -> Result<(), InputError> {
        let unreadable = |error| InputError::Unreadable { path: folder.to_owned(), error };
        for entry in folder.read_dir().map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let range = name.strip_suffix(".txt").unwrap_or(name);
            if range.len() != RANGE_DIGITS || !range.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(InputError::NoRange { path });
            }
            self.hashes(&path, range, at_least)?;
            self.taken.files += 1;
        }
        Ok(())
    }

    /// `range` is what the lines leave out of their hashes.
    fn hashes(&mut self, path: &Path, range: &str, at_least: u64) -> Result<(), InputError> {
        let needs = if range.is_empty() {
            "40 hex digits of SHA-1, a colon and a count. (A list of passwords is read with --passwords)"
        } else {
            "35 hex digits of SHA-1, a colon and a count"
        };
        self.lines(path, |reader, line| {
            let (sha1, count) = hash_line(range.as_bytes(), line).ok_or(needs)?;
            // Padding of the ranges has the count 0.
            if count < at_least.max(1) {
                reader.taken.left_out += 1;
                return Ok(None);
            }
            Ok(Some(sha1))
        })
    }

    fn passwords(&mut self, path: &Path) -> Result<(), InputError> {
        self.lines(path, |reader, line| {
            if line.contains(&0) {
                return Err("text in UTF-8 without NUL");
            }
            if hash_line(b"", line).is_some() {
                return Err(
                    "a password, and this is a hash with a count. (A list of hashes is read with --hashes)",
                );
            }
            // What is not UTF-8 cannot be sent to us either.
            let text = std::str::from_utf8(line).ok().filter(|text| !text.is_empty());
            if text.is_none() {
                reader.taken.left_out += 1;
            }
            Ok(text.map(|text| sha1_for_breach_lists(text.nfc().collect::<String>().as_bytes())))
        })
    }

    fn lines(
        &mut self,
        path: &Path,
        mut hash: impl FnMut(&mut Self, &[u8]) -> Result<Option<[u8; 20]>, &'static str>,
    ) -> Result<(), InputError> {
        let unreadable = |error| InputError::Unreadable { path: path.to_owned(), error };
        let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(unreadable)?);
        let (mut line, mut number) = (Vec::with_capacity(64), 0);
        loop {
            line.clear();
            let mut bounded = io::Read::take(&mut file, LONGEST as u64);
            if bounded.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
                return Ok(());
            }
            number += 1;
            let malformed = |needs| InputError::Malformed { path: path.to_owned(), line: number, needs };
            if line.len() == LONGEST && line.last() != Some(&b'\n') {
                return Err(malformed("to be shorter than 4 KiB"));
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if let Some(sha1) = hash(self, text).map_err(malformed)? {
                self.builder.add(&sha1)?;
            }
            self.taken.lines += 1;
            if self.taken.lines.is_multiple_of(STEP) {
                (self.progress)(self.taken.lines);
            }
        }
    }
}

/// `None` unless range and line together are 40 hex digits, a colon and a count.
fn hash_line(range: &[u8], line: &[u8]) -> Option<([u8; 20], u64)> {
    let mut sha1 = [0; 20];
    let (rest, count) = line.split_at_checked(2 * sha1.len() - range.len())?;
    for (byte, digits) in range.iter().chain(rest).enumerate() {
        let digit = u8::try_from(char::from(*digits).to_digit(16)?).ok()?;
        sha1[byte / 2] = sha1[byte / 2] << 4 | digit;
    }
    let count = count.strip_prefix(b":")?;
    let is_number = !count.is_empty() && count.iter().all(u8::is_ascii_digit);
    let count = std::str::from_utf8(count).ok().filter(|_| is_number)?;
    Some((sha1, count.parse().ok()?))
}
