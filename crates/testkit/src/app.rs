//! A whole server for one test: the real sockets and stack in this process, on a port and a database of its own, with
//! a clock that the test moves.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use doorstep_account::Account;
use doorstep_account::users::Users;
use doorstep_base::{AuditId, Clock, Random, Timestamp, new_id, time};
use doorstep_server::config::{self, Sources};
use doorstep_server::explain::Explain;
use doorstep_server::log::AccessLog;
pub use doorstep_server::system::SystemClock;
use doorstep_server::system::SystemRandom;
use doorstep_server::wire::{self, Ports, Running};
use doorstep_store::{Actor, AuditEvent, AuditKind, Retention, Store};
use http_body_util::{BodyExt, Full};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Engine, Place};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct MovingClock(AtomicI64);

impl MovingClock {
    pub const fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.as_millis()))
    }

    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(time::millis(by), Ordering::SeqCst);
    }

    /// As a clock that is set back does.
    pub fn turn_back(&self, by: Duration) {
        self.0.fetch_sub(time::millis(by), Ordering::SeqCst);
    }
}

impl Clock for MovingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A setting and its text, as `("limits.login_per_account", "3 in 1m")`.
pub type Setting = (&'static str, &'static str);

/// A shop in production: no origin of this machine is allowed, and cookies are Secure.
pub const PRODUCTION: [Setting; 4] = [
    ("server.mode", "production"),
    ("server.public_url", "https://api.shop.com"),
    ("secrets.key", "4f0c8d2ab1e67793d5a0f4c21b9e8866f7d3150aa96e4b2cc8871d3350e9f1a7"),
    ("cors.origins", "https://www.shop.com"),
];

/// Drawn once by chance, for tests only.
const MASTER_KEY: &str = "b1d97c02e4f35a6881c6f09d3e2a7b54906d1fe8a34c57b20f8e6d93c1a5724e";

/// A running server. Clones are handles on the same one; it goes with the test.
#[derive(Clone)]
pub struct TestApp {
    pub clock: Arc<MovingClock>,
    node: Arc<Node>,
    shop: Arc<Shop>,
}

/// What the nodes of one shop share.
struct Shop {
    place: Place,
    /// Where the nodes look for files.
    folder: TempDir,
    settings: Vec<Setting>,
    random: Arc<dyn Random>,
}

struct Node {
    address: SocketAddr,
    origin: String,
    cookie: String,
    store: Arc<dyn Store>,
    account: Arc<Account>,
    explain: Explain,
    running: Mutex<Option<Running>>,
}

impl TestApp {
    /// A server with the defaults of dev mode.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A server with some settings of its own.
    pub async fn with(settings: &[Setting]) -> Self {
        Self::on(Engine::asked_for(), settings).await
    }

    /// A server for a test that is about one engine.
    pub async fn on(engine: Engine, settings: &[Setting]) -> Self {
        Self::with_chance(engine, settings, Arc::new(SystemRandom)).await
    }

    /// A server for a test that says what chance decides.
    pub async fn with_chance(engine: Engine, settings: &[Setting], random: Arc<dyn Random>) -> Self {
        let clock = Arc::new(MovingClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let (place, folder) = (Place::on(engine).await, tempfile::tempdir().unwrap());
        std::fs::write(folder.path().join("master.key"), MASTER_KEY).unwrap();
        let shop = Arc::new(Shop { place, folder, settings: settings.to_vec(), random });
        let node = Arc::new(start(&shop, &shop.settings, clock.clone()).await);
        Self { clock, node, shop }
    }

    /// Stops the server and starts it again on the same database, with the clock where it is. The port is another.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.node = Arc::new(start(&self.shop, &self.shop.settings, self.clock.clone()).await);
    }

    /// A second server on the same database and with the same clock.
    pub async fn another_node(&self) -> Self {
        let node = Arc::new(start(&self.shop, &self.shop.settings, self.clock.clone()).await);
        Self { node, ..self.clone() }
    }

    /// The same with settings of its own.
    pub async fn another_node_with(&self, settings: &[Setting]) -> Self {
        let node = Arc::new(start(&self.shop, settings, self.clock.clone()).await);
        Self { node, ..self.clone() }
    }

