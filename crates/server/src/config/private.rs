//! Files that hold a secret.

use std::path::Path;

/// Write for the group, and anything for all others. Owner and group may read: 0600, 0640, 0400, 0440.
const TOO_MUCH: u32 = 0o037;

/// What is wrong with the rights of a file that holds a secret. `key` is its setting, like `[secrets] key_file`.
#[cfg(unix)]
pub fn problem(key: &str, path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & TOO_MUCH != 0).then(|| {
        let shown = path.display();
        format!("{key}: more than the owner and the group can read {shown} (its mode is {mode:04o}), or others can change it. Run: chmod 0640 {shown}")
    })
}

#[cfg(not(unix))]
pub fn problem(_: &str, _: &Path) -> Option<String> {
    None
}
