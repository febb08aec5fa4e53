//! The private halves of the signing keys at rest: sealed with a key derived from the master key, opened with either master
//! key, and sealed again when the master key was changed.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use doorstep_base::{Derived, MasterKeys, Random, Secret, random};
use doorstep_store::{SigningKeyRow, Store};

use super::RingError;

const NONCE_BYTES: usize = 12;

pub struct Seal(Derived);

/// How many signing keys are sealed with which master key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    pub with_current: usize,
    pub with_other: usize,
    pub with_neither: usize,
}

impl Seal {
    pub fn new(master: &MasterKeys) -> Self {
        Self(master.derive("signing keys", &[]))
    }

    /// AES-256-GCM with a random nonce in front, bound to the key's id: rows cannot be swapped.
    pub(super) fn close(&self, kid: &str, seed: &Secret, random: &dyn Random) -> Result<Vec<u8>, RingError> {
        let nonce = random::bytes::<NONCE_BYTES>(random);
        let mut sealed = seed.expose().to_vec();
        let aad = Aad::from(kid.as_bytes());
        cipher(&self.0.current)
            .and_then(|cipher| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                cipher.seal_in_place_append_tag(nonce, aad, &mut sealed).ok()
            })
            .ok_or(RingError::Broken)?;
        Ok([&nonce[..], &sealed].concat())
    }

    pub(super) fn open(&self, row: &SigningKeyRow) -> Result<Secret, RingError> {
        self.0.accepted().find_map(|key| opened(key, row)).ok_or(RingError::WrongMasterKey)
    }

    /// What seals the keys in the store. Changes nothing.
    pub async fn count(&self, store: &dyn Store) -> Result<Sealed, RingError> {
        let mut sealed = Sealed::default();
        for row in store.signing_keys().await? {
            let opens = |key: &Secret| opened(key, &row).is_some();
            match (opens(&self.0.current), self.0.other.as_ref().is_some_and(opens)) {
                (true, _) => sealed.with_current += 1,
                (false, true) => sealed.with_other += 1,
                (false, false) => sealed.with_neither += 1,
            }
        }
        Ok(sealed)
    }

    /// Refuses master keys that do not open the store's signing keys. Changes nothing.
    pub async fn check(&self, store: &dyn Store) -> Result<(), RingError> {
        match self.count(store).await?.with_neither {
            0 => Ok(()),
            _ => Err(RingError::WrongMasterKey),
        }
    }

    /// Seals with the current master key what is sealed with the other one; returns how many. One key after the other:
    /// wherever it ends, each is sealed with one of both, and the next run goes on. Several may run.
    pub async fn renew(&self, store: &dyn Store, random: &dyn Random) -> Result<usize, RingError> {
        let mut renewed = 0;
        for row in store.signing_keys().await? {
            if opened(&self.0.current, &row).is_some() {
                continue;
            }
            let sealed = self.close(&row.kid, &self.open(&row)?, random)?;
            renewed += usize::from(store.reseal_signing_key(&row, sealed).await?);
        }
        Ok(renewed)
    }
}

fn cipher(key: &Secret) -> Option<LessSafeKey> {
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).ok()?))
}

fn opened(key: &Secret, row: &SigningKeyRow) -> Option<Secret> {
    let (nonce, sealed) = row.sealed_private_key.split_at_checked(NONCE_BYTES)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut opened = zeroize::Zeroizing::new(sealed.to_vec());
    let seed = cipher(key)?.open_in_place(nonce, Aad::from(row.kid.as_bytes()), &mut opened).ok()?;
    Some(Secret::new(<[u8; 32]>::try_from(&*seed).ok()?))
}
