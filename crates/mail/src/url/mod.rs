//! The mail server's URL, as people paste it: `smtps://user:password@host:465`.
//!
//! Taken apart by `doorstep_base::server_url`, so that no piece of a password is taken for a host or shown;
//! `words.rs` is the table of what other programs write, and what to write instead.

use std::fmt;
use std::net::IpAddr;

use doorstep_base::is_this_machine;
use doorstep_base::server_url::{ENCODE, Parts};

#[cfg(test)]
mod tests;
mod words;

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (`smtps://`).
    AtOnce,
    /// With STARTTLS, and not without it (`smtp://`).
    Required,
    /// Not at all: inside this machine or a private network only.
    None,
}

/// A server that takes mails.
#[derive(Clone)]
pub struct MailUrl {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    /// User and password.
    pub(crate) login: Option<(String, String)>,
}

/// What is wrong with a URL, and what to write. Nothing that could be a piece of a password stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the URL of the mail server cannot be used: {0}")]
pub struct MailUrlError(String);

impl fmt::Debug for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl MailUrl {
    pub fn read(url: &str) -> Result<Self, MailUrlError> {
        Self::of(url.trim()).map_err(MailUrlError)
    }

    pub const fn has_password(&self) -> bool {
        self.login.is_some()
    }

    /// As it may be shown: without user and password.
    pub fn shown(&self) -> String {
        let scheme = if self.tls == Tls::AtOnce { "smtps" } else { "smtp" };
        let login = if self.login.is_some() { "(hidden)@" } else { "" };
        let tls = if self.tls == Tls::None { "?tls=none" } else { "" };
        format!("{scheme}://{login}{}:{}{tls}", self.host, self.port)
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    fn of(url: &str) -> Result<Self, String> {
        let (scheme, rest) = words::scheme(url)?;
        let is_wrapped = scheme == "smtps";
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        // Before it is taken for the name of a database.
        let path = before.rsplit_once('@').map_or(before, |(_, hosts)| hosts).split_once('/');
        if path.is_some_and(|(_, path)| !path.is_empty()) && !query.contains('@') {
            return Err(format!(
                "nothing stands behind the port of a mail server: take the path away; {ENCODE}"
            ));
        }
        let parts = Parts::of(rest)?;
        let [host] = parts.hosts.as_slice() else {
            let form = format!("write {scheme}://USER:PASSWORD@HOST:PORT; {ENCODE}");
            return Err(if parts.hosts.is_empty() {
                format!("it names no host: {form}")
            } else {
                format!("it names several hosts, and mail goes to one: {form}")
            });
        };
        if !is_host(&host.name) {
            return Err(format!("its host is no name of a server; {ENCODE}"));
        }
        let is_open = words::parameters(is_wrapped, &parts.parameters)?;
        let tls = if is_open {
            Tls::None
        } else if is_wrapped {
            Tls::AtOnce
        } else {
            Tls::Required
        };
        if tls == Tls::None && !is_private(&host.name) {
            return Err(
                "tls=none would send mails and password in the open: it is for this machine and private \
                        networks. Take it away, smtp:// then asks for STARTTLS"
                    .to_owned(),
            );
        }
        let port = host.port.unwrap_or(if is_wrapped { 465 } else { 587 });
        match (tls, port) {
            (Tls::Required, 465) => {
                return Err(
                    "port 465 speaks TLS from the first byte: write smtps:// instead of smtp://".to_owned()
                );
            }
            (Tls::AtOnce, 25 | 587) => {
                return Err(format!(
                    "port {port} begins in the open and turns to TLS: write smtp:// instead of smtps://, it asks for that"
                ));
            }
            (_, 0) => return Err("port 0 is none".to_owned()),
            _ => {}
        }
        let login = match (parts.user, parts.password) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            (Some(_), None) => {
                return Err(format!("it has a user and no password: USER:PASSWORD@; {ENCODE}"));
            }
            (None, Some(_)) => {
                return Err(format!("it has a password and no user: USER:PASSWORD@; {ENCODE}"));
            }
        };
        Ok(Self { host: host.name.clone(), port, tls, login })
    }
}

fn is_host(name: &str) -> bool {
    let is_address = name.starts_with('[');
    is_address
        || (!name.contains('%') && idna::domain_to_ascii_strict(name).is_ok_and(|name| !name.is_empty()))
}

/// This machine, an address that the internet does not route, or a name that only an inner network knows.
fn is_private(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if is_this_machine(host) {
        return true;
    }
    match bare.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Err(_) => {
            let inner = [".local", ".localhost", ".internal", ".lan", ".home.arpa", ".svc"];
            let name = bare.trim_end_matches('.').to_ascii_lowercase();
            !name.contains('.') || inner.iter().any(|ending| name.ends_with(ending))
        }
    }
}
