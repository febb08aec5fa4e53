//! One row of an answer, read column by column in the order in which the statement names them.

use doorstep_base::Timestamp;

use super::{server, sqlite};
use crate::{StoreError, StoreResult};

/// One row of an answer; each call reads the next column.
pub(crate) struct Row<'r>(pub(super) AnyRow<'r>);

pub(crate) enum AnyRow<'r> {
    Sqlite(sqlite::Row<'r>),
    Postgres(server::postgres::Row<'r>),
    MySql(server::mysql::Row<'r>),
}

/// How a row becomes a value.
pub(crate) trait Read<T>: Fn(&mut Row<'_>) -> StoreResult<T> + Copy + Send + Sync {}

impl<T, F: Fn(&mut Row<'_>) -> StoreResult<T> + Copy + Send + Sync> Read<T> for F {}

impl AnyRow<'_> {
    fn int(&mut self) -> StoreResult<Option<i64>> {
        match self {
            Self::Sqlite(row) => row.int(),
            Self::Postgres(row) => row.int(),
            Self::MySql(row) => row.int(),
        }
    }

    fn text(&mut self) -> StoreResult<Option<&str>> {
        match self {
            Self::Sqlite(row) => row.text(),
            Self::Postgres(row) => row.text(),
            Self::MySql(row) => row.text(),
        }
    }

    fn bytes(&mut self) -> StoreResult<Option<&[u8]>> {
        match self {
            Self::Sqlite(row) => row.bytes(),
            Self::Postgres(row) => row.bytes(),
            Self::MySql(row) => row.bytes(),
        }
    }
}

impl Row<'_> {
    pub fn int(&mut self) -> StoreResult<i64> {
        self.int_if_any()?.ok_or_else(|| Self::unexpected("NULL in place of a number"))
    }

    pub fn int_if_any(&mut self) -> StoreResult<Option<i64>> {
        self.0.int()
    }

    pub fn moment(&mut self) -> StoreResult<Timestamp> {
        self.int().map(Timestamp::from_millis)
    }

    pub fn moment_if_any(&mut self) -> StoreResult<Option<Timestamp>> {
        Ok(self.0.int()?.map(Timestamp::from_millis))
    }

    pub fn text(&mut self) -> StoreResult<String> {
        self.text_if_any()?.ok_or_else(|| Self::unexpected("NULL in place of text"))
    }

    pub fn text_if_any(&mut self) -> StoreResult<Option<String>> {
        Ok(self.0.text()?.map(str::to_owned))
    }

    /// A short text that stands for one of ours.
    pub fn word<T>(&mut self, meaning: fn(&str) -> Option<T>) -> StoreResult<T> {
        let word = self.0.text()?.and_then(meaning);
        word.ok_or_else(|| Self::unexpected("a word that this version does not know"))
    }

    pub fn bytes(&mut self) -> StoreResult<&[u8]> {
        self.bytes_if_any()?.ok_or_else(|| Self::unexpected("NULL in place of bytes"))
    }

    pub fn bytes_if_any(&mut self) -> StoreResult<Option<&[u8]>> {
        self.0.bytes()
    }

    /// Text that is kept as bytes, because it is compared as such.
    pub fn key(&mut self) -> StoreResult<String> {
        let key = std::str::from_utf8(self.bytes()?).map(str::to_owned);
        key.map_err(|_| Self::unexpected("a key that is not UTF-8"))
    }

    pub fn array<const N: usize>(&mut self) -> StoreResult<[u8; N]> {
        self.array_if_any()?.ok_or_else(|| Self::unexpected("NULL in place of bytes"))
    }

    pub fn array_if_any<const N: usize>(&mut self) -> StoreResult<Option<[u8; N]>> {
        let Some(bytes) = self.0.bytes()? else { return Ok(None) };
        let array = bytes.try_into().map_err(|_| Self::unexpected("bytes of another length"))?;
        Ok(Some(array))
    }

    fn unexpected(what: &str) -> StoreError {
        StoreError::Corrupt(what.to_owned())
    }
}
