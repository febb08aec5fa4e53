//! Sends what the outbox holds. Each node has one; a lease keeps two from sending the same, and what a node that died had in its hands
//! is due again when the lease is over.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::{CustomerId, Language, Timestamp, random};
use doorstep_mail::{Kind, Values};
use doorstep_store::{
    Actor, Asked, AuditEvent, AuditKind, Challenge, Customer, Lease, Message, Purpose, StoreError,
    StoreResult, Trail,
};
use doorstep_web::{Client, LimitKey};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{sleep, timeout};

use super::letter::{Ask, Payload, Told};
use super::whom::{Whom, whom};
use super::{Keyed, LIFE, Letter, Mail, NotSent, Post, Slip, TRIES, UNDO_LIFE, letter};

/// Letters that are being sent: as many as there are connections to a mail server.
const AT_ONCE: usize = 4;
const ASKS_AT_ONCE: usize = 16;
/// Longer than opening takes.
const OPENING_LEASE: Duration = Duration::from_secs(60);
/// Longer than sending takes: a mail server may think for minutes before it says that it has a message.
const SENDING_LEASE: Duration = Duration::from_secs(480);
const LONGEST_SENDING: Duration = Duration::from_secs(420);
/// Messages that other nodes have left, and those that are due again.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// After a database that does not answer.
const BREATH: Duration = Duration::from_secs(5);
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(1800);
/// Doublings of a second until which is rested when one mail after the other could not be sent.
const LONGEST_REST: usize = 5;
/// News of two days ago are none; what has a secret in it is over sooner.
const LONGEST_TRIED: Duration = Duration::from_secs(2 * 86_400);

impl Mail {
    /// Sends for as long as it is polled. Asks have a line of their own: they need no mail server, and wait for none.
    pub async fn work(self: Arc<Self>, post: Arc<dyn Post>) {
        let asks = async {
            loop {
                match self.open_due().await {
                    Ok(0) => drop(timeout(LOOK_EVERY, self.asked.notified()).await),
                    Ok(_) => {}
                    Err(error) => self.wait_for_store(&error).await,
                }
            }
        };
        let letters = self.send_all(&*post);
        tokio::join!(asks, letters);
    }

    /// Sends one letter in each free place: a slow one holds up no other.
    async fn send_all(&self, post: &dyn Post) {
        let mut sending = FuturesUnordered::new();
        let mut failures = 0;
        loop {
            let is_away = failures >= AT_ONCE;
            if is_away && sending.is_empty() {
                // Thousands of messages need not find out one by one that the mail server is away.
                sleep(Duration::from_secs(1 << (failures / AT_ONCE).min(LONGEST_REST))).await;
            }
            let free = AT_ONCE - sending.len();
            if free > 0 && (!is_away || sending.is_empty()) {
                match self.lease(letter::MAIL, free, SENDING_LEASE).await {
                    Ok(due) => sending.extend(due.into_iter().map(|message| self.send(message, post))),
                    Err(error) => self.wait_for_store(&error).await,
                }
            }
            let woken = timeout(LOOK_EVERY, self.written.notified());
            tokio::select! {
                Some(sent) = sending.next() => match sent {
                    Ok(true) => failures = 0,
                    Ok(false) => failures += 1,
                    Err(error) => self.wait_for_store(&error).await,
                },
                _ = woken, if sending.len() < AT_ONCE => {}
            }
        }
    }

    async fn wait_for_store(&self, error: &StoreError) {
        tracing::warn!("the outbox cannot be read, mails wait: {error}");
        sleep(BREATH).await;
    }

    async fn lease(&self, topic: &str, most: usize, length: Duration) -> StoreResult<Vec<Message>> {
        let (lease, now) = (Lease(random::bytes(&*self.chance)), self.clock.now());
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        self.store.lease_messages(topic, lease, now, now + length, most).await
    }

