//! Next.js: what only runs in a browser, in a file that runs on the server (DS-42).

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

use doorstep_base::Cause;

use super::settings::is_client;
use super::{Tool, Web};
use crate::Finding;
use crate::project::find;
use crate::project::source::Source;

/// What a server component cannot do.
const CLIENT_ONLY: &[&str] = &["createContext", "useSignUp", "useLogin", "useSession", "DoorstepProvider"];

/// The files that Next.js begins with.
const ENTRIES: &[&str] = &["page", "layout", "template", "loading", "not-found"];

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    if web.tool != Tool::Next {
        return Vec::new();
    }
    // Imports are written without the ending.
    let known: HashMap<_, _> =
        web.sources.iter().map(|source| (source.path.with_extension(""), source)).collect();
    let mut waiting: Vec<_> = web.sources.iter().filter(|source| is_entry(web, source)).collect();
    let mut seen: HashSet<&Path> = HashSet::new();
    let mut findings = Vec::new();
    // A file is a part of the client as soon as one on the way to it says so.
    while let Some(source) = waiting.pop() {
        if is_client(source) || !seen.insert(&source.path) {
            continue;
        }
        findings.extend(judge(web, source));
        waiting.extend(imports(source).filter_map(|path| resolve(web, &known, source, path)));
    }
    findings
}

fn is_entry(web: &Web<'_>, source: &Source) -> bool {
    let Ok(path) = source.path.strip_prefix(&web.project.root) else { return false };
    let is_in_app = path.starts_with("app") || path.starts_with("src/app");
    is_in_app
        && path.file_stem().and_then(std::ffi::OsStr::to_str).is_some_and(|stem| ENTRIES.contains(&stem))
}

fn judge(web: &Web<'_>, source: &Source) -> Option<Finding> {
    let is_from_kit = find::has_word(&source.code, "react") || source.code.contains("@doorstep/react");
    let (at, word) = find::first_word(&used(source), CLIENT_ONLY).filter(|_| is_from_kit)?;
    let newline = source.newline();
    let begin = if source.text.starts_with('\u{feff}') { 3 } else { 0 };
    let is_only_page = !source.bare.contains("async function") && !find::has_word(&source.bare, "metadata");
    let edit = is_only_page.then(|| source.insert(begin, &format!("\"use client\";{newline}"))).flatten();
    Some(
        Finding::error(
            Cause::SecondReact,
            format!("{} uses {word} on the server: \"use client\" is missing", name(web, source)),
        )
        .saw(source.quote(at))
        .fix("\"use client\"; as the first line of the file")
        .edit(edit),
    )
}

/// The code without its imports, where the names stand but are not used.
fn used(source: &Source) -> String {
    let mut text = String::with_capacity(source.bare.len());
    let mut is_import = false;
    for line in source.bare.split_inclusive('\n') {
        is_import |= line.trim_start().starts_with("import ") || line.trim_start().starts_with("export {");
        let blanked: String = line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        text.push_str(if is_import { &blanked } else { line });
        is_import &= !(line.contains(" from ") || line.trim_end().ends_with(';'));
    }
    text
}

fn name(web: &Web<'_>, source: &Source) -> String {
    crate::project::source::shown(source.path.strip_prefix(&web.project.root).unwrap_or(&source.path))
}

/// The files that this one takes something from, as they are written.
fn imports(source: &Source) -> impl Iterator<Item = &str> {
    find::words(&source.bare, "from").filter_map(|at| {
        let value = at + 4 + source.bare[at + 4..].find(|letter: char| !letter.is_whitespace())?;
        find::string_at(&source.code, value).map(|range| &source.code[range])
    })
}

/// The file of the project that `./parts/form` or `@/parts/form` means.
fn resolve<'a>(
    web: &Web<'_>,
    known: &HashMap<PathBuf, &'a Source>,
    source: &Source,
    path: &str,
) -> Option<&'a Source> {
    let root = &web.project.root;
    let bases = match path.strip_prefix("@/").or_else(|| path.strip_prefix("~/")) {
        Some(path) => vec![root.join(path), root.join("src").join(path)],
        None if path.starts_with('.') => vec![source.path.parent()?.join(path)],
        None => return None,
    };
    let mut bases = bases.iter().map(|base| normal(base));
    bases.find_map(|base| known.get(&base).or_else(|| known.get(&base.join("index"))).copied())
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::Normal(part) => normal.push(part),
            _ => {}
        }
    }
    normal
}
