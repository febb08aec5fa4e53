//! Where a database's file lies, when that is a place which vanishes.

/// The file of a SQLite database that is gone with the container or at the next boot, and why.
#[cfg(target_os = "linux")]
pub fn vanishing(url: &str) -> Option<String> {
    use std::path::Path;
    const KINDS: [(u64, &str); 3] = [
        (0x794c_7630, "in the container's own layer (overlayfs), which ends with the container"),
        (0x0102_1994, "in memory (tmpfs)"),
        (0x8584_58f6, "in memory (ramfs)"),
    ];
    let file = doorstep_store::sqlite_file(url)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let kind = u64::try_from(rustix::fs::statfs(folder).ok()?.f_type).ok()? & 0xffff_ffff;
    let (_, place) = KINDS.iter().find(|(known, _)| *known == kind)?;
    Some(format!(
        "the customers' database {} lies {place}: mount a volume and put it there, or use a database server",
        file.display()
    ))
}

#[cfg(not(target_os = "linux"))]
pub fn vanishing(_: &str) -> Option<String> {
    None
}
