//! The words that every other crate shares: ids, time, chance, secrets, e-mail addresses, error codes.
//!
//! Nothing here does I/O, reads a clock or draws a random number: those two are arguments
//! ([`Clock`], [`Random`]), so that a test can move the one and seed the other.

pub mod cause;
pub mod code;
pub mod crypto;
pub mod email;
pub mod id;
pub mod random;
pub mod secret;
pub mod time;

pub use cause::Cause;
pub use code::{Code, FieldCode};
pub use email::{Email, EmailError};
pub use id::{AddressId, AuditId, CustomerId, MessageId, SessionId, new_id};
pub use random::Random;
pub use secret::{Derived, MasterKey, MasterKeys, Secret, SecretHash};
pub use time::{Clock, Timestamp};
