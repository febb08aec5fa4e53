//! A sign-up that tells nobody whether the address is taken: the same answer, the same work, and a mail to whomever the address belongs.

use doorstep_store::{AuditKind, SignupOutcome, Trail};
use doorstep_web::{ApiError, Caller};

use super::service::{NewAccount, Signup};
use crate::mail::Asked;

impl Signup {
    pub(super) async fn conceal(&self, caller: &Caller, account: &NewAccount) -> Result<Asked, ApiError> {
        self.mail.require()?;
        self.passwords.expect_room(caller.into()).await?;
        let email_key = account.email.key();
        let counted = self.mail.count_at_signup(caller, email_key).await?;
        let taken = self.store.find_customer_by_email(email_key).await?.is_some();
        let is_reserved = self.mail.is_reserved(email_key).await?;
        // Hashed for registered addresses too, where nobody needs it.
        let password_hash = self.passwords.hash(caller.into(), &counted, account.password.clone()).await?;
        let customer = self.row(account, password_hash);
        let (ask, slip) = self.mail.asking_at_signup(caller, email_key);
        let event = self.auditor.of(AuditKind::SignedUp, &caller.client, customer.id, None);
        let trail = Trail { outbox: vec![ask.clone()], ..event.into() };
        let is_new = !taken
            && !is_reserved
            && self.store.insert_customer_unless_taken(customer, None, None, trail).await?
                == SignupOutcome::Inserted;
        if is_new {
            self.mail.wake();
        } else {
            self.mail.post(ask).await?;
        }
        Ok(Asked { request: self.mail.slips.request(&slip), counted })
    }
}