    /// A server with the same key, settings and clock on another database, as after a move.
    pub async fn on_another(&self, place: Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("master.key"), MASTER_KEY).unwrap();
        let (settings, random) = (self.shop.settings.clone(), self.shop.random.clone());
        let shop = Arc::new(Shop { place, folder, settings, random });
        let node = Arc::new(start(&shop, &shop.settings, self.clock.clone()).await);
        Self { clock: self.clock.clone(), node, shop }
    }

    /// Where the server looks for its `doorstep.toml`.
    pub fn folder(&self) -> &Path {
        self.shop.folder.path()
    }

    /// The URL of the database.
    pub fn database(&self) -> &str {
        self.shop.place.url()
    }

    /// Stops the server as SIGTERM does, and waits for it.
    pub async fn stop(&self) {
        let running = self.node.running.lock().unwrap().take();
        if let Some(running) = running {
            running.stop().stop();
            running.ended().await;
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.node.address
    }

    /// The origin of the server's own pages, which may act for a customer.
    pub fn origin(&self) -> &str {
        &self.node.origin
    }

    /// What its session cookie is called.
    pub fn cookie(&self) -> &str {
        &self.node.cookie
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> &Path {
        Path::new(self.shop.place.url().strip_prefix("sqlite:").unwrap())
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        &self.node.store
    }

    pub fn account(&self) -> &Arc<Account> {
        &self.node.account
    }

    /// What failed lately, and why.
    pub fn explain(&self) -> &Explain {
        &self.node.explain
    }

    /// What an operator can do to accounts.
    pub fn users(&self) -> Users {
        Users::new(self.node.store.clone(), self.clock.clone(), self.shop.random.clone())
    }

    /// An audit row for a store verb that the test calls itself.
    pub fn audit(&self, kind: AuditKind) -> AuditEvent {
        AuditEvent {
            id: new_id::<AuditId>(&*self.clock, &SystemRandom),
            at: self.clock.now(),
            kind,
            customer: None,
            session: None,
            network: None,
            device: None,
            actor: Actor::Customer,
            detail: None,
        }
    }

    /// Begins a request.
    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::to(self.address(), method, path)
    }

    /// A whole request in one call.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let call =
            headers.iter().fold(self.call(method, path), |call, (name, value)| call.header(name, value));
        call.body(body.to_vec()).send().await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send().await
    }

    /// Waits for what requests have left to do in the background (a session's time of use, say), and keeps house.
    pub async fn settle(&self) {
        self.account().settle().await;
        let never = Timestamp::from_millis(0);
        let nothing = Retention { sessions_before: never, audit_before: never, expired_before: never };
        self.store().purge(nothing).await.unwrap();
    }

    /// Sends bytes as they are and reads until the server closes, or says nothing more for a second.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address()).await.unwrap();
        // A server that has refused and closed already is an answer too.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        while let Ok(Ok(count @ 1..)) =
            tokio::time::timeout(Duration::from_secs(1), stream.read(&mut chunk)).await
        {
            answer.extend_from_slice(&chunk[..count]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }
}

async fn start(shop: &Shop, settings: &[Setting], clock: Arc<MovingClock>) -> Node {
    let key = shop.folder.path().join("master.key");
    let own = [
        ("server.listen", "127.0.0.1:0"),
        ("database.url", shop.place.url()),
        ("secrets.key_file", key.to_str().unwrap()),
    ];
    let has_key = settings.iter().any(|(name, _)| name.starts_with("secrets."));
    let settings = own[..if has_key { 2 } else { 3 }].iter().chain(settings);
    let flags = settings.map(|(key, value)| (*key, "the test", (*value).to_owned())).collect();
    let folder = shop.folder.path().to_owned();
    let config = config::load(&Sources { folder, flags, ..Sources::default() }).unwrap();
    let ports = Ports { clock, random: shop.random.clone(), log: AccessLog::off() };
    let running = wire::start(&config, ports).await.unwrap();
    let address: SocketAddr = running.url.strip_prefix("http://").unwrap().parse().unwrap();
    let (store, account, explain) = (running.store.clone(), running.account.clone(), running.explain.clone());
    let own_origin = format!("http://localhost:{}", address.port());
    let origin = config.server.public_url.as_ref().map_or(own_origin, ToString::to_string);
    let cookie = running.cookie.to_string();
    Node { address, origin, cookie, store, account, explain, running: Mutex::new(Some(running)) }
}

/// A request that is being made.
#[must_use]
pub struct Call {
    address: SocketAddr,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// A request to any server.
    pub fn to(address: SocketAddr, method: &str, path: &str) -> Self {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Self { address, method, path: path.to_owned(), headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// Adds a header; two of one name are both sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        self.headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value);
        self
    }

    pub fn json(self, body: &serde_json::Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub fn form(self, body: &str) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded").body(body.to_owned())
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it over a connection of its own.
    pub async fn send(self) -> Answer {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().unwrap();
        *request.headers_mut() = self.headers;
        let host = HeaderValue::try_from(self.address.to_string()).unwrap();
        request.headers_mut().entry("host").or_insert(host);
        let response = sender.send_request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}
