//! Transactions of a node that was killed in their middle. MongoDB keeps them, and whatever they have written to from
//! everybody else, for a minute by itself: for so long that customer would get nothing but 503.

use std::time::Duration;

use futures_util::TryStreamExt;
use mongodb::Client;
use mongodb::bson::{Document, doc};
use mongodb::error::Error;

use super::client::APP_NAME;

/// Ends the idle transactions of Doorstep, under this node's own user, that are older than any verb may become.
/// A user needs no right for this.
pub(super) async fn end(client: &Client, older_than: Duration) {
    match try_end(client, older_than).await {
        Ok(0) => {}
        Ok(ended) => tracing::warn!(ended, "transactions that a killed node left behind were ended"),
        Err(error) => tracing::debug!(%error, "transactions that were left behind cannot be looked for"),
    }
}

async fn try_end(client: &Client, older_than: Duration) -> Result<usize, Error> {
    let admin = client.database("admin");
    let age = i64::try_from(older_than.as_micros()).unwrap_or(i64::MAX);
    let orphans = doc! {
        "type": "idleSession", "active": false, "appName": APP_NAME, "transaction.timeOpenMicros": { "$gt": age },
    };
    let idle = doc! { "$currentOp": { "allUsers": false, "idleSessions": true } };
    let found = admin.aggregate([idle, doc! { "$match": orphans }]).await?;
    let found: Vec<Document> = found.try_collect().await?;
    // By their id alone: with the user's hash the server would ask for a right.
    let ids = found.iter().filter_map(|orphan| orphan.get_document("lsid").ok()?.get("id").cloned());
    let ids: Vec<Document> = ids.map(|id| doc! { "id": id }).collect();
    if !ids.is_empty() {
        admin.run_command(doc! { "killSessions": &ids }).await?;
    }
    Ok(ids.len())
}
