//! The signing keys: made by themselves, published before they sign, kept until their last token is dead, sealed at
//! rest ([`Seal`]). All nodes share them through the store.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use doorstep_base::{Clock, MasterKeys, Random, Secret, Timestamp, crypto};
use doorstep_store::{SigningKeyRow, Store, StoreError};
use serde_json::{Value, json};

use super::jwt::{self, Claims, Parsed};
use super::seal::Seal;
use super::{SKEW, TokenConfig};

/// An unknown key id makes the ring look again, but not more often than this.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum RingError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "the signing keys in the database were sealed with another secrets.key. Start with the key that this database \
         was used with (in dev mode it is the file doorstep.key beside the database), or, while the key is changed, name \
         that key in secrets.other_key or secrets.other_key_file"
    )]
    WrongMasterKey,
    #[error("a signing key cannot be made or read")]
    Broken,
}

pub struct KeyRing {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    seal: Seal,
    rotation: Duration,
    overlap: Duration,
    access_ttl: Duration,
    keys: RwLock<Keys>,
}

#[derive(Default)]
struct Keys {
    /// Oldest generation first.
    all: Vec<Arc<Key>>,
    read_at: Option<Timestamp>,
}

struct Key {
    row: SigningKeyRow,
    pair: Ed25519KeyPair,
    public: ParsedPublicKey,
}

impl KeyRing {
    pub(super) async fn start(
        config: &TokenConfig,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        master: &MasterKeys,
    ) -> Result<Self, RingError> {
        let ring = Self {
            store,
            clock,
            random,
            seal: Seal::new(master),
            rotation: config.key_rotation,
            overlap: config.key_overlap.min(config.key_rotation / 2),
            access_ttl: config.access_ttl,
            keys: RwLock::default(),
        };
        ring.maintain().await?;
        Ok(ring)
    }

    /// Reads the keys and makes the next one when it is due. Call it now and then; several nodes may.
    pub async fn maintain(&self) -> Result<(), RingError> {
        self.read().await?;
        let now = self.clock.now();
        let newest = self.keys().last().map(|key| key.row.clone());
        let next = match newest {
            None => Some((1, now)),
            // Made by a clock that was far ahead: waiting for its turn would leave nobody to sign.
            Some(newest) if newest.signs_from > now + self.overlap + SKEW => {
                Some((newest.generation + 1, now))
            }
            Some(newest) => {
                let turn = self.turn_after(&newest);
                (now + self.overlap >= turn).then(|| (newest.generation + 1, turn.max(now)))
            }
        };
        if let Some((generation, signs_from)) = next {
            let row = self.make(generation, signs_from)?;
            if self.store.insert_signing_key(row).await? {
                tracing::info!(generation, "made a new signing key");
            }
            self.read().await?;
        }
        Ok(())
    }

    /// When the successor of a key takes its turn: after the rotation time, and before this key's last token would
    /// outlive it (it may have been made under a shorter rotation time).
    fn turn_after(&self, key: &SigningKeyRow) -> Timestamp {
        (key.signs_from + self.rotation).min(key.verifies_until - self.access_ttl - SKEW)
    }

    fn make(&self, generation: i64, signs_from: Timestamp) -> Result<SigningKeyRow, RingError> {
        let seed = Secret::random(&*self.random);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| RingError::Broken)?;
        let public_key = pair.public_key().as_ref().to_vec();
        let kid = jwt::encode(&crypto::sha256(&public_key)[..12]);
        let sealed_private_key = self.seal.close(&kid, &seed, &*self.random)?;
        // Its successor may come a little late; a token lives for `access_ttl` after the last signature.
        let verifies_until = signs_from + self.rotation + self.overlap + self.access_ttl + SKEW;
        Ok(SigningKeyRow {
            generation,
            kid,
            public_key,
            sealed_private_key,
            created_at: self.clock.now(),
            signs_from,
            verifies_until,
        })
    }

    async fn read(&self) -> Result<(), RingError> {
        let rows = self.store.signing_keys().await?;
        let all = rows.into_iter().map(|row| self.open(row).map(Arc::new)).collect::<Result<_, _>>()?;
        let keys = Keys { all, read_at: Some(self.clock.now()) };
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    fn open(&self, row: SigningKeyRow) -> Result<Key, RingError> {
        let seed = self.seal.open(&row)?;
        let pair = Ed25519KeyPair::from_seed_and_public_key(seed.expose(), &row.public_key)
            .map_err(|_| RingError::Broken)?;
        let public = ParsedPublicKey::new(&ED25519, &row.public_key).map_err(|_| RingError::Broken)?;
        Ok(Key { row, pair, public })
    }

    fn keys(&self) -> Vec<Arc<Key>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    /// Signs with the newest key whose turn has come; before the first one's turn (another node's clock was ahead)
    /// with that one. `None` when its time is over.
    pub(super) fn sign(&self, claims: &Claims, now: Timestamp) -> Option<String> {
        let keys = self.keys();
        let key = keys.iter().rev().find(|key| key.row.signs_from <= now).or_else(|| keys.first())?;
        if now + self.access_ttl > key.row.verifies_until {
            return None;
        }
        let input = jwt::signing_input(&key.row.kid, claims)?;
        let signature = jwt::encode(key.pair.sign(input.as_bytes()).as_ref());
        Some(format!("{input}.{signature}"))
    }

    /// Whether one of the keys, in its time, made this signature. The key id only selects among our own keys.
    pub(super) async fn verify(&self, token: &Parsed<'_>, now: Timestamp) -> bool {
        let mut key = self.find(&token.kid);
        if key.is_none() && self.may_look_again(now) {
            // Another node may have made it a moment ago.
            if let Err(error) = self.read().await {
                tracing::warn!(%error, "the signing keys could not be read again");
            }
            key = self.find(&token.kid);
        }
        key.is_some_and(|key| {
            now < key.row.verifies_until
                && key.public.verify_sig(token.signed.as_bytes(), &token.signature).is_ok()
        })
    }

    /// Whether a key of this id is, or was a moment ago, among those of this database.
    pub(super) fn knows(&self, kid: &str) -> bool {
        self.find(kid).is_some()
    }

    fn find(&self, kid: &str) -> Option<Arc<Key>> {
        self.keys().into_iter().find(|key| key.row.kid == kid)
    }

    fn may_look_again(&self, now: Timestamp) -> bool {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.read_at.is_none_or(|read_at| now.since(read_at) >= LOOK_AGAIN_AFTER)
    }

    /// The public halves that a verifier may need, as a JWK Set (RFC 7517, RFC 8037).
    pub fn jwks(&self) -> Value {
        let now = self.clock.now();
        let live = self.keys().into_iter().filter(|key| now < key.row.verifies_until);
        let keys: Vec<Value> = live
            .map(|key| {
                json!({
                    "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                    "kid": key.row.kid, "x": jwt::encode(&key.row.public_key),
                })
            })
            .collect();
        json!({ "keys": keys })
    }
}
