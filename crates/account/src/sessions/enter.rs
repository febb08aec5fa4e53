//! The one door: whatever shows who somebody is, the session behind it comes from here.
//!
//! A way in goes [`Door::choose_mode`] → [`Door::admit`] → [`Door::count`] (or [`Door::recognise`] → [`Door::count_for`]) → its
//! own proof → [`Door::enter`]. Each step takes what the one before gives, so none can be left out.

use std::sync::Arc;

use axum::http::HeaderValue;
use doorstep_base::{Code, CustomerId, FieldCode, SessionId};
use doorstep_store::{
    AuditEvent, AuditKind, Customer, Idempotency, InsertSession, MailedLogin, Method, NewCustomer,
    NewMessage, NewSession, Presented, Proven, Session, SessionMode, SignupOutcome, Store, Trail,
};
use doorstep_web::{
    AfterEntry, ApiError, Caller, Client, Counted, FieldError, Fields, Limits, NewEntry, Origins, SignedIn,
    Whose,
};

use super::proof::{Enabled, Entered, Entering, Proof};
use super::{FirstAnswer, Opener, SessionAnswer, SessionSecrets};
use crate::audit::Auditor;
use crate::device::{DeviceAnswer, Devices, KnownDevice};
use crate::login::Limited;
use crate::mail::Mail;
use crate::password::By;

pub struct Door {
    store: Arc<dyn Store>,
    auditor: Auditor,
    budgets: Budgets,
    opener: Opener,
    mail: Arc<Mail>,
    origins: Origins,
    after: Vec<Arc<dyn AfterEntry>>,
}

/// What an attempt is counted with.
pub struct Budgets {
    pub limits: Arc<Limits>,
    pub limited: Arc<Limited>,
    pub devices: Arc<Devices>,
}

/// Somebody who may ask for a session of this mode.
pub struct Admitted<'a> {
    caller: &'a Caller,
    mode: SessionMode,
}

/// Somebody who names an account, and perhaps has signed in to it at this device before.
pub struct Recognised<'a> {
    admitted: Admitted<'a>,
    email_key: &'a str,
    device: Option<KnownDevice>,
}

impl<'a> Recognised<'a> {
    pub fn by(&self) -> By<'a> {
        By { caller: self.admitted.caller, known: self.device.map(|device| device.customer()) }
    }
}

/// Somebody who may try to prove who they are: the attempt was counted.
pub struct Attempt<'a> {
    caller: &'a Caller,
    mode: SessionMode,
    counted: Counted,
    device: Option<KnownDevice>,
}

impl Attempt<'_> {
    pub fn caller(&self) -> &Caller {
        self.caller
    }

    pub fn by(&self) -> By<'_> {
        By { caller: self.caller, known: self.device.map(|device| device.customer()) }
    }

    pub fn counted(&self) -> &Counted {
        &self.counted
    }

    pub fn into_counted(self) -> Counted {
        self.counted
    }
}

impl Door {
    /// `after` is told of each entry, in this order.
    pub fn new(
        store: Arc<dyn Store>,
        auditor: Auditor,
        budgets: Budgets,
        opener: Opener,
        mail: Arc<Mail>,
        origins: Origins,
        after: Vec<Arc<dyn AfterEntry>>,
    ) -> Self {
        Self { store, auditor, budgets, opener, mail, origins, after }
    }

    /// The session that a customer goes on with who has just shown once more who it is, and the answer that hands it over. It
    /// opens with the write that ends the former one. A token that cannot be signed must not leave a row behind, so the answer
    /// is made first.
    pub fn renew(
        &self,
        client: &Client,
        customer: CustomerId,
        mode: SessionMode,
        secrets: Option<SessionSecrets>,
    ) -> Result<(NewSession, SessionAnswer), ApiError> {
        let secrets = secrets.unwrap_or_else(|| self.opener.secrets());
        let session = self.opener.row(customer, mode, client, &secrets);
        let answer = self.opener.answer(customer, mode, secrets, session.expires_at)?;
        Ok((session, answer))
    }

