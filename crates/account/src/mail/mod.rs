//! What customers are told by mail. Nothing is sent in a request: a request leaves a message in the outbox, the same one whether
//! there is such a customer or not, and the [`worker`] of some node looks that up and sends.

mod letter;
mod number;
mod order;
mod slip;
mod whom;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use doorstep_base::{Clock, Code, CustomerId, Email, Language, MasterKeys, Random, Sentence, new_id, random};
use doorstep_mail::Kind;
use doorstep_store::{Actor, Challenge, Customer, NewMessage, Purpose, Store};
use doorstep_web::{ApiError, Caller, Client, Counted, LimitKey, Limits, Whose};
use tokio::sync::Notify;

use letter::{Ask, Payload};
pub use letter::{Letter, MAIL};
pub use order::Orders;
pub use slip::{Keyed, Slip, SlipKey};

use crate::audit::Auditor;
use crate::device_name;

/// Beyond an hour a mail that was overlooked is a risk, and not a help. The minute is the one that sending takes.
pub const LIFE: Duration = Duration::from_secs(3660);
/// So long a former address may be taken back: a week, and the hour that sending may take.
pub const UNDO_LIFE: Duration = Duration::from_secs(7 * 86_400 + 3600);
/// Wrong codes until only the link is good. With eight digits and one challenge an hour, nobody guesses one.
pub const TRIES: i64 = 5;

