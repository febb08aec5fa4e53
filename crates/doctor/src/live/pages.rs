//! What the two addresses alone say: pages that browsers keep from an API, and cookies that they keep from it.

use doorstep_base::Cause;
use doorstep_base::origin::{APP_SESSION, is_app, is_web};

use super::places::{are_one_site, host_of, is_loopback, is_private, site_of};
use super::target::Target;
use crate::Finding;

/// A page that may not call the API at all (DS-13).
pub fn blocked(target: &Target, page: &str) -> Option<Finding> {
    let host = host_of(page);
    if !page.starts_with("https://") || target.is_https || is_loopback(host) {
        return None;
    }
    let api = target.origin();
    // Browsers take this machine's own addresses for safe, and ask before a page from outside may use them.
    let found = if is_loopback(&target.host) {
        Finding::warning(
            Cause::MixedContent,
            format!(
                "Page {page} is public and the API is {api}, on this machine: browsers ask first, or refuse"
            ),
        )
    } else {
        Finding::error(
            Cause::MixedContent,
            format!("Page {page} is https but the API is {api}: browsers block that"),
        )
    };
    Some(if is_private(&target.host) {
        found.fix(
            "Use a tunnel with https in front of the API, or open the page over http from the same network.",
        )
    } else {
        found.fix(format!("Serve the API over https, and use https://{} as baseUrl.", target.host))
    })
}

/// A cookie of the API that browsers do not send back from this page (DS-09, DS-11).
pub fn without_cookie(target: &Target, page: &str) -> Option<Finding> {
    let (page_host, api_host) = (host_of(page), target.host.as_str());
    if !is_web(page) {
        return Some(of_app(target, page));
    }
    if are_one_site(page_host, api_host) {
        return None;
    }
    if is_loopback(page_host) && is_loopback(api_host) {
        let own = target.on_host(page_host);
        return Some(
            Finding::error(
                Cause::TwoNamesOfThisMachine,
                format!("Use the same host: the page is {page_host}, the API is {api_host}"),
            )
            .saw(format!("{page} and {target} are two sites to a browser: the session cookie is not sent"))
            .fix(format!(
                "Set baseUrl to {own}, or open the page as {}",
                page.replacen(page_host, api_host, 1)
            )),
        );
    }
    if is_app(page) {
        return Some(of_app(target, page));
    }
    // A developer's page against a server elsewhere: what customers open is another page.
    if is_private(page_host) {
        return None;
    }
    Some(
        Finding::warning(
            Cause::ThirdPartyCookie,
            format!("{page_host} and {api_host} are two sites: browsers keep no session cookie between them"),
        )
        .saw("Safari, Brave and private windows drop the cookie of another site, whatever its SameSite says")
        .fix(format!("Give the API a name of the shop, like https://api.{}", shop_of(page_host)))
        .fix("Or pass /api through the shop's own server, and set baseUrl to \"/\"; see the guide on cookies and domains.")
        .fix("Or use tokens instead of the cookie (session: \"jwt\")."),
    )
}

/// DS-11 for whom no address of the API would help. A note: whoever asks for a token loses nothing.
fn of_app(target: &Target, page: &str) -> Finding {
    Finding::note(
        Cause::ThirdPartyCookie,
        format!("{page} is the page of an app, and keeps no session cookie of {}", target.host),
    )
    .saw(format!("{page} is of no site that a server could share"))
    .fix(APP_SESSION)
}

fn shop_of(host: &str) -> &str {
    site_of(host).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(api: &str, page: &str) -> Vec<String> {
        let target = api.parse().unwrap();
        let found = blocked(&target, page).or_else(|| without_cookie(&target, page));
        found.into_iter().filter_map(|found| found.cause).map(|cause| cause.to_string()).collect()
    }

    #[test]
    fn addresses_that_fit_are_left_alone() {
        for (api, page) in [
            ("http://localhost:5000", "http://localhost:5173"),
            ("http://127.0.0.1:5000", "http://127.0.0.1:5173"),
            ("https://api.shop.com", "https://www.shop.com"),
            ("https://shop.com", "https://shop.com"),
            ("http://localhost:5000", "https://localhost:5173"),
            ("http://192.168.1.5:5000", "http://localhost:5173"),
            ("https://api.shop.com", "http://localhost:5173"),
        ] {
            assert_eq!(ids(api, page), [""; 0], "{api} {page}");
        }
    }

    #[test]
    fn addresses_that_do_not_fit_are_named() {
        for (api, page, id) in [
            ("http://127.0.0.1:5000", "http://localhost:5173", "DS-09"),
            ("http://localhost:5000", "http://[::1]:5173", "DS-09"),
            ("https://api.vendor.app", "https://shop.com", "DS-11"),
            ("http://192.168.1.5:5000", "https://shop.com", "DS-13"),
            ("http://api.shop.com", "https://shop.com", "DS-13"),
            ("http://localhost:5000", "https://shop.com", "DS-13"),
            ("http://localhost:5000", "capacitor://localhost", "DS-11"),
            ("https://api.shop.com", "capacitor://localhost", "DS-11"),
            ("https://api.shop.com", "https://localhost", "DS-11"),
            ("https://api.shop.com", "http://tauri.localhost", "DS-11"),
            ("https://api.shop.com", "app://.", "DS-11"),
            ("https://api.shop.com", "chrome-extension://cciilamhchpmbdnniabclekddabkifhb", "DS-11"),
        ] {
            assert_eq!(ids(api, page), [id], "{api} {page}");
        }
    }

    #[test]
    fn an_app_is_told_nothing_that_it_cannot_do() {
        let target = "https://api.shop.com".parse().unwrap();
        for page in ["capacitor://localhost", "https://localhost", "http://tauri.localhost", "app://."] {
            let found = without_cookie(&target, page).unwrap();
            assert_eq!(found.fix, [APP_SESSION], "{page}");
        }
    }
}
