//! The rows that more than one verb reads: their columns, and how they become values.

use doorstep_base::{CustomerId, SecretHash};

use super::db::Row;
use crate::{Customer, EndReason, FoundSession, Method, Session, SessionMode, StoreResult, Table};

/// In the order in which [`customer_after_id`] reads.
const CUSTOMER: &str = "c.id, c.email, c.email_key, c.email_verified_at, c.name, c.phone, c.locale, c.marketing_consent_at, \
                        c.disabled_at, c.created_at, c.updated_at, c.version, c.credentials_version, c.email_undeliverable_at";
/// In the order in which [`session`] reads.
const SESSION: &str = "s.id, s.customer, s.mode, s.created_at, s.last_used_at, s.idle_expires_at, s.expires_at, \
                       s.device, s.network, s.ended_at, s.end_reason, s.authenticated_at, s.methods, s.refresh";

/// What [`found_session`] reads, after `first`. In the condition the sessions are called `s`.
pub(super) fn select_found_sessions(first: &str, condition: &str) -> String {
    let (sessions, customers) = (Table::Sessions.name(), Table::Customers.name());
    format!(
        "SELECT {first}{SESSION}, {CUSTOMER} FROM {sessions} s LEFT JOIN {customers} c ON c.id = s.customer WHERE {condition}"
    )
}

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
        disabled_at: row.moment_if_any()?,
        created_at: row.moment()?,
        updated_at: row.moment()?,
        version: row.int()?,
        credentials_version: row.int()?,
        email_undeliverable_at: row.moment_if_any()?,
    })
}

fn session(row: &mut Row<'_>) -> StoreResult<Session> {
    let (id, customer) = (row.array()?, row.array()?);
    let mode = row.word(SessionMode::from_text)?;
    let created_at = row.moment()?;
    Ok(Session {
        id: doorstep_base::SessionId::from_bytes(id),
        customer: CustomerId::from_bytes(customer),
        mode,
        created_at,
        last_used_at: row.moment()?,
        idle_expires_at: row.moment()?,
        expires_at: row.moment()?,
        device: row.text_if_any()?,
        network: row.text_if_any()?,
        ended_at: row.moment_if_any()?,
        end_reason: row.text_if_any()?.and_then(|text| EndReason::from_text(&text)),
        authenticated_at: row.moment_if_any()?.unwrap_or(created_at),
        methods: row.text_if_any()?.map_or(vec![Method::Password], |text| Method::list(&text)),
        refresh: row.array_if_any()?.map(SecretHash),
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