    /// Opens what was asked for; how many messages that were.
    async fn open_due(&self) -> StoreResult<usize> {
        let due = self.lease(letter::ASK, ASKS_AT_ONCE, OPENING_LEASE).await?;
        for message in &due {
            match Payload::read(&message.topic, &message.payload) {
                Some(Payload::Ask(ask)) => self.open(message, ask).await?,
                _ => drop(self.unread(message).await?),
            }
        }
        if !due.is_empty() {
            self.written.notify_one();
        }
        Ok(due.len())
    }

    /// Whether it need not be tried again.
    async fn send(&self, message: Message, post: &dyn Post) -> StoreResult<bool> {
        match Payload::read(&message.topic, &message.payload) {
            Some(Payload::Letter(told)) => self.deliver(&message, told, post).await,
            _ => self.unread(&message).await,
        }
    }

    /// A later version's: one of its nodes sends it.
    async fn unread(&self, message: &Message) -> StoreResult<bool> {
        if self.clock.now().since(message.retried_at.unwrap_or(message.created_at)) < LONGEST_TRIED {
            self.again(message, self.wait(message)).await
        } else {
            self.store.bury_message(message.id, message.lease).await
        }
    }

    /// Opens the challenge that was asked for, with the mail that tells it, in place of the asking. Where there is nobody to tell, it is
    /// opened all the same, for nobody: tries with codes must not tell who is a customer.
    async fn open(&self, message: &Message, ask: Ask) -> StoreResult<()> {
        let owner = self.store.find_customer_by_email(&ask.email_key).await?;
        let owner = owner.filter(|owner| owner.disabled_at.is_none());
        let asker = self.recipient(message.customer).await?.filter(|asker| asker.disabled_at.is_none());
        let expires_at = message.created_at + LIFE;
        if self.clock.now() >= expires_at {
            return self.finish(message).await;
        }
        let told = whom(owner, asker, &ask);
        let challenge = Challenge {
            subject: ask.slip.subject,
            purpose: ask.slip.purpose,
            customer: told.asker().map(|customer| customer.id),
            email: told.asker().and(ask.email.clone()),
            secret: self.slips.current(&ask.slip).secret(),
            tries_left: TRIES,
            created_at: message.created_at,
            expires_at,
        };
        let asked = Asked { message: message.id, lease: message.lease };
        let trail = match told {
            Whom::Asker(customer) => Some(self.asked(&customer, ask)),
            Whom::Owner(owner) => Some(self.claimed(&owner, ask)),
            Whom::Nobody => None,
        };
        self.store.open_challenge(challenge, Some(asked), trail).await.map(drop)
    }

    /// That it was asked for, and the mail.
    fn asked(&self, customer: &Customer, ask: Ask) -> Trail {
        let (audit, kind) = match ask.slip.purpose {
            Purpose::VerifyEmail => (AuditKind::VerificationAsked, Kind::VerifyAddress),
            Purpose::RecoverPassword => (AuditKind::RecoveryAsked, Kind::Recovery),
            Purpose::LogIn | Purpose::LogInElsewhere => (AuditKind::LoginCodeAsked, Kind::LoginCode),
            Purpose::ChangeEmail | Purpose::UndoEmail => (AuditKind::EmailChangeAsked, Kind::ConfirmAddress),
        };
        let told = Told {
            kind,
            to: ask.email.clone(),
            address: None,
            device: Some(ask.slip.device.clone()).filter(|device| !device.is_empty()),
            language: Some(ask.language.clone()),
            slip: Some(ask.slip.clone()),
        };
        self.trail(audit, customer, ask, told)
    }

    /// That somebody wants the address of this customer for another account, and the mail that tells it.
    fn claimed(&self, owner: &Customer, ask: Ask) -> Trail {
        let told = Told {
            kind: Kind::AlreadyRegistered,
            slip: None,
            to: None,
            address: None,
            device: None,
            language: Some(ask.language.clone()),
        };
        self.trail(AuditKind::AddressClaimed, owner, ask, told)
    }

