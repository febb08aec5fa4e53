//! Settings that never reach the page: the wrong name, or none at all (DS-21).

use doorstep_base::Cause;

use super::dotenv::Setting;
use super::uses::{self, Fallback, Use};
use super::{Tool, Web};
use crate::project::{find, source::Source};
use crate::{Edit, Finding};

/// What Vite itself puts there.
const BUILT_IN: &[&str] = &["MODE", "BASE_URL", "PROD", "DEV", "SSR"];

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    let mut seen = Vec::new();
    let mut findings = Vec::new();
    for read in web.uses.iter().take_while(|_| web.project.has_time()) {
        if uses::is_base(&read.name) && reaches_page(web, read) && !seen.contains(&&read.name) {
            seen.push(&read.name);
            findings.extend(judge(web, read));
        }
    }
    findings
}

/// Whether this line runs in a browser, so that the name must have the prefix.
fn reaches_page(web: &Web<'_>, read: &Use) -> bool {
    match web.tool {
        Tool::Vite => read.is_meta && !BUILT_IN.contains(&read.name.as_str()),
        Tool::Next => !read.is_meta && is_client(&web.sources[read.source]),
        Tool::ReactScripts => !read.is_meta,
        Tool::Other => false,
    }
}

pub fn is_client(source: &Source) -> bool {
    let code = source.code.trim_start_matches('\u{feff}').trim_start();
    code.starts_with("\"use client\"") || code.starts_with("'use client'")
}

fn judge(web: &Web<'_>, read: &Use) -> Option<Finding> {
    let prefixes = prefixes(web);
    match prefixes.iter().find_map(|prefix| read.name.strip_prefix(prefix.as_str())) {
        None => prefixes.first().and_then(|prefix| unprefixed(web, read, prefix)),
        Some(bare) if !web.settings.has(&read.name) => Some(unset(web, read, bare)?),
        Some(_) => None,
    }
}

/// `envPrefix` of a Vite configuration, or what the tool wants.
fn prefixes(web: &Web<'_>) -> Vec<String> {
    let own = web.config.as_ref().filter(|_| web.tool == Tool::Vite).and_then(|config| {
        let at = find::value_of(&config.bare, 0..config.bare.len(), "envPrefix")?;
        let range = if config.bare[at..].starts_with('[') {
            find::inside(&config.bare, at)?
        } else {
            find::string_at(&config.code, at)?
        };
        let names =
            config.code[range].split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        Some(names.filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>())
    });
    own.filter(|own| !own.is_empty()).unwrap_or_else(|| vec![web.tool.prefix().to_owned()])
}

fn unprefixed(web: &Web<'_>, read: &Use, prefix: &str) -> Option<Finding> {
    // `define` may put any name there.
    if web.config.as_ref().is_some_and(|config| find::has_word(&config.code, &read.name)) {
        return None;
    }
    let source = &web.sources[read.source];
    let wanted = format!("{prefix}{}", read.name);
    let set = web.settings.all().iter().find(|setting| setting.name == read.name || setting.name == wanted);
    let is_whole =
        set.is_some_and(|setting| setting.name == wanted || rename(web, setting, &wanted).is_some());
    let edit = is_whole.then(|| source.insert(read.at, prefix)).flatten();
    let mut finding = Finding::error(
        Cause::BaseUrlMissing,
        format!(
            "{} is undefined in the page: {} only gives names that begin with {prefix}",
            read.name,
            web.tool.name()
        ),
    )
    .saw(source.quote(read.at));
    if let Some(setting) = set {
        finding = finding.saw(format!("{} sets {}", web.settings.place(setting), setting.name));
    }
    Some(
        finding
            .fix(format!("Name it {wanted}, in the code and in .env, and start {} again", web.tool.name()))
            .edit(edit),
    )
}

fn unset(web: &Web<'_>, read: &Use, bare: &str) -> Option<Finding> {
    let source = &web.sources[read.source];
    let finding = |severity: fn(Cause, String) -> Finding, title: String| {
        severity(Cause::BaseUrlMissing, title).saw(source.quote(read.at))
    };
    let again = format!("start {} again", web.tool.name());
    if let Some(setting) = web.settings.all().iter().find(|setting| setting.name == bare) {
        let title = format!("{bare} is kept from pages: {} only gives them {}", web.tool.name(), read.name);
        return Some(
            finding(Finding::error, title)
                .saw(format!("{} sets {bare}", web.settings.place(setting)))
                .fix(format!("In {}: {}=…, and {again}", file_name(web, setting), read.name))
                .edit(rename(web, setting, &read.name)),
        );
    }
    if let Some(setting) = near(web, &read.name) {
        return Some(
            finding(Finding::error, format!("{} is not set, but {} is", read.name, setting.name))
                .saw(format!("{} sets {}", web.settings.place(setting), setting.name))
                .fix(format!("Use one name in both places, and {again}")),
        );
    }
    let is_needed = !web.uses.iter().any(|other| other.name == read.name && other.fallback != Fallback::None);
    let is_elsewhere = web.config.as_ref().is_some_and(|config| {
        find::has_word(&config.code, &read.name) || find::has_word(&config.code, "envDir")
    });
    (is_needed && !is_elsewhere).then(|| {
        finding(Finding::warning, format!("No .env file sets {}", read.name))
            .fix(format!("Unless the build gets it from its environment: {}=http://localhost:5000 in .env.development, and {again}", read.name))
    })
}

/// A setting whose name is almost the wanted one, and that nothing else in the project knows.
fn near<'a>(web: &'a Web<'_>, name: &str) -> Option<&'a Setting> {
    let is_known =
        |name: &str| web.sources.iter().chain(&web.config).any(|source| source.text.contains(name));
    web.settings
        .all()
        .iter()
        .find(|setting| strsim::osa_distance(&setting.name, name) <= 2 && !is_known(&setting.name))
}

/// The setting under its new name, if nothing else knows the old one.
fn rename(web: &Web<'_>, setting: &Setting, name: &str) -> Option<Edit> {
    let is_wanted = web.config.as_ref().is_some_and(|config| find::has_word(&config.code, &setting.name))
        || web.uses.iter().any(|read| read.name == setting.name && !read.is_meta);
    if is_wanted || web.settings.has(name) {
        return None;
    }
    web.settings.file(setting).replace(setting.name_at.clone(), name)
}

fn file_name(web: &Web<'_>, setting: &Setting) -> String {
    crate::project::source::shown(&web.settings.file(setting).path)
}
