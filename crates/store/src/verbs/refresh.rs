//! Refresh tokens: what one use of one does.

use doorstep_base::SecretHash;

use super::Verb;
use super::audit::add_trail;
use super::customers::customer;
use super::sessions::{ended, session};
use crate::records::{Is, Order, Records, Row, ToCell, Use};
use crate::{AuditEvent, EndReason, FoundSession, Rotation, RotationOutcome, Table, Trail};

pub(super) struct Rotate {
    pub rotation: Rotation,
    pub reuse_trail: Trail,
}

impl Verb for Rotate {
    type Outcome = RotationOutcome;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.reuse_trail)
    }

    fn lane(&self) -> &[u8] {
        &self.rotation.family.0
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<RotationOutcome, R::Failure> {
        let Rotation { family, presented, next, now, idle_expires_at, .. } = self.rotation;
        // The write decides: of callers with the newest token one replaces it, and a session that ended is not found.
        let newest = [Is::Equal("secret", family.cell()), Is::Equal("refresh", presented.cell())];
        let renewed = tx.use_session(&newest, Use { now, idle_expires_at }, Some(next)).await?;
        let stands =
            tx.find(Table::Sessions, &[Is::Equal("secret", family.cell())], Order::any()).await?.pop();
        let Some(stands) =
            stands.filter(|stands| stands.array_if_any::<32>("refresh").is_ok_and(|r| r.is_some()))
        else {
            return Ok(RotationOutcome::Unknown);
        };
        let found = with_customer(tx, &stands).await?;
        if !found.session.is_live(now) || found.customer.is_none() {
            tx.discard();
            return Ok(RotationOutcome::Ended);
        }
        if renewed {
            self.remember(tx, &found).await?;
            return Ok(RotationOutcome::Rotated(Box::new(found)));
        }
        if let Some(sealed_next) = self.sealed_before(tx, &found).await? {
            return Ok(RotationOutcome::SameSuccessor { found: Box::new(found), sealed_next });
        }
        self.end_reused(tx, &found).await
    }
}

impl Rotate {
    /// Remembers what the presented token was replaced with, and forgets what is over.
    async fn remember<R: Records>(&self, tx: &mut R, found: &FoundSession) -> Result<(), R::Failure> {
        let Rotation { presented, sealed_next, now, grace, .. } = self.rotation;
        let session = found.session.id.cell();
        let over = [Is::Equal("session", session.clone()), Is::AtMost("used_at", (now - grace).as_millis())];
        tx.remove(Table::UsedRefreshes, &over).await?;
        let used = vec![
            ("session", session),
            ("token", presented.cell()),
            ("used_at", now.cell()),
            ("sealed_next", sealed_next.cell()),
        ];
        tx.add(Table::UsedRefreshes, used).await
    }

    /// What the first use of the presented token sealed, when that was within the grace time.
    async fn sealed_before<R: Records>(
        &self,
        tx: &mut R,
        found: &FoundSession,
    ) -> Result<Option<[u8; 32]>, R::Failure> {
        let Rotation { presented: SecretHash(presented), now, grace, .. } = &self.rotation;
        let recent = [
            Is::Equal("session", found.session.id.cell()),
            Is::Equal("token", presented.cell()),
            Is::After("used_at", (*now - *grace).as_millis()),
        ];
        let used = tx.find(Table::UsedRefreshes, &recent, Order::any()).await?.pop();
        Ok(used.map(|used| used.array("sealed_next")).transpose()?)
    }

    async fn end_reused<R: Records>(
        &self,
        tx: &mut R,
        found: &FoundSession,
    ) -> Result<RotationOutcome, R::Failure> {
        let (id, customer) = (found.session.id, found.session.customer);
        // A write that this session has begun comes before, or finds it ended; so does an erasure.
        if !tx.take_turn(customer, &[]).await? {
            return Ok(RotationOutcome::Ended);
        }
        let presented = self.rotation.presented.cell();
        let standing = [Is::Equal("id", id.cell()), Is::Empty("ended_at"), Is::Not("refresh", presented)];
        let end = ended(EndReason::RefreshReused, self.rotation.now);
        if tx.change(Table::Sessions, &standing, &end).await? == 0 {
            // Somebody ended it since it was read.
            return Ok(RotationOutcome::Ended);
        }
        let mut trail = self.reuse_trail.clone();
        trail.audit = AuditEvent { customer: Some(customer), session: Some(id), ..trail.audit };
        add_trail(tx, &trail).await?;
        Ok(RotationOutcome::Reused(id))
    }
}

async fn with_customer<R: Records>(tx: &mut R, stands: &Row) -> Result<FoundSession, R::Failure> {
    let session = session(stands)?;
    let owner = [Is::Equal("id", session.customer.cell())];
    let owner = tx.find(Table::Customers, &owner, Order::any()).await?.pop();
    Ok(FoundSession { session, customer: owner.as_ref().map(customer).transpose()? })
}
