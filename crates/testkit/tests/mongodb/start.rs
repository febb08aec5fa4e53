//! What is refused at the start, and that the line says what is wrong without telling a password.

use std::time::Duration;

use doorstep_base::Timestamp;
use doorstep_store::{OpenError, Settings};
use mongodb::bson::doc;

use crate::fresh;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

async fn refusal(url: &str) -> OpenError {
    let settings = Settings { timeout: Duration::from_secs(1), ..Settings::default() };
    match doorstep_store::open(url, settings).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => {
            let line = error.to_string();
            assert!(!line.contains('\n') && !line.contains("wrong-secret"), "{line}");
            error
        }
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_as_one() {
    let database = fresh().await;
    let (user, host) = database.url().rsplit_once('@').unwrap();
    let user = user.rsplit_once(':').unwrap().0;
    let error = refusal(&format!("{user}:wrong-secret@{host}")).await;
    assert!(matches!(error, OpenError::Login { .. }), "{error}");
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_told() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = refusal(&format!("mongodb://doorstep:wrong-secret@{free}/shop")).await;
    assert!(
        matches!(&error, OpenError::Unreachable { server, .. } if *server == free.to_string()),
        "{error}"
    );
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn another_machine_is_not_spoken_to_in_the_clear() {
    let error = refusal("mongodb://doorstep:wrong-secret@db.example/shop").await;
    assert!(matches!(error, OpenError::Tls { .. }), "{error}");
    assert!(error.to_string().contains("tls=true"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_not_spoken_to_when_tls_was_asked_for() {
    let database = fresh().await;
    let error = refusal(&format!("{}&tls=true", database.url())).await;
    assert!(matches!(error, OpenError::Tls { .. } | OpenError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn an_url_that_cannot_be_read_is_told() {
    for url in [
        "mongodb://",
        "mongodb://:/shop",
        "mongodb://127.0.0.1/shop?retryWrites=perhaps",
        "mongodb://127.0.0.1/admin",
    ] {
        let error = refusal(url).await;
        assert!(matches!(error, OpenError::Url { .. }), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let database = fresh().await;
    let other = plain(database.url()).await;
    other.collection::<mongodb::bson::Document>("doorstep_steps").drop().await.unwrap();
    let error = database.store.migrate(NOW).await.unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let database = fresh().await;
    let steps = plain(database.url()).await.collection("doorstep_steps");
    steps.insert_one(doc! { "_id": 1000_i64, "taken_at": 0_i64 }).await.unwrap();
    let error = database.store.migrate(NOW).await.unwrap_err();
    assert!(matches!(error, OpenError::TooNew { found: 1000, .. }), "{error}");
}

#[tokio::test]
async fn a_half_run_migration_is_mended() {
    let database = fresh().await;
    let plain = plain(database.url()).await;
    let steps = plain.collection::<mongodb::bson::Document>("doorstep_steps");
    let all = steps.count_documents(doc! {}).await.unwrap();
    steps.delete_many(doc! { "_id": { "$gte": 2_i64 } }).await.unwrap();
    plain.collection::<mongodb::bson::Document>("sessions").drop_index("sessions_secret").await.unwrap();
    let taken = database.store.migrate(NOW).await.unwrap();
    assert_eq!(u64::from(taken), all - 1);
    let indexes = plain.collection::<mongodb::bson::Document>("sessions").list_index_names().await.unwrap();
    assert!(indexes.iter().any(|name| name == "sessions_secret"), "{indexes:?}");
}

/// The database as its owner sees it.
pub async fn plain(url: &str) -> mongodb::Database {
    let client = mongodb::Client::with_uri_str(url).await.unwrap();
    client.default_database().unwrap()
}
