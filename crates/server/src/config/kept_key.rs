//! The key that Doorstep makes beside the database when none is configured, and its change: `doorstep.key` is in force, and
//! `doorstep.key.former` is the one before it, accepted until somebody removes the file.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use doorstep_base::{MasterKey, Random, random};

use super::master_key::{FORM, decode};

const FILE: &str = "doorstep.key";
const FORMER: &str = "doorstep.key.former";

pub struct KeptKey {
    pub path: PathBuf,
    pub former_path: PathBuf,
}

impl KeptKey {
    /// Beside the SQLite file, or in the working directory for other databases.
    pub fn beside(database: &str) -> Self {
        let file = doorstep_store::sqlite_file(database);
        let folder = file.and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
        Self { path: folder.join(FILE), former_path: folder.join(FORMER) }
    }

    pub fn current(&self) -> Result<Option<MasterKey>, String> {
        read(&self.path)
    }

    pub fn former(&self) -> Result<Option<MasterKey>, String> {
        read(&self.former_path)
    }

    pub fn make_unless_kept(&self, random: &dyn Random) -> Result<(), String> {
        if self.path.exists() { Ok(()) } else { self.make(random).map_err(|error| self.failed(&error)) }
    }

    /// Makes a new key, with the old one as the former. A change that was begun is gone on with: the former key is kept before
    /// the new one takes its place, wherever that is cut off. Several at once make one new key.
    pub fn change(&self, random: &dyn Random) -> Result<(), String> {
        self.try_change(random).map_err(|error| self.failed(&error))
    }

    fn try_change(&self, random: &dyn Random) -> io::Result<()> {
        unless_there(fs::hard_link(&self.path, &self.former_path))?;
        sync_folder(&self.path)?;
        let former = fs::File::open(&self.former_path)?;
        // Whoever waited here finds the change made. The lock goes with the handle, also of a process that is killed.
        former.lock()?;
        if fs::read(&self.path)? == fs::read(&self.former_path)? {
            fs::rename(self.draft(random)?, &self.path)?;
        }
        sync_folder(&self.path)
    }

    /// Links a whole file to the final name, which only one of several can.
    fn make(&self, random: &dyn Random) -> io::Result<()> {
        let draft = self.draft(random)?;
        let linked = unless_there(fs::hard_link(&draft, &self.path));
        let _ = fs::remove_file(&draft);
        linked
    }

    /// A new key in a file with a name of its own.
    fn draft(&self, random: &dyn Random) -> io::Result<PathBuf> {
        let suffix = u64::from_ne_bytes(random::bytes(random));
        let draft = PathBuf::from(format!("{}.{suffix:016x}", self.path.display()));
        let text = format!("{}\n", STANDARD.encode(random::bytes::<32>(random)));
        let written = private_file(&draft).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written.map(|()| draft)
    }

    fn failed(&self, error: &io::Error) -> String {
        format!("cannot make or read the key {}: {error}", self.path.display())
    }
}

fn read(path: &Path) -> Result<Option<MasterKey>, String> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let key = decode(&text).ok_or_else(|| format!("{}: needs {FORM}", path.display()))?;
            Ok(Some(MasterKey::new(key)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot make or read the key {}: {error}", path.display())),
    }
}

fn unless_there(linked: io::Result<()>) -> io::Result<()> {
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Names are on the disk only after this.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

fn private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    struct Counter(AtomicU8);
    impl Random for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(37, Ordering::Relaxed));
        }
    }

    fn at_once<T: Send>(act: impl Fn() -> T + Sync) -> Vec<T> {
        std::thread::scope(|scope| {
            let acts: Vec<_> = (0..8).map(|_| scope.spawn(&act)).collect();
            acts.into_iter().map(|act| act.join().unwrap()).collect()
        })
    }

    fn shop() -> (tempfile::TempDir, KeptKey) {
        let folder = tempfile::tempdir().unwrap();
        let kept = KeptKey::beside(&format!("sqlite:{}/shop.db", folder.path().display()));
        (folder, kept)
    }

    /// The files, each readable by its owner only.
    fn files(folder: &tempfile::TempDir) -> Vec<String> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        names
    }

    #[test]
    fn servers_that_start_at_once_share_one_key() {
        let (folder, kept) = shop();
        let random = Counter(0.into());
        let keys = at_once(|| {
            kept.make_unless_kept(&random).unwrap();
            kept.current().unwrap().unwrap()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(files(&folder), [FILE]);
    }

    #[test]
    fn the_key_lies_beside_the_file_however_its_url_is_written() {
        for (url, key) in [
            ("sqlite:shop.db", "doorstep.key"),
            ("sqlite://shop.db", "doorstep.key"),
            ("sqlite://data/shop.db?mode=rwc", "data/doorstep.key"),
            ("sqlite:///var/lib/shop.db", "/var/lib/doorstep.key"),
            ("file:./data/shop.db", "./data/doorstep.key"),
            ("file:///var/lib/shop.db", "/var/lib/doorstep.key"),
            ("postgres://shop@db/shop", "doorstep.key"),
        ] {
            assert_eq!(KeptKey::beside(url).path, Path::new(key), "{url}");
        }
    }

    #[test]
    fn changes_at_once_or_cut_off_make_one_new_key_and_keep_the_old_one() {
        let random = Counter(0.into());
        for is_cut_off in [false, true] {
            let (folder, kept) = shop();
            kept.make_unless_kept(&random).unwrap();
            let old = kept.current().unwrap();
            if is_cut_off {
                fs::hard_link(&kept.path, &kept.former_path).unwrap();
            }
            at_once(|| kept.change(&random).unwrap());
            let new = kept.current().unwrap();
            assert!(new.is_some() && new != old);
            assert!(kept.former().unwrap() == old);
            kept.change(&random).unwrap();
            assert!(kept.current().unwrap() == new);
            assert_eq!(files(&folder), [FILE, FORMER]);
        }
    }
}
