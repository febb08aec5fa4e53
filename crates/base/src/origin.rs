//! What the origin of a page says about who shows it: a browser, or the shell of an app (Capacitor, Cordova, Tauri, Electron,
//! a browser's extension). An app has no server of its own, so that what helps a page (a subdomain, a proxy, https) does not
//! help it, and its session is no cookie.

/// What an app does instead of asking for a cookie.
pub const APP_SESSION: &str = r#"An app keeps no cookie of this server: let it ask for "session": "token" and send Authorization: Bearer."#;

/// Whether browsers load such pages from a server, by http or https.
pub fn is_web(origin: &str) -> bool {
    origin.starts_with("https://") || origin.starts_with("http://")
}

/// Whether a shell shows this page out of its app: by a scheme of its own (`capacitor://localhost`), or by a name that no
/// server in the world has (`https://localhost`, `http://tauri.localhost`). A port is a developer's server.
pub fn is_app(origin: &str) -> bool {
    match origin.split_once("://") {
        Some((_, host)) if is_web(origin) => host == "localhost" || host.ends_with(".localhost"),
        Some((scheme, _)) => scheme != "file",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_of_apps_are_told_from_those_of_servers() {
        for app in [
            "capacitor://localhost",
            "ionic://localhost",
            "https://localhost",
            "http://localhost",
            "tauri://localhost",
            "http://tauri.localhost",
            "https://tauri.localhost",
            "app://.",
            "chrome-extension://cciilamhchpmbdnniabclekddabkifhb",
        ] {
            assert!(is_app(app), "{app}");
        }
        for other in [
            "https://shop.example",
            "http://localhost:5173",
            "https://localhost.evil.example",
            "https://evillocalhost",
            "http://shop.localhost:3000",
            "file://",
            "null",
            "",
        ] {
            assert!(!is_app(other), "{other}");
        }
    }
}
