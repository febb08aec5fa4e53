//! What shows who somebody is, and what comes of it.

use doorstep_base::SessionId;
use doorstep_store::{Customer, Idempotency, NewCustomer, NewMessage, Presented, Session, SessionMode};

use super::{SessionAnswer, SessionSecrets};
use crate::device::DeviceAnswer;

/// A customer whose account is not disabled.
pub struct Enabled(pub(super) Customer);

impl Enabled {
    pub fn get(&self) -> &Customer {
        &self.0
    }
}

/// What shows who enters. A new way in is a new proof.
pub enum Proof {
    /// The password opened the record that was read after this customer. If another stands there by now, it proves nothing.
    Password { customer: Enabled },
    /// A mail came to this customer, who shows what was in it. With another password since, it proves nothing.
    Mail { customer: Enabled, presented: Presented },
    /// The request itself makes the account. With a record, it may come again.
    SignUp {
        customer: NewCustomer,
        repeatable: Option<(Idempotency, SessionSecrets)>,
        /// What is written with it.
        outbox: Vec<NewMessage>,
    },
    /// The request came again, and its sender knows the password: the first session once more.
    Repeat { customer: Enabled, session: Session, secrets: SessionSecrets },
}

pub enum Entering {
    Entered(Box<Entered>),
    /// The record that was proven is not the stored one any more.
    ProofStale,
    EmailTaken,
    /// The code was wrong. So many tries are left.
    CodeWrong(i64),
    /// The mail opens nothing any more.
    ChallengeSpent,
    /// Another request with the same Idempotency-Key was faster.
    KeyUsed,
}

pub struct Entered {
    pub customer: Customer,
    pub answer: SessionAnswer,
    /// Of the place that it entered from.
    pub device: DeviceAnswer,
    pub(super) session: SessionId,
    pub(super) mode: SessionMode,
}

impl From<Entered> for Entering {
    fn from(entered: Entered) -> Self {
        Self::Entered(Box::new(entered))
    }
}