    /// What [`Door::renew`] gave, once more.
    pub fn renew_again(&self, first: FirstAnswer) -> Result<(Customer, SessionAnswer), ApiError> {
        let FirstAnswer { customer, session, secrets } = first;
        let answer = self.opener.answer(customer.id, session.mode, secrets, session.expires_at)?;
        Ok((customer, answer))
    }

    /// The device's token of the session's customer, whose password was replaced just now.
    pub fn renewed_device(&self, caller: &Caller, who: &SignedIn) -> DeviceAnswer {
        let mut proof = who.customer.proof();
        proof.credentials_version += 1;
        self.device(caller, who.session.mode, proof)
    }

    /// The token of the device that asks, for a customer who has just shown who it is.
    pub fn device(&self, caller: &Caller, mode: SessionMode, proof: doorstep_store::Proof) -> DeviceAnswer {
        let slot = self.budgets.devices.slot_of(caller, proof.customer);
        self.budgets.devices.answer(mode, proof, slot)
    }

    /// Set-Cookie that makes a browser forget the device of an account that is gone.
    pub fn forgotten_device(&self, who: &SignedIn) -> Option<HeaderValue> {
        self.budgets.devices.forgotten().filter(|_| who.session.mode == SessionMode::Cookie)
    }

    /// Which mode is asked for. Without a word it is jwt, as tutorials expect; a form posted by the browser itself cannot
    /// keep a token, so there it is the cookie. What does not fit is noted in `fields`.
    pub fn choose_mode(&self, caller: &Caller, asked: Option<&str>, fields: &mut Fields) -> SessionMode {
        let in_page = caller.in_page();
        let default = if in_page { SessionMode::Cookie } else { SessionMode::Jwt };
        let mode = asked.map_or(Some(default), SessionMode::from_text);
        let modes = self.opener.modes();
        let fits = |mode: &SessionMode| modes.contains(mode) && (!in_page || *mode == SessionMode::Cookie);
        match mode.filter(fits) {
            Some(mode) => mode,
            None => {
                let modes: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
                let message = format!("Choose one of {}", modes.join(", "));
                fields.refuse("session", FieldError::with_message(FieldCode::InvalidChoice, message));
                default
            }
        }
    }

