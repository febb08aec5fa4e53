//! The rules of login.

use std::sync::Arc;

use doorstep_base::{Code, CustomerId, Email, Sentence};
use doorstep_store::{AuditKind, Customer, Store};
use doorstep_web::{ApiError, Caller, Client, Counted, Fields};

use crate::audit::Auditor;
use crate::password::{Password, Passwords, Verdict};
use crate::sessions::{Attempt, Door, Entered, Entering, Proof};
use crate::signup::{ALL_REQUIRED, read_email};

pub struct Login {
    pub store: Arc<dyn Store>,
    pub passwords: Arc<Passwords>,
    pub door: Arc<Door>,
    pub auditor: Auditor,
    /// Whether nobody logs in whose address is not proven.
    pub needs_proven_address: bool,
}

/// Texts of the right form, and nothing decided yet.
pub struct LoginForm {
    email: Option<Email>,
    password: Password,
    mode: Option<String>,
    device: Option<String>,
}

impl LoginForm {
    /// What is wrong stands in `fields` afterwards.
    pub fn read(fields: &mut Fields) -> Self {
        Self {
            email: read_email(fields),
            password: Password::new(fields.required_raw_text("password")),
            mode: fields.text("session", 16),
            device: fields.raw_text("deviceToken"),
        }
    }
}

impl Login {
    /// Opens a session for the right password. The attempt is counted before the password is looked at, and given back
    /// when it was not. `fields` knows what was wrong when the form was read.
    pub async fn log_in(
        &self,
        caller: &Caller,
        form: LoginForm,
        mut fields: Fields,
    ) -> Result<(Entered, Counted), ApiError> {
        let mode = self.door.choose_mode(caller, form.mode.as_deref(), &mut fields);
        fields.finish_saying(Some(ALL_REQUIRED))?;
        let email = form.email.ok_or(Code::Internal)?;
        let admitted = self.door.admit(caller, mode)?;
        let recognised = self.door.recognise(admitted, email.key(), form.device.as_deref()).await?;
        self.passwords.expect_room(recognised.by()).await?;
        let attempt = self.door.count_for(recognised).await?;
        // A second look where the password changed under the first.
        for _ in 0..2 {
            if let Some(entered) = self.try_log_in(&attempt, &email, form.password.clone()).await? {
                return Ok((entered, attempt.into_counted()));
            }
        }
        Err(self.refused())
    }

    fn refused(&self) -> ApiError {
        let refused = ApiError::new(Code::InvalidCredentials);
        if self.needs_proven_address { refused.message(Sentence::WrongOrUnproven) } else { refused }
    }

    /// `None` when the customer has another password than the one that was verified.
    async fn try_log_in(
        &self,
        attempt: &Attempt<'_>,
        email: &Email,
        password: Password,
    ) -> Result<Option<Entered>, ApiError> {
        let client = &attempt.caller().client;
        let customer = self.store.find_customer_by_email(email.key()).await?;
        // Looked for in any case: an address without a customer must not be told by a look-up that was saved.
        let nobody = CustomerId::from_bytes([0; 16]);
        let stored =
            self.store.find_password(customer.as_ref().map_or(nobody, |customer| customer.id)).await?;
        let verdict = self.passwords.verify(attempt.by(), attempt.counted(), password, stored).await?;
        // Where sign-up conceals who is a customer, login must not tell it of an account that it has just made.
        let is_unproven =
            |customer: &Customer| self.needs_proven_address && customer.email_verified_at.is_none();
        let entering =
            customer.clone().filter(|customer| verdict != Verdict::Wrong && !is_unproven(customer));
        let Some(customer) = entering else {
            let mut event = self.auditor.event(AuditKind::LoginFailed, client);
            event.customer = customer.map(|customer| customer.id);
            self.door.record(event).await?;
            return Err(self.refused());
        };
        self.door.count_right(attempt.caller(), &customer).await?;
        let customer = self.door.require_enabled(attempt, customer).await?;
        if !self.rehash(client, customer.get(), verdict).await? {
            return Ok(None);
        }
        match self.door.enter(attempt, Proof::Password { customer }).await? {
            Entering::Entered(entered) => Ok(Some(*entered)),
            _ => Ok(None),
        }
    }

    /// Stores the stronger record where there is one. `false` when the customer has another password by now.
    async fn rehash(&self, client: &Client, customer: &Customer, verdict: Verdict) -> Result<bool, ApiError> {
        let Verdict::RightRehashed(replacement) = verdict else { return Ok(true) };
        let event = self.auditor.of(AuditKind::PasswordRehashed, client, customer.id, None);
        Ok(self.store.rehash_password(customer.proof(), &replacement, event.into()).await?)
    }
}
