//! A React project: Vite, Next or another tool that puts settings into pages.

mod bodies;
mod calls;
mod client_only;
mod copies;
mod dotenv;
mod fields;
mod forms;
mod next;
mod page;
mod proxy;
mod settings;
pub use self::uses::is_base;
pub use self::versions::{disagreement, series};
mod uses;
mod values;
mod versions;

use serde_json::Value;

use self::dotenv::Settings;
use self::page::Page;
use self::uses::Use;
use super::source::{Source, readable, shown};
use super::{Finding, Project, Server};

/// What the doctor knows of a web project before it looks for anything.
struct Web<'a> {
    project: &'a Project<'a>,
    manifest: Value,
    tool: Tool,
    /// `vite.config.ts` or `next.config.js`, whatever the ending.
    config: Option<Source>,
    sources: Vec<Source>,
    settings: Settings,
    uses: Vec<Use>,
    server: Option<Server>,
    page: Page,
    /// Whether its calls go to Doorstep, and not to just any server.
    is_for_doorstep: bool,
    /// Whether some calls carry a token instead of a cookie.
    has_tokens: bool,
    /// Whether calls carry a cookie: what the kit does unless it is told otherwise.
    sends_cookies: bool,
    /// Whether pages are made on a server too.
    renders_on_server: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    Vite,
    Next,
    ReactScripts,
    Other,
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::Vite => "Vite",
            Self::Next => "Next.js",
            Self::ReactScripts => "Create React App",
            Self::Other => "the build",
        }
    }

    /// What a setting's name begins with, or a page never gets it.
    fn prefix(self) -> &'static str {
        match self {
            Self::Vite | Self::Other => "VITE_",
            Self::Next => "NEXT_PUBLIC_",
            Self::ReactScripts => "REACT_APP_",
        }
    }
}

/// What is wrong with the page; none if this is no web project.
pub fn check(project: &Project<'_>, server: Option<Server>) -> Option<Vec<Finding>> {
    let file = project.read("package.json")?;
    let manifest = match serde_json::from_str(file.text.trim_start_matches('\u{feff}')) {
        Ok(manifest) => manifest,
        Err(error) => return Some(vec![no_manifest(&file, &error)]),
    };
    let web = Web::read(project, manifest, server)?;
    let checks: &[fn(&Web<'_>) -> Vec<Finding>] = &[
        settings::check,
        values::check,
        proxy::check,
        next::check,
        calls::check,
        forms::check,
        fields::check,
        client_only::check,
        copies::check,
        versions::check,
    ];
    Some(checks.iter().flat_map(|check| check(&web)).collect())
}

fn no_manifest(file: &Source, error: &serde_json::Error) -> Finding {
    Finding::error(None, format!("{} is no JSON", shown(&file.path)))
        .saw(format!("line {}: {}", error.line(), readable(&error.to_string(), 200)))
        .fix("Mend it: npm cannot read it either")
}

impl<'a> Web<'a> {
    fn read(project: &'a Project<'a>, manifest: Value, server: Option<Server>) -> Option<Self> {
        let has = |name| dependency(&manifest, name).is_some();
        let tool = match () {
            () if has("next") => Tool::Next,
            () if has("vite") => Tool::Vite,
            () if has("react-scripts") => Tool::ReactScripts,
            () if has("react") || has("@doorstep/client") => Tool::Other,
            () => return None,
        };
        let config = match tool {
            Tool::Next => config(project, "next.config"),
            _ => config(project, "vite.config"),
        };
        let sources = project.sources(&["js", "jsx", "ts", "tsx", "mjs", "html"]);
        // What configures a tool runs on the developer's machine, and is looked at by itself.
        let sources: Vec<_> = sources.into_iter().filter(|source| !is_config(source)).collect();
        let has_tokens = sources.iter().any(is_with_tokens);
        Some(Self {
            project,
            tool,
            server,
            page: Page::read(tool, &manifest, config.as_ref()),
            uses: uses::find(&sources),
            settings: Settings::read(project, tool),
            is_for_doorstep: is_for_doorstep(&manifest, &sources),
            has_tokens,
            sends_cookies: !has_tokens && sends_cookies(&manifest, &sources),
            renders_on_server: renders_on_server(&manifest, &sources),
            manifest,
            config,
            sources,
        })
    }

    /// Whether the project has this package, in any of its lists.
    fn has(&self, package: &str) -> bool {
        dependency(&self.manifest, package).is_some()
    }

    /// The sources, until the doctor's time is over.
    fn timely(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().take_while(|_| self.project.has_time())
    }
}

fn has_kit(manifest: &Value) -> bool {
    ["@doorstep/client", "@doorstep/react"].iter().any(|kit| dependency(manifest, kit).is_some())
}

fn sends_cookies(manifest: &Value, sources: &[Source]) -> bool {
    let asks =
        |source: &Source| source.bare.contains("credentials") || source.bare.contains("withCredentials");
    has_kit(manifest) || sources.iter().any(asks)
}

fn is_for_doorstep(manifest: &Value, sources: &[Source]) -> bool {
    has_kit(manifest) || sources.iter().any(|source| source.code.contains(crate::api::SIGNUP))
}

fn is_with_tokens(source: &Source) -> bool {
    ["\"token\"", "'token'", "\"jwt\"", "'jwt'", "Bearer "].iter().any(|mark| source.code.contains(mark))
}

fn renders_on_server(manifest: &Value, sources: &[Source]) -> bool {
    const SERVERS: &[&str] = &["next", "@remix-run/react", "@react-router/node", "astro", "gatsby"];
    SERVERS.iter().any(|package| dependency(manifest, package).is_some())
        || sources
            .iter()
            .any(|source| source.bare.contains("hydrateRoot") || source.bare.contains("renderTo"))
}

fn dependency<'a>(manifest: &'a Value, name: &str) -> Option<&'a str> {
    const LISTS: &[&str] = &["dependencies", "devDependencies", "peerDependencies"];
    LISTS.iter().find_map(|list| manifest.get(list)?.get(name)?.as_str())
}

fn config(project: &Project<'_>, name: &str) -> Option<Source> {
    ["ts", "js", "mjs", "mts", "cjs"].iter().find_map(|ending| project.read(&format!("{name}.{ending}")))
}

fn is_config(source: &Source) -> bool {
    source.path.file_name().and_then(std::ffi::OsStr::to_str).is_some_and(|name| name.contains(".config."))
}
