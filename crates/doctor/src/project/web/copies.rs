//! More than one React in `node_modules` (DS-42): hooks of the one know nothing of the other.

use doorstep_base::Cause;
use serde_json::Value;

use super::{Tool, Web};
use crate::Finding;
use crate::project::find;

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    let Some(react) = installed(web, "node_modules/react") else { return Vec::new() };
    second_copy(web, &react).or_else(|| other_version(web, &react)).into_iter().collect()
}

fn installed(web: &Web<'_>, folder: &str) -> Option<String> {
    let manifest = web.project.read(&format!("{folder}/package.json"))?;
    let manifest: Value = serde_json::from_str(&manifest.text).ok()?;
    Some(manifest.get("version")?.as_str()?.to_owned())
}

/// A package that the page uses and that brought a React of its own. What only tools use does no harm.
fn second_copy(web: &Web<'_>, react: &str) -> Option<Finding> {
    if is_deduplicated(web) {
        return None;
    }
    let packages = web.manifest.get("dependencies")?.as_object()?.keys();
    packages.take(500).filter(|package| *package != "react").find_map(|package| {
        let folder = format!("node_modules/{package}/node_modules/react");
        let other = installed(web, &folder)?;
        Some(
            Finding::error(Cause::SecondReact, format!("{package} brings a React of its own, {other}"))
                .saw(format!("node_modules/react is {react}"))
                .saw(format!("{folder} is {other}"))
                .fix("npm ls react shows who asks for it; npm dedupe removes it if the versions allow")
                .fix("With Vite: resolve: { dedupe: [\"react\", \"react-dom\"] }"),
        )
    })
}

fn is_deduplicated(web: &Web<'_>) -> bool {
    let Some(config) = web.config.as_ref().filter(|_| web.tool == Tool::Vite) else { return false };
    find::value_of(&config.bare, 0..config.bare.len(), "dedupe").is_some()
}

/// From 19 on react-dom refuses any other version than its own.
fn other_version(web: &Web<'_>, react: &str) -> Option<Finding> {
    let dom = installed(web, "node_modules/react-dom")?;
    let is_strict = super::versions::major(react)? >= 19 || super::versions::major(&dom)? >= 19;
    (is_strict && dom != react).then(|| {
        Finding::error(Cause::SecondReact, format!("react is {react}, but react-dom is {dom}"))
            .saw("node_modules/react/package.json and node_modules/react-dom/package.json")
            .fix(format!("npm install react@{react} react-dom@{react}"))
    })
}
