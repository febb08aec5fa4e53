//! What happens to every request, whatever it asks for.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::future::RouteFuture;
use doorstep_base::{Clock, Code, Random, Timestamp};
use doorstep_web::{
    ApiError, Client, Origins, OwnPage, PostedForm, Reader, ShopPages, asked_language, render,
};
use hyper::body::Incoming;
use tokio::time::Instant;
use tower::Service;

use super::assets::Assets;
use super::cors::{Cors, Judged};
use super::echo::Peer;
use super::given_up::Unanswered;
use super::metrics::Metrics;
use super::request_id::RequestIds;
use super::shop_pages;
use super::socket::Told;
use super::{METHODS, client, headers, hosts, unread};
use crate::config::{Config, Network};
use crate::explain::{Exchange, Explain, RequestHead};
use crate::log::{AccessLog, Caught, Entry, InRequest, Tags, TraceId, Unlogged};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer body that nobody has read is not read off by hyper: its connection ends.
const SOON_READ: u64 = 16 * 1024;
/// Room for the headers that every answer gets, made at once.
const MARKS: usize = 12;

/// What the front needs to know; made of the configuration by `wire`.
pub struct FrontConfig {
    pub origins: Origins,
    /// What pages may send besides the usual headers.
    pub headers: Vec<HeaderName>,
    pub trusted_proxies: Vec<Network>,
    pub request_timeout: Duration,
    /// The public address is https.
    pub is_https: bool,
    pub is_dev: bool,
    /// The host that customers see. Dev mode answers to it and to names that no stranger can have; `None` answers to any.
    pub own_host: Option<String>,
    /// Words for customers in the access log.
    pub tags: Option<Tags>,
    /// The shop's pages: a refused form without JavaScript is shown on the one that it came from.
    pub pages: Option<Assets>,
}

impl FrontConfig {
    pub fn new(config: &Config, public_url: &str, origins: Origins) -> Self {
        Self {
            origins,
            headers: config.cors.headers.iter().map(|header| header.0.clone()).collect(),
            trusted_proxies: config.server.trusted_proxies.clone(),
            request_timeout: config.server.request_timeout,
            is_https: public_url.starts_with("https://"),
            is_dev: config.is_dev(),
            own_host: config.is_dev().then(|| hosts::name_of(authority(public_url)).to_owned()),
            tags: None,
            pages: config.server.static_dir.as_deref().map(Assets::new),
        }
    }

    #[must_use]
    pub fn tagging(self, tags: Tags) -> Self {
        Self { tags: Some(tags), ..self }
    }

    /// The same for a listener that answers to any name: nothing private is on it.
    #[must_use]
    pub fn answering_to_any_host(self) -> Self {
        Self { own_host: None, ..self }
    }
}

fn authority(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, authority)| authority)
}

pub struct Front {
    config: FrontConfig,
    cors: Cors,
    routes: Router,
    ids: RequestIds,
    clock: Arc<dyn Clock>,
    explain: Explain,
    log: AccessLog,
    metrics: Option<Metrics>,
}

impl Front {
    pub fn new(
        config: FrontConfig,
        routes: Router,
        clock: Arc<dyn Clock>,
        random: &dyn Random,
        explain: Explain,
        log: AccessLog,
        metrics: Option<Metrics>,
    ) -> Self {
        let cors = Cors::new(config.origins.clone(), &config.headers);
        Self { config, cors, routes, ids: RequestIds::new(random), clock, explain, log, metrics }
    }

