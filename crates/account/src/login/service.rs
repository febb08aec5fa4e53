//! The rules of login.

use std::sync::Arc;

use doorstep_base::{Clock, Code, Email, Random};
use doorstep_store::{AuditEvent, AuditKind, Customer, InsertSession, PasswordProof, SessionMode, Store};
use doorstep_web::{ApiError, Caller, Client, Counted, LimitKey, Limits};

use crate::audit::Auditor;
use crate::password::{Password, Passwords, Slot, Verdict};
use crate::sessions::{Opener, SessionAnswer};

pub struct Login {
    store: Arc<dyn Store>,
    passwords: Arc<Passwords>,
    limits: Arc<Limits>,
    opener: Arc<Opener>,
    auditor: Auditor,
}

pub struct LoginForm {
    pub email: Email,
    pub password: Password,
    pub mode: SessionMode,
}

impl Login {
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        passwords: Arc<Passwords>,
        limits: Arc<Limits>,
        opener: Arc<Opener>,
    ) -> Self {
        Self { store, passwords, limits, opener, auditor: Auditor::new(clock, random) }
    }

    pub fn opener(&self) -> &Opener {
        &self.opener
    }

    /// Opens a session for the right password. The attempt is counted before the password is looked at, and only
    /// when there is room to look at it.
    pub async fn log_in(
        &self,
        caller: &Caller,
        form: LoginForm,
    ) -> Result<(Customer, SessionAnswer, Counted), ApiError> {
        let mut slot = self.passwords.reserve()?;
        let counted = self.limits.count(caller, Some(form.email.key().as_bytes())).await?;
        // A second look where the stored hash changed under the first: another login renewed it, or the customer did.
        for _ in 0..2 {
            if let Some((customer, answer)) = self.try_log_in(&caller.client, &form, slot, &counted).await? {
                return Ok((customer, answer, counted));
            }
            slot = self.passwords.reserve()?;
        }
        Err(Code::InvalidCredentials.into())
    }

    /// `None` when the hash that was verified is no longer the stored one.
    async fn try_log_in(
        &self,
        client: &Client,
        form: &LoginForm,
        slot: Slot,
        counted: &Counted,
    ) -> Result<Option<(Customer, SessionAnswer)>, ApiError> {
        let customer = self.store.find_customer_by_email(form.email.key()).await?;
        let stored = customer.as_ref().map(|customer| customer.password_hash.clone());
        let verdict = self.passwords.verify(slot, counted, form.password.clone(), stored).await?;
        let Some(customer) = customer.clone().filter(|_| verdict != Verdict::Wrong) else {
            let mut event = self.auditor.event(AuditKind::LoginFailed, client);
            event.customer = customer.map(|customer| customer.id);
            self.record(event).await?;
            return Err(Code::InvalidCredentials.into());
        };
        if customer.disabled_at.is_some() {
            self.record(self.auditor.of(AuditKind::LoginRefusedDisabled, client, customer.id, None)).await?;
            return Err(Code::AccountDisabled.into());
        }
        let Some(proven) = self.rehash(client, &customer, verdict).await? else { return Ok(None) };
        let opened = self.open(client, &customer, proven, form.mode).await?;
        Ok(opened.map(|answer| (customer, answer)))
    }

    /// Also when the client has gone: whoever hangs up must not stay out of the trail.
    async fn record(&self, event: AuditEvent) -> Result<(), ApiError> {
        let store = self.store.clone();
        let recorded = tokio::spawn(async move { store.record(event).await });
        Ok(recorded.await.map_err(|error| ApiError::new(Code::Internal).cause(&error))??)
    }

    /// Stores the stronger record where there is one; returns the hash that now stands for the proof.
    async fn rehash(
        &self,
        client: &Client,
        customer: &Customer,
        verdict: Verdict,
    ) -> Result<Option<String>, ApiError> {
        let proven = &customer.password_hash;
        let Verdict::RightRehashed(replacement) = verdict else { return Ok(Some(proven.clone())) };
        let event = self.auditor.of(AuditKind::PasswordRehashed, client, customer.id, None);
        let stored = self.store.rehash_password(customer.id, proven, &replacement, event).await?;
        Ok(stored.then_some(replacement))
    }

    async fn open(
        &self,
        client: &Client,
        customer: &Customer,
        password_hash: String,
        mode: SessionMode,
    ) -> Result<Option<SessionAnswer>, ApiError> {
        let secrets = self.opener.secrets();
        let session = self.opener.row(customer.id, mode, client, &secrets);
        // Made before the row: a token that cannot be signed must not leave a session behind.
        let answer = self.opener.answer(customer.id, mode, secrets, session.expires_at)?;
        let event = self.auditor.of(AuditKind::LoggedIn, client, customer.id, Some(session.id));
        let proof = PasswordProof { customer: customer.id, password_hash };
        let (most, clear) = (
            self.opener.most_per_customer(),
            self.limits.counter(LimitKey::LoginPerAccount, customer.email_key.as_bytes()),
        );
        match self.store.insert_session(session, proof, most, clear, event).await? {
            InsertSession::Inserted => Ok(Some(answer)),
            InsertSession::ProofStale => Ok(None),
        }
    }
}
