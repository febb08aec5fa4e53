//! `url_file`: the URL of a server in a file of its own.

use std::path::Path;

use super::load::{Settings, Source};

impl Settings {
    /// Of a section's `url` and `url_file` the one from the later place counts: a flag wins over a variable, a variable over the
    /// file. Both from one place is a problem.
    pub fn url_file_counts(&mut self, section: &str) -> bool {
        let place = |name: &str| {
            self.all.get(&*format!("{section}.{name}")).map_or(0, |setting| rank(&setting.source))
        };
        let places = [place("url"), place("url_file")];
        if places[0] == places[1] && places[0] > 0 {
            self.problems.push(format!("[{section}] url and url_file are both set: keep one"));
        }
        places[1] > places[0]
    }

    /// What the file holds. It may hold a password: nothing of it is shown.
    pub fn url_in(&mut self, section: &str, file: &Path, example: &str) -> Option<String> {
        let problem = match std::fs::read_to_string(file) {
            Ok(text) if !text.trim().is_empty() && text.trim().lines().count() == 1 => {
                return Some(text.trim().to_owned());
            }
            Ok(_) => format!("needs one line with a URL like {example}"),
            Err(error) => format!("cannot be read: {error}"),
        };
        self.problems.push(format!("[{section}] url_file: {} {problem}", file.display()));
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
