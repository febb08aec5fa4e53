//! Keys that sign access tokens.

use async_trait::async_trait;
use mongodb::bson::{RawDocument, RawDocumentBuf, doc};

use super::MongoStore;
use super::documents::{Field, Fields};
use super::failure::Failure;
use super::schema::SIGNING_KEYS;
use crate::{SigningKeyRow, SigningKeys, StoreResult};

#[async_trait]
impl SigningKeys for MongoStore {
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKeyRow>> {
        let found = self.db.find_all(SIGNING_KEYS, doc! {}, doc! { "_id": 1 }, 0).await?;
        found.iter().map(|document| key(document)).collect()
    }

    async fn insert_signing_key(&self, key: SigningKeyRow) -> StoreResult<bool> {
        let keys = self.db.collection(SIGNING_KEYS);
        let document = doc! {
            "_id": key.generation,
            "kid": key.kid.bson(),
            "public_key": key.public_key.as_slice().bson(),
            "sealed_private_key": key.sealed_private_key.as_slice().bson(),
            "created_at": key.created_at.bson(),
            "signs_from": key.signs_from.bson(),
            "verifies_until": key.verifies_until.bson(),
        };
        let insert = async move {
            match keys.insert_one(RawDocumentBuf::try_from(document)?).await.map_err(Failure::from) {
                Ok(_) => Ok(true),
                Err(failure) if failure.is_duplicate() => Ok(false),
                Err(failure) => Err(failure),
            }
        };
        self.db.run(insert).await
    }
}

fn key(document: &RawDocument) -> StoreResult<SigningKeyRow> {
    let fields = Fields(document);
    Ok(SigningKeyRow {
        generation: fields.int("_id")?,
        kid: fields.text("kid")?,
        public_key: fields.bytes("public_key")?.to_vec(),
        sealed_private_key: fields.bytes("sealed_private_key")?.to_vec(),
        created_at: fields.moment("created_at")?,
        signs_from: fields.moment("signs_from")?,
        verifies_until: fields.moment("verifies_until")?,
    })
}
