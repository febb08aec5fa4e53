//! PostgreSQL's URL, and what a server of it must be.

use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgSslMode};

use super::super::Server;
use super::super::address::{Tls, bare, is_local, tls, unreadable};
use super::super::link::Link;
use super::super::open::{Inspect, ask};
use super::hosts::Hosts;
use super::pooler;
use crate::engine::sql::db::Db;
use crate::engine::sql::rows::text;
use crate::url::{self, Host};
use crate::{OpenError, Settings};

/// `server_version_num` of 13.0.
const OLDEST: u32 = 130_000;

pub(crate) async fn open(url: &url::Server, settings: Settings) -> Result<Db, OpenError> {
    // Without a host the driver has one of its own: a socket of this machine, or what its environment says.
    let each: Vec<&[Host]> = match url.hosts.as_slice() {
        [] => vec![&[]],
        hosts => hosts.chunks(1).collect(),
    };
    let all = each.into_iter().map(|host| options(url, host)).collect::<Result<Vec<_>, _>>()?;
    let server = all.iter().map(server).collect::<Vec<_>>().join(",");
    let Some(database) = all[0].get_database().map(str::to_owned) else {
        return Err(url.unusable("it names no database: postgres://USER:PASSWORD@HOST/DATABASE".to_owned()));
    };
    let name = match url.parameter("schema") {
        Some(schema) => format!("{database} (schema {schema}) at {server}"),
        None => format!("{database} at {server}"),
    };
    let opened = Server::open(Hosts::new(all), settings, &server, &name).await?;
    if let Some(schema) = url.parameter("schema") {
        refuse_other_schema(&opened, schema, &name).await?;
    }
    Ok(Db::postgres(name, opened))
}

/// One of the hosts, and everything else that the URL says.
fn options(url: &url::Server, host: &[Host]) -> Result<PgConnectOptions, OpenError> {
    let driver = [
        ("authority", "sslrootcert"),
        ("certificate", "sslcert"),
        ("key", "sslkey"),
        ("application_name", "application_name"),
        ("options", "options"),
    ];
    let mut known: Vec<_> =
        driver.iter().filter_map(|(ours, name)| Some((*name, url.parameter(ours)?))).collect();
    known.extend(url.socket().map(|path| ("host", path)));
    // A socket, or the driver's own place, has a port too: it says which cluster is meant.
    known.extend(url.parameter("port").filter(|_| url.hosts.is_empty()).map(|port| ("port", port)));
    let spelled = url.spelled(host, &known);
    let mut options: PgConnectOptions = spelled.parse().map_err(|error| unreadable(url, &error))?;
    let place = options.get_socket().map_or(options.get_host().to_owned(), |path| path.display().to_string());
    let asked = tls(url, &server(&options), is_local(&place))?;
    options = options.ssl_mode(match asked {
        Tls::Local => PgSslMode::Prefer,
        Tls::Off => PgSslMode::Disable,
        Tls::Unproven => PgSslMode::Require,
        Tls::Authority => PgSslMode::VerifyCa,
        Tls::Full => PgSslMode::VerifyFull,
    });
    if options.get_socket().is_none() {
        options = options.host(bare(&place));
    }
    if let Some(schema) = url.parameter("schema") {
        let is_plain = |sign: char| sign.is_alphanumeric() || "_-$".contains(sign);
        if schema.is_empty() || !schema.chars().all(is_plain) {
            return Err(url.unusable("schema needs the name of one schema: letters, digits and _".to_owned()));
        }
        // Said with the first words of every connection: a pooler that cannot keep it refuses it.
        options = options.options([("search_path", format!("\"{schema}\""))]);
    }
    // Of no use to us, and PgBouncer before 1.20 refuses it.
    Ok(options.extra_float_digits(None).disable_statement_logging())
}

fn server(options: &PgConnectOptions) -> String {
    let port = options.get_port();
    match (options.get_socket(), options.get_host()) {
        (Some(path), _) => format!("{}:{port}", path.display()),
        (None, address) if bare(address).contains(':') => format!("[{}]:{port}", bare(address)),
        (None, name) => format!("{name}:{port}"),
    }
}

/// A schema that is missing, or that a pooler did not keep: the tables would be made, or looked for, in another one.
async fn refuse_other_schema(
    server: &Server<PgConnection>,
    schema: &str,
    name: &str,
) -> Result<(), OpenError> {
    let ask = "SELECT coalesce(current_schema()::text, '')";
    let found = server.one(ask, &[], text).await?;
    if found.as_deref() == Some(schema) {
        return Ok(());
    }
    let cause =
        format!("it has no schema {schema}, or this user may not use it, or a pooler did not pass it on");
    let cure = format!(
        "As its owner run: CREATE SCHEMA \"{schema}\" AUTHORIZATION the user of the URL. Behind a pooler take the schema \
         out of the URL, and run: ALTER ROLE … SET search_path = \"{schema}\""
    );
    Err(OpenError::Unfit { name: name.to_owned(), cause, cure })
}

impl Inspect for PgConnection {
    /// Of several hosts the first one that takes writes; the last one's answer when none does.
    async fn knock(plan: &Hosts, patience: Duration) -> Result<Self, sqlx::Error> {
        let mut last = None;
        for (place, options) in plan.in_order() {
            let knocking = async {
                let mut link = options.connect().await?;
                let takes_writes = !plan.has_others() || link.refuse_read_only().await.is_ok();
                Ok((link, takes_writes))
            };
            // Both in one time: a host may let somebody in and then say nothing more.
            let answer = tokio::time::timeout(plan.share(patience), knocking).await;
            match answer.unwrap_or_else(|_| Err(late(patience))) {
                Ok((link, true)) => {
                    plan.remember(place);
                    return Ok(link);
                }
                Ok((link, false)) => last = Some(Ok(link)),
                Err(error) => last = last.or(Some(Err(error))),
            }
        }
        last.unwrap_or_else(|| Err(late(patience)))
    }

    /// No such role, wrong password, no such database, not from this host, no right to connect.
    fn refusal(error: &sqlx::Error) -> Option<String> {
        let refused = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
        let about_us = refused.code().starts_with("28") || ["3D000", "42501"].contains(&refused.code());
        about_us.then(|| refused.message().to_owned())
    }

    fn pooler(error: &sqlx::Error) -> Option<(String, &'static str)> {
        let refused = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
        let cure = pooler::cure(refused.code(), refused.message())?;
        Some((refused.message().to_owned(), cure))
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

fn late(patience: Duration) -> sqlx::Error {
    let why = format!("no answer within {} ms", patience.as_millis());
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::Place;

    #[test]
    fn a_port_says_which_cluster_of_a_socket_is_meant() {
        for (url, port) in [
            ("postgres:///shop?host=/run/postgresql&port=5433", 5433),
            ("postgres:///shop?port=5433", 5433),
            ("postgres://db/shop?sslmode=disable&port=5433", 5433),
            ("postgres://db:5434/shop?sslmode=disable", 5434),
        ] {
            let Place::Server(server) = Place::of(url).unwrap() else { panic!("{url}") };
            let hosts = server.hosts.get(..1).unwrap_or_default();
            assert_eq!(options(&server, hosts).unwrap().get_port(), port, "{url}");
        }
    }
}
