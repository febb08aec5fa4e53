//! Customers: every decision is made by the statement that writes.

use async_trait::async_trait;
use doorstep_base::{CustomerId, SecretHash, SessionId, Timestamp};

use super::SqlStore;
use super::audit::insert_event;
use super::db::{Row, Tx};
use super::rows::{customer, customer_columns};
use super::sessions::{end_all, insert_row};
use super::value::values;
use crate::{
    AuditEvent, Customer, Customers, EndReason, Idempotency, NewCustomer, NewSession, ProfileChange,
    ReplacePassword, SignupOutcome, StoreResult, UpdateProfile,
};

pub(super) const BY_ID: &str = concat!("SELECT ", customer_columns!(), " FROM customers c WHERE c.id = ?");
pub(super) const BY_EMAIL: &str =
    concat!("SELECT ", customer_columns!(), " FROM customers c WHERE c.email_key = ?");
const FORGET_SIGNUPS: &str = "DELETE FROM idempotency WHERE customer = ?";

#[async_trait]
impl Customers for SqlStore {
    async fn insert_customer_unless_taken(
        &self,
        customer: NewCustomer,
        session: Option<NewSession>,
        idempotency: Option<Idempotency>,
        audit: AuditEvent,
    ) -> StoreResult<SignupOutcome> {
        let signup = Signup { customer, session, idempotency, audit };
        self.db.write(signup, |tx, signup| Box::pin(sign_up(tx, signup))).await
    }

    async fn find_idempotency(&self, key: SecretHash, now: Timestamp) -> StoreResult<Option<Idempotency>> {
        let live = "SELECT idempotency_key, payload, nonce, customer, session, created_at, expires_at \
                    FROM idempotency WHERE idempotency_key = ? AND expires_at > ?";
        self.db.one(live, values![key, now], idempotency).await
    }

