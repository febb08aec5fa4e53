//! The one place that knows all parts: makes them of the configuration, in order, and takes them down again.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use doorstep_account::{Account, AccountConfig};
use doorstep_base::{Clock, Random};
use doorstep_store::{OpenError, Store};
use doorstep_web::{CookieName, Origins, WebConfig, shared_body_memory};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::config::{self, Config, Listen};
use crate::console::{self, Console};
use crate::explain::Explain;
use crate::http::{
    self, BindError, Bounds, Crowd, EchoConfig, Front, FrontConfig, Metrics, MetricsError, RoutesConfig, Stop,
};
use crate::log::{AccessLog, Tags};
use crate::mail::Setup;
use crate::r#move::{self, MoveError};
use crate::origins::LiveOrigins;
use crate::{erasures, jobs};

/// So long a database that does not answer holds up the end of the process. What is killed instead writes no list of erasures either.
const SETTLE: Duration = Duration::from_secs(5);

/// What comes from outside the program. Tests bring their own.
pub struct Ports {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub log: AccessLog,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0}")]
    Key(String),
    #[error("{0}")]
    Mail(String),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Account(#[from] doorstep_account::StartError),
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    #[error(transparent)]
    Moved(#[from] MoveError),
}

/// A server that answers.
pub struct Running {
    /// Where it answers: `http://127.0.0.1:5000`.
    pub url: String,
    /// What its session cookie is called.
    pub cookie: CookieName,
    pub store: Arc<dyn Store>,
    pub account: Arc<Account>,
    /// What failed lately, and why.
    pub explain: Explain,
    stop: Stop,
    serving: JoinHandle<usize>,
    jobs: JoinSet<()>,
    erasures_file: Option<PathBuf>,
}

impl Running {
    /// A handle that stops it: once lets requests finish, twice does not wait for them.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits until it has stopped and everything is written. Returns how many connections were cut off.
    pub async fn ended(mut self) -> usize {
        let cut = self.serving.await.unwrap_or_default();
        self.jobs.shutdown().await;
        if tokio::time::timeout(SETTLE, self.account.settle()).await.is_err() {
            tracing::warn!("the database did not take the last audit rows in time: they are lost");
        }
        if let Some(path) = &self.erasures_file
            && let Err(error) = erasures::bring_up_to_date(path, &*self.store).await
        {
            tracing::error!(
                "the list of erasures could not be written, and is written after the next start: {error}"
            );
        }
        self.store.close().await;
        cut
    }
}

/// The configured database.
pub async fn open_store(database: &config::Database) -> Result<Arc<dyn Store>, OpenError> {
    doorstep_store::open(&database.url, database.settings).await
}

/// Opens, migrates, binds and serves.
pub async fn start(config: &Config, ports: Ports) -> Result<Running, StartError> {
    let Ports { clock, random, log } = ports;
    let master = config::master_keys(config, &*random).map_err(StartError::Key)?;
    let store = open_store(&config.database).await?;
    store.migrate(clock.now()).await?;
    let name = doorstep_store::without_password(&config.database.url);
    r#move::refuse_unless_open(&*store, &name).await?;
    let metrics = config.metrics.listen.as_ref().map(|_| Metrics::install(patterns())).transpose()?;
    let listeners = http::bind(&config.server.listen).await?;
    let url = shown_url(&config.server.listen, &listeners);
    let public_url = public_url(config, &listeners);

    let live = Arc::new(LiveOrigins::new(config, &public_url));

    let mail = Setup::new(config, &public_url).map_err(StartError::Mail)?;
    let mut settings = account_config(config, &public_url, live.handle());
    settings.mail = mail.as_ref().map(|mail| mail.settings.clone());
    if mail.is_none() {
        tracing::info!(
            "no mail is sent ([mail] url is empty): a customer who forgets the password cannot get a new one"
        );
    }
    if master.has_other() {
        tracing::info!(
            "a second master key is accepted (secrets.other_key, or doorstep.key.former beside the database): \
             `doorstep keys rotate` ends that, `doorstep keys status` says how far it is"
        );
    }
    let tags = Tags::new(&master);
    let account = Account::start(settings, store.clone(), clock.clone(), random.clone(), master).await?;
    let explain = Explain::new(config.is_dev(), CookieName::of(&public_url));
    let mut api = doorstep_account::router(account.clone());
    if config.is_dev() {
        api = api.merge(console::router(Console {
            explain: explain.clone(),
            origins: live.clone(),
            store: store.clone(),
            clock: clock.clone(),
            started: clock.now(),
            mail: mail.as_ref().map(|mail| mail.outgoing.clone()),
            database: name,
        }));
    }
    let pages = RoutesConfig {
        is_dev: config.is_dev(),
        echo: config.is_dev().then(|| echo_config(config, &public_url, live.handle(), clock.clone())),
        static_dir: config.server.static_dir.clone(),
    };
    let routes = http::routes(&pages, api, store.clone());
    let front = FrontConfig::new(config, &public_url, live.handle()).tagging(tags);
    let front = Front::new(front, routes, clock.clone(), &*random, explain.clone(), log, metrics.clone());

    let stop = Stop::default();
    let bounds = Bounds::from(&config.server);
    let crowd = Crowd::new(&config.server, config.is_dev());
    let serving = tokio::spawn(http::serve(listeners, Arc::new(front), bounds, crowd, stop.clone()));
    let mut jobs = jobs::start(account.clone(), store.clone(), clock.clone(), config.retention.clone());
    jobs.spawn(stop_when_left(store.clone(), stop.clone()));
    jobs.spawn(live.follow());
    if let Some(mail) = mail {
        let account = account.clone();
        jobs.spawn(async move { account.send_mails(mail.outgoing).await });
    }
    if let (Some(metrics), Some(listen)) = (metrics, &config.metrics.listen) {
        let listeners = http::bind(listen).await?;
        let quiet = FrontConfig::new(config, &public_url, Origins::default()).answering_to_any_host();
        let routes = metrics.router().merge(http::health_routes(store.clone()));
        let alone = Explain::new(false, CookieName::of(&public_url));
        let front = Front::new(quiet, routes, clock, &*random, alone, AccessLog::off(), None);
        jobs.spawn(collect(metrics, listeners, front, bounds));
    }
    let erasures_file = config.retention.erasures_file.clone();
    Ok(Running {
        url,
        cookie: CookieName::of(&public_url),
        store,
        account,
        explain,
        stop,
        serving,
        jobs,
        erasures_file,
    })
}

/// A server that was forgotten when its shop was moved would take customers whom nobody finds any more.
async fn stop_when_left(store: Arc<dyn Store>, stop: Stop) {
    let mark = r#move::left(&*store).await;
    tracing::error!("the shop in this database was moved to {}: this server stops", mark.other);
    stop.stop();
}

async fn collect(metrics: Metrics, listeners: Vec<TcpListener>, front: Front, bounds: Bounds) {
    let mut ticks = tokio::time::interval(std::time::Duration::from_secs(5));
    let serving = http::serve(listeners, Arc::new(front), bounds, Crowd::unbounded(), Stop::default());
    let upkeep = async {
        loop {
            ticks.tick().await;
            metrics.upkeep();
        }
    };
    tokio::select! { _ = serving => {}, () = upkeep => {} }
}

/// The routes that requests are counted under.
fn patterns() -> Vec<String> {
    let api = doorstep_account::openapi();
    let api =
        api["paths"].as_object().into_iter().flat_map(|paths| paths.keys().cloned()).collect::<Vec<_>>();
    let links = ["/links/recover", "/links/verify", "/links/secure"];
    let own = ["/healthz", "/readyz", "/openapi.json", "/errors", "/errors/{code}"];
    api.into_iter().chain(links.iter().chain(&own).map(|path| (*path).to_owned())).collect()
}

fn port(listeners: &[TcpListener]) -> u16 {
    listeners.first().and_then(|listener| listener.local_addr().ok()).map_or(0, |address| address.port())
}

/// An address to click on: every address of this machine is reached as localhost.
fn shown_url(listen: &Listen, listeners: &[TcpListener]) -> String {
    let port = port(listeners);
    match listen.host.parse::<IpAddr>() {
        Ok(ip) if ip.is_unspecified() => format!("http://localhost:{port}"),
        Ok(IpAddr::V6(ip)) => format!("http://[{ip}]:{port}"),
        _ => format!("http://{}:{port}", listen.host),
    }
}

fn public_url(config: &Config, listeners: &[TcpListener]) -> String {
    let default = || format!("http://localhost:{}", port(listeners));
    config.server.public_url.as_ref().map_or_else(default, ToString::to_string)
}

fn echo_config(config: &Config, public_url: &str, origins: Origins, clock: Arc<dyn Clock>) -> EchoConfig {
    EchoConfig {
        origins,
        trusted_proxies: config.server.trusted_proxies.clone(),
        cookie: CookieName::of(public_url),
        body_limit: config.server.body_limit,
        clock,
    }
}

fn account_config(config: &Config, public_url: &str, origins: Origins) -> AccountConfig {
    let mut tokens = config.tokens.clone();
    if tokens.issuer.is_empty() {
        public_url.clone_into(&mut tokens.issuer);
    }
    AccountConfig {
        shop: config.shop.name.clone().unwrap_or_default(),
        require_name: config.signup.require_name,
        verification: config.signup.verification,
        login_by_mail: config.login.code,
        phone_region: config.phone.region,
        web: WebConfig {
            origins,
            cookie: CookieName::of(public_url),
            body_limit: config.server.body_limit,
            body_memory: shared_body_memory(config.server.body_memory),
            body_timeout: config.server.body_timeout,
        },
        after_signup: config.forms.after_signup.clone(),
        after_login: config.forms.after_login.clone(),
        idempotency_kept: config.retention.idempotency,
        passwords: config.passwords.clone(),
        sessions: config.sessions.clone(),
        tokens,
        limits: config.limits,
        mail: None,
    }
}
