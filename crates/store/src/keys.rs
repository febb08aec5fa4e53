//! Keys that sign access tokens. The private half is sealed before it comes here.

use async_trait::async_trait;
use doorstep_base::Timestamp;

use crate::StoreResult;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// 1, 2, 3 …: made by the application, unique, so that of several nodes one makes the next key.
    pub generation: i64,
    pub kid: String,
    pub public_key: Vec<u8>,
    pub sealed_private_key: Vec<u8>,
    pub created_at: Timestamp,
    /// From here on it signs; before, it is only published, so that verifiers know it in time.
    pub signs_from: Timestamp,
    /// From here on no token of it is valid any more.
    pub verifies_until: Timestamp,
}

#[async_trait]
pub trait SigningKeys: Send + Sync {
    /// All keys, oldest generation first.
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKeyRow>>;

    /// Adds the key of a new generation. `false` (and nothing written) when the generation exists.
    ///
    /// Race: of several nodes that make the same generation, one is told `true`.
    async fn insert_signing_key(&self, key: SigningKeyRow) -> StoreResult<bool>;

    /// Puts another seal on the private half of the key that was read as `read`. `false` (and nothing written) when that
    /// key is gone or was sealed again since.
    ///
    /// Race: of several callers that read the same seal, one is told `true`.
    async fn reseal_signing_key(
        &self,
        read: &SigningKeyRow,
        sealed_private_key: Vec<u8>,
    ) -> StoreResult<bool>;
}
