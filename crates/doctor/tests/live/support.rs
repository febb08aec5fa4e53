//! Examines an address as the command does, and tells what was found in short.

use doorstep_doctor::live::{LiveOptions, Pages};
use doorstep_doctor::{Examination, Report};
use doorstep_testkit::app::SystemClock;

pub const SHOP: &str = "https://www.shop.com";
/// A page beside the API that dev mode allows.
pub const PAGE: &str = "http://localhost:5173";

pub async fn examine(api: &str, pages: &[&str]) -> Report {
    let pages = match pages {
        [] => Pages::Unknown,
        named => Pages::Named(named.iter().map(|page| (*page).to_owned()).collect()),
    };
    let live = LiveOptions { target: api.parse().unwrap(), pages, body_limit: 64 * 1024 };
    let examination =
        Examination { live, is_server_assumed: false, projects: Vec::new(), of_config: Vec::new() };
    examination.run(&SystemClock).await.0
}

/// The ids of what was found, `-` for a symptom without one.
pub async fn found(api: &str, pages: &[&str]) -> Vec<String> {
    ids(&examine(api, pages).await)
}

pub fn ids(report: &Report) -> Vec<String> {
    let id =
        |cause: Option<doorstep_base::Cause>| cause.map_or_else(|| "-".to_owned(), |cause| cause.to_string());
    report.findings.iter().map(|found| id(found.cause)).collect()
}
