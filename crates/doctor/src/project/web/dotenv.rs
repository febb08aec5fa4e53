//! The `.env` files: which one wins in development and in a build.

use std::ops::Range;

use super::Tool;
use crate::project::Project;
use crate::project::source::Source;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Development,
    Production,
}

/// `NAME=value` in one of the files.
pub struct Setting {
    pub name: String,
    pub value: String,
    pub file: usize,
    /// Where the name and the value stand in the file.
    pub name_at: Range<usize>,
    pub value_at: Range<usize>,
}

pub struct Settings {
    pub files: Vec<Source>,
    all: Vec<Setting>,
    orders: [Vec<&'static str>; 2],
}

impl Settings {
    pub fn read(project: &Project<'_>, tool: Tool) -> Self {
        const FILES: &[&str] = &[
            ".env",
            ".env.local",
            ".env.development",
            ".env.development.local",
            ".env.production",
            ".env.production.local",
        ];
        let files: Vec<_> = FILES.iter().filter_map(|name| project.read(name)).collect();
        let all = files
            .iter()
            .enumerate()
            .flat_map(|(file, source)| parse(file, &source.text).into_iter().take(500));
        let all = all.collect();
        Self { files, all, orders: [order(tool, Mode::Development), order(tool, Mode::Production)] }
    }

    /// The value that counts in `mode`: of the last file that sets it.
    pub fn effective(&self, name: &str, mode: Mode) -> Option<&Setting> {
        let order = &self.orders[usize::from(mode == Mode::Production)];
        let place =
            |setting: &Setting| order.iter().position(|file| self.files[setting.file].path.ends_with(file));
        let named = self.all.iter().filter(|setting| setting.name == name);
        // The later line of one file wins too.
        named
            .filter_map(|setting| Some((place(setting)?, setting)))
            .max_by_key(|found| found.0)
            .map(|found| found.1)
    }

    pub fn all(&self) -> &[Setting] {
        &self.all
    }

    pub fn has(&self, name: &str) -> bool {
        self.all.iter().any(|setting| setting.name == name)
    }

    pub fn file(&self, setting: &Setting) -> &Source {
        &self.files[setting.file]
    }

    pub fn place(&self, setting: &Setting) -> String {
        self.file(setting).place(setting.name_at.start)
    }
}

/// From the weakest file to the strongest.
fn order(tool: Tool, mode: Mode) -> Vec<&'static str> {
    let (of_mode, of_mode_local) = match mode {
        Mode::Development => (".env.development", ".env.development.local"),
        Mode::Production => (".env.production", ".env.production.local"),
    };
    match tool {
        Tool::Vite | Tool::Other => vec![".env", ".env.local", of_mode, of_mode_local],
        Tool::Next | Tool::ReactScripts => vec![".env", of_mode, ".env.local", of_mode_local],
    }
}

fn parse(file: usize, text: &str) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        settings.extend(setting(file, line, begin));
        begin += line.len();
    }
    settings
}

fn setting(file: usize, line: &str, begin: usize) -> Option<Setting> {
    let shown = line.trim_start_matches('\u{feff}').trim_start();
    let named = shown.strip_prefix("export ").map_or(shown, str::trim_start);
    let (name, rest) = named.split_once('=')?;
    let name_at = begin + line.len() - named.len();
    let name = name.trim_end();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let value = rest.trim_start();
    let at = begin + line.len() - value.len();
    let inner = match value.chars().next().filter(|mark| matches!(mark, '"' | '\'' | '`')) {
        Some(mark) => 1..1 + value[1..].find(mark)?,
        // A mark for a comment counts after a space only: addresses have fragments.
        None => 0..value.find(" #").unwrap_or(value.len()).min(value.trim_end().len()),
    };
    let value = if inner.start == 0 && value.starts_with('#') { "" } else { value[inner.clone()].trim_end() };
    let from = at + inner.start;
    Some(Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        file,
        name_at: name_at..name_at + name.len(),
        value_at: from..from + value.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_dotenv_reads_them() {
        let text =
            "\u{feff}A=1\r\n# B=2\n export C = \"x # y\" # z\nD=http://a/#b # c\nE=\nF='open\nG H=1\nI=#";
        let read: Vec<_> = parse(0, text).into_iter().map(|setting| (setting.name, setting.value)).collect();
        let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, [("A", "1"), ("C", "x # y"), ("D", "http://a/#b"), ("E", ""), ("I", "")]);
        for setting in parse(0, text) {
            assert_eq!(text[setting.name_at], setting.name);
            assert_eq!(text[setting.value_at], setting.value);
        }
    }
}
