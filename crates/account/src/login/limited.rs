//! The trail of attempts that a limit refused: one row for each account and window, with how many they were. A row for
//! each would let anybody write as much as they can send.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use doorstep_base::{Clock, Code, CustomerId, Timestamp};
use doorstep_store::{AuditKind, Detail, Store, StoreError};
use doorstep_web::{ApiError, Client};

use crate::audit::Auditor;

/// How long refusals are put together.
const WINDOW: Duration = Duration::from_secs(600);
/// So many accounts are remembered; what goes beyond shares the row of nobody.
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
    is_weeded: bool,
}

struct Refused {
    count: u64,
    /// Where the last of them came from.
    client: Client,
    /// Whose account it is, once that was looked up.
    customer: Option<CustomerId>,
}

impl Window {
    fn has_room(&self) -> bool {
        self.accounts.len() < MOST
    }

    /// Takes in what could not be written.
    fn take_back(&mut self, email_key: String, refused: Refused) {
        match self.accounts.get_mut(&email_key) {
            Some(newer) => newer.count += refused.count,
            None => drop(self.accounts.insert(email_key, refused)),
        }
    }
}

impl Limited {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, auditor: Auditor) -> Self {
        Self { store, clock, auditor, window: Mutex::default() }
    }

    /// Notes an attempt on this account that was refused, and passes the answer on.
    pub fn noting<T>(
        self: &Arc<Self>,
        counted: Result<T, ApiError>,
        email_key: &str,
        client: &Client,
    ) -> Result<T, ApiError> {
        if counted.as_ref().is_err_and(|error| error.code() == Code::RateLimited) {
            let is_full = self.note(email_key, client);
            if is_full {
                let limited = self.clone();
                tokio::spawn(async move { limited.weed().await });
            }
        }
        counted
    }

    /// Whether addresses have to be weeded out, and this is who does it.
    fn note(&self, email_key: &str, client: &Client) -> bool {
        let mut window = self.lock();
        window.began.get_or_insert(self.clock.now());
        if let Some(refused) = window.accounts.get_mut(email_key) {
            refused.count += 1;
            refused.client = client.clone();
        } else if window.has_room() {
            let refused = Refused { count: 1, client: client.clone(), customer: None };
            window.accounts.insert(email_key.to_owned(), refused);
        } else {
            window.others += 1;
        }
        !window.has_room() && !mem::replace(&mut window.is_weeded, true)
    }

    /// Made-up addresses must not take the places of customers: those that no account has leave theirs.
    async fn weed(&self) {
        // Others may come while these are looked up: it goes on until all that are left are customers'.
        while let Some(email_key) = self.an_unknown() {
            // What cannot be looked up now stays, and is looked up when it is written.
            let Ok(found) = self.store.find_customer_by_email(&email_key).await else { break };
            let mut window = self.lock();
            match (found, window.accounts.get_mut(&email_key)) {
                (Some(customer), Some(refused)) => refused.customer = Some(customer.id),
                _ => {
                    let gone = window.accounts.remove(&email_key);
                    window.others += gone.map_or(0, |gone| gone.count);
                }
            }
        }
        let mut window = self.lock();
        // With customers alone it is full for this window.
        window.is_weeded =
            window.accounts.values().all(|refused| refused.customer.is_some()) && !window.has_room();
    }

    fn an_unknown(&self) -> Option<String> {
        let window = self.lock();
        let unknown = window.accounts.iter().find(|(_, refused)| refused.customer.is_none());
        unknown.map(|(email_key, _)| email_key.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the rows of a window that is over. To be called now and then.
    pub async fn write_due(&self) {
        let is_due = |began: Timestamp| self.clock.now().since(began) >= WINDOW;
        let window = {
            let mut window = self.lock();
            if window.began.is_some_and(is_due) { mem::take(&mut *window) } else { Window::default() }
        };
        self.write(window).await;
    }

    /// Writes what there is, because nobody will come back for it.
    pub async fn write_all(&self) {
        let window = mem::take(&mut *self.lock());
        self.write(window).await;
    }

    /// What cannot be written waits for the next time.
    async fn write(&self, window: Window) {
        let began_before =
            |newer: &mut Window| newer.began = window.began.into_iter().chain(newer.began).min();
        let mut nobodys = window.others;
        for (email_key, refused) in window.accounts {
            match self.write_row(&email_key, &refused).await {
                Ok(true) => {}
                Ok(false) => nobodys += refused.count,
                Err(error) => {
                    warn(&error);
                    let mut newer = self.lock();
                    began_before(&mut newer);
                    newer.take_back(email_key, refused);
                }
            }
        }
        if nobodys > 0 {
            let mut event = self.auditor.event(AuditKind::LoginLimited, &Client::default());
            event.detail = Some(Detail::Count(nobodys));
            if let Err(error) = self.store.record(event.into()).await {
                warn(&error);
                let mut newer = self.lock();
                began_before(&mut newer);
                newer.others += nobodys;
            }
        }
    }

    /// `false` for an address that no account has: it is nobody's to be told of, and must not fill the trail.
    async fn write_row(&self, email_key: &str, refused: &Refused) -> Result<bool, StoreError> {
        let found = match refused.customer {
            Some(customer) => Some(customer),
            None => self.store.find_customer_by_email(email_key).await?.map(|customer| customer.id),
        };
        let Some(customer) = found else { return Ok(false) };
        let mut event = self.auditor.of(AuditKind::LoginLimited, &refused.client, customer, None);
        event.detail = Some(Detail::Count(refused.count));
        self.store.record(event.into()).await?;
        Ok(true)
    }
}

fn warn(error: &StoreError) {
    tracing::warn!(%error, "refused attempts could not be written into the audit trail, and are tried again");
}
