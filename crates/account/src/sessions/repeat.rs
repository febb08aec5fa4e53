//! A request that came again after it had opened a session: the first answer once more, for whoever knows the password.

use std::sync::Arc;

use doorstep_base::{Clock, Code, CustomerId, Random, SessionId, new_id};
use doorstep_store::{AuditKind, Customer, Idempotency, Session, Store};
use doorstep_web::{ApiError, Caller, KeyedRequest, Limits, Repeats, Whose};

use super::SessionSecrets;
use crate::audit::Auditor;
use crate::login::Limited;
use crate::password::{By, Password, Passwords, Verdict};

/// The frozen labels of the secrets that an answer hands out: of the session's own, and of the half that rotates.
pub type Labels = [&'static str; 2];

pub struct Repeater {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub auditor: Auditor,
    pub passwords: Arc<Passwords>,
    pub limits: Arc<Limits>,
    pub limited: Arc<Limited>,
    pub requests: Repeats,
}

/// What the first answer was made of.
pub struct FirstAnswer {
    pub customer: Customer,
    pub session: Session,
    pub secrets: SessionSecrets,
}

impl Repeater {
    /// The record to store with a first request, and the session secrets that a repetition will derive again.
    pub fn begin(
        &self,
        labels: Labels,
        request: &KeyedRequest,
        customer: CustomerId,
    ) -> (Idempotency, SessionSecrets) {
        let record = self.requests.begin(request, customer, new_id(&*self.clock, &*self.random));
        let [main, rotating] = labels.map(|label| self.requests.secret(request, &record, label).current);
        let secrets = SessionSecrets::of(record.session, main, rotating);
        (record, secrets)
    }

    /// Those of the first answer, if they are still the session's. A node with the other master key may have given it.
    fn newest(
        &self,
        labels: Labels,
        request: &KeyedRequest,
        record: &Idempotency,
        session: &Session,
    ) -> Option<SessionSecrets> {
        let [main, rotating] = labels.map(|label| self.requests.secret(request, record, label));
        let pairs = main.accepted().zip(rotating.accepted());
        let mut answers =
            pairs.map(|(main, rotating)| SessionSecrets::of(record.session, main.clone(), rotating.clone()));
        answers.find(|secrets| secrets.are_newest(session))
    }

    /// The first answer again. Whoever repeats must know the password: the record alone proves nothing, and guesses are
    /// counted like those of strangers at login, or on the budget of the session that sent the first request. `None` when that
    /// answer would open nothing any more: its session is over, or its refresh token was used, so that somebody has received it.
    pub async fn prove(
        &self,
        caller: &Caller,
        labels: Labels,
        request: &KeyedRequest,
        record: &Idempotency,
        (password, sender): (Password, Option<SessionId>),
    ) -> Result<Option<FirstAnswer>, ApiError> {
        let mismatch = || ApiError::new(Code::IdempotencyMismatch);
        let customer = self.store.find_customer(record.customer).await?.ok_or_else(mismatch)?;
        // Somebody who has a session, or had one, is no stranger.
        let by = By { caller, known: sender.map(|_| customer.id) };
        self.passwords.expect_room(by).await?;
        let stranger = Whose::Stranger(customer.email_key.as_bytes());
        let whose = sender.as_ref().map_or(stranger, |session| Whose::Session(session.as_bytes()));
        let counted = self.limits.count_repeat(caller, whose).await;
        let counted = self.limited.noting(counted, &customer.email_key, &caller.client)?;
        let stored = self.store.find_password(customer.id).await?;
        if self.passwords.verify(by, &counted, password, stored).await? == Verdict::Wrong {
            let kind = AuditKind::PasswordCheckFailed;
            let failed = self.auditor.of(kind, &caller.client, customer.id, None);
            self.store.record(failed.into()).await?;
            return Err(mismatch());
        }
        // Read last: what a use of the token has done since the request began counts.
        let session = self.store.find_session(record.session).await?.ok_or_else(mismatch)?.session;
        if customer.disabled_at.is_some() || !session.is_live(self.clock.now()) {
            return Ok(None);
        }
        let secrets = self.newest(labels, request, record, &session);
        Ok(secrets.map(|secrets| FirstAnswer { customer, session, secrets }))
    }
}
