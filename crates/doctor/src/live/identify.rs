//! What it is that answers: Doorstep, another API, or something that only stands in between.

use std::time::Duration;

use doorstep_base::{Cause, forwarding};
use http::header::{SERVER, STRICT_TRANSPORT_SECURITY, VIA};
use serde_json::Value;

use super::answer::{Answer, NoAnswer};
use super::client::{Client, PATIENCE, Probe};
use super::target::Target;
use crate::Finding;
use crate::api::{PASSWORD_LENGTH, POLICY, SESSION_MODES, SIGNUP};

/// No JSON: no server makes an account of it, and it is counted by no limit.
pub const UNREADABLE: &str = "{";
const REQUEST_ID: &str = "x-request-id";
const AT_ONCE: Duration = Duration::from_secs(1);

/// For a question on the side.
const SHORT_PATIENCE: Duration = Duration::from_secs(1);

/// What answers, as far as its own words tell.
#[derive(Clone, Debug)]
pub struct Server {
    pub is_doorstep: bool,
    /// Whether pages may keep their session in a cookie here.
    pub uses_cookies: bool,
    pub policy: Answer,
    /// Nothing stands between here and Doorstep, as far as can be seen.
    pub is_direct: bool,
    /// It sees itself at an https address, and is asked beside it.
    pub is_inside: bool,
}

/// What the first questions came to.
pub enum Identity {
    Known(Server),
    /// The address sends everybody elsewhere.
    Redirects(Answer),
    /// Nothing more can be asked.
    Unusable(Box<Finding>),
}

pub async fn identify(client: &Client) -> Identity {
    let policy = match client.send(Probe::get(POLICY)).await {
        Ok(answer) => answer,
        Err(no_answer) => return unusable(unanswered(client, &no_answer).await),
    };
    if let Some(found) = private_port(&client.target, &policy) {
        return unusable(found);
    }
    if policy.redirect().is_some() {
        return Identity::Redirects(policy);
    }
    if let Some(server) = doorstep(client, &policy).await {
        return Identity::Known(server);
    }
    match not_an_api(&client.target, &policy) {
        Some(found) => unusable(found),
        None => another(client, policy).await,
    }
}

fn unusable(found: Finding) -> Identity {
    Identity::Unusable(Box::new(found))
}

/// By the words of its policy: a proxy may pass on `/api` and nothing else.
async fn doorstep(client: &Client, policy: &Answer) -> Option<Server> {
    let json = policy.json().filter(|_| policy.status == 200)?;
    json.pointer(PASSWORD_LENGTH)?.as_u64()?;
    let modes = json.pointer(SESSION_MODES)?.as_array()?;
    let uses_cookies = modes.iter().any(|mode| mode == "cookie");
    let is_named = policy.headers.contains_key(SERVER) || policy.headers.contains_key(VIA);
    let alive = client.send(Probe::get("/healthz")).await.ok().and_then(|answer| answer.json());
    let is_whole = alive.is_some_and(|said| said["message"] == "Doorstep is running");
    let may_be_direct = is_whole && !is_named && !client.target.is_https;
    Some(Server {
        is_doorstep: true,
        uses_cookies,
        policy: policy.clone(),
        is_direct: may_be_direct && has_own_front(client).await,
        is_inside: !client.target.is_https && policy.headers.contains_key(STRICT_TRANSPORT_SECURITY),
    })
}

/// Doorstep marks every answer, and at once; the page of a dev server that passes the API on is its own, and may have
/// to be built first.
async fn has_own_front(client: &Client) -> bool {
    let front = tokio::time::timeout(AT_ONCE, client.send(Probe::get("/"))).await;
    matches!(front, Ok(Ok(answer)) if answer.headers.contains_key(REQUEST_ID))
}

async fn another(client: &Client, policy: Answer) -> Identity {
    if let Some(code) = problem_code(&policy) {
        return unusable(troubled(&client.target, &policy, &code));
    }
    // Frameworks answer an unknown path with a page and an unreadable body with JSON: only both pages are no API.
    let posted = client.send(Probe::post(SIGNUP, UNREADABLE)).await;
    if policy.is_page() && posted.as_ref().is_ok_and(Answer::is_page) {
        return unusable(page(&client.target, &policy));
    }
    if let Err(NoAnswer::Late) = posted {
        return unusable(late(&client.target, &format!("POST {}", client.target.url(SIGNUP))));
    }
    Identity::Known(Server {
        is_doorstep: false,
        uses_cookies: false,
        policy,
        is_direct: false,
        is_inside: false,
    })
}