    /// Answers a request. What can be decided at once is decided before the future is made: it stays small, and
    /// the request is moved once instead of from one future into the next.
    pub fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        peer: IpAddr,
        told: &Arc<Told>,
    ) -> impl Future<Output = Response> + Send + use<> {
        let is_doubled = told.next_is_doubled();
        let request = unread::watch(request, told);
        let mut asked = self.ask(&request, peer);
        told.came_from(&asked.client);
        asked.ends_connection |= is_doubled;
        let step = if is_doubled {
            Step::Answered(headers::two_lengths().into_response())
        } else {
            self.begin(request, &asked, peer)
        };
        let told = told.clone();
        let front = self.clone();
        async move {
            let unanswered = Unanswered::new(front.clone(), asked);
            let answered = match step {
                Step::Answered(response) => response,
                Step::Routed(future) => front.within_time(future).await,
            };
            // Boxed: hardly any request needs it, and each would be larger by it.
            let pages = match (unanswered.asks_for_page(), &front.config.pages) {
                (Some(form), Some(pages)) if form.wants_shop_page(&answered) => {
                    Some(Box::pin(shop_pages::of(pages, form)).await)
                }
                _ => None,
            };
            let response = unanswered.finish(answered, pages.as_ref(), told.is_unread());
            told.count_answer();
            response
        }
    }

    /// A connection that ended before it was a request, or in the middle of one.
    pub fn ended(&self, error: &hyper::Error, told: &Told) {
        self.explain.notice_end(error, told.speaks_tls());
    }

    /// Takes down everything about a request that is needed after its routes have it.
    fn ask(&self, request: &Request<Body>, peer: IpAddr) -> Asked {
        let headers = request.headers();
        let ip = client::address(peer, headers, &self.config.trusted_proxies);
        let at = self.clock.now();
        let origin = self.cors.judge(headers);
        let head = self.explain.record_head(request, &origin);
        let trusted = &self.config.trusted_proxies;
        self.explain.notice_proxy(peer, headers, || client::is_trusted(peer, trusted));
        if request.uri().path().starts_with("/api/") {
            self.explain.notice_client(ip);
        }
        Asked {
            started: Instant::now(),
            at,
            client: Arc::new(Client {
                request_id: self.ids.next(at),
                network: client::network(ip),
                is_exempt: self.config.is_dev && ip.is_loopback(),
                is_proxy: client::is_trusted(ip, trusted),
                device: client::device(headers),
                customer: OnceLock::new(),
            }),
            trace: TraceId::of(headers),
            method: request.method().clone(),
            uri: request.uri().clone(),
            origin,
            head,
            accepted_language: headers.get(header::ACCEPT_LANGUAGE).cloned(),
            form: PostedForm::of(request.method(), request.uri().path(), headers, &self.config.origins),
            // hyper drops a Content-Length beside it: whoever smuggles a second request so loses the connection.
            ends_connection: headers.contains_key(header::TRANSFER_ENCODING),
            is_long: request.body().size_hint().upper().is_none_or(|length| length > SOON_READ),
        }
    }

    fn begin(&self, mut request: Request<Body>, asked: &Asked, peer: IpAddr) -> Step {
        if let Err(refused) = headers::check(&request) {
            return Step::Answered(refused.into_response());
        }
        if let Some(own) = &self.config.own_host
            && let Err(refused) = hosts::check(request.headers(), own, &self.config.origins)
        {
            return Step::Answered(refused.into_response());
        }
        if asked.method == Method::OPTIONS {
            return Step::Answered(asked.origin.preflight());
        }
        if !is_known(&asked.method) {
            return Step::Answered(not_allowed(HeaderValue::from_static(METHODS)));
        }
        if let Some(uri) = without_slash(request.uri()) {
            *request.uri_mut() = uri;
        }
        request.extensions_mut().insert(asked.client.clone());
        if let Some(form) = &asked.form {
            request.extensions_mut().insert(form.clone());
        }
        if self.config.is_dev {
            request.extensions_mut().insert(Peer(peer));
        }
        Step::Routed(self.routes.clone().call(request))
    }

    /// The routes' answer, within the time limit, with panics caught.
    async fn within_time(&self, future: RouteFuture<Infallible>) -> Response {
        match tokio::time::timeout(self.config.request_timeout, InRequest(future)).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(Caught(panic))) => ApiError::new(Code::Internal).cause(&panic).into_response(),
            Err(_) => ApiError::new(Code::Timeout).retry_after(2).into_response(),
        }
    }

    /// Body of a failure, security headers, CORS, request id, and the line in the log.
    pub(super) fn finish(
        &self,
        answered: Response,
        mut asked: Asked,
        shop_pages: Option<&ShopPages>,
        is_unread: bool,
    ) -> Response {
        asked.ends_connection |= asked.is_long && is_unread;
        let Asked { client, method, uri, .. } = &asked;
        let answered = with_problem(answered);
        log_cause(&answered, &client.request_id);
        let exchange = Exchange { at: asked.at, client, method, uri, head: asked.head.as_deref() };
        let hint = self.explain.judge(&exchange, &answered);
        let shown = hint.as_ref().filter(|_| self.config.is_dev).map(ToString::to_string);
        let has_words = answered.extensions().get::<ApiError>().is_some();
        let accepted = asked.accepted_language.as_ref().filter(|_| has_words);
        let language = asked_language(accepted);
        let reader = Reader {
            request_id: &client.request_id,
            language,
            hint: shown.as_deref(),
            form: asked.form.as_ref(),
            shop_pages,
        };
        let mut response = render(answered, &reader);
        let marked = response.headers_mut();
        marked.reserve(MARKS);
        headers::secure(marked, self.config.is_https);
        asked.origin.mark(method, marked);
        if let Ok(id) = HeaderValue::from_str(&client.request_id) {
            marked.insert(REQUEST_ID, id);
        }
        if asked.ends_connection {
            marked.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if response.extensions().get::<Unlogged>().is_none() {
            self.explain.keep(&exchange, hint.as_ref(), &response);
            self.told(&asked, response.status(), response.body().size_hint().exact());
        } else {
            self.counted(&asked, response.status());
        }
        response
    }

    /// The line in the log, and the count.
    pub(super) fn told(&self, asked: &Asked, status: StatusCode, bytes: Option<u64>) {
        let customer = self.config.tags.as_ref().zip(asked.client.customer.get());
        self.log.write(&Entry {
            at: asked.at,
            // A method of somebody's own may be as long as a head.
            method: if is_known(&asked.method) { asked.method.as_str() } else { "OTHER" },
            path: asked.uri.path(),
            status: status.as_u16(),
            took: asked.started.elapsed(),
            bytes,
            network: &asked.client.network,
            request_id: &asked.client.request_id,
            customer: customer.map(|(tags, customer)| tags.of(*customer, asked.at)),
            trace: asked.trace.as_ref(),
        });
        self.counted(asked, status);
    }

    pub(super) fn counted(&self, asked: &Asked, status: StatusCode) {
        if let Some(metrics) = &self.metrics {
            metrics.record(asked.uri.path(), status, asked.started.elapsed());
        }
    }
}

