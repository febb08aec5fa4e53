//! The project's folder, read within bounds: how much, how deep, how long, and nothing outside of it.
//!
//! A project may be a stranger's. Names lead out through links, loop, or are pipes that never end; files are huge or
//! no text. Whatever is beyond a bound is left out, and said.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::source::Source;

const MAX_ENTRIES: usize = 20_000;
const MAX_FILES: usize = 3_000;
const MAX_DEPTH: usize = 14;
const MAX_FILE: u64 = 1 << 20;
const MAX_BYTES: u64 = 32 << 20;
const TIME: Duration = Duration::from_secs(2);

/// What others made, or what is made anew by each build: nothing in here is the project's own.
const NOT_OWN: &[&str] = &[
    "node_modules",
    "bower_components",
    "build",
    "dist",
    "out",
    "target",
    "coverage",
    "vendor",
    "Pods",
    "ephemeral",
];

pub struct Folder {
    /// As it was given, for messages and edits.
    given: PathBuf,
    /// Without links, to see whether a file is inside.
    real: PathBuf,
    files: Vec<PathBuf>,
    deadline: Instant,
    bytes: Cell<u64>,
    is_cut: Cell<bool>,
}

impl Folder {
    /// Lists what may be of interest below `dir`.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let real = fs::canonicalize(dir)?;
        let mut folder = Self {
            given: dir.to_owned(),
            real,
            files: Vec::new(),
            deadline: Instant::now() + TIME,
            bytes: Cell::new(0),
            is_cut: Cell::new(false),
        };
        // A folder that cannot be listed at all is an error; one further down is left out.
        fs::read_dir(&folder.real)?;
        folder.list();
        Ok(folder)
    }

    /// Every file that was found, in order.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Whether a bound was met, so that something was not looked at.
    pub fn is_cut(&self) -> bool {
        self.is_cut.get()
    }

    fn list(&mut self) {
        let mut waiting = VecDeque::from([(PathBuf::new(), 0)]);
        let mut entries = 0;
        while let Some((relative, depth)) = waiting.pop_front() {
            let Ok(listed) = fs::read_dir(self.real.join(&relative)) else { continue };
            let mut names = Vec::new();
            for entry in listed.flatten() {
                entries += 1;
                if entries > MAX_ENTRIES || !self.has_time() {
                    self.is_cut.set(true);
                    break;
                }
                // The type of the entry itself: a link is no folder here, so loops cannot be entered.
                if let Ok(kind) = entry.file_type() {
                    names.push((relative.join(entry.file_name()), kind));
                }
            }
            names.sort_unstable_by(|one, other| one.0.cmp(&other.0));
            for (path, kind) in names {
                if kind.is_dir() && is_own(&path) {
                    if depth < MAX_DEPTH {
                        waiting.push_back((path, depth + 1));
                    } else {
                        self.is_cut.set(true);
                    }
                } else if !kind.is_dir() && is_of_interest(&path) {
                    self.files.push(path);
                }
            }
        }
        if self.files.len() > MAX_FILES {
            self.files.truncate(MAX_FILES);
            self.is_cut.set(true);
        }
    }

    /// The text of a file inside the folder; none if it is not there, no text, too large, or somewhere else in truth.
    pub fn read(&self, relative: &Path) -> Option<Source> {
        if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
            return None;
        }
        let path = self.real.join(relative);
        let real = fs::canonicalize(&path).ok()?;
        if !real.starts_with(&self.real) {
            return None;
        }
        let bytes = self.bytes_of(&real)?;
        let mut source = Source::decode(relative.to_owned(), self.given.join(relative), &bytes)?;
        // Writing through a link would put a file in its place.
        source.is_editable &= real == path;
        Some(source)
    }

    fn bytes_of(&self, path: &Path) -> Option<Vec<u8>> {
        // Known to be a file before it is opened: opening some devices is an act of its own.
        if !fs::symlink_metadata(path).ok()?.is_file() {
            return None;
        }
        let file = open_without_waiting(path).ok()?;
        let about = file.metadata().ok()?;
        if !about.is_file() {
            return None;
        }
        if about.len() > MAX_FILE || self.bytes.get() + about.len() > MAX_BYTES || !self.has_time() {
            self.is_cut.set(true);
            return None;
        }
        let mut bytes = Vec::new();
        file.take(MAX_FILE).read_to_end(&mut bytes).ok()?;
        self.bytes.set(self.bytes.get() + bytes.len() as u64);
        Some(bytes)
    }

    /// Whether the doctor's time is not over yet.
    pub fn has_time(&self) -> bool {
        let has_time = Instant::now() <= self.deadline;
        self.is_cut.set(self.is_cut.get() || !has_time);
        has_time
    }
}

/// A pipe in the place of a file must not keep the doctor waiting for a writer.
fn open_without_waiting(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    options.open(path)
}

fn is_own(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    !name.starts_with('.') && !NOT_OWN.contains(&name)
}

fn is_of_interest(path: &Path) -> bool {
    const ENDINGS: &[&str] = &[
        "js",
        "jsx",
        "ts",
        "tsx",
        "mjs",
        "cjs",
        "mts",
        "cts",
        "html",
        "dart",
        "xml",
        "plist",
        "entitlements",
    ];
    const NAMES: &[&str] = &["package.json", "pubspec.yaml", "pubspec.lock", "doorstep.toml"];
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let is_built = name.ends_with(".min.js") || name.ends_with(".d.ts") || name.ends_with(".g.dart");
    (ENDINGS.contains(&ending) && !is_built)
        || NAMES.contains(&name)
        || name == ".env"
        || name.starts_with(".env.")
}
