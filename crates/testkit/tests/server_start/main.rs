//! What a database server may be like when Doorstep comes: every reason not to start is one line that says what to do,
//! and nothing has changed. And the user of every day, who may not define anything.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::Arc;
use std::time::Duration;

use doorstep_base::{SecretHash, Timestamp};
use doorstep_store::{OpenError, SessionMode, Settings, Store, StoreError};
use doorstep_testkit::contract::made;
use doorstep_testkit::{Engine, Place};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, PgConnection};

mod poolers;
mod tls;
mod urls;

const SERVERS: [Engine; 3] = [Engine::Postgres, Engine::Mariadb, Engine::Mysql];
const NOW: Timestamp = Timestamp::from_millis(0);

async fn open(url: &str) -> Result<Arc<dyn Store>, OpenError> {
    doorstep_store::open(url, Settings { timeout: Duration::from_secs(2), ..Settings::default() }).await
}

/// The line that an operator reads.
async fn refusal(url: &str) -> String {
    let line = match open(url).await {
        Ok(store) => store.migrate(NOW).await.unwrap_err().to_string(),
        Err(error) => error.to_string(),
    };
    assert!(!line.contains('\n') && !line.contains(password(url)), "{line}");
    line
}

fn password(url: &str) -> &str {
    url.split("://").nth(1).unwrap().split(':').nth(1).unwrap().split('@').next().unwrap()
}

async fn run(engine: Engine, url: &str, statement: &str) {
    let statement = sqlx::raw_sql(AssertSqlSafe(statement));
    if engine == Engine::Postgres {
        statement.execute(&mut PgConnection::connect(url).await.unwrap()).await.unwrap();
    } else {
        statement.execute(&mut MySqlConnection::connect(url).await.unwrap()).await.unwrap();
    }
}

/// A user who may read and write the tables that stand, and their URL.
async fn user_of_every_day(engine: Engine, url: &str) -> String {
    let database = url.rsplit('/').next().unwrap();
    let user = format!("u{}", &database[database.len() - 12..]);
    let grant = if engine == Engine::Postgres {
        format!(
            "CREATE ROLE {user} LOGIN PASSWORD 'secret-of-{user}'; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}; \
             REVOKE CREATE ON SCHEMA public FROM PUBLIC"
        )
    } else {
        format!(
            "CREATE USER {user}@'127.0.0.1' IDENTIFIED BY 'secret-of-{user}'; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.* TO {user}@'127.0.0.1'"
        )
    };
    run(engine, url, &grant).await;
    let (scheme, rest) = url.split_once("://").unwrap();
    format!("{scheme}://{user}:secret-of-{user}@{}", rest.split_once('@').unwrap().1)
}

async fn forget_user(engine: Engine, owner: &str, url: &str) {
    let user = url.split("://").nth(1).unwrap().split(':').next().unwrap();
    let forget = if engine == Engine::Postgres {
        format!("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {user}; DROP ROLE {user}")
    } else {
        format!("DROP USER {user}@'127.0.0.1'")
    };
    run(engine, owner, &forget).await;
}

#[tokio::test]
async fn the_user_of_every_day_needs_no_right_to_define() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        open(place.url()).await.unwrap().migrate(NOW).await.unwrap();
        let url = user_of_every_day(engine, place.url()).await;
        let store = open(&url).await.unwrap();
        assert_eq!(store.migrate(NOW).await.unwrap(), 0);
        let customer = made::signed_up(&store).await;
        let session = made::logged_in(&store, &customer, SessionMode::Cookie).await;
        assert!(made::lets_in(&store, &session, made::NOW).await);
        store
            .purge(doorstep_store::Retention {
                sessions_before: made::NOW,
                audit_before: made::NOW,
                expired_before: made::NOW,
            })
            .await
            .unwrap();
        store.close().await;
        forget_user(engine, place.url(), &url).await;
    }
}

#[tokio::test]
async fn a_user_who_may_not_define_is_told_to_migrate_as_the_owner() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        let url = user_of_every_day(engine, place.url()).await;
        let line = refusal(&url).await;
        assert!(line.contains("`doorstep migrate`"), "{engine:?}: {line}");
        forget_user(engine, place.url(), &url).await;
    }
}

#[tokio::test]
async fn a_right_that_is_missing_is_named() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        open(place.url()).await.unwrap().migrate(NOW).await.unwrap();
        let url = user_of_every_day(engine, place.url()).await;
        let (user, database) =
            (url.split("://").nth(1).unwrap().split(':').next().unwrap(), url.rsplit('/').next().unwrap());
        let revoke = if engine == Engine::Postgres {
            format!("REVOKE INSERT ON customers FROM {user}")
        } else {
            format!(
                "REVOKE INSERT ON {database}.* FROM {user}@'127.0.0.1'; \
                 GRANT INSERT ON {database}.audit TO {user}@'127.0.0.1'"
            )
        };
        run(engine, place.url(), &revoke).await;
        let store = open(&url).await.unwrap();
        let new = made::customer();
        let audit = made::event(doorstep_store::AuditKind::SignedUp, new.id);
        let refused = store.insert_customer_unless_taken(new, None, None, audit.into()).await;
        let Err(StoreError::Unavailable(line)) = refused else { panic!("{engine:?}: {refused:?}") };
        assert!(line.contains("customers") && line.contains("grant "), "{engine:?}: {line}");
        forget_user(engine, place.url(), &url).await;
    }
}

