//! What is refused at the start, and that the line says what is wrong without telling a password.

use std::time::Duration;

use doorstep_base::{SecretHash, Timestamp};
use doorstep_store::{AuditKind, OpenError, PasswordOutcome, ReplacePassword, Settings};
use doorstep_testkit::contract::made;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Document, doc};

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

/// As the first release left it: its own numbers, no word of who took the steps, fields that are gone, none that came.
async fn former_release(url: &str) {
    let database = plain(url).await;
    let id = |byte: u8, length: usize| Binary { subtype: BinarySubtype::Generic, bytes: vec![byte; length] };
    let shape = |fields: &[(&str, &str)]| {
        let properties: Document = fields
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), doc! { "bsonType": [*kind, "null"] }.into()))
            .collect();
        let required: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        doc! { "$jsonSchema": {
            "bsonType": "object", "required": required, "properties": properties, "additionalProperties": false,
        } }
    };
    let customers = [
        ("_id", "binData"),
        ("email", "string"),
        ("email_key", "binData"),
        ("email_verified_at", "long"),
        ("name", "string"),
        ("phone", "string"),
        ("locale", "string"),
        ("marketing_consent_at", "long"),
        ("password_hash", "string"),
        ("disabled_at", "long"),
        ("created_at", "long"),
        ("updated_at", "long"),
        ("version", "long"),
        ("turn", "long"),
    ];
    let sessions = [
        ("_id", "binData"),
        ("customer", "binData"),
        ("mode", "string"),
        ("created_at", "long"),
        ("last_used_at", "long"),
        ("idle_expires_at", "long"),
        ("expires_at", "long"),
        ("device", "string"),
        ("network", "string"),
        ("ended_at", "long"),
        ("end_reason", "string"),
        ("gone_at", "long"),
        ("secret", "binData"),
        ("refresh", "binData"),
    ];
    let audit = [
        ("_id", "object"),
        ("kind", "string"),
        ("customer", "binData"),
        ("session", "binData"),
        ("network", "string"),
        ("device", "string"),
    ];
    for (name, fields) in [("customers", &customers[..]), ("sessions", &sessions), ("audit", &audit)] {
        database.create_collection(name).validator(shape(fields)).await.unwrap();
    }
    for name in ["used_refreshes", "addresses", "idempotency", "attempts", "signing_keys", "moves", "capture"]
    {
        database.create_collection(name).await.unwrap();
    }
    let until = 1_900_000_000_000_i64;
    let customer = doc! {
        "_id": id(1, 16), "email": "Ada@example.com", "email_key": id(9, 15), "email_verified_at": null, "name": "Ada",
        "phone": null, "locale": null, "marketing_consent_at": null, "password_hash": "$former", "disabled_at": null,
        "created_at": 1_i64, "updated_at": 1_i64, "version": 7_i64, "turn": 3_i64,
    };
    let session = doc! {
        "_id": id(2, 16), "customer": id(1, 16), "mode": "token", "created_at": 1_i64, "last_used_at": 2_i64,
        "idle_expires_at": until, "expires_at": until, "device": null, "network": null, "ended_at": null,
        "end_reason": null, "gone_at": until, "secret": id(3, 32), "refresh": null,
    };
    database.collection("customers").insert_one(customer).await.unwrap();
    database.collection("sessions").insert_one(session).await.unwrap();
    let marks = (1..=10_i64).map(|step| doc! { "_id": step, "taken_at": 0_i64 });
    database.collection("doorstep_steps").insert_many(marks).await.unwrap();
}

#[tokio::test]
async fn a_database_of_the_first_release_goes_on() {
    let place = doorstep_testkit::Place::on(doorstep_testkit::Engine::Mongodb).await;
    former_release(place.url()).await;
    let store = doorstep_store::open(place.url(), Settings::default()).await.unwrap();
    assert_eq!(store.migration().await.unwrap().found, 17);
    assert!(store.migrate(NOW).await.unwrap() > 0);
    let found = store.find_session_by_secret(SecretHash([3; 32])).await.unwrap().unwrap();
    assert!(found.session.is_live(made::NOW));
    let customer = found.customer.unwrap();
    assert_eq!((customer.version, customer.credentials_version), (7, 1));
    assert_eq!(store.find_password(customer.id).await.unwrap().as_deref(), Some("$former"));
    let change = ReplacePassword {
        proof: customer.proof(),
        replacement: "$next".to_owned(),
        session: None,
        idempotency: None,
        now: made::NOW,
    };
    let audit = made::event(AuditKind::PasswordChanged, customer.id);
    let outcome = store.replace_password(change, audit.into()).await.unwrap();
    assert_eq!(outcome, PasswordOutcome::Replaced);
    let after = store.find_customer(customer.id).await.unwrap().unwrap();
    assert_eq!(after.credentials_version, 2);
    let documents = plain(place.url()).await.collection::<Document>("customers");
    assert_eq!(documents.count_documents(doc! { "password_hash": { "$exists": true } }).await.unwrap(), 0);
}

/// The database as its owner sees it.
pub async fn plain(url: &str) -> mongodb::Database {
    let client = mongodb::Client::with_uri_str(url).await.unwrap();
    client.default_database().unwrap()
}
