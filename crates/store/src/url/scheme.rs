//! The word before the `:`, ours and those of other programs.

use crate::OpenError;

/// Which server a URL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Postgres,
    Mysql,
    Mongodb,
}

impl Engine {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Mongodb => "mongodb",
        }
    }
}

/// A word that we know.
#[derive(Clone, Copy)]
pub(super) struct Scheme {
    pub name: &'static str,
    /// How the driver wants it.
    pub driver: &'static str,
    /// None: a SQLite file.
    pub engine: Option<Engine>,
}

const fn known(name: &'static str, driver: &'static str, engine: Option<Engine>) -> Scheme {
    Scheme { name, driver, engine }
}

const OURS: [Scheme; 9] = [
    known("sqlite", "", None),
    known("sqlite3", "", None),
    known("file", "", None),
    known("postgres", "postgres", Some(Engine::Postgres)),
    known("postgresql", "postgres", Some(Engine::Postgres)),
    known("mysql", "mysql", Some(Engine::Mysql)),
    known("mariadb", "mysql", Some(Engine::Mysql)),
    known("mongodb", "mongodb", Some(Engine::Mongodb)),
    known("mongodb+srv", "mongodb+srv", Some(Engine::Mongodb)),
];

/// What URLs of other programs begin with, and what to write instead.
const OTHERS: [(&str, &str); 19] = [
    ("jdbc", "take jdbc: away, and write user and password before the host"),
    ("r2dbc", "take r2dbc: away, and write user and password before the host"),
    ("postgis", "write postgres:// instead of postgis://"),
    ("cockroachdb", "write postgres:// instead of cockroachdb://"),
    ("pgsql", "write postgres:// instead of pgsql://"),
    ("mysql2", "write mysql:// instead of mysql2://"),
    ("mysqlx", "write mysql:// and the port of MySQL's own protocol (3306) instead of mysqlx://"),
    ("mongo", "write mongodb:// instead of mongo://"),
    ("prisma", "prisma:// is a service of Prisma: name the database itself"),
    ("prisma+postgres", "prisma+postgres:// is a service of Prisma: name the database itself"),
    ("libsql", "libsql:// is another protocol: name a file with sqlite:PATH"),
    ("http", "an http address is no database"),
    ("https", "an https address is no database: its console shows another one for programs"),
    ("redis", "Doorstep does not run on Redis"),
    ("rediss", "Doorstep does not run on Redis"),
    ("sqlserver", "Doorstep does not run on SQL Server"),
    ("mssql", "Doorstep does not run on SQL Server"),
    ("oracle", "Doorstep does not run on Oracle"),
    ("psql", "psql is a command: give the URL alone"),
];

/// The word and what stands behind its `:`, or behind its `://` where a server is meant.
pub(super) fn split(url: &str) -> Result<(Scheme, &str), OpenError> {
    let unknown = |cause: &str| Err(OpenError::UnknownScheme(cause.to_owned()));
    if url.starts_with(['"', '\'', '`', '“', '‘']) {
        return unknown("it stands in quotes: take them away");
    }
    // The word of a command in front of it.
    let word = url.split([':', ' ', '=']).next().unwrap_or_default().to_ascii_lowercase();
    if let Some((_, instead)) = OTHERS.iter().find(|(other, _)| *other == word) {
        return unknown(instead);
    }
    if url.contains("://") && url.split("://").next().is_some_and(|before| before.contains(['=', ' '])) {
        return unknown("something stands before it: give the URL alone");
    }
    let Some(scheme) = OURS.into_iter().find(|scheme| scheme.name == word) else {
        // SQLAlchemy names the driver too.
        let driver = word.split_once('+').map(|(front, _)| front);
        return match OURS.into_iter().find(|scheme| Some(scheme.name) == driver) {
            Some(Scheme { name, .. }) => {
                unknown(&format!("write {name}:// without the + and what follows it"))
            }
            // It may be a user or a password.
            None => unknown("its scheme, the word before the first :, is unknown"),
        };
    };
    let rest = &url[word.len()..];
    match (scheme.engine, rest.strip_prefix("://")) {
        (None, _) => Ok((scheme, rest.strip_prefix(':').unwrap_or(rest))),
        (Some(_), Some(rest)) => Ok((scheme, rest)),
        (Some(_), None) => {
            let cause = format!("write {}://USER:PASSWORD@HOST/DATABASE", scheme.name);
            Err(OpenError::Url { scheme: scheme.name, cause })
        }
    }
}
