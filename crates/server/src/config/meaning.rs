//! Names that other programs have for our settings. By letters `DOORSTEP_PORT` is near to nothing that it means.

/// Names without their section, and the settings that they may mean.
const MEANINGS: [(&[&str], &[&str]); 10] = [
    (
        &["port", "host", "host_port", "bind", "bind_address", "address", "addr", "interface", "listen"],
        &["server.listen"],
    ),
    (&["mode", "env", "environment", "app_env", "node_env", "production"], &["server.mode"]),
    (&["url", "uri"], &["server.public_url", "database.url"]),
    (
        &[
            "base_url",
            "external_url",
            "site_url",
            "app_url",
            "public_uri",
            "domain",
            "hostname",
            "public_host",
        ],
        &["server.public_url"],
    ),
    (
        &["proxies", "proxy", "trust_proxy", "trusted_proxy", "trust_proxies", "behind_proxy"],
        &["server.trusted_proxies"],
    ),
    (&["static", "dist", "public_dir", "www", "storefront", "pages"], &["server.static_dir"]),
    (&["db", "database", "dsn", "db_url", "db_uri", "database_uri", "connection_string"], &["database.url"]),
    (
        &["secret", "secret_key", "master_key", "app_key", "encryption_key", "jwt_secret", "session_secret"],
        &["secrets.key"],
    ),
    (
        &[
            "cors",
            "cors_origin",
            "origin",
            "allowed_origin",
            "allowed_origins",
            "allow_origin",
            "allow_origins",
        ],
        &["cors.origins"],
    ),
    (&["log", "log_level", "loglevel", "verbosity"], &["log.level"]),
];

/// The settings that a name means: of its own section, where one is.
pub fn meant(section: Option<&str>, name: &str) -> Vec<&'static str> {
    let name = name.to_lowercase().replace('-', "_");
    let known = MEANINGS.iter().find(|(names, _)| names.contains(&name.as_str()));
    let keys = known.map_or(&[][..], |(_, keys)| *keys);
    let is_own = |key: &&&str| section.is_some_and(|section| key.split('.').next() == Some(section));
    let own: Vec<_> = keys.iter().filter(is_own).copied().collect();
    if own.is_empty() { keys.to_vec() } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_is_a_setting() {
        for key in MEANINGS.iter().flat_map(|(_, keys)| *keys) {
            assert!(super::super::load::default_value(key).is_some(), "{key}");
        }
    }

    #[test]
    fn a_name_means_what_other_programs_mean_by_it() {
        for (section, name, keys) in [
            (None, "PORT", &["server.listen"][..]),
            (None, "ENV", &["server.mode"]),
            (None, "URL", &["server.public_url", "database.url"]),
            (None, "DATABASE_URI", &["database.url"]),
            (Some("server"), "url", &["server.public_url"]),
            (Some("server"), "host", &["server.listen"]),
            (Some("server"), "log-level", &["log.level"]),
            (Some("server"), "body_limt", &[]),
        ] {
            assert_eq!(meant(section, name), keys, "{name}");
        }
    }
}
