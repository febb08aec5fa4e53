//! Customers: every decision is made by the write itself, under its filter or a unique index.

use async_trait::async_trait;
use doorstep_base::{CustomerId, SecretHash, SessionId, Timestamp};
use mongodb::bson::{Document, RawDocument, doc};

use super::MongoStore;
use super::audit::insert_event;
use super::documents::{Field, Fields};
use super::failure::Failure;
use super::schema::{ADDRESSES, AUDIT, CUSTOMERS, CUSTOMERS_EMAIL_KEY, IDEMPOTENCY, SESSIONS};
use super::sessions::{end_all, insert_session};
use super::tx::Tx;
use crate::{
    AuditEvent, Customer, Customers, EndReason, Idempotency, NewCustomer, NewSession, ProfileChange,
    ReplacePassword, SignupOutcome, StoreResult, UpdateProfile,
};

#[async_trait]
impl Customers for MongoStore {
    async fn insert_customer_unless_taken(
        &self,
        customer: NewCustomer,
        session: Option<NewSession>,
        idempotency: Option<Idempotency>,
        audit: AuditEvent,
    ) -> StoreResult<SignupOutcome> {
        let lane = customer.email_key.clone();
        let signup = Signup { customer, session, idempotency, audit };
        self.db.write(lane.as_bytes(), signup, |tx, signup| Box::pin(sign_up(tx, signup))).await
    }

    async fn find_idempotency(&self, key: SecretHash, now: Timestamp) -> StoreResult<Option<Idempotency>> {
        let live = doc! { "_id": key.bson(), "expires_at": { "$gt": now.bson() } };
        self.db.find_one(IDEMPOTENCY, live).await?.map(|document| idempotency(&document)).transpose()
    }

    async fn find_customer(&self, id: CustomerId) -> StoreResult<Option<Customer>> {
        let found = self.db.find_one(CUSTOMERS, doc! { "_id": id.bson() }).await?;
        found.map(|document| customer(&document)).transpose()
    }

    async fn find_customer_by_email(&self, email_key: &str) -> StoreResult<Option<Customer>> {
        let found = self.db.find_one(CUSTOMERS, doc! { "email_key": email_key.as_bytes().bson() }).await?;
        found.map(|document| customer(&document)).transpose()
    }

