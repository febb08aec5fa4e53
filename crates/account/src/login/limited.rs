//! The trail of attempts that a limit refused: one row for each account and window, with how many they were. A row for
//! each would let anybody write as much as they can send.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use doorstep_base::{Clock, CustomerId, Timestamp};
use doorstep_store::{AuditKind, Customer, Detail, Store, StoreError};
use doorstep_web::{ApiError, Client, Per};

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
    /// When the first of them was. An account that is younger is somebody else's, who signed up with the same address.
    since: Timestamp,
    /// Where the last of them came from.
    client: Client,
    /// Whose account it is, once that was looked up.
    customer: Option<CustomerId>,
}

impl Refused {
    fn is_of(&self, customer: &Customer) -> bool {
        customer.created_at <= self.since
    }
}

impl Window {
    fn has_room(&self) -> bool {
        self.accounts.len() < MOST
    }

    /// It is nobody's from here on.
    fn forget(&mut self, email_key: &str) {
        let gone = self.accounts.remove(email_key);
        self.others += gone.map_or(0, |gone| gone.count);
    }

    /// Takes in what could not be written.
    fn take_back(&mut self, email_key: String, refused: Refused) {
        match self.accounts.get_mut(&email_key) {
            Some(newer) => {
                newer.count += refused.count;
                newer.since = refused.since;
            }
            None => drop(self.accounts.insert(email_key, refused)),
        }
    }
}

impl Limited {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, auditor: Auditor) -> Self {
        Self { store, clock, auditor, window: Mutex::default() }
    }

    /// Notes an attempt on this account that a limit refused, and passes the answer on. What the limit of a network refuses is
    /// nobody's in the trail: whoever is named there did nothing, and nothing was done to them.
    pub fn noting<T>(
        self: &Arc<Self>,
        counted: Result<T, ApiError>,
        email_key: &str,
        client: &Client,
    ) -> Result<T, ApiError> {
        let refused_by = counted.as_ref().err().and_then(ApiError::refused_by);
        if refused_by.is_some_and(|limit| limit.per() == Per::Network) {
            self.note_nobodys();
        } else if refused_by.is_some() && self.note(email_key, client) {
            let limited = self.clone();
            tokio::spawn(async move { limited.weed().await });
        }
        counted
    }

    /// The account is erased: where its attempts came from goes with it.
    pub fn forget(&self, email_key: &str) {
        self.lock().forget(email_key);
    }

    fn note_nobodys(&self) {
        let mut window = self.lock();
        window.began.get_or_insert(self.clock.now());
        window.others += 1;
    }

    /// Whether addresses have to be weeded out, and this is who does it.
    fn note(&self, email_key: &str, client: &Client) -> bool {
        let (mut window, now) = (self.lock(), self.clock.now());
        window.began.get_or_insert(now);
        if let Some(refused) = window.accounts.get_mut(email_key) {
            refused.count += 1;
            refused.client = client.clone();
        } else if window.has_room() {
            let refused = Refused { count: 1, since: now, client: client.clone(), customer: None };
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
                (Some(customer), Some(refused)) if refused.is_of(&customer) => {
                    refused.customer = Some(customer.id);
                }
                _ => window.forget(&email_key),
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
        let mut accounts = window.accounts.into_iter();
        while let Some((email_key, refused)) = accounts.next() {
            match self.write_row(&email_key, &refused).await {
                Ok(true) => {}
                Ok(false) => nobodys += refused.count,
                Err(error) => {
                    warn(&error);
                    let mut newer = self.lock();
                    began_before(&mut newer);
                    newer.take_back(email_key, refused);
                    // Each of the others would wait as long for the same database.
                    accounts.by_ref().for_each(|(email_key, refused)| newer.take_back(email_key, refused));
                    newer.others += mem::take(&mut nobodys);
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
            None => {
                let found = self.store.find_customer_by_email(email_key).await?;
                found.filter(|customer| refused.is_of(customer)).map(|customer| customer.id)
            }
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use doorstep_base::Random;
    use doorstep_testkit::TestDatabase;
    use doorstep_testkit::app::MovingClock;
    use doorstep_testkit::contract::made;

    use super::*;

    struct Counter(AtomicU8);

    impl Random for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, Ordering::SeqCst));
        }
    }

    fn limited(store: &Arc<dyn Store>) -> Limited {
        let clock: Arc<dyn Clock> = Arc::new(MovingClock::at(made::NOW));
        let auditor = Auditor::new(clock.clone(), Arc::new(Counter(AtomicU8::new(0))));
        Limited::new(store.clone(), clock, auditor)
    }

    #[tokio::test]
    async fn made_up_addresses_take_no_customers_place() {
        let database = TestDatabase::sqlite().await;
        let first = made::signed_up(&database.store).await;
        let late = made::signed_up(&database.store).await;
        let (limited, client) = (limited(&database.store), Client::default());
        assert!(!limited.note(&first.email_key, &client));
        let asked = (0..MOST).filter(|number| limited.note(&format!("{number}@example.com"), &client));
        assert_eq!(asked.count(), 1, "one weeds");
        limited.weed().await;
        assert!(!limited.note(&late.email_key, &client));
        limited.write_all().await;
        for customer in [first, late] {
            assert!(made::trail(&database.store, customer.id).await.contains(&"login_limited"));
        }
    }

    #[tokio::test]
    async fn whoever_signs_up_later_with_the_same_address_gets_nothing_of_it() {
        let database = TestDatabase::sqlite().await;
        let (store, client) =
            (&database.store, Client { network: "203.0.113.9".into(), ..Client::default() });
        let limited = limited(store);
        for is_weeded in [false, true] {
            let mut later = made::customer();
            limited.note(&later.email_key, &client);
            later.created_at = made::NOW + Duration::from_secs(1);
            let id = later.id;
            let audit = made::event(AuditKind::SignedUp, id);
            store.insert_customer_unless_taken(later, None, None, audit.into()).await.unwrap();
            if is_weeded {
                limited.weed().await;
            }
            limited.write_all().await;
            assert_eq!(made::trail(store, id).await, ["signed_up"]);
        }
        // Nor does the row that is written while the account goes.
        let erased = made::signed_up(store).await;
        limited.note(&erased.email_key, &client);
        limited.forget(&erased.email_key);
        assert!(limited.lock().accounts.is_empty() && limited.lock().others == 1);
    }

    #[tokio::test]
    async fn what_cannot_be_written_waits_for_the_next_time() {
        let database = TestDatabase::sqlite().await;
        let limited = limited(&database.store);
        limited.note("ada@example.com", &Client::default());
        limited.note_nobodys();
        database.store.close().await;
        limited.write_all().await;
        limited.note("ada@example.com", &Client::default());
        let window = limited.lock();
        assert_eq!(window.accounts["ada@example.com"].count, 2);
        assert_eq!((window.others, window.began), (1, Some(made::NOW)));
    }
}
