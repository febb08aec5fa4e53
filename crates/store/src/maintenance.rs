//! The schema, the health and the house-keeping of a database.

use async_trait::async_trait;
use doorstep_base::Timestamp;

use crate::{OpenError, StoreResult};

/// Everything older than these moments may go.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Sessions that ended or expired before this.
    pub sessions_before: Timestamp,
    /// Audit rows from before this.
    pub audit_before: Timestamp,
    /// Idempotency records, attempt counters and signing keys that expired before this.
    pub expired_before: Timestamp,
}

/// How many rows went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub sessions: u64,
    pub audit: u64,
    pub expired: u64,
}

/// What [`Maintenance::after_restore`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AfterRestore {
    pub ended_sessions: u64,
    /// Challenges and idempotency records.
    pub forgotten: u64,
}

/// What stands between a database's schema and this binary's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The last step that the database has; 0 when it is empty.
    pub found: i64,
    /// The last step that this binary knows.
    pub known: i64,
    /// What is missing, in order.
    pub steps: Vec<PlannedStep>,
}

impl Migration {
    /// The first step after which nodes of the version that made the schema cannot go on. None may run on an empty database.
    pub fn stops_older_nodes(&self) -> Option<&PlannedStep> {
        self.steps.iter().find(|step| self.found > 0 && !step.is_for_older_nodes)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    pub number: i64,
    pub what: String,
    /// Whether nodes that know the steps up to [`Migration::found`] may go on after it.
    pub is_for_older_nodes: bool,
}

#[async_trait]
pub trait Maintenance: Send + Sync {
    /// Brings the schema to this binary's, step by step; each step is all or nothing and a kill between or in
    /// them is mended by the next call. Returns how many steps were taken. Refuses a database of another program, and one in
    /// which a newer binary took a step that this one may not read; steps that only add do not keep it out.
    async fn migrate(&self, now: Timestamp) -> Result<u32, OpenError>;

    /// What [`Maintenance::migrate`] would do. Changes nothing.
    async fn migration(&self) -> Result<Migration, OpenError>;

    /// Answers when the database answers.
    async fn ping(&self) -> StoreResult<()>;

    /// Deletes what is past its time, in bites that do not keep writers waiting. Afterwards the database's own files
    /// hold nothing of what was deleted or erased before.
    async fn purge(&self, retention: Retention) -> StoreResult<Purged>;

    /// After a restore: forgets challenges and repeatable requests, which the backup brought back, and ends every live session,
    /// when a moment is given.
    async fn after_restore(&self, end_sessions: Option<Timestamp>) -> StoreResult<AfterRestore>;

    /// Waits for writes under way and closes. No other verb may follow.
    async fn close(&self);
}
