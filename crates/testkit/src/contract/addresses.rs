//! The address book.

use doorstep_base::{AddressId, CustomerId};
use doorstep_store::{Address, AddressFields, AuditKind, DefaultUse, InsertAddress, ReplaceAddress};

use super::made::{self, HOSTILE, HOUR, MINUTE, NOW};
use super::race::{CALLERS, count, race};
use crate::TestDatabase;

const KEEP: DefaultUse = DefaultUse { shipping: None, billing: None };
const BOTH: DefaultUse = DefaultUse { shipping: Some(true), billing: Some(true) };

/// Adds an address after so many minutes.
async fn added(database: &TestDatabase, customer: CustomerId, minutes: u32, uses: DefaultUse) -> Address {
    let audit = made::event(AuditKind::AddressAdded, customer);
    let now = NOW + MINUTE * minutes;
    let outcome = database
        .store
        .insert_address_if_below(100, customer, made::address(), uses, now, audit.into())
        .await
        .unwrap();
    match outcome {
        InsertAddress::Inserted(address) => *address,
        other => panic!("{other:?}"),
    }
}

/// Replaces an address as it stands now, after an hour.
async fn replace(
    database: &TestDatabase,
    customer: CustomerId,
    (id, fields): (AddressId, AddressFields),
    uses: DefaultUse,
) -> ReplaceAddress {
    let book = database.store.addresses_of(customer).await.unwrap();
    let read_at = book.iter().find(|address| address.id == id).map_or(NOW, |address| address.updated_at);
    let audit = made::event(AuditKind::AddressChanged, customer);
    database
        .store
        .replace_address(customer, (id, fields), read_at, uses, NOW + HOUR, audit.into())
        .await
        .unwrap()
}

fn replaced(outcome: ReplaceAddress) -> Address {
    match outcome {
        ReplaceAddress::Replaced(address) => *address,
        other => panic!("{other:?}"),
    }
}

/// Which addresses are the defaults for shipping and for billing.
async fn defaults(database: &TestDatabase, customer: CustomerId) -> (Vec<AddressId>, Vec<AddressId>) {
    let book = database.store.addresses_of(customer).await.unwrap();
    let ids = |wanted: fn(&Address) -> bool| book.iter().filter(|a| wanted(a)).map(|a| a.id).collect();
    (ids(|a| a.default_shipping), ids(|a| a.default_billing))
}

pub async fn addresses_are_told_oldest_first(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await.id;
    let later = added(&database, customer, 9, BOTH).await;
    let first = added(&database, customer, 1, KEEP).await;
    let latest = added(&database, customer, 10, KEEP).await;
    assert_eq!(database.store.addresses_of(customer).await.unwrap(), [first, later, latest]);
    assert_eq!(made::trail(&database.store, customer).await.len(), 4);
}

pub async fn an_address_is_kept_as_given(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await.id;
    let (id, fields) = made::address();
    let audit = made::event(AuditKind::AddressAdded, customer);
    let outcome = database
        .store
        .insert_address_if_below(1, customer, (id, fields.clone()), BOTH, NOW, audit.into())
        .await
        .unwrap();
    let expected = Address {
        id,
        fields,
        default_shipping: true,
        default_billing: true,
        created_at: NOW,
        updated_at: NOW,
    };
    assert_eq!(outcome, InsertAddress::Inserted(Box::new(expected.clone())));
    assert_eq!(database.store.addresses_of(customer).await.unwrap(), [expected]);
}

pub async fn hostile_text_in_an_address_is_kept(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await.id;
    for text in HOSTILE {
        let text = || (*text).to_owned();
        let fields = AddressFields {
            name: text(),
            company: Some(text()),
            line1: text(),
            line2: Some(text()),
            postal_code: Some(text()),
            city: text(),
            region: Some(text()),
            country: "AT".to_owned(),
            phone: Some(text()),
        };
        let (id, _) = made::address();
        let audit = made::event(AuditKind::AddressAdded, customer);
        let asked = (id, fields.clone());
        database.store.insert_address_if_below(100, customer, asked, KEEP, NOW, audit.into()).await.unwrap();
        let book = database.store.addresses_of(customer).await.unwrap();
        assert_eq!(book.into_iter().find(|address| address.id == id).unwrap().fields, fields);
    }
}

pub async fn a_full_book_takes_no_more(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await.id;
    added(&database, customer, 0, KEEP).await;
    for limit in [0, 1] {
        let audit = made::event(AuditKind::AddressAdded, customer);
        let outcome = database
            .store
            .insert_address_if_below(limit, customer, made::address(), BOTH, NOW, audit.into())
            .await;
        assert_eq!(outcome.unwrap(), InsertAddress::LimitReached);
    }
    assert_eq!(database.store.addresses_of(customer).await.unwrap().len(), 1);
    assert_eq!(defaults(&database, customer).await, (vec![], vec![]));
    assert_eq!(made::trail(&database.store, customer).await, ["address_added", "signed_up"]);
}

