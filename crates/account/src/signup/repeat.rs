//! A sign-up that came again: the same key and contents get the first answer, tokens included.

use doorstep_base::{Code, CustomerId, new_id};
use doorstep_store::{AuditKind, Idempotency};
use doorstep_web::{ApiError, Hint, KeyedRequest, Whose};

use super::service::{Signup, email_taken};
use crate::hints;
use crate::password::{AcceptedPassword, Verdict};
use crate::sessions::{Attempt, Entered, Entering, Proof, SessionSecrets};

impl Signup {
    /// The record to store with a first request, and the session secrets that a repetition will derive again.
    pub(super) fn begin(
        &self,
        request: &KeyedRequest,
        customer: CustomerId,
    ) -> (Idempotency, SessionSecrets) {
        let record = self.repeats.begin(request, customer, new_id(&*self.clock, &*self.random));
        let secrets = self.secrets(request, &record);
        (record, secrets)
    }

    fn secrets(&self, request: &KeyedRequest, record: &Idempotency) -> SessionSecrets {
        let secret = |label| self.repeats.secret(request, record, label);
        SessionSecrets::of(record.session, secret("sign-up session"), secret("sign-up refresh"))
    }

    /// The first answer again, while its session lives. Whoever repeats must know the password: the record alone
    /// proves nothing, and guesses are counted like those at login.
    pub(super) async fn repeat(
        &self,
        attempt: &Attempt<'_>,
        request: &KeyedRequest,
        record: Idempotency,
        password: AcceptedPassword,
    ) -> Result<(Entered, Option<Hint>), ApiError> {
        let caller = attempt.caller();
        let mismatch = || ApiError::new(Code::IdempotencyMismatch);
        let customer = self.store.find_customer(record.customer).await?.ok_or_else(mismatch)?;
        let session = self.store.find_session(record.session).await?.ok_or_else(mismatch)?.session;
        self.passwords.expect_room(caller)?;
        let whose = Whose::Stranger(customer.email_key.as_bytes());
        let counted = self.limits.count_repeat(caller, whose).await;
        let counted = self.limited.noting(counted, &customer.email_key, &caller.client)?;
        let stored = self.store.find_password(customer.id).await?;
        if self.passwords.verify(caller, &counted, password.into_given(), stored).await? == Verdict::Wrong {
            let kind = AuditKind::PasswordCheckFailed;
            let failed = self.auditor.of(kind, &caller.client, customer.id, None);
            self.store.record(failed.into()).await?;
            return Err(mismatch());
        }
        if customer.disabled_at.is_some() || !session.is_live(self.clock.now()) {
            // The account stands, its first session does not: only a login opens another.
            return Err(email_taken());
        }
        let customer = self.door.require_enabled(attempt, customer).await?;
        let hint = hints::repeated(self.clock.now().since(record.created_at));
        let secrets = self.secrets(request, &record);
        match self.door.enter(attempt, Proof::Repeat { customer, session, secrets }).await? {
            Entering::Entered(entered) => Ok((*entered, Some(hint))),
            _ => Err(Code::Internal.into()),
        }
    }
}
