//! The field `phone`, in every form that has one.

use doorstep_base::{PhoneError, Region, phone};
use doorstep_web::{FieldError, Fields};

/// Where a number without a country code is from: as the customer's locale says, or else the shop.
pub fn home(locale: Option<&str>, shop: Option<Region>) -> Option<Region> {
    locale.and_then(Region::of_locale).or(shop)
}

/// A change of the phone number, as [`Fields::change`] tells one.
pub fn read_phone(fields: &mut Fields, home: Option<Region>) -> Option<Option<String>> {
    let refused = |error: PhoneError| FieldError::with_message(error.code(), error.text());
    fields.shaped_change("phone", |text| phone::parse(text, home).map_err(refused))
}
