//! The live checks: what answers at an address, and what a page of each origin would make of it. Read-only: every
//! probe that fails does so before anything is counted or stored.

mod answer;
mod certificate;
mod client;
mod clock;
mod cors;
mod dial;
mod echo;
mod failures;
mod identify;
mod pages;
mod phones;
mod places;
mod reach;
mod redirects;
mod refused;
mod target;
mod tls;
mod trust;

use std::time::Duration;

use doorstep_base::{Cause, Clock, forwarding};
use futures_util::future::join_all;
use tokio::time::Instant;

pub use target::Target;

use super::{Finding, Severity};
use answer::NoAnswer;
use client::{Client, Probe};
use identify::{Identity, Server};
use reach::Reached;
use tls::Tls;

/// All live checks together.
const PATIENCE: Duration = Duration::from_secs(9);
/// Pages looked at: a shop has a few.
const MOST_PAGES: usize = 8;

/// What to look at.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    pub target: Target,
    pub pages: Pages,
    /// Doorstep's `server.body_limit`, as far as it is known.
    pub body_limit: usize,
}

/// The origins of the pages that call the API.
#[derive(Clone, Debug)]
pub enum Pages {
    Named(Vec<String>),
    /// Nobody named one, and the API is on this machine.
    Assumed(String),
    Unknown,
}

impl Pages {
    fn all(&self) -> &[String] {
        match self {
            Self::Named(pages) => &pages[..pages.len().min(MOST_PAGES)],
            Self::Assumed(page) => std::slice::from_ref(page),
            Self::Unknown => &[],
        }
    }

    const fn is_assumed(&self) -> bool {
        matches!(self, Self::Assumed(_))
    }

    /// A page that somebody really has.
    fn first_named(&self) -> Option<&str> {
        self.all().first().filter(|_| !self.is_assumed()).map(String::as_str)
    }
}

