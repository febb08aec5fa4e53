//! `doorstep breached build`: lists of breached passwords, as they are offered, become one small file.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use doorstep_account::password::breached::{Builder, Input};

use super::{Outcome, print};
use crate::r#move::grouped;

#[derive(Debug, Args)]
pub struct Breached {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Make the file of one list. It takes about 60 MB of memory and, until it is done, 8 bytes beside OUTPUT for each password.
    Build(Build),
}

#[derive(Debug, Args)]
struct Build {
    #[command(flatten)]
    from: From,
    /// Leave out what was seen less often
    #[arg(long, value_name = "COUNT", default_value_t = 1, conflicts_with = "passwords")]
    at_least: u64,
    /// The file to write. An older one is replaced when the new one is whole
    output: PathBuf,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct From {
    /// A file with lines SHA-1:COUNT, as haveibeenpwned offers it in one piece
    #[arg(long, value_name = "FILE")]
    hashes: Option<PathBuf>,
    /// A folder of its ranges: files named by the first five hex digits, with lines REST:COUNT
    #[arg(long, value_name = "FOLDER")]
    ranges: Option<PathBuf>,
    /// A file with a password on each line
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
}

impl Breached {
    pub fn run(&self) -> Outcome {
        let Act::Build(build) = &self.act;
        build.run()
    }
}

impl Build {
    #[allow(clippy::print_stderr, reason = "how far it is, for whoever waits an hour")]
    fn run(&self) -> Outcome {
        let Some(input) = self.input() else { return Ok(()) };
        let mut builder = Builder::new(&self.output)?;
        let taken = input.read(&mut builder, &mut |lines| eprintln!("{} lines read", grouped(lines)))?;
        if taken.files > 0 && taken.files < ALL_RANGES {
            eprintln!(
                "warning: {} of {} ranges are there; passwords of the others pass",
                grouped(taken.files),
                grouped(ALL_RANGES)
            );
        }
        let mut told = 0;
        let built = builder.finish(|percent| {
            if taken.lines >= MANY_LINES && percent >= told + 10 {
                told = percent;
                eprintln!("{percent} % written");
            }
        })?;
        print(&format!(
            "{} has {} passwords in {} bytes; {} of {} lines were left out. Name it in [passwords] breached_file",
            self.output.display(),
            grouped(built.passwords),
            grouped(built.bytes),
            grouped(taken.left_out),
            grouped(taken.lines),
        ))
    }

    fn input(&self) -> Option<Input> {
        let at_least = self.at_least;
        let From { hashes, ranges, passwords } = &self.from;
        let hashes = hashes.clone().map(|file| Input::Hashes { file, at_least });
        let ranges = || ranges.clone().map(|folder| Input::Ranges { folder, at_least });
        hashes.or_else(ranges).or_else(|| passwords.clone().map(|file| Input::Passwords { file }))
    }
}

/// What is shorter is done at once.
const MANY_LINES: u64 = 10_000_000;
/// Files named by five hex digits.
const ALL_RANGES: u64 = 1 << 20;
