//! What other programs write for a mail server, and what to write instead.

use doorstep_base::server_url::ENCODE;

/// Words before the `:` of other programs.
const OTHERS: [(&str, &str); 16] = [
    (
        "http",
        "a web address takes no mail: ask your provider for its SMTP server, and write smtps://USER:PASSWORD@HOST:465",
    ),
    (
        "https",
        "a web address takes no mail: ask your provider for its SMTP server, and write smtps://USER:PASSWORD@HOST:465",
    ),
    (
        "mailto",
        "mailto: is an address to write to: the sender stands in a setting of its own, here stands the server, smtps://USER:PASSWORD@HOST:465",
    ),
    ("mail", "write smtps:// (port 465) or smtp:// (port 587) instead of mail://"),
    ("email", "write smtps:// (port 465) or smtp:// (port 587) instead of email://"),
    ("submission", "write smtp:// instead of submission://"),
    ("submissions", "write smtps:// instead of submissions://"),
    ("smtp+tls", "write smtps:// for port 465, smtp:// for port 587"),
    ("smtp+ssl", "write smtps:// instead of smtp+ssl://"),
    ("smtps+tls", "write smtps:// instead of smtps+tls://"),
    ("smtp+starttls", "write smtp://, which asks for STARTTLS"),
    ("ssl", "write smtps:// instead of ssl://"),
    ("tls", "write smtps:// for port 465, smtp:// for port 587"),
    ("imap", "IMAP is for reading mails: write the SMTP server"),
    ("imaps", "IMAP is for reading mails: write the SMTP server"),
    (
        "sendmail",
        "Doorstep starts no program: name a server, smtp://127.0.0.1:25?tls=none for the one of this machine",
    ),
];

/// `smtp` or `smtps`, and what stands behind the `://`.
pub fn scheme(url: &str) -> Result<(&'static str, &str), String> {
    if url.starts_with(['"', '\'', '`', '“', '‘']) {
        return Err("it stands in quotes: take them away".to_owned());
    }
    let word = url.split([':', ' ', '=']).next().unwrap_or_default().to_ascii_lowercase();
    if let Some((_, instead)) = OTHERS.iter().find(|(other, _)| *other == word) {
        return Err((*instead).to_owned());
    }
    if url.split_once("://").is_some_and(|(before, _)| before.contains(['=', ' '])) {
        return Err("something stands before it: give the URL alone".to_owned());
    }
    let known = ["smtp", "smtps"].into_iter().find(|known| *known == word);
    let form = "write smtps://USER:PASSWORD@HOST:465, or smtp://USER:PASSWORD@HOST:587 for STARTTLS";
    let Some(scheme) = known else {
        // It may be a user or a password.
        return Err(format!("it does not begin with smtps:// or smtp://: {form}; {ENCODE}"));
    };
    match url.get(word.len()..).and_then(|rest| rest.strip_prefix("://")) {
        Some(rest) => Ok((scheme, rest)),
        None => Err(format!("behind {scheme} stands no ://: {form}")),
    }
}

/// What becomes of a parameter.
enum Fate {
    /// So it is anyway.
    Nothing,
    /// No TLS.
    Open,
    /// What to write instead.
    Refused(&'static str),
}

const NO: &[&str] = &["false", "0", "no", "off", "none", "never", "disable", "disabled", "skip"];
const YES: &[&str] = &["true", "1", "yes", "on", "required", "require", "always", "enabled", ""];
const AT_ONCE: &[&str] = &["wrapper", "implicit", "ssl", "smtps"];
const MAYBE: &[&str] = &["optional", "opportunistic", "auto", "prefer", "may", "ifavailable"];

const VERIFIED: Fate = Fate::Refused(
    "the server's certificate is always checked: take the parameter away. If an authority of your own signed it, \
     SSL_CERT_FILE names that authority's file",
);
const WRAPPED: Fate =
    Fate::Refused("TLS from the first byte is smtps:// with port 465: take the parameter away");

/// Whether the connection is to be in the open. Names are compared without `-`, `_` and case.
pub fn parameters(is_wrapped: bool, given: &[(String, String)]) -> Result<bool, String> {
    let mut is_open = false;
    for (place, (name, value)) in given.iter().enumerate() {
        let name: String = name.chars().filter(|sign| !"-_".contains(*sign)).collect();
        let value = value.to_ascii_lowercase();
        match fate(is_wrapped, &name.to_ascii_lowercase(), &value.replace(['-', '_'], "")) {
            Some(Fate::Nothing) => {}
            Some(Fate::Open) => is_open = true,
            Some(Fate::Refused(instead)) => return Err(instead.to_owned()),
            // Behind a ? that was not encoded stands the rest of a password: it is not repeated.
            None => {
                return Err(format!(
                    "parameter {} behind its ? is unknown: what may stand there is starttls=required (which counts anyway) \
                     and tls=none; {ENCODE}",
                    place + 1
                ));
            }
        }
    }
    Ok(is_open)
}

fn fate(is_wrapped: bool, name: &str, value: &str) -> Option<Fate> {
    let is = |words: &[&str]| words.contains(&value);
    Some(match name {
        "tls" | "starttls" | "requiretls" | "encryption" | "security" | "ssl" | "secure" | "usetls"
        | "usessl" => {
            match () {
                () if is(MAYBE) => Fate::Refused(
                    "TLS that is only used where it is offered protects from nobody who stands between: write \
                     starttls=required",
                ),
                () if is(NO) && name == "tls" && is_wrapped => {
                    Fate::Refused("smtps:// is TLS: write smtp:// with tls=none")
                }
                () if is(NO) && name == "tls" => Fate::Open,
                // "secure=false" is STARTTLS for some programs, and nothing at all for others.
                () if is(NO) => Fate::Refused(
                    "write tls=none if the server is on this machine and has no TLS; otherwise take the parameter away",
                ),
                () if is_wrapped && (is(YES) || is(AT_ONCE)) => Fate::Nothing,
                () if is(AT_ONCE) || (is(YES) && matches!(name, "secure" | "ssl" | "usessl")) => WRAPPED,
                () if is(YES) || matches!(value, "tls" | "starttls") => Fate::Nothing,
                () => return None,
            }
        }
        "ignoretls" | "disabletls" => {
            Fate::Refused("write tls=none if the server is on this machine and has no TLS")
        }
        "verify"
        | "verifypeer"
        | "rejectunauthorized"
        | "tls.rejectunauthorized"
        | "insecure"
        | "skipverify"
        | "allowinsecure"
        | "allowselfsigned"
        | "tls.servername" => VERIFIED,
        "from" | "sender" => Fate::Refused("the sender has a setting of its own: take it away here"),
        "timeout" | "connectiontimeout" | "greetingtimeout" | "sockettimeout" => {
            Fate::Refused("a mail server has 30 seconds for each answer: take the timeout away")
        }
        "pool" | "maxconnections" => Fate::Refused("up to two connections are kept: take the parameter away"),
        "user" | "username" | "login" | "password" | "pass" => {
            Fate::Refused("user and password stand before the host: USER:PASSWORD@HOST, percent-encoded")
        }
        "host" | "port" => Fate::Refused("host and port stand before the ?: USER:PASSWORD@HOST:PORT"),
        "auth" | "authmethod" | "authmode" => Fate::Refused(
            "how the password is given is agreed on with the server (PLAIN, LOGIN): take the parameter away",
        ),
        _ => return None,
    })
}