pub async fn racing_inserts_never_pass_the_limit(database: TestDatabase) {
    for callers in CALLERS {
        let customer = made::signed_up(&database.store).await.id;
        let limit = u32::try_from(callers / 2).unwrap();
        let outcomes = race(&database, callers, |store, _| async move {
            let audit = made::event(AuditKind::AddressAdded, customer);
            store
                .insert_address_if_below(limit, customer, made::address(), BOTH, NOW, audit.into())
                .await
                .unwrap()
        });
        let inserted = outcomes.await.into_iter().filter(|o| matches!(o, InsertAddress::Inserted(_))).count();
        assert_eq!(inserted, callers / 2);
        assert_eq!(database.store.addresses_of(customer).await.unwrap().len(), callers / 2);
        let (shipping, billing) = defaults(&database, customer).await;
        assert_eq!((shipping.len(), billing.len()), (1, 1));
    }
}

pub async fn nobody_has_no_address_book(database: TestDatabase) {
    let store = &database.store;
    let gone = made::signed_up(store).await;
    let audit = made::event(AuditKind::AccountErased, gone.id);
    assert!(store.erase_customer(made::proof(&gone), NOW, audit.into()).await.unwrap());
    for nobody in [gone.id, made::customer().id] {
        let audit = made::event(AuditKind::AddressAdded, nobody);
        let outcome =
            store.insert_address_if_below(9, nobody, made::address(), KEEP, NOW, audit.into()).await.unwrap();
        assert_eq!(outcome, InsertAddress::NoCustomer);
        assert_eq!(store.addresses_of(nobody).await.unwrap(), []);
    }
}

pub async fn at_most_one_address_is_the_default(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await.id;
    let first = added(&database, customer, 1, BOTH).await;
    let second = added(&database, customer, 2, DefaultUse { shipping: Some(true), billing: None }).await;
    assert_eq!(defaults(&database, customer).await, (vec![second.id], vec![first.id]));
    let third =
        added(&database, customer, 3, DefaultUse { shipping: Some(false), billing: Some(true) }).await;
    assert_eq!(defaults(&database, customer).await, (vec![second.id], vec![third.id]));

    let unset = DefaultUse { shipping: Some(false), billing: None };
    replaced(replace(&database, customer, (second.id, second.fields), unset).await);
    assert_eq!(defaults(&database, customer).await, (vec![], vec![third.id]));
    replaced(replace(&database, customer, (first.id, first.fields), BOTH).await);
    assert_eq!(defaults(&database, customer).await, (vec![first.id], vec![first.id]));
    replaced(replace(&database, customer, (third.id, third.fields), KEEP).await);
    assert_eq!(defaults(&database, customer).await, (vec![first.id], vec![first.id]));
}

pub async fn the_defaults_of_others_stay(database: TestDatabase) {
    let (mine, theirs) =
        (made::signed_up(&database.store).await.id, made::signed_up(&database.store).await.id);
    let address = added(&database, theirs, 1, BOTH).await;
    added(&database, mine, 1, BOTH).await;
    assert_eq!(defaults(&database, theirs).await, (vec![address.id], vec![address.id]));
}

pub async fn racing_changes_leave_one_default(database: TestDatabase) {
    for callers in CALLERS {
        let customer = made::signed_up(&database.store).await.id;
        let mut book = Vec::new();
        for minute in 0..u32::try_from(callers).unwrap() {
            book.push(added(&database, customer, minute, KEEP).await);
        }
        let outcomes = race(&database, callers, |store, caller| {
            let Address { id, fields, updated_at, .. } = book[caller].clone();
            async move {
                let audit = made::event(AuditKind::AddressChanged, customer);
                store
                    .replace_address(customer, (id, fields), updated_at, BOTH, NOW + HOUR, audit.into())
                    .await
                    .unwrap()
            }
        });
        let changed = outcomes.await.into_iter().map(replaced);
        assert!(changed.into_iter().all(|address| address.default_shipping && address.default_billing));
        let (shipping, billing) = defaults(&database, customer).await;
        assert_eq!((shipping.len(), billing.len()), (1, 1));
    }
}

pub async fn of_racing_changes_of_one_state_one_replaces_it(database: TestDatabase) {
    for callers in CALLERS {
        let customer = made::signed_up(&database.store).await.id;
        let read = added(&database, customer, 1, KEEP).await;
        let outcomes = race(&database, callers, |store, caller| {
            let (id, mut fields, read_at) = (read.id, read.fields.clone(), read.updated_at);
            fields.city = caller.to_string();
            async move {
                let audit = made::event(AuditKind::AddressChanged, customer);
                // The clock has not moved since it was read.
                store
                    .replace_address(customer, (id, fields), read_at, BOTH, read_at, audit.into())
                    .await
                    .unwrap()
            }
        });
        let outcomes = outcomes.await;
        assert_eq!(count(&outcomes, &ReplaceAddress::ChangedMeanwhile), callers - 1);
        let stands = database.store.addresses_of(customer).await.unwrap().remove(0);
        assert!(stands.updated_at > read.updated_at, "the next reader can tell the states apart");
        assert_eq!(count(&outcomes, &ReplaceAddress::Replaced(Box::new(stands))), 1);
        let trail = made::trail(&database.store, customer).await;
        assert_eq!(trail, ["address_added", "address_changed", "signed_up"]);
    }
}

