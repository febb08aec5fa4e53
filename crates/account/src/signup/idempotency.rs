//! Repeated sign-ups (draft-ietf-httpapi-idempotency-key-header): the same key and contents get the first answer,
//! tokens included, although neither the request nor a token is stored: the session's secrets are derived again
//! from a stored nonce, the caller's key and the server's own.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use doorstep_base::{Clock, Code, CustomerId, MasterKey, Random, SecretHash, crypto, new_id, random};
use doorstep_store::{AuditKind, Idempotency, Store};
use doorstep_web::{ApiError, Caller, Limits};

use super::service::{SignedUp, SignupForm, SignupTools, email_taken};
use crate::audit::Auditor;
use crate::hints;
use crate::password::{Passwords, Verdict};
use crate::sessions::{Opener, SessionSecrets};

const LONGEST_KEY: usize = 255;

/// The caller's key. Weak ones are safe too: without the server's key they open nothing.
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads the header, with or without the quotes of the draft.
    pub fn read(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let mut values = headers.get_all("idempotency-key").into_iter();
        let Some(value) = values.next() else { return Ok(None) };
        let text = value.to_str().unwrap_or_default().trim();
        let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        if !fits || values.next().is_some() {
            return Err(ApiError::new(Code::MalformedRequest)
                .detail(format!("Idempotency-Key: send it once, with 1 to {LONGEST_KEY} visible ASCII characters, like a UUID.")));
        }
        Ok(Some(Self(key.to_owned())))
    }

    fn hash(&self) -> SecretHash {
        SecretHash(crypto::mac(b"POST /api/signup", &[self.0.as_bytes()]))
    }
}

pub struct Replays {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    master: MasterKey,
    passwords: Arc<Passwords>,
    limits: Arc<Limits>,
    opener: Arc<Opener>,
    auditor: Auditor,
    kept: Duration,
}

impl Replays {
    pub fn new(tools: &SignupTools, master: MasterKey, auditor: Auditor, kept: Duration) -> Self {
        let SignupTools { store, clock, passwords, limits, opener, .. } = tools.clone();
        Self { store, clock, master, passwords, limits, opener, auditor, kept }
    }

    pub async fn find(&self, key: &IdempotencyKey) -> Result<Option<Idempotency>, ApiError> {
        Ok(self.store.find_idempotency(key.hash(), self.clock.now()).await?)
    }

    /// The record to store with a first request, and the session secrets that a repetition will derive again.
    pub fn begin(
        &self,
        key: &IdempotencyKey,
        form: &SignupForm,
        customer: CustomerId,
        random: &dyn Random,
    ) -> (Option<Idempotency>, SessionSecrets) {
        let now = self.clock.now();
        let nonce = random::bytes(random);
        let record = Idempotency {
            key: key.hash(),
            payload: self.payload(form),
            nonce,
            customer,
            session: new_id(&*self.clock, random),
            created_at: now,
            expires_at: now + self.kept,
        };
        let secrets = SessionSecrets::derived(record.session, &self.master, &nonce, &key.0);
        (Some(record), secrets)
    }

    /// The first answer again, while its session lives. Whoever repeats must know the password: the record alone
    /// proves nothing, and guesses are counted like those at login.
    pub async fn answer(
        &self,
        caller: &Caller,
        key: &IdempotencyKey,
        record: Idempotency,
        form: SignupForm,
    ) -> Result<SignedUp, ApiError> {
        let mismatch = || ApiError::new(Code::IdempotencyMismatch);
        if record.payload != self.payload(&form) {
            return Err(mismatch());
        }
        let customer = self.store.find_customer(record.customer).await?.ok_or_else(mismatch)?;
        let session = self.store.find_session(record.session).await?.ok_or_else(mismatch)?.session;
        let slot = self.passwords.reserve()?;
        let counted = self.limits.count_repeat(caller, Some(customer.email_key.as_bytes())).await?;
        let stored = Some(customer.password_hash.clone());
        if self.passwords.verify(slot, &counted, form.password, stored).await? == Verdict::Wrong {
            let kind = AuditKind::PasswordCheckFailed;
            self.store.record(self.auditor.of(kind, &caller.client, customer.id, None)).await?;
            return Err(mismatch());
        }
        if customer.disabled_at.is_some() || !session.is_live(self.clock.now()) {
            // The account stands, its first session does not: only a login opens another.
            return Err(email_taken());
        }
        let secrets = SessionSecrets::derived(record.session, &self.master, &record.nonce, &key.0);
        let answer = self.opener.answer(customer.id, session.mode, secrets, session.expires_at)?;
        let hint = hints::repeated(self.clock.now().since(record.created_at));
        Ok(SignedUp { customer, session: answer, hint: Some(hint) })
    }

    /// Everything of the form but the password, under a key: a fast hash of a password must not lie in a database.
    fn payload(&self, form: &SignupForm) -> SecretHash {
        let mode = form.mode.as_str().as_bytes();
        let consent = [u8::from(form.marketing_consent)];
        self.master
            .derive(
                "sign-up contents",
                &[form.email.as_typed().as_bytes(), form.name.as_bytes(), mode, &consent],
            )
            .hash()
    }
}
