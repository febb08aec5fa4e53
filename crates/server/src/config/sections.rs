//! The typed configuration, field for field as `config.default.toml` explains it. A section that another crate uses is read
//! into that crate's own struct.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use doorstep_account::{PasswordConfig, ProvesAddress, SessionConfig, TokenConfig};
use doorstep_base::Region;
use doorstep_store::SessionMode;
use doorstep_web::{Rate, Rates};

use super::Origin;
use super::load::{Settings, Sources};
use super::mail::{Mail, Shop};
use super::value::{HeaderText, Limit, Listen, Network, Size, Span};

const SECOND: Span = Span(Duration::from_secs(1));
const HOUR: Span = Span(Duration::from_secs(3600));
const DAY: Span = Span(Duration::from_secs(86_400));
const YEAR: Span = Span(Duration::from_secs(366 * 86_400));
const MILLISECOND: Span = Span(Duration::from_millis(1));
const KIB: usize = 1024;

#[derive(Clone, Debug)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub secrets: Secrets,
    pub shop: Shop,
    pub cors: Cors,
    pub signup: Signup,
    pub login: Login,
    pub phone: Phone,
    pub passwords: PasswordConfig,
    pub sessions: SessionConfig,
    /// Without an issuer of its own it is the public URL, which is known when the port is bound.
    pub tokens: TokenConfig,
    pub limits: Rates,
    pub forms: Forms,
    pub mail: Mail,
    pub retention: Retention,
    pub log: Log,
    pub metrics: Metrics,
    /// Where all this was read, for what is read again while the server runs.
    pub sources: Sources,
}

impl Config {
    pub fn read(settings: &mut Settings, sources: &Sources) -> Self {
        Self {
            server: Server::read(settings),
            database: Database::read(settings),
            secrets: Secrets {
                key: KeySetting::read(settings, ["secrets.key", "secrets.key_file"]),
                other: KeySetting::read(settings, ["secrets.other_key", "secrets.other_key_file"]),
            },
            shop: Shop::read(settings),
            cors: Cors { origins: settings.list("cors.origins"), headers: settings.list("cors.headers") },
            signup: Signup {
                require_name: settings.flag("signup.require_name"),
                verification: settings.parsed::<Verification>("signup.verification").0,
            },
            login: Login { code: settings.flag("login.code") },
            phone: Phone { region: settings.optional::<RegionName>("phone.region").map(|name| name.0) },
            passwords: read_passwords(settings),
            sessions: read_sessions(settings),
            tokens: read_tokens(settings),
            limits: read_limits(settings),
            forms: Forms {
                after_signup: settings.parsed::<LocalPath>("forms.after_signup").0,
                after_login: settings.parsed::<LocalPath>("forms.after_login").0,
                login: settings.parsed::<LocalPath>("forms.login").0,
            },
            mail: Mail::read(settings),
            retention: Retention::read(settings),
            log: Log { format: settings.optional("log.format"), level: settings.parsed("log.level") },
            metrics: Metrics { listen: settings.optional("metrics.listen") },
            sources: sources.clone(),
        }
    }

    pub fn is_dev(&self) -> bool {
        self.server.mode == Mode::Dev
    }
}

#[derive(Clone, Debug)]
pub struct Server {
    pub mode: Mode,
    pub listen: Listen,
    /// Whether PORT, HOST and DATABASE_URL count.
    pub platform: bool,
    pub public_url: Option<Origin>,
    pub static_dir: Option<PathBuf>,
    pub trusted_proxies: Vec<Network>,
    pub body_limit: usize,
    pub body_memory: usize,
    pub header_timeout: Duration,
    pub idle_timeout: Duration,
    pub body_timeout: Duration,
    pub request_timeout: Duration,
    pub shutdown_timeout: Duration,
    pub max_connections: usize,
    pub max_connections_per_network: usize,
    pub max_header_bytes: usize,
}