#[tokio::test]
async fn who_is_not_let_in_reads_why() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        let wrong = place.url().replace(password(place.url()), "wrong-password");
        let line = refusal(&wrong).await;
        assert!(
            line.contains("refused the login") && line.contains("Check user, password"),
            "{engine:?}: {line}"
        );
        let missing = format!("{}_missing", place.url());
        let line = refusal(&missing).await;
        assert!(line.contains("refused the login") && line.contains("_missing"), "{engine:?}: {line}");
    }
}

#[tokio::test]
async fn a_database_of_another_program_or_a_newer_version_stays_as_it_is() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        run(engine, place.url(), "CREATE TABLE wp_posts (id INT)").await;
        assert!(refusal(place.url()).await.contains("of another program"), "{engine:?}");

        let place = Place::on(engine).await;
        open(place.url()).await.unwrap().migrate(NOW).await.unwrap();
        run(engine, place.url(), "INSERT INTO doorstep_steps (step, taken_at) VALUES (999, 0)").await;
        let line = refusal(place.url()).await;
        assert!(line.contains("step 999") && line.contains("newer version"), "{engine:?}: {line}");
    }
}

#[tokio::test]
async fn a_migration_that_was_cut_off_between_a_step_and_its_mark_is_mended() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        let steps = open(place.url()).await.unwrap().migrate(NOW).await.unwrap();
        if engine == Engine::Postgres {
            // There a step goes with its mark: only a whole one can be missing.
            run(
                engine,
                place.url(),
                "DROP TABLE challenges; DROP TABLE outbox; DROP INDEX used_refreshes_used_at",
            )
            .await;
            run(engine, place.url(), "ALTER TABLE audit DROP COLUMN actor, DROP COLUMN detail").await;
            run(engine, place.url(), "ALTER TABLE customers DROP COLUMN email_undeliverable_at").await;
            run(engine, place.url(), "DELETE FROM doorstep_steps WHERE step >= 28").await;
        } else {
            run(engine, place.url(), "DELETE FROM doorstep_steps WHERE step >= 23").await;
        }
        let mended = open(place.url()).await.unwrap().migrate(NOW).await.unwrap();
        assert!(mended > 0 && mended < steps, "{engine:?}: {mended}");
        let store = open(place.url()).await.unwrap();
        let customer = made::signed_up(&store).await;
        made::logged_in(&store, &customer, SessionMode::Jwt).await;
    }
}

/// The database that the SQLite engine tries too, in this server's words.
fn former_release(engine: Engine) -> String {
    let postgres = [
        ("{id}", "BYTEA"),
        ("{hash}", "BYTEA"),
        ("{key}", "BYTEA"),
        ("{bytes}", "BYTEA"),
        ("{text}", "TEXT"),
        ("{word}", "TEXT"),
        ("{int}", "BIGINT"),
        ("{clustered}", ""),
        ("{x ", "'\\x"),
        ("}", "'"),
    ];
    let mysql = [
        ("{id}", "BINARY(16)"),
        ("{hash}", "VARBINARY(32)"),
        ("{key}", "VARBINARY(512)"),
        ("{bytes}", "BLOB"),
        ("{text}", "TEXT CHARACTER SET utf8mb4"),
        ("{word}", "VARCHAR(255) CHARACTER SET utf8mb4"),
        ("{int}", "BIGINT"),
        ("{clustered}", "ENGINE = InnoDB"),
        ("{x ", "X'"),
        ("}", "'"),
    ];
    let words = if engine == Engine::Postgres { postgres } else { mysql };
    let former = include_str!("../../../store/tests/former/release-0.1.sql");
    words.iter().fold(former.to_owned(), |text, (word, spelling)| text.replace(word, spelling))
}

#[tokio::test]
async fn a_database_of_the_first_release_goes_on() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        run(engine, place.url(), &former_release(engine)).await;
        let store = open(place.url()).await.unwrap();
        assert_eq!(store.migration().await.unwrap().found, 17, "{engine:?}");
        assert!(store.migrate(NOW).await.unwrap() > 0, "{engine:?}");
        let found = store.find_session_by_secret(SecretHash([3; 32])).await.unwrap().unwrap();
        assert!(found.session.is_live(made::NOW), "{engine:?}");
        let customer = found.customer.unwrap();
        assert_eq!((customer.version, customer.credentials_version), (7, 1), "{engine:?}");
        assert_eq!(store.find_password(customer.id).await.unwrap().as_deref(), Some("$former"), "{engine:?}");
        // A login and a new password work on what was taken along.
        let session = made::session(customer.id, SessionMode::Cookie);
        let audit = made::event(doorstep_store::AuditKind::LoggedIn, customer.id);
        let opened = store.insert_session(session, customer.proof(), 9, vec![], audit.into()).await;
        assert_eq!(opened.unwrap(), doorstep_store::InsertSession::Inserted, "{engine:?}");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_migrate_at_once_all_succeed() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        let mut migrating = Vec::new();
        for _ in 0..4 {
            let store = open(place.url()).await.unwrap();
            migrating.push(tokio::spawn(async move { store.migrate(NOW).await.unwrap() }));
        }
        let mut taken = 0;
        for node in migrating {
            taken += node.await.unwrap();
        }
        let place = Place::on(engine).await;
        let alone = open(place.url()).await.unwrap().migrate(NOW).await.unwrap();
        assert_eq!(taken, alone, "{engine:?}");
    }
}

