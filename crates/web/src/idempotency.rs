//! Requests that may come again (draft-ietf-httpapi-idempotency-key-header): the same key and contents get the first
//! answer, secrets included, although neither the request nor a secret is stored: they are derived again from a stored
//! nonce, the caller's key and the server's own.

use std::iter;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use doorstep_base::{
    Clock, Code, CustomerId, Derived, MasterKeys, Random, SecretHash, SessionId, crypto, random,
};
use doorstep_store::{Idempotency, Store};

use crate::ApiError;

/// The header that names a request that may come again.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
const LONGEST_KEY: usize = 255;

/// A route whose requests may come again.
#[derive(Clone, Copy, Debug)]
pub struct Repeatable {
    /// One key at two routes is two keys.
    pub route: &'static str,
    /// What the hash of the contents is made with.
    pub contents: &'static str,
    /// Whose the keys are, where somebody is signed in: one key of two customers is two keys.
    pub customer: Option<CustomerId>,
}

impl Repeatable {
    #[must_use]
    pub const fn of(self, customer: CustomerId) -> Self {
        Self { customer: Some(customer), ..self }
    }
}

/// A request with a key. Weak keys are safe too: without the server's own they open nothing.
pub struct KeyedRequest {
    key: String,
    /// Under which the record is found.
    hash: SecretHash,
    contents: SecretHash,
    /// The same under the other master key, while the key is changed.
    other_contents: Option<SecretHash>,
}

impl KeyedRequest {
    fn is_that_of(&self, record: &Idempotency) -> bool {
        record.payload == self.contents || Some(record.payload) == self.other_contents
    }
}

/// Knows requests again.
pub struct Repeats {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    master: MasterKeys,
    kept: Duration,
}

impl Repeats {
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        master: MasterKeys,
        kept: Duration,
    ) -> Self {
        Self { store, clock, random, master, kept }
    }

    /// The request, when it has a key. Leave passwords out of its `contents`: even a keyed fast hash of one must not lie in
    /// a database.
    pub fn read(
        &self,
        headers: &HeaderMap,
        what: Repeatable,
        contents: &[&[u8]],
    ) -> Result<Option<KeyedRequest>, ApiError> {
        let Some(key) = read_key(headers)? else { return Ok(None) };
        let customer = what.customer.as_ref().map(|customer| customer.as_bytes().as_slice());
        let parts: Vec<&[u8]> = iter::once(key.as_bytes()).chain(customer).collect();
        let hash = SecretHash(crypto::mac(what.route.as_bytes(), &parts));
        let contents = self.master.derive(what.contents, contents);
        let other_contents = contents.other.map(|other| other.hash());
        Ok(Some(KeyedRequest { key, hash, contents: contents.current.hash(), other_contents }))
    }

    /// What was stored with the first request of this key. With other contents the key is refused.
    pub async fn find(&self, request: &KeyedRequest) -> Result<Option<Idempotency>, ApiError> {
        match self.store.find_idempotency(request.hash, self.clock.now()).await? {
            Some(record) if !request.is_that_of(&record) => Err(Code::IdempotencyMismatch.into()),
            found => Ok(found),
        }
    }

    /// The same, also for whoever goes on with the session that the first answer opened: its cookie may have arrived without the
    /// answer's body.
    pub async fn find_for(
        &self,
        request: &KeyedRequest,
        session: SessionId,
    ) -> Result<Option<Idempotency>, ApiError> {
        match self.store.find_idempotency(request.hash, self.clock.now()).await? {
            Some(record) if !request.is_that_of(&record) && record.session != session => {
                Err(Code::IdempotencyMismatch.into())
            }
            found => Ok(found),
        }
    }

    /// What to store with a first request, in the write that does what it asks for.
    pub fn begin(&self, request: &KeyedRequest, customer: CustomerId, session: SessionId) -> Idempotency {
        let now = self.clock.now();
        Idempotency {
            key: request.hash,
            payload: request.contents,
            nonce: random::bytes(&*self.random),
            customer,
            session,
            created_at: now,
            expires_at: now + self.kept,
        }
    }

    /// A secret of the first answer, the same for each repetition: the current one in the first answer, and either of both in a
    /// repetition. `label` tells the secrets of an answer apart.
    pub fn secret(&self, request: &KeyedRequest, record: &Idempotency, label: &str) -> Derived {
        self.master.derive(label, &[&record.nonce, request.key.as_bytes(), record.session.as_bytes()])
    }
}

/// Reads the header, with or without the quotes of the draft.
fn read_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).into_iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if !fits || values.next().is_some() {
        return Err(ApiError::new(Code::MalformedRequest).detail(format!(
            "Idempotency-Key: send it once, with 1 to {LONGEST_KEY} visible ASCII characters, like a UUID."
        )));
    }
    Ok(Some(key.to_owned()))
}
