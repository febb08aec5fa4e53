//! A database of the first release goes on with this binary: nobody is logged out, nothing is lost. And what a later one writes
//! beside this one does not stop it.

use doorstep_base::{CustomerId, SecretHash};

use super::{NOW, open, outside};
use crate::engine::sql::dialect::SQLITE;
use crate::steps::{self, STEPS};
use crate::{Actor, Audit, AuditKind, Customers, Maintenance, Method, Sessions};

/// What `crates/testkit` runs on the servers too.
const FORMER: &str = include_str!("../../../../../tests/former/release-0.1.sql");

#[tokio::test]
async fn a_database_of_the_first_release_goes_on() {
    for killed_after in 17..=STEPS.len() {
        let folder = tempfile::tempdir().unwrap();
        let former = SQLITE.spell(FORMER).replace("{x ", "X'").replace('}', "'");
        outside(&folder).execute_batch(&former).unwrap();
        outside(&folder).execute_batch(SQLITE.claim.unwrap()).unwrap();
        let half = open(&folder);
        assert_eq!(half.migration().await.unwrap().stops_older_nodes().map(|step| step.number), Some(18));
        half.migrate_to(killed_after, NOW).await.unwrap();
        drop(half);
        let store = open(&folder);
        let left = usize::try_from(steps::known()).unwrap() - killed_after;
        assert_eq!(store.migrate(NOW).await.unwrap() as usize, left);

        let id = CustomerId::from_bytes([1; 16]);
        let found = store.find_session_by_secret(SecretHash([3; 32])).await.unwrap().unwrap();
        assert!(found.session.is_live(NOW));
        assert_eq!(found.session.authenticated_at, found.session.created_at);
        assert_eq!(found.session.methods, [Method::Password]);
        let customer = found.customer.unwrap();
        assert_eq!((customer.id, customer.version, customer.credentials_version), (id, 7, 1));
        assert_eq!(store.find_password(id).await.unwrap().as_deref(), Some("$former"));
        let told = store.audit_of(id, 9).await.unwrap();
        assert_eq!((told[0].kind, told[0].actor), (AuditKind::Imported, Actor::Import));
    }
}

#[tokio::test]
async fn words_of_a_later_release_are_read_past() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert!(store.migration().await.unwrap().stops_older_nodes().is_none());
    store.migrate(NOW).await.unwrap();
    outside(&folder)
        .execute_batch(
            "INSERT INTO audit (at, id, kind, customer, actor, detail) \
             VALUES (1, X'01010101010101010101010101010101', 'of_tomorrow', X'01010101010101010101010101010101', 'robot', 'mood 5')",
        )
        .unwrap();
    let told = store.audit_of(CustomerId::from_bytes([1; 16]), 9).await.unwrap();
    assert_eq!((told[0].kind, told[0].actor, told[0].detail), (AuditKind::Unknown, Actor::Customer, None));
}
