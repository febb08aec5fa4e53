//! What a server in dev mode says it saw (`/api/_echo`): the only way to learn what a proxy changed on the way in, and
//! whether a cookie comes back.

use doorstep_base::Cause;
use serde_json::Value;

use super::answer::Answer;
use super::client::{Client, Probe};
use crate::Finding;

const ECHO: &str = "/api/_echo";
const PROBE: &str = "doorstep_doctor=1";

/// Dev mode, with the echo's words; `None` in production.
pub async fn ask(client: &Client, page: Option<&str>) -> Option<(Answer, Value)> {
    let probe = Probe::post(ECHO, r#"{"from":"doctor"}"#).header("cookie", PROBE).by_page(page);
    let answer = client.send(probe).await.ok().filter(Answer::is_success)?;
    let said = answer.json().filter(|said| said["method"] == "POST" && said["cookies"].is_array())?;
    Some((answer, said))
}

/// What was changed between here and the server.
pub fn judge(page: Option<&str>, (answer, said): &(Answer, Value)) -> Option<Finding> {
    let saw_cookie =
        said["cookies"].as_array().is_some_and(|names| names.iter().any(|name| name == "doorstep_doctor"));
    if !saw_cookie {
        return Some(
            Finding::error(
                Cause::CookieNotSent,
                "Something in front removes cookies from requests: nobody stays signed in",
            )
            .saw(format!("{} with cookie: {PROBE}; the server saw none of that name", answer.asked))
            .fix("Let the proxy pass on the headers Cookie and Set-Cookie (CDN: no cookie rule for /api)."),
        );
    }
    if !answer.headers.contains_key("set-cookie") {
        return Some(
            Finding::error(
                Cause::CookieNotSent,
                "Something in front removes cookies from answers: nobody stays signed in",
            )
            .saw(format!("{}: no set-cookie, and the server always sets one there", answer.asked))
            .fix("Let the proxy pass on the headers Cookie and Set-Cookie (CDN: no cookie rule for /api)."),
        );
    }
    let seen = said["origin"].as_str();
    let is_changed = page.is_some() && seen != page;
    is_changed.then(|| {
        let (sent, seen) = (page.unwrap_or_default(), seen.unwrap_or("none"));
        Finding::error(
            None,
            format!("Something in front changes the Origin header: sent {sent}, the server saw {seen}"),
        )
        .saw(format!("{} from {sent}", answer.asked))
        .fix("Let the proxy pass Origin on as it is: CORS and the guard against forged requests stand on it.")
    })
}

/// DS-12: flags that a browser refuses at this address.
pub fn cookie_flags(is_https: bool, is_this_machine: bool, (answer, _): &(Answer, Value)) -> Option<Finding> {
    let cookie = answer.header("set-cookie")?;
    let is_secure = cookie.split(';').skip(1).any(|flag| flag.trim().eq_ignore_ascii_case("secure"));
    if !is_secure || is_https {
        return None;
    }
    let flags = cookie.split_once(';').map_or("", |(_, flags)| flags.trim());
    let title = if is_this_machine {
        "The session cookie is Secure on plain http: Safari drops it on localhost"
    } else {
        "The session cookie is Secure, and browsers drop it on plain http"
    };
    Some(
        Finding::warning(Cause::CookieFlags, title)
            .saw(format!("{}: set-cookie with {flags}", answer.asked))
            .fix("Open it over https, or in development leave [server] public_url empty."),
    )
}
