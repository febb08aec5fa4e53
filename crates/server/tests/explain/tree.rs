//! The ids and guides that the project's own files name.

use std::fs;
use std::path::{Path, PathBuf};

use doorstep_base::Cause;
use doorstep_server::explain::catalogue;

const FOLDERS: [&str; 6] = ["crates", "clients", "docs", "examples", "tests", "tools"];
const MADE: [&str; 7] = ["node_modules", "target", "dist", "build", ".dart_tool", ".next", "generated"];
const TEXTS: [&str; 16] = [
    "rs", "toml", "json", "md", "ts", "tsx", "mjs", "js", "html", "css", "dart", "py", "sh", "conf", "yaml",
    "yml",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let name = entry.file_name().into_string().unwrap_or_default();
        if kind.is_dir() && !MADE.contains(&name.as_str()) {
            files(&path, found);
        } else if kind.is_file()
            && path.extension().is_some_and(|end| TEXTS.iter().any(|known| end == *known))
        {
            found.push(path);
        }
    }
}

/// Every `DS-` with digits behind it.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("DS-").filter_map(|(at, _)| {
        let digits = text[at + 3..].bytes().take_while(u8::is_ascii_digit).count();
        let is_word = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        (digits > 0 && !is_word).then(|| &text[at..at + 3 + digits])
    })
}

#[test]
fn every_id_in_the_tree_is_one_of_the_catalogue() {
    let mut found = Vec::new();
    for folder in FOLDERS {
        files(&root().join(folder), &mut found);
    }
    let mut named = 0;
    for path in found {
        // These name ids that must not be found.
        let is_own = path.ends_with("base/src/cause.rs")
            || path.ends_with("server/tests/http/pages.rs")
            || path.ends_with("explain/tree.rs");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for id in ids(&text).filter(|_| !is_own) {
            named += 1;
            assert!(Cause::from_id(id).is_some(), "{} names {id}", path.display());
        }
    }
    assert!(named > 100, "only {named} ids were found");
}

#[test]
fn every_guide_that_a_cause_names_is_there() {
    for cause in Cause::ALL {
        let entry = catalogue::entry(*cause).unwrap();
        for guide in &entry.guides {
            assert!(root().join(format!("docs/guides/{guide}.md")).is_file(), "{cause} names {guide}");
        }
    }
}
