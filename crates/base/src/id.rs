//! Ids are UUIDv7 (RFC 9562), made by the application, so that no database needs a sequence.
//! They reveal when they were made and are never secrets.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::{Clock, Random, random};

/// A fresh UUIDv7 of the clock's moment.
pub fn new_id<Id: From<Uuid>>(clock: &dyn Clock, random: &dyn Random) -> Id {
    let millis = u64::try_from(clock.now().as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random::bytes(random)).into_uuid().into()
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // Only the hyphenated form is one of ours: one id has one spelling.
                if text.len() != 36 {
                    return Err(Uuid::parse_str("").err().unwrap_or_else(|| unreachable!()));
                }
                Uuid::try_parse(text).map(Self)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

typed_id!(
    /// One customer of the shop.
    CustomerId
);
typed_id!(
    /// One signed-in device of a customer.
    SessionId
);
typed_id!(
    /// One entry of a customer's address book.
    AddressId
);
typed_id!(
    /// One row of the audit trail.
    AuditId
);
typed_id!(
    /// One message of the outbox.
    MessageId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_spelling_of_an_id_is_read() {
        let text = "01932c07-5b6e-7000-8000-000000000001";
        assert_eq!(text.parse::<CustomerId>().unwrap().to_string(), text);
        for other in ["", "01932c075b6e70008000000000000001", "{01932c07-5b6e-7000-8000-000000000001}", "x"] {
            assert!(other.parse::<CustomerId>().is_err(), "{other}");
        }
    }
}
