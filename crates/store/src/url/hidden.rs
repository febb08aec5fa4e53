//! What may be shown of a URL, and the file that one of SQLite names.

use std::path::PathBuf;

use doorstep_base::server_url::Parts;
use percent_encoding::percent_decode_str;

use super::{parameters, scheme};

/// A database's URL as it may be shown: with its password hidden, before the host or among the parameters. One that cannot be
/// read is hidden whole: nobody knows where its password ends.
pub fn without_password(url: &str) -> String {
    let Ok((scheme, rest)) = scheme::split(url) else {
        // Nothing but a path or a word.
        let is_plain = |sign: char| sign.is_alphanumeric() || "._-/ ".contains(sign);
        return if url.chars().all(is_plain) { url.to_owned() } else { "(hidden)".to_owned() };
    };
    let Some(engine) = scheme.engine else {
        let is_ours = file_name(scheme.name, rest).is_ok();
        let name = url.split_once('?').filter(|_| !is_ours);
        return name.map_or(url.to_owned(), |(name, _)| format!("{name}?(hidden)"));
    };
    let Ok(parts) = Parts::of(rest) else { return format!("{}://(hidden)", scheme.name) };
    let front = rest.split('?').next().unwrap_or(rest);
    let front = match (&parts.password, front.split_once('@')) {
        (Some(_), Some((login, hosts))) => {
            format!("{}:(hidden)@{hosts}", login.split(':').next().unwrap_or_default())
        }
        _ => front.to_owned(),
    };
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let shown: Vec<_> = query.split('&').map(|pair| shown(engine, pair)).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", shown.join("&")) };
    format!("{}://{front}{query}", scheme.name)
}

fn shown(engine: super::Engine, pair: &str) -> String {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    match (parameters::is_known(engine, name), parameters::is_secret(name)) {
        (true, false) => pair.to_owned(),
        (true, true) if value.is_empty() => pair.to_owned(),
        (true, true) => format!("{name}=(hidden)"),
        (false, _) => "(hidden)".to_owned(),
    }
}

/// Whether a URL carries a password, or something that may be one.
pub fn has_password(url: &str) -> bool {
    without_password(url).contains("(hidden)")
}

/// The file of a SQLite database, in every spelling of its URL; `None` for a database on a server.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let (scheme, rest) = scheme::split(url).ok()?;
    let name = if scheme.engine.is_none() { file_name(scheme.name, rest).ok()? } else { return None };
    Some(PathBuf::from(name))
}

/// `PATH`, `//RELATIVE` and `///ABSOLUTE`, with parameters that change nothing.
pub(super) fn file_name(scheme: &str, rest: &str) -> Result<String, String> {
    let (name, query) = rest.split_once('?').unwrap_or((rest, ""));
    let name = name.strip_prefix("//").unwrap_or(name);
    let name = match scheme {
        // This one is a URL by its own standard: with a host, and encoded.
        "file" => {
            let name = name.strip_prefix("localhost/").map_or(name.to_owned(), |name| format!("/{name}"));
            percent_decode_str(&name).decode_utf8().map_err(|_| "its % codes are no UTF-8")?.into_owned()
        }
        _ => name.to_owned(),
    };
    if name.is_empty() || name.contains(":memory:") {
        return Err(
            "it must be the plain name of a file (no :memory:): what is in memory is gone with the process"
                .to_owned(),
        );
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        parameters::for_file(pair)?;
    }
    Ok(name)
}
