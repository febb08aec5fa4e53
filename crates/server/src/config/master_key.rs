//! The server's own key: from the configuration, from a file, or (dev mode) made once beside the database.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use doorstep_base::{MasterKey, Random, random};

use super::{Config, Secrets};

const FILE: &str = "doorstep.key";
const FORM: &str = "32 bytes in base64 or hex. Make one with: openssl rand -base64 32";

/// The key in force. In dev mode it may be made now; two servers that start at once get the same one.
pub fn master_key(config: &Config, random: &dyn Random) -> Result<MasterKey, String> {
    match configured(&config.secrets)? {
        Some(key) => Ok(MasterKey::new(key)),
        None => kept_beside(&config.database.url, random).map(MasterKey::new),
    }
}

/// The key that a server of this configuration uses with this database, and where a key beside it stands. Makes none.
pub fn key_in_use(config: &Config, database: &str) -> Result<Option<(MasterKey, Option<PathBuf>)>, String> {
    if let Some(key) = configured(&config.secrets)? {
        return Ok(Some((MasterKey::new(key), None)));
    }
    let path = beside(database);
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let key = decode(&text).ok_or_else(|| format!("{}: needs {FORM}", path.display()))?;
    Ok(Some((MasterKey::new(key), Some(path))))
}

/// What is wrong with the configured key in any mode. Never shows the key.
pub fn problem(secrets: &Secrets) -> Option<String> {
    configured(secrets).err()
}

/// What production refuses besides.
pub fn production_problem(secrets: &Secrets) -> Option<String> {
    match configured(secrets) {
        Ok(None) => Some(format!("[secrets] key: production needs a key of its own, {FORM}")),
        Ok(Some(key)) if is_weak(&key) => {
            Some(format!("[secrets] key: this is a sample or was not made by chance. It needs {FORM}"))
        }
        _ => None,
    }
}

fn configured(secrets: &Secrets) -> Result<Option<[u8; 32]>, String> {
    match (&secrets.key, &secrets.key_file) {
        (Some(text), _) => decode(text).map(Some).ok_or_else(|| format!("[secrets] key: needs {FORM}")),
        (None, Some(path)) => {
            let shown = path.display();
            let text = fs::read_to_string(path)
                .map_err(|e| format!("[secrets] key_file: cannot read {shown}: {e}"))?;
            decode(&text).map(Some).ok_or_else(|| format!("[secrets] key_file: {shown} needs {FORM}"))
        }
        (None, None) => Ok(None),
    }
}

fn decode(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() == 64 {
        return hex(text);
    }
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|e| e.decode(text).ok()?.try_into().ok())
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair =
            std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(key)
}

/// Whether no generator made this: few different bytes, an even sequence, or readable text. Each is
/// rarer than one in 10^12 among random keys.
fn is_weak(key: &[u8; 32]) -> bool {
    let distinct = key.iter().collect::<std::collections::HashSet<_>>().len();
    let step = key[1].wrapping_sub(key[0]);
    let is_sequence = key.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
    distinct < 16 || is_sequence || key.iter().all(|b| b.is_ascii_graphic() || *b == b' ')
}

/// Reads or makes the dev key beside the SQLite file (or in the working directory for other databases).
fn kept_beside(database: &str, random: &dyn Random) -> Result<[u8; 32], String> {
    let path = beside(database);
    let failed = |error: io::Error| format!("cannot make or read the key {}: {error}", path.display());
    if !path.exists() {
        make(&path, random).map_err(failed)?;
    }
    let text = fs::read_to_string(&path).map_err(failed)?;
    decode(&text).ok_or_else(|| format!("{}: needs {FORM}", path.display()))
}

fn beside(database: &str) -> PathBuf {
    let file = database.strip_prefix("sqlite:");
    let folder = file.and_then(|path| Path::new(path).parent()).map(Path::to_owned).unwrap_or_default();
    folder.join(FILE)
}

/// Writes a whole file under a name of its own and links it to the final name, which only one of several can.
fn make(path: &Path, random: &dyn Random) -> io::Result<()> {
    let suffix = u64::from_ne_bytes(random::bytes(random));
    let draft = PathBuf::from(format!("{}.{suffix:016x}", path.display()));
    let text = format!("{}\n", STANDARD.encode(random::bytes::<32>(random)));
    let written = private_file(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let _ = fs::remove_file(&draft);
    linked
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
    use super::*;

    struct Counter(std::sync::atomic::AtomicU8);
    impl Random for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(37, std::sync::atomic::Ordering::Relaxed));
        }
    }

    #[test]
    fn one_key_has_many_spellings() {
        let key: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap() ^ 0xA5);
        let hex = key.map(|b| format!("{b:02X}")).concat();
        for text in
            [STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key), format!(" {}\n", STANDARD.encode(key)), hex]
        {
            assert_eq!(decode(&text), Some(key), "{text}");
        }
        for bad in [
            "",
            "changeme",
            &"g".repeat(64),
            &"a".repeat(63),
            &STANDARD.encode([1; 31]),
            &STANDARD.encode([1; 33]),
        ] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn keys_that_nobody_drew_are_weak() {
        let sequence: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        for weak in [
            [0; 32],
            [255; 32],
            sequence,
            *b"0123456789abcdefghijklmnopqrstuv",
            *b"changemechangemechangemechangeme",
        ] {
            assert!(is_weak(&weak), "{weak:?}");
        }
        let drawn = doorstep_base::crypto::sha256(b"a stand-in for chance");
        assert!(!is_weak(&drawn));
    }

    #[test]
    fn servers_that_start_at_once_share_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/shop.db", folder.path().display());
        let random = Counter(0.into());
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..8).map(|_| scope.spawn(|| kept_beside(&url, &random).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["doorstep.key"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_made_key_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/shop.db", folder.path().display());
        kept_beside(&url, &Counter(0.into())).unwrap();
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
