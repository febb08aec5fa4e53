//! Customer accounts of a shop: one folder for each feature, with its routes (thin), its service (the rules) and its
//! views. No SQL, no environment, no clock of its own.
//!
//! A request goes [`api`] → `<feature>/routes.rs` → `<feature>/service.rs` → store verb, and comes back as a value.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use doorstep_base::{Clock, MasterKeys, Random, Region};
use doorstep_store::Store;
use doorstep_web::{AfterEntry, ApiError, App, Credential, Limits, Rates, Repeats, SignedIn, WebConfig};
use email::EmailChange;
use mail::Mail;
use mailed_login::MailedLogin;
use recovery::Recovery;
use verification::Verification;

mod addresses;
mod api;
mod audit;
mod device;
mod device_name;
mod email;
mod events;
mod hints;
mod links;
mod login;
pub mod mail;
mod mailed_login;
pub mod password;
mod phone;
mod policy;
mod profile;
mod recovery;
mod sessions;
mod signup;
pub mod tokens;
pub mod users;
mod verification;

pub use api::{openapi, router};
pub use password::PasswordConfig;
pub use sessions::SessionConfig;
pub use tokens::TokenConfig;

use audit::Auditor;
use device::Devices;
use login::{Limited, Login};
use password::Passwords;
use sessions::{Budgets, Checker, Door, EndFormer, Opener, Repeater, Sessions};
pub use signup::ProvesAddress;
use signup::{Signup, TakenWatch};
use tokens::{Refresh, RingError, Tokens};

/// Everything that the features can be told; `server::wire` makes it of the configuration.
#[derive(Clone, Debug)]
pub struct AccountConfig {
    /// A word that passwords may not be made of.
    pub shop: String,
    pub require_name: bool,
    pub verification: ProvesAddress,
    /// Whether customers may log in by mail.
    pub login_by_mail: bool,
    /// Where phone numbers without a country code are from, unless the customer's locale says it.
    pub phone_region: Option<Region>,
    pub web: WebConfig,
    pub after_signup: String,
    pub after_login: String,
    pub idempotency_kept: Duration,
    pub passwords: PasswordConfig,
    pub sessions: SessionConfig,
    pub tokens: TokenConfig,
    pub limits: Rates,
    /// `None`: no mail is sent.
    pub mail: Option<mail::MailSettings>,
}

