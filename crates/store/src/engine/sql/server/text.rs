//! Texts for the drivers: statements, and failures that are not the server's.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use super::link::{Failure, Verdict};
use crate::StoreError;
use crate::engine::network::refused_certificate;

static NUMBERED: LazyLock<RwLock<HashMap<String, &'static str>>> = LazyLock::new(RwLock::default);
static FIXED: LazyLock<RwLock<HashMap<String, &'static str>>> = LazyLock::new(RwLock::default);

/// The statement with `$1`, `$2` … for its `?`. No statement has a `?` elsewhere.
pub(super) fn numbered(sql: &str) -> &'static str {
    kept(&NUMBERED, sql, |sql| {
        let mut pieces = sql.split('?');
        let first = pieces.next().unwrap_or_default().to_owned();
        (1..).zip(pieces).fold(first, |text, (number, piece)| format!("{text}${number}{piece}"))
    })
}

/// The statement as it is, for a driver that wants to keep it.
pub(super) fn fixed(sql: &str) -> &'static str {
    kept(&FIXED, sql, str::to_owned)
}

/// Every text is made once and never freed: there are as many as there are statements in the source.
fn kept(
    texts: &RwLock<HashMap<String, &'static str>>,
    sql: &str,
    make: impl FnOnce(&str) -> String,
) -> &'static str {
    if let Some(text) = texts.read().unwrap_or_else(PoisonError::into_inner).get(sql) {
        return text;
    }
    let text = make(sql).leak();
    texts.write().unwrap_or_else(PoisonError::into_inner).entry(sql.to_owned()).or_insert(text)
}

/// What to do about a right that is missing. The server's own words say which one it is.
pub(super) const GRANT: &str = "grant SELECT, INSERT, UPDATE and DELETE on Doorstep's tables to this user";

/// A failure on our side of the connection, or of the connection itself.
pub(super) fn broken(error: &sqlx::Error) -> Failure {
    let stands = matches!(
        error,
        sqlx::Error::Encode(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
    );
    if stands {
        Failure { verdict: Verdict::Stands, error: StoreError::Corrupt(error.to_string()) }
    } else {
        let said = error.to_string();
        let told = refused_certificate(&said).unwrap_or(said);
        Failure { verdict: Verdict::Lost, error: StoreError::Unavailable(told) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_in_their_order() {
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
        assert_eq!(numbered("a = ? AND b IN (?, ?)"), "a = $1 AND b IN ($2, $3)");
        assert_eq!(numbered("?"), "$1");
    }

    #[test]
    fn a_text_is_made_once() {
        assert!(std::ptr::eq(numbered("x = ?"), numbered("x = ?")));
        assert!(std::ptr::eq(fixed("x = ?"), fixed("x = ?")));
    }
}
