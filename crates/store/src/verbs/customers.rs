//! Signing up, and a customer's record.

use doorstep_base::CustomerId;

use super::Verb;
use super::audit::add_trail;
use super::idempotency::reserve;
use super::passwords::add_password;
use super::sessions::add_session;
use crate::records::{Columns, Records, Row, ToCell};
use crate::{Customer, Idempotency, NewCustomer, NewSession, SignupOutcome, StoreResult, Table, Trail};

pub(super) struct SignUp {
    pub customer: NewCustomer,
    pub session: Option<NewSession>,
    pub idempotency: Option<Idempotency>,
    pub trail: Trail,
}

impl Verb for SignUp {
    type Outcome = SignupOutcome;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.customer.email_key.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<SignupOutcome, R::Failure> {
        if let Some(idempotency) = &self.idempotency
            && !reserve(tx, idempotency).await?
        {
            tx.discard();
            return Ok(SignupOutcome::KeyUsed);
        }
        if !tx.add_unless_taken(Table::Customers, columns(&self.customer), "email_key").await? {
            tx.discard();
            return Ok(SignupOutcome::EmailTaken);
        }
        if let Some(password) = &self.customer.password_hash {
            add_password(tx, self.customer.id, password, self.customer.created_at).await?;
        }
        if let Some(session) = &self.session {
            add_session(tx, session).await?;
        }
        add_trail(tx, &self.trail).await?;
        Ok(SignupOutcome::Inserted)
    }
}

fn columns(new: &NewCustomer) -> Columns {
    vec![
        ("id", new.id.cell()),
        ("email", new.email.cell()),
        ("email_key", new.email_key.as_bytes().cell()),
        ("name", new.name.cell()),
        ("phone", new.phone.cell()),
        ("locale", new.locale.cell()),
        ("marketing_consent_at", new.marketing_consent_at.cell()),
        ("created_at", new.created_at.cell()),
        ("updated_at", new.created_at.cell()),
        ("version", 1_i64.cell()),
        ("credentials_version", 1_i64.cell()),
        #[cfg(feature = "next-step")]
        ("next", new.email.cell()),
    ]
}

pub(crate) fn customer(row: &Row) -> StoreResult<Customer> {
    Ok(Customer {
        id: CustomerId::from_bytes(row.array("id")?),
        email: row.text("email")?,
        email_key: row.key_text("email_key")?,
        email_verified_at: row.moment_if_any("email_verified_at")?,
        name: row.text("name")?,
        phone: row.text_if_any("phone")?,
        locale: row.text_if_any("locale")?,
        marketing_consent_at: row.moment_if_any("marketing_consent_at")?,
        disabled_at: row.moment_if_any("disabled_at")?,
        created_at: row.moment("created_at")?,
        updated_at: row.moment("updated_at")?,
        version: row.int("version")?,
        credentials_version: row.int("credentials_version")?,
        email_undeliverable_at: row.moment_if_any("email_undeliverable_at")?,
    })
}
