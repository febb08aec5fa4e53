//! The rules of verification.
//!
//! Whoever reads a mail need not be who made the account: somebody may have signed up with another's address, and wait for its
//! owner to confirm it. So a mail confirms an account only for a session of it, or with its password, or with a new one, which
//! ends everything that was there before.

use std::sync::Arc;

use doorstep_base::{Code, CustomerId, FieldCode};
use doorstep_store::{AuditKind, Customer, Proven, Purpose, Store};
use doorstep_web::{ApiError, Caller, Counted, FieldError, Fields, Limits, SignedIn, Whose};

use crate::audit::Auditor;
use crate::login::Limited;
use crate::mail::{Asked, Mail};
use crate::password::{By, Password, Passwords, Verdict};
use crate::recovery::{Recovery, Shown};

pub struct Verification {
    pub store: Arc<dyn Store>,
    pub mail: Arc<Mail>,
    pub limits: Arc<Limits>,
    pub limited: Arc<Limited>,
    pub passwords: Arc<Passwords>,
    pub auditor: Auditor,
    pub recovery: Arc<Recovery>,
}

/// What shows, beside the mail, that the account is theirs.
pub enum With {
    /// A session of this customer.
    Session(CustomerId),
    Password(Password),
    NewPassword(Password),
}

impl With {
    /// What is missing stands in `fields` afterwards.
    pub fn read(fields: &mut Fields, who: Option<&SignedIn>) -> Self {
        let [password, new] = ["password", "newPassword"]
            .map(|name| fields.raw_text(name).filter(|text| !text.is_empty()).map(Password::new));
        match (who, password, new) {
            (_, _, Some(new)) => Self::NewPassword(new),
            (_, Some(password), None) => Self::Password(password),
            (Some(who), None, None) => Self::Session(who.customer.id),
            (None, None, None) => {
                fields.refuse("password", FieldError::new(FieldCode::Required));
                Self::Password(Password::new(String::new()))
            }
        }
    }
}

impl Verification {
    /// Asks for a mail to the address of the customer. Returns the request that goes with the mail's code.
    pub async fn ask(&self, caller: &Caller, who: &SignedIn) -> Result<Asked, ApiError> {
        self.mail.require()?;
        self.mail.ask(caller, Purpose::VerifyEmail, &who.customer.email_key).await
    }

    /// Marks the address as verified. `fields` knows what was wrong when the form was read.
    pub async fn confirm(
        &self,
        caller: &Caller,
        shown: Shown,
        with: With,
        fields: Fields,
    ) -> Result<Counted, ApiError> {
        if let With::NewPassword(new) = with {
            return self.recovery.confirm(caller, Purpose::VerifyEmail, shown, new, fields).await;
        }
        self.mail.require()?;
        fields.finish()?;
        let counted = self.limits.count(caller, Whose::Nobody).await?;
        let presented = self.recovery.presented(Purpose::VerifyEmail, &shown)?;
        let customer = self.recovery.owner(caller, presented).await?;
        match with {
            With::Session(id) if id == customer.id => {}
            With::Password(password) => self.check(caller, &customer, password).await?,
            // Signed in as somebody else.
            _ => return Err(Code::InvalidCredentials.into()),
        }
        let event = self.auditor.of(AuditKind::EmailVerified, &caller.client, customer.id, None);
        match self.store.verify_email(presented, &customer.email_key, event.into()).await? {
            Proven::Done => Ok(counted),
            Proven::Wrong { .. } | Proven::Spent => Err(Code::ChallengeSpent.into()),
        }
    }

    /// Counted as a login is: by the account, among strangers.
    async fn check(&self, caller: &Caller, customer: &Customer, password: Password) -> Result<(), ApiError> {
        let by = By { caller, known: None };
        self.passwords.expect_room(by).await?;
        let stranger = Whose::Stranger(customer.email_key.as_bytes());
        let counted = self.limits.count_repeat(caller, stranger).await;
        let counted = self.limited.noting(counted, &customer.email_key, &caller.client)?;
        let stored = self.store.find_password(customer.id).await?;
        if self.passwords.verify(by, &counted, password, stored).await? == Verdict::Wrong {
            let kind = AuditKind::PasswordCheckFailed;
            self.store.record(self.auditor.of(kind, &caller.client, customer.id, None).into()).await?;
            return Err(Code::InvalidCredentials.into());
        }
        Ok(())
    }
}
