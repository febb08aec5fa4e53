//! A database of one test, and as many nodes on it as the test asks for.

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::Timestamp;
use doorstep_store::{Settings, Store};
use tempfile::TempDir;

/// Every database that Doorstep runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
    Mariadb,
    Mysql,
    Mongodb,
}

impl Engine {
    pub const ALL: [Self; 5] = [Self::Sqlite, Self::Postgres, Self::Mariadb, Self::Mysql, Self::Mongodb];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
            Self::Mysql => "mysql",
            Self::Mongodb => "mongodb",
        }
    }

    /// The one that `DOORSTEP_TEST_ENGINE` names, so that one test file proves them all; SQLite when it names none.
    pub fn asked_for() -> Self {
        let name = std::env::var("DOORSTEP_TEST_ENGINE").unwrap_or_else(|_| "sqlite".to_owned());
        Self::ALL
            .into_iter()
            .find(|engine| engine.name() == name)
            .unwrap_or_else(|| panic!("DOORSTEP_TEST_ENGINE={name} is no engine"))
    }
}

/// Where an empty database is that nobody else uses. It goes with this value.
pub struct Place {
    url: String,
    _guard: Guard,
}

#[expect(dead_code, reason = "held until it is dropped")]
enum Guard {
    Folder(TempDir),
    #[cfg(feature = "servers")]
    Server(crate::servers::Made),
}

impl Place {
    pub async fn on(engine: Engine) -> Self {
        if engine == Engine::Sqlite {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("shop.db").display());
            return Self { url, _guard: Guard::Folder(folder) };
        }
        Self::on_server(engine).await
    }

    #[cfg(feature = "servers")]
    async fn on_server(engine: Engine) -> Self {
        let made = crate::servers::Made::on(engine).await;
        Self { url: made.url(), _guard: Guard::Server(made) }
    }

    #[cfg(not(feature = "servers"))]
    #[expect(clippy::unused_async, reason = "the other one waits")]
    async fn on_server(engine: Engine) -> Self {
        panic!(
            "{engine:?} needs the feature `servers` of doorstep-testkit, and a server: tools/parts/db has both"
        )
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

/// An empty, migrated database that nobody else uses. It goes with this value.
pub struct TestDatabase {
    pub store: Arc<dyn Store>,
    place: Place,
}

impl TestDatabase {
    pub async fn sqlite() -> Self {
        Self::on(Engine::Sqlite).await
    }

    pub async fn on(engine: Engine) -> Self {
        let place = Place::on(engine).await;
        let store = open(place.url()).await;
        store.migrate(Timestamp::from_millis(0)).await.unwrap();
        Self { store, place }
    }

    pub fn url(&self) -> &str {
        self.place.url()
    }

    /// Another handle on the same database, as a second server would have.
    pub async fn another_node(&self) -> Arc<dyn Store> {
        open(self.url()).await
    }

    /// Closes the store and opens it again, as a restart does.
    pub async fn restart(&mut self) {
        self.store.close().await;
        self.store = self.another_node().await;
    }
}

/// Fifty callers on one customer wait for each other, and another part of the tests may take both cores: what is looked at is
/// what they are told, not how soon.
const PATIENCE: Duration = Duration::from_secs(20);

async fn open(url: &str) -> Arc<dyn Store> {
    doorstep_store::open(url, Settings { timeout: PATIENCE, ..Settings::default() }).await.unwrap()
}
