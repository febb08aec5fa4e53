//! Packages of Doorstep that do not belong together.

use super::{Web, dependency};
use crate::{Finding, Severity};

const KITS: &[&str] = &["@doorstep/client", "@doorstep/react"];

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    let found: Vec<_> = KITS.iter().filter_map(|kit| Some((*kit, version(web, kit)?))).collect();
    let pairs: Vec<_> = found.iter().filter_map(|(kit, version)| Some((*kit, series(version)?))).collect();
    disagreement(&pairs, "package.json", "npm install @doorstep/client@latest @doorstep/react@latest")
        .into_iter()
        .collect()
}

/// Of two packages of one kit, or of a kit and this program; asked by Flutter too.
pub fn disagreement(kits: &[(&str, (u64, u64))], file: &str, update: &str) -> Option<Finding> {
    let finding = |title: String| Finding::new(Severity::Warning, None, title).saw(file.to_owned());
    if let [(one, first), (other, second)] = kits
        && first != second
    {
        let title = format!("{one} {} and {other} {} do not belong together", shown(*first), shown(*second));
        return Some(finding(title).fix(update));
    }
    let server = series(env!("CARGO_PKG_VERSION"))?;
    let (kit, newer) = kits.iter().find(|(_, version)| *version > server)?;
    let title = format!("{kit} {} is newer than this server, {}", shown(*newer), shown(server));
    Some(finding(title).fix(format!("Update the server, or take {kit} {}", shown(server))))
}

fn shown((major, minor): (u64, u64)) -> String {
    if major == 0 { format!("0.{minor}") } else { format!("{major}.x") }
}

/// What is installed, or else what is asked for.
fn version(web: &Web<'_>, package: &str) -> Option<String> {
    let asked = dependency(&web.manifest, package)?;
    let installed = web.project.read(&format!("node_modules/{package}/package.json")).and_then(|manifest| {
        let manifest: serde_json::Value = serde_json::from_str(&manifest.text).ok()?;
        Some(manifest.get("version")?.as_str()?.to_owned())
    });
    Some(installed.unwrap_or_else(|| asked.to_owned()))
}

/// The part of a version within which nothing breaks: `^0.1.2` is (0, 1), `2.3.4` is (2, 0). A path or a tag has none.
pub fn series(spec: &str) -> Option<(u64, u64)> {
    let major = major(spec)?;
    let minor =
        spec.trim_start_matches(['^', '~', 'v', '=']).split('.').nth(1).and_then(|minor| minor.parse().ok());
    Some((major, if major == 0 { minor? } else { 0 }))
}

pub fn major(spec: &str) -> Option<u64> {
    let bare = spec.trim().trim_start_matches(['^', '~', 'v', '=']);
    bare.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_has_a_series() {
        assert_eq!(series("^0.1.0"), Some((0, 1)));
        assert_eq!(series("2.3.4-beta.1"), Some((2, 0)));
        for spec in ["file:../client", "workspace:*", "latest", "*", ">=0.1 <0.3", "0.x"] {
            assert_eq!(series(spec), None, "{spec}");
        }
    }
}