    fn trail(&self, audit: AuditKind, customer: &Customer, ask: Ask, told: Told) -> Trail {
        let Ask { network, user_agent, actor, .. } = ask;
        let client = Client { network: network.unwrap_or_default(), device: user_agent, ..Client::default() };
        let event = AuditEvent { actor, ..self.auditor.of(audit, &client, customer.id, None) };
        let mail = self.message_of(&*self.chance, Some(customer.id), &Payload::Letter(told));
        Trail { outbox: vec![mail], ..event.into() }
    }

    async fn deliver(&self, message: &Message, told: Told, post: &dyn Post) -> StoreResult<bool> {
        let Some(customer) = self.recipient(message.customer).await? else {
            return self.finish(message).await.map(|()| true);
        };
        let now = self.clock.now();
        // An operator who has it tried anew gives it as long once more. The time of the message stays, because the mail says it, and
        // its link asks whether the password was changed since; and attempts tell nothing, because many of them were only held.
        let (since, longest) = if told.is_news() {
            (message.retried_at.unwrap_or(message.created_at), LONGEST_TRIED)
        } else {
            (message.created_at, LIFE)
        };
        if now.since(since) >= longest {
            return self.give_up(message, &told).await.map(|()| true);
        }
        let keyed = match &told.slip {
            Some(slip) => self.standing(slip).await?,
            None => None,
        };
        if told.slip.is_some() && keyed.is_none()
            || told.slip.is_none() && !self.is_wanted(&told, &customer).await?
        {
            metrics::counter!("doorstep_mails_total", "outcome" => "left_out").increment(1);
            return self.finish(message).await.map(|()| true);
        }
        if !self.limits.allows(LimitKey::MailTotal, b"all").await? {
            metrics::counter!("doorstep_mails_total", "outcome" => "held").increment(1);
            return self.again(message, FIRST_WAIT).await;
        }
        let letter = self.letter(message, (&told, keyed), &customer);
        let sent = timeout(LONGEST_SENDING, post.send(&letter)).await;
        let sent = sent.unwrap_or_else(|_| Err(NotSent::Later("the mail server took too long".to_owned())));
        let outcome = match &sent {
            Ok(()) => "sent",
            Err(NotSent::Later(_)) => "later",
            Err(NotSent::Refused(_)) => "refused",
        };
        metrics::counter!("doorstep_mails_total", "outcome" => outcome).increment(1);
        match sent {
            Ok(()) => self.finish(message).await.map(|()| true),
            Err(NotSent::Later(why)) => {
                tracing::warn!(kind = told.kind.as_str(), attempts = message.attempts, "a mail waits: {why}");
                self.again(message, self.wait(message)).await
            }
            Err(NotSent::Refused(why)) => {
                tracing::warn!(kind = told.kind.as_str(), customer = %customer.id, "a customer's address takes no mail: {why}");
                let event =
                    self.auditor.of(AuditKind::EmailUndeliverable, &Client::default(), customer.id, None);
                let event = AuditEvent { actor: Actor::System, ..event };
                if told.to.is_none() {
                    self.store
                        .mark_undeliverable(customer.id, &customer.email_key, now, event.into())
                        .await?;
                }
                self.finish(message).await.map(|()| true)
            }
        }
    }

    /// What its code and link are made with, while they open something.
    async fn standing<'a>(&'a self, slip: &'a Slip) -> StoreResult<Option<Keyed<'a>>> {
        for keyed in self.slips.each(slip) {
            if self.store.find_challenge(keyed.presented(self.clock.now())).await?.is_some() {
                return Ok(Some(keyed));
            }
        }
        Ok(None)
    }

