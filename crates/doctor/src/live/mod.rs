//! The live checks: what answers at an address, and what a page of each origin would make of it. Read-only: every
//! probe that fails does so before anything is counted or stored.

mod answer;
mod certificate;
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
mod talk;
mod target;
mod tls;
mod trust;

use std::time::Duration;

use doorstep_base::{Cause, Clock};
use futures_util::future::join_all;
use tokio::time::Instant;

pub use target::Target;

use super::{Finding, Severity};
use answer::Silence;
use identify::{Identity, Server};
use reach::Reached;
use talk::{Question, Talk};
use tls::Tls;

/// All live checks together.
const PATIENCE: Duration = Duration::from_secs(9);
/// Pages looked at: a shop has a few.
const MOST_PAGES: usize = 8;

/// What to look at.
#[derive(Clone, Debug)]
pub struct Order {
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

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// For the head of the report: a name and a value.
    pub facts: Vec<(&'static str, String)>,
    pub findings: Vec<Finding>,
    /// A Doorstep, which has a page for every cause.
    pub is_doorstep: bool,
    /// Something took a connection.
    pub is_reached: bool,
    /// A Doorstep on this machine that was asked directly: on which of the two addresses it answers.
    pub here: Option<Here>,
}

/// A server at localhost.
#[derive(Clone, Copy, Debug)]
pub struct Here {
    pub port: u16,
    pub ipv4: bool,
    pub ipv6: bool,
}

impl Seen {
    fn with(mut self, found: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.extend(found);
        self
    }
}

/// Looks, and comes back in time whatever the server does.
pub async fn examine(order: &Order, clock: &dyn Clock) -> Seen {
    let until = Instant::now() + PATIENCE;
    let target = &order.target;
    let reached = Reached::try_all(target).await;
    let mut seen = Seen::default();
    let Some(address) = reached.best() else { return seen.with([reached.nothing(target).await]) };
    seen.is_reached = true;
    let tls = match secure(target, address).await {
        Ok(tls) => tls,
        Err(found) => return seen.with([*found]),
    };
    let mut talk = Talk::new(target.clone(), address, tls, until);
    let mut identity = identify::identify(&talk).await;
    if let Identity::Useless(found) = &identity
        && found.cause == Some(Cause::TunnelPage)
    {
        // With its header the tunnel lets programs through: the kits send it in development.
        let through = talk.clone().with("ngrok-skip-browser-warning", "1");
        if let known @ Identity::Known(_) = identify::identify(&through).await {
            seen.findings.push(Finding { severity: Severity::Warning, ..(**found).clone() });
            (talk, identity) = (through, known);
        }
    }
    match identity {
        Identity::Useless(found) => seen.with([*found]),
        Identity::Redirects(policy) => {
            let found = redirects::everywhere(&talk, order.pages.first_named(), &policy).await;
            seen.with([found])
        }
        Identity::Known(server) => known(seen, order, &talk, &server, &reached, clock).await,
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
    let looking = tokio::time::timeout(talk::PATIENCE, tls.look(&target.host, stream));
    match looking.await {
        Ok(Ok(_)) => Ok(Some(tls)),
        Ok(Err(refusal)) => Err(Box::new(trust::finding(target, &refusal))),
        Err(_) => Err(Box::new(identify::late(target, "a TLS handshake"))),
    }
}

async fn known(
    seen: Seen,
    order: &Order,
    talk: &Talk,
    server: &Server,
    reached: &Reached,
    clock: &dyn Clock,
) -> Seen {
    let target = &order.target;
    let pages = order.pages.all();
    let first = pages.iter().find(|page| **page != target.origin()).map(String::as_str);
    let (of_pages, echoed, skew, unready, phones) = tokio::join!(
        join_all(pages.iter().map(|page| page_of(order, talk, server, page))),
        echo::ask(talk, first),
        skew(talk, clock),
        unready(talk, server),
        phones::fact(target),
    );
    let allowed = of_pages.iter().find(|page| page.can_read).map(|page| page.origin);
    let failed = failures::fail(talk, server, allowed, order.body_limit).await;
    let mut found: Vec<Finding> = of_pages.iter().filter_map(|page| page.found.clone()).collect();
    if let Some(echoed) = &echoed {
        // What was changed on the way in explains a refusal better than the refusal does.
        if let Some(changed) = echo::judge(first, echoed) {
            found = vec![changed];
        }
        found.extend(echo::cookie_flags(target.is_https, target.is_this_machine(), echoed));
        found.extend(is_open_to_all(target));
    }
    found.extend(failures::judge(talk, server, allowed, &failed));
    found.extend(
        skew.into_iter().chain(unready).chain(reached.one_family(target).filter(|_| server.is_direct)),
    );
    let found = together(found);
    let facts = facts(order, server, reached, echoed.is_some(), phones);
    Seen {
        facts,
        is_doorstep: server.is_doorstep,
        here: reached.here(target).filter(|_| server.is_direct),
        ..seen
    }
    .with(found)
}

/// What several pages meet for one reason is told once, with what each of them saw.
fn together(found: Vec<Finding>) -> Vec<Finding> {
    let mut told: Vec<Finding> = Vec::new();
    for one in found {
        match told.iter_mut().find(|other| other.cause == one.cause && other.fix == one.fix) {
            Some(other) => other.evidence.extend(one.evidence),
            None => told.push(one),
        }
    }
    told
}

/// One page: the first thing that a browser would stop at.
struct OfPage<'a> {
    origin: &'a str,
    /// It is another origin than the API's, and allowed.
    can_read: bool,
    found: Option<Finding>,
}

async fn page_of<'a>(order: &Order, talk: &Talk, server: &Server, page: &'a str) -> OfPage<'a> {
    let target = &order.target;
    let of = |can_read, found| OfPage { origin: page, can_read, found };
    // A page of the API's own origin needs nobody's leave.
    if page == target.origin() {
        return of(false, None);
    }
    // Beside the https address neither its scheme nor its name can be judged.
    if let Some(blocked) = pages::blocked(target, page).filter(|_| !server.is_inside) {
        return of(false, Some(blocked));
    }
    let told = match cors::ask(talk, server, page, order.pages.is_assumed()).await {
        Ok(told) => told,
        Err(silence) => return of(false, Some(no_preflight(target, &silence))),
    };
    let can_read = cors::can_read(&told);
    let uses_cookies = server.uses_cookies || told.preflight.header(cors::ALLOW_CREDENTIALS) == Some("true");
    let found = cors::judge(talk, server, &told).or_else(|| {
        pages::without_cookie(target, page).filter(|_| uses_cookies && can_read && !server.is_inside)
    });
    of(can_read, found)
}

