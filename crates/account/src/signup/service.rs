//! The rules of sign-up.

use std::sync::Arc;

use doorstep_base::{Clock, Code, Email, FieldCode, MasterKey, Random, Timestamp, new_id};
use doorstep_store::{AuditKind, Customer, NewCustomer, SessionMode, SignupOutcome, Store};
use doorstep_web::{ApiError, Caller, FieldError, Fields, Hint, Limits};

use super::idempotency::{IdempotencyKey, Replays};
use crate::AccountConfig;
use crate::audit::Auditor;
use crate::hints;
use crate::password::{Identity, Password, Passwords};
use crate::sessions::{Opener, SessionAnswer};

/// In code points; enough for every name, too little for a novel.
pub const LONGEST_NAME: usize = 200;

/// What sign-up works with.
#[derive(Clone)]
pub struct SignupTools {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub passwords: Arc<Passwords>,
    pub limits: Arc<Limits>,
    pub opener: Arc<Opener>,
}

pub struct Signup {
    tools: SignupTools,
    replays: Replays,
    auditor: Auditor,
    require_name: bool,
}

/// A sign-up form that passed every check of its own.
pub struct SignupForm {
    pub name: String,
    pub email: Email,
    pub password: Password,
    pub mode: SessionMode,
    pub marketing_consent: bool,
}

/// The account and its first session.
pub struct SignedUp {
    pub customer: Customer,
    pub session: SessionAnswer,
    /// When it is the answer to a request that came again.
    pub hint: Option<Hint>,
}

impl Signup {
    pub fn new(config: &AccountConfig, tools: SignupTools, master: MasterKey) -> Self {
        let auditor = Auditor::new(tools.clock.clone(), tools.random.clone());
        let replays = Replays::new(&tools, master, auditor.clone(), config.idempotency_kept);
        Self { tools, replays, auditor, require_name: config.require_name }
    }

    /// Reads and checks every field; what is wrong stands in `fields` afterwards.
    pub fn read(&self, fields: &mut Fields, in_page: bool) -> Option<SignupForm> {
        let name = if self.require_name {
            fields.required_text("name", LONGEST_NAME)
        } else {
            fields.text("name", LONGEST_NAME).unwrap_or_default()
        };
        let email = read_email(fields);
        let password = fields.required_raw_text("password");
        let mode = self.tools.opener.read_mode(fields, in_page);
        let marketing_consent = fields.flag("marketingConsent").unwrap_or(false);
        let password = Password::new(password);
        // A name that is refused for its length must not cost a search of that length.
        let known_name: String = name.chars().take(LONGEST_NAME).collect();
        let identity = Identity { name: &known_name, email: email.as_ref().map_or("", Email::as_typed) };
        if let Err(error) = self.tools.passwords.policy().check(&password, identity) {
            fields.refuse("password", error);
        }
        Some(SignupForm { name, email: email?, password, mode, marketing_consent })
    }

    /// Makes the account and its session, or says why not.
    pub async fn sign_up(
        &self,
        caller: &Caller,
        form: SignupForm,
        key: Option<&IdempotencyKey>,
    ) -> Result<SignedUp, ApiError> {
        // Looked up before the key: account and key come into being at one moment, so whoever finds its own account here
        // finds its key below. The other way round a repeat that is as fast as its original took itself for a stranger.
        let taken = self.tools.store.find_customer_by_email(form.email.key()).await?;
        if let Some(key) = key
            && let Some(record) = self.replays.find(key).await?
        {
            return self.replays.answer(caller, key, record, form).await;
        }
        if let Some(taken) = taken {
            return Err(self.taken(taken.created_at));
        }
        let slot = self.tools.passwords.reserve()?;
        let password_hash = self.tools.passwords.hash(slot, form.password.clone()).await?;
        let customer = self.row(&form, password_hash);
        let (idempotency, secrets) = match key {
            Some(key) => self.replays.begin(key, &form, customer.id, &*self.tools.random),
            None => (None, self.tools.opener.secrets()),
        };
        let session = self.tools.opener.row(customer.id, form.mode, &caller.client, &secrets);
        let expires_at = session.expires_at;
        let audit = self.auditor.of(AuditKind::SignedUp, &caller.client, customer.id, Some(session.id));
        // Made before the row: a token that cannot be signed must not leave an account without an answer.
        let answer = self.tools.opener.answer(customer.id, form.mode, secrets, expires_at)?;
        let row = customer.clone();
        match self.tools.store.insert_customer_unless_taken(row, Some(session), idempotency, audit).await? {
            SignupOutcome::Inserted => {
                Ok(SignedUp { customer: customer.into_customer(), session: answer, hint: None })
            }
            // Made since it was looked up above: another request of the same moment.
            SignupOutcome::EmailTaken => Err(email_taken().because(hints::signed_up_twice())),
            SignupOutcome::KeyUsed => {
                // The same request was faster on another connection or node.
                let key = key.ok_or(Code::Internal)?;
                let record = self.replays.find(key).await?.ok_or(Code::Unavailable)?;
                self.replays.answer(caller, key, record, form).await
            }
        }
    }

    fn taken(&self, since: Timestamp) -> ApiError {
        let is_twice = self.tools.clock.now().since(since) < hints::TWICE;
        if is_twice { email_taken().because(hints::signed_up_twice()) } else { email_taken() }
    }

    fn row(&self, form: &SignupForm, password_hash: String) -> NewCustomer {
        let now = self.tools.clock.now();
        NewCustomer {
            id: new_id(&*self.tools.clock, &*self.tools.random),
            email: form.email.as_typed().to_owned(),
            email_key: form.email.key().to_owned(),
            name: form.name.clone(),
            phone: None,
            locale: None,
            marketing_consent_at: form.marketing_consent.then_some(now),
            password_hash,
            created_at: now,
        }
    }
}

/// Said of the field too, so that a form can show it where the customer looks.
pub(super) fn email_taken() -> ApiError {
    let field = ("email".to_owned(), FieldError::new(FieldCode::EmailTaken));
    ApiError::new(Code::EmailTaken).fields(vec![field])
}

/// The `email` field, in every form that has one.
pub fn read_email(fields: &mut Fields) -> Option<Email> {
    let text = fields.required_raw_text("email");
    if text.is_empty() {
        return None;
    }
    match Email::parse(&text) {
        Ok(email) => Some(email),
        Err(error) => {
            let code = match error {
                doorstep_base::EmailError::Invalid => FieldCode::EmailInvalid,
                doorstep_base::EmailError::TooLong => FieldCode::EmailTooLong,
            };
            fields.refuse("email", FieldError::new(code));
            None
        }
    }
}
