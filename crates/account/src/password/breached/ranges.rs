//! Breached passwords, asked for by range (k-anonymity): the first five hex digits of the SHA-1 name a file, the
//! file lists the rest.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use doorstep_base::crypto::sha1_for_breach_ranges;

/// A folder with one file for each range: `ABCDE` or `ABCDE.txt`, lines `<35 hex digits>:<count>`.
#[derive(Clone, Debug)]
pub struct BreachRanges(PathBuf);

impl BreachRanges {
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Whether the password is listed with a count above zero (padding lines have zero). A missing range file is
    /// an incomplete list, not a reason to turn customers away: it is logged and the password passes.
    pub fn contains(&self, password: &str) -> bool {
        let hex = sha1_for_breach_ranges(password.as_bytes());
        let (range, rest) = hex.split_at(5);
        let file =
            [self.0.join(range), self.0.join(format!("{range}.txt"))].into_iter().find(|path| path.is_file());
        match file.map(|path| lists(&path, rest)) {
            Some(Ok(listed)) => listed,
            Some(Err(error)) => {
                tracing::warn!(range, %error, "a breach range file cannot be read; the password was not looked up");
                false
            }
            None => {
                tracing::warn!(range, "the folder passwords.breach_ranges has no file for this range");
                false
            }
        }
    }
}

fn lists(path: &Path, rest: &str) -> std::io::Result<bool> {
    for line in BufReader::new(std::fs::File::open(path)?).lines() {
        if let Some((suffix, count)) = line?.split_once(':')
            && suffix.eq_ignore_ascii_case(rest)
        {
            return Ok(count.trim() != "0");
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breached_password_is_found_in_its_range_file() {
        let folder = tempfile::tempdir().unwrap();
        let list = BreachRanges::new(folder.path().to_owned());
        let sha = sha1_for_breach_ranges(b"correct horse battery staple");
        std::fs::write(folder.path().join(&sha[..5]), format!("{}:7\r\n", &sha[5..])).unwrap();
        assert!(list.contains("correct horse battery staple"));
        assert!(!list.contains("correct horse battery stapler"));
    }
}
