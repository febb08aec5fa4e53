//! A whole examination, as it was asked for: the live server, and the project's folders.

use std::path::PathBuf;

use doorstep_base::{Cause, Clock};
use tokio::time::Instant;

use super::live::{self, LiveOptions, LocalServer};
use super::project::{self, Server};
use super::{Finding, Report, Severity};

/// What the person asked for.
#[derive(Clone, Debug)]
pub struct Examination {
    pub live: LiveOptions,
    /// Nobody named a server.
    pub is_server_assumed: bool,
    pub projects: Vec<PathBuf>,
    /// What is wrong with the configuration file here.
    pub of_config: Vec<Finding>,
}

impl Examination {
    /// The report, and what is known of the server when a folder is looked at again.
    pub async fn run(&self, clock: &dyn Clock) -> (Report, Option<Server>) {
        let begun = Instant::now();
        let mut result = live::examine(&self.live, clock).await;
        if self.is_server_assumed && !self.projects.is_empty() && !result.is_reached {
            // Whoever wants a folder read need not run a server.
            result.findings.iter_mut().for_each(|found| found.severity = Severity::Note);
        }
        let is_default = self.is_server_assumed;
        let server =
            result.local.map(|LocalServer { port, ipv4, ipv6 }| Server { port, ipv4, ipv6, is_default });
        let mut of_projects = Vec::new();
        for folder in self.projects.clone() {
            let shown = folder.display().to_string();
            let looked = tokio::task::spawn_blocking(move || project::scan_for(&folder, server)).await;
            of_projects.extend(looked.unwrap_or_else(|_| vec![gave_up(&shown)]));
        }
        if of_projects.iter().any(|found| found.cause == Some(Cause::OneAddressFamily)) {
            // The file that names localhost says the same more exactly.
            result.findings.retain(|found| found.cause != Some(Cause::OneAddressFamily));
        }
        let findings = self.of_config.iter().cloned().chain(result.findings).chain(of_projects).collect();
        let report = Report {
            target: self.live.target.to_string(),
            has_pages: result.is_doorstep,
            facts: result.facts,
            findings,
            took: begun.elapsed(),
        };
        (report.sorted(), server)
    }
}

/// A panic must not pass for a clean bill.
fn gave_up(folder: &str) -> Finding {
    Finding::error(None, format!("The doctor itself failed in {folder}, and has not read all of it"))
        .fix("This is a fault of the doctor: please report it, with the file that it stumbled over.")
}
