//! PgBouncer between us and PostgreSQL, the one of Debian 12 (1.18) and a new one. `tools/pgbouncer` runs both.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

use doorstep_store::{SessionMode, Settings, Store};
use doorstep_testkit::contract::made;
use doorstep_testkit::{Engine, Place};

use super::{NOW, open, password, refusal, run};

/// How many connections each node has.
const NODE: u32 = 8;

/// With time for a machine that has other things to do.
async fn node(url: &str) -> Arc<dyn Store> {
    let settings = Settings { connections: NODE, timeout: Duration::from_secs(20) };
    doorstep_store::open(url, settings).await.unwrap()
}

/// It ends with the test.
struct Pooler {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Pooler {
    async fn start(which: &str, mode: &str, place: &Place) -> Self {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let (login, rest) = place.url().split_once('@').unwrap();
        let user = login.split("://").nth(1).unwrap().split(':').next().unwrap();
        let behind: std::net::SocketAddr = rest.split('/').next().unwrap().parse().unwrap();
        // A session for each of our connections, or a few for all of them, so that they meet each other's soon.
        let sessions = if mode == "session" { 4 * NODE } else { 6 };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("users"), format!("\"{user}\" \"{}\"\n", password(place.url()))).unwrap();
        let config = format!(
            "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = scram-sha-256\nauth_file = {}\npool_mode = {mode}\ndefault_pool_size = {sessions}\nmin_pool_size = 6\n",
            behind.ip(),
            behind.port(),
            path("users").display(),
        );
        std::fs::write(path("config"), config).unwrap();
        // Not root runs it.
        for (name, mode) in [("", 0o755), ("users", 0o644), ("config", 0o644)] {
            let rights = std::os::unix::fs::PermissionsExt::from_mode(mode);
            std::fs::set_permissions(path(name), rights).unwrap();
        }
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/pgbouncer");
        let process = Command::new(tool).args(["run", which]).arg(path("config")).spawn().unwrap();
        let mut pooler = Self { process, port, _folder: folder };
        pooler.wait().await;
        pooler
    }

    async fn wait(&mut self) {
        for _ in 0..400 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            assert!(self.process.try_wait().unwrap().is_none(), "tools/pgbouncer install has not been run");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the pooler does not listen");
    }

    /// The plain URL, with the pooler's port.
    fn url(&self, place: &Place) -> String {
        let (login, rest) = place.url().split_once('@').unwrap();
        format!("{login}@127.0.0.1:{}/{}", self.port, rest.split_once('/').unwrap().1)
    }
}

/// Everything that a shop does, from two nodes at once.
async fn is_a_shop(url: &str) {
    let store = node(url).await;
    store.migrate(NOW).await.unwrap();
    let other = node(url).await;
    let mut customers = Vec::new();
    for round in 0..24 {
        let node = if round % 2 == 0 { store.clone() } else { other.clone() };
        customers.push(tokio::spawn(async move {
            let customer = made::signed_up(&node).await;
            let session = made::logged_in(&node, &customer, SessionMode::Cookie).await;
            for _ in 0..10 {
                assert!(made::lets_in(&node, &session, made::NOW).await);
            }
        }));
    }
    for customer in customers {
        customer.await.unwrap();
    }
    store.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pooler_for_sessions_takes_the_plain_url() {
    for which in ["old", "new"] {
        let place = Place::on(Engine::Postgres).await;
        let pooler = Pooler::start(which, "session", &place).await;
        is_a_shop(&pooler.url(&place)).await;
    }
}

/// The trigger sees what a transaction was told: where nothing was, the session's words are another's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_pooler_for_transactions_takes_the_plain_url() {
    let place = Place::on(Engine::Postgres).await;
    let pooler = Pooler::start("new", "transaction", &place).await;
    let store = node(&pooler.url(&place)).await;
    store.migrate(NOW).await.unwrap();
    store.close().await;
    let trigger = "CREATE FUNCTION timed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                   IF current_setting('statement_timeout') <> '20s' OR current_setting('lock_timeout') <> '3s' THEN \
                   RAISE EXCEPTION 'it would wait'; END IF; \
                   PERFORM set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false); RETURN NULL; END $$; \
                   CREATE TRIGGER timed AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION timed()";
    run(Engine::Postgres, place.url(), trigger).await;
    is_a_shop(&pooler.url(&place)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_old_pooler_for_transactions_is_named_with_what_to_do() {
    let place = Place::on(Engine::Postgres).await;
    let pooler = Pooler::start("old", "transaction", &place).await;
    let url = pooler.url(&place);
    let mut lines = Vec::new();
    // The first connections may get sessions that nobody has used.
    for _ in 0..10 {
        match open(&url).await {
            Ok(store) => lines.extend(store.migrate(NOW).await.err().map(|error| error.to_string())),
            Err(error) => lines.push(error.to_string()),
        }
    }
    assert!(!lines.is_empty());
    for line in lines {
        assert!(line.contains("max_prepared_statements") && line.contains("pool_mode = session"), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_schema_is_kept_by_a_new_pooler_and_refused_by_an_old_one() {
    let place = Place::on(Engine::Postgres).await;
    run(Engine::Postgres, place.url(), "CREATE SCHEMA own; CREATE TABLE customers (id INT)").await;
    let old = Pooler::start("old", "session", &place).await;
    let line = refusal(&format!("{}?schema=own", old.url(&place))).await;
    assert!(line.contains("ALTER ROLE") && line.contains("search_path"), "{line}");
    let new = Pooler::start("new", "transaction", &place).await;
    is_a_shop(&format!("{}?schema=own", new.url(&place))).await;
}
