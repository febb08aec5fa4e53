//! The address book. Writers of one customer's book take turns on the customer's row.

use std::time::Duration;

use async_trait::async_trait;
use doorstep_base::{AddressId, CustomerId, Timestamp};

use super::SqlStore;
use super::audit::insert_event;
use super::db::{Row, Tx};
use super::rows::number;
use super::value::values;
use crate::{
    Address, AddressFields, Addresses, AuditEvent, DefaultUse, InsertAddress, ReplaceAddress, StoreResult,
};

macro_rules! select_addresses {
    ($($rest:literal)*) => {
        concat!(
            "SELECT id, name, company, line1, line2, postal_code, city, region, country, phone, \
             default_shipping, default_billing, created_at, updated_at FROM addresses WHERE customer = ?",
            $($rest)*
        )
    };
}

#[async_trait]
impl Addresses for SqlStore {
    async fn addresses_of(&self, customer: CustomerId) -> StoreResult<Vec<Address>> {
        self.db.all(select_addresses!(" ORDER BY created_at, id"), values![customer], address).await
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
        self.db
            .write((limit, entry, audit), |tx, (limit, e, audit)| Box::pin(insert(tx, *limit, e, audit)))
            .await
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
        self.db
            .write((entry, read_at, audit), |tx, (entry, read, audit)| {
                Box::pin(replace(tx, entry, *read, audit))
            })
            .await
    }

    async fn delete_address(
        &self,
        customer: CustomerId,
        id: AddressId,
        audit: AuditEvent,
    ) -> StoreResult<bool> {
        let job = self.db.write((customer, id, audit), |tx, (customer, id, audit)| {
            Box::pin(async move {
                let delete = "DELETE FROM addresses WHERE customer = ? AND id = ?";
                let deleted = tx.execute(delete, values![customer, id]).await? == 1;
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
    tx: &mut Tx<'_>,
    limit: u32,
    entry: &Entry,
    audit: &AuditEvent,
) -> StoreResult<InsertAddress> {
    let Entry { customer, id, fields, now, .. } = entry;
    if !lock_customer(tx, customer).await? {
        return Ok(InsertAddress::NoCustomer);
    }
    let count = "SELECT COUNT(*) FROM addresses WHERE customer = ?";
    if tx.one(count, values![customer], number).await? >= Some(limit.into()) {
        return Ok(InsertAddress::LimitReached);
    }
    let insert = "INSERT INTO addresses (customer, id, name, company, line1, line2, postal_code, city, region, country, \
                  phone, default_shipping, default_billing, created_at, updated_at) \
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let AddressFields { name, company, line1, line2, postal_code, city, region, country, phone } = fields;
    let values = values![
        customer,
        id,
        name,
        company,
        line1,
        line2,
        postal_code,
        city,
        region,
        country,
        phone,
        false,
        false,
        now,
        now,
    ];
    tx.execute(insert, values).await?;
    use_by_default(tx, entry).await?;
    insert_event(tx, audit).await?;
    let inserted = tx.one(select_addresses!(" AND id = ?"), values![customer, id], address).await?;
    Ok(inserted.map_or(InsertAddress::NoCustomer, |inserted| InsertAddress::Inserted(Box::new(inserted))))
}

async fn replace(
    tx: &mut Tx<'_>,
    entry: &Entry,
    read_at: Timestamp,
    audit: &AuditEvent,
) -> StoreResult<ReplaceAddress> {
    let Entry { customer, id, fields, now, .. } = entry;
    if !lock_customer(tx, customer).await? {
        return Ok(ReplaceAddress::Missing);
    }
    let stands = "SELECT updated_at FROM addresses WHERE customer = ? AND id = ?";
    match tx.one(stands, values![customer, id], number).await? {
        None => return Ok(ReplaceAddress::Missing),
        Some(updated_at) if updated_at != read_at.as_millis() => return Ok(ReplaceAddress::ChangedMeanwhile),
        Some(_) => {}
    }
    let now = (*now).max(read_at + Duration::from_millis(1));
    let update = "UPDATE addresses SET name = ?, company = ?, line1 = ?, line2 = ?, postal_code = ?, city = ?, region = ?, \
                  country = ?, phone = ?, updated_at = ? WHERE customer = ? AND id = ?";
    let AddressFields { name, company, line1, line2, postal_code, city, region, country, phone } = fields;
    let values =
        values![name, company, line1, line2, postal_code, city, region, country, phone, now, customer, id];
    tx.execute(update, values).await?;
    use_by_default(tx, entry).await?;
    insert_event(tx, audit).await?;
    let replaced = tx.one(select_addresses!(" AND id = ?"), values![customer, id], address).await?;
    Ok(replaced.map_or(ReplaceAddress::Missing, |replaced| ReplaceAddress::Replaced(Box::new(replaced))))
}

/// Two requests that each make another address the default would otherwise both succeed.
async fn lock_customer(tx: &mut Tx<'_>, customer: &CustomerId) -> StoreResult<bool> {
    Ok(tx.lock("SELECT 1 FROM customers WHERE id = ?", values![customer], number).await?.is_some())
}

/// Sets the marks that the entry asks for, and takes a mark that it gets from the address that had it.
async fn use_by_default(tx: &mut Tx<'_>, entry: &Entry) -> StoreResult<()> {
    let Entry { customer, id, defaults, .. } = entry;
    let uses = [
        (
            defaults.shipping,
            "UPDATE addresses SET default_shipping = 0 WHERE customer = ? AND id <> ? AND default_shipping = 1",
            "UPDATE addresses SET default_shipping = ? WHERE customer = ? AND id = ?",
        ),
        (
            defaults.billing,
            "UPDATE addresses SET default_billing = 0 WHERE customer = ? AND id <> ? AND default_billing = 1",
            "UPDATE addresses SET default_billing = ? WHERE customer = ? AND id = ?",
        ),
    ];
    for (wanted, unset, set) in uses {
        let Some(wanted) = wanted else { continue };
        if wanted {
            tx.execute(unset, values![customer, id]).await?;
        }
        tx.execute(set, values![wanted, customer, id]).await?;
    }
    Ok(())
}

fn address(row: &mut Row<'_>) -> StoreResult<Address> {
    Ok(Address {
        id: AddressId::from_bytes(row.array()?),
        fields: AddressFields {
            name: row.text()?,
            company: row.text_if_any()?,
            line1: row.text()?,
            line2: row.text_if_any()?,
            postal_code: row.text_if_any()?,
            city: row.text()?,
            region: row.text_if_any()?,
            country: row.text()?,
            phone: row.text_if_any()?,
        },
        default_shipping: row.truth()?,
        default_billing: row.truth()?,
        created_at: row.moment()?,
        updated_at: row.moment()?,
    })
}