/// The `code` of a problem as Doorstep writes it.
fn problem_code(answer: &Answer) -> Option<String> {
    let json = answer.json()?;
    let is_ours = json.get("requestId").is_some() && json.get("docs").is_some();
    json.get("code").and_then(Value::as_str).filter(|_| is_ours).map(str::to_owned)
}

fn troubled(target: &Target, policy: &Answer, code: &str) -> Finding {
    if code == "not_found" {
        return Finding::error(
            None,
            format!("Doorstep answers at {}, but not below {}", target.origin(), target.base),
        )
        .saw(format!("{}: {}", policy.asked, policy.shown()))
        .fix(format!("Use {} as baseUrl.", target.origin()));
    }
    Finding::error(None, format!("Doorstep answers, and cannot work: {} {code}", policy.status))
        .saw(format!("{}: {}", policy.asked, policy.shown()))
        .fix("Its log names the cause under the request's id.")
}

/// What cannot be an API: a page with success or a gateway's failure, or a program that is known by name.
fn not_an_api(target: &Target, policy: &Answer) -> Option<Finding> {
    let says = |name: &str| policy.header(name).unwrap_or_default().to_owned();
    if says("server").starts_with("AirTunes") {
        return Some(
            Finding::error(
                None,
                format!("AirPlay of macOS answers on port {}, not a server of yours", target.port),
            )
            .saw(format!("server: {}", says("server")))
            .fix("Take another port: doorstep serve --listen localhost:5001")
            .fix("Or turn the AirPlay receiver off in System Settings, General, AirDrop & Handoff."),
        );
    }
    if policy.is_page() && (policy.is_success() || policy.status >= 500) {
        return Some(page(target, policy));
    }
    let is_gateway = matches!(policy.status, 500 | 502 | 503 | 504) && policy.json().is_none();
    is_gateway.then(|| {
        Finding::error(None, format!("Something in front of the API answers {} in its place", policy.status))
            .saw(format!("{}: {}", policy.asked, policy.shown()))
            .fix("Does the server behind it run, and on the address that the proxy's configuration names?")
            .fix("Point the doctor at that address to see: doorstep doctor --api http://127.0.0.1:5000")
    })
}

/// DS-31, where a service that forwards ports asks for its login first. Doorstep itself never answers its policy so.
fn private_port(target: &Target, answer: &Answer) -> Option<Finding> {
    let login = answer.redirect().and_then(forwarding::of_login);
    let is_refused = answer.redirect().is_some() || matches!(answer.status, 401 | 403 | 404);
    let is_theirs = is_refused && problem_code(answer).is_none();
    let service = login.or_else(|| forwarding::of_host(&target.host).filter(|_| is_theirs))?;
    let place = answer.redirect().map_or_else(String::new, |place| format!(", location: {place}"));
    let found = Finding::error(
        Cause::TunnelPage,
        format!(
            "The port of {} is private: {} asks for a login before it lets anything through",
            target.origin(),
            service.name
        ),
    )
    .saw(format!("{}: {}{place}", answer.asked, answer.shown()));
    Some(found.fix(service.make_public).fix(forwarding::ONE_PORT))
}

/// DS-20, or DS-31 when it is a tunnel's.
pub fn page(target: &Target, answer: &Answer) -> Finding {
    let text = String::from_utf8_lossy(&answer.body);
    let is_tunnel =
        answer.header("ngrok-error-code").is_some() || text.contains("ngrok-skip-browser-warning");
    if is_tunnel {
        return Finding::error(
            Cause::TunnelPage,
            format!("The tunnel {} answers with a page of its own", target.origin()),
        )
        .saw(format!("{}: {}", answer.asked, answer.shown()))
        .fix("Send the header ngrok-skip-browser-warning: 1 (the client kits do in development).");
    }
    let what = answer
        .page_title()
        .map_or_else(|| answer.status.to_string(), |title| format!("{} {title}", answer.status));
    let found = Finding::error(
        Cause::WebPage,
        format!("{} returns a web page ({what}), not the account API", target.url(POLICY)),
    )
    .saw(format!("{}: {}", answer.asked, answer.shown()));
    if answer.status >= 500 {
        found.fix("The proxy does not reach the server: does it run, on the address that the proxy's configuration names?")
    } else {
        found
            .fix("Is this the address of the API, and not of the pages? Give the one that Doorstep prints when it starts.")
            .fix("If both share an address: let the proxy pass /api on to Doorstep before the pages' fallback.")
    }
}

