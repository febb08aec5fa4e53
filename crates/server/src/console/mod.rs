//! `/_dev`: what goes wrong, live, for the developer at this machine. In dev mode only: production has no such routes.
//!
//! [`guard`] decides who may see it, [`page`] is what a browser shows, [`data`] what the page asks for.

mod data;
mod guard;
mod mails;
mod origins;
mod page;
mod signups;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use doorstep_base::{Clock, Timestamp};
use doorstep_store::Store;

use crate::explain::Explain;
use crate::mail::Outgoing;
use crate::origins::LiveOrigins;

/// What the console shows.
pub struct Console {
    pub explain: Explain,
    pub origins: Arc<LiveOrigins>,
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    /// Tells this run of the server from the one before.
    pub started: Timestamp,
    /// The database as it may be shown.
    pub database: String,
    /// How mails are made, and where they are kept.
    pub mail: Option<Arc<Outgoing>>,
}

pub fn router(console: Console) -> Router {
    let console = Arc::new(console);
    let only_here = from_fn_with_state(console.clone(), guard::only_here);
    Router::new()
        .route("/_dev", get(page::index))
        .route("/_dev/", get(page::index))
        .route("/_dev/mailbox", get(page::mailbox))
        .route("/_dev/mailbox/latest", get(mails::latest))
        .route("/_dev/mailbox/{number}/{part}", get(mails::part))
        .route("/_dev/mailbox/preview/{kind}/{language}/{part}", get(mails::preview))
        .route("/_dev/{file}", get(page::part))
        .route("/_dev/data/mails", get(mails::list).delete(mails::empty))
        .route("/_dev/data/server", get(data::server))
        .route("/_dev/data/feed", get(data::feed))
        .route("/_dev/data/signups", get(signups::latest))
        .route("/_dev/data/origins", get(data::server).post(origins::allow).delete(origins::remove))
        .route_layer(only_here)
        .with_state(console)
}
