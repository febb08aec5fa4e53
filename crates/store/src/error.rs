//! What can go wrong below the port. One type for all engines: no driver's error leaves this crate.

/// A verb could not be carried out. Outcomes that a caller may expect (taken, missing, raced) are not errors.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, is full, locked or read-only. Nothing is known to have changed: trying again is right.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database answered what cannot be: a row of another shape, a broken constraint. Trying again will not help.
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
    /// A text with U+0000. Not every engine can keep one, so none is asked to, and nothing was written.
    #[error("text must not contain U+0000")]
    NulInText,
    /// The session that acts has ended, or what opens its account has changed, since the request was let in. Nothing was written.
    #[error("the session that acts is over")]
    SessionOver,
}

pub type StoreResult<T> = Result<T, StoreError>;

/// A database could not be opened. Each message says what is wrong and what to do; none holds a password.
/// `server` is the host and port, `name` what an operator calls the database.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "the URL of the database cannot be used: {0}; use sqlite:PATH, postgres://, mysql://, mariadb:// or mongodb://"
    )]
    /// What is wrong with its first word, which may be a piece of a password itself.
    UnknownScheme(String),
    #[error(
        "this program was built for SQLite alone, as ./run does while nothing else is asked for: it has no {engine}. \
         Start it by `./run --database-file FILE` with the URL in that file, which builds the rest first (some minutes more), or \
         build it all: cargo build --release --package doorstep-server"
    )]
    NotBuilt { engine: &'static str },
    #[error("the {scheme} URL of the database cannot be used: {cause}")]
    Url { scheme: &'static str, cause: String },
    #[error(
        "cannot open the SQLite file {path}: {cause}. Check that its folder exists and that this user may write there"
    )]
    Sqlite { path: String, cause: String },
    #[error("cannot reach a database at {server}: {cause}. {cure}")]
    Unreachable { server: String, cause: String, cure: &'static str },
    #[error(
        "the database at {server} refused the login: {cause}. Check user, password and database name in the URL"
    )]
    Login { server: String, cause: String },
    #[error("no safe connection to {server}: {cause}. {cure}")]
    Tls { server: String, cause: String, cure: &'static str },
    #[error("the server at {server} is {found}, which is too old: Doorstep needs {needed} or newer")]
    TooOld { server: String, found: String, needed: &'static str },
    #[error("the database {name} cannot be used: {cause}. {cure}")]
    Unfit { name: String, cause: String, cure: String },
    #[error(
        "{name} is a database of another program (it has no Doorstep tables but others). Name one of its own, or on PostgreSQL a schema of its own: schema=NAME in the URL"
    )]
    Foreign { name: String },
    #[error(
        "the database's schema has step {found}, this binary knows {known} and may not use it: install {needed}. A schema is never taken back"
    )]
    TooNew { found: i64, known: i64, needed: String },
    #[error(
        "the database's schema has step {found}, this binary needs {known}, and this user may not change it: run `doorstep migrate` with the owner's URL"
    )]
    Behind { found: i64, known: i64 },
    #[error("{0}")]
    Store(#[from] StoreError),
}
