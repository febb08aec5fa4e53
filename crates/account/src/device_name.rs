//! A User-Agent in words that its owner knows: "Chrome on Linux". A guess for people, which nothing is decided by.

/// What a User-Agent has in it, and what people call that; the first that fits. Most name others that they are like, too.
const PROGRAMS: [(&str, &str); 11] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Dart/", "App"),
    ("okhttp/", "App"),
    ("CFNetwork/", "App"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// `None` where nothing is recognised: better nothing than a riddle.
pub fn device_name(user_agent: &str) -> Option<String> {
    let known = |table: &'static [(&str, &str)]| {
        table.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    match (known(&PROGRAMS), known(&SYSTEMS)) {
        (Some(program), Some(system)) => Some(format!("{program} on {system}")),
        (found, other) => found.or(other).map(str::to_owned),
    }
}

/// How a program calls itself first (RFC 9110 §10.1.5), as `curl/8.1`. Only what cannot be taken for a link or for words: whoever knows a
/// password must not write a line of the shop's mail.
pub fn program(user_agent: &str) -> Option<String> {
    let first = user_agent.split_whitespace().next()?;
    let (name, version) = first.split_once('/')?;
    let is_name =
        (1..=24).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let is_version =
        (1..=16).contains(&version.len()) && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (is_name && is_version).then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_as_their_owners_call_them() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
            ("Dart/3.9 (dart:io)", "App"),
        ] {
            assert_eq!(device_name(user_agent).as_deref(), Some(name), "{user_agent}");
        }
        assert_eq!(device_name("curl/8.1"), None);
    }

    #[test]
    fn a_program_is_named_only_where_nobody_takes_it_for_a_link() {
        assert_eq!(program("curl/8.1 (x)").as_deref(), Some("curl/8.1"));
        for other in [
            "",
            "curl",
            "https://evil.example/",
            "evil.example/1",
            "call/now!",
            "x/1.evil",
            "a_b/1",
            &format!("{}/1", "a".repeat(25)),
        ] {
            assert_eq!(program(other), None, "{other}");
        }
    }
}
