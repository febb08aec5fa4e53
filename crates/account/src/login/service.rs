//! The rules of login.

use std::sync::Arc;

use doorstep_base::{Clock, Code, Email, Random};
use doorstep_store::{AuditKind, Customer, InsertSession, PasswordProof, SessionMode, Store};

use crate::audit::Auditor;
use crate::http::{ApiError, Client};
use crate::limits::{Limits, Quota};
use crate::password::{Password, Passwords, Verdict};
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
        client: &Client,
        form: LoginForm,
    ) -> Result<(Customer, SessionAnswer, Quota), ApiError> {
        let slot = self.passwords.reserve()?;
        let quota = self.limits.password_check(client, form.email.key()).await?;
        let customer = self.store.find_customer_by_email(form.email.key()).await?;
        let stored = customer.as_ref().map(|customer| customer.password_hash.clone());
        let verdict = self.passwords.verify(slot, form.password, stored).await?;
        let (Some(customer), true) = (&customer, verdict != Verdict::Wrong) else {
            let mut event = self.auditor.event(AuditKind::LoginFailed, client);
            event.customer = customer.map(|customer| customer.id);
            self.store.record(event).await?;
            return Err(Code::InvalidCredentials.into());
        };
        if customer.disabled_at.is_some() {
            let event = self.auditor.of(AuditKind::LoginRefusedDisabled, client, customer.id, None);
            self.store.record(event).await?;
            return Err(Code::AccountDisabled.into());
        }
        let password_hash = self.rehash(client, customer, verdict).await?;
        let answer = self.open(client, customer, password_hash, form.mode).await?;
        Ok((customer.clone(), answer, quota))
    }

    /// Stores the stronger record where there is one; returns the hash that now stands for the proof.
    async fn rehash(
        &self,
        client: &Client,
        customer: &Customer,
        verdict: Verdict,
    ) -> Result<String, ApiError> {
        let Verdict::RightRehashed(replacement) = verdict else { return Ok(customer.password_hash.clone()) };
        let event = self.auditor.of(AuditKind::PasswordRehashed, client, customer.id, None);
        match self.store.rehash_password(customer.id, &customer.password_hash, &replacement, event).await? {
            true => Ok(replacement),
            false => Ok(customer.password_hash.clone()),
        }
    }

    async fn open(
        &self,
        client: &Client,
        customer: &Customer,
        password_hash: String,
        mode: SessionMode,
    ) -> Result<SessionAnswer, ApiError> {
        let secrets = self.opener.secrets();
        let session = self.opener.row(customer.id, mode, client, &secrets);
        let expires_at = session.expires_at;
        let event = self.auditor.of(AuditKind::LoggedIn, client, customer.id, Some(session.id));
        let proof = PasswordProof { customer: customer.id, password_hash };
        let clear = self.limits.account_key(&customer.email_key);
        match self.store.insert_session(session, proof, self.opener.most_per_customer(), clear, event).await?
        {
            InsertSession::Inserted => self.opener.answer(customer.id, mode, secrets, expires_at),
            // The password was replaced, or the account closed, between the check and now.
            InsertSession::ProofStale => Err(Code::InvalidCredentials.into()),
        }
    }
}
