//! Counts and times for Prometheus, on a listener of their own. Labels are route patterns and statuses, never anything
//! that a client chooses.

#[cfg(feature = "metrics")]
mod exporter;
#[cfg(not(feature = "metrics"))]
#[path = "exporter_absent.rs"]
mod exporter;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use metrics::{Counter, Histogram, counter, histogram};

use self::exporter::Exporter;

const REQUESTS: &str = "doorstep_http_requests_total";
const SECONDS: &str = "doorstep_http_request_duration_seconds";
/// Counters without a label, wherever they are counted. They are there at 0 from the start: of one that is born at 1 Prometheus
/// sees no rise, and nobody is told of the first time.
const FROM_ZERO: [&str; 5] = [
    "doorstep_bodies_refused_total",
    "doorstep_connections_closed_for_room_total",
    "doorstep_connections_refused_total",
    "doorstep_signup_probed_total",
    "doorstep_signup_taken_total",
];
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 3.0, 10.0];
/// What belongs to no route: pages and typos.
const OTHER: &str = "other";

#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    #[error("metrics cannot be collected: {0}")]
    Exporter(String),
    #[error(
        "[metrics] listen is set, and this program was built without what collects them, as ./run does while nobody asks. Start it by \
         `./run`, which builds that first, or build it all: cargo build --release --package doorstep-server"
    )]
    NotBuilt,
}

/// Handles are kept: looking one up by its labels costs more than counting.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    exporter: Exporter,
    patterns: Vec<String>,
    seen: RwLock<HashMap<(usize, u16), (Counter, Histogram)>>,
}

impl Metrics {
    /// Collects from now on, for the whole process. `patterns` are the routes as the API's table writes them.
    pub fn install(patterns: impl IntoIterator<Item = String>) -> Result<Self, MetricsError> {
        let exporter = exporter::install(SECONDS, &BUCKETS)?;
        for name in FROM_ZERO {
            counter!(name).increment(0);
        }
        let patterns = patterns.into_iter().collect();
        Ok(Self(Arc::new(Inner { exporter, patterns, seen: RwLock::default() })))
    }

    pub fn record(&self, path: &str, status: StatusCode, took: Duration) {
        let key = (self.pattern(path), status.as_u16());
        let known = self.0.seen.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let (requests, seconds) = known.unwrap_or_else(|| self.handles(key));
        requests.increment(1);
        seconds.record(took);
    }

    fn handles(&self, key: (usize, u16)) -> (Counter, Histogram) {
        let route = self.0.patterns.get(key.0).map_or(OTHER, String::as_str).to_owned();
        let handles = (
            counter!(REQUESTS, "route" => route.clone(), "status" => key.1.to_string()),
            histogram!(SECONDS, "route" => route, "status" => key.1.to_string()),
        );
        self.0.seen.write().unwrap_or_else(PoisonError::into_inner).insert(key, handles.clone());
        handles
    }

    fn pattern(&self, path: &str) -> usize {
        let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        let is_of = |pattern: &String| matches_pattern(pattern, path);
        self.0.patterns.iter().position(is_of).unwrap_or(self.0.patterns.len())
    }

    /// `GET /metrics`, for the listener of its own.
    pub fn router(&self) -> Router {
        let metrics = self.clone();
        Router::new().route("/metrics", get(move || async move { metrics.0.exporter.render() }))
    }

    /// Lets old samples go; to be called now and then.
    pub fn upkeep(&self) {
        self.0.exporter.upkeep();
    }
}

/// A pattern's last segment may be `{id}`; that is all that the API's table has.
fn matches_pattern(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix("{id}").or_else(|| pattern.strip_suffix("{code}")) {
        Some(parent) => path.strip_prefix(parent).is_some_and(|id| !id.is_empty() && !id.contains('/')),
        None => pattern == path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_counted_under_its_pattern() {
        assert!(matches_pattern("/api/sessions/{id}", "/api/sessions/01932c07"));
        assert!(matches_pattern("/api/user", "/api/user"));
        for (pattern, path) in [
            ("/api/sessions/{id}", "/api/sessions/"),
            ("/api/sessions/{id}", "/api/sessions/a/b"),
            ("/api/user", "/api/users"),
        ] {
            assert!(!matches_pattern(pattern, path), "{pattern} {path}");
        }
    }
}