/// What the live checks found.
#[derive(Clone, Debug, Default)]
pub struct LiveResult {
    /// For the head of the report: a name and a value.
    pub facts: Vec<(&'static str, String)>,
    pub findings: Vec<Finding>,
    /// A Doorstep, which has a page for every cause.
    pub is_doorstep: bool,
    /// Something took a connection.
    pub is_reached: bool,
    /// A Doorstep on this machine that was asked directly: on which of the two addresses it answers.
    pub local: Option<LocalServer>,
}

/// A server at localhost.
#[derive(Clone, Copy, Debug)]
pub struct LocalServer {
    pub port: u16,
    pub ipv4: bool,
    pub ipv6: bool,
}

impl LiveResult {
    fn with(mut self, found: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.extend(found);
        self
    }
}

/// Runs all live checks, and comes back in time whatever the server does.
pub async fn examine(options: &LiveOptions, clock: &dyn Clock) -> LiveResult {
    let until = Instant::now() + PATIENCE;
    let target = &options.target;
    let reached = Reached::try_all(target).await;
    let mut result = LiveResult::default();
    let Some(address) = reached.best() else { return result.with([reached.nothing(target).await]) };
    result.is_reached = true;
    let tls = match secure(target, address).await {
        Ok(tls) => tls,
        Err(found) => return result.with([*found]),
    };
    let mut client = Client::new(target.clone(), address, tls, until);
    let mut identity = identify::identify(&client).await;
    if let Identity::Unusable(found) = &identity
        && found.cause == Some(Cause::TunnelPage)
    {
        // With its header the tunnel lets programs through: the kits send it in development.
        let through = client.clone().with("ngrok-skip-browser-warning", "1");
        if let known @ Identity::Known(_) = identify::identify(&through).await {
            result.findings.push(Finding { severity: Severity::Warning, ..(**found).clone() });
            (client, identity) = (through, known);
        }
    }
    match identity {
        Identity::Unusable(found) => result.with([*found]),
        Identity::Redirects(policy) => {
            let found = redirects::everywhere(&client, options.pages.first_named(), &policy).await;
            result.with([found])
        }
        Identity::Known(server) => known(result, options, &client, &server, &reached, clock).await,
    }
}

/// TLS, with the certificate looked at; nothing at all for plain http.
async fn secure(target: &Target, address: std::net::SocketAddr) -> Result<Option<Tls>, Box<Finding>> {
    if !target.is_https {
        return Ok(None);
    }
    let unusable =
        |why: String| Box::new(Finding::error(None, format!("{}: TLS fails", target.origin())).saw(why));
    let tls = Tls::new().map_err(|error| unusable(error.to_string()))?;
    let stream = dial::connect(address).await.map_err(|why| unusable(why.shown().to_owned()))?;
    let looking = tokio::time::timeout(client::PATIENCE, tls.inspect(&target.host, stream));
    match looking.await {
        Ok(Ok(_)) => Ok(Some(tls)),
        Ok(Err(refusal)) => Err(Box::new(trust::finding(target, &refusal))),
        Err(_) => Err(Box::new(identify::late(target, "a TLS handshake"))),
    }
}

async fn known(
    result: LiveResult,
    options: &LiveOptions,
    client: &Client,
    server: &Server,
    reached: &Reached,
    clock: &dyn Clock,
) -> LiveResult {
    let target = &options.target;
    let pages = options.pages.all();
    let first = pages.iter().find(|page| **page != target.origin()).map(String::as_str);
    let (page_results, echoed, skew, unready, phones) = tokio::join!(
        join_all(pages.iter().map(|page| page_of(options, client, server, page))),
        echo::ask(client, first),
        skew(client, clock),
        unready(client, server),
        phones::fact(target),
    );
    let allowed = page_results.iter().find(|page| page.can_read).map(|page| page.origin);
    let failed = failures::fail(client, server, allowed, options.body_limit).await;
    let mut found: Vec<Finding> = page_results.iter().flat_map(|page| page.found.clone()).collect();
    if let Some(echoed) = &echoed {
        // What was changed on the way in explains a refusal better than the refusal does.
        if let Some(changed) = echo::judge(first, echoed) {
            found = vec![changed];
        }
        found.extend(echo::cookie_flags(target.is_https, target.is_this_machine(), echoed));
        found.extend(is_open_to_all(target));
    }
    found.extend(failures::judge(client, server, allowed, &failed));
    found.extend(
        skew.into_iter().chain(unready).chain(reached.one_family(target).filter(|_| server.is_direct)),
    );
    let found = together(found);
    let facts = facts(options, server, reached, echoed.is_some(), phones);
    LiveResult {
        facts,
        is_doorstep: server.is_doorstep,
        local: reached.local(target).filter(|_| server.is_direct),
        ..result
    }
    .with(found)
}

/// What several pages meet for one reason is told once, with what each of them saw.
fn together(found: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for one in found {
        match merged.iter_mut().find(|other| other.cause == one.cause && other.fix == one.fix) {
            Some(other) => other.evidence.extend(one.evidence),
            None => merged.push(one),
        }
    }
    merged
}

/// One page: what a browser would stop at, whichever it comes to first.
struct PageResult<'a> {
    origin: &'a str,
    /// It is another origin than the API's, and allowed.
    can_read: bool,
    found: Vec<Finding>,
}

async fn page_of<'a>(
    options: &LiveOptions,
    client: &Client,
    server: &Server,
    page: &'a str,
) -> PageResult<'a> {
    let target = &options.target;
    let of = |can_read, found| PageResult { origin: page, can_read, found };
    // A page of the API's own origin needs nobody's leave.
    if page == target.origin() {
        return of(false, Vec::new());
    }
    // Beside the https address neither its scheme nor its name can be judged.
    let blocked = pages::blocked(target, page).filter(|_| !server.is_inside);
    let is_blocked = blocked.is_some();
    let mut found: Vec<Finding> = blocked.into_iter().collect();
    let answers = match cors::ask(client, server, page, options.pages.is_assumed()).await {
        Ok(answers) => answers,
        Err(no_answer) => {
            found.push(no_preflight(target, &no_answer));
            return of(false, found);
        }
    };
    let can_read = cors::can_read(&answers);
    let uses_cookies =
        server.uses_cookies || answers.preflight.header(cors::ALLOW_CREDENTIALS) == Some("true");
    let judged = cors::judge(client, server, &answers);
    // An origin that is not allowed says nothing of cookies. Whatever else is in the way hides what becomes of them.
    let is_refused = judged.as_ref().is_some_and(is_of_origin);
    let is_open = can_read && judged.is_none();
    found.extend(judged);
    if uses_cookies && !is_blocked && !server.is_inside && (is_open || is_refused) {
        found.extend(pages::without_cookie(target, page));
    }
    of(can_read && !is_blocked, found)
}

