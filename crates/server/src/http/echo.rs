//! `/api/_echo`, in dev mode: what the server saw of a request. `client.diagnose()` and the doctor compare it with what
//! they sent, and so find what a proxy, a browser or a library changed on the way.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Json, Router};
use doorstep_base::{Clock, Code};
use doorstep_web::{ApiError, Client, CookieName, Origins};
use serde_json::{Map, Value, json};

use super::client;
use crate::config::Network;

/// By name: proxies that sign people in put their token beside these (`X-Forwarded-Access-Token`).
const FORWARDED: [&str; 8] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Where the request came from, put beside it by the front in dev mode.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

#[derive(Clone)]
pub struct EchoConfig {
    pub origins: Origins,
    pub trusted_proxies: Vec<Network>,
    pub cookie: CookieName,
    /// In bytes.
    pub body_limit: usize,
    pub clock: Arc<dyn Clock>,
}

pub fn router(config: EchoConfig) -> Router {
    // Not HEAD: it has no body that could tell anything.
    let methods = MethodFilter::GET.or(MethodFilter::POST);
    Router::new().route("/api/_echo", on(methods, echo)).with_state(Arc::new(config))
}

async fn echo(State(config): State<Arc<EchoConfig>>, request: Request) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let body = read(body, config.body_limit).await?;
    let headers = &parts.headers;
    let is_trusted = parts
        .extensions
        .get::<Peer>()
        .is_some_and(|Peer(peer)| client::is_trusted(*peer, &config.trusted_proxies));
    let names = cookie_names(headers);
    let has = |name: &str| names.iter().any(|known| known == name);
    let origin = text(headers, &header::ORIGIN);
    let network = parts.extensions.get::<Arc<Client>>().map(|client| client.network.clone());
    let told = json!({
        "message": "This is what the server saw",
        "method": parts.method.as_str(),
        "path": parts.uri.path(),
        "scheme": scheme(headers, is_trusted),
        "host": text(headers, &header::HOST),
        "origin": origin,
        "originAllowed": origin.as_deref().map(|origin| config.origins.allows(origin)),
        "cookies": names,
        "sessionCookie": has(&config.cookie.to_string()),
        "probeCookie": has(&config.cookie.probe()),
        "cookieSecure": config.cookie.is_host_bound(),
        "contentType": text(headers, &header::CONTENT_TYPE),
        "body": { "bytes": body.len(), "kind": kind(&body, headers) },
        "forwarded": forwarded(headers),
        "forwardedTrusted": is_trusted,
        "network": network,
        "time": config.clock.now().to_string(),
    });
    let mut response = Json(told).into_response();
    if let Some(cookie) = config.cookie.set_probe() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn read(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let too_large =
        |_| ApiError::new(Code::PayloadTooLarge).detail(format!("At most {limit} bytes are read."));
    axum::body::to_bytes(body, limit).await.map_err(too_large)
}

/// What a header says, where it can be read at all.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned())
}

/// Names only: a value may be a session.
fn cookie_names(headers: &HeaderMap) -> Vec<String> {
    let values =
        headers.get_all(header::COOKIE).into_iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let names = |value: std::borrow::Cow<str>| {
        value
            .split(';')
            .filter_map(|pair| Some(pair.split_once('=')?.0.trim().to_owned()))
            .collect::<Vec<_>>()
    };
    values.flat_map(names).collect()
}

fn scheme(headers: &HeaderMap, is_trusted: bool) -> String {
    let forwarded = text(headers, &HeaderName::from_static("x-forwarded-proto")).filter(|_| is_trusted);
    forwarded.unwrap_or_else(|| "http".to_owned())
}

fn forwarded(headers: &HeaderMap) -> Map<String, Value> {
    let names = headers.keys().filter(|name| FORWARDED.contains(&name.as_str()));
    names.filter_map(|name| Some((name.to_string(), json!(text(headers, name)?)))).collect()
}

/// What the body is, whatever its header says.
fn kind(body: &[u8], headers: &HeaderMap) -> &'static str {
    let content_type = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    if body.is_empty() {
        "empty"
    } else if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() {
        "json"
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        "form"
    } else if std::str::from_utf8(body).is_ok() && !content_type.starts_with("multipart/") {
        "text"
    } else {
        "other"
    }
}
