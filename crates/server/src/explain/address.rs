//! Paths that no route has: which one was probably meant, and whether the base URL is what is wrong.

use std::sync::LazyLock;

use axum::http::{Method, Uri};
use doorstep_base::Cause;
use doorstep_web::Hint;

use super::redact;

/// What other programs call a route. Compared in lower case, the last part of the path only.
const OTHER_WORDS: [(&str, &str); 16] = [
    ("register", "/api/signup"),
    ("registration", "/api/signup"),
    ("sign-up", "/api/signup"),
    ("sign_up", "/api/signup"),
    ("users", "/api/signup"),
    ("signin", "/api/login"),
    ("sign-in", "/api/login"),
    ("sign_in", "/api/login"),
    ("authenticate", "/api/login"),
    ("signout", "/api/logout"),
    ("sign-out", "/api/logout"),
    ("me", "/api/user"),
    ("profile", "/api/user"),
    ("account", "/api/user"),
    ("whoami", "/api/user"),
    ("refresh", "/api/token/refresh"),
];
/// More than this stands in front of no route.
const MOST_PARTS: usize = 5;
/// What JavaScript makes of a value that is not there.
const NO_VALUES: [&str; 4] = ["undefined", "null", "nan", "[object%20object]"];

/// Path and methods of every route of the API, without those that have an id in them.
static ROUTES: LazyLock<Vec<(String, Vec<String>)>> = LazyLock::new(|| {
    let api = doorstep_account::openapi();
    let paths = api["paths"].as_object().into_iter().flatten();
    let whole = paths.filter(|(path, _)| path.starts_with("/api/") && !path.contains('{'));
    let methods = |item: &serde_json::Value| {
        item.as_object().into_iter().flatten().map(|(name, _)| name.to_uppercase()).collect()
    };
    whole.map(|(path, item)| (path.clone(), methods(item))).collect()
});

/// For a 404.
pub fn not_found(method: &Method, uri: &Uri) -> Option<Hint> {
    let path = uri.path();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let shown = format!("{method} {}", redact::plain(path));
    if let Some(word) =
        parts.iter().find_map(|part| NO_VALUES.iter().find(|word| part.eq_ignore_ascii_case(word)))
    {
        let text = format!(
            "{shown}: the path has \"{word}\" in it, where a variable had no value. Set the base URL (Vite: VITE_…, and a restart; Flutter: --dart-define)."
        );
        return Some(Hint::new(Cause::BaseUrlMissing, text));
    }
    let tidy = format!("/{}", parts.join("/"));
    if let Some(meant) = route(&tidy).filter(|_| path.contains("//")) {
        let text = format!(
            "{shown} has a slash too many: the base URL must not end with one. Meant is {}.",
            spelt(method, meant)
        );
        return Some(Hint::new(Cause::BaseUrlMissing, text));
    }
    if let Some(meant) = misplaced(&tidy) {
        let text = format!(
            "There is no {shown}. Did you mean {}? The base URL is the server's address alone, without a path.",
            spelt(method, meant)
        );
        return Some(Hint::new(Cause::BaseUrlMissing, text));
    }
    let meant =
        other_word(&parts).or_else(|| nearest(&tidy)).or_else(|| with_more_in_front(method, &parts))?;
    Some(Hint::without_cause(format!("There is no {shown}. Did you mean {}?", spelt(method, meant))))
}

/// For a 405 of a route.
pub fn not_allowed(method: &Method, uri: &Uri) -> Option<Hint> {
    let path = uri.path().trim_end_matches('/');
    let (_, methods) = ROUTES.iter().find(|(known, _)| known == path)?;
    let known = methods.join(" or ");
    let redirected = if *method == Method::GET {
        " If your code sends POST, a redirect on the way made a GET of it."
    } else {
        ""
    };
    Some(Hint::without_cause(format!("{path} takes {known}, not {method}.{redirected}")))
}

type Known = (String, Vec<String>);

fn route(path: &str) -> Option<&'static Known> {
    ROUTES.iter().find(|(known, _)| known.eq_ignore_ascii_case(path))
}

/// A whole path of the API at another place: `/signup`, `/v1/api/signup`, `/api/api/signup`.
fn misplaced(path: &str) -> Option<&'static Known> {
    route(&format!("/api{path}")).or_else(|| {
        let start = path.rfind("/api/").filter(|start| *start > 0)?;
        route(path.get(start..)?)
    })
}

