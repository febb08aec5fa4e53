//! Everything stored about one customer, as one document (GDPR Art. 15 and 20).

use std::sync::Arc;

use axum::body::Body;
use doorstep_base::{AuditId, Clock, Code, CustomerId, SessionId, Timestamp};
use doorstep_store::{AuditEvent, Challenge, Detail, KeptMessage, Store, StoreError};
use doorstep_web::{ApiError, SignedIn};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use utoipa::ToSchema;

use super::UserView;
use crate::addresses::AddressView;
use crate::mail;
use crate::sessions::routes::SessionView;

/// So many events are read and sent at a time.
const PAGE: u32 = 500;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    #[schema(format = DateTime)]
    pub exported_at: String,
    pub user: UserView,
    #[schema(format = DateTime)]
    pub marketing_consent_at: Option<String>,
    pub addresses: Vec<AddressView>,
    pub sessions: Vec<SessionView>,
    /// Mails that wait to be sent, oldest first.
    #[schema(required = false)]
    pub mails: Vec<MailView>,
    /// What waits for a code or a link of a mail, oldest first.
    #[schema(required = false)]
    pub challenges: Vec<ChallengeView>,
    /// Last, because they are sent page by page.
    pub events: Vec<EventView>,
}

/// A mail that waits. What its code and its link are made of is not shown.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailView {
    /// What it is about, as `password_changed`.
    pub kind: String,
    /// Since when it waits.
    #[schema(format = DateTime)]
    pub since: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Whether it is tried no more.
    pub given_up: bool,
    /// The device that it tells of.
    pub device: Option<String>,
}

/// What waits for a code or a link of a mail, without either.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChallengeView {
    /// What it lets its owner do, as `recover_password`.
    pub purpose: &'static str,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub expires_at: String,
}

impl MailView {
    fn new(message: KeptMessage) -> Self {
        let (kind, device) = mail::about(&message.topic, &message.payload);
        Self {
            // Of what another version has written only the topic is known.
            kind: kind.map_or(message.topic, str::to_owned),
            since: message.created_at.to_string(),
            attempts: message.attempts,
            given_up: message.is_dead,
            device,
        }
    }
}

impl ChallengeView {
    fn new(challenge: &Challenge) -> Self {
        Self {
            purpose: challenge.purpose.as_str(),
            created_at: challenge.created_at.to_string(),
            expires_at: challenge.expires_at.to_string(),
        }
    }
}

/// One row of the audit trail.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    #[schema(format = DateTime)]
    pub at: String,
    pub kind: &'static str,
    pub session: Option<String>,
    pub network: Option<String>,
    pub device: Option<String>,
    /// Who acted: `customer`, `operator`, `system` or `import`.
    #[schema(required = false)]
    pub actor: &'static str,
    /// What the kind leaves open, as `reason logged_out` or `sessions 2`.
    pub detail: Option<String>,
}

impl EventView {
    fn new(event: AuditEvent) -> Self {
        Self {
            at: event.at.to_string(),
            kind: event.kind.as_str(),
            session: event.session.map(|id| id.to_string()),
            network: event.network,
            device: event.device,
            actor: event.actor.as_str(),
            detail: event.detail.map(Detail::text),
        }
    }
}

/// The document, page by page: however many events there are, it is whole, and holds little memory. One that breaks off is no JSON.
pub(super) async fn stream(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    who: SignedIn,
) -> Result<Body, ApiError> {
    let head = Export::without_events(&*store, &who, clock.now()).await?;
    let head = serde_json::to_string(&head).map_err(|error| ApiError::new(Code::Internal).cause(&error))?;
    // The list of events is last and empty here: it is left open for the pages.
    let head = head.strip_suffix("]}").ok_or(Code::Internal)?.to_owned();
    let pages = Pages { store, clock, session: who.session.id, customer: who.customer.id, last: None };
    let pages = stream::try_unfold(Some(pages), |pages| async {
        match pages {
            Some(pages) => pages.next().await.map(Some),
            None => Ok(None),
        }
    });
    Ok(Body::from_stream(stream::once(async { Ok::<_, StoreError>(head) }).chain(pages)))
}

/// Where the reading of the events is.
struct Pages {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    session: SessionId,
    customer: CustomerId,
    last: Option<(Timestamp, AuditId)>,
}

impl Pages {
    /// The next page as text, and what comes after it.
    async fn next(mut self) -> Result<(String, Option<Self>), StoreError> {
        // It may take a while: what ends the session ends the export.
        let found = self.store.find_session(self.session).await?;
        if !found.is_some_and(|found| found.session.is_live(self.clock.now()) && found.customer.is_some()) {
            return Err(StoreError::SessionOver);
        }
        let events = self.store.audit_before(self.customer, self.last, PAGE).await?;
        let is_first = self.last.is_none();
        let Some(oldest) = events.last() else { return Ok(("]}".to_owned(), None)) };
        self.last = Some((oldest.at, oldest.id));
        let events: Vec<_> = events.into_iter().map(EventView::new).collect();
        let text = serde_json::to_string(&events).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or_default();
        Ok((if is_first { text.to_owned() } else { format!(",{text}") }, Some(self)))
    }
}

impl Export {
    async fn without_events(store: &dyn Store, who: &SignedIn, now: Timestamp) -> Result<Self, ApiError> {
        let customer = &who.customer;
        let addresses = store.addresses_of(customer.id).await?;
        let sessions = store.sessions_of(customer.id, now).await?;
        let mails = store.messages_of(customer.id).await?;
        let challenges = store.challenges_of(customer.id, now).await?;
        Ok(Self {
            exported_at: now.to_string(),
            marketing_consent_at: customer.marketing_consent_at.map(|at| at.to_string()),
            user: UserView::new(customer.clone()),
            addresses: addresses.into_iter().map(AddressView::new).collect(),
            sessions: SessionView::list(sessions, who),
            mails: mails.into_iter().map(MailView::new).collect(),
            challenges: challenges.iter().map(ChallengeView::new).collect(),
            events: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use doorstep_store::{InExport, Table};

    /// A table that says that an export shows it is shown.
    #[test]
    fn every_table_that_is_exported_has_its_place() {
        let export = crate::openapi();
        let shown = &export["components"]["schemas"]["Export"]["properties"];
        let mut seen = 0;
        for table in Table::ALL {
            if let InExport::As(name) = table.definition().in_export {
                assert!(shown[name].is_object(), "{table:?}: the export has no {name}");
                seen += 1;
            }
        }
        assert!(seen >= 6);
    }
}
