//! Challenges are opened, and used up.

use doorstep_base::{CustomerId, SecretHash, Timestamp};

use super::Verb;
use crate::records::{Is, Order, Records, Row, Set, ToCell};
use crate::{Challenge, Consumed, Purpose, StoreResult, Table};

pub(super) struct OpenChallenge(pub Challenge);

impl Verb for OpenChallenge {
    /// `false` when another one came in between: nothing was written.
    type Outcome = bool;

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        &self.0.subject.0
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let Challenge { subject, purpose, customer, secret, tries_left, created_at, expires_at } = &self.0;
        let named = Is::Equal("subject", subject.cell());
        let renewed = [
            Set::To("purpose", purpose.cell()),
            Set::To("customer", customer.cell()),
            Set::To("secret", secret.cell()),
            Set::To("created_at", created_at.cell()),
            Set::To("expires_at", expires_at.cell()),
        ];
        let live = [named.clone(), Is::After("expires_at", created_at.as_millis())];
        let with_tries = [&live[..], &[Is::After("tries_left", 0)]].concat();
        if tx.change(Table::Challenges, &with_tries, &renewed).await? == 1 {
            return Ok(true);
        }
        // Out of tries it stays so until its time, which asking again does not move.
        if !tx.find(Table::Challenges, &live, Order::any()).await?.is_empty() {
            return Ok(true);
        }
        let over = [named, Is::AtMost("expires_at", created_at.as_millis())];
        tx.remove(Table::Challenges, &over).await?;
        let columns = vec![
            ("subject", subject.cell()),
            ("purpose", purpose.cell()),
            ("customer", customer.cell()),
            ("secret", secret.cell()),
            ("tries_left", tries_left.cell()),
            ("created_at", created_at.cell()),
            ("expires_at", expires_at.cell()),
        ];
        let opened = tx.add_unless_taken(Table::Challenges, columns, "subject").await?;
        if !opened {
            tx.discard();
        }
        Ok(opened)
    }
}

pub(super) struct ConsumeChallenge {
    pub subject: SecretHash,
    pub purpose: Purpose,
    pub secret: SecretHash,
    pub now: Timestamp,
}

impl Verb for ConsumeChallenge {
    type Outcome = Consumed;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&crate::Trail> {
        None
    }

    fn lane(&self) -> &[u8] {
        &self.subject.0
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Consumed, R::Failure> {
        let live = vec![
            Is::Equal("subject", self.subject.cell()),
            Is::Equal("purpose", self.purpose.cell()),
            Is::After("tries_left", 0),
            Is::After("expires_at", self.now.as_millis()),
        ];
        // The write is the lock: whoever comes second finds one try less, or nothing.
        if tx.change(Table::Challenges, &live, &[Set::Add("tries_left", -1)]).await? == 0 {
            return Ok(Consumed::Spent);
        }
        let stands = tx.find(Table::Challenges, &live[..2], Order::any()).await?.pop();
        let Some(stands) = stands.as_ref().map(challenge).transpose()? else { return Ok(Consumed::Spent) };
        if stands.secret != self.secret {
            return Ok(Consumed::Wrong { tries_left: stands.tries_left });
        }
        tx.remove(Table::Challenges, &live[..2]).await?;
        Ok(Consumed::Right(Box::new(stands)))
    }
}

fn challenge(row: &Row) -> StoreResult<Challenge> {
    Ok(Challenge {
        subject: SecretHash(row.array("subject")?),
        purpose: row.word("purpose", Purpose::from_text)?,
        customer: row.array_if_any("customer")?.map(CustomerId::from_bytes),
        secret: SecretHash(row.array("secret")?),
        tries_left: row.int("tries_left")?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
    })
}
