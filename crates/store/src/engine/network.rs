//! Why there is no connection, in a sentence for whoever started the server. Drivers tell it in words of their libraries, MongoDB's
//! in one long line about all servers: this is the table of what to look for there, and of what is said instead.

use doorstep_base::is_this_machine;

use crate::OpenError;

/// What is said where nothing better is known.
pub(crate) const CHECK: &str = "Check host and port, and that the server runs";
const AUTHORITY: &str = "Name the authority that did: sslrootcert=FILE (MySQL: ssl-ca=FILE, MongoDB: tlsCAFile=FILE). The console \
                         of a managed database has that file";
const OPEN: &str = "Turn TLS on there and name its authority (sslrootcert=FILE, MySQL: ssl-ca=FILE), or say sslmode=disable \
                    (MySQL: ssl-mode=DISABLED, MongoDB: tls=false) where the network is safe";
const ROUTE: &str = "Where its name has IPv6 addresses only, this machine needs IPv6, or the address that the provider has for \
                     IPv4 (Supabase: the session pooler's)";

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Who answers is not proven.
    Unproven,
    Unreachable,
}
use Kind::{Unproven, Unreachable};

/// What the libraries say, what that means, and what to do. The first line that fits counts.
#[rustfmt::skip]
const SENTENCES: &[(&[&str], Kind, &str, &str)] = &[
    (&["CaUsedAsEndEntity"], Unproven,
        "its certificate is an authority's (CA:TRUE), used as the server's own",
        "Programs that take it with verify-ca do not look; here a server's certificate is none of an authority. Make it anew with \
         openssl req -x509 … -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:HOST and name that file as \
         sslrootcert (MySQL: ssl-ca, MongoDB: tlsCAFile), or have an authority sign it and name the authority"),
    (&["UnknownIssuer"], Unproven, "nobody whom this machine trusts has signed its certificate", AUTHORITY),
    (&["certificate expired", "Expired"], Unproven, "its certificate has expired",
        "Renew it on the server; if it is valid, the clock of this machine is wrong"),
    (&["not valid yet", "NotValidYet"], Unproven, "its certificate is not valid yet", "Look at the clocks of both machines"),
    (&["not valid for name", "NotValidForName", "not valid for any names"], Unproven, "its certificate is for another name",
        "Name the host as the certificate does, or have one made for this name (subjectAltName); PostgreSQL and MySQL: \
         sslmode=verify-ca checks the authority and not the name"),
    (&["UnsupportedCertVersion"], Unproven, "its certificate has the old form of version 1",
        "Make it anew with a subjectAltName: openssl req -x509 … -addext subjectAltName=DNS:HOST"),
    (&["invalid peer certificate"], Unproven, "its certificate cannot be accepted", "Look at it: openssl s_client -showcerts"),
    (&["does not support TLS", "not support SSL"], Unproven, "the server offers no TLS", OPEN),
    (&["fatal alert: InternalError"], Unreachable, "it broke the TLS handshake off (alert 80, internal error)",
        "MongoDB Atlas does so to addresses that are not on the project's list: add this machine's address there (Network Access)"),
    (&["received fatal alert"], Unreachable, "it refused the TLS handshake",
        "It may want a client's certificate (sslcert and sslkey, MongoDB: tlsCertificateKeyFile), or may speak nothing newer than TLS 1.1"),
    (&["received corrupt message", "InvalidContentType"], Unreachable, "it answers, but not with TLS", OPEN),
    (&["SRV lookup", "SRV"], Unreachable, "the list of its servers (the SRV record of mongodb+srv://) could not be looked up",
        "Check the cluster's name, and that this machine's name server answers for SRV records; or use the console's longer address \
         with mongodb://, for older drivers"),
    (&["failed to lookup address", "Name or service not known", "name resolution", "No DNS results", "nodename nor servname"], Unreachable,
        "its name has no address (DNS)",
        "Check the host in the URL and this machine's name server; two containers find each other by name only in one network"),
    (&["Network is unreachable", "No route to host", "Cannot assign requested address", "Address family not supported"], Unreachable,
        "there is no route to it from here (network unreachable)", ROUTE),
    (&["Connection refused"], Unreachable, "the connection was refused", CHECK),
    (&["timed out", "deadline has elapsed"], Unreachable, "it did not answer in time", CHECK),
    (&["Connection reset", "unexpected end of file", "EOF", "Broken pipe"], Unreachable, "it closed the connection", CHECK),
];

