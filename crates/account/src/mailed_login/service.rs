//! The rules of logins by mail.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::{Code, Email, FieldCode, Sentence};
use doorstep_store::{AuditKind, Customer, Means, Presented, Purpose, SessionMode};
use doorstep_web::{ApiError, Caller, Counted, FieldError, Fields, Whose};

use crate::mail::Asked;
use crate::recovery::{Recovery, Shown, code_wrong, proven, spent};
use crate::sessions::{Attempt, Door, Entered, Entering, Proof};
use crate::verification::{Verification, With};

/// So long an ask may wait for the worker that opens it.
const OPENING: Duration = Duration::from_secs(60);

pub struct MailedLogin {
    /// Whether the shop wants it.
    pub is_on: bool,
    pub door: Arc<Door>,
    pub recovery: Arc<Recovery>,
    pub verification: Arc<Verification>,
}

/// What goes with every way of it; nothing decided yet.
#[derive(Default)]
pub struct Form {
    mode: Option<String>,
    device: Option<String>,
}

impl Form {
    pub fn read(fields: &mut Fields) -> Self {
        Self { mode: fields.text("session", 16), device: fields.raw_text("deviceToken") }
    }
}

impl MailedLogin {
    pub fn is_offered(&self) -> bool {
        self.is_on && self.recovery.mail.is_on()
    }

    fn require(&self) -> Result<(), ApiError> {
        self.recovery.mail.require()?;
        match self.is_on {
            true => Ok(()),
            false => {
                Err(ApiError::new(Code::NotFound)
                    .detail("This shop has no login by mail: [login] code is off."))
            }
        }
    }

    /// Asks for a mail to this address: the same for every address. With the number that the device shows.
    pub async fn ask(&self, caller: &Caller, email: &Email) -> Result<(Asked, u8), ApiError> {
        self.require()?;
        let (asked, slip) = self.recovery.mail.ask_with_slip(caller, Purpose::LogIn, email.key()).await?;
        Ok((asked, self.recovery.mail.slips.current(&slip).number()))
    }

    /// Opens a session for whoever has had the mail. An address that nobody has proven may be somebody else's account, who waits for this:
    /// `with` has the account's password then, or a new one. `fields` knows what was wrong when the form was read.
    pub async fn confirm(
        &self,
        caller: &Caller,
        shown: Shown,
        (form, with): (Form, Option<With>),
        mut fields: Fields,
    ) -> Result<(Entered, Counted), ApiError> {
        self.require()?;
        let mode = self.door.choose_mode(caller, form.mode.as_deref(), &mut fields);
        fields.finish()?;
        let attempt = self.count(caller, mode).await?;
        let presented = self.recovery.presented(Purpose::LogIn, &shown)?;
        let (customer, _) = self.recovery.owner(caller, presented).await?;
        let attempt = self.door.recognise_again(attempt, &customer.email_key, form.device.as_deref()).await?;
        let proof = self.proof(&attempt, presented, customer, with).await?;
        self.enter(attempt, proof).await
    }

    /// Lets in the device that asked, once whoever read the mail has chosen its number. `None` while nobody has.
    pub async fn poll(
        &self,
        caller: &Caller,
        request: &str,
        form: Form,
        mut fields: Fields,
    ) -> Result<Option<(Entered, Counted)>, ApiError> {
        self.require()?;
        let mode = self.door.choose_mode(caller, form.mode.as_deref(), &mut fields);
        fields.finish()?;
        let attempt = self.count(caller, mode).await?;
        let now = self.recovery.clock.now();
        let read = self.recovery.mail.slips.by_request(request, now);
        let (slip, [elsewhere, there]) = read.ok_or(Code::ChallengeSpent)?;
        if self.recovery.store.find_challenge(elsewhere).await?.is_none() {
            let waits = self.recovery.store.find_challenge(there).await?.is_some() || now < slip.at + OPENING;
            return if waits { Ok(None) } else { Err(Code::ChallengeSpent.into()) };
        }
        let (customer, _) = self.recovery.owner(caller, elsewhere).await?;
        let attempt = self.door.recognise_again(attempt, &customer.email_key, form.device.as_deref()).await?;
        let customer = self.door.require_enabled(&attempt, customer).await?;
        self.enter(attempt, Proof::Mail { customer, presented: elsewhere }).await.map(Some)
    }

    /// Whoever reads the mail has chosen the number of the device that asked, or another: that uses the mail up, so that whoever was
    /// talked into opening it has one try.
    pub async fn choose(
        &self,
        caller: &Caller,
        presented: Presented,
        is_right: bool,
    ) -> Result<(), ApiError> {
        self.require()?;
        self.recovery.limits.count(caller, Whose::Nobody).await?;
        let (customer, _) = self.recovery.owner(caller, presented).await?;
        let event = |kind| self.recovery.auditor.of(kind, &caller.client, customer.id, None).into();
        if !is_right {
            self.recovery.store.consume_challenge(presented).await?;
            return Ok(self.recovery.store.record(event(AuditKind::CodeFailed)).await?);
        }
        // An address that nobody has proven lets nobody in without more: its page has no numbers.
        if customer.email_verified_at.is_none() {
            return Err(Code::ChallengeSpent.into());
        }
        let outcome = self.recovery.store.approve_login(presented, event(AuditKind::LoginApproved)).await?;
        proven(outcome, presented.means)
    }

    async fn count<'a>(&self, caller: &'a Caller, mode: SessionMode) -> Result<Attempt<'a>, ApiError> {
        let attempt = self.door.count(self.door.admit(caller, mode)?).await?;
        attempt.counted().use_up();
        Ok(attempt)
    }

    async fn proof(
        &self,
        attempt: &Attempt<'_>,
        presented: Presented,
        customer: Customer,
        with: Option<With>,
    ) -> Result<Proof, ApiError> {
        let caller = attempt.caller();
        if customer.email_verified_at.is_none() {
            match with {
                Some(With::NewPassword(new)) => {
                    let new = (&customer, new);
                    self.recovery.replace(caller, attempt.counted(), presented, new).await?;
                    // The mail is used up: the new password is what lets in.
                    let customer =
                        self.recovery.store.find_customer(customer.id).await?.ok_or(Code::ChallengeSpent)?;
                    let customer = self.door.require_enabled(attempt, customer).await?;
                    return Ok(Proof::Password { customer });
                }
                Some(With::Password(password)) => {
                    self.verification.check(caller, &customer, password).await?;
                }
                Some(With::Session(_)) | None => {
                    let needed = FieldError::with_message(FieldCode::Required, Sentence::PasswordOrNew);
                    return Err(Fields::refusal("password", needed));
                }
            }
        }
        let customer = self.door.require_enabled(attempt, customer).await?;
        Ok(Proof::Mail { customer, presented })
    }

    async fn enter(&self, attempt: Attempt<'_>, proof: Proof) -> Result<(Entered, Counted), ApiError> {
        let means = match &proof {
            Proof::Mail { presented, .. } => presented.means,
            _ => Means::Link,
        };
        match self.door.enter(&attempt, proof).await? {
            Entering::Entered(entered) => Ok((*entered, attempt.into_counted())),
            Entering::CodeWrong(tries_left) => Err(code_wrong(tries_left)),
            _ => Err(spent(means)),
        }
    }
}
