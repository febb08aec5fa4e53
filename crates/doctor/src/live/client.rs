//! One probe: a connection of its own, a request, and an answer within bounds of time and memory. Nothing is followed,
//! kept, or repeated.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::answer::{Answer, NoAnswer};
use super::dial::connect;
use super::target::Target;
use super::tls::Tls;

/// How long one answer may take, from the connection to its last byte.
pub const PATIENCE: Duration = Duration::from_secs(4);
/// As much of a body as is read.
const MOST_BODY: usize = 64 * 1024;
/// As much of a head as is read.
const MOST_HEAD: usize = 64 * 1024;
/// Probes at the same time: a shop should not notice the doctor.
const AT_ONCE: usize = 8;
const AGENT: &str = concat!("doorstep-doctor/", env!("CARGO_PKG_VERSION"));

/// An HTTP client for one address of the API.
#[derive(Clone)]
pub struct Client {
    pub target: Target,
    pub address: SocketAddr,
    tls: Option<Tls>,
    /// Nothing is waited for longer.
    until: Instant,
    slots: Arc<Semaphore>,
    /// Sent with every probe.
    default_headers: HeaderMap,
}

/// One request.
pub struct Probe<'a> {
    method: Method,
    path: &'a str,
    headers: HeaderMap,
    body: Bytes,
}

impl<'a> Probe<'a> {
    pub fn new(method: Method, path: &'a str) -> Self {
        Self { method, path, headers: HeaderMap::new(), body: Bytes::new() }
    }

    pub fn get(path: &'a str) -> Self {
        Self::new(Method::GET, path)
    }

    /// A body that is sent as JSON, whatever it is.
    pub fn post(path: &'a str, body: impl Into<Bytes>) -> Self {
        let mut probe = Self::new(Method::POST, path).header("content-type", "application/json");
        probe.body = body.into();
        probe
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// As a page of this origin asks.
    pub fn by_page(self, origin: Option<&str>) -> Self {
        match origin {
            Some(origin) => self.header("origin", origin),
            None => self,
        }
    }
}

impl Client {
    pub fn new(target: Target, address: SocketAddr, tls: Option<Tls>, until: Instant) -> Self {
        let slots = Arc::new(Semaphore::new(AT_ONCE));
        Self { target, address, tls, until, slots, default_headers: HeaderMap::new() }
    }

    /// The same client with a header on every probe.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.default_headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        self
    }

    pub async fn send(&self, probe: Probe<'_>) -> Result<Answer, NoAnswer> {
        let Ok(_slot) = self.slots.acquire().await else { return Err(NoAnswer::Late) };
        let begun = Instant::now();
        let until = self.until.min(begun + PATIENCE);
        match timeout_at(until, Box::pin(self.exchange(probe, begun))).await {
            Ok(outcome) => outcome,
            Err(_) => Err(NoAnswer::Late),
        }
    }

    async fn exchange(&self, probe: Probe<'_>, begun: Instant) -> Result<Answer, NoAnswer> {
        let asked = format!("{} {}", probe.method, self.target.url(probe.path));
        let request = self.request(probe)?;
        let stream = connect(self.address).await.map_err(NoAnswer::NoConnection)?;
        let answer = match &self.tls {
            None => send(stream, request).await?,
            Some(tls) => send(tls.connect(&self.target.host, stream).await?, request).await?,
        };
        let (status, headers, body) = answer;
        Ok(Answer { asked, status, headers, body, took: begun.elapsed() })
    }

    fn request(&self, probe: Probe<'_>) -> Result<Request<Full<Bytes>>, NoAnswer> {
        let unfit = || NoAnswer::Broken("this address cannot be asked".to_owned());
        let mut request = Request::new(Full::new(probe.body));
        let path: Uri = format!("{}{}", self.target.base, probe.path).parse().map_err(|_| unfit())?;
        let host = HeaderValue::try_from(self.target.authority()).map_err(|_| unfit())?;
        *request.method_mut() = probe.method;
        *request.uri_mut() = path;
        let headers = request.headers_mut();
        headers.insert(header::HOST, host);
        headers.insert(header::USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        headers.extend(self.default_headers.clone());
        headers.extend(probe.headers);
        Ok(request)
    }
}

type Raw = (u16, HeaderMap, Vec<u8>);

async fn send<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Raw, NoAnswer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |error: hyper::Error| NoAnswer::Broken(why(&error));
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MOST_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    // Dropped with this function, whatever the server still does.
    let mut driving = JoinSet::new();
    driving.spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let (parts, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    while body.len() < MOST_BODY {
        let Some(frame) = incoming.frame().await else { break };
        // A body that breaks off still has a head to judge.
        let Ok(frame) = frame else { break };
        let data = frame.into_data().unwrap_or_default();
        body.extend_from_slice(&data[..data.len().min(MOST_BODY - body.len())]);
    }
    Ok((parts.status.as_u16(), parts.headers, body))
}

/// In words that name no library.
fn why(error: &hyper::Error) -> String {
    if error.is_parse_too_large() {
        format!("a head of more than {MOST_HEAD} bytes")
    } else if error.is_parse() {
        "something that is not HTTP".to_owned()
    } else {
        "the connection was closed before an answer".to_owned()
    }
}
