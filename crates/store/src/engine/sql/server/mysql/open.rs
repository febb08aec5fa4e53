//! The URL of MySQL and MariaDB, and what such a server must be.

use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlSslMode};

use super::super::Server;
use super::super::address::{Tls, bare, is_local, tls, unreadable};
use super::super::open::{Inspect, ask};
use crate::engine::sql::db::Db;
use crate::url;
use crate::{OpenError, Settings};

pub(crate) async fn open(url: &url::Server, settings: Settings) -> Result<Db, OpenError> {
    if url.hosts.len() > 1 {
        let cause = "it names several hosts, and MySQL's protocol has no way to find the one that takes writes: name that \
                     one, or the address of a proxy that follows it";
        return Err(url.unusable(cause.to_owned()));
    }
    let driver =
        [("authority", "ssl-ca"), ("certificate", "ssl-cert"), ("key", "ssl-key"), ("socket", "socket")];
    let known: Vec<_> =
        driver.iter().filter_map(|(ours, name)| Some((*name, url.parameter(ours)?))).collect();
    let spelled = url.spelled(&url.hosts, &known);
    let mut options: MySqlConnectOptions = spelled.parse().map_err(|error| unreadable(url, &error))?;
    let Some(database) = options.get_database().map(str::to_owned) else {
        return Err(url.unusable("it names no database: mysql://USER:PASSWORD@HOST/DATABASE".to_owned()));
    };
    let host = options.get_socket().map_or(options.get_host().to_owned(), |path| path.display().to_string());
    let server = format!("{host}:{}", options.get_port());
    let name = format!("{database} at {server}");
    options = options.ssl_mode(match tls(url, &server, is_local(&host))? {
        Tls::Local => MySqlSslMode::Preferred,
        Tls::Off => MySqlSslMode::Disabled,
        Tls::Unproven => MySqlSslMode::Required,
        Tls::Authority => MySqlSslMode::VerifyCa,
        Tls::Full => MySqlSslMode::VerifyIdentity,
    });
    if options.get_socket().is_none() {
        options = options.host(bare(&host));
    }
    let server = Server::open(options.disable_statement_logging(), settings, &server, &name).await?;
    Ok(Db::mysql(name, server))
}

impl Inspect for MySqlConnection {
    async fn knock(plan: &MySqlConnectOptions, _: Duration) -> Result<Self, sqlx::Error> {
        plan.connect().await
    }

    /// Wrong user or password, no such database, no right on it, not from this host.
    fn refusal(error: &sqlx::Error) -> Option<String> {
        let refused = error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>()?;
        matches!(refused.number(), 1044 | 1045 | 1049 | 1130 | 1698).then(|| refused.message().to_owned())
    }

    async fn inspect(&mut self, server: &str, _: &str) -> Result<(), OpenError> {
        let version = ask(self, "SELECT VERSION()").await?;
        if let Some(needed) = too_old(&version) {
            return Err(OpenError::TooOld { server: server.to_owned(), found: version, needed });
        }
        if ask(self, "SELECT CAST(@@innodb_flush_log_at_trx_commit AS CHAR)").await? != "1" {
            tracing::warn!(
                server,
                "a power cut loses what was acknowledged; set innodb_flush_log_at_trx_commit = 1"
            );
        }
        Ok(())
    }
}

/// What is needed instead of this version, such as `8.4.3`, `10.11.6-MariaDB-0+deb12u1` or `8.0.11-TiDB-v8.5.1`.
fn too_old(version: &str) -> Option<&'static str> {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0_u32);
    let found = (next(), next(), next());
    if version.contains("MariaDB") {
        (found < (10, 6, 0)).then_some("MariaDB 10.6")
    } else if version.contains("TiDB") {
        // It counts on its own.
        None
    } else {
        // The first one with a collation that compares bytes, spaces at the end too.
        (found < (8, 0, 17)).then_some("MySQL 8.0.17")
    }
}

#[cfg(test)]
mod tests {
    use super::too_old;

    #[test]
    fn old_servers_are_told_apart() {
        for old in ["5.7.44-log", "8.0.16", "4"] {
            assert_eq!(too_old(old), Some("MySQL 8.0.17"), "{old}");
        }
        for old in ["10.5.29-MariaDB-0+deb11u1", "5.5.5-MariaDB"] {
            assert_eq!(too_old(old), Some("MariaDB 10.6"), "{old}");
        }
        for new in ["8.0.17", "8.4.3", "9.7.4", "10.6.0-MariaDB", "11.8.2-MariaDB-log", "8.0.11-TiDB-v8.5.1"]
        {
            assert_eq!(too_old(new), None, "{new}");
        }
    }
}
