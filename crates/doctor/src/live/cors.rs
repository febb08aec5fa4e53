//! What a browser would make of the answers, for a page of one origin. One cause gives one finding: what follows from
//! it is not told.

use doorstep_base::Cause;

use super::answer::{Answer, NoAnswer};
use super::client::{Client, Probe};
use super::identify::Server;
use super::redirects;
use super::refused;
use crate::Finding;
use crate::api::{POLICY, SESSION};

pub const ALLOW_ORIGIN: &str = "access-control-allow-origin";
pub const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const EXPOSE_HEADERS: &str = "access-control-expose-headers";
/// What the kits send beyond what every page may; other programs' clients send the first one.
const SENT: &str = "authorization,content-type,idempotency-key";
const SENT_LATER: &str = "content-type,if-match";

/// What the server said to a page of one origin.
pub struct CorsAnswers {
    pub page: String,
    /// Taken for granted, because nobody named a page.
    pub is_assumed: bool,
    /// Before a sign-up.
    pub preflight: Answer,
    /// Before a change of the profile.
    pub change: Option<Answer>,
    /// Reading what no cache may keep.
    pub read: Option<Answer>,
    /// Reading what caches may keep.
    pub policy: Option<Answer>,
}

/// Asks as a page would. `None` when the server no longer answers: that is told elsewhere.
pub async fn ask(
    client: &Client,
    server: &Server,
    page: &str,
    is_assumed: bool,
) -> Result<CorsAnswers, NoAnswer> {
    let (preflight, change, read, policy) = tokio::join!(
        client.send(redirects::preflight(page, "POST", SENT)),
        client.send(redirects::preflight(page, "PATCH", SENT_LATER)),
        client.send(Probe::get(SESSION).by_page(Some(page))),
        client.send(Probe::get(POLICY).by_page(Some(page))),
    );
    let change = change.ok().filter(|_| server.is_doorstep);
    Ok(CorsAnswers {
        page: page.to_owned(),
        is_assumed,
        preflight: preflight?,
        change,
        read: read.ok(),
        policy: policy.ok(),
    })
}

/// The first cause that a browser would meet.
pub fn judge(client: &Client, server: &Server, cors: &CorsAnswers) -> Option<Finding> {
    let CorsAnswers { page, preflight, .. } = cors;
    if preflight.redirect().is_some() {
        return Some(redirects::of_preflight(&client.target, preflight));
    }
    let first = twice(cors)
        .or_else(|| wildcard(cors, server))
        .or_else(|| cached(cors))
        .or_else(|| refused::preflight(client, cors))
        .or_else(|| refused::origin(client, server, cors));
    // What a refused page does not see needs no cause of its own, also where the refusal is meant.
    if first.is_some() || !allows(preflight, page) {
        return first;
    }
    credentials(cors, server)
        .or_else(|| not_allowed(cors, server))
        .or_else(|| unreadable(cors))
        .or_else(|| not_exposed(cors, server))
        .or_else(|| invariable(cors, page))
}

/// Whether the page reads answers: then failures must be readable too.
pub fn can_read(cors: &CorsAnswers) -> bool {
    let is_lost = cors.read.as_ref().is_some_and(|read| read.is_success() && !allows(read, &cors.page));
    allows(&cors.preflight, &cors.page) && !is_lost
}

pub fn allows(answer: &Answer, page: &str) -> bool {
    answer.header(ALLOW_ORIGIN) == Some(page)
}

/// Evidence: the question, the page, and what came back.
pub fn evidence(answer: &Answer, page: &str, header: &str) -> String {
    format!("{} from {page}: {}, {}", answer.asked, answer.status, answer.shown_header(header))
}

