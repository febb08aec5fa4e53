//! `doorstep openapi`: what the files in `api/` are made with.

use clap::Args;

use super::{Outcome, print};
use crate::explain::catalogue;

#[derive(Debug, Args)]
pub struct Openapi {
    /// Print the error codes (api/error-codes.json) instead.
    #[arg(long)]
    error_codes: bool,
    /// Print the catalogue of connection failures (api/causes.json) instead.
    #[arg(long, conflicts_with = "error_codes")]
    causes: bool,
}

impl Openapi {
    pub fn run(&self) -> Outcome {
        let document = match (self.error_codes, self.causes) {
            (true, _) => doorstep_web::openapi::error_codes(),
            (_, true) => catalogue::all(),
            _ => doorstep_account::openapi(),
        };
        print(&format!("{document:#}"))
    }
}
