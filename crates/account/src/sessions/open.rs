//! Opens sessions: the row for the store, and the answer that carries its secrets to the client, once.

use std::sync::Arc;

use axum::http::HeaderValue;
use doorstep_base::{Clock, Code, CustomerId, Random, Secret, SessionId, Timestamp, new_id};
use doorstep_store::{Method, NewSession, Session, SessionMode};
use doorstep_web::{ApiError, Client, CookieName};
use serde::Serialize;
use utoipa::ToSchema;

use super::SessionConfig;
use crate::tokens::{RefreshToken, Tokens};

pub const TOKEN_PREFIX: &str = "ds_token_";
pub const COOKIE_PREFIX: &str = "ds_cookie_";

pub struct Opener {
    config: SessionConfig,
    cookie: CookieName,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    tokens: Arc<Tokens>,
}

/// The secrets of one session. They exist in the answer and at the client; the store gets hashes.
pub struct SessionSecrets {
    pub id: SessionId,
    main: Secret,
    rotating: Secret,
}

impl SessionSecrets {
    /// Secrets that were made elsewhere.
    pub fn of(id: SessionId, main: Secret, rotating: Secret) -> Self {
        Self { id, main, rotating }
    }

    /// Whether they are the session's newest: no refresh token of it was used.
    pub fn are_newest(&self, session: &Session) -> bool {
        session.refresh.is_none_or(|newest| newest == self.rotating.hash())
    }
}

/// The part of an answer that hands a session over. Empty in cookie mode: the cookie has it.
#[derive(Serialize, ToSchema, Default)]
#[serde(rename_all = "camelCase")]
pub struct SessionAnswer {
    /// What to send as `Authorization: Bearer <token>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// When the token stops working at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Only in jwt mode: what to send to `POST /api/token/refresh`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    #[serde(skip)]
    pub cookie: Option<HeaderValue>,
}

impl Opener {
    pub fn new(
        config: SessionConfig,
        cookie: CookieName,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        tokens: Arc<Tokens>,
    ) -> Self {
        Self { config, cookie, clock, random, tokens }
    }

    pub(super) fn modes(&self) -> &[SessionMode] {
        &self.config.modes
    }

    pub(super) fn most_per_customer(&self) -> u32 {
        self.config.most_per_customer
    }

    pub(super) fn secrets(&self) -> SessionSecrets {
        SessionSecrets {
            id: new_id(&*self.clock, &*self.random),
            main: Secret::random(&*self.random),
            rotating: Secret::random(&*self.random),
        }
    }

    /// The row of a session that begins now.
    pub(super) fn row(
        &self,
        customer: CustomerId,
        mode: SessionMode,
        client: &Client,
        secrets: &SessionSecrets,
    ) -> NewSession {
        let now = self.clock.now();
        let expires_at = now + self.config.absolute;
        NewSession {
            id: secrets.id,
            customer,
            mode,
            secret: secrets.main.hash(),
            refresh: (mode == SessionMode::Jwt).then(|| secrets.rotating.hash()),
            methods: vec![Method::Password],
            created_at: now,
            idle_expires_at: (now + self.config.idle).min(expires_at),
            expires_at,
            device: client.device.clone(),
            network: Some(client.network.clone()).filter(|network| !network.is_empty()),
        }
    }

    /// Set-Cookie for a session's secret.
    fn cookie(&self, secret: &Secret, expires_at: Timestamp) -> Result<HeaderValue, ApiError> {
        let age = expires_at.since(self.clock.now()).as_secs();
        Ok(self.cookie.set(&secret.to_text(COOKIE_PREFIX), age).ok_or(Code::Internal)?)
    }

    /// Hands the session over in its mode. `expires_at` is the session's absolute end.
    pub(super) fn answer(
        &self,
        customer: CustomerId,
        mode: SessionMode,
        secrets: SessionSecrets,
        expires_at: Timestamp,
    ) -> Result<SessionAnswer, ApiError> {
        let bearer = |token, until: Timestamp| SessionAnswer {
            token: Some(token),
            token_type: Some("Bearer"),
            expires_at: Some(until.to_string()),
            ..SessionAnswer::default()
        };
        Ok(match mode {
            SessionMode::Cookie => {
                let cookie = self.cookie(&secrets.main, expires_at)?;
                SessionAnswer { cookie: Some(cookie), ..SessionAnswer::default() }
            }
            SessionMode::Token => bearer(secrets.main.to_text(TOKEN_PREFIX), expires_at),
            SessionMode::Jwt => {
                let (token, until) = self.tokens.issue(customer, secrets.id)?;
                let refresh = RefreshToken { family: secrets.main, rotating: secrets.rotating };
                SessionAnswer { refresh_token: Some(refresh.to_text()), ..bearer(token, until) }
            }
        })
    }
}
