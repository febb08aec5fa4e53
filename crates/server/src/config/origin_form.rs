//! How an origin is written: exactly as browsers and shells of apps send it, which is what makes comparing bytes enough.

use std::net::{Ipv4Addr, Ipv6Addr};

use doorstep_base::origin::is_web;

const FORM: &str = r#"an origin like "https://shop.example" or "http://localhost:5173""#;
/// The words of catalogue entry DS-03, as `doctor` and the docs have them.
const NO_WILDCARD: &str = r#"exact origins. DS-03 List exact origins; "*" cannot be used with cookies"#;
const NO_FILE: &str = r#"an origin of its own: every page opened as a file and every sandboxed frame sends "null", whoever made it. Serve the page over http, or give the app a scheme, like "app://." (docs/guides/app-shells.md)"#;
const APP_FORM: &str =
    r#"the whole origin of the app, like "capacitor://localhost", "tauri://localhost" or "app://.""#;
const EXTENSION_FORM: &str = r#"the extension with its id, like "chrome-extension://" and 32 letters from a to p; chrome://extensions shows it. "*" would let in every extension"#;
const INSTALLATION_FORM: &str = "the extension with the id of one installation, as 8-4-4-4-12 hex digits. It is another one for everybody: with host_permissions for this server an extension needs no entry (docs/guides/app-shells.md)";
/// Never the origin of a page: no page is loaded by them, or it is `null` (URL Standard, 4.7).
const NO_PAGES: [&str; 9] = ["file", "ftp", "ws", "wss", "javascript", "data", "blob", "about", "mailto"];

/// The origin of a URL, the way a browser would write it; `None` when there is no doing so.
pub fn canonical(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next()?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b));
    if !is_scheme || NO_PAGES.contains(&scheme.as_str()) {
        return None;
    }
    if !matches!(scheme.as_str(), "http" | "https") {
        // The names of apps are no host names: upper case stays, as WebKit sends the ids of extensions.
        return is_apps_name(&scheme, authority).then(|| format!("{scheme}://{authority}"));
    }
    let authority = authority.to_ascii_lowercase();
    let (host, port) = split_port(&authority)?;
    let is_default = matches!((scheme.as_str(), port), ("http", Some(80)) | ("https", Some(443)) | (_, None));
    Some(match port.filter(|_| !is_default) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

/// What is asked for in place of a text that is no origin.
pub fn refusal(text: &str) -> &'static str {
    let text = text.to_ascii_lowercase();
    let (scheme, _) = text.split_once("://").unwrap_or_default();
    match scheme {
        _ if text == "null" => NO_FILE,
        "file" => NO_FILE,
        "chrome-extension" => EXTENSION_FORM,
        "moz-extension" | "safari-web-extension" => INSTALLATION_FORM,
        _ if text.contains('*') => NO_WILDCARD,
        _ if scheme.is_empty() || NO_PAGES.contains(&scheme) => FORM,
        _ if is_web(&text) => FORM,
        _ => APP_FORM,
    }
}

