//! What customers are told by mail. Nothing is sent in a request: a request leaves a message in the outbox, the same one whether
//! there is such a customer or not, and the [`worker`] of some node looks that up and sends.

mod letter;
mod order;
mod slip;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use doorstep_base::{Clock, Code, CustomerId, Language, MasterKeys, Random, Sentence, new_id, random};
use doorstep_mail::Kind;
use doorstep_store::{Actor, NewMessage, Purpose, Store};
use doorstep_web::{ApiError, Caller, Client, Counted, LimitKey, Limits, Whose};
use tokio::sync::Notify;

use letter::{Ask, Payload};
pub use letter::{Letter, MAIL};
pub use order::Orders;
pub use slip::{Slip, SlipKey};

use crate::audit::Auditor;
use crate::device_name;

/// Beyond an hour a mail that was overlooked is a risk, and not a help. The minute is the one that sending takes.
pub const LIFE: Duration = Duration::from_secs(3660);
/// Wrong codes until only the link is good. With eight digits and one challenge an hour, nobody guesses one.
pub const TRIES: i64 = 5;

/// Why a mail was not sent. One sentence for the log, without the customer's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// It may go another time.
    Later(String),
    /// The address does not take it.
    Refused(String),
}

/// What hands mails over. Tests and dev mode keep them instead.
#[async_trait]
pub trait Post: Send + Sync + 'static {
    async fn send(&self, letter: &Letter) -> Result<(), NotSent>;
}

/// A mail was asked for.
pub struct Asked {
    pub request: String,
    pub counted: Counted,
}

/// How mail is set up.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Links begin with it: the shop's public address, whatever a request says.
    pub public_url: String,
    /// For customers of whom no language is known.
    pub language: Language,
    /// Whether customers are told of logins from places where they have not signed in before.
    pub new_device: bool,
}

pub struct Mail {
    /// `None`: this shop sends none.
    settings: Option<MailSettings>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// The worker's.
    chance: Arc<dyn Random>,
    auditor: Auditor,
    limits: Arc<Limits>,
    pub slips: SlipKey,
    /// Somebody has asked for a mail.
    asked: Notify,
    /// There is a mail to send. What is left with a fact is found a moment later.
    written: Notify,
}

/// What it is made of.
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub limits: Arc<Limits>,
}

impl Mail {
    pub fn new(settings: Option<MailSettings>, master: &MasterKeys, parts: Parts) -> Self {
        let Parts { store, clock, random, limits } = parts;
        let chance: Arc<dyn Random> = Arc::new(random::Forked::of(&*random));
        let auditor = Auditor::new(clock.clone(), chance.clone());
        let slips = SlipKey::new(master);
        Self {
            settings,
            store,
            clock,
            random,
            chance,
            auditor,
            limits,
            slips,
            asked: Notify::new(),
            written: Notify::new(),
        }
    }

    pub fn is_on(&self) -> bool {
        self.settings.is_some()
    }

    /// Refuses what needs a mail where none is sent.
    pub fn require(&self) -> Result<(), ApiError> {
        match self.is_on() {
            true => Ok(()),
            false => Err(ApiError::new(Code::NotFound).detail("This shop sends no mail: set [mail] url.")),
        }
    }

    /// Asks for a mail to this address, and returns the request that goes with its code. Whether there is such a customer is not
    /// looked up here, so that neither answer nor time tells it.
    pub async fn ask(&self, caller: &Caller, purpose: Purpose, email_key: &str) -> Result<Asked, ApiError> {
        // An address that has had enough gets no more, and the link of its latest mail stays good: whoever asks for too many does not
        // keep the owner out.
        let counted = self.limits.count(caller, Whose::Stranger(email_key.as_bytes())).await;
        let counted = counted.map_err(|refused| match refused.refused_by() {
            Some(LimitKey::MailPerAddress) => refused.message(Sentence::MailsEnough),
            _ => refused,
        })?;
        let (message, request) = self.asking(caller, purpose, email_key);
        self.store.post_message(message).await?;
        self.asked.notify_one();
        Ok(Asked { request, counted })
    }

    /// The same, to be written with a fact.
    pub fn asking(&self, caller: &Caller, purpose: Purpose, email_key: &str) -> (NewMessage, String) {
        let device = device(&caller.client).unwrap_or_default();
        let subject = self.slips.subject(purpose, email_key);
        let slip =
            Slip { purpose, subject, nonce: random::bytes(&*self.random), at: self.clock.now(), device };
        let request = self.slips.request(&slip);
        let ask = Ask {
            email_key: email_key.to_owned(),
            network: Some(caller.client.network.clone()).filter(|network| !network.is_empty()),
            user_agent: caller.client.device.clone(),
            language: caller.language().tag().to_owned(),
            actor: Actor::Customer,
            slip,
        };
        (self.message(None, &Payload::Ask(ask)), request)
    }

    /// What tells a customer that something has happened to the account, to be written with it. Nothing where no mail is sent.
    pub fn notice(&self, kind: Kind, client: &Client, customer: CustomerId) -> Vec<NewMessage> {
        self.told(kind, device(client), customer)
    }

    /// The same for a login from somewhere new. What nobody recognises is named by its program, or else by its network.
    pub fn new_device(&self, client: &Client, customer: CustomerId) -> Vec<NewMessage> {
        if !self.settings.as_ref().is_some_and(|settings| settings.new_device) {
            return Vec::new();
        }
        let program = || client.device.as_deref().and_then(device_name::program);
        let named = device(client).or_else(program).unwrap_or_else(|| client.network.clone());
        self.told(Kind::NewDevice, Some(named), customer)
    }

    fn told(&self, kind: Kind, device: Option<String>, customer: CustomerId) -> Vec<NewMessage> {
        if !self.is_on() {
            return Vec::new();
        }
        let letter = letter::Told { kind, slip: None, device, language: None };
        vec![self.message(Some(customer), &Payload::Letter(letter))]
    }

    /// Lets the worker look at once.
    pub fn wake(&self) {
        self.asked.notify_one();
        self.written.notify_one();
    }

    fn message(&self, customer: Option<CustomerId>, payload: &Payload) -> NewMessage {
        self.message_of(&*self.random, customer, payload)
    }

    fn message_of(&self, random: &dyn Random, customer: Option<CustomerId>, payload: &Payload) -> NewMessage {
        new_message(&*self.clock, random, customer, payload)
    }

    /// Where a page of ours is, with what a mail brings along.
    fn link(&self, page: &str, token: &str) -> String {
        let url = self.settings.as_ref().map_or("", |settings| &settings.public_url);
        format!("{url}/links/{page}?token={token}")
    }
}

/// A message that is due at once.
fn new_message(
    clock: &dyn Clock,
    random: &dyn Random,
    customer: Option<CustomerId>,
    payload: &Payload,
) -> NewMessage {
    let now = clock.now();
    NewMessage {
        id: new_id(clock, random),
        topic: payload.topic().to_owned(),
        customer,
        payload: payload.text(),
        created_at: now,
        due_at: now,
    }
}

/// The kind of a mail that waits and the device that it tells of, and nothing of its secret. Neither is known of what asks for a mail, or of
/// what another version has written.
pub fn about(topic: &str, payload: &str) -> (Option<&'static str>, Option<String>) {
    match Payload::read(topic, payload) {
        Some(Payload::Letter(told)) => (Some(told.kind.as_str()), told.device),
        _ => (None, None),
    }
}

fn device(client: &Client) -> Option<String> {
    client.device.as_deref().and_then(device_name::device_name)
}
