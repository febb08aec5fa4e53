//! What stands for `server/` in a build without its drivers: types that have no value, so that the facade has one form.

#![expect(clippy::unused_async, reason = "the signatures are those of server/")]

use std::convert::Infallible;
use std::marker::PhantomData;

use super::db::{Db, Defined, Read};
use super::dialect::Dialect;
use super::value::Value;
use super::work::{Outcome, Work};
use crate::{OpenError, Settings, StoreResult, url};

#[derive(Clone)]
pub(crate) enum PgConnection {}
#[derive(Clone)]
pub(crate) enum MySqlConnection {}

pub(crate) trait Link: Clone {
    fn dialect() -> &'static Dialect;
}

impl Link for PgConnection {
    fn dialect() -> &'static Dialect {
        &super::dialect::POSTGRES
    }
}

impl Link for MySqlConnection {
    fn dialect() -> &'static Dialect {
        &super::dialect::MYSQL
    }
}

#[derive(Clone)]
pub(crate) struct Server<L>(Infallible, PhantomData<L>);

impl<L: Link> Server<L> {
    pub async fn one<T>(&self, _: &str, _: &[Value<'_>], _: impl Read<T>) -> StoreResult<Option<T>> {
        match self.0 {}
    }

    pub async fn all<T>(&self, _: &str, _: &[Value<'_>], _: impl Read<T>) -> StoreResult<Vec<T>> {
        match self.0 {}
    }

    pub async fn write(&self, _: Work) -> StoreResult<Outcome> {
        match self.0 {}
    }

    pub fn set_aside(&mut self, _: u32) -> Self {
        match self.0 {}
    }

    pub fn unhurried(&self) -> Self {
        match self.0 {}
    }

    pub async fn define(&self, _: &str) -> StoreResult<()> {
        match self.0 {}
    }

    pub async fn close(&self) {
        match self.0 {}
    }
}

pub(crate) struct Tx<L>(Infallible, PhantomData<L>);

impl<L: Link> Tx<L> {
    pub async fn execute(&mut self, _: &str, _: &[Value<'_>]) -> StoreResult<u64> {
        match self.0 {}
    }

    pub async fn change(&mut self, _: &str, _: &[Value<'_>]) -> StoreResult<u64> {
        match self.0 {}
    }

    pub async fn one<T>(&mut self, _: &str, _: &[Value<'_>], _: impl Read<T>) -> StoreResult<Option<T>> {
        match self.0 {}
    }

    pub async fn all<T>(&mut self, _: &str, _: &[Value<'_>], _: impl Read<T>) -> StoreResult<Vec<T>> {
        match self.0 {}
    }

    pub async fn insert_unless_taken(&mut self, _: &str, _: &[Value<'_>]) -> StoreResult<bool> {
        match self.0 {}
    }

    pub async fn define(&mut self, _: &str) -> StoreResult<Defined> {
        match self.0 {}
    }
}

pub(crate) struct Row<'r, L>(Infallible, PhantomData<(&'r (), L)>);

impl<L> Row<'_, L> {
    pub fn int(&mut self) -> StoreResult<Option<i64>> {
        match self.0 {}
    }

    pub fn text(&mut self) -> StoreResult<Option<&str>> {
        match self.0 {}
    }

    pub fn bytes(&mut self) -> StoreResult<Option<&[u8]>> {
        match self.0 {}
    }
}

pub(super) mod postgres {
    use super::{Db, OpenError, Settings, url};

    pub(crate) type Row<'r> = super::Row<'r, super::PgConnection>;

    pub(crate) async fn open(_: &url::Server, _: Settings) -> Result<Db, OpenError> {
        Err(OpenError::NotBuilt { engine: "PostgreSQL" })
    }
}

pub(super) mod mysql {
    use super::{Db, OpenError, Settings, url};

    pub(crate) type Row<'r> = super::Row<'r, super::MySqlConnection>;

    pub(crate) async fn open(_: &url::Server, _: Settings) -> Result<Db, OpenError> {
        Err(OpenError::NotBuilt { engine: "MySQL or MariaDB" })
    }
}