const IN_A_CONTAINER: &str = "Check host and port, and that the server runs. In a container localhost is the container itself: name the database's service there";

/// The sentence for what a library said, or None where the table has no line.
pub(crate) fn explained(said: &str, server: &str) -> Option<OpenError> {
    let fits = |needles: &&[&str]| needles.iter().any(|needle| said.contains(needle));
    let (_, kind, cause, cure) = SENTENCES.iter().find(|(needles, ..)| fits(needles))?;
    let (cause, server) = ((*cause).to_owned(), server.to_owned());
    let cure =
        if *cause == *"the connection was refused" && is_localhost(&server) { IN_A_CONTAINER } else { cure };
    Some(match kind {
        Unproven => OpenError::Tls { server, cause, cure },
        Unreachable => OpenError::Unreachable { server, cause, cure },
    })
}

/// As [`explained`], for a certificate that is refused while a shop runs: the library's own words are values of its types.
pub(crate) fn refused_certificate(said: &str) -> Option<String> {
    match explained(said, "") {
        Some(OpenError::Tls { cause, cure, .. }) => Some(format!("no safe connection: {cause}. {cure}")),
        _ => None,
    }
}

/// Of one of `HOST:PORT` or `[ADDRESS]:PORT`, several with commas.
fn is_localhost(server: &str) -> bool {
    let name = |place: &str| match place.find(']') {
        Some(end) => place[..=end].to_owned(),
        None => place.split(':').next().unwrap_or_default().to_owned(),
    };
    server.split(',').any(|place| is_this_machine(&name(place)))
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use super::*;

    /// As the operating system says it: codes of Linux.
    #[cfg(target_os = "linux")]
    #[test]
    fn each_trouble_of_a_network_has_its_sentence() {
        for (code, server, told) in [
            (101, "db.example:5432", "IPv6"),
            (113, "db.example:5432", "no route"),
            (99, "db.example:5432", "IPv6"),
            (111, "db.example:5432", "Check host and port"),
            (111, "localhost:5432", "In a container localhost is the container itself"),
            (111, "127.0.0.1:27017", "In a container localhost"),
            (111, "[::1]:5432", "In a container localhost"),
            (110, "db.example:5432", "in time"),
            (104, "db.example:5432", "closed"),
        ] {
            let said = Error::from_raw_os_error(code).to_string();
            let line = explained(&said, server).unwrap().to_string();
            assert!(
                line.contains(told) && line.contains(server) && !line.contains("os error"),
                "{said}: {line}"
            );
        }
    }

    #[test]
    fn only_this_machines_own_names_make_one_think_of_a_container() {
        let is_told = |server: &str| {
            explained("Connection refused", server).unwrap().to_string().contains("In a container")
        };
        for here in ["localhost:5432", "127.0.0.1:27017", "[::1]:5432", "localhost:27017,localhost:27018"] {
            assert!(is_told(here), "{here}");
        }
        for elsewhere in
            ["localhost.shop.example:5432", "127.shop.example:5432", "db:5432", "/run/pg:5432", "[fd00::1]:1"]
        {
            assert!(!is_told(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn a_list_of_servers_that_is_not_found_is_told() {
        for said in [
            "SRV lookup for <REDACTED> returned no records",
            "proto error: no records found for _mongodb._tcp SRV",
        ] {
            let line = explained(said, "cluster0.example").unwrap().to_string();
            assert!(line.contains("mongodb+srv") && line.contains("name server"), "{line}");
        }
    }

    #[test]
    fn what_is_not_known_has_no_sentence() {
        assert!(explained("the moon is full", "db").is_none());
    }
}
