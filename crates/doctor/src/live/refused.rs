//! A page that is not allowed (DS-01), and a preflight that never gets to whoever could allow it (DS-06).

use doorstep_base::Cause;

use super::client::Client;
use super::cors::{ALLOW_ORIGIN, CorsAnswers, allows, evidence};
use super::identify::Server;
use super::places;
use crate::Finding;

/// Where the system takes ports from that nobody asked for.
const FIRST_OF_THE_SYSTEM: u16 = 32_768;

/// DS-06: OPTIONS is answered by something that knows no CORS.
pub fn preflight(client: &Client, cors: &CorsAnswers) -> Option<Finding> {
    let CorsAnswers { page, preflight, read, .. } = cors;
    let read_is_allowed = read.as_ref().is_some_and(|read| allows(read, page));
    // Some frameworks refuse the preflight of an origin that they do not know with 403: that is no DS-06.
    let is_about_origin = preflight.status == 403 && !read_is_allowed;
    if (preflight.is_success() && (allows(preflight, page) || !read_is_allowed)) || is_about_origin {
        return None;
    }
    let title = if preflight.is_success() {
        "OPTIONS is answered before it gets to the API, without CORS headers".to_owned()
    } else {
        format!("The preflight is refused with {}: OPTIONS must be answered with 2xx", preflight.status)
    };
    Some(
        Finding::error(Cause::PreflightRefused, title)
            .saw(format!("{} from {page}: {}", preflight.asked, preflight.shown()))
            .saw(preflight.shown_header(ALLOW_ORIGIN))
            .fix("Let OPTIONS through to the API without authentication, redirect or rule of the proxy.")
            .fix(format!("See for yourself: {}", curl(client, page))),
    )
}

/// DS-01.
pub fn origin(client: &Client, server: &Server, cors: &CorsAnswers) -> Option<Finding> {
    let CorsAnswers { page, preflight, is_assumed, .. } = cors;
    // Nobody said that this page should be allowed.
    if allows(preflight, page) || (*is_assumed && server.is_doorstep) {
        return None;
    }
    let title = format!("Origin {page} is not allowed");
    let found = if *is_assumed {
        Finding::warning(Cause::OriginRefused, title)
    } else {
        Finding::error(Cause::OriginRefused, title)
    };
    let found = found.saw(evidence(preflight, page, ALLOW_ORIGIN));
    Some(if server.is_doorstep && is_random(page) {
        Finding { cause: Some(Cause::RandomPort), ..found }
            .fix("Take one port each time: flutter run -d chrome --web-port 5001, then: doorstep origins add http://localhost:5001")
            .fix("Or run the server in dev mode, which allows every port of this machine.")
    } else if server.is_doorstep {
        found.fix(format!(
            "Run: doorstep origins add {page} (or write it into [cors] origins in doorstep.toml)"
        ))
    } else {
        found
            .fix(format!("Allow it in that API: Access-Control-Allow-Origin: {page}, with Vary: Origin."))
            .fix(format!("See for yourself: {}", curl(client, page)))
    })
}

/// A page of this machine on a port that the system chose, and will choose anew (DS-10).
fn is_random(page: &str) -> bool {
    let port = page.strip_prefix("http://").and_then(|rest| rest.rsplit_once(':')?.1.parse::<u16>().ok());
    places::is_loopback(places::host_of(page)) && port.is_some_and(|port| port >= FIRST_OF_THE_SYSTEM)
}

fn curl(client: &Client, page: &str) -> String {
    format!(
        "curl -i -X OPTIONS {} -H 'Origin: {page}' -H 'Access-Control-Request-Method: POST'",
        client.target.url(crate::api::SIGNUP)
    )
}
