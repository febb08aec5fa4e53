//! What opens an account is replaced, or shut.

use doorstep_base::{CustomerId, Timestamp};

use super::Verb;
use super::audit::add_event;
use super::idempotency::forget;
use super::sessions::end_all;
use crate::records::{Is, Records, Set, ToCell};
use crate::{AuditEvent, EndReason, ReplacePassword, Table};

pub(super) struct SwapPassword {
    pub change: ReplacePassword,
    pub audit: AuditEvent,
}

impl Verb for SwapPassword {
    type Outcome = bool;
    const EVEN_WHEN_FULL: bool = true;

    fn lane(&self) -> &[u8] {
        self.change.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let ReplacePassword { customer, proven, replacement, keep, kept_secret, now } = &self.change;
        if !swap_hash(tx, *customer, proven, replacement).await? {
            return Ok(false);
        }
        end_all(tx, *customer, *keep, EndReason::PasswordChanged, *now).await?;
        if let (Some(keep), Some(secret)) = (keep, kept_secret) {
            let kept = [Is::Equal("id", keep.cell()), Is::Equal("customer", customer.cell())];
            tx.change(Table::Sessions, &kept, &[Set::To("secret", secret.cell())]).await?;
        }
        forget(tx, *customer).await?;
        add_event(tx, &self.audit).await?;
        Ok(true)
    }
}

pub(super) struct Rehash {
    pub customer: CustomerId,
    pub proven: String,
    pub replacement: String,
    pub audit: AuditEvent,
}

impl Verb for Rehash {
    type Outcome = bool;

    fn lane(&self) -> &[u8] {
        self.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        let swapped = swap_hash(tx, self.customer, &self.proven, &self.replacement).await?;
        if swapped {
            add_event(tx, &self.audit).await?;
        }
        Ok(swapped)
    }
}

/// One write: of two callers that proved the same hash, the second finds another one.
async fn swap_hash<R: Records>(
    tx: &mut R,
    customer: CustomerId,
    proven: &str,
    next: &str,
) -> Result<bool, R::Failure> {
    let proven = [Is::Equal("id", customer.cell()), Is::Equal("password_hash", proven.cell())];
    Ok(tx.change(Table::Customers, &proven, &[Set::To("password_hash", next.cell())]).await? == 1)
}

pub(super) struct Disable {
    pub customer: CustomerId,
    pub disabled_at: Option<Timestamp>,
    pub now: Timestamp,
    pub audit: AuditEvent,
}

impl Verb for Disable {
    type Outcome = bool;
    const EVEN_WHEN_FULL: bool = true;

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
        add_event(tx, &self.audit).await?;
        Ok(true)
    }
}