#[tokio::test]
async fn an_encoding_that_cannot_keep_every_name_is_refused() {
    let place = Place::on(Engine::Postgres).await;
    let latin = format!("{}_latin", place.url().rsplit('/').next().unwrap());
    let create = format!("CREATE DATABASE {latin} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    run(Engine::Postgres, place.url(), &create).await;
    let line = refusal(&format!("{}_latin", place.url())).await;
    assert!(line.contains("LATIN1") && line.contains("ENCODING 'UTF8'"), "{line}");
    run(Engine::Postgres, place.url(), &format!("DROP DATABASE {latin}")).await;
}

/// Behind a pooler a transaction runs in whatever session is free, with the settings that somebody left in it. The trigger plays
/// that: each commit leaves its session as one that does not wait for the disk.
#[tokio::test]
async fn what_is_acknowledged_is_on_the_disk_whatever_the_session_was_told() {
    let place = Place::on(Engine::Postgres).await;
    let settings = doorstep_store::Settings { connections: 1, ..doorstep_store::Settings::default() };
    let store = doorstep_store::open(place.url(), settings).await.unwrap();
    store.migrate(NOW).await.unwrap();
    let trigger = "CREATE FUNCTION hasty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                   IF current_setting('synchronous_commit') <> 'on' THEN RAISE EXCEPTION 'it would not wait'; END IF; \
                   PERFORM set_config('synchronous_commit', 'off', false); RETURN NULL; END $$; \
                   CREATE TRIGGER hasty AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION hasty()";
    run(Engine::Postgres, place.url(), trigger).await;
    for _ in 0..3 {
        made::signed_up(&store).await;
    }
    store.close().await;
}

/// A standby, or a primary that was demoted: its reads may be old.
#[tokio::test]
async fn a_server_that_takes_no_writes_is_refused() {
    let place = Place::on(Engine::Postgres).await;
    open(place.url()).await.unwrap().migrate(NOW).await.unwrap();
    let database = place.url().rsplit('/').next().unwrap();
    let freeze = format!("ALTER DATABASE {database} SET default_transaction_read_only = on");
    run(Engine::Postgres, place.url(), &freeze).await;
    let line = refusal(place.url()).await;
    assert!(line.contains("takes no writes") && line.contains("Name the primary"), "{line}");
}

/// A name of this machine that is not loopback by name: the driver must prove who answers, and a server without TLS,
/// or with a certificate that nobody signed, is refused.
#[tokio::test]
async fn a_server_elsewhere_must_prove_itself() {
    for engine in SERVERS {
        let place = Place::on(engine).await;
        let mode =
            if engine == Engine::Postgres { "sslmode=verify-full" } else { "ssl-mode=VERIFY_IDENTITY" };
        let line = refusal(&format!("{}?{mode}", place.url())).await;
        assert!(line.contains("no safe connection") && line.contains("FILE"), "{engine:?}: {line}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_or_says_nothing_is_named() {
    // A listener that never answers, a port without one, a name without an address, and one that speaks otherwise.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for scheme in ["postgres", "mysql"] {
        let port = silent.local_addr().unwrap().port();
        let line = refusal(&format!("{scheme}://u:pw-never-shown@127.0.0.1:{port}/shop")).await;
        assert!(line.contains(&format!("cannot reach a database at 127.0.0.1:{port}")), "{line}");
        assert!(line.contains("no answer within 2000 ms"), "{line}");
        let line = refusal(&format!("{scheme}://u:pw-never-shown@127.0.0.1:{gone}/shop")).await;
        assert!(line.contains("refused") && line.contains("Check host and port"), "{line}");
        let line = refusal(&format!("{scheme}://u:pw-never-shown@db.invalid/shop")).await;
        assert!(line.contains("cannot reach a database at db.invalid"), "{line}");
        let line = refusal(&format!("{scheme}://u:pw-never-shown@127.0.0.1/")).await;
        assert!(line.contains("names no database"), "{line}");
    }
    let postgres = Place::on(Engine::Postgres).await;
    let line = refusal(&postgres.url().replace("postgres://", "mysql://")).await;
    assert!(line.contains("cannot reach a database"), "{line}");
}
