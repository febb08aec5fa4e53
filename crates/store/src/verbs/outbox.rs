//! The outbox: written with a fact, leased, and sent or tried again.

use doorstep_base::{CustomerId, MessageId, Timestamp};

use super::Verb;
use crate::records::{Is, Order, Records, Row, Set, ToCell};
use crate::{Cell, KeptMessage, Lease, Message, NewMessage, StoreResult, Table};

/// When a dead message is due.
const NEVER: Timestamp = Timestamp::from_millis(i64::MAX);

pub(super) async fn add_message<R: Records>(tx: &mut R, message: &NewMessage) -> Result<(), R::Failure> {
    let NewMessage { id, topic, customer, payload, created_at, due_at } = message;
    let columns = vec![
        ("id", id.cell()),
        ("topic", topic.cell()),
        ("customer", customer.cell()),
        ("payload", payload.cell()),
        ("created_at", created_at.cell()),
        ("due_at", due_at.cell()),
        ("attempts", 0_i64.cell()),
        ("dead", false.cell()),
    ];
    tx.add(Table::Outbox, columns).await
}

pub(super) struct PostMessage(pub NewMessage);

impl Verb for PostMessage {
    type Outcome = ();

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        self.0.id.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<(), R::Failure> {
        add_message(tx, &self.0).await
    }
}

pub(super) struct LeaseMessages {
    pub topic: String,
    pub lease: Lease,
    pub now: Timestamp,
    pub until: Timestamp,
    pub most: u32,
}

impl Verb for LeaseMessages {
    type Outcome = Vec<Message>;

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        b"outbox"
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Vec<Message>, R::Failure> {
        let due = vec![Is::AtMost("due_at", self.now.as_millis()), Is::Equal("topic", self.topic.cell())];
        let longest_due = Order::by([("due_at", false)]).most(self.most);
        let set = [
            Set::To("lease", self.lease.0.cell()),
            Set::To("due_at", self.until.cell()),
            Set::Add("attempts", 1),
        ];
        let mut leased = Vec::new();
        for row in tx.find(Table::Outbox, &due, longest_due).await? {
            // Still due: another node may have been faster.
            let mut still = due.clone();
            still.push(Is::Equal("id", row.array::<16>("id")?.cell()));
            if tx.change(Table::Outbox, &still, &set).await? == 1 {
                leased.push(self.message(&row)?);
            }
        }
        Ok(leased)
    }
}

impl LeaseMessages {
    fn message(&self, row: &Row) -> StoreResult<Message> {
        Ok(Message {
            id: MessageId::from_bytes(row.array("id")?),
            topic: row.text("topic")?,
            customer: row.array_if_any("customer")?.map(CustomerId::from_bytes),
            payload: row.text("payload")?,
            created_at: row.moment("created_at")?,
            retried_at: row.moment_if_any("retried_at")?,
            attempts: row.int("attempts")? + 1,
            leased_until: self.until,
            lease: self.lease,
        })
    }
}

pub(super) fn kept(row: &Row) -> StoreResult<KeptMessage> {
    Ok(KeptMessage {
        topic: row.text("topic")?,
        payload: row.text("payload")?,
        created_at: row.moment("created_at")?,
        attempts: row.int("attempts")?,
        is_dead: row.truth("dead")?,
    })
}

/// The message, while this is its lease.
pub(super) fn leased(id: MessageId, lease: Lease) -> [Is; 2] {
    [Is::Equal("id", id.cell()), Is::Equal("lease", lease.0.cell())]
}

/// What becomes of a message whose lease one holds.
pub(super) enum Then {
    Finish,
    Retry(Timestamp),
    Bury,
}

pub(super) struct SettleMessage {
    pub id: MessageId,
    pub lease: Lease,
    pub then: Then,
}

impl Verb for SettleMessage {
    type Outcome = bool;

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        self.id.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let mine = leased(self.id, self.lease);
        let settled = match self.then {
            Then::Finish => tx.remove(Table::Outbox, &mine).await?,
            Then::Retry(due_at) => {
                let again = [Set::To("due_at", due_at.cell()), Set::To("lease", Cell::Null)];
                tx.change(Table::Outbox, &mine, &again).await?
            }
            Then::Bury => {
                let dead = [
                    Set::To("dead", true.cell()),
                    Set::To("lease", Cell::Null),
                    Set::To("due_at", NEVER.cell()),
                ];
                tx.change(Table::Outbox, &mine, &dead).await?
            }
        };
        Ok(settled == 1)
    }
}

pub(super) struct RetryDead {
    pub topic: String,
    pub now: Timestamp,
}

impl Verb for RetryDead {
    type Outcome = u64;

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        b"outbox"
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<u64, R::Failure> {
        let dead = [
            Is::Equal("due_at", NEVER.cell()),
            Is::Equal("dead", true.cell()),
            Is::Equal("topic", self.topic.cell()),
        ];
        let anew = [
            Set::To("dead", false.cell()),
            Set::To("due_at", self.now.cell()),
            Set::To("attempts", 0_i64.cell()),
            Set::To("retried_at", self.now.cell()),
        ];
        tx.change(Table::Outbox, &dead, &anew).await
    }
}
