//! Where the page is opened during development, as its configuration says.

use std::ops::Range;

use serde_json::Value;

use super::Tool;
use crate::project::address::Address;
use crate::project::find;
use crate::project::source::Source;

pub struct Page {
    /// The name in the address bar.
    pub host: String,
    pub port: u16,
    pub is_https: bool,
}

impl Page {
    pub fn read(tool: Tool, manifest: &Value, config: Option<&Source>) -> Self {
        let usual = if tool == Tool::Vite { 5173 } else { 3000 };
        let mut page = Self { host: "localhost".into(), port: usual, is_https: false };
        if let Some(config) = config.filter(|_| tool == Tool::Vite) {
            page.read_config(config);
        }
        // A flag wins over the configuration.
        page.host = host_of_script(manifest).unwrap_or(page.host);
        page
    }

    fn read_config(&mut self, config: &Source) {
        let bare = &config.bare;
        self.is_https =
            ["basicSsl", "mkcert"].iter().any(|plugin| find::calls(bare, plugin).next().is_some());
        let Some(server) = block(bare, 0..bare.len(), "server") else { return };
        if let Some(at) = find::value_of(bare, server.clone(), "https") {
            self.is_https |= !bare[at..].starts_with("false") && !bare[at..].starts_with("undefined");
        }
        if let Some(at) = find::value_of(bare, server.clone(), "port") {
            self.port = digits(&bare[at..]).unwrap_or(self.port);
        }
        let host = find::value_of(bare, server, "host").and_then(|at| find::string_at(&config.code, at));
        if let Some(range) = host {
            // "every address" is no name: the page is still opened as localhost.
            self.host = opened_as(&config.code[range]);
        }
    }

    /// Whether a cookie of this API is lost to the page, although both are this machine.
    pub fn is_other_name_of(&self, api: &Address) -> bool {
        const NAMES: &[&str] = &["localhost", "127.0.0.1", "[::1]"];
        let is_name = |host: &str| NAMES.contains(&host);
        is_name(&self.host) && is_name(&api.host) && self.host != api.host
    }
}

fn opened_as(host: &str) -> String {
    match host {
        "0.0.0.0" | "::" => "localhost".into(),
        "::1" => "[::1]".into(),
        host => host.to_ascii_lowercase(),
    }
}

/// `vite --host 127.0.0.1`, `next dev -H 127.0.0.1`.
fn host_of_script(manifest: &Value) -> Option<String> {
    let script = manifest.get("scripts")?.get("dev")?.as_str()?;
    let mut words = script.split([' ', '=']);
    words.find(|word| matches!(*word, "--host" | "-H" | "--hostname"))?;
    let host = words.next().filter(|host| !host.starts_with('-'))?;
    Some(opened_as(host))
}

/// The inside of `name: { … }` within a range.
pub fn block(bare: &str, within: Range<usize>, name: &str) -> Option<Range<usize>> {
    let at = find::value_of(bare, within, name)?;
    bare[at..].starts_with('{').then(|| find::inside(bare, at)).flatten()
}

fn digits(text: &str) -> Option<u16> {
    text[..text.bytes().position(|byte| !byte.is_ascii_digit())?].parse().ok()
}
