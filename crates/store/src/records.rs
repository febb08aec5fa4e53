//! What a verb may do to the records of any table inside a transaction, whatever the engine; and what a record is made of.
//!
//! A verb decides by the write itself: [`Records::change`] and [`Records::remove`] say how many records met the condition, and
//! [`Records::add_unless_taken`] whether there was room. What is read before may have changed by then.

use doorstep_base::{CustomerId, SecretHash, Timestamp};

use crate::{Cell, Key, Record, StoreError, StoreResult, Table};

/// A condition on a column; several are all meant.
#[derive(Clone, Debug)]
pub(crate) enum Is {
    Equal(&'static str, Cell),
    Not(&'static str, Cell),
    /// Numbers only.
    Before(&'static str, i64),
    AtMost(&'static str, i64),
    After(&'static str, i64),
    Empty(&'static str),
}

/// What becomes of a column.
#[derive(Clone, Debug)]
pub(crate) enum Set {
    To(&'static str, Cell),
    Add(&'static str, i64),
}

/// Which of the records that meet a condition, and in which order: `true` is descending.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    pub by: Vec<(&'static str, bool)>,
    pub most: Option<u32>,
}

impl Order {
    pub fn any() -> Self {
        Self::default()
    }

    pub fn by<const N: usize>(by: [(&'static str, bool); N]) -> Self {
        Self { by: by.into(), most: None }
    }

    pub fn most(self, most: u32) -> Self {
        Self { most: Some(most), ..self }
    }
}

/// The columns of a record to be; those that are not named are empty or have their default.
pub(crate) type Columns = Vec<(&'static str, Cell)>;

/// How a session is used: see [`Records::use_session`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    pub now: Timestamp,
    pub idle_expires_at: Timestamp,
}

pub(crate) trait Records: Send {
    type Failure: From<StoreError> + Send;

    fn add(
        &mut self,
        table: Table,
        columns: Columns,
    ) -> impl Future<Output = Result<(), Self::Failure>> + Send;

    /// `false` when a record with the same value in `column` (unique, or the key) stands: then nothing of this transaction
    /// may be kept, and the verb says [`Records::discard`] and returns.
    fn add_unless_taken(
        &mut self,
        table: Table,
        columns: Columns,
        column: &'static str,
    ) -> impl Future<Output = Result<bool, Self::Failure>> + Send;

    fn find(
        &mut self,
        table: Table,
        which: &[Is],
        order: Order,
    ) -> impl Future<Output = Result<Vec<Row>, Self::Failure>> + Send;

    /// How many met the condition, and are changed now.
    fn change(
        &mut self,
        table: Table,
        which: &[Is],
        set: &[Set],
    ) -> impl Future<Output = Result<u64, Self::Failure>> + Send;

    /// How many met the condition, and are gone now.
    fn remove(
        &mut self,
        table: Table,
        which: &[Is],
    ) -> impl Future<Output = Result<u64, Self::Failure>> + Send;

    /// [`Records::remove`] for records of these keys.
    fn remove_keys(
        &mut self,
        table: Table,
        keys: &[Key],
        which: &[Is],
    ) -> impl Future<Output = Result<u64, Self::Failure>> + Send;

    /// Nobody else who takes this customer's turn, or changes or removes the customer, comes between now and the commit.
    /// `false` when no such customer meets the condition.
    fn take_turn(
        &mut self,
        customer: CustomerId,
        which: &[Is],
    ) -> impl Future<Output = Result<bool, Self::Failure>> + Send;

    /// Notes the use of the live session that meets the condition, and gives it `refresh`, if any, as the newest token. Never
    /// moves a time back, and the idle expiry never past the last one. `false` when there is no such live session.
    fn use_session(
        &mut self,
        which: &[Is],
        how: Use,
        refresh: Option<SecretHash>,
    ) -> impl Future<Output = Result<bool, Self::Failure>> + Send;

    /// Nothing that this transaction wrote will stay, whatever the verb returns: for outcomes that promise it.
    fn discard(&mut self);
}

/// A record that was read, by the names of its columns.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub table: Table,
    pub record: Record,
}

impl Row {
    pub fn key(&self) -> Key {
        self.record.key(self.table)
    }

    pub fn cell(&self, name: &str) -> StoreResult<&Cell> {
        let place = self.table.column(name).map(|(place, _)| place);
        place.and_then(|place| self.record.0.get(place)).ok_or_else(|| self.unexpected(name))
    }

    pub fn int_if_any(&self, name: &str) -> StoreResult<Option<i64>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Int(number) => Ok(Some(*number)),
            _ => Err(self.unexpected(name)),
        }
    }

    pub fn int(&self, name: &str) -> StoreResult<i64> {
        self.int_if_any(name)?.ok_or_else(|| self.unexpected(name))
    }

    pub fn truth(&self, name: &str) -> StoreResult<bool> {
        Ok(self.int(name)? != 0)
    }

    pub fn moment(&self, name: &str) -> StoreResult<Timestamp> {
        self.int(name).map(Timestamp::from_millis)
    }

    pub fn moment_if_any(&self, name: &str) -> StoreResult<Option<Timestamp>> {
        Ok(self.int_if_any(name)?.map(Timestamp::from_millis))
    }

    pub fn str_if_any(&self, name: &str) -> StoreResult<Option<&str>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            _ => Err(self.unexpected(name)),
        }
    }

    pub fn text_if_any(&self, name: &str) -> StoreResult<Option<String>> {
        Ok(self.str_if_any(name)?.map(str::to_owned))
    }

    pub fn text(&self, name: &str) -> StoreResult<String> {
        self.text_if_any(name)?.ok_or_else(|| self.unexpected(name))
    }

    /// A short text that stands for one of ours.
    pub fn word<W>(&self, name: &str, read: fn(&str) -> Option<W>) -> StoreResult<W> {
        self.str_if_any(name)?.and_then(read).ok_or_else(|| self.unexpected(name))
    }

    fn bytes_if_any(&self, name: &str) -> StoreResult<Option<&[u8]>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            _ => Err(self.unexpected(name)),
        }
    }

    pub fn bytes(&self, name: &str) -> StoreResult<Vec<u8>> {
        self.bytes_if_any(name)?.map(<[u8]>::to_vec).ok_or_else(|| self.unexpected(name))
    }

    /// Text that is kept as bytes, because it is compared as such.
    pub fn key_text(&self, name: &str) -> StoreResult<String> {
        String::from_utf8(self.bytes(name)?).map_err(|_| self.unexpected(name))
    }

    pub fn array_if_any<const N: usize>(&self, name: &str) -> StoreResult<Option<[u8; N]>> {
        let bytes = self.bytes_if_any(name)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| self.unexpected(name))).transpose()
    }

