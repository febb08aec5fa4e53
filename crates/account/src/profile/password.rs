//! A new password: every session ends, the one that asks goes on as another with secrets of its own, and a request whose
//! answer was lost may come again.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use doorstep_base::Code;
use doorstep_mail::Kind;
use doorstep_store::{
    AuditKind, Customer, EndReason, Idempotency, PasswordOutcome, ReplacePassword, Session, Trail,
};
use doorstep_web::{
    ApiError, App, Caller, Credential, Fields, Hint, IDEMPOTENCY_KEY, KeyedRequest, Repeatable, SignedIn,
};

use super::Profile;
use crate::device::DeviceAnswer;
use crate::password::{AcceptedPassword, By, Identity, Password};
use crate::sessions::{Labels, SessionAnswer};
use crate::{Account, hints};

/// The frozen names under which repeated changes are found.
const CHANGE: Repeatable =
    Repeatable { route: "POST /api/user/password", contents: "password change", customer: None };
const SECRETS: Labels = ["password session", "password refresh"];
/// So long after a change somebody may still press the button again whose answer was lost.
const PRESSED_AGAIN: Duration = Duration::from_secs(600);

/// Who asks for another password.
pub enum Asking {
    Now(Box<SignedIn>),
    /// With a session that is over. Perhaps this very request has ended it, and its answer was lost.
    Again(Box<Session>),
}

/// What a customer asks for who wants another password.
pub struct PasswordForm {
    current: Password,
    new: Password,
}

/// What the customer goes on with.
pub struct Changed {
    pub customer: Customer,
    pub session: SessionAnswer,
    pub device: DeviceAnswer,
    /// When it is the answer to a request that came again.
    pub hint: Option<Hint>,
}

impl FromRequestParts<Arc<Account>> for Asking {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, account: &Arc<Account>) -> Result<Self, ApiError> {
        let refused = match SignedIn::from_request_parts(parts, account).await {
            Ok(who) => return Ok(Self::Now(Box::new(who))),
            Err(refused) => refused,
        };
        let is_over = matches!(refused.code(), Code::SessionEnded | Code::TokenExpired);
        if !is_over || !parts.headers.contains_key(IDEMPOTENCY_KEY) {
            return Err(refused);
        }
        // Nothing of the body is read for whoever does not hold what once was a session.
        let credential = Credential::read(&parts.headers, account.web().cookie)?;
        let found = account.checker.find(&credential).await?.map(|found| found.session);
        let ended = found.filter(|session| session.ended_at.is_some());
        ended.map(|session| Self::Again(Box::new(session))).ok_or(refused)
    }
}

impl PasswordForm {
    /// Texts of the right form, and nothing decided yet; what is wrong stands in `fields` afterwards.
    pub fn read(fields: &mut Fields) -> Self {
        let current = Password::new(fields.required_raw_text("currentPassword"));
        let new = Password::new(fields.required_raw_text("newPassword"));
        Self { current, new }
    }
}

impl Profile {
    /// Replaces the password. `fields` knows what was wrong when the form was read.
    pub async fn change_password(
        &self,
        caller: &Caller,
        asking: Asking,
        form: PasswordForm,
        mut fields: Fields,
    ) -> Result<Changed, ApiError> {
        let who = match asking {
            Asking::Now(who) => who,
            Asking::Again(session) => {
                fields.finish()?;
                let request = self.keyed(caller, &session)?;
                let again = self.repeat(caller, request.as_ref(), &session, form.new).await?;
                return again.ok_or(Code::SessionEnded.into());
            }
        };
        let new = self.accept(form.new.clone(), &who.customer, &mut fields).await;
        fields.finish()?;
        let new = new.ok_or(Code::Internal)?;
        let request = self.keyed(caller, &who.session)?;
        let again = self.repeat(caller, request.as_ref(), &who.session, form.new.clone()).await?;
        if let Some(changed) = again {
            return Ok(changed);
        }
        let refused = match self.change(caller, &who, form.current, new, request.as_ref()).await {
            Err(error) if matches!(error.code(), Code::InvalidCredentials | Code::SessionEnded) => error,
            decided => return decided,
        };
        // The same request was faster on another connection or node.
        self.repeat(caller, request.as_ref(), &who.session, form.new).await?.ok_or(refused)
    }

