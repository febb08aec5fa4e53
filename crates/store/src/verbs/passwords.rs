//! What opens an account is replaced, or shut.

use doorstep_base::{CustomerId, Timestamp};

use super::Verb;
use super::audit::add_trail;
use super::challenges::void;
use super::idempotency::{forget, reserve};
use super::sessions::{add_session, end_all};
use crate::records::{Is, Records, Row, Set, ToCell};
use crate::{EndReason, PasswordOutcome, Proof, ReplacePassword, StoreResult, Table, Trail};

const PASSWORD: &str = "password";

pub(super) struct SwapPassword {
    pub change: ReplacePassword,
    pub trail: Trail,
}

impl Verb for SwapPassword {
    type Outcome = PasswordOutcome;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.change.proof.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<PasswordOutcome, R::Failure> {
        let ReplacePassword { proof, replacement, session, idempotency, now } = &self.change;
        let customer = proof.customer;
        // One write: of two callers with one proof, the second finds it stale.
        let next = [Set::Add("credentials_version", 1)];
        if tx.change(Table::Customers, &proven(*proof), &next).await? == 0 {
            return Ok(PasswordOutcome::ProofStale);
        }
        revoke(tx, customer, *now).await?;
        if let Some(idempotency) = idempotency
            && !reserve(tx, idempotency).await?
        {
            tx.discard();
            return Ok(PasswordOutcome::KeyUsed);
        }
        add_password(tx, customer, replacement, *now).await?;
        if let Some(session) = session {
            add_session(tx, session).await?;
        }
        add_trail(tx, &self.trail).await?;
        Ok(PasswordOutcome::Replaced)
    }
}

/// Nobody gets in but by a recovery.
pub(super) struct Shut {
    pub customer: CustomerId,
    pub now: Timestamp,
    pub trail: Trail,
}

impl Verb for Shut {
    type Outcome = bool;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let own = [Is::Equal("id", self.customer.cell())];
        if tx.change(Table::Customers, &own, &[Set::Add("credentials_version", 1)]).await? == 0 {
            return Ok(false);
        }
        revoke(tx, self.customer, self.now).await?;
        add_trail(tx, &self.trail).await?;
        Ok(true)
    }
}

pub(super) struct Rehash {
    pub proof: Proof,
    pub replacement: String,
    pub trail: Trail,
}

impl Verb for Rehash {
    type Outcome = bool;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.proof.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let Proof { customer, credentials_version } = self.proof;
        let fresh = [Is::Equal("credentials_version", credentials_version.cell())];
        if !tx.take_turn(customer, &fresh).await? {
            return Ok(false);
        }
        let stronger = [Set::To("data", self.replacement.cell())];
        if tx.change(Table::Credentials, &password_of(customer), &stronger).await? == 0 {
            tx.discard();
            return Ok(false);
        }
        add_trail(tx, &self.trail).await?;
        Ok(true)
    }
}

/// Whatever has let somebody in goes: the password, sessions, requests that may come again, and what was sent by mail.
pub(super) async fn revoke<R: Records>(
    tx: &mut R,
    customer: CustomerId,
    now: Timestamp,
) -> Result<(), R::Failure> {
    forget(tx, customer).await?;
    void(tx, customer).await?;
    tx.remove(Table::Credentials, &password_of(customer)).await?;
    end_all(tx, customer, None, EndReason::PasswordChanged, now).await.map(drop)
}

/// The customer, while the proof holds.
pub(super) fn proven(proof: Proof) -> [Is; 2] {
    let Proof { customer, credentials_version } = proof;
    [Is::Equal("id", customer.cell()), Is::Equal("credentials_version", credentials_version.cell())]
}

/// A password has its customer's id: there is one at most.
pub(super) fn password_of(customer: CustomerId) -> Vec<Is> {
    vec![Is::Equal("customer", customer.cell()), Is::Equal("id", customer.cell())]
}

pub(super) async fn add_password<R: Records>(
    tx: &mut R,
    customer: CustomerId,
    record: &str,
    now: Timestamp,
) -> Result<(), R::Failure> {
    let columns = vec![
        ("customer", customer.cell()),
        ("id", customer.cell()),
        ("kind", PASSWORD.cell()),
        ("data", record.cell()),
        ("counter", 0_i64.cell()),
        ("created_at", now.cell()),
    ];
    tx.add(Table::Credentials, columns).await
}

pub(super) fn password(row: &Row) -> StoreResult<String> {
    row.text("data")
}

pub(super) struct Disable {
    pub customer: CustomerId,
    pub disabled_at: Option<Timestamp>,
    pub now: Timestamp,
    pub trail: Trail,
}

impl Verb for Disable {
    type Outcome = bool;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let set = [Set::To("disabled_at", self.disabled_at.cell())];
        if tx.change(Table::Customers, &[Is::Equal("id", self.customer.cell())], &set).await? == 0 {
            return Ok(false);
        }
        if self.disabled_at.is_some() {
            end_all(tx, self.customer, None, EndReason::AccountDisabled, self.now).await?;
        }
        add_trail(tx, &self.trail).await?;
        Ok(true)
    }
}
