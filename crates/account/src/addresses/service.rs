//! The rules of the address book.

use std::sync::Arc;

use doorstep_base::{AddressId, Clock, Code, FieldCode, Random, Region, new_id};
use doorstep_store::{
    Address, AddressFields, AuditKind, Customer, DefaultUse, InsertAddress, ReplaceAddress, Store,
};
use doorstep_web::{ApiError, Caller, FieldError, Fields, Limits, SignedIn, Whose, country};

use crate::audit::Auditor;
use crate::phone::{home, read_phone};

/// More than anybody ships to, few enough to send in one answer.
const MOST_ADDRESSES: u32 = 50;
const LONGEST_LINE: usize = 200;
const LONGEST_POSTAL_CODE: usize = 20;

pub struct AddressBook {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    limits: Arc<Limits>,
    auditor: Auditor,
    phone_region: Option<Region>,
}

impl AddressBook {
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        limits: Arc<Limits>,
        phone_region: Option<Region>,
    ) -> Self {
        let auditor = Auditor::new(clock.clone(), random.clone());
        Self { store, clock, random, limits, auditor, phone_region }
    }

    /// Reads an address of `customer`. With `before` (a change) absent fields keep what they had.
    pub fn read(
        &self,
        fields: &mut Fields,
        customer: &Customer,
        before: Option<&AddressFields>,
    ) -> (AddressFields, DefaultUse) {
        read_address(fields, before, home(customer.locale.as_deref(), self.phone_region))
    }

    pub async fn list(&self, who: &SignedIn) -> Result<Vec<Address>, ApiError> {
        Ok(self.store.addresses_of(who.customer.id).await?)
    }

    pub async fn add(
        &self,
        caller: &Caller,
        who: &SignedIn,
        fields: AddressFields,
        defaults: DefaultUse,
    ) -> Result<Address, ApiError> {
        self.count(caller, who).await?;
        let trail = self.auditor.by(AuditKind::AddressAdded, &caller.client, who);
        let address = (new_id(&*self.clock, &*self.random), fields);
        let (now, customer) = (self.clock.now(), who.customer.id);
        match self
            .store
            .insert_address_if_below(MOST_ADDRESSES, customer, address, defaults, now, trail)
            .await?
        {
            InsertAddress::Inserted(address) => Ok(*address),
            InsertAddress::LimitReached => Err(ApiError::new(Code::LimitReached)
                .detail(format!("An address book holds {MOST_ADDRESSES} addresses."))),
            InsertAddress::NoCustomer => Err(Code::SessionEnded.into()),
        }
    }

    /// The customer's address as it stands, for a change: which is counted here.
    pub async fn find_to_change(
        &self,
        caller: &Caller,
        who: &SignedIn,
        id: AddressId,
    ) -> Result<Address, ApiError> {
        self.count(caller, who).await?;
        let addresses = self.list(who).await?;
        addresses.into_iter().find(|address| address.id == id).ok_or_else(|| Code::NotFound.into())
    }

    async fn count(&self, caller: &Caller, who: &SignedIn) -> Result<(), ApiError> {
        self.limits.count(caller, Whose::Account(who.customer.id.as_bytes())).await.map(drop)
    }

    /// Replaces an address as it was read: a change that another one overtook is refused, not lost.
    pub async fn replace(
        &self,
        caller: &Caller,
        who: &SignedIn,
        before: &Address,
        fields: AddressFields,
        defaults: DefaultUse,
    ) -> Result<Address, ApiError> {
        let trail = self.auditor.by(AuditKind::AddressChanged, &caller.client, who);
        let (customer, now) = (who.customer.id, self.clock.now());
        let address = (before.id, fields);
        match self.store.replace_address(customer, address, before.updated_at, defaults, now, trail).await? {
            ReplaceAddress::Replaced(address) => Ok(*address),
            ReplaceAddress::ChangedMeanwhile => Err(Code::ChangedMeanwhile.into()),
            ReplaceAddress::Missing => Err(Code::NotFound.into()),
        }
    }

    pub async fn remove(&self, caller: &Caller, who: &SignedIn, id: AddressId) -> Result<(), ApiError> {
        self.count(caller, who).await?;
        let trail = self.auditor.by(AuditKind::AddressRemoved, &caller.client, who);
        match self.store.delete_address(who.customer.id, id, trail).await? {
            true => Ok(()),
            false => Err(Code::NotFound.into()),
        }
    }
}

fn read_address(
    fields: &mut Fields,
    before: Option<&AddressFields>,
    home: Option<Region>,
) -> (AddressFields, DefaultUse) {
    let empty = AddressFields::default();
    let was = before.unwrap_or(&empty);
    let mut read = Reader { fields, is_change: before.is_some() };
    let address = AddressFields {
        name: read.required("name", &was.name),
        company: read.optional("company", was.company.as_ref(), LONGEST_LINE),
        line1: read.required("line1", &was.line1),
        line2: read.optional("line2", was.line2.as_ref(), LONGEST_LINE),
        postal_code: read.optional("postalCode", was.postal_code.as_ref(), LONGEST_POSTAL_CODE),
        city: read.required("city", &was.city),
        region: read.optional("region", was.region.as_ref(), LONGEST_LINE),
        country: read.country(&was.country),
        phone: read_phone(read.fields, home).unwrap_or_else(|| was.phone.clone()),
    };
    let defaults =
        DefaultUse { shipping: fields.flag("defaultShipping"), billing: fields.flag("defaultBilling") };
    (address, defaults)
}

struct Reader<'a> {
    fields: &'a mut Fields,
    is_change: bool,
}

impl Reader<'_> {
    fn optional(&mut self, name: &'static str, was: Option<&String>, longest: usize) -> Option<String> {
        self.fields.change(name, longest).unwrap_or_else(|| was.cloned())
    }

    fn required(&mut self, name: &'static str, was: &str) -> String {
        match self.fields.change(name, LONGEST_LINE) {
            Some(Some(text)) => text,
            None if self.is_change => was.to_owned(),
            _ => {
                self.fields.refuse(name, FieldError::new(FieldCode::Required));
                String::new()
            }
        }
    }

    fn country(&mut self, was: &str) -> String {
        let text = self.required("country", was);
        country(&text).unwrap_or_else(|| {
            self.fields.refuse("country", FieldError::new(FieldCode::CountryInvalid));
            text
        })
    }
}
