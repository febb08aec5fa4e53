//! Takes the URL of a server apart: a database's, a mail server's. Where signs that were not encoded leave two readings, it is
//! refused: the other reading would make a host, a port or a parameter of a piece of a password.

use std::fmt;

use percent_encoding::percent_decode_str;

/// What is said about every sign that has two meanings.
pub const ENCODE: &str = "special signs of a user, a password or a name must be percent-encoded \
                      (% is %25, @ is %40, : is %3A, / is %2F, ? is %3F, # is %23)";

/// What stands behind `scheme://`, decoded.
#[derive(PartialEq, Eq)]
pub struct Parts {
    pub user: Option<String>,
    pub password: Option<String>,
    pub hosts: Vec<Host>,
    /// The name of a database behind the host; other servers have none.
    pub path: Option<String>,
    pub parameters: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// As it stands in a URL: an IPv6 address is in brackets.
    pub name: String,
    pub port: Option<u16>,
}

impl fmt::Display for Host {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(to, "{}:{port}", self.name),
            None => self.name.fmt(to),
        }
    }
}

impl Parts {
    /// Reads it, or says what is wrong, without a piece of what could be a password.
    pub fn of(rest: &str) -> Result<Self, String> {
        if rest.chars().any(|sign| sign.is_whitespace() || sign.is_control()) {
            return Err(format!("it has a space or a line break in it; {ENCODE}, a space is %20"));
        }
        let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        // Before anything is read: a placeholder is no mistake of encoding.
        let (login, hosts) = split_last(authority, '@');
        let (user, password) = login.map_or((None, None), |login| {
            let (user, password) = login.split_once(':').map_or((login, None), |(user, it)| (user, Some(it)));
            (Some(user), password)
        });
        let path = behind.strip_prefix('/').unwrap_or_default().split(['?', '#']).next().unwrap_or_default();
        let named = [
            ("password", password.unwrap_or_default()),
            ("user", user.unwrap_or_default()),
            ("host", hosts),
            ("database", path),
        ];
        if let Some(problem) = named.into_iter().find_map(|(field, text)| placeholder(field, text)) {
            return Err(problem);
        }
        let first = behind.chars().next().filter(|_| behind.contains('@'));
        let sign = match (first, login, password) {
            (Some(first), ..) => Some(first),
            (_, Some(login), _) if login.contains('@') => Some('@'),
            (.., Some(password)) if password.contains(':') => Some(':'),
            _ => behind.contains('#').then_some('#'),
        };
        if let Some(sign) = sign {
            return Err(unencoded(sign));
        }
        let query = behind.split_once('?').map_or("", |(_, query)| query);
        let path_name = decoded(path.strip_suffix('/').unwrap_or(path))?;
        if path.trim_end_matches('/').contains('/') {
            return Err(format!("its path is more than the name of a database; {ENCODE}"));
        }
        Ok(Self {
            user: user.filter(|user| !user.is_empty()).map(decoded).transpose()?,
            password: password.filter(|password| !password.is_empty()).map(decoded).transpose()?,
            hosts: self::hosts(hosts)?,
            path: Some(path_name).filter(|name| !name.is_empty()),
            parameters: pairs(query)?,
        })
    }
}

fn unencoded(sign: char) -> String {
    let at = if sign == '@' { "two @ stand in it" } else { "an @ stands behind it" };
    match sign {
        '#' => format!("it has a # that is not encoded; {ENCODE}"),
        ':' => format!("its password has a : that is not encoded; {ENCODE}"),
        _ => format!("it has a {sign} too early, for {at}; {ENCODE}"),
    }
}

fn split_last(text: &str, sign: char) -> (Option<&str>, &str) {
    text.rsplit_once(sign).map_or((None, text), |(before, behind)| (Some(before), behind))
}

/// A text in which `%40` is `@`.
fn decoded(text: &str) -> Result<String, String> {
    let is_hex = |place: usize| text.as_bytes().get(place).is_some_and(u8::is_ascii_hexdigit);
    if text.match_indices('%').any(|(place, _)| !is_hex(place + 1) || !is_hex(place + 2)) {
        return Err(format!("it has a % that begins no code of two digits; {ENCODE}"));
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(text) if text.contains('\0') => Err("it has a %00 in it".to_owned()),
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err("its % codes are no UTF-8".to_owned()),
    }
}

fn pairs(query: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    // A + is a + here, as libpq and MongoDB have it.
    pairs.map(|(name, value)| Ok((decoded(name)?, decoded(value)?))).collect()
}

/// `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`, and several of them with commas.
pub fn hosts(text: &str) -> Result<Vec<Host>, String> {
    text.split(',').filter(|_| !text.is_empty()).map(host).collect()
}

fn host(text: &str) -> Result<Host, String> {
    let wrong = || format!("it has no readable host: write USER:PASSWORD@HOST:PORT behind the ://; {ENCODE}");
    // Behind the bracket of an address of IPv6.
    let colon = text.rfind(':').filter(|colon| text.rfind(']').is_none_or(|bracket| bracket < *colon));
    let (name, port) = colon.map_or((text, None), |colon| (&text[..colon], Some(&text[colon + 1..])));
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let is_name = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        // With per cent signs it is the path of a socket.
        None => name.chars().all(|sign| sign.is_alphanumeric() || "-_.%".contains(sign)),
    };
    if !is_name || name.is_empty() {
        return Err(wrong());
    }
    let port = port.map(|port| port.parse().map_err(|_| wrong())).transpose()?;
    Ok(Host { name: name.to_owned(), port })
}

/// What a console, a template or this manual writes where something is to be filled in.
fn placeholder(field: &str, text: &str) -> Option<String> {
    let brackets = [("[", "]"), ("<", ">"), ("{{", "}}"), ("${", "}"), ("$(", ")"), ("{", "}")];
    let within = brackets.iter().find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close));
    let is_word = |word: &str| word.chars().all(|sign| sign.is_alphabetic() || "-_ ".contains(sign));
    let is_starred = text.len() > 2 && text.chars().all(|sign| matches!(sign, '*' | '•' | '…' | '.'));
    let ours = ["USER", "PASSWORD", "HOST", "DATABASE", "YOUR_PASSWORD", "YOUR-PASSWORD"];
    if !(within.is_some_and(is_word) || is_starred || ours.contains(&text)) {
        return None;
    }
    // Another word in brackets may be somebody's password.
    let word: String = within.unwrap_or(text).chars().filter(|sign| sign.is_alphabetic()).collect();
    let known = [
        "password",
        "yourpassword",
        "dbpassword",
        "databasepassword",
        "user",
        "username",
        "dbusername",
        "host",
        "database",
    ];
    let example =
        if known.contains(&word.to_ascii_lowercase().as_str()) { text } else { "<password> or ****" };
    Some(format!(
        "its {field} is still a placeholder ({example}): put the real one there. If it is the real one, percent-encode \
         its brackets and stars"
    ))
}
