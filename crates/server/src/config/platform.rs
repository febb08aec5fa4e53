//! The variables that platforms set by themselves: `PORT`, `HOST` and `DATABASE_URL`. With `server.platform` they are taken;
//! without it nobody may think that they were.

use std::net::{IpAddr, Ipv6Addr};

use toml::Value;

use super::load::{Setting, Settings, Source, Sources};
use super::value::Listen;
use super::wrapped::{unwrapped, wrapping};
use super::{Config, Mode};

const LISTEN: &str = "server.listen";
const URL: &str = "database.url";
const URL_FILE: &str = "database.url_file";
const EVERYWHERE: &str = "0.0.0.0";

impl Settings {
    /// What the platform set wins over the file and yields to our own variables and to flags.
    pub fn take_platform(&mut self, sources: &Sources) {
        if !self.is_on_platform() {
            return;
        }
        for name in ["PORT", "HOST", "DATABASE_URL"] {
            let set = sources.variables.iter().find(|(known, _)| known == name);
            if let Some(wrapping) = set.and_then(|(_, value)| wrapping(value)) {
                self.problems.push(format!("{name} {wrapping}"));
            }
        }
        let (port, host) = (variable(sources, "PORT"), variable(sources, "HOST"));
        if let Some(name) = port.map(|_| "PORT").or(host.map(|_| "HOST"))
            && self.yields(LISTEN)
        {
            match self.platform_listen(port, host) {
                Ok(text) => self.set(LISTEN, text, name),
                Err(problem) => self.problems.push(problem),
            }
        }
        if let Some(url) = variable(sources, "DATABASE_URL")
            && self.yields(URL)
            && self.yields(URL_FILE)
        {
            self.set(URL, url.to_owned(), "DATABASE_URL");
        }
    }

    fn is_on_platform(&self) -> bool {
        self.all.get("server.platform").and_then(|setting| setting.value.as_bool()) == Some(true)
    }

    fn yields(&self, key: &str) -> bool {
        let source = self.all.get(key).map(|setting| &setting.source);
        matches!(source, Some(Source::Default | Source::File(_)))
    }

    /// Without HOST on every address, for the platform's proxy comes from another machine; without PORT on the port that was set.
    fn platform_listen(&self, port: Option<&str>, host: Option<&str>) -> Result<String, String> {
        let host = host.unwrap_or(EVERYWHERE);
        let host = if host.parse::<Ipv6Addr>().is_ok() { format!("[{host}]") } else { host.to_owned() };
        let set = self.all.get(LISTEN).and_then(|setting| setting.value.as_str()).unwrap_or_default();
        let port = port.or_else(|| set.rsplit_once(':').map(|(_, port)| port)).unwrap_or_default();
        let text = format!("{host}:{port}");
        match text.parse::<Listen>() {
            Ok(listen) if listen.port != 0 => Ok(text),
            _ => Err(format!(
                "The variables HOST and PORT make the address {text:?}: PORT needs a number from 1 to 65535, HOST a name or an address"
            )),
        }
    }

    fn set(&mut self, key: &str, text: String, name: &str) {
        let source = Source::Variable(name.to_owned());
        self.all.insert(key.to_owned(), Setting { value: Value::String(text), source });
    }

    /// Production keeps no customers where nobody said: beside the program there may be a disk that the next start does not find.
    pub fn database_problem(&self, mode: Mode, sources: &Sources) -> Option<String> {
        let is_default =
            |key: &str| self.all.get(key).is_none_or(|setting| setting.source == Source::Default);
        if mode != Mode::Production || !is_default(URL) || !is_default(URL_FILE) {
            return None;
        }
        let more = match variable(sources, "DATABASE_URL") {
            Some(_) => ". The variable DATABASE_URL is set: --platform takes it",
            None => "",
        };
        Some(format!(
            r#"[database] url: production needs to be told where its customers are kept: on a disk that stays, like "sqlite:/var/lib/doorstep/doorstep.db", or on a database server{more}"#
        ))
    }
}

/// PORT and HOST, where the server listens on something else, and how to start it with them.
pub fn unused_address(config: &Config) -> Option<String> {
    let (sources, listen) = (&config.sources, &config.server.listen);
    let port = variable(sources, "PORT").and_then(|port| port.parse().ok()).filter(|port| *port > 0);
    // Some shells set HOST to the name of the machine, which is nothing to listen on.
    let is_place = |host: &&str| *host == "localhost" || host.parse::<IpAddr>().is_ok();
    let host = variable(sources, "HOST").filter(is_place);
    let other_port = port.filter(|port: &u16| *port != listen.port).map(|port| format!("PORT is {port}"));
    let other_host = host.filter(|host| *host != listen.host).map(|host| format!("HOST is {host}"));
    let said: Vec<_> = other_host.into_iter().chain(other_port).collect();
    let wanted = Listen { host: host.unwrap_or(EVERYWHERE).to_owned(), port: port.unwrap_or(listen.port) };
    (!said.is_empty()).then(|| {
        let said = said.join(" and ");
        if config.server.platform {
            format!("{said}, but the server listens on {listen}: a flag or DOORSTEP_SERVER_LISTEN says so, and wins")
        } else {
            format!("{said}, but the server listens on {listen}. On a platform: doorstep serve --platform; elsewhere: doorstep serve --listen {wanted}")
        }
    })
}

/// DATABASE_URL, where customers are kept somewhere else. It may hold a password, and is not shown.
pub fn unused_database(config: &Config) -> Option<String> {
    let used = &config.database.url;
    variable(&config.sources, "DATABASE_URL").filter(|url| url != used)?;
    // Of a server no more than its kind: what cannot be shown safely need not be shown.
    let used = match used.split_once(':') {
        Some(("sqlite", _)) => used.clone(),
        Some((kind, _)) if kind.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            format!("another {kind} database")
        }
        _ => "another database".to_owned(),
    };
    Some(if config.server.platform {
        format!(
            "DATABASE_URL is set, but customers are kept in {used}: a flag or a DOORSTEP_DATABASE_ variable says so, and wins"
        )
    } else {
        format!(
            "DATABASE_URL is set, but customers are kept in {used}. To take it, start with --platform; to say that it is not meant, remove it"
        )
    })
}

fn variable<'a>(sources: &'a Sources, name: &str) -> Option<&'a str> {
    let found = sources.variables.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| unwrapped(value)).filter(|value| !value.is_empty())
}