    /// Whether a notice may be one more. An address that nobody has proven is not told of logins: whoever signed up with it could have it
    /// told of a hundred.
    async fn is_wanted(&self, told: &Told, customer: &Customer) -> StoreResult<bool> {
        if told.kind == Kind::NewDevice && customer.email_verified_at.is_none() {
            return Ok(false);
        }
        // Strangers bring these about, within a limit of their own: they must not take the place of what an owner has to know.
        if told.kind == Kind::AlreadyRegistered {
            return Ok(true);
        }
        self.limits.allows(LimitKey::NoticePerAccount, customer.id.as_bytes()).await
    }

    async fn recipient(&self, customer: Option<CustomerId>) -> StoreResult<Option<Customer>> {
        match customer {
            Some(customer) => self.store.find_customer(customer).await,
            None => Ok(None),
        }
    }

    fn letter(
        &self,
        message: &Message,
        (told, keyed): (&Told, Option<Keyed<'_>>),
        customer: &Customer,
    ) -> Letter {
        let chosen = customer.locale.as_deref().and_then(Language::of_tag);
        let asked = told.language.as_deref().and_then(Language::of_tag);
        let shops = self.settings.as_ref().map(|settings| settings.language).unwrap_or_default();
        let link = match (&told.slip, &keyed) {
            (Some(slip), Some(keyed)) => self.link(page(slip.purpose), &keyed.link()),
            _ if matches!(told.kind, Kind::AlreadyRegistered | Kind::AddressRestored) => self.login_page(),
            _ => self.link("secure", &self.slips.notice(customer.id, message.created_at)),
        };
        Letter {
            id: message.id,
            kind: told.kind,
            to: told.to.clone().unwrap_or_else(|| customer.email.clone()),
            language: chosen.or(asked).unwrap_or(shops),
            at: self.clock.now(),
            values: Values {
                name: Some(customer.name.clone()).filter(|name| !name.is_empty()),
                code: keyed.as_ref().map(Keyed::code),
                link: Some(link),
                device: told.device.clone(),
                at: Some(message.created_at),
                minutes: told
                    .slip
                    .as_ref()
                    .map(|slip| minutes(slip.at + life(slip.purpose), self.clock.now())),
                address: told.address.clone(),
            },
        }
    }

    async fn give_up(&self, message: &Message, told: &Told) -> StoreResult<()> {
        metrics::counter!("doorstep_mails_total", "outcome" => "given_up").increment(1);
        tracing::error!(kind = told.kind.as_str(), message = %message.id, attempts = message.attempts, "a mail was never sent");
        // A code that is over helps nobody; other news an operator may want to tell.
        if told.is_news() {
            self.store.bury_message(message.id, message.lease).await.map(drop)
        } else {
            self.finish(message).await
        }
    }

    async fn finish(&self, message: &Message) -> StoreResult<()> {
        self.store.finish_message(message.id, message.lease).await.map(drop)
    }

    async fn again(&self, message: &Message, wait: Duration) -> StoreResult<bool> {
        let due_at = self.clock.now() + wait;
        self.store.retry_message(message.id, message.lease, due_at).await.map(|_| false)
    }

    /// Doubled each time, and up to a half more by chance: what failed together is not tried together.
    fn wait(&self, message: &Message) -> Duration {
        let doublings = u32::try_from(message.attempts - 1).unwrap_or(0).min(12);
        let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
        let [chance] = random::bytes::<1>(&*self.chance);
        wait + wait.mul_f64(f64::from(chance) / 512.0)
    }
}

/// How long its link is good.
fn life(purpose: Purpose) -> Duration {
    if purpose == Purpose::UndoEmail { UNDO_LIFE } else { LIFE }
}

/// The page behind the link.
const fn page(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::VerifyEmail => "verify",
        Purpose::ChangeEmail => "email",
        Purpose::UndoEmail => "undo",
        Purpose::RecoverPassword => "recover",
        Purpose::LogIn | Purpose::LogInElsewhere => "login",
    }
}

/// Rounded down: what the mail promises must hold.
fn minutes(until: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(until.since(now).as_secs() / 60).unwrap_or(u32::MAX).max(1)
}
