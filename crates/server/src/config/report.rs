//! What `check-config` prints: every setting in force, as a file that could be read again, with its source beside
//! it where it is not the default. Secrets are hidden.

use std::fmt::Write;

use super::Sources;
use super::load::{Settings, Source};
use super::read::shown;

pub fn report(sources: &Sources) -> String {
    let settings = Settings::gather(sources);
    let mut text =
        String::from("# In force; a comment tells where a value that is not the default comes from.\n");
    let mut last = "";
    for (name, setting) in &settings.all {
        let (section, key) = name.split_once('.').unwrap_or(("", name));
        if section != last {
            let _ = writeln!(text, "\n[{section}]");
            last = section;
        }
        let value = shown(name, &setting.value);
        let _ = match &setting.source {
            Source::Default => writeln!(text, "{key} = {value}"),
            source => writeln!(text, "{key} = {value}  # from {source}"),
        };
    }
    text
}
