//! Another address, and the former one again.

use doorstep_base::{CustomerId, Timestamp};

use super::Verb;
use super::audit::add_trail;
use super::challenges::{challenge, columns, consume, void};
use super::passwords::revoke;
use super::proven::enabled;
use crate::records::{Is, Order, Records, Set, ToCell};
use crate::{Cell, Challenge, Consumed, NewEmail, Presented, Proven, Purpose, Table, Trail};

pub(super) struct ChangeEmail {
    pub presented: Presented,
    pub change: NewEmail,
    pub trail: Trail,
}

impl Verb for ChangeEmail {
    type Outcome = Proven;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.change.email_key.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Proven, R::Failure> {
        let NewEmail { former_key, email, email_key, undo, .. } = &self.change;
        let customer = match asker(tx, &self.presented, email).await? {
            Ok(customer) => customer,
            Err(refused) => return Ok(refused),
        };
        let mut same = enabled(customer).to_vec();
        same.push(Is::Equal("email_key", former_key.as_bytes().cell()));
        if !tx.take_turn(customer, &same[1..]).await? {
            return Ok(Proven::Spent);
        }
        let reserved = self.reserved(tx).await?;
        if is_taken(tx, email_key, customer).await?
            || reserved.iter().any(|reserved| reserved.customer != Some(customer))
        {
            tx.discard();
            return Ok(Proven::Taken);
        }
        give(tx, customer, (email, email_key), self.presented.now).await?;
        void(tx, customer).await?;
        let mut trail = self.trail.clone();
        if let Some(former) = reserved.first() {
            // Whoever has the former address again takes back what came after it: who had the account in between has no say.
            remove_later(tx, customer, former.created_at).await?;
            trail.outbox.clear();
        } else if let Some(undo) = undo {
            tx.add(Table::Challenges, columns(undo)).await?;
        }
        add_trail(tx, &trail).await?;
        Ok(Proven::Done)
    }
}

impl ChangeEmail {
    /// What takes the new address back, whoever may.
    async fn reserved<R: Records>(&self, tx: &mut R) -> Result<Vec<Challenge>, R::Failure> {
        let mut reserved = Vec::new();
        for subject in &self.change.reserved {
            let live = [
                Is::Equal("subject", subject.cell()),
                Is::After("expires_at", self.presented.now.as_millis()),
            ];
            for row in tx.find(Table::Challenges, &live, Order::any()).await? {
                reserved.push(challenge(&row)?);
            }
        }
        Ok(reserved)
    }
}

pub(super) struct UndoEmail {
    pub presented: Presented,
    pub email_key: String,
    pub trail: Trail,
}

impl Verb for UndoEmail {
    type Outcome = Proven;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.email_key.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Proven, R::Failure> {
        let challenge = match consume(tx, &self.presented).await? {
            Consumed::Right(challenge) => *challenge,
            Consumed::Wrong { .. } | Consumed::Spent => return Ok(Proven::Spent),
        };
        let Challenge { customer: Some(customer), email: Some(email), .. } = challenge else {
            return Ok(Proven::Spent);
        };
        if tx.change(Table::Customers, &enabled(customer), &[Set::Add("credentials_version", 1)]).await? == 0
        {
            return Ok(Proven::Spent);
        }
        if is_taken(tx, &self.email_key, customer).await? {
            tx.discard();
            return Ok(Proven::Taken);
        }
        let now = self.presented.now;
        give(tx, customer, (&email, &self.email_key), now).await?;
        revoke(tx, customer, now).await?;
        // Whoever changed the address from here on has no say.
        remove_later(tx, customer, challenge.created_at).await?;
        add_trail(tx, &self.trail).await?;
        Ok(Proven::Done)
    }
}

/// Uses the challenge up; whose it is, if it is one for this address.
async fn asker<R: Records>(
    tx: &mut R,
    presented: &Presented,
    email: &str,
) -> Result<Result<CustomerId, Proven>, R::Failure> {
    Ok(match consume(tx, presented).await? {
        Consumed::Right(challenge) if challenge.email.as_deref() == Some(email) => {
            challenge.customer.ok_or(Proven::Spent)
        }
        Consumed::Wrong { tries_left, .. } => Err(Proven::Wrong { tries_left }),
        Consumed::Right(_) | Consumed::Spent => Err(Proven::Spent),
    })
}

async fn remove_later<R: Records>(
    tx: &mut R,
    customer: CustomerId,
    than: Timestamp,
) -> Result<(), R::Failure> {
    let later = [
        Is::Equal("customer", customer.cell()),
        Is::Equal("purpose", Purpose::UndoEmail.cell()),
        Is::After("created_at", than.as_millis()),
    ];
    tx.remove(Table::Challenges, &later).await.map(drop)
}

/// By somebody else: who wants a former address back may have it already.
async fn is_taken<R: Records>(tx: &mut R, email_key: &str, customer: CustomerId) -> Result<bool, R::Failure> {
    let same = [Is::Equal("email_key", email_key.as_bytes().cell()), Is::Not("id", customer.cell())];
    Ok(!tx.find(Table::Customers, &same, Order::any().most(1)).await?.is_empty())
}

/// A mail that came there has verified it.
async fn give<R: Records>(
    tx: &mut R,
    customer: CustomerId,
    (email, email_key): (&str, &str),
    now: Timestamp,
) -> Result<(), R::Failure> {
    let set = [
        Set::To("email", email.cell()),
        Set::To("email_key", email_key.as_bytes().cell()),
        Set::To("email_verified_at", now.cell()),
        Set::To("email_undeliverable_at", Cell::Null),
        Set::To("updated_at", now.cell()),
        Set::Add("version", 1),
    ];
    tx.change(Table::Customers, &[Is::Equal("id", customer.cell())], &set).await.map(drop)
}
