//! Session cookies that browsers drop: seen at once where the request that gets the cookie shows it, otherwise when the
//! next request comes without it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, header};
use axum::response::Response;
use doorstep_base::origin::{APP_SESSION, is_app, is_web};
use doorstep_base::{Cause, Timestamp, is_this_machine};
use doorstep_web::{Client, CookieName, Hint};

use super::redact;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
/// A cookie that is not back after this time belongs to a page that was left.
const AWAITED: Duration = Duration::from_secs(60);
const MOST_AWAITED: usize = 200;
/// In production customers behind one address look alike: only what happens again and again is told.
const STRIKES: u32 = 3;

/// Who waits for a cookie to come back.
pub struct Cookies {
    is_dev: bool,
    /// The session's.
    name: CookieName,
    /// Set while somebody is awaited; looked at before anything is kept of a request.
    is_watching: AtomicBool,
    /// Production: one cookie that came back proves that they do.
    is_proven: AtomicBool,
    clients: Mutex<HashMap<u64, Awaited>>,
}

struct Awaited {
    since: Timestamp,
    /// Where the page is, what it called, and whether the cookie needs https.
    page: String,
    api: String,
    is_secure: bool,
    strikes: u32,
}

impl Cookies {
    pub fn new(is_dev: bool, name: CookieName) -> Self {
        Self {
            is_dev,
            name,
            is_watching: AtomicBool::new(false),
            is_proven: AtomicBool::new(false),
            clients: Mutex::default(),
        }
    }

    pub fn is_watching(&self) -> bool {
        self.is_watching.load(Ordering::Relaxed)
    }

    /// Looks at one answer, and says what keeps cookies from coming back.
    pub fn judge(
        &self,
        client: &Client,
        sent: &HeaderMap,
        at: Timestamp,
        answer: &Response,
        is_anonymous: bool,
    ) -> Option<Hint> {
        match self.is_set(answer.headers()) {
            Some(true) => self.set(client, sent, at, self.name.is_host_bound()),
            // A logout.
            Some(false) => self.forget(client),
            None if self.name.is_in(sent) => self.came_back(client),
            None if is_anonymous && self.is_watching() => self.missed(client, sent, at),
            None => None,
        }
    }

    /// Whether an answer sets the session cookie, or removes it.
    fn is_set(&self, headers: &HeaderMap) -> Option<bool> {
        let mut cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let of_session =
            |cookie: &str| Some(cookie.strip_prefix(&self.name.to_string())?.strip_prefix('=')?.to_owned());
        cookies.find_map(of_session).map(|value| !value.starts_with(';'))
    }

    fn set(&self, client: &Client, sent: &HeaderMap, at: Timestamp, is_secure: bool) -> Option<Hint> {
        let page = text(sent, &header::ORIGIN);
        let api = text(sent, &header::HOST);
        if let Some(hint) = refused_at_once(sent, page, api, is_secure) {
            return Some(hint);
        }
        // To its own origin a browser sends every cookie that it kept.
        let is_own = text(sent, &SITE) == "same-origin" && !is_unfit(page, is_secure);
        if page.is_empty() || is_own || self.is_proven.load(Ordering::Relaxed) {
            return None;
        }
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.retain(|_, awaited| at.since(awaited.since) < AWAITED);
        if clients.len() < MOST_AWAITED {
            let (page, api) = (redact::plain(page), redact::plain(api));
            let strikes = clients.get(&key(client)).map_or(0, |awaited| awaited.strikes);
            clients.insert(key(client), Awaited { since: at, page, api, is_secure, strikes });
            self.is_watching.store(true, Ordering::Relaxed);
        }
        None
    }

    fn came_back(&self, client: &Client) -> Option<Hint> {
        if !self.is_dev {
            self.is_proven.store(true, Ordering::Relaxed);
        }
        self.forget(client)
    }

    fn forget(&self, client: &Client) -> Option<Hint> {
        if self.is_watching() {
            let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
            clients.remove(&key(client));
            let is_watching = !clients.is_empty() && !self.is_proven.load(Ordering::Relaxed);
            self.is_watching.store(is_watching, Ordering::Relaxed);
        }
        None
    }

    fn missed(&self, client: &Client, sent: &HeaderMap, at: Timestamp) -> Option<Hint> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let awaited = clients.get_mut(&key(client)).filter(|awaited| at.since(awaited.since) < AWAITED)?;
        // A page of this origin would have sent it: this is another window, or another person.
        if text(sent, &SITE) == "same-origin" && !is_unfit(&awaited.page, awaited.is_secure) {
            return None;
        }
        // Two browsers of one kind on one machine are told apart by nothing but their pages.
        if !is_from(sent, &awaited.page) {
            return None;
        }
        awaited.strikes += 1;
        (self.is_dev || awaited.strikes >= STRIKES).then(|| never_back(awaited))
    }
}

