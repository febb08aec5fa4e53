//! Where the project's code reads a setting.

use crate::project::find;
use crate::project::source::Source;

/// `import.meta.env.NAME` or `process.env.NAME`.
pub struct Use {
    pub name: String,
    /// Which of the sources, and where in it the name stands.
    pub source: usize,
    pub at: usize,
    pub is_meta: bool,
    pub fallback: Fallback,
}

/// What stands in for a setting that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    None,
    /// `??`: an empty value is kept.
    Nullish,
    /// `||`, or a question about it: the code knows that it may be empty.
    Asked,
}

pub fn find(sources: &[Source]) -> Vec<Use> {
    /// More than any page has, and few enough to compare with each other.
    const MOST: usize = 2_000;
    let mut uses = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        for (object, is_meta) in [("import.meta.env", true), ("process.env", false)] {
            uses.extend(find::words(&source.bare, object).filter_map(|at| {
                let end = at + object.len();
                let name_at = end + name_offset(&source.code[end..])?;
                let name = find::name_at(&source.code, name_at).to_owned();
                let fallback = fallback(&source.bare[..at], &source.bare[name_at + name.len()..]);
                (!name.is_empty()).then_some(Use { name, source: number, at: name_at, is_meta, fallback })
            }));
        }
    }
    uses.truncate(MOST);
    uses
}

/// `.NAME`, `?.NAME` or `["NAME"]`.
fn name_offset(after: &str) -> Option<usize> {
    ["?.", ".", "[\"", "['"].iter().find(|mark| after.starts_with(**mark)).map(|mark| mark.len())
}

fn fallback(before: &str, after: &str) -> Fallback {
    let after = after.trim_start_matches(['"', '\'', ']', '!', ' ', '\n', '\r', '\t']);
    let before = before.trim_end();
    if after.starts_with("||") || before.ends_with('!') || before.ends_with("if (") {
        return Fallback::Asked;
    }
    match after.as_bytes() {
        [b'?', b'?', ..] => Fallback::Nullish,
        [b'?', next, ..] if *next != b'.' => Fallback::Asked,
        [b'&', b'&', ..] => Fallback::Asked,
        _ => Fallback::None,
    }
}

/// Whether a setting of this name is the address of the shop's API, as far as a name can tell.
pub fn is_base(name: &str) -> bool {
    const WHOSE: &[&str] = &["DOORSTEP", "API", "BACKEND", "SERVER", "ACCOUNT", "ACCOUNTS", "AUTH"];
    const WHAT: &[&str] = &["URL", "URI", "ORIGIN", "BASE", "BASEURL"];
    const NEITHER: &[&str] =
        &["KEY", "SECRET", "TOKEN", "PASSWORD", "ID", "VERSION", "TIMEOUT", "PATH", "NAME"];
    let name = ["VITE_", "NEXT_PUBLIC_", "REACT_APP_"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    let parts: Vec<_> = name.split('_').collect();
    let has = |list: &[&str]| parts.iter().any(|part| list.contains(part));
    match parts.as_slice() {
        ["BASE", "URL"] | ["BASEURL" | "APIURL"] => true,
        [one] => WHOSE.contains(one),
        _ => has(WHOSE) && has(WHAT) && !has(NEITHER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_whether_it_is_the_base_address() {
        for name in
            ["VITE_DOORSTEP_URL", "API_URL", "NEXT_PUBLIC_API_BASE_URL", "VITE_BACKEND", "REACT_APP_BASE_URL"]
        {
            assert!(is_base(name), "{name}");
        }
        for name in
            ["VITE_API_KEY", "VITE_STRIPE_KEY", "VITE_TITLE", "API_TOKEN_URL", "URL", "BASE", "NODE_ENV"]
        {
            assert!(!is_base(name), "{name}");
        }
    }
}