/// Browsers take two of them for none.
fn twice(cors: &CorsAnswers) -> Option<Finding> {
    let answers = [Some(&cors.preflight), cors.read.as_ref()].into_iter().flatten();
    let doubled = answers.into_iter().find(|answer| {
        let has_list = answer.header(ALLOW_ORIGIN).is_some_and(|value| value.contains(','));
        has_list || answer.headers.get_all(ALLOW_ORIGIN).iter().count() > 1
    })?;
    Some(
        Finding::error(None, "Access-Control-Allow-Origin comes twice: something in front adds its own")
            .saw(evidence(doubled, &cors.page, ALLOW_ORIGIN))
            .fix("Let one of them set CORS headers: take them out of the proxy (nginx: add_header Access-Control-…)."),
    )
}

/// DS-03.
fn wildcard(cors: &CorsAnswers, server: &Server) -> Option<Finding> {
    let answers = [Some(&cors.preflight), cors.read.as_ref()].into_iter().flatten();
    let star = answers.into_iter().find(|answer| answer.header(ALLOW_ORIGIN) == Some("*"))?;
    // Without cookies a "*" works: another API may mean it so.
    let wants_cookies = server.is_doorstep || star.header(ALLOW_CREDENTIALS) == Some("true");
    let title = "The API allows \"*\", and that cannot be used with cookies: list exact origins";
    let found = if wants_cookies {
        Finding::error(Cause::WildcardOrigin, title)
    } else {
        Finding::warning(Cause::WildcardOrigin, title)
    };
    let found = found.saw(evidence(star, &cors.page, ALLOW_ORIGIN));
    Some(if server.is_doorstep {
        found.fix("Doorstep sends no \"*\": take the CORS headers out of the proxy in front of it.")
    } else {
        found.fix(format!("Answer with Access-Control-Allow-Origin: {} and Vary: Origin.", cors.page))
    })
}

/// DS-07, seen at work: the answer was made for somebody else.
fn cached(cors: &CorsAnswers) -> Option<Finding> {
    let policy = cors.policy.as_ref()?;
    let is_refused_elsewhere = !allows(&cors.preflight, &cors.page);
    let is_others = match policy.header(ALLOW_ORIGIN) {
        Some(other) => other != cors.page && other != "*" && policy.is_from_cache(),
        None => policy.is_from_cache() && !is_refused_elsewhere,
    };
    is_others.then(|| {
        let age = ["age", "x-cache", "cf-cache-status", "x-cache-status"]
            .into_iter()
            .filter(|name| policy.headers.contains_key(*name))
            .map(|name| policy.shown_header(name));
        Finding::error(
            Cause::CachedCors,
            format!("A cache gives {} an answer that was made for another page", cors.page),
        )
        .saw(evidence(policy, &cors.page, ALLOW_ORIGIN))
        .saw(age.chain([policy.shown_header("vary")]).collect::<Vec<_>>().join(", "))
        .fix("Let the cache keep answers for each origin: it must keep and heed Vary: Origin.")
        .fix("Or keep /api out of the cache.")
    })
}

/// DS-04.
fn credentials(cors: &CorsAnswers, server: &Server) -> Option<Finding> {
    let answers = [Some(&cors.preflight), cors.read.as_ref()].into_iter().flatten();
    let lacking = answers
        .into_iter()
        .find(|answer| allows(answer, &cors.page) && answer.header(ALLOW_CREDENTIALS) != Some("true"))?;
    let evidence = evidence(lacking, &cors.page, ALLOW_CREDENTIALS);
    Some(if server.is_doorstep {
        Finding::error(Cause::CredentialsHeaderLost, "A gateway removes Access-Control-Allow-Credentials")
            .saw(evidence)
            .fix("Let the gateway pass on every Access-Control-… header; Doorstep sends \"true\".")
    } else {
        Finding::warning(
            Cause::CredentialsHeaderLost,
            "The API does not send Access-Control-Allow-Credentials: pages get no answer with cookies",
        )
        .saw(evidence)
        .fix("Answer with Access-Control-Allow-Credentials: true, if the session is a cookie.")
    })
}

