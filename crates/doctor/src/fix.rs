//! `--fix`: carries out the edits of findings, each shown as a diff. Nothing is written outside the project's folder,
//! through a link, or over a file that changed meanwhile.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use similar::TextDiff;

use super::{Edit, plain};

#[derive(Debug, thiserror::Error)]
pub enum FixError {
    #[error("{0} is outside the project's folder: left alone")]
    Outside(String),
    #[error("{0} is a link or no plain file: left alone")]
    NoFile(String),
    #[error("{0} was changed meanwhile: left alone")]
    Changed(String),
    #[error("{0} cannot be written: {1}")]
    Io(String, io::Error),
}

/// What an edit changes, as `diff -u` shows it. Lines beside it in a file of settings may be secrets.
pub fn diff(edit: &Edit) -> String {
    let path = edit.path.display().to_string();
    let is_settings = edit.path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".env"));
    let diff = TextDiff::from_lines(&edit.before, &edit.after)
        .unified_diff()
        .context_radius(if is_settings { 0 } else { 2 })
        .header(&path, &path)
        .to_string();
    plain::lines(&diff)
}

/// Writes one edit: the file is whole before and after, whatever happens in between.
pub fn apply(project: &Path, edit: &Edit) -> Result<(), FixError> {
    let shown = || edit.path.display().to_string();
    let failed = |error: io::Error| FixError::Io(shown(), error);
    let folder = project.canonicalize().map_err(failed)?;
    let about = fs::symlink_metadata(&edit.path).map_err(failed)?;
    if !about.is_file() {
        return Err(FixError::NoFile(shown()));
    }
    let path = edit.path.canonicalize().map_err(failed)?;
    let home =
        path.parent().filter(|home| home.starts_with(&folder)).ok_or_else(|| FixError::Outside(shown()))?;
    if fs::read(&path).map_err(failed)? != edit.before.as_bytes() {
        return Err(FixError::Changed(shown()));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = home.join(format!(".{name}.doorstep-fix"));
    // A name that is there already may be a link that somebody laid: it is not followed, and not written over.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Nobody else may read the new one before it has the old one's rights.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside).map_err(failed)?;
    let written = put(&mut file, edit, &about).and_then(|()| fs::rename(&beside, &path));
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed(error)
    })
}

fn put(file: &mut File, edit: &Edit, about: &fs::Metadata) -> io::Result<()> {
    file.set_permissions(about.permissions())?;
    file.write_all(edit.after.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(path: std::path::PathBuf) -> Edit {
        Edit { path, before: "a\nold\nb\n".to_owned(), after: "a\nnew\nb\n".to_owned() }
    }

    #[test]
    fn an_edit_is_shown_and_written_whole() {
        let project = tempfile::tempdir().unwrap();
        let path = project.path().join("vite.config.ts");
        fs::write(&path, "a\nold\nb\n").unwrap();
        let edit = edit(path.clone());
        assert!(diff(&edit).contains("\n-old\n+new\n"), "{}", diff(&edit));
        apply(project.path(), &edit).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), edit.after);
        assert!(matches!(apply(project.path(), &edit), Err(FixError::Changed(_))));
        assert_eq!(fs::read_dir(project.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_diff_shows_no_neighbour_of_a_setting_and_paints_nothing() {
        let edit = Edit {
            path: "shop/.env".into(),
            before: "KEY=c4nary\nAPI_URL=\u{1b}[2Jx\n".to_owned(),
            after: "KEY=c4nary\nVITE_API_URL=\u{1b}[2Jx\n".to_owned(),
        };
        let diff = diff(&edit);
        assert!(diff.contains("+VITE_API_URL=") && !diff.contains("c4nary"), "{diff}");
        assert!(!diff.contains('\u{1b}'), "{diff}");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_outside_the_project_or_through_a_link() {
        let (project, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let outside = other.path().join("file");
        fs::write(&outside, "a\nold\nb\n").unwrap();
        std::os::unix::fs::symlink(&outside, project.path().join("link")).unwrap();
        std::os::unix::fs::symlink(other.path(), project.path().join("folder")).unwrap();
        let paths = [
            outside.clone(),
            project.path().join("link"),
            project.path().join("folder/file"),
            project.path().join("..").join(other.path().file_name().unwrap()).join("file"),
        ];
        for path in paths {
            assert!(apply(project.path(), &edit(path.clone())).is_err(), "{}", path.display());
        }
        assert_eq!(fs::read_to_string(&outside).unwrap(), "a\nold\nb\n");
    }
}
