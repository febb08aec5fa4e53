//! Layers the sources over each other: defaults, file, variables, flags. Keeps where each value came from and
//! collects every problem, so that one start shows them all.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::meaning::meant;
use super::read::heading;
use super::wrapped::{unwrapped, wrapping};

/// Defaults and manual in one file; its keys are the schema.
pub const DEFAULTS: &str = include_str!("../../config.default.toml");
/// What is read when no file is named, if it is there.
const USUAL_FILE: &str = "doorstep.toml";
const PREFIX: &str = "DOORSTEP_";
/// The one variable that is no setting: it names the file.
const FILE_VARIABLE: &str = "DOORSTEP_CONFIG";

/// What a command line and an environment bring along. Passed as values, so that tests need no environment.
#[derive(Clone, Default)]
pub struct Sources {
    /// `--config`; then a missing file is a problem.
    pub file: Option<PathBuf>,
    /// Where `doorstep.toml` is looked for.
    pub folder: PathBuf,
    /// All variables; those of others are skipped.
    pub variables: Vec<(String, String)>,
    /// `("server.listen", "--listen", value)`.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

impl Sources {
    /// The configuration file, whether it is there or not.
    pub fn path(&self) -> PathBuf {
        self.named().unwrap_or_else(|| self.folder.join(USUAL_FILE))
    }

    fn named(&self) -> Option<PathBuf> {
        let variable = || {
            let found =
                self.variables.iter().find(|(name, value)| name == FILE_VARIABLE && !value.is_empty());
            found.map(|(_, value)| PathBuf::from(value))
        };
        self.file.clone().or_else(variable)
    }
}

/// Not the variables: one may be a secret, and most are none of ours.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sources({})", self.path().display())
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Default,
    File(PathBuf),
    Variable(String),
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Setting {
    pub value: Value,
    pub source: Source,
}

/// All settings by `section.key`, and what is wrong with them so far.
#[derive(Debug)]
pub struct Settings {
    pub all: BTreeMap<String, Setting>,
    pub problems: Vec<String>,
}

impl Settings {
    pub fn gather(sources: &Sources) -> Self {
        let mut settings = Self { all: defaults(), problems: Vec::new() };
        let path = sources.path();
        if sources.named().is_some() || path.exists() {
            settings.take_file(&path);
        }
        for (name, value) in &sources.variables {
            if name.starts_with(PREFIX) && name != FILE_VARIABLE {
                settings.take_variable(name, value);
            }
        }
        for (key, flag, value) in &sources.flags {
            settings.take_text(key, value, Source::Flag(flag));
        }
        settings.take_platform(sources);
        settings
    }

