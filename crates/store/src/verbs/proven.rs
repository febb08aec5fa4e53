//! What is changed by whoever shows that a mail came to them.

use doorstep_base::{CustomerId, Timestamp};

use super::Verb;
use super::audit::add_trail;
use super::challenges::consume;
use super::passwords::{add_password, revoke};
use crate::records::{Is, Records, Set, ToCell};
use crate::{Cell, Consumed, Presented, Proven, Table, Trail};

pub(super) struct RecoverPassword {
    pub presented: Presented,
    pub replacement: String,
    pub trail: Trail,
}

impl Verb for RecoverPassword {
    type Outcome = Proven;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        &self.presented.subject.0
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Proven, R::Failure> {
        let customer = match owner(tx, &self.presented).await? {
            Ok(customer) => customer,
            Err(refused) => return Ok(refused),
        };
        let now = self.presented.now;
        if tx.change(Table::Customers, &enabled(customer), &[Set::Add("credentials_version", 1)]).await? == 0
        {
            return Ok(Proven::Spent);
        }
        empty_unless_proven(tx, customer).await?;
        verify(tx, customer, now).await?;
        revoke(tx, customer, now).await?;
        add_password(tx, customer, &self.replacement, now).await?;
        add_trail(tx, &self.trail).await?;
        Ok(Proven::Done)
    }
}

pub(super) struct VerifyEmail {
    pub presented: Presented,
    pub email_key: String,
    pub trail: Trail,
}

impl Verb for VerifyEmail {
    type Outcome = Proven;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        &self.presented.subject.0
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<Proven, R::Failure> {
        let customer = match owner(tx, &self.presented).await? {
            Ok(customer) => customer,
            Err(refused) => return Ok(refused),
        };
        let mut same = enabled(customer).to_vec();
        same.push(Is::Equal("email_key", self.email_key.as_bytes().cell()));
        if !tx.take_turn(customer, &same[1..]).await? {
            return Ok(Proven::Spent);
        }
        verify(tx, customer, self.presented.now).await?;
        add_trail(tx, &self.trail).await?;
        Ok(Proven::Done)
    }
}

/// Uses the challenge up; the customer that it is about.
pub(super) async fn owner<R: Records>(
    tx: &mut R,
    presented: &Presented,
) -> Result<Result<CustomerId, Proven>, R::Failure> {
    Ok(match consume(tx, presented).await? {
        Consumed::Right(challenge) => challenge.customer.ok_or(Proven::Spent),
        Consumed::Wrong { tries_left, .. } => Err(Proven::Wrong { tries_left }),
        Consumed::Spent => Err(Proven::Spent),
    })
}

pub(super) fn enabled(customer: CustomerId) -> [Is; 2] {
    [Is::Equal("id", customer.cell()), Is::Empty("disabled_at")]
}

/// Whoever signed up with an address that is not theirs must not leave a delivery address to whom it belongs.
async fn empty_unless_proven<R: Records>(tx: &mut R, customer: CustomerId) -> Result<(), R::Failure> {
    let unproven = [Is::Equal("id", customer.cell()), Is::Empty("email_verified_at")];
    let nothing = [
        Set::To("phone", Cell::Null),
        Set::To("locale", Cell::Null),
        Set::To("marketing_consent_at", Cell::Null),
    ];
    if tx.change(Table::Customers, &unproven, &nothing).await? == 1 {
        tx.remove(Table::Addresses, &[Is::Equal("customer", customer.cell())]).await?;
    }
    Ok(())
}

/// An address that was verified before stays so since then.
pub(super) async fn verify<R: Records>(
    tx: &mut R,
    customer: CustomerId,
    now: Timestamp,
) -> Result<(), R::Failure> {
    let reached = [Set::To("email_undeliverable_at", Cell::Null)];
    tx.change(Table::Customers, &[Is::Equal("id", customer.cell())], &reached).await?;
    let unverified = [Is::Equal("id", customer.cell()), Is::Empty("email_verified_at")];
    let verified =
        [Set::To("email_verified_at", now.cell()), Set::To("updated_at", now.cell()), Set::Add("version", 1)];
    tx.change(Table::Customers, &unverified, &verified).await.map(drop)
}