fn is_apps_name(scheme: &str, name: &str) -> bool {
    match scheme {
        "chrome-extension" => name.len() == 32 && name.bytes().all(|b| (b'a'..=b'p').contains(&b)),
        "moz-extension" | "safari-web-extension" => is_uuid(name),
        _ => {
            let (name, port) = name.split_once(':').unwrap_or((name, "0"));
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            !name.is_empty() && name.bytes().all(is_plain) && port_of(port).is_some()
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn split_port(authority: &str) -> Option<(String, Option<u16>)> {
    let end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (host, port) = match authority[end..].find(':') {
        Some(colon) => (&authority[..end + colon], Some(port_of(&authority[end + colon + 1..])?)),
        None => (authority, None),
    };
    Some((host_of(host)?, port))
}

fn port_of(digits: &str) -> Option<u16> {
    let only_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| only_digits)
}

/// A host as browsers write it (URL Standard, 3.5): letters of other scripts as `xn--`, addresses in their shortest form.
fn host_of(host: &str) -> Option<String> {
    if let Some(inner) = host.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(match address.to_ipv4_mapped().map(|_| address.segments()) {
            Some([.., high, low]) => format!("[::ffff:{high:x}:{low:x}]"),
            None => format!("[{address}]"),
        });
    }
    let host = idna::domain_to_ascii_strict(host).ok()?;
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let is_number = host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit()));
    // What ends in a number is an address of four numbers, or nothing: no name in the world ends so.
    (host.split('.').all(is_label) && (!is_number || host.parse::<Ipv4Addr>().is_ok())).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;

    #[test]
    fn origins_are_taken_exactly_as_browsers_and_apps_send_them() {
        for good in [
            "https://shop.example",
            "http://localhost:5173",
            "http://[::1]:3000",
            "http://127.0.0.1:3000",
            "https://xn--bcher-kva.example",
            "capacitor://localhost",
            "ionic://localhost",
            "https://localhost",
            "http://localhost",
            "tauri://localhost",
            "http://tauri.localhost",
            "https://tauri.localhost",
            "app://.",
            "app://-",
            "app://acme_shop",
            "app://bundle:8080",
            "chrome-extension://cciilamhchpmbdnniabclekddabkifhb",
            "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
            "safari-web-extension://140BB581-A2C0-422A-9DD3-6982A5ABEE5E",
        ] {
            assert_eq!(good.parse::<Origin>().map(|origin| origin.to_string()).as_deref(), Ok(good));
        }
    }

    #[test]
    fn near_misses_are_told_the_right_spelling() {
        for (typed, right) in [
            ("https://shop.example/", "https://shop.example"),
            ("https://Shop.Example", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("http://shop.example:80/app?x#y", "http://shop.example"),
            ("Capacitor://localhost/index.html", "capacitor://localhost"),
            ("app://./index.html", "app://."),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://[0:0:0:0:0:0:0:1]:3000", "http://[::1]:3000"),
            ("http://[::ffff:127.0.0.1]:3000", "http://[::ffff:7f00:1]:3000"),
        ] {
            let refusal = typed.parse::<Origin>().unwrap_err();
            assert!(refusal.ends_with(&format!(r#""{right}""#)), "{typed}: {refusal}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_with_what_is_asked_for() {
        for (asked_for, texts) in [
            (
                FORM,
                &[
                    "",
                    "shop.example",
                    "https://",
                    "https://a b",
                    "https://user@shop.example",
                    "https://shop.example:x",
                    "https://shop.example:99999",
                    "https://b\u{202e}cher.example",
                    "http://127.1",
                    "http://0x7f000001:3000",
                    "https://shop..example",
                    "://shop.example",
                    "https://[::1",
                    "https://shop.example.",
                    "https://.",
                    "wss://shop.example",
                    "javascript://shop.example",
                    "data://shop.example",
                ][..],
            ),
            (NO_WILDCARD, &["*", "https://*.shop.example", "app://*"]),
            (NO_FILE, &["null", "file://", "file:///index.html"]),
            (
                APP_FORM,
                &["app://", "app:///index.html", "capacitor://", "app://a b", "app://x:y", "app://user@x"],
            ),
            (
                EXTENSION_FORM,
                &[
                    "chrome-extension://*",
                    "chrome-extension://",
                    "chrome-extension://cciilamhchpmbdnniabclekddabkifh",
                    "chrome-extension://cciilamhchpmbdnniabclekddabkifhz",
                ],
            ),
            (
                INSTALLATION_FORM,
                &["moz-extension://*", "moz-extension://my@addon.example", "safari-web-extension://"],
            ),
        ] {
            for text in texts {
                assert_eq!(text.parse::<Origin>(), Err(asked_for.to_owned()), "{text}");
                assert_eq!(Origin::of_page(text), Err(asked_for.to_owned()), "{text}");
            }
        }
    }
}
