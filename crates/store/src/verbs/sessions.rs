//! Sessions are opened and ended.

use doorstep_base::{CustomerId, SecretHash, SessionId, Timestamp};

use super::Verb;
use super::audit::add_trail;
use crate::rate::Rate;
use crate::records::{Is, Order, Records, Row, Set, ToCell};
use crate::{
    Detail, EndReason, InsertSession, Method, NewSession, Proof, Restore, Session, SessionMode, StoreResult,
    Table, Trail,
};

pub(super) fn last_used_first() -> Order {
    Order::by([("last_used_at", true), ("id", true)])
}

pub(super) struct OpenSession {
    pub session: NewSession,
    pub proof: Proof,
    pub most: u32,
    pub restore: Vec<Restore>,
    pub trail: Trail,
}

impl Verb for OpenSession {
    type Outcome = InsertSession;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.proof.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<InsertSession, R::Failure> {
        let Proof { customer, credentials_version } = self.proof;
        // Whatever makes the proof stale changes or removes the customer: it comes before this turn or after the commit.
        let fresh = [Is::Equal("credentials_version", credentials_version.cell()), Is::Empty("disabled_at")];
        if !tx.take_turn(customer, &fresh).await? {
            return Ok(InsertSession::ProofStale);
        }
        let ended = self.end_beyond(tx, self.most.saturating_sub(1)).await?;
        add_session(tx, &self.session).await?;
        for counter in &self.restore {
            restore(tx, counter).await?;
        }
        let mut trail = self.trail.clone();
        if ended > 0 {
            trail.audit.detail = Some(Detail::Sessions(ended));
        }
        add_trail(tx, &trail).await?;
        Ok(InsertSession::Inserted)
    }
}

/// Counters that are at rest may be gone already.
async fn restore<R: Records>(tx: &mut R, counter: &Restore) -> Result<(), R::Failure> {
    let one = [Is::Equal("attempt_key", counter.key().cell())];
    match counter {
        Restore::Clear(_) => tx.remove(Table::Attempts, &one).await,
        Restore::GiveBack(limit) => {
            tx.change(Table::Attempts, &one, &[Set::Add("free_at", -Rate::step_of(limit))]).await
        }
    }
    .map(drop)
}

impl OpenSession {
    /// Ends the least recently used of the customer's live sessions until `most` stand; returns how many ended.
    async fn end_beyond<R: Records>(&self, tx: &mut R, most: u32) -> Result<u64, R::Failure> {
        let now = self.session.created_at;
        let live = live_sessions(self.session.customer, now);
        let live = tx.find(Table::Sessions, &live, last_used_first()).await?;
        let mut count = 0;
        for surplus in live.iter().skip(most as usize) {
            let standing = [Is::Equal("id", surplus.array::<16>("id")?.cell()), Is::Empty("ended_at")];
            count += tx.change(Table::Sessions, &standing, &ended(EndReason::TooMany, now)).await?;
        }
        Ok(count)
    }
}

pub(super) struct EndSession {
    pub customer: CustomerId,
    pub id: SessionId,
    pub reason: EndReason,
    pub now: Timestamp,
    pub trail: Trail,
}

impl Verb for EndSession {
    type Outcome = bool;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<bool, R::Failure> {
        // A write that this session has begun comes before, or finds it ended.
        if !tx.take_turn(self.customer, &[]).await? {
            return Ok(false);
        }
        let mut live = live_sessions(self.customer, self.now);
        live.push(Is::Equal("id", self.id.cell()));
        let is_ended = tx.change(Table::Sessions, &live, &ended(self.reason, self.now)).await? == 1;
        if is_ended {
            let mut trail = self.trail.clone();
            trail.audit.detail = Some(Detail::Reason(self.reason));
            add_trail(tx, &trail).await?;
        }
        Ok(is_ended)
    }
}

pub(super) struct EndSessions {
    pub customer: CustomerId,
    pub keep: Option<SessionId>,
    pub reason: EndReason,
    pub now: Timestamp,
    pub trail: Trail,
}

