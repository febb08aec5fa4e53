//! What can go wrong below the port. One type for all engines: no driver's error leaves this crate.

/// A verb could not be carried out. Outcomes that a caller may expect (taken, missing, raced) are not errors.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, is full, locked or read-only. Nothing is known to have changed: trying again is right.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database answered what cannot be: a row of another shape, a broken constraint. Trying again will not help.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
}

pub type StoreResult<T> = Result<T, StoreError>;

/// A database could not be opened. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("database URL scheme {0:?} is unknown: use sqlite:PATH, for example sqlite:doorstep.db")]
    UnknownScheme(String),
    #[error("{0} databases are not supported by this version: use sqlite:PATH")]
    NotYetSupported(String),
    #[error(
        "cannot open the SQLite file {path}: {cause}. Check that its folder exists and that this user may write there"
    )]
    Sqlite { path: String, cause: String },
    #[error(
        "{path} is a database of another program (it has no Doorstep tables but others). Name a file of its own"
    )]
    Foreign { path: String },
    #[error(
        "the database's schema has step {found}, this binary knows {known}: it was made by a newer version. Use that version"
    )]
    TooNew { found: i64, known: i64 },
    #[error("{0}")]
    Store(#[from] StoreError),
}
