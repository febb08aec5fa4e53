//! PostgreSQL's URL, and what a server of it must be.

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgSslMode};

use super::super::Server;
use super::super::address::{Address, Tls, bare, is_local};
use super::super::open::{Inspect, ask};
use crate::engine::sql::db::Db;
use crate::{OpenError, Settings};

const PARAMETERS: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "port",
    "user",
    "dbname",
    "application_name",
    "options",
    "statement-cache-capacity",
];
/// `server_version_num` of 13.0.
const OLDEST: u32 = 130_000;

pub(crate) async fn open(url: &str, settings: Settings) -> Result<Db, OpenError> {
    let address = Address::of("postgres", url, PARAMETERS)?;
    let mut options: PgConnectOptions = url.parse().map_err(|error| address.unreadable(&error))?;
    let Some(database) = options.get_database().map(str::to_owned) else {
        return Err(
            address.unusable("it names no database: postgres://USER:PASSWORD@HOST/DATABASE".to_owned())
        );
    };
    let host = options.get_socket().map_or(options.get_host().to_owned(), |path| path.display().to_string());
    let server = format!("{host}:{}", options.get_port());
    let name = format!("{database} at {server}");
    options = options.ssl_mode(match address.tls(&server, is_local(&host))? {
        Tls::Local => PgSslMode::Prefer,
        Tls::Off => PgSslMode::Disable,
        Tls::Unproven => PgSslMode::Require,
        Tls::Authority => PgSslMode::VerifyCa,
        Tls::Full => PgSslMode::VerifyFull,
    });
    if options.get_socket().is_none() {
        options = options.host(bare(&host));
    }
    let server = Server::open(options.disable_statement_logging(), settings, &server, &name).await?;
    Ok(Db::postgres(name, server))
}

impl Inspect for PgConnection {
    async fn knock(plan: &PgConnectOptions) -> Result<Self, sqlx::Error> {
        plan.connect().await
    }

    /// No such role, wrong password, no such database, not from this host, no right to connect.
    fn refusal(error: &sqlx::Error) -> Option<String> {
        let refused = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
        let about_us = refused.code().starts_with("28") || ["3D000", "42501"].contains(&refused.code());
        about_us.then(|| refused.message().to_owned())
    }

    async fn inspect(&mut self, server: &str, name: &str) -> Result<(), OpenError> {
        let version = ask(self, "SELECT current_setting('server_version')").await?;
        if self.server_version_num().is_some_and(|found| found < OLDEST) {
            let found = format!("PostgreSQL {version}");
            return Err(OpenError::TooOld { server: server.to_owned(), found, needed: "PostgreSQL 13" });
        }
        let encoding = ask(self, "SELECT current_setting('server_encoding')").await?;
        if encoding != "UTF8" {
            return Err(OpenError::Unfit {
                name: name.to_owned(),
                cause: format!("it keeps text as {encoding}"),
                cure: "Make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0".to_owned(),
            });
        }
        if ask(self, "SELECT current_setting('fsync', true)").await? == "off" {
            tracing::warn!(server, "fsync is off: a power cut loses what was acknowledged; set fsync = on");
        }
        Ok(())
    }
}