/// DS-05.
fn not_allowed(cors: &CorsAnswers, server: &Server) -> Option<Finding> {
    let headers: Vec<&str> =
        if server.is_doorstep { SENT.split(',').collect() } else { vec!["content-type"] };
    let mut missing = lacking(&cors.preflight, ALLOW_HEADERS, &headers);
    let mut answer = &cors.preflight;
    if let Some(change) = cors.change.as_ref().filter(|_| missing.is_empty()) {
        missing = lacking(change, ALLOW_METHODS, &["PATCH"]);
        missing.extend(lacking(change, ALLOW_HEADERS, &["if-match"]));
        answer = change;
    }
    if missing.is_empty() {
        return None;
    }
    let shown = missing.join(", ");
    let found = Finding::error(Cause::HeaderNotAllowed, format!("The preflight does not allow {shown}"))
        .saw(evidence(answer, &cors.page, ALLOW_HEADERS))
        .saw(answer.shown_header(ALLOW_METHODS));
    Some(if server.is_doorstep {
        found.fix("Doorstep allows it itself: let the proxy pass OPTIONS on, instead of answering it.")
    } else {
        found.fix(format!(
            "Allow it: Access-Control-Allow-Headers: {shown} (methods: Access-Control-Allow-Methods)."
        ))
    })
}

/// Names of a list that are not in a header. `*` means nothing in an answer that allows cookies.
fn lacking(answer: &Answer, header: &str, wanted: &[&str]) -> Vec<String> {
    let has_cookies = answer.header(ALLOW_CREDENTIALS) == Some("true");
    let values = answer.headers.get_all(header).iter().filter_map(|value| value.to_str().ok());
    let listed: Vec<String> =
        values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect();
    let is_listed = |name: &str| {
        listed.iter().any(|listed| {
            *listed == name.to_ascii_lowercase() || (!has_cookies && listed == "*" && name != "authorization")
        })
    };
    wanted.iter().filter(|name| !is_listed(name)).map(|name| (*name).to_owned()).collect()
}

/// The preflight is allowed, and the answer itself cannot be read.
fn unreadable(cors: &CorsAnswers) -> Option<Finding> {
    let is_lost = |read: &&Answer| read.is_success() && !allows(read, &cors.page);
    let read = cors.read.as_ref().filter(is_lost)?;
    Some(
        Finding::error(
            None,
            "The preflight is allowed, but something in front removes the answers' CORS headers",
        )
        .saw(evidence(&cors.preflight, &cors.page, ALLOW_ORIGIN))
        .saw(evidence(read, &cors.page, ALLOW_ORIGIN))
        .fix("Let the proxy pass on every Access-Control-… header of every answer."),
    )
}

/// DS-08.
fn not_exposed(cors: &CorsAnswers, server: &Server) -> Option<Finding> {
    let read = cors.read.as_ref().filter(|_| server.is_doorstep)?;
    let hidden = lacking(read, EXPOSE_HEADERS, &["retry-after", "x-request-id"]);
    if hidden.is_empty() {
        return None;
    }
    Some(
        Finding::warning(
            Cause::HeaderNotExposed,
            format!("Pages cannot read the headers {}", hidden.join(", ")),
        )
        .saw(evidence(read, &cors.page, EXPOSE_HEADERS))
        .fix("Doorstep exposes them: let the proxy pass on Access-Control-Expose-Headers."),
    )
}

/// DS-07, before a cache is in the way.
fn invariable(cors: &CorsAnswers, page: &str) -> Option<Finding> {
    let answers = [cors.policy.as_ref(), cors.read.as_ref()].into_iter().flatten();
    let careless = answers.into_iter().find(|answer| allows(answer, page) && !answer.varies_by_origin())?;
    Some(
        Finding::warning(
            Cause::CachedCors,
            "Answers for one page do not say so: a cache will give them to another (no Vary: Origin)",
        )
        .saw(evidence(careless, page, "vary"))
        .fix("Send Vary: Origin on every answer, and let proxies pass it on."),
    )
}