    /// Whether a change that ended this session may still come again with it, because its answer was lost.
    pub fn may_be_repeated_with(&self, session: &Session) -> bool {
        let is_recent = |ended| self.clock.now().since(ended) < PRESSED_AGAIN;
        session.end_reason == Some(EndReason::PasswordChanged) && session.ended_at.is_some_and(is_recent)
    }

    async fn accept(
        &self,
        password: Password,
        customer: &Customer,
        fields: &mut Fields,
    ) -> Option<AcceptedPassword> {
        let identity = Identity { name: &customer.name, email: &customer.email };
        let accepted = self.passwords.policy().accept(password, identity).await;
        accepted.map_err(|error| fields.refuse("newPassword", error)).ok()
    }

    /// The request, when it has a key. It is the session's that sends it first: neither password is among what is compared, see
    /// [`doorstep_web::Repeats::read`].
    fn keyed(&self, caller: &Caller, session: &Session) -> Result<Option<KeyedRequest>, ApiError> {
        self.repeats.requests.read(&caller.headers, CHANGE.of(session.customer), &[session.id.as_bytes()])
    }

    async fn change(
        &self,
        caller: &Caller,
        who: &SignedIn,
        current: Password,
        new: AcceptedPassword,
        request: Option<&KeyedRequest>,
    ) -> Result<Changed, ApiError> {
        let Some(counted) = self.check_password(caller, who, current).await? else {
            // One that came again proves the former password where the new one stands: that is no guess.
            let is_again = self.record(request, &who.session).await?.is_some();
            return if is_again {
                Err(Code::InvalidCredentials.into())
            } else {
                self.refuse_proof(caller, who).await
            };
        };
        let replacement =
            self.passwords.hash(By { caller, known: Some(who.customer.id) }, &counted, new).await?;
        let customer = who.customer.id;
        let keyed = request.map(|request| self.repeats.begin(SECRETS, request, customer));
        let (idempotency, secrets) = keyed.unzip();
        let (session, answer) = self.door.renew(&caller.client, customer, who.session.mode, secrets)?;
        let change = ReplacePassword {
            proof: who.customer.proof(),
            replacement,
            session: Some(session),
            idempotency,
            now: self.clock.now(),
        };
        let outbox = self.mail.notice(Kind::PasswordChanged, &caller.client, customer);
        let trail = Trail { outbox, ..self.auditor.by(AuditKind::PasswordChanged, &caller.client, who) };
        match self.store.replace_password(change, trail).await? {
            PasswordOutcome::Replaced => {
                // The tokens of all devices are dead by now; this one goes on with another.
                let device = self.door.renewed_device(caller, who);
                Ok(Changed { customer: who.customer.clone(), session: answer, device, hint: None })
            }
            PasswordOutcome::ProofStale => Err(Code::InvalidCredentials.into()),
            PasswordOutcome::KeyUsed => Err(Code::IdempotencyMismatch.into()),
        }
    }

    async fn record(
        &self,
        request: Option<&KeyedRequest>,
        session: &Session,
    ) -> Result<Option<Idempotency>, ApiError> {
        match request {
            Some(request) => self.repeats.requests.find_for(request, session.id).await,
            None => Ok(None),
        }
    }

    /// The first answer again, where this request was answered before: by key, by the session that sent it, and by the new
    /// password, which is verified and counted like every other.
    async fn repeat(
        &self,
        caller: &Caller,
        request: Option<&KeyedRequest>,
        session: &Session,
        new: Password,
    ) -> Result<Option<Changed>, ApiError> {
        let (Some(request), Some(record)) = (request, self.record(request, session).await?) else {
            return Ok(None);
        };
        let first = self.repeats.prove(caller, SECRETS, request, &record, (new, Some(session.id))).await?;
        let first = first.ok_or(Code::SessionEnded)?;
        let device = self.door.device(caller, first.session.mode, first.customer.proof());
        let (customer, session) = self.door.renew_again(first)?;
        let hint = hints::repeated_change(self.clock.now().since(record.created_at));
        Ok(Some(Changed { customer, session, device, hint: Some(hint) }))
    }
}