/// How mails of sign-ups are counted, beside those of each purpose.
const AT_SIGNUP: &str = "sign_up";

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
    /// The shop's page to log in: a path below it.
    pub login_page: String,
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
        self.ask_with_slip(caller, purpose, email_key).await.map(|(asked, _)| asked)
    }

    pub async fn ask_with_slip(
        &self,
        caller: &Caller,
        purpose: Purpose,
        email_key: &str,
    ) -> Result<(Asked, Slip), ApiError> {
        let counted = self.count(caller, purpose, email_key).await?;
        let (message, slip) = self.asking(caller, purpose, email_key);
        self.post(message).await?;
        Ok((Asked { request: self.slips.request(&slip), counted }, slip))
    }

    /// Counts a mail of this kind to this address. One that has had enough gets no more, and the link of its latest mail stays good:
    /// whoever asks for too many does not keep the owner out. So each kind has a budget of its own: one that leads nowhere must not take
    /// the mails away that let the owner in.
    pub async fn count(
        &self,
        caller: &Caller,
        purpose: Purpose,
        email_key: &str,
    ) -> Result<Counted, ApiError> {
        let subject = counted_as(purpose.as_str(), email_key);
        self.limits.count(caller, Whose::Stranger(&subject)).await.map_err(enough)
    }

    /// The same at a sign-up, whose line names no such limit.
    pub async fn count_at_signup(&self, caller: &Caller, email_key: &str) -> Result<Counted, ApiError> {
        let counted = self.limits.count(caller, Whose::Nobody).await?;
        let subject = counted_as(AT_SIGNUP, email_key);
        let besides = self.limits.count_besides(LimitKey::MailPerAddress, &subject).await;
        besides.map_err(enough).map(|_| counted)
    }

    /// Whether one more may go to this address for a sign-up that needs none.
    pub async fn allows_at_signup(&self, email_key: &str) -> Result<bool, ApiError> {
        let subject = counted_as(AT_SIGNUP, email_key);
        Ok(self.limits.allows(LimitKey::MailPerAddress, &subject).await?)
    }

    /// Leaves what was asked for to the worker.
    pub async fn post(&self, message: NewMessage) -> Result<(), ApiError> {
        self.store.post_message(message).await?;
        self.asked.notify_one();
        Ok(())
    }

    /// What asks for a mail, to be written with a fact.
    pub fn asking(&self, caller: &Caller, purpose: Purpose, email_key: &str) -> (NewMessage, Slip) {
        let ask = self.ask_of(caller, purpose, email_key, email_key.as_bytes());
        let slip = ask.slip.clone();
        (self.message(None, &Payload::Ask(ask)), slip)
    }

    /// The same of somebody who signs up with the address: its owner is told, if it has one.
    pub fn asking_at_signup(&self, caller: &Caller, email_key: &str) -> (NewMessage, Slip) {
        let ask = self.ask_of(caller, Purpose::VerifyEmail, email_key, email_key.as_bytes());
        let slip = ask.slip.clone();
        (self.message(None, &Payload::Ask(Ask { is_signup: true, ..ask })), slip)
    }

    /// The same of a customer who wants this address for the one that stands.
    pub fn asking_to_change(
        &self,
        caller: &Caller,
        customer: CustomerId,
        email: &Email,
    ) -> (NewMessage, Slip) {
        let ask = self.ask_of(caller, Purpose::ChangeEmail, email.key(), customer.as_bytes());
        let slip = ask.slip.clone();
        let ask = Ask { email: Some(email.as_typed().to_owned()), ..ask };
        (self.message(Some(customer), &Payload::Ask(ask)), slip)
    }

    fn ask_of(&self, caller: &Caller, purpose: Purpose, email_key: &str, whose: &[u8]) -> Ask {
        let device = device(&caller.client).unwrap_or_default();
        Ask {
            email_key: email_key.to_owned(),
            email: None,
            is_signup: false,
            network: Some(caller.client.network.clone()).filter(|network| !network.is_empty()),
            user_agent: caller.client.device.clone(),
            language: caller.language().tag().to_owned(),
            actor: Actor::Customer,
            slip: self.slip(purpose, whose, device),
        }
    }

    fn slip(&self, purpose: Purpose, whose: &[u8], device: String) -> Slip {
        let subject = self.slips.subject(purpose, whose);
        Slip { purpose, subject, nonce: random::bytes(&*self.random), at: self.clock.now(), device }
    }

    /// What tells the former address of a change, if it was proven to be the customer's, and the challenge by which the change is taken back.
    pub fn address_changed(
        &self,
        client: &Client,
        former: &Customer,
        new: &str,
    ) -> Option<(NewMessage, Challenge)> {
        former.email_verified_at?;
        let device = device(client);
        let slip =
            self.slip(Purpose::UndoEmail, former.email_key.as_bytes(), device.clone().unwrap_or_default());
        let challenge = Challenge {
            subject: slip.subject,
            purpose: slip.purpose,
            customer: Some(former.id),
            email: Some(former.email.clone()),
            secret: self.slips.current(&slip).secret(),
            tries_left: 0,
            created_at: slip.at,
            expires_at: slip.at + UNDO_LIFE,
        };
        let told = letter::Told {
            kind: Kind::AddressChanged,
            slip: Some(slip),
            to: Some(former.email.clone()),
            address: Some(new.to_owned()),
            device,
            language: None,
        };
        Some((self.message(Some(former.id), &Payload::Letter(told)), challenge))
    }

    /// What tells the address that an account leaves because its former one is taken back.
    pub fn address_restored(&self, client: &Client, left: &Customer) -> NewMessage {
        let told = letter::Told {
            kind: Kind::AddressRestored,
            slip: None,
            to: Some(left.email.clone()),
            address: None,
            device: device(client),
            language: None,
        };
        self.message(Some(left.id), &Payload::Letter(told))
    }

    /// Whether somebody may yet take this address back who had it before.
    pub async fn is_reserved(&self, email_key: &str) -> Result<bool, ApiError> {
        let now = self.clock.now();
        for subject in self.slips.subjects(Purpose::UndoEmail, email_key.as_bytes()) {
            if self.store.challenge_stands(subject, now).await? {
                return Ok(true);
            }
        }
        Ok(false)
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
        let letter = letter::Told { kind, slip: None, to: None, address: None, device, language: None };
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

    /// The shop's own page.
    fn login_page(&self) -> String {
        let page = self.settings.as_ref();
        page.map_or_else(String::new, |settings| format!("{}{}", settings.public_url, settings.login_page))
    }

    /// Where a page of ours is, with what a mail brings along.
    fn link(&self, page: &str, token: &str) -> String {
        let url = self.settings.as_ref().map_or("", |settings| &settings.public_url);
        format!("{url}/links/{page}?token={token}")
    }
}

fn counted_as(kind: &str, email_key: &str) -> Vec<u8> {
    [kind.as_bytes(), b" ", email_key.as_bytes()].concat()
}

fn enough(refused: ApiError) -> ApiError {
    match refused.refused_by() {
        Some(LimitKey::MailPerAddress) => refused.message(Sentence::MailsEnough),
        _ => refused,
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
