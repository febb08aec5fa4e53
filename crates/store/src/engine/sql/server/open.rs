//! Opening: the first connection, and every reason for which a server cannot be used, in one line each.

use std::time::Duration;

use super::Server;
use super::link::{Link, Want};
use crate::engine::network::{CHECK, explained};
use crate::{OpenError, Settings, StoreError};

/// What a step of the schema may take on tables that are full.
const UNHURRIED: Duration = Duration::from_secs(3600);

/// A driver whose servers can be looked at.
pub(crate) trait Inspect: Link {
    /// The first connection, nothing said on it yet.
    fn knock(plan: &Self::Plan, patience: Duration)
    -> impl Future<Output = Result<Self, sqlx::Error>> + Send;

    /// Why the server did not let us in; `None` when it is not about us.
    fn refusal(error: &sqlx::Error) -> Option<String>;

    /// What a pooler in front of the server refuses, and what to do; `None` when it is not about one.
    fn pooler(_: &sqlx::Error) -> Option<(String, &'static str)> {
        None
    }

    /// Whether the server is new enough and keeps what it acknowledges.
    fn inspect(&mut self, server: &str, name: &str) -> impl Future<Output = Result<(), OpenError>> + Send;
}

impl<L: Inspect> Server<L> {
    /// A server that answers, lets us in and is fit for us. `server` is its host and port, `name` what an operator
    /// calls the database.
    pub async fn open(
        plan: L::Plan,
        settings: Settings,
        server: &str,
        name: &str,
    ) -> Result<Self, OpenError> {
        let unreachable =
            |cause: String| OpenError::Unreachable { server: server.to_owned(), cause, cure: CHECK };
        let late = |_| unreachable(format!("no answer within {} ms", settings.timeout.as_millis()));
        let knocking =
            tokio::time::timeout(settings.timeout, L::knock(&plan, settings.timeout)).await.map_err(late)?;
        let mut link = knocking.map_err(|error| closed_door::<L>(&error, server))?;
        tokio::time::timeout(settings.timeout, link.inspect(server, name)).await.map_err(late)??;
        let writable = tokio::time::timeout(settings.timeout, link.refuse_read_only()).await.map_err(late)?;
        writable.map_err(|failure| OpenError::Unfit {
            name: name.to_owned(),
            cause: failure.error.to_string(),
            cure: "Name the primary".to_owned(),
        })?;
        link.close().await;
        Ok(Self::new(plan, settings))
    }

    /// The same database for work that may take its time, on a connection of its own.
    pub fn unhurried(&self) -> Self {
        Self::new(self.pool.plan().clone(), Settings { connections: 1, timeout: UNHURRIED })
    }
}

fn closed_door<L: Inspect>(error: &sqlx::Error, server: &str) -> OpenError {
    if let Some(cause) = L::refusal(error) {
        return OpenError::Login { server: server.to_owned(), cause };
    }
    if let Some((cause, cure)) = L::pooler(error) {
        return OpenError::Unfit { name: server.to_owned(), cause, cure: cure.to_owned() };
    }
    let said = match error {
        sqlx::Error::Tls(cause) => cause.to_string(),
        sqlx::Error::Io(cause) => cause.to_string(),
        other => other.to_string(),
    };
    // A server's own words are not a library's.
    let is_answer = matches!(error, sqlx::Error::Database(_));
    explained(&said, server).filter(|_| !is_answer).unwrap_or_else(|| OpenError::Unreachable {
        server: server.to_owned(),
        cause: said,
        cure: CHECK,
    })
}

/// One text that the server answers.
pub(super) async fn ask<L: Link>(link: &mut L, sql: &str) -> Result<String, OpenError> {
    let rows = link.fetch(sql, &[], Want::First).await.map_err(|failure| failure.error)?;
    let Some(row) = rows.first() else {
        return Err(StoreError::Corrupt(format!("no answer to {sql}")).into());
    };
    Ok(super::super::db::Row(L::read(row)).text_if_any()?.unwrap_or_default())
}
