//! A sign-up that came again: the same key and contents get the first answer, tokens included.

use doorstep_base::Code;
use doorstep_store::Idempotency;
use doorstep_web::{ApiError, Hint, KeyedRequest};

use super::service::{Signup, email_taken};
use crate::hints;
use crate::password::AcceptedPassword;
use crate::sessions::{Attempt, Entered, Entering, FirstAnswer, Labels, Proof};

pub(super) const SECRETS: Labels = ["sign-up session", "sign-up refresh"];

impl Signup {
    /// The first answer again, while it would still be the first: a refresh token that was used since stays used.
    pub(super) async fn repeat(
        &self,
        attempt: &Attempt<'_>,
        request: &KeyedRequest,
        record: Idempotency,
        password: AcceptedPassword,
    ) -> Result<(Entered, Option<Hint>), ApiError> {
        let (caller, password) = (attempt.caller(), password.into_given());
        let Some(first) = self.repeats.prove(caller, SECRETS, request, &record, (password, None)).await?
        else {
            // The account stands, its first session does not: only a login opens another.
            return Err(email_taken());
        };
        let FirstAnswer { customer, session, secrets } = first;
        let customer = self.door.require_enabled(attempt, customer).await?;
        let hint = hints::repeated(self.clock.now().since(record.created_at));
        match self.door.enter(attempt, Proof::Repeat { customer, session, secrets }).await? {
            Entering::Entered(entered) => Ok((*entered, Some(hint))),
            _ => Err(Code::Internal.into()),
        }
    }
}
