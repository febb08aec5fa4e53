//! MariaDB keeps the contract.

use doorstep_testkit::{Engine, TestDatabase};

async fn fresh() -> TestDatabase {
    TestDatabase::on(Engine::Mariadb).await
}

doorstep_testkit::store_contract!(crate::fresh);