    async fn find_customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        self.db.one(BY_ID, values![id], customer).await
    }

    async fn find_customer_by_email(&self, email_key: &str) -> StoreResult<Option<Customer>> {
        self.db.one(BY_EMAIL, values![email_key.as_bytes()], customer).await
    }

    async fn newest_customers(&self, limit: u32) -> StoreResult<Vec<Customer>> {
        let newest = concat!("SELECT ", customer_columns!(), " FROM customers c ORDER BY c.id DESC LIMIT ?");
        self.db.all(newest, values![limit], customer).await
    }

    async fn update_profile(
        &self,
        customer: CustomerId,
        expected_version: Option<i64>,
        change: ProfileChange,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<UpdateProfile> {
        let edit = Edit { customer, expected_version, change, now, audit };
        self.db.write(edit, |tx, edit| Box::pin(edit_profile(tx, edit))).await
    }

    async fn replace_password(&self, change: ReplacePassword, audit: AuditEvent) -> StoreResult<bool> {
        let job = self.db.write_even_when_full((change, audit), |tx, (change, audit)| {
            Box::pin(async move {
                let ReplacePassword { customer, proven, replacement, keep, kept_secret, now } = change;
                if !swap_hash(tx, customer, proven, replacement).await? {
                    return Ok(false);
                }
                end_all(tx, customer, keep.as_ref(), EndReason::PasswordChanged, *now).await?;
                if let (Some(keep), Some(secret)) = (keep, kept_secret) {
                    let renew = "UPDATE sessions SET secret = ? WHERE id = ? AND customer = ?";
                    tx.execute(renew, values![secret, keep, customer]).await?;
                }
                tx.execute(FORGET_SIGNUPS, values![customer]).await?;
                insert_event(tx, audit).await?;
                Ok(true)
            })
        });
        job.await
    }

    async fn rehash_password(
        &self,
        customer: CustomerId,
        proven: &str,
        replacement: &str,
        audit: AuditEvent,
    ) -> StoreResult<bool> {
        let hashes = (proven.to_owned(), replacement.to_owned());
        let job = self.db.write((customer, hashes, audit), |tx, (customer, hashes, audit)| {
            Box::pin(async move {
                let swapped = swap_hash(tx, customer, &hashes.0, &hashes.1).await?;
                if swapped {
                    insert_event(tx, audit).await?;
                }
                Ok(swapped)
            })
        });
        job.await
    }

    async fn set_disabled(
        &self,
        customer: CustomerId,
        disabled_at: Option<Timestamp>,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<bool> {
        let job = self.db.write_even_when_full((customer, disabled_at, now, audit), |tx, asked| {
            Box::pin(async move {
                let (customer, disabled_at, now, audit) = asked;
                let set = "UPDATE customers SET disabled_at = ? WHERE id = ?";
                if tx.execute(set, values![disabled_at, customer]).await? == 0 {
                    return Ok(false);
                }
                if disabled_at.is_some() {
                    end_all(tx, customer, None, EndReason::AccountDisabled, *now).await?;
                }
                insert_event(tx, audit).await?;
                Ok(true)
            })
        });
        job.await
    }

    async fn erase_customer(
        &self,
        customer: CustomerId,
        proven: &str,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<bool> {
        let job = self.db.write_even_when_full((customer, proven.to_owned(), now, audit), |tx, asked| {
            Box::pin(async move {
                let (customer, proven, now, audit) = asked;
                erase(tx, customer, proven, *now, audit).await
            })
        });
        job.await
    }
}

struct Signup {
    customer: NewCustomer,
    session: Option<NewSession>,
    idempotency: Option<Idempotency>,
    audit: AuditEvent,
}

async fn sign_up(tx: &mut Tx<'_>, signup: &Signup) -> StoreResult<SignupOutcome> {
    if let Some(idempotency) = &signup.idempotency
        && !reserve(tx, idempotency).await?
    {
        tx.discard();
        return Ok(SignupOutcome::KeyUsed);
    }
    if !insert_customer(tx, &signup.customer).await? {
        tx.discard();
        return Ok(SignupOutcome::EmailTaken);
    }
    if let Some(session) = &signup.session {
        insert_row(tx, session).await?;
    }
    insert_event(tx, &signup.audit).await?;
    Ok(SignupOutcome::Inserted)
}

async fn reserve(tx: &mut Tx<'_>, idempotency: &Idempotency) -> StoreResult<bool> {
    let Idempotency { key, payload, nonce, customer, session, created_at, expires_at } = idempotency;
    let forget = "DELETE FROM idempotency WHERE idempotency_key = ? AND expires_at <= ?";
    tx.execute(forget, values![key, created_at]).await?;
    let insert = "INSERT INTO idempotency (idempotency_key, payload, nonce, customer, session, created_at, expires_at) \
                  VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = values![key, payload, nonce, customer, session, created_at, expires_at];
    tx.insert_unless_taken(insert, values).await
}

async fn insert_customer(tx: &mut Tx<'_>, new: &NewCustomer) -> StoreResult<bool> {
    let insert = "INSERT INTO customers (id, email, email_key, name, phone, locale, marketing_consent_at, \
                  password_hash, created_at, updated_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)";
    let email_key = new.email_key.as_bytes();
    let values = values![
        new.id,
        new.email,
        email_key,
        new.name,
        new.phone,
        new.locale,
        new.marketing_consent_at,
        new.password_hash,
        new.created_at,
        new.created_at,
    ];
    tx.insert_unless_taken(insert, values).await
}

struct Edit {
    customer: CustomerId,
    expected_version: Option<i64>,
    change: ProfileChange,
    now: Timestamp,
    audit: AuditEvent,
}

async fn edit_profile(tx: &mut Tx<'_>, edit: &Edit) -> StoreResult<UpdateProfile> {
    let ProfileChange { name, phone, locale, marketing_consent_at } = &edit.change;
    let update = "UPDATE customers SET name = COALESCE(?, name), \
                  phone = CASE WHEN ? = 1 THEN ? ELSE phone END, locale = CASE WHEN ? = 1 THEN ? ELSE locale END, \
                  marketing_consent_at = CASE WHEN ? = 1 THEN ? ELSE marketing_consent_at END, \
                  updated_at = ?, version = version + 1 WHERE id = ? AND version = COALESCE(?, version)";
    let (change_phone, change_locale) = (phone.is_some(), locale.is_some());
    let change_consent = marketing_consent_at.is_some();
    let values = values![
        name,
        change_phone,
        phone,
        change_locale,
        locale,
        change_consent,
        marketing_consent_at,
        edit.now,
        edit.customer,
        edit.expected_version,
    ];
    let updated = tx.execute(update, values).await? == 1;
    let Some(found) = tx.one(BY_ID, values![edit.customer], customer).await? else {
        return Ok(UpdateProfile::Missing);
    };
    if !updated {
        return Ok(UpdateProfile::ChangedMeanwhile);
    }
    insert_event(tx, &edit.audit).await?;
    Ok(UpdateProfile::Updated(Box::new(found)))
}

/// One statement: of two callers that proved the same hash, the second finds another one.
async fn swap_hash(tx: &mut Tx<'_>, customer: &CustomerId, proven: &str, next: &str) -> StoreResult<bool> {
    let swap = "UPDATE customers SET password_hash = ? WHERE id = ? AND password_hash = ?";
    Ok(tx.execute(swap, values![next, customer, proven]).await? == 1)
}

async fn erase(
    tx: &mut Tx<'_>,
    customer: &CustomerId,
    proven: &str,
    now: Timestamp,
    audit: &AuditEvent,
) -> StoreResult<bool> {
    let delete = "DELETE FROM customers WHERE id = ? AND password_hash = ?";
    if tx.execute(delete, values![customer, proven]).await? == 0 {
        return Ok(false);
    }
    end_all(tx, customer, None, EndReason::AccountErased, now).await?;
    // Before the trail is cleaned: this row is part of it.
    insert_event(tx, audit).await?;
    for forget in [
        "DELETE FROM addresses WHERE customer = ?",
        FORGET_SIGNUPS,
        "UPDATE sessions SET device = NULL, network = NULL WHERE customer = ?",
        "UPDATE audit SET device = NULL, network = NULL WHERE customer = ?",
    ] {
        tx.execute(forget, values![customer]).await?;
    }
    Ok(true)
}

fn idempotency(row: &mut Row<'_>) -> StoreResult<Idempotency> {
    Ok(Idempotency {
        key: SecretHash(row.array()?),
        payload: SecretHash(row.array()?),
        nonce: row.array()?,
        customer: CustomerId::from_bytes(row.array()?),
        session: SessionId::from_bytes(row.array()?),
        created_at: row.moment()?,
        expires_at: row.moment()?,
    })
}
