//! The look-up that every request makes, on servers: those that come at the same time share a query.

use std::sync::OnceLock;
use std::time::Duration;

use doorstep_base::{SecretHash, SessionId};

use super::db::{Db, Row};
use super::rows;
use super::value::{Bind, Value};
use crate::coalesce::{Coalescer, MOST};
use crate::{FoundSession, StoreResult};

/// How many queries of one kind may be under way. With two, the next batch is on its way while the server works.
const LANES: usize = 2;
/// As many connections as may be needed at once.
pub(super) const CONNECTIONS: u32 = 4;
/// Into how many places the keys of a query are put. Few, because each size is a statement that a server prepares.
const SIZES: [usize; 5] = [1, 4, 16, 32, MOST];

pub(super) struct Lookups {
    db: Db,
    by_secret: Coalescer<SecretHash, FoundSession>,
    by_id: Coalescer<SessionId, FoundSession>,
}

impl Lookups {
    /// Over connections of their own, so that a session check does not wait behind the writes of a login storm.
    pub fn over(db: Db, patience: Duration) -> Self {
        let (first, second) = (db.clone(), db.clone());
        let by_secret = Coalescer::new(
            LANES,
            Box::new(move |keys| {
                let db = first.clone();
                Box::pin(async move { ask(&db, &BY_SECRETS, &keys, secret_and_session).await })
            }),
        );
        let by_id = Coalescer::new(
            LANES,
            Box::new(move |keys| {
                let db = second.clone();
                Box::pin(async move { ask(&db, &BY_IDS, &keys, id_and_session).await })
            }),
        );
        Self { db, by_secret: by_secret.within(patience), by_id: by_id.within(patience) }
    }

    pub async fn by_secret(&self, secret: SecretHash) -> StoreResult<Option<FoundSession>> {
        self.by_secret.find(secret).await
    }

    pub async fn by_id(&self, id: SessionId) -> StoreResult<Option<FoundSession>> {
        self.by_id.find(id).await
    }

    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// A statement in its sizes.
struct Sizes {
    key: &'static str,
    texts: [OnceLock<String>; SIZES.len()],
}

static BY_SECRETS: Sizes = Sizes { key: "s.secret", texts: [const { OnceLock::new() }; SIZES.len()] };
static BY_IDS: Sizes = Sizes { key: "s.id", texts: [const { OnceLock::new() }; SIZES.len()] };

impl Sizes {
    /// The smallest that has a place for each of so many keys, and how many places it has.
    fn of(&self, keys: usize) -> (&str, usize) {
        let fitting = SIZES.iter().position(|size| *size >= keys).unwrap_or(SIZES.len() - 1);
        let places = SIZES[fitting];
        let text = self.texts[fitting].get_or_init(|| {
            let condition = format!("{} IN ({})", self.key, vec!["?"; places].join(", "));
            rows::select_found_sessions(&format!("{}, ", self.key), &condition)
        });
        (text, places)
    }
}

async fn ask<K: Bind>(
    db: &Db,
    sizes: &Sizes,
    keys: &[K],
    read: fn(&mut Row<'_>) -> StoreResult<(K, FoundSession)>,
) -> StoreResult<Vec<(K, FoundSession)>> {
    let (text, places) = sizes.of(keys.len());
    // The places that are left over ask for the first key again.
    let values: Vec<Value<'_>> =
        keys.iter().chain(keys.iter().take(1).cycle()).take(places).map(Bind::bind).collect();
    db.all(text, &values, read).await
}

fn secret_and_session(row: &mut Row<'_>) -> StoreResult<(SecretHash, FoundSession)> {
    Ok((SecretHash(row.array()?), rows::found_session(row)?))
}

fn id_and_session(row: &mut Row<'_>) -> StoreResult<(SessionId, FoundSession)> {
    Ok((SessionId::from_bytes(row.array()?), rows::found_session(row)?))
}
