//! A customer as the API shows one: never a hash, a token or an internal flag.

use doorstep_store::Customer;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct UserView {
    #[schema(format = "uuid")]
    pub id: String,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    /// A mail server said that it takes nothing for this address: ask the customer for another.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub email_undeliverable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl UserView {
    pub fn new(customer: Customer) -> Self {
        Self {
            id: customer.id.to_string(),
            name: customer.name,
            email: customer.email,
            email_verified: customer.email_verified_at.is_some(),
            email_undeliverable: customer.email_undeliverable_at.is_some(),
            phone: customer.phone,
            locale: customer.locale,
            created_at: customer.created_at.to_string(),
            updated_at: customer.updated_at.to_string(),
        }
    }
}