impl Verb for EndSessions {
    type Outcome = u64;
    const EVEN_WHEN_FULL: bool = true;

    fn trail(&self) -> Option<&Trail> {
        Some(&self.trail)
    }

    fn lane(&self) -> &[u8] {
        self.customer.as_bytes()
    }

    async fn run<R: Records>(&self, tx: &mut R) -> Result<u64, R::Failure> {
        // Else an erasure could pass by, and the event of this would keep what the erasure takes from all others.
        if !tx.take_turn(self.customer, &[]).await? {
            return Ok(0);
        }
        let mut others = live_sessions(self.customer, self.now);
        others.extend(self.keep.map(|keep| Is::Not("id", keep.cell())));
        let ended = tx.change(Table::Sessions, &others, &ended(self.reason, self.now)).await?;
        end_all(tx, self.customer, self.keep, self.reason, self.now).await?;
        if ended > 0 {
            let mut trail = self.trail.clone();
            trail.audit.detail = Some(Detail::Sessions(ended));
            add_trail(tx, &trail).await?;
        }
        Ok(ended)
    }
}

/// Ends the sessions of a customer, but for one. Expired ones too: by another node's clock they may not be.
pub(super) async fn end_all<R: Records>(
    tx: &mut R,
    customer: CustomerId,
    keep: Option<SessionId>,
    reason: EndReason,
    now: Timestamp,
) -> Result<(), R::Failure> {
    let mut standing = vec![Is::Equal("customer", customer.cell()), Is::Empty("ended_at")];
    standing.extend(keep.map(|keep| Is::Not("id", keep.cell())));
    tx.change(Table::Sessions, &standing, &ended(reason, now)).await.map(drop)
}

pub(super) async fn add_session<R: Records>(tx: &mut R, session: &NewSession) -> Result<(), R::Failure> {
    let columns = vec![
        ("id", session.id.cell()),
        ("customer", session.customer.cell()),
        ("mode", session.mode.cell()),
        ("created_at", session.created_at.cell()),
        ("last_used_at", session.created_at.cell()),
        ("idle_expires_at", session.idle_expires_at.cell()),
        ("expires_at", session.expires_at.cell()),
        ("device", session.device.cell()),
        ("network", session.network.cell()),
        ("gone_at", session.idle_expires_at.min(session.expires_at).cell()),
        ("secret", session.secret.cell()),
        ("refresh", session.refresh.cell()),
        ("authenticated_at", session.created_at.cell()),
        ("methods", Method::text(&session.methods).cell()),
    ];
    tx.add(Table::Sessions, columns).await
}

pub(super) fn live_sessions(customer: CustomerId, now: Timestamp) -> Vec<Is> {
    vec![Is::Equal("customer", customer.cell()), Is::Empty("ended_at"), Is::After("gone_at", now.as_millis())]
}

pub(super) fn ended(reason: EndReason, now: Timestamp) -> [Set; 3] {
    [Set::To("ended_at", now.cell()), Set::To("end_reason", reason.cell()), Set::To("gone_at", now.cell())]
}

pub(crate) fn session(row: &Row) -> StoreResult<Session> {
    let created_at = row.moment("created_at")?;
    Ok(Session {
        id: SessionId::from_bytes(row.array("id")?),
        customer: CustomerId::from_bytes(row.array("customer")?),
        mode: row.word("mode", SessionMode::from_text)?,
        created_at,
        last_used_at: row.moment("last_used_at")?,
        idle_expires_at: row.moment("idle_expires_at")?,
        expires_at: row.moment("expires_at")?,
        device: row.text_if_any("device")?,
        network: row.text_if_any("network")?,
        ended_at: row.moment_if_any("ended_at")?,
        end_reason: row.str_if_any("end_reason")?.and_then(EndReason::from_text),
        authenticated_at: row.moment_if_any("authenticated_at")?.unwrap_or(created_at),
        methods: row.str_if_any("methods")?.map_or(vec![Method::Password], Method::list),
        refresh: row.array_if_any("refresh")?.map(SecretHash),
    })
}
