//! `[cors] origins` by itself: the one setting that a running server reads again.

use super::load::{Settings, Source};
use super::{Mode, Origin, Problems, Sources, check};

/// The origins in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOrigins {
    pub origins: Vec<Origin>,
    pub source: Source,
}

impl ListedOrigins {
    /// The variable or flag that makes the file's list mean nothing.
    pub fn overridden_by(&self) -> Option<String> {
        match &self.source {
            Source::Default | Source::File(_) => None,
            source => Some(source.to_string()),
        }
    }
}

/// Reads the list as a start would: from all sources, and refused whole when a line of the file cannot be read. `mode` is the
/// one that the server runs in (or `None`: the one that it would start in).
pub fn origins(sources: &Sources, mode: Option<Mode>) -> Result<ListedOrigins, Problems> {
    let mut settings = Settings::gather(sources);
    let origins: Vec<Origin> = settings.list("cors.origins");
    let mode = mode.unwrap_or_else(|| settings.parsed("server.mode"));
    let mut problems = std::mem::take(&mut settings.problems);
    if mode == Mode::Production {
        problems.extend(check::insecure(&origins));
    }
    let source = settings.all.get("cors.origins").map_or(Source::Default, |setting| setting.source.clone());
    if problems.is_empty() { Ok(ListedOrigins { origins, source }) } else { Err(Problems(problems)) }
}

/// The mode that a server of these sources would start in, if it can be read.
pub fn mode(sources: &Sources) -> Option<Mode> {
    let mut settings = Settings::gather(sources);
    settings.problems.clear();
    let mode = settings.parsed("server.mode");
    settings.problems.is_empty().then_some(mode)
}