async fn unanswered(client: &Client, no_answer: &NoAnswer) -> Finding {
    let target = &client.target;
    match no_answer {
        NoAnswer::Late => late(target, &format!("GET {}", target.url(POLICY))),
        NoAnswer::NoConnection(why) => {
            Finding::error(Cause::NothingAnswers, format!("{target} answered once, and then did not"))
                .saw(why.shown())
                .fix("Is the server being restarted?")
        }
        NoAnswer::NoTls(why) => Finding::error(None, format!("{target}: TLS fails")).saw(why.clone()),
        NoAnswer::Broken(why) if !target.is_https && speaks_tls(client).await => {
            let secure = target.to_string().replacen("http://", "https://", 1);
            let title = format!("{} speaks TLS on this port, not plain http", target.origin());
            Finding::error(Cause::BaseUrlMissing, title)
                .saw(format!("over http: {why}"))
                .fix(format!("Use {secure} as baseUrl."))
        }
        NoAnswer::Broken(why) => {
            Finding::error(None, format!("{target} sends an answer that no client can read"))
                .saw(why.clone())
                .fix("Is this the port of the API? Another program may listen there.")
        }
    }
}

/// DS-32.
pub fn late(target: &Target, asked: &str) -> Finding {
    let seconds = PATIENCE.as_secs();
    let title = format!("{target} takes the connection, and gives no whole answer within {seconds} s");
    Finding::error(Cause::NoAnswerInTime, title)
        .saw(format!("{asked}: nothing, or no end"))
        .fix("Is the server busy or stopped in a debugger, or does a proxy wait for one that is gone?")
        .fix("Clients: give up after 10 s, and send the sign-up again with the same Idempotency-Key (the kits do).")
}

/// Whether a TLS handshake gets an answer in TLS, trusted or not.
async fn speaks_tls(client: &Client) -> bool {
    let Ok(tls) = super::tls::Tls::new() else { return false };
    let Ok(stream) = super::dial::connect(client.address).await else { return false };
    // Who speaks something else may wait for the rest of it for ever.
    match tokio::time::timeout(SHORT_PATIENCE, tls.inspect(&client.target.host, stream)).await {
        Ok(Ok(_)) => true,
        Ok(Err(refusal)) => matches!(
            refusal.error,
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::AlertReceived(_))
        ),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;

    fn answered(target: &Target, status: u16, location: Option<&'static str>) -> Answer {
        let location = location.map(|place| (http::header::LOCATION, HeaderValue::from_static(place)));
        Answer {
            asked: format!("GET {}", target.url(POLICY)),
            status,
            headers: location.into_iter().collect::<HeaderMap>(),
            body: Vec::new(),
            took: Duration::ZERO,
        }
    }

    #[test]
    fn a_private_port_is_told_from_a_server_that_redirects_or_refuses() {
        let told = |api: &str, status, location| {
            let target = api.parse().unwrap();
            private_port(&target, &answered(&target, status, location)).map(|found| found.fix[0].clone())
        };
        let codespace = "https://shop-5000.app.github.dev";
        for (api, status, location, fix) in [
            (
                codespace,
                302,
                Some("https://github.dev/pf-signin?id=shop&port=5000"),
                "gh codespace ports visibility",
            ),
            (codespace, 401, None, "gh codespace ports visibility"),
            ("https://5000-shop.ws-eu74.gitpod.io", 401, None, "gp ports visibility"),
            ("https://abc-5000.euw.devtunnels.ms", 302, Some("/auth?x"), "--allow-anonymous"),
        ] {
            let told = told(api, status, location).unwrap_or_else(|| panic!("{api}"));
            assert!(told.contains(fix), "{told}");
        }
        for (api, status, location) in [
            (codespace, 200, None),
            (codespace, 502, None),
            ("https://api.shop.com", 401, None),
            ("https://api.shop.com", 302, Some("https://www.shop.com/api/policy")),
        ] {
            assert_eq!(told(api, status, location), None, "{api} {status}");
        }
    }
}
