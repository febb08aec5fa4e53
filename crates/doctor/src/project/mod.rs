//! The doctor's look into a project's folder: what in a React or Flutter project keeps its form from the server.
//!
//! Files are read as text, never run. A doubt is no finding: what is not certain to be wrong is left alone.

mod address;
mod find;
mod flutter;
mod folder;
mod mask;
mod source;
mod web;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use self::folder::Folder;
use self::source::Source;
use super::{Edit, Finding, Severity};

/// What is known of a server on this machine that the project should talk to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    pub port: u16,
    pub ipv4: bool,
    pub ipv6: bool,
    /// Nobody named an address: the project is expected to look for the server here.
    pub is_default: bool,
}

/// Everything in the folder that is wrong, worst first.
pub fn scan(dir: &Path) -> Vec<Finding> {
    scan_for(dir, None)
}

/// The same, with what a live check has found out about the server.
pub fn scan_for(dir: &Path, server: Option<Server>) -> Vec<Finding> {
    let folder = match Folder::open(dir) {
        Ok(folder) => folder,
        Err(error) => {
            return vec![Finding::new(
                Severity::Error,
                None,
                format!("{} cannot be read: {error}", source::shown(dir)),
            )];
        }
    };
    let projects = projects(&folder);
    let server = server.or_else(|| configured(&folder, &projects));
    let checks = projects.iter().flat_map(|project| [web::check(project, server), flutter::check(project)]);
    let checks: Vec<_> = checks.flatten().collect();
    let mut findings = if checks.is_empty() { vec![nothing_here(dir)] } else { checks.concat() };
    if folder.is_cut() {
        findings.push(not_everything(dir));
    }
    // A stable sort: within a severity, projects and files keep their order.
    findings.sort_by_key(|finding| finding.severity);
    findings
}

fn nothing_here(dir: &Path) -> Finding {
    Finding::new(Severity::Note, None, format!("No React or Flutter project in {}", source::shown(dir)))
        .saw("no package.json and no pubspec.yaml was found")
        .fix("Name the project's own folder: doorstep doctor --project DIR")
}

fn not_everything(dir: &Path) -> Finding {
    Finding::new(Severity::Note, None, format!("Only a part of {} was read", source::shown(dir)))
        .saw("the folder is very large or very deep, or a file is larger than 1 MiB")
        .fix("Name the project's own folder: doorstep doctor --project DIR")
}

/// One package of the folder, with the files that are nearer to it than to another one.
pub struct Project<'a> {
    folder: &'a Folder,
    root: PathBuf,
    files: Vec<&'a Path>,
}

impl Project<'_> {
    /// A file by its path from the project's root on.
    pub fn read(&self, path: &str) -> Option<Source> {
        self.folder.read(&self.root.join(path))
    }

    /// Whether the look may go on; what is left out is said in the end.
    pub fn has_time(&self) -> bool {
        self.folder.has_time()
    }

    /// The paths of the project's files, from its root on.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().filter_map(|path| path.strip_prefix(&self.root).ok())
    }

    /// The texts of the files with one of these endings, without those that only test.
    pub fn sources(&self, endings: &[&str]) -> Vec<Source> {
        let is_wanted = |path: &&Path| {
            path.extension().and_then(OsStr::to_str).is_some_and(|ending| endings.contains(&ending))
                && !is_test(path)
        };
        let wanted: Vec<_> = self.paths().filter(is_wanted).collect();
        wanted.into_iter().filter_map(|path| self.folder.read(&self.root.join(path))).collect()
    }
}

/// A test shows odd forms and addresses on purpose.
fn is_test(path: &Path) -> bool {
    const FOLDERS: &[&str] =
        &["test", "tests", "__tests__", "__mocks__", "e2e", "cypress", "playwright", "integration_test"];
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    [".test.", ".spec.", ".stories."].iter().any(|mark| name.contains(mark))
        || path.iter().any(|part| part.to_str().is_some_and(|part| FOLDERS.contains(&part)))
}

/// Every folder with a `package.json` or a `pubspec.yaml`.
fn projects(folder: &Folder) -> Vec<Project<'_>> {
    let is_manifest = |path: &&PathBuf| path.ends_with("package.json") || path.ends_with("pubspec.yaml");
    let mut roots: Vec<_> = folder
        .files()
        .iter()
        .filter(is_manifest)
        .filter_map(|path| path.parent().map(Path::to_owned))
        .collect();
    roots.dedup();
    let mut projects: Vec<_> =
        roots.into_iter().take(50).map(|root| Project { folder, root, files: Vec::new() }).collect();
    for file in folder.files() {
        let nearest = projects.iter_mut().filter(|project| file.starts_with(&project.root));
        if let Some(project) = nearest.max_by_key(|project| project.root.components().count()) {
            project.files.push(file);
        }
    }
    projects
}

/// Where a `doorstep.toml` in the folder lets the server listen.
fn configured(folder: &Folder, projects: &[Project<'_>]) -> Option<Server> {
    let roots = projects.iter().map(|project| project.root.as_path());
    let config = std::iter::once(Path::new(""))
        .chain(roots)
        .find_map(|root| folder.read(&root.join("doorstep.toml")))?;
    let config: toml::Table = config.text.parse().ok()?;
    let (host, port) = config.get("server")?.get("listen")?.as_str()?.rsplit_once(':')?;
    let (ipv4, ipv6) = match host {
        "localhost" | "[::]" => (true, true),
        "[::1]" => (false, true),
        _ => (true, false),
    };
    Some(Server { port: port.parse().ok()?, ipv4, ipv6, is_default: true })
}

impl Finding {
    fn edit(mut self, edit: Option<Edit>) -> Self {
        self.edit = edit;
        self
    }
}
