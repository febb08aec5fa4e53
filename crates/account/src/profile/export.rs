//! Everything stored about one customer, as one document (GDPR Art. 15 and 20).

use doorstep_base::Timestamp;
use doorstep_store::{AuditEvent, Detail, Store};
use doorstep_web::{ApiError, SignedIn};
use serde::Serialize;
use utoipa::ToSchema;

use super::UserView;
use crate::addresses::AddressView;
use crate::sessions::routes::SessionView;

/// More events than a customer can make within the time they are kept.
const MOST_EVENTS: u32 = 10_000;

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
    pub events: Vec<EventView>,
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

impl Export {
    pub(super) async fn collect(store: &dyn Store, who: &SignedIn, now: Timestamp) -> Result<Self, ApiError> {
        let customer = &who.customer;
        let addresses = store.addresses_of(customer.id).await?;
        let sessions = store.sessions_of(customer.id, now).await?;
        let events = store.audit_of(customer.id, MOST_EVENTS).await?;
        let session_view = |session: doorstep_store::Session| {
            let current = session.id == who.session.id;
            SessionView::new(session, current)
        };
        Ok(Self {
            exported_at: now.to_string(),
            marketing_consent_at: customer.marketing_consent_at.map(|at| at.to_string()),
            user: UserView::new(customer.clone()),
            addresses: addresses.into_iter().map(AddressView::new).collect(),
            sessions: sessions.into_iter().map(session_view).collect(),
            events: events.into_iter().map(EventView::new).collect(),
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
        assert!(seen >= 4);
    }
}
