//! `[database] url_file`: the URL of the database in a file of its own.

use std::path::Path;

use super::load::{Settings, Source};

const URL: &str = "database.url";
const FILE: &str = "database.url_file";

impl Settings {
    /// Of the URL and its file the one from the later place counts: a flag wins over a variable, a variable over the file.
    /// Both from one place is a problem.
    pub fn url_file_counts(&mut self) -> bool {
        let places = [URL, FILE].map(|key| self.all.get(key).map_or(0, |setting| rank(&setting.source)));
        if places[0] == places[1] && places[0] > 0 {
            self.problems.push("[database] url and url_file are both set: keep one".to_owned());
        }
        places[1] > places[0]
    }

    /// What the file holds. It may hold a password: nothing of it is shown.
    pub fn database_url_in(&mut self, file: &Path) -> Option<String> {
        let problem = match std::fs::read_to_string(file) {
            Ok(text) if !text.trim().is_empty() && text.trim().lines().count() == 1 => {
                return Some(text.trim().to_owned());
            }
            Ok(_) => "needs one line with a URL like postgres://USER:PASSWORD@HOST/NAME".to_owned(),
            Err(error) => format!("cannot be read: {error}"),
        };
        self.problems.push(format!("[database] url_file: {} {problem}", file.display()));
        None
    }
}

const fn rank(source: &Source) -> u8 {
    match source {
        Source::Default => 0,
        Source::File(_) => 1,
        Source::Variable(_) => 2,
        Source::Flag(_) => 3,
    }
}
