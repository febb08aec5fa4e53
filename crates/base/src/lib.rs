//! The words that every other crate shares: ids, time, chance, secrets, letters, e-mail addresses, phone numbers, error codes.
//!
//! Nothing here does I/O, reads a clock or draws a random number: those two are arguments
//! ([`Clock`], [`Random`]), so that a test can move the one and seed the other.

pub mod cause;
pub mod code;
pub mod crypto;
pub mod email;
pub mod forwarding;
pub mod host;
pub mod id;
pub mod language;
pub mod letters;
pub mod origin;
pub mod phone;
pub mod random;
pub mod secret;
pub mod sentence;
pub mod server_url;
pub mod text;
pub mod time;

pub use cause::Cause;
pub use code::{Code, FieldCode};
pub use email::{Email, EmailError};
pub use host::is_this_machine;
pub use id::{AddressId, AuditId, CustomerId, MessageId, SessionId, new_id};
pub use language::Language;
pub use letters::{is_unseen, refused_sign};
pub use phone::{PhoneError, Region};
pub use random::Random;
pub use secret::{Derived, MasterKey, MasterKeys, Secret, SecretHash};
pub use sentence::Sentence;
pub use text::Text;
pub use time::{Clock, Timestamp};
