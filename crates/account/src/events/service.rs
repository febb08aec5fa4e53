//! Reads the customer's own rows of the audit trail, page by page.

use std::sync::Arc;

use doorstep_store::{AuditEvent, Store};
use doorstep_web::{ApiError, SignedIn};

use super::cursor::Cursor;

/// So many rows are read for a page. It shows fewer where some mean nothing to a customer.
const PAGE: u32 = 50;

pub struct Events {
    store: Arc<dyn Store>,
}

pub struct Page {
    pub events: Vec<AuditEvent>,
    /// Where the next one begins. `None` where there is nothing older.
    pub next: Option<Cursor>,
}

impl Events {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// The rows of who asks, newest first, of those that are older than the one at `before`.
    pub async fn page(&self, who: &SignedIn, before: Option<Cursor>) -> Result<Page, ApiError> {
        let before = before.map(|Cursor { at, id }| (at, id));
        // One more tells whether there is a next page.
        let mut events = self.store.audit_before(who.customer.id, before, PAGE + 1).await?;
        let is_last = events.len() <= PAGE as usize;
        events.truncate(PAGE as usize);
        let oldest = events.last().filter(|_| !is_last);
        let next = oldest.map(|event| Cursor { at: event.at, id: event.id });
        Ok(Page { events, next })
    }
}