/// A slip of a letter or two, or other capitals.
fn nearest(path: &str) -> Option<&'static Known> {
    let lower = path.to_ascii_lowercase();
    // What is much longer than any route needs no comparing.
    let is_near = lower.starts_with("/api/") && lower.len() < 60;
    let distance = |known: &&Known| strsim::damerau_levenshtein(&lower, &known.0);
    let nearest = ROUTES.iter().filter(|_| is_near).min_by_key(distance)?;
    (distance(&nearest) <= 2).then_some(nearest)
}

fn other_word(parts: &[&str]) -> Option<&'static Known> {
    let last = parts.last()?.to_ascii_lowercase();
    let (_, meant) = OTHER_WORDS.iter().find(|(word, _)| *word == last)?;
    route(meant)
}

/// `/api/auth/signup`, `/api/v1/user/addresses`. A page of the shop may end in such a word too: one that is read is nobody's
/// mistake.
fn with_more_in_front(method: &Method, parts: &[&str]) -> Option<&'static Known> {
    let is_call = parts.first() == Some(&"api") || !method.is_safe();
    let from = 1..parts.len().min(MOST_PARTS);
    from.filter(|_| is_call).find_map(|from| route(&format!("/api/{}", parts[from..].join("/"))))
}

/// `POST /api/signup`: with the method of the request where the route has it.
fn spelt(method: &Method, (path, methods): &Known) -> String {
    let own = methods.iter().find(|known| *known == method.as_str()).or(methods.first());
    format!("{} {path}", own.map_or("", String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(method: &Method, path: &str) -> Option<String> {
        not_found(method, &path.parse().unwrap()).map(|hint| hint.to_string())
    }

    #[test]
    fn a_base_url_that_is_not_right_shows_in_the_path() {
        for (path, told) in [
            ("/undefined/api/signup", "DS-21 POST /undefined/api/signup: the path has \"undefined\""),
            ("/api/undefined", "DS-21"),
            (
                "//api/signup",
                "slash too many: the base URL must not end with one. Meant is POST /api/signup.",
            ),
            ("/api//signup", "DS-21"),
            ("/signup", "DS-21 There is no POST /signup. Did you mean POST /api/signup?"),
            ("/api/api/signup", "DS-21 There is no POST /api/api/signup. Did you mean POST /api/signup?"),
            ("/shop/api/login", "Did you mean POST /api/login?"),
        ] {
            let hint = hint(&Method::POST, path).unwrap_or_else(|| panic!("{path}"));
            assert!(hint.contains(told), "{path}: {hint}");
        }
    }

    #[test]
    fn slips_and_other_words_are_recognised_without_naming_a_cause() {
        for (path, told) in [
            ("/api/sginup", "Did you mean POST /api/signup?"),
            ("/API/Signup", "Did you mean POST /api/signup?"),
            ("/api/auth/register", "Did you mean POST /api/signup?"),
            ("/api/users/me", "Did you mean GET /api/user?"),
            ("/api/auth/signup", "Did you mean POST /api/signup?"),
            ("/api/auth/login", "Did you mean POST /api/login?"),
            ("/api/auth/me", "Did you mean GET /api/user?"),
            ("/api/v1/signup", "Did you mean POST /api/signup?"),
            ("/api/v1/user/addresses", "Did you mean POST /api/user/addresses?"),
            ("/api/v1/auth/register", "Did you mean POST /api/signup?"),
            ("/api/users/login", "Did you mean POST /api/login?"),
            ("/api/signin", "Did you mean POST /api/login?"),
            ("/auth/login", "Did you mean POST /api/login?"),
        ] {
            let hint = hint(&Method::POST, path).unwrap_or_else(|| panic!("{path}"));
            assert!(hint.ends_with(told) && hint.starts_with("There is no"), "{path}: {hint}");
        }
    }

    #[test]
    fn other_pages_are_nobodys_mistake() {
        for path in [
            "/favicon.ico",
            "/",
            "/products/7",
            "/api",
            "/wp-login.php",
            "/.env",
            "/shop/login",
            "/en/signup",
        ] {
            assert_eq!(hint(&Method::GET, path), None, "{path}");
        }
        assert_eq!(hint(&Method::GET, &format!("/api/{}", "x".repeat(8000))), None);
    }

    #[test]
    fn the_methods_of_a_route_are_told() {
        let hint = not_allowed(&Method::GET, &"/api/signup/".parse().unwrap()).unwrap();
        assert!(hint.text.starts_with("/api/signup takes POST, not GET. If your code sends POST"), "{hint}");
        assert_eq!(not_allowed(&Method::POST, &"/healthz".parse().unwrap()), None);
    }
}
