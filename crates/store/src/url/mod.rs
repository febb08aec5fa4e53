//! The database's URL, as people paste it.
//!
//! - `doorstep_base::server_url` takes it apart, and finds signs of a password that were not encoded before any driver sees them;
//! - `parameters.rs` is the table of what may stand behind the `?`: what becomes of each, in our own words;
//! - `hidden.rs` shows a URL without its password, and finds the file of a SQLite database.
//!
//! Nothing here repeats a piece of a URL that could be a piece of a password. A driver only gets what [`Server::spelled`]
//! writes anew, with every sign encoded.

use std::net::IpAddr;

pub(crate) use doorstep_base::server_url::Host;
use doorstep_base::server_url::{self, ENCODE, Parts};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::OpenError;

mod hidden;
mod parameters;
mod scheme;
#[cfg(test)]
mod tests;

pub use hidden::{has_password, sqlite_file, without_password};
pub(crate) use scheme::Engine;

/// A database on a server: who, where, and how.
#[derive(Clone)]
pub(crate) struct Server {
    pub engine: Engine,
    /// As it is written for the driver.
    scheme: &'static str,
    user: Option<String>,
    password: Option<String>,
    /// None where a socket or the driver's default is meant.
    pub hosts: Vec<Host>,
    pub database: Option<String>,
    /// Under the names of our table.
    parameters: Vec<(&'static str, String)>,
    /// What counts for nothing in it, and what counts instead.
    pub notes: Vec<String>,
}

/// What a URL names.
pub(crate) enum Place {
    /// A SQLite file: its name, as it was written.
    File(String),
    Server(Box<Server>),
}

impl Place {
    pub fn of(url: &str) -> Result<Self, OpenError> {
        let (scheme, rest) = scheme::split(url)?;
        let Some(engine) = scheme.engine else {
            let name = hidden::file_name(scheme.name, rest).map_err(|cause| unusable("sqlite", cause))?;
            return Ok(Self::File(name));
        };
        let refused = |cause| unusable(scheme.name, cause);
        let parts = Parts::of(rest).map_err(refused)?;
        let read = parameters::read(engine, &parts.parameters).map_err(refused)?;
        let mut server = Server {
            engine,
            scheme: scheme.driver,
            user: parts.user,
            password: parts.password,
            hosts: parts.hosts,
            database: parts.path,
            parameters: read.parameters,
            notes: read.notes,
        };
        server.place().map_err(refused)?;
        Ok(Self::Server(Box::new(server)))
    }
}

/// What is wrong with a URL before anybody connects.
pub fn url_problem(url: &str) -> Option<OpenError> {
    Place::of(url).err()
}

fn unusable(scheme: &'static str, cause: String) -> OpenError {
    OpenError::Url { scheme, cause }
}

impl Server {
    /// The last value of this parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// All values of this parameter.
    pub fn parameters<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.parameters.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    pub fn unusable(&self, cause: String) -> OpenError {
        unusable(self.engine.name(), cause)
    }

    /// What parameters say about user, host and database counts before what stands in front of the `?`.
    fn place(&mut self) -> Result<(), String> {
        if let Some(hosts) = self.parameter("host").filter(|host| !host.starts_with('/')).map(str::to_owned) {
            self.hosts = server_url::hosts(&hosts)?;
        }
        self.address()?;
        if let Some(port) = self.parameter("port").map(str::to_owned) {
            let port = port.parse().map_err(|_| "port needs one number".to_owned())?;
            self.hosts.iter_mut().for_each(|host| host.port = Some(port));
        }
        if let Some(user) = self.parameter("user").map(str::to_owned) {
            self.user = Some(user);
        }
        if let Some(password) = self.parameter("password").map(str::to_owned) {
            self.password = Some(password);
        }
        if let Some(database) = self.parameter("dbname").map(str::to_owned) {
            self.database = Some(database);
        }
        // A driver would take a certificate that it cannot read for a server that it cannot reach.
        for name in ["authority", "certificate", "key", "tlsCAFile", "tlsCertificateKeyFile"] {
            if let Some(path) = self.parameter(name)
                && let Err(error) = std::fs::File::open(path)
            {
                return Err(format!("{} {path} cannot be read: {error}", parameters::file(name)));
            }
        }
        if self.engine == Engine::Mongodb && self.hosts.is_empty() {
            return Err(format!(
                "it names no host: write mongodb://USER:PASSWORD@HOST:PORT/DATABASE; {ENCODE}"
            ));
        }
        match (self.parameter("certificate"), self.parameter("key")) {
            (Some(_), None) | (None, Some(_)) => Err(
                "a client's certificate and its key come together: sslcert=FILE&sslkey=FILE (MySQL: ssl-cert, ssl-key). \
                 The authority that signed the server's certificate is sslrootcert=FILE (MySQL: ssl-ca=FILE)"
                    .to_owned(),
            ),
            _ => Ok(()),
        }
    }

    /// libpq connects to `hostaddr`, and proves the server by the name beside it. The driver has one word for both: the name
    /// counts, for the certificate is for it; without a name the address is the host.
    fn address(&mut self) -> Result<(), String> {
        let Some(addresses) = self.parameter("hostaddr") else { return Ok(()) };
        let written = |address: &str| match address.parse() {
            Ok(IpAddr::V4(address)) => Ok(address.to_string()),
            Ok(IpAddr::V6(address)) => Ok(format!("[{address}]")),
            Err(_) => Err("hostaddr needs an address in digits, like 10.0.0.5; a name is host=NAME"),
        };
        let written = addresses.split(',').map(written).collect::<Result<Vec<_>, _>>()?;
        if self.hosts.is_empty() && self.parameter("host").is_none() {
            self.hosts = server_url::hosts(&written.join(","))?;
        } else {
            self.notes.push("hostaddr counts for nothing here: the name of the host is looked up, and the server's certificate is checked by it".to_owned());
        }
        Ok(())
    }

    /// The folder or file of a socket of this machine.
    pub fn socket(&self) -> Option<&str> {
        let host = || self.parameter("host").filter(|host| host.starts_with('/'));
        self.parameter("socket").or_else(host)
    }

    /// The URL for the driver: these hosts, and the parameters that it knows under other names than we do.
    pub fn spelled(&self, hosts: &[Host], parameters: &[(&str, &str)]) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut parameters = parameters.to_vec();
        let mut hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
        let (mut user, mut password) = (self.user.as_deref(), self.password.as_deref());
        // A URL with a user and no host is none.
        match self.engine {
            Engine::Postgres if hosts.is_empty() => {
                parameters.extend(user.take().map(|user| ("user", user)));
                parameters.extend(password.take().map(|password| ("password", password)));
            }
            Engine::Mysql if hosts.is_empty() => hosts.push("localhost".to_owned()),
            _ => {}
        }
        let mut url = format!("{}://", self.scheme);
        if let Some(user) = user {
            let password = password.map(|password| format!(":{}", encoded(password))).unwrap_or_default();
            url = format!("{url}{}{password}@", encoded(user));
        }
        url = format!("{url}{}/{}", hosts.join(","), encoded(self.database.as_deref().unwrap_or_default()));
        for (place, (name, value)) in parameters.iter().enumerate() {
            url = format!("{url}{}{name}={}", if place == 0 { '?' } else { '&' }, encoded(value));
        }
        url
    }

    /// Every parameter under the name of our table.
    pub fn all(&self) -> Vec<(&str, &str)> {
        self.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}