impl Server {
    fn read(settings: &mut Settings) -> Self {
        Self {
            mode: settings.parsed("server.mode"),
            listen: settings.parsed("server.listen"),
            platform: settings.flag("server.platform"),
            public_url: settings.optional("server.public_url"),
            static_dir: settings.optional::<Text>("server.static_dir").map(|text| text.0.into()),
            trusted_proxies: settings.list("server.trusted_proxies"),
            body_limit: settings.bounded("server.body_limit", &Size(KIB), &Size(16 * KIB * KIB)).0,
            body_memory: settings
                .bounded("server.body_memory", &Size(64 * KIB), &Size(16 * KIB * KIB * KIB))
                .0,
            header_timeout: settings.bounded("server.header_timeout", &MILLISECOND, &HOUR).0,
            idle_timeout: settings.bounded("server.idle_timeout", &MILLISECOND, &HOUR).0,
            body_timeout: settings.bounded("server.body_timeout", &MILLISECOND, &HOUR).0,
            request_timeout: settings.bounded("server.request_timeout", &MILLISECOND, &HOUR).0,
            shutdown_timeout: settings.bounded("server.shutdown_timeout", &MILLISECOND, &HOUR).0,
            max_connections: settings.whole("server.max_connections", 1, 1_000_000),
            max_connections_per_network: settings.whole("server.max_connections_per_network", 1, 1_000_000),
            // hyper refuses smaller buffers than 8 KiB.
            max_header_bytes: settings.bounded("server.max_header_bytes", &Size(8 * KIB), &Size(KIB * KIB)).0,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Database {
    pub url: String,
    /// Where the URL was read, when it has a file of its own.
    pub file: Option<PathBuf>,
    /// The file of settings in which a URL with a password stands.
    pub password_in: Option<PathBuf>,
    pub settings: doorstep_store::Settings,
}

impl Database {
    fn read(settings: &mut Settings) -> Self {
        let url = settings.parsed::<Text>("database.url").0;
        let file = settings.optional::<Text>("database.url_file").map(|text| PathBuf::from(text.0));
        let file = file.filter(|_| settings.url_file_counts("database"));
        let password_in = settings
            .file_of("database.url")
            .filter(|_| doorstep_store::has_password(&url))
            .map(ToOwned::to_owned);
        Self {
            url: file
                .as_deref()
                .and_then(|file| settings.url_in("database", file, "postgres://USER:PASSWORD@HOST/NAME"))
                .unwrap_or(url),
            file,
            password_in,
            settings: doorstep_store::Settings {
                connections: settings.whole("database.connections", 1, 1000),
                timeout: settings.bounded("database.timeout", &MILLISECOND, &HOUR).0,
            },
        }
    }
}

#[derive(Clone)]
pub struct Secrets {
    pub key: KeySetting,
    /// Accepted besides, while the key is changed.
    pub other: KeySetting,
}

/// A key of 32 bytes: itself, or the file that holds it.
#[derive(Clone)]
pub struct KeySetting {
    /// The names of both settings.
    pub names: [&'static str; 2],
    pub text: Option<String>,
    pub file: Option<PathBuf>,
    /// The file of settings in which the key itself stands.
    pub text_in: Option<PathBuf>,
}

impl KeySetting {
    fn read(settings: &mut Settings, names: [&'static str; 2]) -> Self {
        let [text, file] = names;
        Self {
            names,
            text: settings.optional::<Text>(text).map(|text| text.0),
            file: settings.optional::<Text>(file).map(|text| text.0.into()),
            text_in: settings.file_of(text).map(ToOwned::to_owned),
        }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

#[derive(Clone, Debug)]
pub struct Cors {
    pub origins: Vec<Origin>,
    pub headers: Vec<HeaderText>,
}

#[derive(Clone, Debug)]
pub struct Signup {
    pub require_name: bool,
    pub verification: ProvesAddress,
}

#[derive(Clone, Debug)]
pub struct Login {
    pub code: bool,
}

struct Verification(ProvesAddress);
impl FromStr for Verification {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let all = [ProvesAddress::Whenever, ProvesAddress::After, ProvesAddress::Before];
        let named = all.into_iter().find(|named| named.as_str() == text);
        named.map(Self).ok_or_else(|| r#"one of "none", "after" and "before""#.to_owned())
    }
}

#[derive(Clone, Debug)]
pub struct Phone {
    pub region: Option<Region>,
}

/// A country whose numbers are known.
struct RegionName(Region);
impl FromStr for RegionName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Region::new(text).map(Self).ok_or_else(|| r#"a country code of two letters like "DE""#.to_owned())
    }
}

fn read_passwords(settings: &mut Settings) -> PasswordConfig {
    PasswordConfig {
        min_length: settings.whole("passwords.min_length", 8, 64),
        max_length: settings.whole("passwords.max_length", 64, 1024),
        memory_kib: settings.whole("passwords.memory_kib", 19_456, 1_048_576),
        passes: settings.whole("passwords.passes", 1, 16),
        slots: match settings.whole("passwords.slots", 0, 1024) {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            slots => slots,
        },
        queue: settings.whole("passwords.queue", 0, 100_000),
        queue_deadline: settings.bounded("passwords.queue_deadline", &MILLISECOND, &HOUR).0,
        idle_release: settings.bounded("passwords.idle_release", &MILLISECOND, &DAY).0,
        breach_ranges: settings.optional::<Text>("passwords.breach_ranges").map(|text| text.0.into()),
        breached_file: settings.optional::<Text>("passwords.breached_file").map(|text| text.0.into()),
    }
}

fn read_sessions(settings: &mut Settings) -> SessionConfig {
    let modes: Vec<ModeName> = settings.list("sessions.modes");
    SessionConfig {
        modes: modes.into_iter().map(|mode| mode.0).collect(),
        idle: settings.bounded("sessions.idle", &SECOND, &YEAR).0,
        absolute: settings.bounded("sessions.absolute", &SECOND, &YEAR).0,
        most_per_customer: settings.whole("sessions.most_per_customer", 1, 1000),
        clear_site_data: settings.flag("sessions.clear_site_data"),
    }
}

fn read_tokens(settings: &mut Settings) -> TokenConfig {
    TokenConfig {
        access_ttl: settings.bounded("tokens.access_ttl", &SECOND, &HOUR).0,
        refresh_grace: settings.bounded("tokens.refresh_grace", &SECOND, &HOUR).0,
        issuer: settings.optional::<Text>("tokens.issuer").map(|text| text.0).unwrap_or_default(),
        audience: settings.parsed::<Text>("tokens.audience").0,
        key_rotation: settings.bounded("tokens.key_rotation", &HOUR, &YEAR).0,
        key_overlap: settings.bounded("tokens.key_overlap", &SECOND, &YEAR).0,
    }
}

fn read_limits(settings: &mut Settings) -> Rates {
    Rates::read(|key| {
        let limit: Limit = settings.parsed(&format!("limits.{}", key.name()));
        Rate { limit: limit.count, window: limit.window }
    })
}

#[derive(Clone, Debug)]
pub struct Forms {
    pub after_signup: String,
    pub after_login: String,
    pub login: String,
}

#[derive(Clone, Debug)]
pub struct Retention {
    pub ended_sessions: Duration,
    pub audit: Duration,
    pub idempotency: Duration,
    pub erasures_file: Option<PathBuf>,
}

impl Retention {
    fn read(settings: &mut Settings) -> Self {
        let erasures_file = settings.optional::<Text>("retention.erasures_file").map(|text| text.0.into());
        let mut span = |key| settings.bounded(key, &SECOND, &Span(10 * YEAR.0)).0;
        Self {
            erasures_file,
            ended_sessions: span("retention.ended_sessions"),
            audit: span("retention.audit"),
            idempotency: span("retention.idempotency"),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Log {
    pub format: Option<LogFormat>,
    pub level: LogLevel,
}

#[derive(Clone, Debug)]
pub struct Metrics {
    pub listen: Option<Listen>,
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $form:literal, $($variant:ident = $text:literal),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($variant),+ }
        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($form.to_owned()),
                }
            }
        }
    };
}

choice!(
    /// Who the server is for: a developer at this machine, or customers.
    Mode, r#""dev" or "production""#, Dev = "dev", Production = "production"
);
/// One of `sessions.modes`.
struct ModeName(SessionMode);
impl FromStr for ModeName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mode = SessionMode::from_text(text).map(Self);
        mode.ok_or_else(|| r#"some of "jwt", "cookie" and "token""#.to_owned())
    }
}
choice!(LogFormat, r#""text" or "json""#, Text = "text", Json = "json");
choice!(
    LogLevel,
    r#""error", "warn", "info", "debug" or "trace""#,
    Error = "error",
    Warn = "warn",
    Info = "info",
    Debug = "debug",
    Trace = "trace"
);

/// Text that is not empty.
pub struct Text(pub String);
impl FromStr for Text {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let is_text = !text.trim().is_empty();
        if is_text { Ok(Self(text.to_owned())) } else { Err("text that is not empty".to_owned()) }
    }
}

/// A path on this server, never another host's: `//host` and `/\host` would leave it.
struct LocalPath(String);
impl FromStr for LocalPath {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let is_local = text.starts_with('/')
            && !text.starts_with("//")
            && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        if is_local {
            Ok(Self(text.to_owned()))
        } else {
            Err(r#"a path on this server like "/account/""#.to_owned())
        }
    }
}
