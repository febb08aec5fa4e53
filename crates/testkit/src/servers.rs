//! Databases on real servers, which `tools/databases` starts: `DOORSTEP_TEST_POSTGRES` and the like say where they are.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, MySqlConnection, PgConnection};
use tokio::time::timeout;

use crate::Engine;

/// A database that was made on a server, and is dropped with this value.
pub struct Made {
    engine: Engine,
    server: String,
    name: String,
}

impl Made {
    pub async fn on(engine: Engine) -> Self {
        let made = Self { engine, server: server(engine), name: name() };
        made.define(&format!("CREATE DATABASE {}", made.name)).await;
        made
    }

    /// The server's URL with this database in it.
    pub fn url(&self) -> String {
        let (scheme, rest) = self.server.split_once("://").unwrap();
        let (rest, options) =
            rest.split_once('?').map_or((rest, String::new()), |(a, b)| (a, format!("?{b}")));
        let host = rest.split_once('/').map_or(rest, |(host, _)| host);
        format!("{scheme}://{host}/{}{options}", self.name)
    }

    async fn define(&self, statement: &str) {
        let statement = sqlx::raw_sql(AssertSqlSafe(statement));
        match self.engine {
            Engine::Postgres => {
                let mut server = PgConnection::connect(&self.server).await.unwrap();
                statement.execute(&mut server).await.unwrap();
            }
            Engine::Mariadb | Engine::Mysql => {
                let mut server = MySqlConnection::connect(&self.server).await.unwrap();
                statement.execute(&mut server).await.unwrap();
            }
            // There a database comes into being with its first document.
            Engine::Sqlite | Engine::Mongodb => {}
        }
    }

    async fn delete(&self) {
        match self.engine {
            Engine::Postgres => self.define(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await,
            Engine::Mongodb => {
                let server = mongodb::Client::with_uri_str(&self.server).await.unwrap();
                server.database(&self.name).drop().await.unwrap();
            }
            _ => self.define(&format!("DROP DATABASE {}", self.name)).await,
        }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // The test's own runtime may be ending: this needs one that is not. What cannot be dropped goes with the server.
        std::thread::scope(|scope| {
            let dropping = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let _ = runtime.block_on(async { timeout(Duration::from_secs(5), self.delete()).await });
            });
            let _ = dropping.join();
        });
    }
}

fn server(engine: Engine) -> String {
    let variable = format!("DOORSTEP_TEST_{}", engine.name().to_uppercase());
    std::env::var(&variable).unwrap_or_else(|_| {
        panic!(
            "{variable} does not say where a server is. Start one: tools/databases start {}",
            engine.name()
        )
    })
}

/// A name that no other test has, in this process or another.
fn name() -> String {
    format!("doorstep_{:016x}", RandomState::new().build_hasher().finish())
}
