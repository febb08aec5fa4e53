//! Whether failures reach the page as they were sent: with CORS headers (DS-02), as JSON (DS-20), and where they are
//! expected (DS-19). Each probe fails before anything is counted or stored.

use doorstep_base::Cause;
use futures_util::future::join_all;

use super::answer::{Answer, NoAnswer};
use super::client::{Client, Probe};
use super::cors::{ALLOW_ORIGIN, allows};
use super::identify::{self, Server, UNREADABLE};
use super::redirects;
use crate::Finding;
use crate::api::{REFUSED_SIGNUP, SIGNUP};

/// No more is sent, also where the server would take more.
const MOST_SENT: usize = 1024 * 1024;

/// One way to fail: its status with Doorstep, and the answer.
pub struct Failed {
    expected: u16,
    answer: Result<Answer, NoAnswer>,
}

/// A failure that was answered.
struct Answered<'a> {
    expected: u16,
    answer: &'a Answer,
}

/// Fails in every way that costs nothing, as a page of this origin would.
pub async fn fail(client: &Client, server: &Server, page: Option<&str>, body_limit: usize) -> Vec<Failed> {
    let with_slash = format!("{SIGNUP}/");
    let mut ways = vec![(400, Probe::post(SIGNUP, UNREADABLE)), (404, Probe::get("/api/doorstep-doctor"))];
    if server.is_doorstep {
        let text = Probe::post(SIGNUP, "x").header("content-type", "text/plain");
        let large = format!("{{{}", " ".repeat(body_limit.min(MOST_SENT)));
        ways.extend([
            (400, Probe::post(&with_slash, UNREADABLE)),
            (405, Probe::get(SIGNUP)),
            (413, Probe::post(SIGNUP, large)),
            (415, text),
            (422, Probe::post(SIGNUP, REFUSED_SIGNUP)),
        ]);
    }
    let asked = ways.into_iter().map(async |(expected, probe)| {
        let answer = client.send(probe.by_page(page)).await;
        Failed { expected, answer }
    });
    join_all(asked).await
}

/// At most one finding: lost headers hide everything else from a page.
pub fn judge(client: &Client, server: &Server, page: Option<&str>, failed: &[Failed]) -> Option<Finding> {
    // The first way is the plain sign-up. Of the others, silence proves nothing: a body that is refused half-way may
    // cost the connection, and the answer with it.
    if let Some(Failed { answer: Err(NoAnswer::Late), .. }) = failed.first() {
        return Some(identify::late(&client.target, &format!("POST {}", client.target.url(SIGNUP))));
    }
    let target = &client.target;
    let answered = failed.iter().filter_map(|failed| {
        let answer = failed.answer.as_ref().ok()?;
        Some(Answered { expected: failed.expected, answer })
    });
    // Who only takes a slash from the end harms nobody: no client of ours writes one.
    let failed: Vec<Answered<'_>> =
        answered.filter(|failed| !redirects::is_harmless(target, failed.answer)).collect();
    let redirected = failed.iter().find(|failed| failed.answer.redirect().is_some());
    redirected
        .map(|failed| redirects::of_request(target, failed.answer))
        .or_else(|| page.and_then(|page| headers_lost(server, page, &failed)))
        .or_else(|| pages_instead(server, &failed))
        .or_else(|| empty(server, &failed))
}

/// DS-02.
fn headers_lost(server: &Server, page: &str, failed: &[Answered<'_>]) -> Option<Finding> {
    let lost: Vec<&Answered<'_>> = failed.iter().filter(|failed| !allows(failed.answer, page)).collect();
    let statuses: Vec<String> = lost.iter().map(|failed| failed.answer.status.to_string()).collect();
    let (first, rest) = statuses.split_first()?;
    let shown = if rest.is_empty() { first.clone() } else { statuses.join(", ") };
    let found = Finding::error(
        Cause::HeadersLost,
        format!(
            "Answers with {shown} come without CORS headers: a page sees \"Failed to fetch\" instead of the error"
        ),
    );
    let found = lost.iter().fold(found, |found, failed| {
        let answer = failed.answer;
        found.saw(format!(
            "{} from {page}: {}, {}",
            answer.asked,
            answer.shown(),
            answer.shown_header(ALLOW_ORIGIN)
        ))
    });
    Some(if server.is_doorstep {
        let found = found
            .fix("Something in front drops them, or answers itself. nginx: proxy_intercept_errors off; and \"always\" on each add_header.");
        if lost.iter().any(|failed| failed.answer.status == 413) {
            found.fix("nginx: client_max_body_size above Doorstep's [server] body_limit, so that Doorstep refuses by itself.")
        } else {
            found
        }
    } else {
        found.fix("Put CORS outermost in that API: also around errors, unknown paths and timeouts.")
    })
}

/// DS-20, for failures only.
fn pages_instead(server: &Server, failed: &[Answered<'_>]) -> Option<Finding> {
    let pages: Vec<&Answered<'_>> = failed.iter().filter(|failed| failed.answer.is_page()).collect();
    let first = pages.first()?;
    let title = format!("Failures come as web pages ({}), not as JSON", first.answer.status);
    let found = Finding::warning(Cause::WebPage, title);
    let found = pages.iter().fold(found, |found, failed| {
        found.saw(format!("{}: {}", failed.answer.asked, failed.answer.shown()))
    });
    Some(if server.is_doorstep {
        found.fix("Something in front puts its own page there. nginx: proxy_intercept_errors off, and no error_page for /api.")
    } else {
        found.fix("Answer every failure below /api with JSON: a client that parses it stops at \"Unexpected token '<'\".")
    })
}

fn empty(server: &Server, failed: &[Answered<'_>]) -> Option<Finding> {
    let odd = failed.iter().find(|failed| failed.answer.status >= 400 && failed.answer.json().is_none())?;
    let found = Finding::warning(None, format!("Failures are no JSON: {}", odd.answer.shown())).saw(format!(
        "{}: {}",
        odd.answer.asked,
        odd.answer.shown()
    ));
    Some(if server.is_doorstep {
        found.fix(format!("Doorstep answers {} with JSON: something in front replaces it.", odd.expected))
    } else {
        found.fix(
            "Answer every failure below /api with JSON: clients stop at \"Unexpected end of JSON input\".",
        )
    })
}
