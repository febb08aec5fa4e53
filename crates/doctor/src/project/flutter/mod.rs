//! A Flutter project: what it depends on, what its platforms allow, and the addresses in its code.

mod addresses;
mod android;
mod apple;
mod bodies;
mod pubspec;

use self::pubspec::Pubspec;
use super::source::Source;
use super::{Finding, Project};

/// What the doctor knows of an app before it looks for anything.
struct App<'a> {
    project: &'a Project<'a>,
    pubspec: Pubspec,
    /// Everything below `lib`.
    sources: Vec<Source>,
}

/// What is wrong with the app; none if this is no Flutter project.
pub fn check(project: &Project<'_>) -> Option<Vec<Finding>> {
    let app = App::read(project)?;
    let checks: &[fn(&App<'_>) -> Vec<Finding>] =
        &[pubspec::check, android::check, apple::check, addresses::check, bodies::check];
    Some(checks.iter().flat_map(|check| check(&app)).collect())
}

impl<'a> App<'a> {
    fn read(project: &'a Project<'a>) -> Option<Self> {
        let pubspec = Pubspec::read(project)?;
        let is_in_lib = |source: &Source| {
            source.path.strip_prefix(&project.root).is_ok_and(|path| path.starts_with("lib"))
        };
        let sources = project.sources(&["dart"]).into_iter().filter(is_in_lib).collect();
        Some(Self { project, pubspec, sources })
    }

    /// Whether it talks to a server at all.
    fn uses_network(&self) -> bool {
        const PACKAGES: &[&str] =
            &["doorstep_flutter", "doorstep_client", "http", "dio", "chopper", "graphql_flutter"];
        PACKAGES.iter().any(|package| self.pubspec.has(package))
            || self.sources.iter().any(|source| source.bare.contains("HttpClient("))
    }

    /// Whether requests go through the platform, which polices plain http. Dart's own sockets are not policed.
    fn uses_platform_http(&self) -> bool {
        const PACKAGES: &[&str] =
            &["cronet_http", "cupertino_http", "native_dio_adapter", "ok_http", "webview_flutter"];
        PACKAGES.iter().any(|package| self.pubspec.has(package))
    }
}