/// A request, as far as it concerns its answer.
pub(super) struct Asked {
    started: Instant,
    at: Timestamp,
    client: Arc<Client>,
    /// The caller's, for the log.
    trace: Option<TraceId>,
    method: Method,
    uri: Uri,
    origin: Judged,
    /// What explaining the answer may need; nothing of a request that looks right, outside dev mode.
    head: Option<Box<RequestHead>>,
    /// Looked at when there are words to say.
    accepted_language: Option<HeaderValue>,
    /// Posted by a browser itself.
    form: Option<PostedForm>,
    /// Nothing more is read on its connection.
    ends_connection: bool,
    is_long: bool,
}

impl Asked {
    pub(super) fn form(&self) -> Option<&PostedForm> {
        self.form.as_ref()
    }

    /// Its page waits for what happens next and is closed at some time: that is no request which somebody gave up.
    pub(super) fn is_of_console(&self) -> bool {
        self.uri.path().starts_with("/_dev/")
    }
}

enum Step {
    Answered(Response),
    Routed(RouteFuture<Infallible>),
}

fn is_known(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::PUT, Method::DELETE].contains(method)
}

/// `/api/signup/` is `/api/signup`: a redirect would turn its POST into a GET, or stop a preflight.
fn without_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let shorter = path.strip_suffix('/').filter(|_| path.starts_with("/api/"))?;
    let path_and_query = match uri.query() {
        Some(query) => format!("{shorter}?{query}"),
        None => shorter.to_owned(),
    };
    path_and_query.parse().ok()
}

fn not_allowed(allow: HeaderValue) -> Response {
    ApiError::new(Code::MethodNotAllowed).header(header::ALLOW, allow).into_response()
}

/// Gives the router's and the file server's own refusals, which have no body, the body of every other.
fn with_problem(mut response: Response) -> Response {
    let made = response.extensions();
    if made.get::<ApiError>().is_some() || made.get::<OwnPage>().is_some() {
        return response;
    }
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            let allow = response.headers_mut().remove(header::ALLOW);
            not_allowed(allow.unwrap_or(HeaderValue::from_static(METHODS)))
        }
        StatusCode::NOT_FOUND => ApiError::new(Code::NotFound).into_response(),
        StatusCode::BAD_REQUEST => ApiError::new(Code::MalformedRequest).into_response(),
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(Code::PayloadTooLarge).into_response(),
        StatusCode::INTERNAL_SERVER_ERROR => ApiError::new(Code::Internal).into_response(),
        _ => response,
    }
}

/// The one place where the cause of a failure is written down.
fn log_cause(response: &Response, request_id: &str) {
    let Some(error) = response.extensions().get::<ApiError>() else { return };
    let Some(cause) = error.logged_cause() else { return };
    let code = error.code().as_str();
    if response.status().is_server_error() {
        tracing::error!(request_id, code, "{cause}");
    } else {
        tracing::info!(request_id, code, "{cause}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn one_slash_at_the_end_of_an_api_path_means_nothing() {
        let shortened = |text: &str| without_slash(&text.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(shortened("/api/signup/").as_deref(), Some("/api/signup"));
        assert_eq!(shortened("/api/signup/?a=b/").as_deref(), Some("/api/signup?a=b/"));
        for kept in ["/", "/api/", "/api/signup", "/docs/", "/api/signup?x=/", "/apixx/"] {
            let text = shortened(kept);
            assert!(text.is_none() || kept == "/api/", "{kept}: {text:?}");
        }
    }

    #[test]
    fn bare_refusals_of_the_router_become_problems() {
        let body = |status| (status, Body::empty()).into_response();
        for (status, code) in
            [(404, Code::NotFound), (405, Code::MethodNotAllowed), (413, Code::PayloadTooLarge)]
        {
            let mended = with_problem(body(StatusCode::from_u16(status).unwrap()));
            assert_eq!(mended.extensions().get::<ApiError>().unwrap().code(), code);
        }
        assert!(with_problem(body(StatusCode::NO_CONTENT)).extensions().get::<ApiError>().is_none());
    }
}
