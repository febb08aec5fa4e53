//! Values as fields of documents, and back. Ids and hashes are generic binary, moments are milliseconds.

use doorstep_base::{SecretHash, Timestamp};
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, RawBsonRef, RawDocument};

use crate::{StoreError, StoreResult};

/// What can stand in a field.
pub(super) trait Field {
    fn bson(&self) -> Bson;
}

impl<T: Field + ?Sized> Field for &T {
    fn bson(&self) -> Bson {
        (**self).bson()
    }
}

impl<T: Field> Field for Option<T> {
    fn bson(&self) -> Bson {
        self.as_ref().map_or(Bson::Null, Field::bson)
    }
}

impl Field for Timestamp {
    fn bson(&self) -> Bson {
        Bson::Int64(self.as_millis())
    }
}

impl Field for str {
    fn bson(&self) -> Bson {
        Bson::String(self.to_owned())
    }
}

impl Field for String {
    fn bson(&self) -> Bson {
        Bson::String(self.clone())
    }
}

impl Field for [u8] {
    fn bson(&self) -> Bson {
        Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: self.to_vec() })
    }
}

impl<const N: usize> Field for [u8; N] {
    fn bson(&self) -> Bson {
        self[..].bson()
    }
}

impl Field for SecretHash {
    fn bson(&self) -> Bson {
        self.0.bson()
    }
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl Field for doorstep_base::$id {
            fn bson(&self) -> Bson {
                self.as_bytes().bson()
            }
        }
    )*};
}
ids!(CustomerId SessionId AddressId AuditId);

/// MongoDB would keep a text with U+0000, but not every engine does, so none is asked to.
pub(super) fn refuse_nul(document: &Document) -> StoreResult<()> {
    if document.values().any(has_nul) { Err(StoreError::NulInText) } else { Ok(()) }
}

fn has_nul(value: &Bson) -> bool {
    match value {
        Bson::String(text) => text.as_bytes().contains(&0),
        Bson::Document(inner) => inner.values().any(has_nul),
        Bson::Array(entries) => entries.iter().any(has_nul),
        _ => false,
    }
}

/// The fields of a document that was read. A missing field is an empty one.
#[derive(Clone, Copy)]
pub(super) struct Fields<'d>(pub &'d RawDocument);

impl<'d> Fields<'d> {
    pub fn int(self, name: &str) -> StoreResult<i64> {
        self.int_if_any(name)?.ok_or_else(|| missing(name))
    }

    pub fn int_if_any(self, name: &str) -> StoreResult<Option<i64>> {
        match self.get(name)? {
            None => Ok(None),
            Some(RawBsonRef::Int64(number)) => Ok(Some(number)),
            Some(_) => Err(unexpected(name)),
        }
    }

    pub fn text_if_any(self, name: &str) -> StoreResult<Option<String>> {
        Ok(self.str_if_any(name)?.map(str::to_owned))
    }

    pub fn bytes(self, name: &str) -> StoreResult<&'d [u8]> {
        self.bytes_if_any(name)?.ok_or_else(|| missing(name))
    }

    pub fn array<const N: usize>(self, name: &str) -> StoreResult<[u8; N]> {
        self.array_if_any(name)?.ok_or_else(|| missing(name))
    }

    pub fn array_if_any<const N: usize>(self, name: &str) -> StoreResult<Option<[u8; N]>> {
        let bytes = self.bytes_if_any(name)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| unexpected(name))).transpose()
    }

    /// The fields of a document inside.
    pub fn fields(self, name: &str) -> StoreResult<Fields<'d>> {
        self.0.get_document(name).map(Fields).map_err(|_| unexpected(name))
    }

    fn str_if_any(self, name: &str) -> StoreResult<Option<&'d str>> {
        match self.get(name)? {
            None => Ok(None),
            Some(RawBsonRef::String(text)) => Ok(Some(text)),
            Some(_) => Err(unexpected(name)),
        }
    }

    fn bytes_if_any(self, name: &str) -> StoreResult<Option<&'d [u8]>> {
        match self.get(name)? {
            None => Ok(None),
            Some(RawBsonRef::Binary(binary)) if binary.subtype == BinarySubtype::Generic => {
                Ok(Some(binary.bytes))
            }
            Some(_) => Err(unexpected(name)),
        }
    }

    fn get(self, name: &str) -> StoreResult<Option<RawBsonRef<'d>>> {
        match self.0.get(name) {
            Ok(None | Some(RawBsonRef::Null)) => Ok(None),
            Ok(found) => Ok(found),
            Err(_) => Err(unexpected(name)),
        }
    }
}

fn missing(name: &str) -> StoreError {
    StoreError::Corrupt(format!("a document without {name}"))
}

fn unexpected(name: &str) -> StoreError {
    StoreError::Corrupt(format!("a field {name} of another type"))
}