pub async fn a_replacement_that_changes_nothing_leaves_no_trail(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await.id;
    let read = added(&database, customer, 1, BOTH).await;
    for defaults in [KEEP, BOTH] {
        let audit = made::event(AuditKind::AddressChanged, customer);
        let same = (read.id, read.fields.clone());
        let outcome = database.store.replace_address(
            customer,
            same,
            read.updated_at,
            defaults,
            NOW + HOUR,
            audit.into(),
        );
        assert_eq!(outcome.await.unwrap(), ReplaceAddress::Replaced(Box::new(read.clone())));
    }
    assert_eq!(made::trail(&database.store, customer).await, ["address_added", "signed_up"]);
}

pub async fn a_change_of_an_outdated_state_changes_nothing(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await.id;
    let (first, other) =
        (added(&database, customer, 1, BOTH).await, added(&database, customer, 2, KEEP).await);
    for read_at in [NOW, first.updated_at + MINUTE] {
        let audit = made::event(AuditKind::AddressChanged, customer);
        let asked = (other.id, first.fields.clone());
        let outcome = database
            .store
            .replace_address(customer, asked, read_at + HOUR, BOTH, NOW + HOUR, audit.into())
            .await;
        assert_eq!(outcome.unwrap(), ReplaceAddress::ChangedMeanwhile);
    }
    assert_eq!(database.store.addresses_of(customer).await.unwrap(), [first, other]);
    assert_eq!(made::trail(&database.store, customer).await.len(), 3);
}

pub async fn a_replacement_keeps_the_place_and_the_age(database: TestDatabase) {
    let customer = made::signed_up(&database.store).await.id;
    let first = added(&database, customer, 1, BOTH).await;
    let second = added(&database, customer, 2, KEEP).await;
    let (_, mut fields) = made::address();
    (fields.company, fields.line2, fields.city) = (None, Some("Door 7".to_owned()), "Graz".to_owned());
    let changed = replaced(replace(&database, customer, (first.id, fields.clone()), KEEP).await);
    let expected = Address { fields, updated_at: NOW + HOUR, ..first };
    assert_eq!(changed, expected);
    assert_eq!(database.store.addresses_of(customer).await.unwrap(), [expected, second]);
    let trail = made::trail(&database.store, customer).await;
    assert_eq!(trail, ["address_added", "address_added", "address_changed", "signed_up"]);
}

pub async fn an_address_of_somebody_else_is_a_missing_one(database: TestDatabase) {
    let (mine, theirs) =
        (made::signed_up(&database.store).await.id, made::signed_up(&database.store).await.id);
    let address = added(&database, theirs, 1, BOTH).await;
    let mut fields = address.fields.clone();
    "Graz".clone_into(&mut fields.city);
    assert_eq!(replace(&database, mine, (address.id, fields), BOTH).await, ReplaceAddress::Missing);
    assert_eq!(replace(&database, mine, made::address(), BOTH).await, ReplaceAddress::Missing);
    assert_eq!(replace(&database, made::customer().id, made::address(), BOTH).await, ReplaceAddress::Missing);
    let audit = made::event(AuditKind::AddressRemoved, mine);
    assert!(!database.store.delete_address(mine, address.id, audit.into()).await.unwrap());
    assert_eq!(database.store.addresses_of(mine).await.unwrap(), []);
    assert_eq!(database.store.addresses_of(theirs).await.unwrap(), [address]);
    assert_eq!(made::trail(&database.store, mine).await, ["signed_up"]);
}

pub async fn an_address_is_deleted_once(database: TestDatabase) {
    for callers in CALLERS {
        let customer = made::signed_up(&database.store).await.id;
        let (kept, gone) =
            (added(&database, customer, 1, KEEP).await, added(&database, customer, 2, BOTH).await);
        let outcomes = race(&database, callers, |store, _| async move {
            let audit = made::event(AuditKind::AddressRemoved, customer);
            store.delete_address(customer, gone.id, audit.into()).await.unwrap()
        });
        assert_eq!(outcomes.await.into_iter().filter(|deleted| *deleted).count(), 1);
        assert_eq!(database.store.addresses_of(customer).await.unwrap(), [kept]);
        let trail = made::trail(&database.store, customer).await;
        assert_eq!(trail, ["address_added", "address_added", "address_removed", "signed_up"]);
    }
}
