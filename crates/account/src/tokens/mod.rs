//! Access tokens (signed, short-lived, for services that verify offline) and the refresh tokens behind them.
//!
//! [`Tokens`] signs and verifies with the keys of the [`ring`], which makes a new key by itself before the old one is
//! due. A verified token says who asks; whether the session still lives is asked of the store on every request.

mod jwt;
mod refresh;
mod ring;
pub mod routes;
mod seal;

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::{Clock, Code, CustomerId, MasterKeys, Random, SessionId, Timestamp, crypto};
use doorstep_store::Store;
use doorstep_web::ApiError;
use moka::sync::Cache;

use crate::hints;

pub use jwt::{Claims, Header, parse};
pub use refresh::{Refresh, RefreshToken};
pub use ring::{KeyRing, RingError};
pub use seal::{Seal, Sealed};

/// Verified tokens remembered at most: an EdDSA check costs three times a whole small request.
const MOST_REMEMBERED: u64 = 50_000;
/// A token longer than this is none of ours.
const LONGEST_TOKEN: usize = 2048;
/// How far another node's clock may be ahead.
const SKEW: Duration = Duration::from_secs(90);

#[derive(Clone, Debug)]
pub struct TokenConfig {
    pub issuer: String,
    pub audience: String,
    pub access_ttl: Duration,
    pub refresh_grace: Duration,
    /// How long a key signs.
    pub key_rotation: Duration,
    /// How long before its turn a new key is published.
    pub key_overlap: Duration,
}

pub struct Tokens {
    ring: KeyRing,
    config: TokenConfig,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    verified: Cache<[u8; 32], Verified>,
}

/// Who a verified access token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    pub customer: CustomerId,
    pub session: SessionId,
    expires_at: Timestamp,
}

impl Tokens {
    pub async fn start(
        config: TokenConfig,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        master: &MasterKeys,
    ) -> Result<Self, RingError> {
        let ring = KeyRing::start(&config, store, clock.clone(), random.clone(), master).await?;
        Ok(Self { ring, config, clock, random, verified: Cache::new(MOST_REMEMBERED) })
    }

    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// A fresh access token and the moment it expires.
    pub fn issue(&self, customer: CustomerId, session: SessionId) -> Result<(String, Timestamp), ApiError> {
        let now = self.clock.now();
        // The first whole second at which it has lived as long as is said: the seconds of a claim are whole (RFC 7519, NumericDate).
        let last_moment = now + self.config.access_ttl + Duration::from_millis(999);
        let expires_at = Timestamp::from_millis(last_moment.as_seconds() * 1000);
        let id = doorstep_base::random::bytes::<16>(&*self.random);
        let claims = Claims {
            iss: self.config.issuer.clone(),
            aud: self.config.audience.clone(),
            sub: customer.to_string(),
            sid: session.to_string(),
            jti: jwt::encode(&id),
            iat: now.as_seconds(),
            exp: expires_at.as_seconds(),
        };
        let token = self.ring.sign(&claims, now).ok_or_else(|| {
            ApiError::new(Code::Unavailable).cause("no signing key is in its time: key rotation has failed")
        })?;
        Ok((token, expires_at))
    }

    /// Checks form, algorithm, key, signature, issuer, audience and time (RFC 8725, RFC 9068).
    pub async fn verify(&self, token: &str) -> Result<Verified, ApiError> {
        let verified = self.whose(token).await?;
        if self.clock.now() < verified.expires_at {
            return Ok(verified);
        }
        Err(ApiError::new(Code::TokenExpired).because(hints::token_expired()))
    }

    /// Whom a genuine token speaks for, or spoke for when its time is over.
    pub async fn whose(&self, token: &str) -> Result<Verified, ApiError> {
        let fingerprint = crypto::sha256(token.as_bytes());
        let now = self.clock.now();
        if let Some(verified) = self.verified.get(&fingerprint) {
            return Ok(verified);
        }
        if token.len() > LONGEST_TOKEN {
            return Err(Code::TokenInvalid.into());
        }
        let parsed = parse(token).ok_or(Code::TokenInvalid)?;
        if !self.ring.verify(&parsed, now).await {
            let refused = ApiError::new(Code::TokenInvalid);
            let is_known = self.ring.knows(&parsed.kid);
            return Err(if is_known { refused } else { refused.because(hints::unknown_key()) });
        }
        let verified = self.accept(&parsed.claims, now).ok_or(Code::TokenInvalid)?;
        if now < verified.expires_at {
            self.verified.insert(fingerprint, verified);
        }
        Ok(verified)
    }

    fn accept(&self, claims: &Claims, now: Timestamp) -> Option<Verified> {
        let lifetime = claims.exp.checked_sub(claims.iat)?;
        let is_ours = claims.iss == self.config.issuer
            && claims.aud == self.config.audience
            && claims.iat <= (now + SKEW).as_seconds()
            && (0..=24 * 3600).contains(&lifetime);
        let expires_at = Timestamp::from_millis(claims.exp.checked_mul(1000)?);
        let (customer, session) = (claims.sub.parse().ok()?, claims.sid.parse().ok()?);
        is_ours.then_some(Verified { customer, session, expires_at })
    }
}
