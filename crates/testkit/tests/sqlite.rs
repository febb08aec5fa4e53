//! SQLite keeps the contract.

doorstep_testkit::store_contract!(doorstep_testkit::TestDatabase::sqlite);
