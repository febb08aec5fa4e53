//! A project that works is left in peace.

use std::path::Path;

use doorstep_doctor::project::{scan, scan_for};

use crate::support::{Folder, RUNNING, flutter, next, vite};

/// The clone's root, from which the examples are read as they are.
fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

#[test]
fn new_projects_made_by_the_guides_are_healthy() {
    for project in [vite(), next(), flutter()] {
        project.is_healthy();
        project.beside(RUNNING).is_healthy();
    }
}

#[test]
fn the_storefronts_of_this_repository_are_healthy() {
    for name in ["storefront-react", "storefront-flutter"] {
        let folder = example(name);
        assert_eq!(scan(&folder), [], "{name}");
        assert_eq!(scan_for(&folder, Some(RUNNING)), [], "{name}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    for project in [vite(), next(), flutter()] {
        let mut project = project;
        for finding in walk(project.path()) {
            let text = project.text(&finding).replace('\n', "\r\n");
            project = project.with(&finding, format!("\u{feff}{text}"));
        }
        project.is_healthy();
    }
}

#[test]
fn a_folder_without_a_project_says_so() {
    let folder = Folder::new().with("README.md", "hello").with("server/main.rs", "fn main() {}");
    let finding = folder.only(None);
    assert!(finding.title.starts_with("No React or Flutter project in "), "{}", finding.title);
}

#[test]
fn a_folder_that_is_not_there_says_so() {
    let findings = scan(Path::new("/nowhere/at/all"));
    assert_eq!(findings.len(), 1);
    assert!(findings[0].title.contains("cannot be read"), "{}", findings[0].title);
}

#[test]
fn each_package_of_a_workspace_is_looked_at_by_itself() {
    let folder = Folder::new().with("package.json", "{ \"private\": true, \"workspaces\": [\"apps/*\"] }");
    let mut folder = folder;
    for name in ["package.json", "vite.config.ts", "src/account.ts"] {
        folder = folder.with(&format!("apps/web/{name}"), vite().text(name));
    }
    folder = folder.with("apps/web/.env.development", "VITE_DOORSTEP_URL=\n");
    for name in ["pubspec.yaml", "lib/main.dart"] {
        folder = folder.with(&format!("apps/phone/{name}"), flutter().text(name));
    }
    let finding = folder.only(doorstep_base::Cause::BaseUrlMissing);
    crate::support::saw(&finding, "apps/web/.env.development:1");
}

/// The names of all files of a fixture.
fn walk(root: &Path) -> Vec<String> {
    let mut waiting = vec![root.to_owned()];
    let mut names = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            match entry.file_type().unwrap().is_dir() {
                true => waiting.push(entry.path()),
                false => names.push(entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned()),
            }
        }
    }
    names
}
