//! The address book.

use async_trait::async_trait;
use doorstep_base::{AddressId, CustomerId, Timestamp};

use crate::{StoreResult, Trail};

/// One entry of a customer's address book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub id: AddressId,
    pub fields: AddressFields,
    pub default_shipping: bool,
    pub default_billing: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressFields {
    pub name: String,
    pub company: Option<String>,
    pub line1: String,
    pub line2: Option<String>,
    pub postal_code: Option<String>,
    pub city: String,
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    pub phone: Option<String>,
}

/// What an insert or change says about the defaults: `None` leaves them, `Some(true)` makes this address the
/// default, `Some(false)` makes it not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DefaultUse {
    pub shipping: Option<bool>,
    pub billing: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertAddress {
    Inserted(Box<Address>),
    /// The customer has `limit` addresses already. Nothing was written.
    LimitReached,
    /// There is no such customer (any more). Nothing was written.
    NoCustomer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplaceAddress {
    Replaced(Box<Address>),
    /// The address is no longer as it was read. Nothing was written.
    ChangedMeanwhile,
    /// The customer has no such address (any more).
    Missing,
}

/// Every verb names the customer: an address of somebody else is a missing one.
/// At most one address of a customer is the default for each use, at any moment.
#[async_trait]
pub trait Addresses: Send + Sync {
    /// Oldest first.
    async fn addresses_of(&self, customer: CustomerId) -> StoreResult<Vec<Address>>;

    /// Adds an address while the customer has fewer than `limit`.
    ///
    /// Race: concurrent callers together never pass the limit.
    async fn insert_address_if_below(
        &self,
        limit: u32,
        customer: CustomerId,
        address: (AddressId, AddressFields),
        defaults: DefaultUse,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<InsertAddress>;

    /// Replaces the fields of an address that was read with this `updated_at`, and moves that on by at least 1 ms.
    ///
    /// Race: of several callers that read the same state, one replaces it; the others are told `ChangedMeanwhile`.
    async fn replace_address(
        &self,
        customer: CustomerId,
        address: (AddressId, AddressFields),
        read_at: Timestamp,
        defaults: DefaultUse,
        now: Timestamp,
        trail: Trail,
    ) -> StoreResult<ReplaceAddress>;

    /// `false` when the customer has no such address.
    async fn delete_address(&self, customer: CustomerId, id: AddressId, trail: Trail) -> StoreResult<bool>;
}
