//! Next.js' rewrites, and the `proxy` line of Create React App: the same trap as Vite's proxy.

use super::{Tool, Web, proxy};
use crate::Finding;
use crate::project::find;

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    match web.tool {
        Tool::Next => rewrites(web),
        Tool::ReactScripts => proxy_line(web).into_iter().collect(),
        Tool::Vite | Tool::Other => Vec::new(),
    }
}

fn rewrites(web: &Web<'_>) -> Vec<Finding> {
    let Some(config) = &web.config else { return Vec::new() };
    let targets = find::words(&config.bare, "destination").filter_map(|at| {
        let value = find::value_of(&config.bare, at..config.bare.len(), "destination")?;
        let range = find::string_at(&config.code, value)?;
        // A parameter such as `:path*` is no part of an address.
        let end = config.code[range.clone()].find("/:").map_or(range.end, |found| range.start + found);
        let is_api = config.code[range.start..range.end].contains("/api/");
        proxy::unheard(web, config, range.start..end, is_api && web.is_for_doorstep)
    });
    targets.collect()
}

fn proxy_line(web: &Web<'_>) -> Option<Finding> {
    let target = web.manifest.get("proxy")?.as_str()?;
    let manifest = web.project.read("package.json")?;
    let at = manifest.text.find(target)?;
    proxy::unheard(web, &manifest, at..at + target.len(), web.is_for_doorstep)
}
