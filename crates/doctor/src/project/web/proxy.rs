//! The proxy of a development server: one that names an address where nothing listens (DS-30, DS-25).

use std::ops::Range;

use doorstep_base::Cause;

use super::page::block;
use super::{Tool, Web};
use crate::project::Server;
use crate::project::address::Address;
use crate::project::find;
use crate::project::source::Source;
use crate::{Finding, Severity};

/// One line of `server.proxy`.
struct Rule {
    path: String,
    /// Where the target's address stands.
    target: Range<usize>,
    /// The inside of `{ target: …, … }`, if it is written so.
    options: Option<Range<usize>>,
}

pub fn check(web: &Web<'_>) -> Vec<Finding> {
    let Some(config) = web.config.as_ref().filter(|_| web.tool == Tool::Vite) else { return Vec::new() };
    rules(config).iter().filter_map(|rule| judge(web, config, rule)).collect()
}

/// Whether the pages' calls may go through a proxy.
pub fn is_used(web: &Web<'_>) -> bool {
    match web.tool {
        Tool::Vite => web.config.as_ref().is_some_and(|config| find::has_word(&config.bare, "proxy")),
        Tool::Next => web.config.as_ref().is_some_and(|config| find::has_word(&config.bare, "rewrites")),
        Tool::ReactScripts | Tool::Other => true,
    }
}

fn rules(config: &Source) -> Vec<Rule> {
    let Some(proxy) = block(&config.bare, 0..config.bare.len(), "proxy") else { return Vec::new() };
    let mut rules = Vec::new();
    let mut begin = proxy.start;
    for end in ends(&config.bare, proxy) {
        rules.extend(rule(config, begin..end));
        begin = end + 1;
    }
    rules
}

/// Where the entries of an object end.
fn ends(bare: &str, object: Range<usize>) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut ends = Vec::new();
    for (offset, byte) in bare[object.clone()].bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => ends.push(object.start + offset),
            _ => {}
        }
    }
    ends.push(object.end);
    ends
}

fn rule(config: &Source, entry: Range<usize>) -> Option<Rule> {
    let colon = entry.start + config.bare[entry.clone()].find(':')?;
    let path = config.code[entry.start..colon].trim().trim_matches(['"', '\'', '`', '[', ']']).to_owned();
    let value = colon + 1 + config.bare[colon + 1..entry.end].find(|letter: char| !letter.is_whitespace())?;
    let options = config.bare[value..].starts_with('{').then(|| find::inside(&config.bare, value)).flatten();
    let at = match &options {
        Some(options) => find::value_of(&config.bare, options.clone(), "target")?,
        None => value,
    };
    Some(Rule { path, target: string_of(config, at)?, options })
}

/// A string that is written here, or in the constant that is named here.
fn string_of(config: &Source, at: usize) -> Option<Range<usize>> {
    if let Some(range) = find::string_at(&config.code, at) {
        return Some(range);
    }
    let name = find::name_at(&config.bare, at);
    let named = find::words(&config.bare, name)
        .filter(|at| !name.is_empty() && config.bare[..*at].trim_end().ends_with("const"));
    named.into_iter().find_map(|at| {
        let value = at + name.len() + config.bare[at + name.len()..].find('=')? + 1;
        let value = value + config.bare[value..].find(|letter: char| !letter.is_whitespace())?;
        find::string_at(&config.code, value)
    })
}

fn judge(web: &Web<'_>, config: &Source, rule: &Rule) -> Option<Finding> {
    let target = Address::parse(&config.code[rule.target.clone()])?;
    let is_for_doorstep = covers_api(&rule.path) && web.is_for_doorstep;
    unheard(web, config, rule.target.clone(), is_for_doorstep)
        .or_else(|| wrong_host(config, rule, &target))
        .or_else(|| is_for_doorstep.then(|| shortened(config, rule)).flatten())
}

/// A path, or a pattern of paths such as `^/(api/|healthz$)`.
fn covers_api(path: &str) -> bool {
    path.trim_start_matches('^') == "/" || find::has_word(path, "api")
}

/// Whether the server listens where this address leads; also asked for Next.js' rewrites.
pub fn unheard(web: &Web<'_>, config: &Source, at: Range<usize>, is_for_doorstep: bool) -> Option<Finding> {
    let target = Address::parse(&config.code[at.clone()])?;
    let server = web.server.filter(|_| target.is_loopback())?;
    if target.port != server.port {
        return (is_for_doorstep && server.is_default).then(|| other_port(config, at.start, &target, server));
    }
    let host = match (target.host.as_str(), server.ipv4, server.ipv6) {
        ("localhost" | "[::1]", true, false) => "127.0.0.1",
        ("localhost" | "127.0.0.1", false, true) => "[::1]",
        _ => return None,
    };
    let begin = at.start + config.code[at].to_ascii_lowercase().find(&target.host)?;
    let wanted = Address { host: host.into(), ..target.clone() };
    Some(
        Finding::error(
            Cause::OneAddressFamily,
            format!("The proxy calls {target}, but the server listens on {host} only"),
        )
        .saw(config.quote(begin))
        .saw("Node looks for localhost under ::1 first")
        .fix(format!("Proxy target: {wanted}"))
        .edit(config.replace(begin..begin + target.host.len(), host)),
    )
}

fn other_port(config: &Source, at: usize, target: &Address, server: Server) -> Finding {
    let wanted = Address { port: server.port, ..target.clone() };
    Finding::warning(
        Cause::NothingAnswers,
        format!("The proxy calls {target}, but the server listens on port {}", server.port),
    )
    .saw(config.quote(at))
    .fix(format!("Proxy target: {wanted}"))
}

/// A host that serves several sites picks one by the name it is asked for; Vite's short form sets it by itself.
fn wrong_host(config: &Source, rule: &Rule, target: &Address) -> Option<Finding> {
    let options = rule.options.clone()?;
    if target.is_private() || find::has_word(&config.bare[options.clone()], "changeOrigin") {
        return None;
    }
    Some(
        Finding::warning(Cause::WebPage, format!("The proxy asks {target} for the site \"localhost\""))
            .saw(config.quote(rule.target.start))
            .fix("Add changeOrigin: true beside the target")
            .edit(config.insert(options.start, " changeOrigin: true,")),
    )
}

/// `rewrite: (path) => path.replace(/^\/api/, "")` takes away what Doorstep's own routes begin with.
fn shortened(config: &Source, rule: &Rule) -> Option<Finding> {
    let options = rule.options.clone()?;
    let rewrite = &config.code[options.clone()];
    let found = rewrite.find("replace(/^\\/api")?;
    // Some put "/api" back in its place.
    let (_, with) = rewrite[found..].split_once(',')?;
    let with = with.trim_start();
    if !["\"\"", "''", "\"/\"", "'/'"].iter().any(|nothing| with.starts_with(nothing)) {
        return None;
    }
    let at = options.start + found;
    Some(
        Finding::new(
            Severity::Warning,
            None,
            "The proxy takes /api away, and Doorstep's routes begin with it",
        )
        .saw(config.quote(at))
        .fix("Remove the rewrite"),
    )
}
