//! The schema, as a list of steps that only grows: a step that was released is never edited, and its number never changes.
//!
//! A step changes one thing, because not every database takes back a half-done definition; the engines make their statements
//! of it. Each says the oldest binary that may go on with the database afterwards ([`Step::oldest_reader`]): adding is
//! for everybody, so that nodes of two versions may run beside each other; taking away is a step of a later release, when no older
//! binary is left that needs it. Everything that is compared for equality (ids, hashes, e-mail keys) is bytes: no
//! collation has a say in it. No step declares a foreign key: what must agree is written by one verb in one transaction, and
//! sessions and audit rows outlive their customer on purpose.

use crate::{Migration, PlannedStep, Table};

/// The table of taken steps. It is made before the first one and is how a database is known to be ours.
pub(crate) const STEPS_TABLE: &str = "doorstep_steps";

/// From this step on the table of steps says of each step who may still read the database.
pub(crate) const SAYS_WHO_READS: i64 = 19;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub number: i64,
    /// A binary that knows the steps up to this one may still use the database; an older one may not.
    pub oldest_reader: i64,
    pub change: Change,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// With the columns that it had at this step.
    CreateTable(Table),
    AddIndex(Table, &'static str),
    AddColumn(Table, &'static str),
    /// Nodes that still look for passwords in their former place find none from here on: what they wrote there would be lost.
    FencePasswords,
    /// Each customer's password goes from its column into a record of its own.
    MovePasswords,
    DropPasswords,
    /// A column of the table of steps: a number, or else a word.
    AddToSteps {
        column: &'static str,
        is_number: bool,
    },
}

use Change::{AddColumn, AddIndex, AddToSteps, CreateTable, DropPasswords, FencePasswords, MovePasswords};

/// A step that only binaries may read that know it.
const fn needs(number: i64, change: Change) -> Step {
    Step { number, oldest_reader: number, change }
}

/// A step that older binaries need not know: they neither read nor write what it adds.
const fn adds(number: i64, change: Change) -> Step {
    Step { number, oldest_reader: 0, change }
}

/// The step of the test of a rolling change, out of the way of those to come.
#[cfg(feature = "next-step")]
pub(crate) const NEXT_STEP: i64 = 1000;

pub(crate) const STEPS: &[Step] = &[
    needs(1, CreateTable(Table::Customers)),
    needs(2, AddIndex(Table::Customers, "customers_email_key")),
    needs(3, CreateTable(Table::Sessions)),
    needs(4, AddIndex(Table::Sessions, "sessions_secret")),
    needs(5, AddIndex(Table::Sessions, "sessions_customer")),
    needs(6, AddIndex(Table::Sessions, "sessions_gone_at")),
    needs(7, CreateTable(Table::UsedRefreshes)),
    needs(8, CreateTable(Table::Addresses)),
    needs(9, CreateTable(Table::Idempotency)),
    needs(10, AddIndex(Table::Idempotency, "idempotency_customer")),
    needs(11, AddIndex(Table::Idempotency, "idempotency_expires_at")),
    needs(12, CreateTable(Table::Attempts)),
    needs(13, AddIndex(Table::Attempts, "attempts_free_at")),
    needs(14, CreateTable(Table::Audit)),
    needs(15, AddIndex(Table::Audit, "audit_customer")),
    needs(16, CreateTable(Table::SigningKeys)),
    needs(17, CreateTable(Table::Moves)),
    needs(18, AddToSteps { column: "oldest_reader", is_number: true }),
    needs(19, AddToSteps { column: "taken_by", is_number: false }),
    needs(20, CreateTable(Table::Credentials)),
    needs(21, AddIndex(Table::Credentials, "credentials_lookup")),
    needs(22, AddColumn(Table::Customers, "credentials_version")),
    needs(23, FencePasswords),
    needs(24, MovePasswords),
    needs(25, DropPasswords),
    needs(26, AddColumn(Table::Sessions, "authenticated_at")),
    needs(27, AddColumn(Table::Sessions, "methods")),
    needs(28, AddColumn(Table::Audit, "actor")),
    needs(29, AddColumn(Table::Audit, "detail")),
    needs(30, CreateTable(Table::Outbox)),
    needs(31, AddIndex(Table::Outbox, "outbox_due_at")),
    needs(32, AddIndex(Table::Outbox, "outbox_customer")),
    needs(33, CreateTable(Table::Challenges)),
    needs(34, AddIndex(Table::Challenges, "challenges_customer")),
    needs(35, AddIndex(Table::Challenges, "challenges_expires_at")),
    adds(36, AddIndex(Table::UsedRefreshes, "used_refreshes_used_at")),
    adds(37, AddColumn(Table::Customers, "email_undeliverable_at")),
    adds(38, AddColumn(Table::Challenges, "email")),
    adds(39, AddColumn(Table::Outbox, "retried_at")),
    #[cfg(feature = "next-step")]
    adds(NEXT_STEP, AddColumn(Table::Customers, "next")),
];

/// The number of the last step that this binary knows.
pub(crate) const fn known() -> i64 {
    STEPS[STEPS.len() - 1].number
}

/// What the mark of a step says of who took it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The steps after `found`.
pub(crate) fn migration(found: i64) -> Migration {
    let steps = STEPS.iter().filter(|step| step.number > found);
    let planned = |step: &Step| PlannedStep {
        number: step.number,
        what: step.change.to_string(),
        is_for_older_nodes: step.oldest_reader <= found,
    };
    Migration { found, known: known(), steps: steps.map(planned).collect() }
}

/// The version to install, as [`OpenError::TooNew`](crate::OpenError::TooNew) says it.
pub(crate) fn needed(version: &str) -> String {
    if version.is_empty() { "a newer version".to_owned() } else { format!("version {version} or newer") }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CreateTable(table) => write!(f, "make the table {}", table.name()),
            AddIndex(table, name) => write!(f, "make the index {name} of {}", table.name()),
            AddColumn(table, name) => write!(f, "add the column {name} to {}", table.name()),
            FencePasswords => write!(f, "put the passwords in customers out of reach of older nodes"),
            DropPasswords => write!(f, "take the passwords out of customers"),
            MovePasswords => write!(f, "take each customer's password into credentials"),
            AddToSteps { column, .. } => write!(f, "add the column {column} to {STEPS_TABLE}"),
        }
    }
}
