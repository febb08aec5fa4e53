//! What is asked of sessions so often that it has statements of its own.

use std::sync::LazyLock;

use doorstep_base::SecretHash;

use super::db::Tx;
use super::rows::select_found_sessions;
use super::statements::{bound, condition};
use super::value::{Bind, Value};
use crate::records::{Is, Use};
use crate::{StoreResult, Table};

/// What every request asks: one statement, two walks to a row.
pub(super) static BY_SECRET: LazyLock<String> = LazyLock::new(|| select_found_sessions("", "s.secret = ?"));
pub(super) static BY_ID: LazyLock<String> = LazyLock::new(|| select_found_sessions("", "s.id = ?"));

/// Notes the use of a live session. One statement, so that it cannot overtake an ending.
pub(super) async fn use_one(
    tx: &mut Tx<'_>,
    which: &[Is],
    how: Use,
    refresh: Option<SecretHash>,
) -> StoreResult<bool> {
    let renew = if refresh.is_some() { ", refresh = ?" } else { "" };
    let (sessions, which_one) = (Table::Sessions.name(), condition(which));
    let statement = format!(
        "UPDATE {sessions} SET \
         last_used_at = CASE WHEN last_used_at < ? THEN ? ELSE last_used_at END, \
         gone_at = CASE WHEN ? > expires_at THEN expires_at WHEN gone_at < ? THEN ? ELSE gone_at END, \
         idle_expires_at = CASE WHEN ? > expires_at THEN expires_at WHEN idle_expires_at < ? THEN ? \
                           ELSE idle_expires_at END{renew} \
         WHERE ended_at IS NULL AND gone_at > ? AND {which_one}"
    );
    let (now, idle) = (how.now.bind(), how.idle_expires_at.bind());
    let mut values: Vec<Value<'_>> = vec![now, now, idle, idle, idle, idle, idle, idle];
    values.extend(refresh.as_ref().map(Bind::bind));
    values.push(now);
    values.extend(bound(which));
    Ok(tx.execute(&statement, &values).await? == 1)
}
