//! The rules of verification.
//!
//! Whoever reads a mail need not be who made the account: somebody may have signed up with another's address, and wait for its
//! owner to confirm it. So a mail confirms an account only for a session of it, or with its password, or with a new one, which
//! ends everything that was there before.

use std::sync::Arc;

use doorstep_base::Code;
use doorstep_store::{AuditKind, Customer, Purpose, Trail};
use doorstep_web::{ApiError, Caller, Counted, Fields, Whose};

use super::With;
use crate::login::Limited;
use crate::mail::Asked;
use crate::password::{By, Password, Verdict};
use crate::recovery::{Recovery, Shown, proven};

pub struct Verification {
    pub limited: Arc<Limited>,
    pub recovery: Arc<Recovery>,
}

impl Verification {
    /// Asks for a mail to this address: the same for every address. Returns the request that goes with the mail's code.
    pub async fn ask(&self, caller: &Caller, email_key: &str) -> Result<Asked, ApiError> {
        self.recovery.mail.require()?;
        self.recovery.mail.ask(caller, Purpose::VerifyEmail, email_key).await
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
        self.recovery.mail.require()?;
        fields.finish()?;
        let counted = self.recovery.limits.count(caller, Whose::Nobody).await?;
        let presented = self.recovery.presented(Purpose::VerifyEmail, &shown)?;
        let (customer, _) = self.recovery.owner(caller, presented).await?;
        let trail = self.prove(caller, AuditKind::EmailVerified, &customer, with).await?;
        proven(
            self.recovery.store.verify_email(presented, &customer.email_key, trail).await?,
            presented.means,
        )?;
        Ok(counted)
    }

    /// What a customer leaves who has shown, beside a mail, that the account is theirs.
    pub async fn prove(
        &self,
        caller: &Caller,
        kind: AuditKind,
        customer: &Customer,
        with: With,
    ) -> Result<Trail, ApiError> {
        match with {
            With::Session(who) if who.customer.id == customer.id => {
                Ok(self.recovery.auditor.by(kind, &caller.client, &who))
            }
            With::Password(password) => {
                self.check(caller, customer, password).await?;
                Ok(self.recovery.auditor.of(kind, &caller.client, customer.id, None).into())
            }
            // Signed in as somebody else.
            With::Session(_) | With::NewPassword(_) => Err(Code::InvalidCredentials.into()),
        }
    }

    /// Counted as a login is: by the account, among strangers.
    pub async fn check(
        &self,
        caller: &Caller,
        customer: &Customer,
        password: Password,
    ) -> Result<(), ApiError> {
        let by = By { caller, known: None };
        self.recovery.passwords.expect_room(by).await?;
        let stranger = Whose::Stranger(customer.email_key.as_bytes());
        let counted = self.recovery.limits.count_repeat(caller, stranger).await;
        let counted = self.limited.noting(counted, &customer.email_key, &caller.client)?;
        let stored = self.recovery.store.find_password(customer.id).await?;
        if self.recovery.passwords.verify(by, &counted, password, stored).await? == Verdict::Wrong {
            let kind = AuditKind::PasswordCheckFailed;
            self.recovery
                .store
                .record(self.recovery.auditor.of(kind, &caller.client, customer.id, None).into())
                .await?;
            return Err(Code::InvalidCredentials.into());
        }
        Ok(())
    }
}
