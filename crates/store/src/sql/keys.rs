//! Keys that sign access tokens.

use async_trait::async_trait;

use super::SqlStore;
use super::db::Row;
use super::value::values;
use crate::{SigningKeyRow, SigningKeys, StoreResult};

#[async_trait]
impl SigningKeys for SqlStore {
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKeyRow>> {
        let all = "SELECT generation, kid, public_key, sealed_private_key, created_at, signs_from, verifies_until \
                   FROM signing_keys ORDER BY generation";
        self.db.all(all, &[], key).await
    }

    async fn insert_signing_key(&self, key: SigningKeyRow) -> StoreResult<bool> {
        let job = self.db.write(key, |tx, key| {
            Box::pin(async move {
                let insert = "INSERT INTO signing_keys (generation, kid, public_key, sealed_private_key, created_at, \
                              signs_from, verifies_until) VALUES (?, ?, ?, ?, ?, ?, ?)";
                let values = values![
                    key.generation,
                    key.kid,
                    key.public_key,
                    key.sealed_private_key,
                    key.created_at,
                    key.signs_from,
                    key.verifies_until,
                ];
                tx.insert_unless_taken(insert, values).await
            })
        });
        job.await
    }
}

fn key(row: &mut Row<'_>) -> StoreResult<SigningKeyRow> {
    Ok(SigningKeyRow {
        generation: row.int()?,
        kid: row.text()?,
        public_key: row.bytes()?.to_vec(),
        sealed_private_key: row.bytes()?.to_vec(),
        created_at: row.moment()?,
        signs_from: row.moment()?,
        verifies_until: row.moment()?,
    })
}
