//! How much TLS a URL asks for: who answers must be proven unless the server is this machine or the URL renounces it aloud.

use crate::OpenError;
use crate::url::Server;

/// How much TLS. From the weakest to the strongest: of several words in one URL the strongest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tls {
    /// None.
    Off,
    /// On this machine: where the server offers it.
    Local,
    /// Against listeners only: anybody could answer.
    Unproven,
    /// The authority is checked, the name is not.
    Authority,
    /// Both are checked.
    Full,
}

fn word(word: &str) -> Tls {
    match word {
        "off" => Tls::Off,
        "local" => Tls::Local,
        "unproven" => Tls::Unproven,
        "authority" => Tls::Authority,
        _ => Tls::Full,
    }
}

/// What the URL asks for, or the safe default.
pub(super) fn tls(url: &Server, server: &str, is_local: bool) -> Result<Tls, OpenError> {
    let words = || url.parameters("tls").map(word);
    let Some(mut tls) = words().max() else { return Ok(if is_local { Tls::Local } else { Tls::Full }) };
    if tls != Tls::Off && words().any(|word| word == Tls::Off) {
        return Err(url.unusable("it asks for TLS and forbids it: keep one of both".to_owned()));
    }
    if tls == Tls::Local && !is_local {
        let cause = "sslmode=prefer or allow would fall back to an open connection without a word: say verify-full \
                     (MySQL: VERIFY_IDENTITY), or disable if the network is safe";
        return Err(url.unusable(cause.to_owned()));
    }
    // As PostgreSQL's own library takes it.
    if tls == Tls::Unproven && url.parameter("authority").is_some() {
        tls = Tls::Authority;
    }
    if !is_local && tls == Tls::Off {
        tracing::warn!(server, "the connection to the database is not encrypted: its URL says so");
    } else if !is_local && tls == Tls::Unproven {
        tracing::warn!(server, "the database's certificate is not checked: its URL says so");
    }
    Ok(tls)
}

/// The driver's reason for not reading the URL, without its preface.
pub(super) fn unreadable(url: &Server, error: &sqlx::Error) -> OpenError {
    match error {
        sqlx::Error::Configuration(cause) => url.unusable(cause.to_string()),
        other => url.unusable(other.to_string()),
    }
}

/// An address that only this machine has.
pub(super) fn is_local(host: &str) -> bool {
    host.starts_with('/') || doorstep_base::is_this_machine(host)
}

/// An IPv6 address without the brackets that a URL needs.
pub(super) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::Place;

    fn asked(url: &str, is_local: bool) -> Result<Tls, String> {
        let place = Place::of(url).map_err(|error| error.to_string())?;
        let Place::Server(server) = place else { panic!("{url}") };
        tls(&server, "db", is_local).map_err(|error| error.to_string())
    }

    #[test]
    fn who_answers_is_proven_unless_it_is_this_machine() {
        assert_eq!(asked("postgres://db/shop", false), Ok(Tls::Full));
        assert_eq!(asked("postgres://localhost/shop", true), Ok(Tls::Local));
        for (said, expected) in [
            ("sslmode=disable", Tls::Off),
            ("ssl-mode=DISABLED", Tls::Off),
            ("ssl=false", Tls::Off),
            ("sslmode=require", Tls::Unproven),
            ("sslmode=no-verify", Tls::Unproven),
            ("sslaccept=accept_invalid_certs", Tls::Unproven),
            ("ssl=%7B%22rejectUnauthorized%22%3Afalse%7D", Tls::Unproven),
            ("ssl-mode=VERIFY_CA", Tls::Authority),
            ("sslmode=verify-full", Tls::Full),
            ("ssl-mode=VERIFY_IDENTITY", Tls::Full),
            ("ssl=true", Tls::Full),
            ("ssl={\"rejectUnauthorized\":true}", Tls::Full),
            ("sslaccept=strict", Tls::Full),
            ("tls=skip-verify", Tls::Unproven),
            ("sslrootcert=/dev/null&sslmode=require", Tls::Authority),
        ] {
            for scheme in ["postgres", "mysql"] {
                assert_eq!(asked(&format!("{scheme}://db/shop?{said}"), false), Ok(expected), "{said}");
            }
        }
    }

    /// What Neon's console shows asks for a proof; the certificate is the one that can be had.
    #[test]
    fn the_strongest_word_counts() {
        let url = "postgres://u:p@db/shop?sslmode=require&channel_binding=require";
        assert_eq!(asked(url, false), Ok(Tls::Full));
        assert_eq!(asked("mysql://u:p@db/shop?ssl=true&ssl-mode=REQUIRED", false), Ok(Tls::Full));
        let both = asked("postgres://db/shop?sslmode=disable&channel_binding=require", false);
        assert!(both.unwrap_err().contains("keep one of both"));
    }

    #[test]
    fn nothing_falls_back_silently() {
        for mode in ["prefer", "allow", "PREFERRED"] {
            let url = format!("postgres://db/shop?sslmode={mode}");
            assert!(asked(&url, false).unwrap_err().contains("without a word"));
            assert_eq!(asked(&url, true), Ok(Tls::Local));
        }
        assert!(asked("postgres://db/shop?sslmode=perhaps", false).unwrap_err().contains("verify-full"));
        assert!(asked("postgres://db/shop?sslmod=disable", false).unwrap_err().contains("mean sslmode?"));
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