/// The features, wired.
pub struct Account {
    config: AccountConfig,
    checker: Arc<Checker>,
    limited: Arc<Limited>,
    door: Arc<Door>,
    signup: Signup,
    login: Login,
    sessions: Arc<Sessions>,
    tokens: Arc<Tokens>,
    refresh: Refresh,
    profile: Arc<profile::Profile>,
    addresses: addresses::AddressBook,
    events: events::Events,
    mail: Arc<Mail>,
    recovery: Arc<Recovery>,
    verification: Arc<Verification>,
    mailed_login: MailedLogin,
    email_change: EmailChange,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Ring(#[from] RingError),
    #[error(transparent)]
    Passwords(#[from] password::SettingsError),
}

impl Account {
    pub async fn start(
        config: AccountConfig,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        master: MasterKeys,
    ) -> Result<Arc<Self>, StartError> {
        let idle = config.sessions.idle;
        let (s, c, r) = (|| store.clone(), || clock.clone(), || random.clone());
        let tokens = Arc::new(Tokens::start(config.tokens.clone(), s(), c(), r(), &master).await?);
        let passwords = Arc::new(Passwords::new(&config.passwords, &config.shop, c(), r())?);
        let limits = Arc::new(Limits::new(s(), c(), &master, config.limits));
        let auditor = Auditor::new(c(), r());
        let parts = mail::Parts { store: s(), clock: c(), random: r(), limits: limits.clone() };
        let mail = Arc::new(Mail::new(config.mail.clone(), &master, parts));
        let limited = Arc::new(Limited::new(s(), c(), auditor.clone()));
        let checker = Arc::new(Checker::new(s(), c(), tokens.clone(), idle));
        let sessions = Arc::new(Sessions::new(s(), c(), r()));
        let cookie = config.web.cookie;
        let former = EndFormer { checker: checker.clone(), sessions: sessions.clone(), cookie };
        let opener = Opener::new(config.sessions.clone(), cookie, c(), r(), tokens.clone());
        let origins = config.web.origins.clone();
        let after: Vec<Arc<dyn AfterEntry>> = vec![Arc::new(former)];
        let devices = Arc::new(Devices::new(s(), c(), r(), &master, cookie));
        let budgets = Budgets { limits: limits.clone(), limited: limited.clone(), devices };
        let door = Arc::new(Door::new(s(), auditor.clone(), budgets, opener, mail.clone(), origins, after));
        let recovery = Arc::new(Recovery {
            store: s(),
            clock: c(),
            mail: mail.clone(),
            limits: limits.clone(),
            passwords: passwords.clone(),
            auditor: auditor.clone(),
        });
        let verification = Arc::new(Verification { limited: limited.clone(), recovery: recovery.clone() });
        let mailed_login = MailedLogin {
            is_on: config.login_by_mail,
            door: door.clone(),
            recovery: recovery.clone(),
            verification: verification.clone(),
        };
        let repeats = Arc::new(Repeater {
            store: s(),
            clock: c(),
            random: r(),
            auditor: auditor.clone(),
            passwords: passwords.clone(),
            limits: limits.clone(),
            limited: limited.clone(),
            requests: Repeats::new(s(), c(), r(), master, config.idempotency_kept),
        });
        let signup = Signup {
            store: s(),
            clock: c(),
            random: r(),
            passwords: passwords.clone(),
            watch: TakenWatch::new(s(), auditor.clone(), limits.clone()),
            door: door.clone(),
            repeats: repeats.clone(),
            mail: mail.clone(),
            auditor: auditor.clone(),
            require_name: config.require_name,
            verification: config.verification,
        };
        let profile = Arc::new(profile::Profile::new(
            s(),
            c(),
            r(),
            profile::Parts {
                passwords: passwords.clone(),
                limits: limits.clone(),
                limited: limited.clone(),
                door: door.clone(),
                repeats,
                mail: mail.clone(),
                phone_region: config.phone_region,
            },
        ));
        let email_change = EmailChange {
            profile: profile.clone(),
            recovery: recovery.clone(),
            verification: verification.clone(),
        };
        let needs_proven_address = config.verification == ProvesAddress::Before;
        Ok(Arc::new(Self {
            signup,
            login: Login { store: s(), passwords, door: door.clone(), auditor, needs_proven_address },
            refresh: Refresh::new(s(), c(), r(), tokens.clone(), limits.clone(), mail.clone(), idle),
            profile,
            mailed_login,
            email_change,
            events: events::Events::new(s()),
            addresses: addresses::AddressBook::new(s(), c(), r(), limits, config.phone_region),
            checker,
            limited,
            door,
            sessions,
            tokens,
            mail,
            recovery,
            verification,
            config,
        }))
    }

    /// Waits for what requests have left to be written: the uses of sessions, and what limits refused. Call it before the
    /// store is closed.
    pub async fn settle(&self) {
        self.mail.wake();
        self.checker.settle().await;
        self.limited.write_all().await;
    }

    /// Sends the mails of the outbox for as long as it is polled.
    pub async fn send_mails(&self, post: Arc<dyn mail::Post>) {
        self.mail.clone().work(post).await;
    }

    /// Makes the next signing key when it is due, learns of those that other nodes made, and writes what limits refused.
    pub async fn maintain(&self) -> Result<(), RingError> {
        self.limited.write_due().await;
        self.tokens.ring().maintain().await
    }
}

#[async_trait]
impl App for Account {
    fn web(&self) -> &WebConfig {
        &self.config.web
    }

    async fn signed_in(&self, credential: Credential<'_>) -> Result<SignedIn, ApiError> {
        self.checker.check(credential).await
    }
}
