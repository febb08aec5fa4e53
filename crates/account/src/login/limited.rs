//! The trail of attempts that a limit refused: one row for each account and window, with how many they were. A row for
//! each would let anybody write as much as they can send.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use doorstep_base::{Clock, Code, Timestamp};
use doorstep_store::{AuditKind, Detail, Store, StoreError};
use doorstep_web::{ApiError, Client};

use crate::audit::Auditor;

/// How long refusals are put together.
const WINDOW: Duration = Duration::from_secs(600);
/// So many accounts have a row of their own; what goes beyond shares the row of nobody.
const MOST: usize = 1000;

pub struct Limited {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    auditor: Auditor,
    window: Mutex<Window>,
}

/// What was refused lately. It is in memory only: the process that is killed takes ten minutes of it along.
#[derive(Default)]
struct Window {
    began: Option<Timestamp>,
    accounts: HashMap<String, Refused>,
    others: u64,
}

struct Refused {
    count: u64,
    /// Where the last of them came from.
    client: Client,
}

impl Limited {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, auditor: Auditor) -> Self {
        Self { store, clock, auditor, window: Mutex::default() }
    }

    /// Notes an attempt on this account that was refused, and passes the answer on.
    pub fn noting<T>(
        &self,
        counted: Result<T, ApiError>,
        email_key: &str,
        client: &Client,
    ) -> Result<T, ApiError> {
        if counted.as_ref().is_err_and(|error| error.code() == Code::RateLimited) {
            self.note(email_key, client);
        }
        counted
    }

    fn note(&self, email_key: &str, client: &Client) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.began.get_or_insert(self.clock.now());
        if let Some(refused) = window.accounts.get_mut(email_key) {
            refused.count += 1;
            refused.client = client.clone();
        } else if window.accounts.len() < MOST {
            window.accounts.insert(email_key.to_owned(), Refused { count: 1, client: client.clone() });
        } else {
            window.others += 1;
        }
    }

    /// Writes the rows of a window that is over. To be called now and then.
    pub async fn write_due(&self) {
        let is_due = |began: Timestamp| self.clock.now().since(began) >= WINDOW;
        let window = {
            let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
            if window.began.is_some_and(is_due) { mem::take(&mut *window) } else { Window::default() }
        };
        self.write(window).await;
    }

    /// Writes what there is, because nobody will come back for it.
    pub async fn write_all(&self) {
        let window = mem::take(&mut *self.window.lock().unwrap_or_else(PoisonError::into_inner));
        self.write(window).await;
    }

    async fn write(&self, window: Window) {
        let mut nobodys = window.others;
        for (email_key, refused) in window.accounts {
            match self.write_row(&email_key, &refused).await {
                Ok(true) => {}
                Ok(false) => nobodys += refused.count,
                Err(error) => warn(&error),
            }
        }
        if nobodys > 0 {
            let mut event = self.auditor.event(AuditKind::LoginLimited, &Client::default());
            event.detail = Some(Detail::Count(nobodys));
            if let Err(error) = self.store.record(event.into()).await {
                warn(&error);
            }
        }
    }

    /// `false` for an address that no account has: it is nobody's to be told of, and must not fill the trail.
    async fn write_row(&self, email_key: &str, refused: &Refused) -> Result<bool, StoreError> {
        let Some(customer) = self.store.find_customer_by_email(email_key).await? else { return Ok(false) };
        let mut event = self.auditor.of(AuditKind::LoginLimited, &refused.client, customer.id, None);
        event.detail = Some(Detail::Count(refused.count));
        self.store.record(event.into()).await?;
        Ok(true)
    }
}

fn warn(error: &StoreError) {
    tracing::warn!(%error, "refused attempts could not be written into the audit trail");
}
