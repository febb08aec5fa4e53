//! What tests share: databases of their own, and the contract that every engine keeps. Never part of a release.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this crate is made of tests")]

#[cfg(feature = "app")]
pub mod app;
pub mod contract;
mod database;
#[cfg(feature = "app")]
pub mod http_proxy;
#[cfg(feature = "servers")]
pub mod proxy;
pub mod records;
#[cfg(feature = "servers")]
mod servers;
#[cfg(any(feature = "app", feature = "servers"))]
pub mod tls;
#[cfg(feature = "servers")]
pub mod tls_front;

pub use database::{Engine, Place, TestDatabase};
