//! What went wrong below a verb. The server's messages quote commands and keys, so only codes and names are told on.

use mongodb::error::{Error, ErrorKind, TRANSIENT_TRANSACTION_ERROR, WriteFailure};

use crate::StoreError;

/// Inside the engine the driver's error is kept: its labels say whether to try again.
#[derive(Debug)]
pub(super) enum Failure {
    Driver(Error),
    Store(StoreError),
    /// What a change would write is taken since its transaction looked for it.
    Overtaken,
}

/// A unique index refused a document.
pub(super) const DUPLICATE_KEY: i32 = 11000;
const REFUSED_BY_VALIDATOR: i32 = 121;
const HISTORY_LOST: i32 = 286;
pub(super) const UNAUTHORIZED: i32 = 13;

impl Failure {
    /// The whole transaction may be tried again: it lost against another one, or its primary went.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Driver(error) => error.contains_label(TRANSIENT_TRANSACTION_ERROR),
            Self::Overtaken => true,
            Self::Store(_) => false,
        }
    }

    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Driver(error) if code(error) == Some(DUPLICATE_KEY))
    }

    /// Refused by this very index: another one would say that ids collide, which is not an outcome but a defect.
    pub fn is_duplicate_in(&self, index: &str) -> bool {
        let Self::Driver(error) = self else { return false };
        self.is_duplicate() && message(error).contains(&format!("index: {index} "))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<mongodb::bson::error::Error> for Failure {
    fn from(error: mongodb::bson::error::Error) -> Self {
        Self::Driver(error.into())
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        let error = match failure {
            Failure::Store(error) => return error,
            Failure::Overtaken => return Self::Corrupt("a unique index refused a change".to_owned()),
            Failure::Driver(error) => error,
        };
        match (code(&error), &*error.kind) {
            (Some(DUPLICATE_KEY), _) => Self::Corrupt("a unique index refused a document".to_owned()),
            (Some(REFUSED_BY_VALIDATOR), _) => Self::Corrupt("a validator refused a document".to_owned()),
            (Some(HISTORY_LOST), _) => Self::Corrupt(
                "the oplog no longer holds the changes that were not read yet: it is too small for this move"
                    .to_owned(),
            ),
            (_, ErrorKind::Bson(_) | ErrorKind::InvalidResponse { .. }) => {
                Self::Corrupt("a document that cannot be read".to_owned())
            }
            _ => Self::Unavailable(describe(&error)),
        }
    }
}

/// The server's code, wherever the driver put it.
pub(super) fn code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(error) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(error.code),
        ErrorKind::InsertMany(error) => error.write_errors.as_ref()?.first().map(|error| error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => Some(error.code),
        _ => None,
    }
}

fn message(error: &Error) -> &str {
    match &*error.kind {
        ErrorKind::Command(error) => &error.message,
        ErrorKind::Write(WriteFailure::WriteError(error)) => &error.message,
        _ => "",
    }
}

/// One clear line for a log.
pub(super) fn describe(error: &Error) -> String {
    if code(error) == Some(UNAUTHORIZED) {
        return "this user may not do that: it needs the role readWrite on the database".to_owned();
    }
    match &*error.kind {
        ErrorKind::Command(error) => format!("the server answered {} ({})", error.code_name, error.code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => {
            format!("the server refused a write ({})", error.code)
        }
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => {
            format!("no majority confirmed a write: {} ({})", error.code_name, error.code)
        }
        ErrorKind::Io(cause) => cause.to_string(),
        ErrorKind::ServerSelection { .. } => "no primary answers".to_owned(),
        ErrorKind::ConnectionPoolCleared { .. } => "the connection was lost".to_owned(),
        ErrorKind::Authentication { .. } => "the login was refused".to_owned(),
        ErrorKind::Shutdown => "the database was closed".to_owned(),
        ErrorKind::DnsResolve { message, .. }
        | ErrorKind::InvalidTlsConfig { message, .. }
        | ErrorKind::IncompatibleServer { message, .. } => message.clone(),
        _ => "the driver failed".to_owned(),
    }
}
