//! `GET|POST /api/user/addresses`, `PATCH|DELETE /api/user/addresses/{id}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use doorstep_base::{AddressId, Code};
use doorstep_store::Address;
use doorstep_web::{ApiError, Caller, Fields, SignedIn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Account;

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `AddressBook::read` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct AddressRequest {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    company: Option<String>,
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    line1: String,
    line2: Option<String>,
    #[schema(max_length = 20)]
    postal_code: Option<String>,
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    city: String,
    region: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Za-z]{2}$")]
    country: String,
    #[schema(pattern = r"^\s*$|^\+[1-9][0-9]{6,14}$")]
    phone: Option<String>,
    default_shipping: Option<bool>,
    default_billing: Option<bool>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what `AddressBook::read` reads field by field")]
#[schema(rename_all = "camelCase")]
pub struct AddressChange {
    name: Option<String>,
    company: Option<String>,
    line1: Option<String>,
    line2: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    region: Option<String>,
    #[schema(pattern = "^[A-Za-z]{2}$")]
    country: Option<String>,
    #[schema(pattern = r"^\s*$|^\+[1-9][0-9]{6,14}$")]
    phone: Option<String>,
    default_shipping: Option<bool>,
    default_billing: Option<bool>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Address)]
pub struct AddressView {
    #[schema(format = "uuid")]
    pub id: String,
    pub name: String,
    pub company: Option<String>,
    pub line1: String,
    pub line2: Option<String>,
    pub postal_code: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub country: String,
    pub phone: Option<String>,
    pub default_shipping: bool,
    pub default_billing: bool,
}

#[derive(Serialize, ToSchema)]
pub struct AddressList {
    pub addresses: Vec<AddressView>,
}

#[derive(Serialize, ToSchema)]
pub struct AddressAnswer {
    pub address: AddressView,
}

impl AddressView {
    pub fn new(address: Address) -> Self {
        let fields = address.fields;
        Self {
            id: address.id.to_string(),
            name: fields.name,
            company: fields.company,
            line1: fields.line1,
            line2: fields.line2,
            postal_code: fields.postal_code,
            city: fields.city,
            region: fields.region,
            country: fields.country,
            phone: fields.phone,
            default_shipping: address.default_shipping,
            default_billing: address.default_billing,
        }
    }
}

pub async fn list(State(account): State<Arc<Account>>, who: SignedIn) -> Result<Json<AddressList>, ApiError> {
    let addresses = account.addresses.list(&who).await?;
    Ok(Json(AddressList { addresses: addresses.into_iter().map(AddressView::new).collect() }))
}

pub async fn add(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: SignedIn,
    mut fields: Fields,
) -> Result<(StatusCode, Json<AddressAnswer>), ApiError> {
    let (address, defaults) = account.addresses.read(&mut fields, &who.customer, None);
    fields.finish()?;
    let address = account.addresses.add(&caller, &who, address, defaults).await?;
    Ok((StatusCode::CREATED, Json(AddressAnswer { address: AddressView::new(address) })))
}

pub async fn change(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: SignedIn,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Json<AddressAnswer>, ApiError> {
    let before = account.addresses.find_to_change(&caller, &who, read_id(&id)?).await?;
    let (address, defaults) = account.addresses.read(&mut fields, &who.customer, Some(&before.fields));
    fields.finish()?;
    let address = account.addresses.replace(&caller, &who, &before, address, defaults).await?;
    Ok(Json(AddressAnswer { address: AddressView::new(address) }))
}

pub async fn remove(
    State(account): State<Arc<Account>>,
    caller: Caller,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    account.addresses.remove(&caller, &who, read_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What has not the form of an id cannot be the id of anything.
fn read_id(text: &str) -> Result<AddressId, ApiError> {
    text.parse().map_err(|_| Code::NotFound.into())
}
