//! Addresses that send the client elsewhere: browsers refuse that for a preflight (DS-06), and a POST arrives as a GET,
//! or not at all (DS-19).

use doorstep_base::Cause;
use http::Method;

use super::answer::Answer;
use super::client::{Client, Probe};
use super::target::Target;
use crate::Finding;
use crate::api::{SIGNUP, USER};

/// Every read is redirected: whether a page meets it first in its preflight.
pub async fn everywhere(client: &Client, page: Option<&str>, policy: &Answer) -> Finding {
    let preflight = match page {
        Some(page) => client.send(preflight(page, "POST", "content-type")).await.ok(),
        None => None,
    };
    match preflight.filter(|answer| answer.redirect().is_some()) {
        Some(preflight) => of_preflight(&client.target, &preflight),
        None => of_request(&client.target, policy),
    }
}

pub fn preflight<'a>(page: &str, method: &str, headers: &str) -> Probe<'a> {
    let path = if method == "POST" { SIGNUP } else { USER };
    Probe::new(Method::OPTIONS, path)
        .header("origin", page)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
}

/// DS-06.
pub fn of_preflight(target: &Target, answer: &Answer) -> Finding {
    let place = answer.redirect().unwrap_or_default();
    advise(
        target,
        answer,
        Finding::error(
            Cause::PreflightRefused,
            format!("The preflight is redirected to {place}, and browsers stop there"),
        ),
    )
}

/// DS-19.
pub fn of_request(target: &Target, answer: &Answer) -> Finding {
    let place = answer.redirect().unwrap_or_default();
    let title = format!("{target} redirects to {place}: a POST is lost on the way");
    advise(target, answer, Finding::error(Cause::Redirected, title))
}

/// Whether only a slash at the end is taken away.
pub fn is_harmless(target: &Target, answer: &Answer) -> bool {
    let path = path_of(target, answer);
    let is_slash = |place| next(target, path, place) == Next::Slash;
    path.ends_with('/') && answer.redirect().is_some_and(is_slash)
}

fn path_of<'a>(target: &Target, answer: &'a Answer) -> &'a str {
    answer.asked.split_once(target.to_string().as_str()).map_or("", |(_, path)| path)
}

fn advise(target: &Target, answer: &Answer, found: Finding) -> Finding {
    let place = answer.redirect().unwrap_or_default();
    let found = found.saw(format!("{}: {} location: {place}", answer.asked, answer.status));
    match next(target, path_of(target, answer), place) {
        Next::Base(base) => found.fix(format!("Set baseUrl to {base}")),
        Next::Slash => found
            .fix("Turn the redirect for a slash at the end off for /api (Next: skipTrailingSlashRedirect, Django: APPEND_SLASH)."),
        Next::Itself => found.fix(
            "It redirects to itself: a proxy in front talks plain http to a server that demands https. Let it talk https, or send X-Forwarded-Proto.",
        ),
        Next::Elsewhere => found.fix("Let the API answer without a login page or a redirect in front of it."),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// The same path at another base.
    Base(String),
    /// A slash at the end, or one less.
    Slash,
    Itself,
    Elsewhere,
}

fn next(target: &Target, path: &str, place: &str) -> Next {
    let whole = if place.starts_with('/') { format!("{}{place}", target.origin()) } else { place.to_owned() };
    let whole = whole.split(['?', '#']).next().unwrap_or_default();
    if whole == target.url(path) {
        return Next::Itself;
    }
    if whole.trim_end_matches('/') == target.url(path).trim_end_matches('/') {
        return Next::Slash;
    }
    match whole.trim_end_matches('/').strip_suffix(path).and_then(|base| base.parse::<Target>().ok()) {
        Some(base) if !path.is_empty() => Next::Base(base.to_string()),
        _ => Next::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fix_fits_the_kind_of_redirect() {
        let target: Target = "http://shop.example".parse().unwrap();
        for (place, kind) in [
            ("https://shop.example/api/policy", Next::Base("https://shop.example".to_owned())),
            ("https://www.shop.example/api/policy/", Next::Base("https://www.shop.example".to_owned())),
            ("/api/policy/", Next::Slash),
            ("http://shop.example/api/policy", Next::Itself),
            ("/login?next=/api/policy", Next::Elsewhere),
            ("", Next::Elsewhere),
        ] {
            assert_eq!(next(&target, "/api/policy", place), kind, "{place}");
        }
    }
}
