//! Connections to the mail server: opened with TLS and login, kept for a moment, at most two at once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::Rset;
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::CertificateDer;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::TIMEOUT;
use super::refusal::{Refusals, SendError, Step};
use crate::MailUrl;
use crate::url::Tls;

const AT_ONCE: usize = 4;
/// Servers close what says nothing, some after a minute.
const KEPT: Duration = Duration::from_secs(30);

pub struct Connections {
    /// Without the brackets of an IPv6 address.
    host: String,
    port: u16,
    mode: Tls,
    tls: TlsParameters,
    login: Option<Credentials>,
    hello: ClientId,
    shown: String,
    turns: Semaphore,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Connections {
    pub fn new(url: &MailUrl, hello_name: &str) -> Result<Self, SendError> {
        let host = url.host.trim_matches(['[', ']']).to_owned();
        let shown = format!("{}:{}", url.host, url.port);
        let tls = trusted(&host)
            .map_err(|error| SendError::Setup { shown: format!("TLS cannot be used: {error}") })?;
        let login = url.login.clone().map(|(user, password)| Credentials::new(user, password));
        Ok(Self {
            host,
            port: url.port,
            mode: url.tls,
            tls,
            login,
            hello: hello(hello_name),
            shown,
            turns: Semaphore::new(AT_ONCE),
            idle: Mutex::default(),
        })
    }

    pub fn refusals<'s>(&'s self, to: &'s str) -> Refusals<'s> {
        Refusals { server: &self.shown, to }
    }

    /// Waits while as many connections are used as there may be. None: it was never closed.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// One that was kept, if it still answers, or a new one.
    pub async fn take(&self, refusals: &Refusals<'_>) -> Result<AsyncSmtpConnection, SendError> {
        while let Some(mut connection) = self.kept() {
            // What the last mail has left behind is forgotten.
            if refusals.step(Step::Hello, connection.command(Rset)).await.is_ok() {
                return Ok(connection);
            }
        }
        self.open(refusals).await
    }

    pub fn keep(&self, connection: AsyncSmtpConnection) {
        if !connection.has_broken() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
        }
    }

    fn kept(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < KEPT);
        idle.pop().map(|(connection, _)| connection)
    }

    async fn open(&self, refusals: &Refusals<'_>) -> Result<AsyncSmtpConnection, SendError> {
        let at_once = (self.mode == Tls::AtOnce).then(|| self.tls.clone());
        let place = (self.host.as_str(), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(place, Some(TIMEOUT), &self.hello, at_once, None);
        let mut connection = refusals.step(Step::Hello, connecting).await?;
        if self.mode == Tls::Required {
            if !connection.can_starttls() {
                return Err(refusals.setup("it offers no STARTTLS: is this the port for sending mail (587)?"));
            }
            refusals.step(Step::Hello, connection.starttls(self.tls.clone(), &self.hello)).await?;
        }
        if let Some(login) = &self.login {
            let ways = [Mechanism::Plain, Mechanism::Login];
            if connection.server_info().get_auth_mechanism(&ways).is_none() {
                return Err(refusals.setup("it takes no password (neither PLAIN nor LOGIN): take it out of the URL, or name another port"));
            }
            refusals.step(Step::Login, connection.auth(&ways, login)).await?;
        }
        Ok(connection)
    }
}

/// Trusts what this machine trusts, and what browsers trust (a container often has no list of its own).
fn trusted(host: &str) -> Result<TlsParameters, lettre::transport::smtp::Error> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    for certificate in rustls_native_certs::load_native_certs().certs {
        // One that cannot be read would refuse all of them.
        if is_readable(&certificate) {
            parameters = parameters.add_root_certificate(Certificate::from_der(certificate.to_vec())?);
        }
    }
    parameters.build()
}

fn is_readable(certificate: &CertificateDer<'static>) -> bool {
    rustls::RootCertStore::empty().add(certificate.clone()).is_ok()
}

/// A name, or an address as SMTP writes it.
fn hello(name: &str) -> ClientId {
    let bare = name.trim_matches(['[', ']']);
    match bare.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(std::net::IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => match idna::domain_to_ascii_strict(bare) {
            Ok(name) if !name.is_empty() => ClientId::Domain(name),
            _ => ClientId::default(),
        },
    }
}
