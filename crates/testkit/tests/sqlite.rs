//! SQLite keeps the contract.

use doorstep_store::AuditKind;
use doorstep_testkit::TestDatabase;
use doorstep_testkit::contract::made;

doorstep_testkit::store_contract!(doorstep_testkit::TestDatabase::sqlite);

#[tokio::test]
async fn whoever_was_erased_is_in_no_file_any_more() {
    let database = TestDatabase::sqlite().await;
    let customer = made::signed_up(&database.store).await;
    let path = database.url().trim_start_matches("sqlite:").to_owned();
    let holds = |file: String| {
        let bytes = std::fs::read(&file).unwrap();
        bytes.windows(customer.email_key.len()).any(|found| found == customer.email_key.as_bytes())
    };
    let is_anywhere = || holds(path.clone()) || holds(format!("{path}-wal"));
    assert!(is_anywhere());
    let audit = made::event(AuditKind::AccountErased, customer.id);
    assert!(database.store.erase_customer(made::proof(&customer), made::NOW, audit.into()).await.unwrap());
    assert!(!is_anywhere());
}