    /// A cookie is for pages of the shop only.
    pub fn admit<'a>(&self, caller: &'a Caller, mode: SessionMode) -> Result<Admitted<'a>, ApiError> {
        if mode == SessionMode::Cookie {
            self.origins.check(&caller.headers)?;
        }
        Ok(Admitted { caller, mode })
    }

    /// Counts the attempt under the limits of the route's line, before any secret is looked at. It is given back unless
    /// something uses it up.
    pub async fn count<'a>(&self, admitted: Admitted<'a>) -> Result<Attempt<'a>, ApiError> {
        let Admitted { caller, mode } = admitted;
        let counted = self.budgets.limits.count_unless_unused(caller, Whose::Nobody).await?;
        Ok(Attempt { caller, mode, counted, device: None })
    }

    /// Looks for the device that `token` or a cookie shows.
    pub async fn recognise<'a>(
        &self,
        admitted: Admitted<'a>,
        email_key: &'a str,
        token: Option<&str>,
    ) -> Result<Recognised<'a>, ApiError> {
        let device = self.budgets.devices.recognise(admitted.caller, token, email_key).await?;
        Ok(Recognised { admitted, email_key, device })
    }

    /// Looks for the device in what was counted without one: a mail says whose account it is only when it is shown.
    pub async fn recognise_again<'a>(
        &self,
        attempt: Attempt<'a>,
        email_key: &str,
        token: Option<&str>,
    ) -> Result<Attempt<'a>, ApiError> {
        let device = self.budgets.devices.recognise(attempt.caller, token, email_key).await?;
        Ok(Attempt { device, ..attempt })
    }

    /// The same for a try at an account: on the budget of the device, or on that of all strangers.
    pub async fn count_for<'a>(&self, recognised: Recognised<'a>) -> Result<Attempt<'a>, ApiError> {
        let Recognised { admitted: Admitted { caller, mode }, email_key, device } = recognised;
        let budget = device.map(|device| device.budget());
        let stranger = Whose::Stranger(email_key.as_bytes());
        let whose = budget.as_ref().map_or(stranger, |budget| Whose::Device(budget));
        let counted = self.budgets.limits.count_unless_unused(caller, whose).await;
        let counted = self.budgets.limited.noting(counted, email_key, &caller.client)?;
        Ok(Attempt { caller, mode, counted, device })
    }

    /// Counts a password that was right, for the account. Whoever owns one could otherwise have work done without end, because
    /// right ones are given back. The refusal leaves the attempt counted, so that what follows is bounded before the work.
    pub async fn count_right(&self, caller: &Caller, customer: &Customer) -> Result<(), ApiError> {
        let counted = self.budgets.limits.count(caller, Whose::Account(customer.id.as_bytes())).await;
        self.budgets.limited.noting(counted, &customer.email_key, &caller.client).map(drop)
    }

    /// A disabled account is told so only to whoever has proven that it is theirs.
    pub async fn require_enabled(
        &self,
        attempt: &Attempt<'_>,
        customer: Customer,
    ) -> Result<Enabled, ApiError> {
        if customer.disabled_at.is_none() {
            return Ok(Enabled(customer));
        }
        let (kind, client) = (AuditKind::LoginRefusedDisabled, &attempt.caller.client);
        self.record(self.auditor.of(kind, client, customer.id, None)).await?;
        Err(Code::AccountDisabled.into())
    }

    /// Also when the client has gone: whoever hangs up must not stay out of the trail.
    pub async fn record(&self, event: AuditEvent) -> Result<(), ApiError> {
        let store = self.store.clone();
        let recorded = tokio::spawn(async move { store.record(event.into()).await });
        Ok(recorded.await.map_err(|error| ApiError::new(Code::Internal).cause(&error))??)
    }

    /// Opens the session with its trail, tells those who wait for it, and gives the answer that hands it over.
    pub async fn enter(&self, attempt: &Attempt<'_>, proof: Proof) -> Result<Entering, ApiError> {
        let mut entering = match proof {
            Proof::Password { customer } => self.with_password(attempt, customer.0).await?,
            Proof::Mail { customer, presented } => self.with_mail(attempt, customer.0, presented).await?,
            Proof::SignUp { customer, repeatable, outbox } => {
                self.with_account(attempt, (customer, repeatable), outbox).await?
            }
            Proof::Repeat { customer, session, secrets } => self.once_more(customer.0, &session, secrets)?,
        };
        if let Entering::Entered(entered) = &mut entering {
            let (proof, slot) = (entered.customer.proof(), attempt.device.map(|device| device.slot()));
            let slot = slot.or_else(|| self.budgets.devices.slot_of(attempt.caller, proof.customer));
            entered.device = self.budgets.devices.answer(entered.mode, proof, slot);
            let entry =
                NewEntry { customer: entered.customer.id, session: entered.session, mode: entered.mode };
            for hook in &self.after {
                hook.entered(attempt.caller, entry).await;
            }
        }
        Ok(entering)
    }

    async fn with_mail(
        &self,
        attempt: &Attempt<'_>,
        customer: Customer,
        presented: Presented,
    ) -> Result<Entering, ApiError> {
        let (mut session, answer) = self.open(attempt, customer.id, self.opener.secrets())?;
        session.methods = vec![Method::Mail];
        let (id, mode) = (session.id, session.mode);
        let login = MailedLogin {
            session,
            proof: customer.proof(),
            most: self.opener.most_per_customer(),
            restore: Vec::new(),
        };
        let trail = self.login_trail(attempt, customer.id, id);
        Ok(match self.store.log_in_by_mail(presented, login, trail).await? {
            Proven::Done => {
                let customer = Customer {
                    email_verified_at: customer.email_verified_at.or(Some(presented.now)),
                    ..customer
                };
                Entered { customer, answer, device: DeviceAnswer::default(), session: id, mode }.into()
            }
            Proven::Wrong { tries_left } => Entering::CodeWrong(tries_left),
            Proven::Spent | Proven::Taken => Entering::ChallengeSpent,
        })
    }

    /// What every login leaves behind; the customer is told of one from somewhere new.
    fn login_trail(&self, attempt: &Attempt<'_>, customer: CustomerId, session: SessionId) -> Trail {
        let audit = self.auditor.of(AuditKind::LoggedIn, &attempt.caller.client, customer, Some(session));
        let outbox = match attempt.device {
            Some(_) => Vec::new(),
            None => self.mail.new_device(&attempt.caller.client, customer),
        };
        Trail { outbox, ..audit.into() }
    }

    async fn with_password(&self, attempt: &Attempt<'_>, customer: Customer) -> Result<Entering, ApiError> {
        let (session, answer) = self.open(attempt, customer.id, self.opener.secrets())?;
        let (id, mode) = (session.id, session.mode);
        let restore = attempt.counted.on_success();
        let most = self.opener.most_per_customer();
        let trail = self.login_trail(attempt, customer.id, id);
        Ok(match self.store.insert_session(session, customer.proof(), most, restore, trail).await? {
            InsertSession::Inserted => {
                Entered { customer, answer, device: DeviceAnswer::default(), session: id, mode }.into()
            }
            InsertSession::ProofStale => Entering::ProofStale,
        })
    }

    async fn with_account(
        &self,
        attempt: &Attempt<'_>,
        (customer, repeatable): (NewCustomer, Option<(Idempotency, SessionSecrets)>),
        outbox: Vec<NewMessage>,
    ) -> Result<Entering, ApiError> {
        let (record, secrets) = repeatable.unzip();
        let secrets = secrets.unwrap_or_else(|| self.opener.secrets());
        let (session, answer) = self.open(attempt, customer.id, secrets)?;
        let (id, mode) = (session.id, session.mode);
        let audit = self.auditor.of(AuditKind::SignedUp, &attempt.caller.client, customer.id, Some(id));
        let has_mail = !outbox.is_empty();
        let trail = Trail { outbox, ..audit.into() };
        let row = customer.clone();
        Ok(match self.store.insert_customer_unless_taken(row, Some(session), record, trail).await? {
            SignupOutcome::Inserted => {
                if has_mail {
                    self.mail.wake();
                }
                Entered {
                    customer: customer.into_customer(),
                    answer,
                    device: DeviceAnswer::default(),
                    session: id,
                    mode,
                }
                .into()
            }
            SignupOutcome::EmailTaken => Entering::EmailTaken,
            SignupOutcome::KeyUsed => Entering::KeyUsed,
        })
    }

    fn once_more(
        &self,
        customer: Customer,
        session: &Session,
        secrets: SessionSecrets,
    ) -> Result<Entering, ApiError> {
        let answer = self.opener.answer(customer.id, session.mode, secrets, session.expires_at)?;
        let (session, mode) = (session.id, session.mode);
        Ok(Entered { customer, answer, device: DeviceAnswer::default(), session, mode }.into())
    }

    /// The row, and the answer.
    fn open(
        &self,
        attempt: &Attempt<'_>,
        customer: CustomerId,
        secrets: SessionSecrets,
    ) -> Result<(NewSession, SessionAnswer), ApiError> {
        self.renew(&attempt.caller.client, customer, attempt.mode, Some(secrets))
    }
}