    fn take_file(&mut self, path: &Path) {
        let shown = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return self.problems.push(format!("{shown} cannot be read: {error}")),
        };
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                // Only the place and the reason: the line itself may hold a secret.
                let at = error.span().map_or(0, |span| span.start).min(text.len());
                let line = text[..at].matches('\n').count() + 1;
                return self.problems.push(format!("{shown}, line {line}: {}", error.message().trim()));
            }
        };
        for (section, value) in table {
            match value {
                Value::Table(keys) if self.has_section(&section) => {
                    for (key, value) in keys {
                        self.take_from_file(&section, &key, value, path);
                    }
                }
                _ => self.problems.push(self.unknown_section(&section, &shown.to_string())),
            }
        }
    }

    fn take_from_file(&mut self, section: &str, key: &str, value: Value, path: &Path) {
        let full = format!("{section}.{key}");
        match self.all.get_mut(&full) {
            Some(setting) => *setting = Setting { value, source: Source::File(path.to_owned()) },
            None => {
                let prefix = format!("{section}.");
                let near = nearest(key, self.all.keys().filter_map(|known| known.strip_prefix(&prefix)));
                let meant = meant(Some(section), key);
                let hint = match (near, self.homes(key)) {
                    _ if meant.iter().any(|meant| meant.starts_with(&prefix)) => {
                        format!(r#" Did you mean "{}"?"#, meant.join(" or ").replace(&prefix, ""))
                    }
                    (_, Some(homes)) => format!(" It belongs below {homes}."),
                    _ if !meant.is_empty() => format!(" Did you mean {}?", headings(&meant)),
                    (Some(near), None) => format!(r#" Did you mean "{near}"?"#),
                    (None, None) => String::new(),
                };
                self.problems.push(format!(r#"{}: [{section}] has no key "{key}".{hint}"#, path.display()));
            }
        }
    }

    fn take_variable(&mut self, name: &str, value: &str) {
        let names = self.all.keys().map(|key| (variable(key), key.clone())).collect::<BTreeMap<_, _>>();
        match names.get(name) {
            Some(key) => self.take_text(key, value, Source::Variable(name.to_owned())),
            None => {
                let hint = self.named(name.strip_prefix(PREFIX).unwrap_or(name));
                let hint = hint.map_or_else(String::new, |near| format!(" Did you mean {near}?"));
                self.problems.push(format!("The variable {name} is no setting.{hint}"));
            }
        }
    }

    /// The variables that somebody means by this name behind the prefix: by meaning, as a key without its section, by letters.
    fn named(&self, rest: &str) -> Option<String> {
        let rest = rest.to_lowercase();
        let ending = format!(".{rest}");
        let by_key = || self.all.keys().map(String::as_str).filter(|key| key.ends_with(&ending)).collect();
        let by_part = || rest.split_once('_').map(|(section, name)| meant(Some(section), name));
        let keys = Some(meant(None, &rest)).filter(|keys| !keys.is_empty());
        let keys = keys.or_else(|| Some(by_key()).filter(|keys: &Vec<_>| !keys.is_empty()));
        match keys.or_else(by_part).filter(|keys| !keys.is_empty()) {
            Some(keys) => Some(keys.into_iter().map(shown_variable).collect::<Vec<_>>().join(" or ")),
            None => {
                // Without the prefix: all names have it, and would be alike.
                let spelled: Vec<_> = self.all.keys().map(|key| key.replace('.', "_")).collect();
                nearest(&rest, spelled.iter().map(String::as_str)).map(variable)
            }
        }
    }

    /// A value from a place that has only text: the default's type says how to read it.
    fn take_text(&mut self, key: &str, text: &str, source: Source) {
        let Some(setting) = self.all.get_mut(key) else { return };
        if let Some(wrapping) = wrapping(text) {
            self.problems.push(format!("{source} {wrapping}"));
        }
        // What it would be without that, so that nothing else is said of it.
        let text = unwrapped(text);
        let value = match &setting.value {
            Value::Integer(_) => text.parse().map(Value::Integer).ok(),
            Value::Boolean(_) => text.parse().map(Value::Boolean).ok(),
            Value::Array(_) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
            }
            _ => None,
        };
        *setting = Setting { value: value.unwrap_or_else(|| Value::String(text.to_owned())), source };
    }

    /// The configuration file, when the value stands there and is not empty.
    pub fn file_of(&self, key: &str) -> Option<&Path> {
        match self.all.get(key)? {
            Setting { value, source: Source::File(path) } if value.as_str() != Some("") => Some(path),
            _ => None,
        }
    }

    /// The sections that have a key of this name.
    fn homes(&self, name: &str) -> Option<String> {
        let all = self.all.keys().filter_map(|key| key.split_once('.')).filter(|(_, key)| *key == name);
        let homes: Vec<String> = all.map(|(section, _)| format!("[{section}]")).collect();
        (!homes.is_empty()).then(|| homes.join(" or "))
    }

    fn has_section(&self, section: &str) -> bool {
        let prefix = format!("{section}.");
        self.all.keys().any(|key| key.starts_with(&prefix))
    }

    /// What stands at the top of the file and is no section of ours.
    fn unknown_section(&self, name: &str, file: &str) -> String {
        if self.has_section(name) {
            return format!("{file}: [{name}] is a section: write its keys below a line [{name}]");
        }
        if let Some(homes) = self.homes(name) {
            return format!(r#"{file}: "{name}" stands above all sections. It belongs below {homes}"#);
        }
        let meant = meant(None, name);
        if !meant.is_empty() {
            return format!(r#"{file}: there is no "{name}". Did you mean {}?"#, headings(&meant));
        }
        let near = nearest(name, self.all.keys().filter_map(|key| key.split('.').next()));
        let hint = near.map_or_else(String::new, |near| format!(" Did you mean [{near}]?"));
        format!("{file}: there is no section [{name}].{hint}")
    }
}

fn shown_variable(key: &str) -> String {
    let form = if key == "server.listen" { " (HOST:PORT)" } else { "" };
    format!("{}{form}", variable(key))
}

fn headings(keys: &[&str]) -> String {
    keys.iter().map(|key| heading(key)).collect::<Vec<_>>().join(" or ")
}

/// The variable of a setting: `server.listen` is `DOORSTEP_SERVER_LISTEN`.
pub fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

fn defaults() -> BTreeMap<String, Setting> {
    let sections = default_table().into_iter().filter_map(|(section, value)| match value {
        Value::Table(keys) => Some((section, keys)),
        _ => None,
    });
    sections
        .flat_map(|(section, keys)| {
            keys.into_iter().map(move |(key, value)| (format!("{section}.{key}"), value))
        })
        .map(|(key, value)| (key, Setting { value, source: Source::Default }))
        .collect()
}

/// What the manual has for a setting.
pub fn default_value(key: &str) -> Option<Value> {
    let (section, key) = key.split_once('.')?;
    default_table().get(section)?.get(key).cloned()
}

fn default_table() -> Table {
    DEFAULTS.parse().unwrap_or_else(|error| unreachable!("the embedded defaults are read by a test: {error}"))
}

/// The known name that a typo most probably meant.
fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}
