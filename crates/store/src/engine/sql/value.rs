//! What is bound to the `?` of a statement.

use doorstep_base::{SecretHash, Timestamp};

/// A value of a `?`. Text and bytes are borrowed: they are bound, not kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'v> {
    Null,
    Int(i64),
    Text(&'v str),
    Bytes(&'v [u8]),
}

/// The values of a statement, in the order of its `?`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::engine::sql::value::Bind::bind(&$value)),*] };
}
pub(super) use values;

/// What can stand for a `?`.
pub(crate) trait Bind {
    fn bind(&self) -> Value<'_>;
}

impl<T: Bind + ?Sized> Bind for &T {
    fn bind(&self) -> Value<'_> {
        (**self).bind()
    }
}

impl<T: Bind> Bind for Option<T> {
    fn bind(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Bind::bind)
    }
}

impl Bind for i64 {
    fn bind(&self) -> Value<'_> {
        Value::Int(*self)
    }
}

impl Bind for u32 {
    fn bind(&self) -> Value<'_> {
        Value::Int((*self).into())
    }
}

impl Bind for bool {
    fn bind(&self) -> Value<'_> {
        Value::Int((*self).into())
    }
}

impl Bind for Timestamp {
    fn bind(&self) -> Value<'_> {
        Value::Int(self.as_millis())
    }
}

impl Bind for str {
    fn bind(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Bind for String {
    fn bind(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Bind for Vec<u8> {
    fn bind(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl Bind for [u8] {
    fn bind(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<const N: usize> Bind for [u8; N] {
    fn bind(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl Bind for SecretHash {
    fn bind(&self) -> Value<'_> {
        Value::Bytes(&self.0)
    }
}

macro_rules! ids_bind {
    ($($id:ident)*) => {$(
        impl Bind for doorstep_base::$id {
            fn bind(&self) -> Value<'_> {
                Value::Bytes(self.as_bytes())
            }
        }
    )*};
}
ids_bind!(CustomerId SessionId AddressId AuditId);