fn is_of_origin(found: &Finding) -> bool {
    matches!(found.cause, Some(Cause::OriginRefused | Cause::RandomPort))
}

fn no_preflight(target: &Target, no_answer: &NoAnswer) -> Finding {
    let asked = format!("OPTIONS {}", target.url(crate::api::SIGNUP));
    match no_answer {
        NoAnswer::Late => identify::late(target, &asked),
        _ => Finding::error(
            Cause::PreflightRefused,
            "The preflight gets no answer: OPTIONS must be answered with 2xx",
        )
        .saw(format!("{asked}: {}", no_answer.shown()))
        .fix("Let OPTIONS through to the API: a firewall or a proxy closes the connection."),
    }
}

async fn skew(client: &Client, clock: &dyn Clock) -> Option<Finding> {
    let answer = client.send(Probe::get(crate::api::SESSION)).await.ok()?;
    clock::skew(&answer, clock.now())
}

/// Doorstep without its database. A proxy need not pass this path on.
async fn unready(client: &Client, server: &Server) -> Option<Finding> {
    let answer = client.send(Probe::get("/readyz")).await.ok()?;
    let is_unready = server.is_doorstep && answer.status == 503 && answer.json().is_some();
    is_unready.then(|| {
        Finding::error(None, "Doorstep runs, and its database does not answer")
            .saw(format!("{}: {}", answer.asked, answer.shown()))
            .fix("Start the database, or look at [database] url; the server's log names the cause.")
    })
}

/// Dev mode trusts every page on localhost, and shows what it knows.
fn is_open_to_all(target: &Target) -> Option<Finding> {
    let tunnels =
        [".ngrok.app", ".ngrok-free.app", ".ngrok.io", ".ngrok-free.dev", ".trycloudflare.com", ".loca.lt"];
    let is_public = target.is_https && !places::is_private(&target.host);
    let is_tunnel = tunnels.iter().any(|tunnel| target.host.ends_with(tunnel))
        || forwarding::of_host(&target.host).is_some();
    (is_public && !is_tunnel).then(|| {
        Finding::warning(
            None,
            format!(
                "{} runs in dev mode: /_dev, /docs and /api/_echo are open to everybody",
                target.origin()
            ),
        )
        .saw(format!("POST {}: answered", target.url("/api/_echo")))
        .fix("Before customers come: [server] mode = \"production\"; see the guide on going to production.")
    })
}

fn facts(
    options: &LiveOptions,
    server: &Server,
    reached: &Reached,
    is_dev: bool,
    phones: Option<String>,
) -> Vec<(&'static str, String)> {
    let name = match (server.is_doorstep, is_dev) {
        (true, true) => "Doorstep in dev mode",
        (true, false) => "Doorstep",
        (false, _) => "not Doorstep: what holds for every API is checked",
    };
    let took = server.policy.took.as_millis();
    let pages = match &options.pages {
        Pages::Named(_) => options.pages.all().join(", "),
        Pages::Assumed(page) => format!("{page} (assumed: name yours with --origin)"),
        Pages::Unknown => "its own only (name others with --origin)".to_owned(),
    };
    let inside = if server.is_inside { ", inside of its https address" } else { "" };
    let server = ("server", format!("{name}, on {}{inside}, answered in {took} ms", reached.shown()));
    let phones = phones.filter(|_| is_dev).map(|phones| ("phones", phones));
    [server, ("pages", pages)].into_iter().chain(phones).collect()
}
