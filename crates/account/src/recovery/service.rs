//! The rules of recovery.

use std::sync::Arc;

use doorstep_base::{Clock, Code, Email, FieldCode, Sentence, Text};
use doorstep_mail::Kind;
use doorstep_store::{
    AuditKind, Challenge, Consumed, Customer, Means, Presented, Proven, Purpose, Store, Trail,
};
use doorstep_web::{ApiError, Caller, Counted, FieldError, Fields, Limits, Whose};

use super::Shown;
use crate::audit::Auditor;
use crate::mail::{Asked, Mail};
use crate::password::{AcceptedPassword, By, Identity, Password, Passwords};

pub struct Recovery {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub mail: Arc<Mail>,
    pub limits: Arc<Limits>,
    pub passwords: Arc<Passwords>,
    pub auditor: Auditor,
}

impl Recovery {
    /// Asks for a mail to this address: the same for every address. Returns the request that goes with the mail's code.
    pub async fn ask(&self, caller: &Caller, email: &Email) -> Result<Asked, ApiError> {
        self.mail.require()?;
        self.mail.ask(caller, Purpose::RecoverPassword, email.key()).await
    }

    /// Replaces the password of whoever has had the mail, and ends every session. `fields` knows what was wrong when the form was
    /// read; a new password that is refused uses nothing up.
    pub async fn confirm(
        &self,
        caller: &Caller,
        purpose: Purpose,
        shown: Shown,
        new: Password,
        fields: Fields,
    ) -> Result<Counted, ApiError> {
        self.mail.require()?;
        fields.finish()?;
        let counted = self.limits.count(caller, Whose::Nobody).await?;
        let presented = self.presented(purpose, &shown)?;
        let (customer, _) = self.owner(caller, presented).await?;
        self.replace(caller, &counted, presented, (&customer, new)).await?;
        Ok(counted)
    }

    /// Replaces the password of this customer, to whom the mail came, and ends every session.
    pub async fn replace(
        &self,
        caller: &Caller,
        counted: &Counted,
        presented: Presented,
        (customer, new): (&Customer, Password),
    ) -> Result<(), ApiError> {
        let new = self.accept(new, customer).await?;
        let by = By { caller, known: Some(customer.id) };
        self.passwords.expect_room(by).await?;
        let replacement = self.passwords.hash(by, counted, new).await?;
        let event = self.auditor.of(AuditKind::PasswordRecovered, &caller.client, customer.id, None);
        // Whoever proves a new account recovers nothing that somebody has to be told of.
        let is_new = presented.purpose == Purpose::VerifyEmail && customer.email_verified_at.is_none();
        let outbox = match is_new {
            true => Vec::new(),
            false => self.mail.notice(Kind::Recovered, &caller.client, customer.id),
        };
        let presented = Presented { now: self.clock.now(), ..presented };
        let trail = Trail { outbox, ..event.into() };
        proven(self.store.recover_password(presented, &replacement, trail).await?, presented.means)
    }

    /// What is shown, as the store looks for it. What was not made here opens nothing and is looked for nowhere.
    pub fn presented(&self, purpose: Purpose, shown: &Shown) -> Result<Presented, ApiError> {
        let presented = shown.presented(&self.mail.slips, purpose, self.clock.now());
        presented.ok_or_else(|| Code::ChallengeSpent.into())
    }

    /// The customer of the challenge that is shown, and the challenge. A code that is wrong takes a try, before anything costs more.
    pub async fn owner(
        &self,
        caller: &Caller,
        presented: Presented,
    ) -> Result<(Customer, Challenge), ApiError> {
        let Some(challenge) = self.store.find_challenge(presented).await? else {
            return Err(self.refuse(caller, presented).await?);
        };
        let customer = match challenge.customer {
            Some(customer) => self.store.find_customer(customer).await?,
            None => None,
        };
        let enabled = customer.filter(|customer| customer.disabled_at.is_none());
        enabled.map(|customer| (customer, challenge)).ok_or_else(|| spent(presented.means))
    }

    async fn refuse(&self, caller: &Caller, presented: Presented) -> Result<ApiError, ApiError> {
        match self.store.consume_challenge(presented).await? {
            Consumed::Wrong { tries_left, customer } => {
                let event = self.auditor.event(AuditKind::CodeFailed, &caller.client);
                self.store.record(doorstep_store::AuditEvent { customer, ..event }.into()).await?;
                Ok(code_wrong(tries_left))
            }
            // Right only now: a mail of this very moment, which is used up by this.
            Consumed::Right(_) | Consumed::Spent => Ok(spent(presented.means)),
        }
    }

    async fn accept(&self, new: Password, customer: &Customer) -> Result<AcceptedPassword, ApiError> {
        let identity = Identity { name: &customer.name, email: &customer.email };
        let accepted = self.passwords.policy().accept(new, identity).await;
        accepted.map_err(|error| Fields::refusal("newPassword", error))
    }
}

/// What came of a change that needed a mail.
pub fn proven(outcome: Proven, means: Means) -> Result<(), ApiError> {
    match outcome {
        Proven::Done => Ok(()),
        Proven::Wrong { tries_left } => Err(code_wrong(tries_left)),
        Proven::Spent => Err(spent(means)),
        Proven::Taken => Err(Code::EmailTaken.into()),
    }
}

pub fn code_wrong(tries_left: i64) -> ApiError {
    if tries_left == 0 {
        return spent(Means::Code);
    }
    let message = Text::from(Sentence::TriesLeft).with("count", tries_left);
    Fields::refusal("code", FieldError::with_message(FieldCode::CodeWrong, message))
}

/// Where codes have no tries left a link still may be good.
pub fn spent(means: Means) -> ApiError {
    let spent = ApiError::new(Code::ChallengeSpent);
    match means {
        Means::Code => spent.message(Sentence::CodeSpent),
        Means::Link => spent,
    }
}