    async fn newest_customers(&self, limit: u32) -> StoreResult<Vec<Customer>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let found = self.db.find_all(CUSTOMERS, doc! {}, doc! { "_id": -1 }, limit.into()).await?;
        found.iter().map(|document| customer(document)).collect()
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
        self.db.write(customer.as_bytes(), edit, |tx, edit| Box::pin(edit_profile(tx, edit))).await
    }

    async fn replace_password(&self, change: ReplacePassword, audit: AuditEvent) -> StoreResult<bool> {
        let lane = change.customer;
        let job = self.db.write(lane.as_bytes(), (change, audit), |tx, (change, audit)| {
            Box::pin(async move {
                let ReplacePassword { customer, proven, replacement, keep, kept_secret, now } = change;
                if !swap_hash(tx, customer, proven, replacement).await? {
                    return Ok(false);
                }
                end_all(tx, customer, keep.as_ref(), EndReason::PasswordChanged, *now).await?;
                if let (Some(keep), Some(secret)) = (keep, kept_secret) {
                    let kept = doc! { "_id": keep.bson(), "customer": customer.bson() };
                    let renew = doc! { "$set": { "secret": secret.bson() } };
                    tx.update_one(SESSIONS, kept, renew).await?;
                }
                tx.delete_many(IDEMPOTENCY, doc! { "customer": customer.bson() }).await?;
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
        let asked = (customer, hashes, audit);
        let job = self.db.write(customer.as_bytes(), asked, |tx, (customer, hashes, audit)| {
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
        let job = self.db.write(customer.as_bytes(), (customer, disabled_at, now, audit), |tx, asked| {
            Box::pin(async move {
                let (customer, disabled_at, now, audit) = asked;
                let set = doc! { "$set": { "disabled_at": disabled_at.bson() }, "$inc": { "turn": 1_i64 } };
                if !tx.update_one(CUSTOMERS, doc! { "_id": customer.bson() }, set).await? {
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
        let asked = (customer, proven.to_owned(), now, audit);
        let job = self.db.write(customer.as_bytes(), asked, |tx, asked| {
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

async fn sign_up(tx: &mut Tx, signup: &Signup) -> Result<SignupOutcome, Failure> {
    if let Some(idempotency) = &signup.idempotency
        && !reserve(tx, idempotency).await?
    {
        return Ok(SignupOutcome::KeyUsed);
    }
    if !tx.insert_unless_taken(CUSTOMERS, new_document(&signup.customer), CUSTOMERS_EMAIL_KEY).await? {
        return Ok(SignupOutcome::EmailTaken);
    }
    if let Some(session) = &signup.session {
        insert_session(tx, session).await?;
    }
    insert_event(tx, &signup.audit).await?;
    Ok(SignupOutcome::Inserted)
}

async fn reserve(tx: &mut Tx, idempotency: &Idempotency) -> Result<bool, Failure> {
    let Idempotency { key, payload, nonce, customer, session, created_at, expires_at } = idempotency;
    let expired = doc! { "_id": key.bson(), "expires_at": { "$lte": created_at.bson() } };
    let record = doc! {
        "_id": key.bson(),
        "payload": payload.bson(),
        "nonce": nonce.bson(),
        "customer": customer.bson(),
        "session": session.bson(),
        "created_at": created_at.bson(),
        "expires_at": expires_at.bson(),
    };
    tx.replace_unless_taken(IDEMPOTENCY, expired, record).await
}

fn new_document(new: &NewCustomer) -> Document {
    doc! {
        "_id": new.id.bson(),
        "email": new.email.bson(),
        "email_key": new.email_key.as_bytes().bson(),
        "email_verified_at": null,
        "name": new.name.bson(),
        "phone": new.phone.bson(),
        "locale": new.locale.bson(),
        "marketing_consent_at": new.marketing_consent_at.bson(),
        "password_hash": new.password_hash.bson(),
        "disabled_at": null,
        "created_at": new.created_at.bson(),
        "updated_at": new.created_at.bson(),
        "version": 1_i64,
        "turn": 0_i64,
    }
}

struct Edit {
    customer: CustomerId,
    expected_version: Option<i64>,
    change: ProfileChange,
    now: Timestamp,
    audit: AuditEvent,
}

async fn edit_profile(tx: &mut Tx, edit: &Edit) -> Result<UpdateProfile, Failure> {
    let ProfileChange { name, phone, locale, marketing_consent_at } = &edit.change;
    let mut set = doc! { "updated_at": edit.now.bson() };
    if let Some(name) = name {
        set.insert("name", name.bson());
    }
    for (field, change) in [("phone", phone), ("locale", locale)] {
        if let Some(change) = change {
            set.insert(field, change.bson());
        }
    }
    if let Some(change) = marketing_consent_at {
        set.insert("marketing_consent_at", change.bson());
    }
    let mut expected = doc! { "_id": edit.customer.bson() };
    if let Some(version) = edit.expected_version {
        expected.insert("version", version);
    }
    let update = doc! { "$set": set, "$inc": { "version": 1_i64 } };
    let Some(updated) = tx.find_and_update(CUSTOMERS, expected, update, false).await? else {
        let stands = tx.find_one(CUSTOMERS, doc! { "_id": edit.customer.bson() }).await?;
        return Ok(stands.map_or(UpdateProfile::Missing, |_| UpdateProfile::ChangedMeanwhile));
    };
    insert_event(tx, &edit.audit).await?;
    Ok(UpdateProfile::Updated(Box::new(customer(&updated)?)))
}

/// One write: of two callers that proved the same hash, the second finds another one.
async fn swap_hash(tx: &mut Tx, customer: &CustomerId, proven: &str, next: &str) -> Result<bool, Failure> {
    let proven = doc! { "_id": customer.bson(), "password_hash": proven.bson() };
    let swap = doc! { "$set": { "password_hash": next.bson() }, "$inc": { "turn": 1_i64 } };
    tx.update_one(CUSTOMERS, proven, swap).await
}

async fn erase(
    tx: &mut Tx,
    customer: &CustomerId,
    proven: &str,
    now: Timestamp,
    audit: &AuditEvent,
) -> Result<bool, Failure> {
    let proven = doc! { "_id": customer.bson(), "password_hash": proven.bson() };
    if !tx.delete_one(CUSTOMERS, proven).await? {
        return Ok(false);
    }
    end_all(tx, customer, None, EndReason::AccountErased, now).await?;
    // Before the trail is cleaned: this event is part of it.
    insert_event(tx, audit).await?;
    let all = doc! { "customer": customer.bson() };
    tx.delete_many(ADDRESSES, doc! { "_id.customer": customer.bson() }).await?;
    tx.delete_many(IDEMPOTENCY, all.clone()).await?;
    for collection in [SESSIONS, AUDIT] {
        let forget = doc! { "$set": { "device": null, "network": null } };
        tx.update_many(collection, all.clone(), forget).await?;
    }
    Ok(true)
}

pub(super) fn customer(document: &RawDocument) -> StoreResult<Customer> {
    let fields = Fields(document);
    Ok(Customer {
        id: CustomerId::from_bytes(fields.array("_id")?),
        email: fields.text("email")?,
        email_key: fields.key("email_key")?,
        email_verified_at: fields.moment_if_any("email_verified_at")?,
        name: fields.text("name")?,
        phone: fields.text_if_any("phone")?,
        locale: fields.text_if_any("locale")?,
        marketing_consent_at: fields.moment_if_any("marketing_consent_at")?,
        password_hash: fields.text("password_hash")?,
        disabled_at: fields.moment_if_any("disabled_at")?,
        created_at: fields.moment("created_at")?,
        updated_at: fields.moment("updated_at")?,
        version: fields.int("version")?,
    })
}

fn idempotency(document: &RawDocument) -> StoreResult<Idempotency> {
    let fields = Fields(document);
    Ok(Idempotency {
        key: SecretHash(fields.array("_id")?),
        payload: SecretHash(fields.array("payload")?),
        nonce: fields.array("nonce")?,
        customer: CustomerId::from_bytes(fields.array("customer")?),
        session: SessionId::from_bytes(fields.array("session")?),
        created_at: fields.moment("created_at")?,
        expires_at: fields.moment("expires_at")?,
    })
}
