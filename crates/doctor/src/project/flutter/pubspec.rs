//! `pubspec.yaml` and `pubspec.lock`: packages too old for what they are used for (DS-22, DS-32).

use doorstep_base::Cause;

use super::App;
use crate::Finding;
use crate::project::Project;
use crate::project::source::Source;
use crate::project::web::{disagreement, series};

pub struct Pubspec {
    file: Source,
    /// Name, constraint, and where its line begins.
    packages: Vec<(String, String, usize)>,
    locked: Vec<(String, String)>,
}

impl Pubspec {
    pub fn read(project: &Project<'_>) -> Option<Self> {
        let file = project.read("pubspec.yaml")?;
        let locked = project.read("pubspec.lock").map(|lock| locked(&lock.text)).unwrap_or_default();
        let packages = packages(&file.text);
        let is_app = packages.iter().any(|(name, ..)| name == "flutter" || name.starts_with("doorstep_"));
        is_app.then_some(Self { file, packages, locked })
    }

    pub fn has(&self, package: &str) -> bool {
        self.packages.iter().any(|(name, ..)| name == package)
    }

    /// The version that is installed, or else the newest that the constraint allows, as (major, minor).
    fn version(&self, package: &str) -> Option<(u64, u64)> {
        let (_, constraint, _) = self.packages.iter().find(|(name, ..)| name == package)?;
        match self.locked.iter().find(|(name, _)| name == package) {
            Some((_, version)) => numbers(version),
            None => newest(constraint),
        }
    }

    fn line(&self, package: &str) -> String {
        let found = self.packages.iter().find(|(name, ..)| name == package);
        found.map_or_else(String::new, |(.., at)| self.file.quote(*at))
    }
}

pub fn check(app: &App<'_>) -> Vec<Finding> {
    old_http(app).into_iter().chain(kits(app)).collect()
}

fn old_http(app: &App<'_>) -> Option<Finding> {
    let version = app.pubspec.version("http")?;
    let uses = |what: &str| app.sources.iter().find_map(|source| Some(source.quote(source.bare.find(what)?)));
    let finding = |finding: Finding, place: String| {
        finding.saw(app.pubspec.line("http")).saw(place).fix("flutter pub add http:^1.5.0")
    };
    if version < (1, 4) {
        let title = "http before 1.4 reads JSON as Latin-1: \"José\" becomes \"JosÃ©\"";
        return Some(
            finding(Finding::warning(Cause::WrongDecoding, title), uses(".body").or_else(|| uses("import"))?)
                .fix("Until then: utf8.decode(response.bodyBytes)"),
        );
    }
    if version < (1, 5) {
        let title =
            "http before 1.5 cannot stop a request: after .timeout() it still reaches the server".to_owned();
        return Some(finding(Finding::note(Cause::NoAnswerInTime, title), uses(".timeout(")?));
    }
    None
}

fn kits(app: &App<'_>) -> Option<Finding> {
    let version = |kit: &str| {
        let locked =
            app.pubspec.locked.iter().find(|(name, _)| name == kit).map(|(_, version)| version.as_str());
        let asked =
            app.pubspec.packages.iter().find(|(name, ..)| name == kit).map(|(_, asked, _)| asked.as_str());
        series(locked.or(asked)?)
    };
    let found: Vec<_> = ["doorstep_client", "doorstep_flutter"]
        .into_iter()
        .filter_map(|kit| Some((kit, version(kit)?)))
        .collect();
    disagreement(&found, "pubspec.yaml", "flutter pub upgrade doorstep_client doorstep_flutter")
}

/// The entries of `dependencies:` and of `dev_dependencies:`, by their indentation.
fn packages(text: &str) -> Vec<(String, String, usize)> {
    let (mut is_inside, mut depth, mut begin) = (false, None, 0);
    let mut packages = Vec::new();
    for line in text.split_inclusive('\n') {
        let at = begin;
        begin += line.len();
        let shown = without_comment(line);
        let indent = shown.len() - shown.trim_start().len();
        if shown.trim().is_empty() {
            continue;
        }
        if indent == 0 {
            is_inside = matches!(shown.trim_end(), "dependencies:" | "dev_dependencies:");
            depth = None;
        } else if is_inside && *depth.get_or_insert(indent) == indent {
            let (name, constraint) = shown.split_once(':').unwrap_or((shown, ""));
            packages.push((
                name.trim().to_owned(),
                constraint.trim().trim_matches(['"', '\'']).to_owned(),
                at,
            ));
        }
    }
    packages
}

fn without_comment(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}');
    if line.trim_start().starts_with('#') { "" } else { line.split(" #").next().unwrap_or(line).trim_end() }
}

/// Name and version of each package in a lock file.
fn locked(text: &str) -> Vec<(String, String)> {
    let mut name = None;
    let mut locked = Vec::new();
    for line in text.lines() {
        if let Some(package) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
            name = package.strip_suffix(':').map(|name| name.trim_matches('"').to_owned());
        } else if let Some(version) = line.strip_prefix("    version: ") {
            locked.extend(name.take().map(|name| (name, version.trim().trim_matches('"').to_owned())));
        }
    }
    locked
}

fn numbers(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.split(['.', '-', '+']).map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Whatever the constraint allows at most: `^1.2.0` allows every 1.x.
fn newest(constraint: &str) -> Option<(u64, u64)> {
    if let Some(version) = constraint.strip_prefix('^') {
        let (major, minor) = numbers(version)?;
        return Some(if major == 0 { (0, minor) } else { (major, u64::MAX) });
    }
    if let Some((_, end)) = constraint.split_once('<') {
        let (is_open, end) = end.strip_prefix('=').map_or((true, end), |end| (false, end));
        let (major, minor) = numbers(end.trim())?;
        return Some(match (is_open, minor) {
            (false, _) => (major, minor),
            (true, 0) => (major.checked_sub(1)?, u64::MAX),
            (true, _) => (major, minor - 1),
        });
    }
    constraint.starts_with(|first: char| first.is_ascii_digit()).then(|| numbers(constraint)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_allows_up_to_its_end() {
        assert_eq!(newest("^1.2.0"), Some((1, u64::MAX)));
        assert_eq!(newest("^0.13.5"), Some((0, 13)));
        assert_eq!(newest(">=0.13.0 <1.0.0"), Some((0, u64::MAX)));
        assert_eq!(newest(">=1.0.0 <1.4.0"), Some((1, 3)));
        assert_eq!(newest("1.2.0"), Some((1, 2)));
        assert_eq!((newest("any"), newest(">=1.0.0"), newest("")), (None, None, None));
    }

    #[test]
    fn only_dependencies_are_read() {
        let text = "name: x\ndependencies:\n  flutter:\n    sdk: flutter\n  http: ^1.2.0 # old\n# dio: 1.0\nflutter:\n  uses-material-design: true\n";
        let names: Vec<_> =
            packages(text).into_iter().map(|(name, constraint, _)| (name, constraint)).collect();
        assert_eq!(names, [("flutter".into(), String::new()), ("http".into(), "^1.2.0".to_owned())]);
        let lock = "packages:\n  http:\n    dependency: \"direct main\"\n    version: \"1.3.0\"\nsdks:\n  dart: \">=3.8.0\"\n";
        assert_eq!(locked(lock), [("http".to_owned(), "1.3.0".to_owned())]);
    }
}
