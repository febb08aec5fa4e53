//! Taking a shop from one database to another: every record, as it stands, so that nobody is logged out.
//!
//! 1. [`begin`] looks at both ends, refuses what would harm, and marks them with one id: a kill leaves a move that can go on.
//! 2. [`copy`] brings every record, table by table in the order of the keys. How far it is, the target itself tells.
//! 3. [`compare`] reads both sides, record by record, and mends what differs.
//! 4. With `--follow`, [`follow`] brings what is written meanwhile, until the operator stops the source's servers.
//! 5. [`end`] closes the source, so that no server goes on there, and opens the target.

use std::sync::Arc;

use doorstep_base::{Clock, Random};
use doorstep_store::{MoveState, OpenError, Store, StoreError, Table};

mod begin;
mod compare;
mod copy;
mod end;
mod follow;
mod progress;

pub use begin::{left, refuse_unless_open};
pub use end::release;
pub use follow::Quiet;
pub use progress::{Progress, grouped};

use begin::Begun;
use compare::Compared;

/// So many records go at once: a few hundred kilobytes, in one transaction.
const PAGE: u32 = 1000;

/// Why a move did not take place or did not end. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("{0} is both ends of the move: name another database in --to")]
    Same(String),
    #[error("{target} is not empty, it holds {holds}: name an empty database in --to. Nothing was changed")]
    NotEmpty { target: String, holds: String },
    #[error(
        "{target} is half-filled by a move from {other}: end that one with --from of that database, or name an empty database in --to"
    )]
    OtherMove { target: String, other: String },
    #[error(
        "{name} is being filled from {other} by `doorstep move` and is not whole yet: run that command again until it says done"
    )]
    HalfMoved { name: String, other: String },
    #[error(
        "the shop in {name} was moved to {other} ({at}): use that database. To go back to this one and lose what happened \
         there since: doorstep move --release --from URL"
    )]
    Moved { name: String, other: String, at: String },
    #[error(
        "changes of {name} cannot be noted: {cause}. Give --from the URL of its owner (on MySQL with the binary log on also: SET GLOBAL \
         log_bin_trust_function_creators = 1), or move without --follow"
    )]
    Capture { name: String, cause: StoreError },
    #[error(
        "the shop in {name} is being copied to {other}: let `doorstep move` end, or take it back: doorstep move --release --from URL"
    )]
    BeingMoved { name: String, other: String },
    #[error(
        "this move was begun with --follow and {name} may have been written to since: give --follow again"
    )]
    Follows { name: String },
    #[error("another `doorstep move` has taken over this move: let it end")]
    TakenOver,
    #[error(
        "{database} was written to while it was copied ({differing} records differ): stop its servers and run the same command again, or use --follow"
    )]
    StillWritten { database: String, differing: u64 },
    #[error(
        "{count} records of {table} came back from the target as others than were written: do not use it, and tell the makers of Doorstep"
    )]
    NotKept { table: &'static str, count: usize },
}

/// One end of a move.
#[derive(Clone)]
pub struct End {
    pub store: Arc<dyn Store>,
    /// What an operator calls it. Never with a password.
    pub name: String,
}

/// What is to be done.
pub struct Move {
    pub source: End,
    pub target: End,
    /// Goes on bringing changes until [`Signals::cut_over`] says that no more will come.
    pub follow: bool,
    /// The source stays in use: a copy, not a move.
    pub keep_source: bool,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub records: u64,
    /// Over all records of both sides, which are the same; unknown when they changed while they were compared.
    pub checksum: Option<String>,
    /// How long the shop stood still, when the move followed it.
    pub pause: Option<std::time::Duration>,
}

/// Moves the shop, or goes on with a move that was cut off. `quiet` ends the following: it is asked, with the number of
/// changes that were just brought, whether the source's servers have stopped.
pub async fn run(order: &Move, progress: &mut Progress, quiet: Quiet<'_>) -> Result<Moved, MoveError> {
    let mut begun = begin::begin(order).await?;
    let follow = order.follow;
    if follow {
        let captured = order.source.store.start_capture().await;
        captured.map_err(|cause| MoveError::Capture { name: order.source.name.clone(), cause })?;
    }
    if begun.state == MoveState::Copying {
        copy::copy(order, &begun, progress).await?;
        if follow {
            begun.reach(order, MoveState::Following).await?;
        }
    }
    let compared = compare_all(order, &begun, progress).await?;
    let pause = if follow { Some(follow::follow(order, &begun, progress, quiet).await?) } else { None };
    end::end(order, &begun).await?;
    let records = match pause {
        None => compared.records,
        Some(_) => total(&order.target).await?,
    };
    Ok(Moved { records, checksum: pause.is_none().then(|| compared.checksum()), pause })
}

/// Compares everything. What differs is mended, and then everything is compared once more: only a source that is
/// still written to differs again.
async fn compare_all(order: &Move, begun: &Begun, progress: &mut Progress) -> Result<Compared, MoveError> {
    let first = compare::compare(order, begun, progress).await?;
    if order.follow || first.mended == 0 {
        return Ok(first);
    }
    progress.say(&format!("{} records differed and were brought again; comparing once more", first.mended));
    let second = compare::compare(order, begun, progress).await?;
    match second.mended {
        0 => Ok(second),
        differing => Err(MoveError::StillWritten { database: order.source.name.clone(), differing }),
    }
}

async fn total(end: &End) -> Result<u64, StoreError> {
    let mut total = 0;
    for table in Table::ALL {
        total += end.store.count_records(table).await?;
    }
    Ok(total)
}
