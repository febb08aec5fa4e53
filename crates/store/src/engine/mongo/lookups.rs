//! What every request asks: a session with its customer. Look-ups that come while a query is under way go with the next.
//!
//! The session decides whether a request is let in, so its query waits until a majority has confirmed this primary, once
//! for all that it answers. The customer is only shown, and whatever shuts one out ends the sessions in the same
//! transaction: that second query need not wait again.

use std::collections::HashMap;

use doorstep_base::{CustomerId, SecretHash, SessionId};
use mongodb::bson::{Bson, doc};

use super::db::Db;
use super::documents::{Field, Fields};
use super::records::row;
use crate::coalesce::{Ask, Coalescer};
use crate::verbs::{customer, session};
use crate::{Customer, FoundSession, StoreResult, Table};

/// Queries of one kind under way at once: while one waits for the majority, the next may be asked.
const LANES: usize = 4;

pub(super) struct Lookups {
    by_secret: Coalescer<[u8; 32], FoundSession>,
    by_id: Coalescer<[u8; 16], FoundSession>,
}

impl Lookups {
    pub fn new(db: &Db) -> Self {
        Self {
            by_secret: Coalescer::new(LANES, asking(db, "secret")).within(db.timeout()),
            by_id: Coalescer::new(LANES, asking(db, "_id")).within(db.timeout()),
        }
    }

    pub async fn by_secret(&self, secret: SecretHash) -> StoreResult<Option<FoundSession>> {
        self.by_secret.find(secret.0).await
    }

    pub async fn by_id(&self, id: SessionId) -> StoreResult<Option<FoundSession>> {
        self.by_id.find(*id.as_bytes()).await
    }
}

fn asking<const N: usize>(db: &Db, field: &'static str) -> Ask<[u8; N], FoundSession> {
    let db = db.clone();
    Box::new(move |keys| {
        let db = db.clone();
        Box::pin(async move { find(&db, field, &keys).await })
    })
}

async fn find<const N: usize>(
    db: &Db,
    field: &str,
    keys: &[[u8; N]],
) -> StoreResult<Vec<([u8; N], FoundSession)>> {
    let one_of = |keys: Vec<Bson>| doc! { "$in": keys };
    let asked = one_of(keys.iter().map(Field::bson).collect());
    let documents = db.find_all(Table::Sessions.name(), doc! { field: asked }, doc! {}, 0).await?;
    let mut sessions = Vec::with_capacity(documents.len());
    for document in &documents {
        sessions.push((Fields(document).array::<N>(field)?, session(&row(Table::Sessions, document)?)?));
    }
    let mut owners: Vec<CustomerId> = sessions.iter().map(|(_, session)| session.customer).collect();
    owners.sort_unstable();
    owners.dedup();
    let asked = one_of(owners.iter().map(Field::bson).collect());
    let customers = match owners.is_empty() {
        true => Vec::new(),
        false => db.find_hint(Table::Customers.name(), doc! { "_id": asked }).await?,
    };
    let customers: Vec<Customer> = customers
        .iter()
        .map(|document| customer(&row(Table::Customers, document)?))
        .collect::<StoreResult<_>>()?;
    let customers: HashMap<_, _> = customers.into_iter().map(|customer| (customer.id, customer)).collect();
    let with_customer = |(key, session): (_, crate::Session)| {
        let customer = customers.get(&session.customer).cloned();
        (key, FoundSession { session, customer })
    };
    Ok(sessions.into_iter().map(with_customer).collect())
}