fn no_preflight(target: &Target, silence: &Silence) -> Finding {
    let asked = format!("OPTIONS {}", target.url(crate::api::SIGNUP));
    match silence {
        Silence::Late => identify::late(target, &asked),
        _ => Finding::error(
            Cause::PreflightRefused,
            "The preflight gets no answer: OPTIONS must be answered with 2xx",
        )
        .saw(format!("{asked}: {}", silence.shown()))
        .fix("Let OPTIONS through to the API: a firewall or a proxy closes the connection."),
    }
}

async fn skew(talk: &Talk, clock: &dyn Clock) -> Option<Finding> {
    let answer = talk.ask(Question::get(crate::api::SESSION)).await.ok()?;
    clock::skew(&answer, clock.now())
}

/// Doorstep without its database. A proxy need not pass this path on.
async fn unready(talk: &Talk, server: &Server) -> Option<Finding> {
    let answer = talk.ask(Question::get("/readyz")).await.ok()?;
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
    let is_tunnel = tunnels.iter().any(|tunnel| target.host.ends_with(tunnel));
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
    order: &Order,
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
    let pages = match &order.pages {
        Pages::Named(_) => order.pages.all().join(", "),
        Pages::Assumed(page) => format!("{page} (assumed: name yours with --origin)"),
        Pages::Unknown => "its own only (name others with --origin)".to_owned(),
    };
    let inside = if server.is_inside { ", inside of its https address" } else { "" };
    let server = ("server", format!("{name}, on {}{inside}, answered in {took} ms", reached.shown()));
    let phones = phones.filter(|_| is_dev).map(|phones| ("phones", phones));
    [server, ("pages", pages)].into_iter().chain(phones).collect()
}
