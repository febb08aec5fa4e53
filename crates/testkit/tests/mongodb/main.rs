//! MongoDB keeps the contract, and what cannot keep it is refused in one clear line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use doorstep_testkit::{Engine, TestDatabase};

mod majority;
mod orphans;
mod rights;
mod start;

async fn fresh() -> TestDatabase {
    TestDatabase::on(Engine::Mongodb).await
}

doorstep_testkit::store_contract!(crate::fresh);
