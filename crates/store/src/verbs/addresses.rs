//! The address book. Writers of one customer's book take turns.

use std::time::Duration;

use doorstep_base::{AddressId, CustomerId, Timestamp};

use super::Verb;
use super::audit::add_trail;
use crate::records::{Columns, Is, Order, Records, Row, Set, ToCell};
use crate::{
    Address, AddressFields, DefaultUse, InsertAddress, ReplaceAddress, StoreError, StoreResult, Table, Trail,
};

/// What an insert or a replacement asks for.
pub(super) struct Entry {
    pub customer: CustomerId,
    pub id: AddressId,
    pub fields: AddressFields,
    pub defaults: DefaultUse,
    pub now: Timestamp,
    pub trail: Trail,
}

pub(super) struct AddAddress {
    pub limit: u32,
    pub entry: Entry,
}

impl Verb for AddAddress {
    type Outcome = InsertAddress;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.entry.trail)
    }

    fn lane(&self) -> &[u8] {
        self.entry.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<InsertAddress, R::Failure> {
        let Entry { customer, id, fields, now, trail, .. } = &self.entry;
        if !tx.take_turn(*customer, &[]).await? {
            return Ok(InsertAddress::NoCustomer);
        }
        let book = tx.find(Table::Addresses, &book(*customer), Order::any().most(self.limit)).await?;
        if book.len() >= self.limit as usize {
            tx.discard();
            return Ok(InsertAddress::LimitReached);
        }
        let mut columns = columns(fields);
        columns.extend([
            ("customer", customer.cell()),
            ("id", id.cell()),
            ("default_shipping", false.cell()),
            ("default_billing", false.cell()),
            ("created_at", now.cell()),
            ("updated_at", now.cell()),
        ]);
        tx.add(Table::Addresses, columns).await?;
        self.entry.use_by_default(tx).await?;
        add_trail(tx, trail).await?;
        Ok(InsertAddress::Inserted(Box::new(self.entry.read(tx).await?)))
    }
}

pub(super) struct SwapAddress {
    pub read_at: Timestamp,
    pub entry: Entry,
}

impl Verb for SwapAddress {
    type Outcome = ReplaceAddress;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.entry.trail)
    }

    fn lane(&self) -> &[u8] {
        self.entry.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<ReplaceAddress, R::Failure> {
        let Entry { customer, fields, now, trail, .. } = &self.entry;
        if !tx.take_turn(*customer, &[]).await? {
            return Ok(ReplaceAddress::Missing);
        }
        let Some(stands) = tx.find(Table::Addresses, &self.entry.own(), Order::any()).await?.pop() else {
            return Ok(ReplaceAddress::Missing);
        };
        let before = address(&stands)?;
        if before.updated_at != self.read_at {
            return Ok(ReplaceAddress::ChangedMeanwhile);
        }
        if before.fields == *fields && self.entry.defaults.hold(&before) {
            return Ok(ReplaceAddress::Replaced(Box::new(before)));
        }
        let mut as_read = self.entry.own();
        as_read.push(Is::Equal("updated_at", self.read_at.cell()));
        let mut set: Vec<_> = columns(fields).into_iter().map(|(name, cell)| Set::To(name, cell)).collect();
        set.push(Set::To("updated_at", (*now).max(self.read_at + Duration::from_millis(1)).cell()));
        if tx.change(Table::Addresses, &as_read, &set).await? == 0 {
            tx.discard();
            return Ok(ReplaceAddress::ChangedMeanwhile);
        }
        self.entry.use_by_default(tx).await?;
        add_trail(tx, trail).await?;
        Ok(ReplaceAddress::Replaced(Box::new(self.entry.read(tx).await?)))
    }
}

pub(super) struct RemoveAddress {
    pub customer: CustomerId,
    pub id: AddressId,
    pub trail: Trail,
}

impl Verb for RemoveAddress {
    type Outcome = bool;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let removed = tx.remove(Table::Addresses, &own(self.customer, self.id)).await? == 1;
        if removed {
            add_trail(tx, &self.trail).await?;
        }
        Ok(removed)
    }
}

impl DefaultUse {
    /// Whether the address has what is asked for already.
    fn hold(self, address: &Address) -> bool {
        self.shipping.is_none_or(|wanted| wanted == address.default_shipping)
            && self.billing.is_none_or(|wanted| wanted == address.default_billing)
    }
}

impl Entry {
    /// Sets the marks that the entry asks for, and takes a mark that it gets from the address that had it.
    async fn use_by_default<R: Records>(&self, tx: &mut R) -> Result<(), R::Failure> {
        let DefaultUse { shipping, billing } = self.defaults;
        for (mark, wanted) in [("default_shipping", shipping), ("default_billing", billing)] {
            let Some(wanted) = wanted else { continue };
            if wanted {
                let mut others = book(self.customer);
                others.extend([Is::Not("id", self.id.cell()), Is::Equal(mark, true.cell())]);
                tx.change(Table::Addresses, &others, &[Set::To(mark, false.cell())]).await?;
            }
            tx.change(Table::Addresses, &self.own(), &[Set::To(mark, wanted.cell())]).await?;
        }
        Ok(())
    }

    async fn read<R: Records>(&self, tx: &mut R) -> Result<Address, R::Failure> {
        let written = tx.find(Table::Addresses, &self.own(), Order::any()).await?.pop();
        let missing = || StoreError::Corrupt("an address that was just written is not there".to_owned());
        Ok(address(&written.ok_or_else(missing)?)?)
    }

    fn own(&self) -> Vec<Is> {
        own(self.customer, self.id)
    }
}

pub(super) fn book(customer: CustomerId) -> Vec<Is> {
    vec![Is::Equal("customer", customer.cell())]
}

fn own(customer: CustomerId, id: AddressId) -> Vec<Is> {
    vec![Is::Equal("customer", customer.cell()), Is::Equal("id", id.cell())]
}

fn columns(fields: &AddressFields) -> Columns {
    let AddressFields { name, company, line1, line2, postal_code, city, region, country, phone } = fields;
    vec![
        ("name", name.cell()),
        ("company", company.cell()),
        ("line1", line1.cell()),
        ("line2", line2.cell()),
        ("postal_code", postal_code.cell()),
        ("city", city.cell()),
        ("region", region.cell()),
        ("country", country.cell()),
        ("phone", phone.cell()),
    ]
}

pub(super) fn address(row: &Row) -> StoreResult<Address> {
    Ok(Address {
        id: AddressId::from_bytes(row.array("id")?),
        fields: AddressFields {
            name: row.text("name")?,
            company: row.text_if_any("company")?,
            line1: row.text("line1")?,
            line2: row.text_if_any("line2")?,
            postal_code: row.text_if_any("postal_code")?,
            city: row.text("city")?,
            region: row.text_if_any("region")?,
            country: row.text("country")?,
            phone: row.text_if_any("phone")?,
        },
        default_shipping: row.truth("default_shipping")?,
        default_billing: row.truth("default_billing")?,
        created_at: row.moment("created_at")?,
        updated_at: row.moment("updated_at")?,
    })
}