/// Whether a request is that page's. To another origin a page always says its own.
fn is_from(sent: &HeaderMap, page: &str) -> bool {
    let (origin, authority) = (text(sent, &header::ORIGIN), text(sent, &header::HOST));
    match origin.is_empty() {
        true => {
            text(sent, &SITE) == "same-origin"
                || page.split_once("://").is_some_and(|(_, own)| own == authority)
        }
        false => origin == page,
    }
}

/// What the request itself shows: browsers say where it comes from.
fn refused_at_once(sent: &HeaderMap, page: &str, api: &str, is_secure: bool) -> Option<Hint> {
    // A page that is left for the answer (a posted form) takes its cookie along.
    if page.is_empty() || text(sent, &MODE) == "navigate" {
        return None;
    }
    let (page_host, api_host) = (host(page), host(api));
    // Only the browser knows: a proxy between the two may have changed the Host. The page of an app that does not say is of no
    // site at all.
    let site = text(sent, &SITE);
    if site == "cross-site" || (site.is_empty() && !is_web(page)) {
        return Some(of_two_sites(page, api_host));
    }
    // Chrome and Firefox keep it on localhost, Safari does not: there the next request decides.
    let is_dropped = is_unfit(page, is_secure) && page_host == api_host && !is_this_machine(page_host);
    is_dropped.then(|| insecure(page))
}

fn is_unfit(page: &str, is_secure: bool) -> bool {
    is_secure && page.starts_with("http://")
}

/// What the cookie's absence means, by where page and API are.
fn never_back(awaited: &Awaited) -> Hint {
    let (page_host, api_host) = (host(&awaited.page), host(&awaited.api));
    if is_unfit(&awaited.page, awaited.is_secure) {
        return insecure(&awaited.page);
    }
    let are_names_of_one = is_this_machine(page_host) && is_this_machine(api_host) && page_host != api_host;
    if !is_web(&awaited.page) || are_names_of_one || site(page_host) != site(api_host) {
        return of_two_sites(&awaited.page, api_host);
    }
    Hint::new(
        Cause::CookieNotSent,
        format!(
            "The session cookie was set for the page {}, and its next request came without it. Send credentials: fetch(url, {{ credentials: \"include\" }}), axios withCredentials: true; in Dart ask for \"session\": \"token\".",
            awaited.page
        ),
    )
}

/// Why the cookie is dropped, and what whoever made the page can do about it.
fn of_two_sites(page: &str, api_host: &str) -> Hint {
    let page_host = host(page);
    if is_web(page) && is_this_machine(page_host) && is_this_machine(api_host) && page_host != api_host {
        two_names(page_host, api_host)
    } else if is_app(page) {
        of_app(page, api_host)
    } else {
        third_party(page, api_host)
    }
}

/// DS-11 for whom no subdomain and no proxy helps.
fn of_app(page: &str, api: &str) -> Hint {
    let text = format!(
        "{} is the page of an app, and of no site that the API ({}) could share. {APP_SESSION}",
        redact::plain(page),
        redact::plain(api)
    );
    Hint::new(Cause::ThirdPartyCookie, text)
}

fn two_names(page: &str, api: &str) -> Hint {
    let text = format!(
        "Use the same host: the page is {}, the API is {}. For a browser these are two sites, and it drops the session cookie.",
        redact::plain(page),
        redact::plain(api)
    );
    Hint::new(Cause::TwoNamesOfThisMachine, text)
}

fn third_party(page: &str, api: &str) -> Hint {
    let text = format!(
        "The page {} is on another site than the API ({}): browsers drop the session cookie. Put the API on a subdomain of the shop or behind its own /api, or ask for \"session\": \"token\".",
        redact::plain(page),
        redact::plain(api)
    );
    Hint::new(Cause::ThirdPartyCookie, text)
}

fn insecure(page: &str) -> Hint {
    let text = format!(
        "The session cookie is Secure, because [server] public_url is https, but the page is {}: browsers drop it. Open the page by the https address, or leave public_url empty while you work on this machine.",
        redact::plain(page)
    );
    Hint::new(Cause::CookieFlags, text)
}

fn key(client: &Client) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&client.network, &client.device).hash(&mut hasher);
    hasher.finish()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The host of an origin or of a Host header, without scheme and port.
fn host(address: &str) -> &str {
    let authority = address.split_once("://").map_or(address, |(_, rest)| rest);
    match authority.find(']') {
        Some(end) => &authority[..=end],
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// The last two labels. A public suffix of two labels makes two sites look like one: then the cause that is named is the
/// more general one.
fn site(host: &str) -> &str {
    let is_address = host.starts_with('[')
        || host.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    let cut = host.rmatch_indices('.').nth(1).map_or(0, |(dot, _)| dot + 1);
    if is_address { host } else { &host[cut..] }
}
