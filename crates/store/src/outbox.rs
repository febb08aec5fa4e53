//! The outbox: what is to be told to somebody outside (a mail, a webhook, a listener), written in the transaction of the fact that
//! it tells, and sent by whichever node holds its lease.

use async_trait::async_trait;
use doorstep_base::{CustomerId, MessageId, Timestamp};

use crate::StoreResult;

/// A message to be. It goes with its customer when the account is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    pub id: MessageId,
    /// What it is about, and so who sends it: a word of the sender's.
    pub topic: String,
    pub customer: Option<CustomerId>,
    /// What the sender needs to make it of. No secret in clear.
    pub payload: String,
    pub created_at: Timestamp,
    /// Not to be sent before.
    pub due_at: Timestamp,
}

/// A message that this caller may send, until [`Message::leased_until`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub topic: String,
    pub customer: Option<CustomerId>,
    pub payload: String,
    pub created_at: Timestamp,
    /// When it was dead and put back: see [`Outbox::retry_dead_messages`].
    pub retried_at: Option<Timestamp>,
    /// How often it was leased, this time included.
    pub attempts: i64,
    pub leased_until: Timestamp,
    pub lease: Lease,
}

/// What proves that one holds a message: drawn by chance for each call of [`Outbox::lease_messages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease(pub [u8; 16]);

/// A message that is there, as somebody sees it who does not send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMessage {
    pub topic: String,
    pub payload: String,
    pub created_at: Timestamp,
    /// How often it was leased.
    pub attempts: i64,
    /// Given up.
    pub is_dead: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxState {
    /// Waiting for their moment, for a sender, or being sent.
    pub waiting: u64,
    /// Given up: an operator's matter.
    pub dead: u64,
}

#[async_trait]
pub trait Outbox: Send + Sync {
    /// Adds a message that stands for itself. Whatever it is about is looked up by whoever sends it: the time of this tells nothing.
    async fn post_message(&self, message: NewMessage) -> StoreResult<()>;

    /// Takes at most `most` messages of this topic that are due at `now`, the longest due first, for as long as `until`. A node that dies keeps
    /// nothing: when its lease is over the message is due again.
    ///
    /// Race: of any number of callers one gets a message.
    async fn lease_messages(
        &self,
        topic: &str,
        lease: Lease,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> StoreResult<Vec<Message>>;

    /// It was sent: the message goes. `false` when the lease is another's by now: somebody may have sent it again.
    async fn finish_message(&self, id: MessageId, lease: Lease) -> StoreResult<bool>;

    /// It could not be sent and is due again at `due_at`. `false` when the lease is another's by now.
    async fn retry_message(&self, id: MessageId, lease: Lease, due_at: Timestamp) -> StoreResult<bool>;

    /// It will never be sent. It stays for operators. `false` when the lease is another's by now.
    async fn bury_message(&self, id: MessageId, lease: Lease) -> StoreResult<bool>;

    /// What is kept for a customer, oldest first, dead ones too.
    async fn messages_of(&self, customer: CustomerId) -> StoreResult<Vec<KeptMessage>>;

    /// Puts every dead message of this topic back: due at `now`, with no attempt made, and with `now` as [`Message::retried_at`]. How many they
    /// were. What it tells keeps its time: [`Message::created_at`] stays.
    async fn retry_dead_messages(&self, topic: &str, now: Timestamp) -> StoreResult<u64>;

    async fn outbox_state(&self) -> StoreResult<OutboxState>;

    /// Since when the message that has waited longest could have been sent: `None` where none is due.
    async fn outbox_due_since(&self, now: Timestamp) -> StoreResult<Option<Timestamp>>;
}