    pub fn array<const N: usize>(&self, name: &str) -> StoreResult<[u8; N]> {
        self.array_if_any(name)?.ok_or_else(|| self.unexpected(name))
    }

    fn unexpected(&self, name: &str) -> StoreError {
        StoreError::Corrupt(format!("{}.{name} is not what it should be", self.table.name()))
    }
}

/// A value as it stands in a column.
pub(crate) trait ToCell {
    fn cell(&self) -> Cell;
}

impl<T: ToCell + ?Sized> ToCell for &T {
    fn cell(&self) -> Cell {
        (**self).cell()
    }
}

impl<T: ToCell> ToCell for Option<T> {
    fn cell(&self) -> Cell {
        self.as_ref().map_or(Cell::Null, ToCell::cell)
    }
}

impl ToCell for i64 {
    fn cell(&self) -> Cell {
        Cell::Int(*self)
    }
}

impl ToCell for bool {
    fn cell(&self) -> Cell {
        Cell::Int((*self).into())
    }
}

impl ToCell for Timestamp {
    fn cell(&self) -> Cell {
        Cell::Int(self.as_millis())
    }
}

impl ToCell for str {
    fn cell(&self) -> Cell {
        Cell::Text(self.to_owned())
    }
}

impl ToCell for String {
    fn cell(&self) -> Cell {
        Cell::Text(self.clone())
    }
}

impl ToCell for [u8] {
    fn cell(&self) -> Cell {
        Cell::Bytes(self.to_vec())
    }
}

impl<const N: usize> ToCell for [u8; N] {
    fn cell(&self) -> Cell {
        Cell::Bytes(self.to_vec())
    }
}

impl ToCell for SecretHash {
    fn cell(&self) -> Cell {
        self.0.cell()
    }
}

macro_rules! words_are_cells {
    ($($word:ident)*) => {$(
        impl ToCell for crate::$word {
            fn cell(&self) -> Cell {
                self.as_str().cell()
            }
        }
    )*};
}
words_are_cells!(SessionMode EndReason AuditKind Actor Purpose Direction MoveState);

macro_rules! ids_are_cells {
    ($($id:ident)*) => {$(
        impl ToCell for doorstep_base::$id {
            fn cell(&self) -> Cell {
                self.as_bytes().cell()
            }
        }
    )*};
}
ids_are_cells!(CustomerId SessionId AddressId AuditId MessageId);
