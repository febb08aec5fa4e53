//! The rows that more than one verb reads: their columns, and how they become values.

use doorstep_base::CustomerId;

use super::db::Row;
use crate::{Customer, FoundSession, Session, SessionMode, StoreResult};

/// In the order in which [`customer_after_id`] reads. The table is called `c`.
macro_rules! customer_columns {
    () => {
        "c.id, c.email, c.email_key, c.email_verified_at, c.name, c.phone, c.locale, c.marketing_consent_at, \
         c.password_hash, c.disabled_at, c.created_at, c.updated_at, c.version"
    };
}
pub(super) use customer_columns;

/// In the order in which [`session`] reads. The table is called `s`.
macro_rules! session_columns {
    () => {
        "s.id, s.customer, s.mode, s.created_at, s.last_used_at, s.idle_expires_at, s.expires_at, \
         s.device, s.network, s.ended_at"
    };
}
pub(super) use session_columns;

/// All but the id, which says whether there is one.
fn customer_after_id(id: CustomerId, row: &mut Row<'_>) -> StoreResult<Customer> {
    Ok(Customer {
        id,
        email: row.text()?,
        email_key: row.key()?,
        email_verified_at: row.moment_if_any()?,
        name: row.text()?,
        phone: row.text_if_any()?,
        locale: row.text_if_any()?,
        marketing_consent_at: row.moment_if_any()?,
        password_hash: row.text()?,
        disabled_at: row.moment_if_any()?,
        created_at: row.moment()?,
        updated_at: row.moment()?,
        version: row.int()?,
    })
}

pub(super) fn session(row: &mut Row<'_>) -> StoreResult<Session> {
    Ok(Session {
        id: doorstep_base::SessionId::from_bytes(row.array()?),
        customer: CustomerId::from_bytes(row.array()?),
        mode: row.word(SessionMode::from_text)?,
        created_at: row.moment()?,
        last_used_at: row.moment()?,
        idle_expires_at: row.moment()?,
        expires_at: row.moment()?,
        device: row.text_if_any()?,
        network: row.text_if_any()?,
        ended_at: row.moment_if_any()?,
    })
}

/// A session and the customer that was joined to it, if there is one.
pub(super) fn found_session(row: &mut Row<'_>) -> StoreResult<FoundSession> {
    let session = session(row)?;
    let customer = match row.array_if_any()? {
        Some(id) => Some(customer_after_id(CustomerId::from_bytes(id), row)?),
        None => None,
    };
    Ok(FoundSession { session, customer })
}

pub(super) fn text(row: &mut Row<'_>) -> StoreResult<String> {
    row.text()
}

pub(super) fn number(row: &mut Row<'_>) -> StoreResult<i64> {
    row.int()
}
