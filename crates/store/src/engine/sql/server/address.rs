//! What a server's URL says, and what it must say: who answers must be proven unless the server is this machine or the
//! URL renounces it aloud.

use crate::OpenError;

/// How much TLS a URL asks for. The words are PostgreSQL's and MySQL's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    /// On this machine: where the server offers it.
    Local,
    /// None.
    Off,
    /// Against listeners only: anybody could answer.
    Unproven,
    /// The authority is checked, the name is not.
    Authority,
    /// Both are checked.
    Full,
}

/// What the two kinds of URL have in common.
pub(super) struct Address<'u> {
    scheme: &'static str,
    parameters: Vec<(&'u str, &'u str)>,
}

impl<'u> Address<'u> {
    pub fn of(scheme: &'static str, url: &'u str, known: &[&str]) -> Result<Self, OpenError> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let parameters: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .collect();
        let address = Self { scheme, parameters };
        // The drivers would overlook it, and `sslmod=disable` must not pass for a connection that is safe.
        match address.parameters.iter().find(|(name, _)| !known.contains(name)) {
            Some((name, _)) => {
                // Behind a `?` that was not written %3F the rest of a password would stand.
                let is_name =
                    name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'));
                let named = if is_name {
                    format!("{name:?}")
                } else {
                    "that is none (is a ? in the password %3F?)".to_owned()
                };
                Err(address.unusable(format!("it has a parameter {named}; known are {}", known.join(", "))))
            }
            None => address.with_its_files(),
        }
    }

    /// A driver would take a certificate that it cannot read for a server that it cannot reach.
    fn with_its_files(self) -> Result<Self, OpenError> {
        for (name, path) in &self.parameters {
            let is_file =
                ["sslrootcert", "sslcert", "sslkey", "ssl-ca", "ssl-cert", "ssl-key"].contains(name);
            // A name with per cent signs is the driver's to read.
            if is_file
                && !path.contains('%')
                && let Err(error) = std::fs::File::open(path)
            {
                return Err(self.unusable(format!("{name}={path} cannot be read: {error}")));
            }
        }
        Ok(self)
    }

    /// The driver's reason for not reading the URL, without its preface.
    pub fn unreadable(&self, error: &sqlx::Error) -> OpenError {
        match error {
            sqlx::Error::Configuration(cause) => self.unusable(cause.to_string()),
            other => self.unusable(other.to_string()),
        }
    }

    pub fn unusable(&self, cause: String) -> OpenError {
        OpenError::Url { scheme: self.scheme, cause }
    }

    /// What the URL asks for, or the safe default.
    pub fn tls(&self, server: &str, is_local: bool) -> Result<Tls, OpenError> {
        let mode = self.parameters.iter().rev().find(|(name, _)| matches!(*name, "sslmode" | "ssl-mode"));
        let Some((_, mode)) = mode else {
            return Ok(if is_local { Tls::Local } else { Tls::Full });
        };
        let tls = match mode.to_ascii_lowercase().replace('_', "-").as_str() {
            "disable" | "disabled" => Tls::Off,
            "allow" | "prefer" | "preferred" if is_local => Tls::Local,
            "require" | "required" => Tls::Unproven,
            "verify-ca" => Tls::Authority,
            "verify-full" | "verify-identity" => Tls::Full,
            "allow" | "prefer" | "preferred" => {
                let cause = format!(
                    "{mode} would fall back to an open connection without a word: say verify-full (MySQL: \
                     VERIFY_IDENTITY), or disable if the network is safe"
                );
                return Err(self.unusable(cause));
            }
            _ => return Err(self.unusable(format!("{mode:?} is no mode of TLS"))),
        };
        if !is_local && tls == Tls::Off {
            tracing::warn!(server, "the connection to the database is not encrypted: its URL says so");
        } else if !is_local && tls == Tls::Unproven {
            tracing::warn!(server, "the database's certificate is not checked: its URL says so");
        }
        Ok(tls)
    }
}

/// An address that only this machine has.
pub(super) fn is_local(host: &str) -> bool {
    host == "localhost"
        || host.starts_with('/')
        || bare(host).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An IPv6 address without the brackets that a URL needs.
pub(super) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(url: &str, is_local: bool) -> Result<Tls, String> {
        let address = Address::of("postgres", url, &["sslmode"]).map_err(|error| error.to_string())?;
        address.tls("db", is_local).map_err(|error| error.to_string())
    }

    #[test]
    fn who_answers_is_proven_unless_it_is_this_machine() {
        assert_eq!(tls("postgres://db/shop", false), Ok(Tls::Full));
        assert_eq!(tls("postgres://localhost/shop", true), Ok(Tls::Local));
        for (mode, expected) in [
            ("disable", Tls::Off),
            ("DISABLED", Tls::Off),
            ("require", Tls::Unproven),
            ("VERIFY_CA", Tls::Authority),
            ("verify-full", Tls::Full),
            ("VERIFY_IDENTITY", Tls::Full),
        ] {
            assert_eq!(tls(&format!("postgres://db/shop?sslmode={mode}"), false), Ok(expected));
        }
    }

    #[test]
    fn nothing_falls_back_silently() {
        for mode in ["prefer", "allow", "PREFERRED"] {
            let url = format!("postgres://db/shop?sslmode={mode}");
            assert!(tls(&url, false).unwrap_err().contains("without a word"));
            assert_eq!(tls(&url, true), Ok(Tls::Local));
        }
        assert!(tls("postgres://db/shop?sslmode=yes", false).unwrap_err().contains("\"yes\""));
        assert!(tls("postgres://db/shop?sslmod=disable", false).unwrap_err().contains("\"sslmod\""));
    }

    #[test]
    fn a_certificate_that_is_not_there_is_named() {
        let address = Address::of("mysql", "mysql://db/shop?ssl-ca=/nowhere.pem", &["ssl-ca"]);
        let line = address.err().unwrap().to_string();
        assert!(line.contains("ssl-ca=/nowhere.pem cannot be read"), "{line}");
    }

    #[test]
    fn a_password_is_not_quoted() {
        for url in ["postgres://u:Se?cr3t&x@db/shop", "postgres://u:pw@db/shop?Secret=1"] {
            let line = Address::of("postgres", url, &["sslmode"]).err().unwrap().to_string();
            assert!(!line.contains("cr3t") && !line.contains("Secret"), "{line}");
        }
    }

    #[test]
    fn only_this_machine_is_local() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "/run/postgresql"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["10.0.0.1", "db", "localhost.example.com", "127.0.0.1.example.com", ""] {
            assert!(!is_local(host), "{host}");
        }
    }
}
