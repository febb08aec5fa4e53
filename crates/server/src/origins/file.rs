//! Edits `[cors] origins` in a configuration file, and nothing else in it: comments, order and form stay. The new file takes the
//! old one's place in one step, so that nobody ever reads half of it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Gid, Uid};
use toml_edit::{Array, DocumentMut, Item, Table};

use super::array;
use crate::config::Origin;

/// What a file begins with that is made here.
const HEAD: &str =
    "# Settings of Doorstep that are not the default. `doorstep check-config` shows all that are in force.\n";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    Changed,
    /// It was so before. Nothing was written.
    AsItWas,
}

#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("{path} cannot be read: {cause}")]
    Read { path: String, cause: io::Error },
    #[error("{path} is no TOML, so nothing was changed (line {line}: {reason})")]
    Syntax { path: String, line: usize, reason: String },
    #[error("{path}: [cors] origins is no list. Write it like: origins = [\"https://shop.example\"]")]
    Form { path: String },
    #[error("{path} is no plain file, so nothing was changed")]
    NoFile { path: String },
    #[error("{path} cannot be written: {cause}")]
    Write { path: String, cause: io::Error },
}

/// Puts an origin on the list. A missing file is made.
pub fn add(path: &Path, origin: &Origin) -> Result<Edited, EditError> {
    edit(path, |list| {
        if position(list, origin.as_str()).is_some() {
            return Edited::AsItWas;
        }
        array::push(list, origin.as_str());
        Edited::Changed
    })
}

/// Takes an entry off the list, wherever and however often it stands there: also one that is no origin.
pub fn remove(path: &Path, entry: &str) -> Result<Edited, EditError> {
    if !path.exists() {
        return Ok(Edited::AsItWas);
    }
    edit(path, |list| {
        let mut edited = Edited::AsItWas;
        while let Some(index) = position(list, entry) {
            array::remove(list, index);
            edited = Edited::Changed;
        }
        edited
    })
}

fn position(list: &Array, text: &str) -> Option<usize> {
    list.iter().position(|entry| entry.as_str() == Some(text))
}

fn edit(path: &Path, change: impl FnOnce(&mut Array) -> Edited) -> Result<Edited, EditError> {
    let shown = || path.display().to_string();
    let cannot_write = |cause| EditError::Write { path: shown(), cause };
    // A link stays one: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // A file in the place of a device (root may do that) or of a link to nowhere would be a loss.
    if fs::symlink_metadata(&target).is_ok_and(|about| !about.is_file()) {
        return Err(EditError::NoFile { path: shown() });
    }
    let folder = folder_of(&target);
    // Two edits at once would each write what they have read: the second waits here. The lock goes with the handle.
    let lock = File::open(&folder).map_err(cannot_write)?;
    rustix::fs::flock(&lock, FlockOperation::LockExclusive).map_err(|cause| cannot_write(cause.into()))?;
    let (mut document, form) = read(&target).map_err(|failure| failure.about(&shown()))?;
    let list = list_in(&mut document).ok_or_else(|| EditError::Form { path: shown() })?;
    let edited = change(list);
    if edited == Edited::Changed {
        replace(&target, &folder, &form.of(&document)).map_err(cannot_write)?;
        // A rename is in the folder's own pages.
        lock.sync_all().map_err(cannot_write)?;
    }
    Ok(edited)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

enum Unread {
    File(io::Error),
    Syntax { line: usize, reason: String },
}

impl Unread {
    fn about(self, path: &str) -> EditError {
        let path = path.to_owned();
        match self {
            Self::File(cause) => EditError::Read { path, cause },
            Self::Syntax { line, reason } => EditError::Syntax { path, line, reason },
        }
    }
}

/// What reading TOML loses of a file: editors on Windows write both.
struct Form {
    has_mark: bool,
    has_returns: bool,
}

impl Form {
    fn of(&self, document: &DocumentMut) -> String {
        let mut text = document.to_string();
        if self.has_returns {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        if self.has_mark { format!("\u{feff}{text}") } else { text }
    }
}

fn read(path: &Path) -> Result<(DocumentMut, Form), Unread> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => HEAD.to_owned(),
        read => read.map_err(Unread::File)?,
    };
    let form = Form { has_mark: text.starts_with('\u{feff}'), has_returns: text.contains("\r\n") };
    let document = text.parse::<DocumentMut>().map_err(|error| {
        // The place and the reason, as `load` tells them: the line itself may hold a secret.
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        Unread::Syntax {
            line: text[..at].matches('\n').count() + 1,
            reason: error.message().trim().to_owned(),
        }
    })?;
    Ok((document, form))
}

fn list_in(document: &mut DocumentMut) -> Option<&mut Array> {
    if !document.contains_key("cors") {
        add_section(document);
    }
    let cors = document.get_mut("cors")?.as_table_like_mut()?;
    cors.entry("origins").or_insert_with(|| toml_edit::value(Array::new())).as_array_mut()
}

