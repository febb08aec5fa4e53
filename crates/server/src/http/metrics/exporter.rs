//! What collects the counts, and writes them as Prometheus reads them.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::MetricsError;

pub struct Exporter(PrometheusHandle);

/// Collects from now on, for the whole process; the times named `seconds` in these buckets.
pub fn install(seconds: &str, buckets: &[f64]) -> Result<Exporter, MetricsError> {
    let build = || {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(seconds.to_owned()), buckets)?
            .install_recorder()
    };
    build().map(Exporter).map_err(|error: BuildError| MetricsError::Exporter(error.to_string()))
}

impl Exporter {
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Lets old samples go.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}
