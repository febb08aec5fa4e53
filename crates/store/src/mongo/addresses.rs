//! The address book. Writers of one customer's book take turns on the customer's document.

use std::time::Duration;

use async_trait::async_trait;
use doorstep_base::{AddressId, CustomerId, Timestamp};
use mongodb::bson::{Document, RawDocument, doc};

use super::MongoStore;
use super::audit::insert_event;
use super::documents::{Field, Fields};
use super::failure::Failure;
use super::schema::{ADDRESSES, CUSTOMERS};
use super::tx::Tx;
use crate::{
    Address, AddressFields, Addresses, AuditEvent, DefaultUse, InsertAddress, ReplaceAddress, StoreResult,
};

#[async_trait]
impl Addresses for MongoStore {
    async fn addresses_of(&self, customer: CustomerId) -> StoreResult<Vec<Address>> {
        let oldest = doc! { "created_at": 1, "_id.id": 1 };
        let found = self.db.find_all(ADDRESSES, book(&customer), oldest, 0).await?;
        found.iter().map(|document| address(document)).collect()
    }

    async fn insert_address_if_below(
        &self,
        limit: u32,
        customer: CustomerId,
        (id, fields): (AddressId, AddressFields),
        defaults: DefaultUse,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<InsertAddress> {
        let entry = Entry { customer, id, fields, defaults, now };
        let job = self.db.write(customer.as_bytes(), (limit, entry, audit), |tx, (limit, entry, audit)| {
            Box::pin(insert(tx, *limit, entry, audit))
        });
        job.await
    }

    async fn replace_address(
        &self,
        customer: CustomerId,
        (id, fields): (AddressId, AddressFields),
        read_at: Timestamp,
        defaults: DefaultUse,
        now: Timestamp,
        audit: AuditEvent,
    ) -> StoreResult<ReplaceAddress> {
        let entry = Entry { customer, id, fields, defaults, now };
        let job = self.db.write(customer.as_bytes(), (entry, read_at, audit), |tx, (entry, read, audit)| {
            Box::pin(replace(tx, entry, *read, audit))
        });
        job.await
    }

    async fn delete_address(
        &self,
        customer: CustomerId,
        id: AddressId,
        audit: AuditEvent,
    ) -> StoreResult<bool> {
        let asked = (customer, id, audit);
        let job = self.db.write(customer.as_bytes(), asked, |tx, (customer, id, audit)| {
            Box::pin(async move {
                let deleted = tx.delete_one(ADDRESSES, own(customer, id)).await?;
                if deleted {
                    insert_event(tx, audit).await?;
                }
                Ok(deleted)
            })
        });
        job.await
    }
}

/// What an insert or a replacement asks for.
struct Entry {
    customer: CustomerId,
    id: AddressId,
    fields: AddressFields,
    defaults: DefaultUse,
    now: Timestamp,
}

async fn insert(
    tx: &mut Tx,
    limit: u32,
    entry: &Entry,
    audit: &AuditEvent,
) -> Result<InsertAddress, Failure> {
    let Entry { customer, id, fields, now, .. } = entry;
    if !take_turn(tx, customer).await? {
        return Ok(InsertAddress::NoCustomer);
    }
    if tx.find_all(ADDRESSES, book(customer), doc! {}, doc! { "_id": 1 }).await?.len() >= limit as usize {
        // The turn that was taken says nothing to anybody.
        tx.discard();
        return Ok(InsertAddress::LimitReached);
    }
    let mut document = doc! {
        "_id": key(customer, id),
        "default_shipping": false,
        "default_billing": false,
        "created_at": now.bson(),
        "updated_at": now.bson(),
    };
    document.extend(fields_document(fields));
    tx.insert(ADDRESSES, document).await?;
    let inserted = write(tx, entry, doc! {}).await?;
    insert_event(tx, audit).await?;
    Ok(inserted.map_or(InsertAddress::NoCustomer, |inserted| InsertAddress::Inserted(Box::new(inserted))))
}

async fn replace(
    tx: &mut Tx,
    entry: &Entry,
    read_at: Timestamp,
    audit: &AuditEvent,
) -> Result<ReplaceAddress, Failure> {
    let Entry { customer, id, fields, now, .. } = entry;
    if !take_turn(tx, customer).await? {
        return Ok(ReplaceAddress::Missing);
    }
    let stands = tx.find_one(ADDRESSES, own(customer, id)).await?;
    let Some(updated_at) = stands.map(|stands| Fields(&stands).moment("updated_at")).transpose()? else {
        tx.discard();
        return Ok(ReplaceAddress::Missing);
    };
    if updated_at != read_at {
        tx.discard();
        return Ok(ReplaceAddress::ChangedMeanwhile);
    }
    let mut set = fields_document(fields);
    set.insert("updated_at", (*now).max(read_at + Duration::from_millis(1)).bson());
    let replaced = write(tx, entry, set).await?;
    insert_event(tx, audit).await?;
    Ok(replaced.map_or(ReplaceAddress::Missing, |replaced| ReplaceAddress::Replaced(Box::new(replaced))))
}

/// Two requests that each make another address the default would otherwise both succeed.
async fn take_turn(tx: &mut Tx, customer: &CustomerId) -> Result<bool, Failure> {
    tx.update_one(CUSTOMERS, doc! { "_id": customer.bson() }, doc! { "$inc": { "turn": 1_i64 } }).await
}

/// Writes `set` and the marks that the entry asks for, and takes a mark that it gets from the address that had it.
/// The address as it stands then.
async fn write(tx: &mut Tx, entry: &Entry, mut set: Document) -> Result<Option<Address>, Failure> {
    let Entry { customer, id, defaults, .. } = entry;
    for (mark, wanted) in [("default_shipping", defaults.shipping), ("default_billing", defaults.billing)] {
        let Some(wanted) = wanted else { continue };
        if wanted {
            let mut others = book(customer);
            others.extend(doc! { "_id": { "$ne": key(customer, id) }, mark: true });
            tx.update_many(ADDRESSES, others, doc! { "$set": { mark: false } }).await?;
        }
        set.insert(mark, wanted);
    }
    let written = if set.is_empty() {
        tx.find_one(ADDRESSES, own(customer, id)).await?
    } else {
        tx.find_and_update(ADDRESSES, own(customer, id), doc! { "$set": set }, false).await?
    };
    Ok(written.map(|document| address(&document)).transpose()?)
}

fn book(customer: &CustomerId) -> Document {
    doc! { "_id.customer": customer.bson() }
}

fn own(customer: &CustomerId, id: &AddressId) -> Document {
    doc! { "_id": key(customer, id) }
}

/// The order of the fields belongs to the value.
fn key(customer: &CustomerId, id: &AddressId) -> Document {
    doc! { "customer": customer.bson(), "id": id.bson() }
}

fn fields_document(fields: &AddressFields) -> Document {
    let AddressFields { name, company, line1, line2, postal_code, city, region, country, phone } = fields;
    doc! {
        "name": name.bson(),
        "company": company.bson(),
        "line1": line1.bson(),
        "line2": line2.bson(),
        "postal_code": postal_code.bson(),
        "city": city.bson(),
        "region": region.bson(),
        "country": country.bson(),
        "phone": phone.bson(),
    }
}

fn address(document: &RawDocument) -> StoreResult<Address> {
    let fields = Fields(document);
    Ok(Address {
        id: AddressId::from_bytes(fields.fields("_id")?.array("id")?),
        fields: AddressFields {
            name: fields.text("name")?,
            company: fields.text_if_any("company")?,
            line1: fields.text("line1")?,
            line2: fields.text_if_any("line2")?,
            postal_code: fields.text_if_any("postal_code")?,
            city: fields.text("city")?,
            region: fields.text_if_any("region")?,
            country: fields.text("country")?,
            phone: fields.text_if_any("phone")?,
        },
        default_shipping: fields.truth("default_shipping")?,
        default_billing: fields.truth("default_billing")?,
        created_at: fields.moment("created_at")?,
        updated_at: fields.moment("updated_at")?,
    })
}