/// At the end of the file, below the comments that stand there.
fn add_section(document: &mut DocumentMut) {
    let above = document.trailing().as_str().unwrap_or_default().to_owned();
    let gap = if document.is_empty() && above.is_empty() { "" } else { "\n" };
    let mut section = Table::new();
    section.decor_mut().set_prefix(format!("{above}{gap}"));
    document.insert("cors", Item::Table(section));
    document.set_trailing("");
}

/// Writes beside the file and renames over it, with the old one's owner and rights.
fn replace(path: &Path, folder: &Path, text: &str) -> io::Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let beside = folder.join(name);
    let written = write_like(path, &beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_like(old: &Path, new: &Path, text: &str) -> io::Result<()> {
    let old = fs::metadata(old).ok();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    if old.is_some() {
        // The old one may hold a key: nobody else may read the new one meanwhile.
        options.mode(0o600);
    }
    let mut file = options.open(new)?;
    if let Some(old) = old {
        // Only root may give a file away; another user's edit makes it that user's, as editors do.
        let owner = (Some(Uid::from_raw(old.uid())), Some(Gid::from_raw(old.gid())));
        let _ = rustix::fs::fchown(&file, owner.0, owner.1);
        file.set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    #[test]
    fn a_file_keeps_everything_but_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("doorstep.toml");
        let before = "# our shop\n[server] # where\nlisten = \"localhost:1\"   # here\n\n[cors]\n# pages\norigins = [\"https://a.example\"]\n\n[shop]\nname = 'Nord'\n";
        fs::write(&path, before).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(add(&path, &origin("https://b.example")).unwrap(), Edited::Changed);
        let after = fs::read_to_string(&path).unwrap();
        assert_eq!(
            after,
            before.replace("[\"https://a.example\"]", "[\"https://a.example\", \"https://b.example\"]")
        );
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(add(&path, &origin("https://b.example")).unwrap(), Edited::AsItWas);
        assert_eq!(remove(&path, "https://b.example").unwrap(), Edited::Changed);
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
        assert_eq!(remove(&path, "https://b.example").unwrap(), Edited::AsItWas);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_missing_file_section_or_key_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("doorstep.toml");
        assert_eq!(remove(&path, "https://a.example").unwrap(), Edited::AsItWas);
        assert!(!path.exists());
        add(&path, &origin("https://a.example")).unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{HEAD}\n[cors]\norigins = [\"https://a.example\"]\n")
        );
        for (before, after) in [
            ("[shop]\nname = \"N\"\n", "[shop]\nname = \"N\"\n\n[cors]\norigins = [\"https://a.example\"]\n"),
            (
                "[shop]\nname = \"N\"\n# the end\n",
                "[shop]\nname = \"N\"\n# the end\n\n[cors]\norigins = [\"https://a.example\"]\n",
            ),
            ("[cors]\n", "[cors]\norigins = [\"https://a.example\"]\n"),
            ("cors.origins = []\n", "cors.origins = [\"https://a.example\"]\n"),
            ("cors = { origins = [] }\n", "cors = { origins = [\"https://a.example\"] }\n"),
        ] {
            fs::write(&path, before).unwrap();
            add(&path, &origin("https://a.example")).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), after);
        }
    }

    #[test]
    fn a_file_that_cannot_be_edited_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("doorstep.toml");
        for (text, told) in [
            ("[secrets]\nkey = \"hunter2", "line 2"),
            ("cors = 1\n", "is no list"),
            ("[cors]\norigins = \"https://a.example\"\n", "is no list"),
        ] {
            fs::write(&path, text).unwrap();
            let error = add(&path, &origin("https://a.example")).unwrap_err().to_string();
            assert!(error.contains(told) && !error.contains("hunter2"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        let nowhere = folder.path().join("none/doorstep.toml");
        assert!(matches!(add(&nowhere, &origin("https://a.example")), Err(EditError::Write { .. })));
    }

    #[test]
    fn a_file_made_on_windows_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("doorstep.toml");
        let before = "\u{feff}[shop]\r\nname = \"N\"\r\n\r\n[cors]\r\norigins = [\r\n  \"https://a.example\",\r\n]\r\n";
        fs::write(&path, before).unwrap();
        add(&path, &origin("https://b.example")).unwrap();
        let line = "  \"https://a.example\",\r\n";
        let after = before.replace(line, &format!("{line}  \"https://b.example\",\r\n"));
        assert_eq!(fs::read_to_string(&path).unwrap(), after);
        remove(&path, "https://b.example").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
    }

    #[test]
    fn what_is_no_plain_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (socket, link) = (folder.path().join("socket"), folder.path().join("link"));
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        for path in [&socket, &link, &folder.path().to_owned()] {
            let outcome = add(path, &origin("https://a.example"));
            assert!(matches!(outcome, Err(EditError::NoFile { .. })), "{outcome:?}");
        }
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.toml"), folder.path().join("doorstep.toml"));
        fs::write(&real, "").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        add(&link, &origin("https://a.example")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains("https://a.example"));
    }

    #[test]
    fn edits_at_once_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("doorstep.toml");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || add(path, &origin(&format!("https://s{number}.example"))).unwrap());
            }
        });
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches("https://s").count(), 8, "{text}");
    }
}
